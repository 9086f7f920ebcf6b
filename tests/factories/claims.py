"""Makers of claims and of everything they rest on; all through the operations."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import count

from kaogong.claims import operations, queries
from kaogong.claims.models import Claim
from kaogong.institutions.models import Institution
from kaogong.kernel.actor import Actor
from kaogong.kernel.bank_card import make_bank_card
from kaogong.kernel.working_days import add_working_days
from kaogong.notices import queries as notices
from kaogong.people.models import Person
from kaogong.training.models import TrainingClass

from .assessment import make_exam
from .funds import make_fund
from .institutions import make_institution
from .people import an_actor, make_person
from .training import a_day_at, make_class

PROGRAMME = "employment_training"
SUBMITTED_ON = date(2026, 7, 10)
_cards = count(1)


def make_learner(name: str = "王小明", *, allowance: bool = False, account: bool = True, **fields) -> Person:
    """A person entitled to the training subsidy in the district, with a bank card unless told otherwise.

    ``allowance`` puts them in a group that gets a living allowance too.
    """
    fields.setdefault("groups", {"registered_unemployed": date(2026, 1, 1)})
    if allowance:
        fields["groups"] = fields["groups"] | {"hard_to_employ": date(2026, 1, 1)}
    fields.setdefault("standings", {"pension": False})
    fields.setdefault("residence_region_code", "370299")
    if account:
        fields.setdefault("bank_name", "示例银行")
        fields.setdefault("bank_account", make_bank_card("622848", next(_cards)).value)
    return make_person(name, **fields)


def make_certified_class(
    people: Sequence[Person] | int = 3,
    *,
    institution: Institution | None = None,
    assessed_on: date | None = None,
    failing: int = 0,
    **fields,
) -> TrainingClass:
    """A finished class under 就业技能培训 whose learners passed the exam (but the ``failing`` first)."""
    if isinstance(people, int):
        people = [make_learner(f"学员{chr(0x4E00 + n)}") for n in range(people)]
    fields.setdefault("scheme_code", PROGRAMME)
    training_class = make_class(institution or make_institution(), status="finished", people=people, **fields)
    make_exam(training_class, status="certified", assessed_on=assessed_on, failing=failing)
    return training_class


def make_money(district: int = 600_000_00, city: int = 400_000_00, *, programme: str = PROGRAMME):
    """The year's fund of the programme, 60 % district and 40 % city."""
    return make_fund(shares={programme: {"district": 600, "city": 400}}, district=district, city=city)


def a_provider_clerk(training_class: TrainingClass) -> Actor:
    return an_actor("provider_clerk", organisation_id=training_class.institution_id)


def make_claim(
    training_class: TrainingClass | None = None,
    *,
    status: str = "submitted",
    at: datetime | None = None,
    clerk: Actor | None = None,
    reviewer: Actor | None = None,
    leave_out_open: bool = False,
    **fields,
) -> Claim:
    """Submit a claim for a certified class and take it as far as ``status`` (submitted … cleared)."""
    training_class = training_class or make_certified_class(**fields)
    at = at or a_day_at(SUBMITTED_ON)
    claim = operations.submit_claim(training_class.pk, by=a_provider_clerk(training_class), at=at)
    steps = ("submitted", "reviewed", "approved", "published", "cleared")
    reached = steps.index(status)
    clerk = clerk or an_actor("bureau_clerk")
    if reached >= 1:
        operations.review_claim(claim.pk, by=clerk, at=at + timedelta(hours=1))
    if reached >= 2:
        operations.approve_claim(
            claim.pk,
            by=reviewer or an_actor("reviewer"),
            at=at + timedelta(hours=2),
            leave_out_open=leave_out_open,
        )
    if reached >= 3:
        operations.publish_claims([claim.pk], by=clerk, at=at + timedelta(hours=3))
    if reached >= 4:
        close_notice_of(claim, by=clerk)
    return Claim.objects.get(pk=claim.pk)


def close_notice_of(claim: Claim, *, by: Actor | None = None) -> None:
    """Close the claim's notice on the working day after its last."""
    notice_id = Claim.objects.get(pk=claim.pk).published_notice_id
    notice = notices.notice(notice_id)
    operations.close_claims_notice(
        notice_id, by=by or an_actor("bureau_clerk"), at=a_day_at(add_working_days(notice.closes_on, 1))
    )


def line_of(claim: Claim, person: Person):
    """The line of one person."""
    return queries.lines(claim.pk).get(person=person)
