"""The yearly check of apprentices."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.access.permissions import Permission
from kaogong.claims import operations
from kaogong.claims import queries as claims
from kaogong.kernel.errors import NotFound
from kaogong.trail.operations import require_may
from kaogong.training import queries as training
from kaogong.web.parts.pages import FormPage

from ..forms_modes import ApprenticeYearForm


def listed(request: HttpRequest, pk: int) -> HttpResponse:
    """Every apprentice of a class: the contract, both mentors, the years checked and the next one due."""
    require_may(request.actor, Permission.RECORD_ATTENDANCE, gettext("学徒年度检查"))
    training_class = training.training_class(pk, by=request.actor)
    contracts = training.apprenticeships(pk)
    years = claims.years_checked(contracts)
    rows = [
        {
            "enrolment": row,
            "contract": contracts.get(row.pk),
            "years": years.get(row.pk, []),
            "is_due": row.pk in contracts
            and claims.years_over(contracts[row.pk], request.today) > len(years.get(row.pk, [])),
        }
        for row in training.enrolments(pk)
    ]
    stages = claims.staged_schemes(training_class.region_code, request.today)
    due = claims.stages_due([training_class], stages)[pk] if training_class.scheme_code in stages else ()
    return render(
        request,
        "provider/apprentices.html",
        {
            "due": [(code, claims.stage_label(code)) for code in due if code in claims.YEARS],
            "class": training_class,
            "rows": rows,
            "least": claims.least_hours_a_year(training_class.region_code, request.today),
        },
    )


class CheckYear(FormPage):
    """Check the next year of one apprentice."""

    title = _("学徒年度检查")
    form_class = ApprenticeYearForm
    may = Permission.RECORD_ATTENDANCE
    submit_label = _("检查合格")
    next_story = _("检查合格的年份才计入补贴年数；记录以后不能再改。")
    done_story = _("已记入年度检查。")

    def start(self, request, class_pk, pk, **where):
        training.training_class(class_pk, by=request.actor)
        self.enrolment = training.enrolments(class_pk).filter(pk=pk).first()
        checked = claims.years_checked([pk]).get(pk, [])
        self.year = len(checked) + 1
        if self.enrolment is None or pk not in training.apprenticeships(class_pk):
            raise NotFound()
        self.subtitle = gettext("{name}，第 {year} 年").format(
            name=self.enrolment.person.name, year=self.year
        )
        self.cancel_url = reverse("provider:apprentices:list", args=[class_pk])

    def act(self, request, form):
        operations.check_apprentice_year(
            self.enrolment.pk, self.year, by=request.actor, at=request.at, **form.cleaned_data
        )
        return self.cancel_url
