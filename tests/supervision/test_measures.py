"""What the yearly evaluation is given as measured, and who is kept from being recognised."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from kaogong.assessment.models import ExamResult
from kaogong.supervision import operations
from kaogong.supervision.queries.measures import measures_of_year
from kaogong.training.models import Attendance
from tests.factories import make_institution
from tests.factories.claims import make_certified_class
from tests.factories.institutions import make_application, make_bureau
from tests.factories.oversight import make_sanction

pytestmark = pytest.mark.django_db


def test_measures_of_year_count_what_is_on_record():
    training_class = make_certified_class(2)
    school, nobody = training_class.institution, make_institution()
    year = training_class.exam.assessed_on.year
    found = measures_of_year([school.pk, nobody.pk], year)
    results = ExamResult.objects.filter(exam__training_class=training_class)
    marks = Attendance.objects.filter(session__training_class=training_class)
    assert found[school.pk]["pass_rate"].of == results.count() == 2
    assert found[school.pk]["pass_rate"].value == Decimal(100)
    assert found[school.pk]["attendance"].of == marks.filter(session__on__year=year).count() > 0
    assert found[school.pk]["findings"].value is None  # nobody inspected: not a good figure, no figure
    assert found[nobody.pk]["pass_rate"].value is None
    assert found[nobody.pk]["complaints"].value == 0
    assert measures_of_year([school.pk], year + 5)[school.pk]["attendance"].value is None


def test_enforce_unless_barred_keeps_out_who_stands_on_the_blacklist():
    at = timezone.now() - timedelta(days=30)
    bureau = make_bureau(at)
    application = make_application(status="published", bureau=bureau, at=at)
    make_sanction(application.institution, at=at, step="terminate", status="in_force")
    with pytest.raises(operations.ProviderBarred):
        operations.enforce_unless_barred(application.pk, by=bureau.clerk, at=at + timedelta(days=20))
