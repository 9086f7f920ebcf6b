"""Paid in stages: half once it has begun, the rest on the certificate; who fails gives the first half back."""

from datetime import date

import pytest

from kaogong import rules
from kaogong.claims import operations, queries
from kaogong.claims.models import Claim, ClaimLine
from kaogong.claims.operations.submission import StageNotOfScheme
from kaogong.training import operations as training
from kaogong.training.models import Enrolment
from tests.factories.assessment import make_exam
from tests.factories.claims import a_provider_clerk, line_of, make_certified_class, make_learner, make_money
from tests.factories.institutions import make_institution
from tests.factories.people import an_actor
from tests.factories.training import a_day_at, attend_all, make_class

pytestmark = pytest.mark.django_db
SCHEME, WHOLE = "staged_training", 1600_00
BEGUN, AFTER = a_day_at(date(2026, 6, 8)), a_day_at(date(2026, 7, 10))


def a_class_begun(people, *, present=True):
    training_class = make_class(make_institution(), status="running", people=people, scheme_code=SCHEME)
    if present:
        attend_all(training_class, by=a_provider_clerk(training_class))
    return training_class


def finish(training_class, *, failing=0):
    clerk = a_provider_clerk(training_class)
    training.finish_class(training_class.pk, by=clerk, at=a_day_at(training_class.ends_on, 18))
    training_class.refresh_from_db()
    make_exam(training_class, status="certified", failing=failing)


def claim_stage(training_class, stage, *, at, status="submitted") -> Claim:
    claim = operations.submit_claim(
        training_class.pk, by=a_provider_clerk(training_class), at=at, stage=stage
    )
    if status == "approved":
        operations.review_claim(claim.pk, by=an_actor("bureau_clerk"), at=at)
        operations.approve_claim(claim.pk, by=an_actor("reviewer"), at=at)
    return Claim.objects.get(pk=claim.pk)


def test_story_of_half_at_the_start_and_the_rest_on_the_certificate():
    make_money(programme=SCHEME)
    person = make_learner()
    training_class = a_class_begun([person])
    first = claim_stage(training_class, "start", at=BEGUN, status="approved")
    line = line_of(first, person)
    assert (first.instalment, line.certificate, line.event_on) == ("start", None, training_class.starts_on)
    assert line.amount_fen == WHOLE // 2
    finish(training_class)
    second = claim_stage(training_class, "certificate", at=AFTER, status="approved")
    rest = line_of(second, person)
    assert (rest.amount_fen, rest.certificate is not None) == (WHOLE // 2, True)
    assert sum(row.amount_fen for row in ClaimLine.objects.filter(person=person)) == WHOLE
    (had,) = queries.history([person.pk])[person.pk]  # two stages of one class are one subsidy
    assert had.amount_fen == WHOLE
    assert list(queries.stages_to_recover(an_actor("bureau_clerk"), AFTER.date())) == []
    assert [one.again.verdict for one in queries.lines_differing(BEGUN, by=an_actor("auditor"))] == []


def test_stages_of_the_example_add_up_to_the_whole():
    scheme = rules.load().at("370299", date(2026, 7, 10)).scheme(SCHEME)
    assert queries.stages_of(scheme) == ("start", "certificate")
    shares = {part.code: part.limits[0].values["shares"].value for part in scheme.parts}
    assert {sum(said.values()) for said in map(dict, shares.values())} == {100}
    assert {part.rate.value % 200 for part in scheme.parts} == {0}  # half of it is whole fen


def test_stage_is_judged_on_the_first_days_presence():
    training_class = a_class_begun([make_learner()], present=False)
    claim = claim_stage(training_class, "start", at=BEGUN)
    assert claim.amount_fen == 0


@pytest.mark.parametrize("stage", ["", "employment", "golden"])
def test_stage_the_scheme_does_not_have_is_refused(stage):
    training_class = a_class_begun([make_learner()])
    with pytest.raises(StageNotOfScheme, match="开班、取证"):
        claim_stage(training_class, stage, at=BEGUN)


def test_class_paid_at_once_has_no_stages_and_a_running_one_no_certificate_stage():
    with pytest.raises(StageNotOfScheme, match="一次申领"):
        claim_stage(make_certified_class(1), "start", at=AFTER)
    with pytest.raises(operations.ClassNotFinished):
        claim_stage(a_class_begun([make_learner()]), "certificate", at=BEGUN)


def test_stage_is_claimed_once():
    make_money(programme=SCHEME)
    training_class = a_class_begun([make_learner()])
    claim_stage(training_class, "start", at=BEGUN, status="approved")
    with pytest.raises(operations.NobodyToClaim):
        claim_stage(training_class, "start", at=BEGUN)


def test_who_fails_at_the_end_or_leaves_is_found_to_give_the_first_stage_back():
    make_money(programme=SCHEME)
    failed, left, passed = make_learner("王小明"), make_learner("李小红"), make_learner("赵大宝")
    training_class = a_class_begun([failed, left, passed])
    claim_stage(training_class, "start", at=BEGUN, status="approved")
    assert list(queries.stages_to_recover(an_actor("bureau_clerk"), AFTER.date())) == []
    seat = Enrolment.objects.get(training_class=training_class, person=left)
    training.withdraw_learner(seat.pk, by=a_provider_clerk(training_class), at=BEGUN, reason="就业")
    finish(training_class, failing=1)
    found = {
        one.line.person.name: one.why
        for one in queries.stages_to_recover(an_actor("bureau_clerk"), AFTER.date())
    }
    assert found == {"王小明": "考核没有取得证书", "李小红": "学员已退班"}
    assert list(queries.stages_to_recover(an_actor("bureau_clerk", region_code="510700"), AFTER.date())) == []
