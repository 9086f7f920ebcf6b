"""Signs of risk: a ring on one bank account that holds a claim's money, and one like it that was harmless."""

from datetime import timedelta

from kaogong.demo.cast import Cast, at_hour
from kaogong.demo.journey import Journey
from kaogong.kernel.actor import Actor, system_actor
from kaogong.kernel.working_days import add_working_days
from kaogong.people import operations as people
from kaogong.risk import operations, queries
from kaogong.risk.models import RiskFinding

KIND, BY_MACHINE = "account_shared", "checked_in_evenly"
RING, FAMILY = 9, 5


def look_for_risk(cast: Cast, done: dict[str, list[Journey]]) -> None:
    """Plant two shared accounts, look, ask both schools; the harmless one has answered and is closed.

    Who taught the class whose check-ins came too evenly is asked as well, and has not answered.
    """
    claimed = [j for stage in ("published", "reviewed", "submitted") for j in done.get(stage, [])]
    other = [j for stage in ("certified", "finished", "submitted") for j in done.get(stage, [])]
    ring = next((j for j in claimed if len(j.people) >= RING), None)
    family = next((j for j in other if j is not ring and len(j.people) >= FAMILY), None)
    shared_on = at_hour(cast.on - timedelta(days=20))
    for journey, size in ((ring, RING), (family, FAMILY)):
        if journey is not None:
            _share(cast, journey, size, shared_on)
    day = add_working_days(cast.on, -3)
    at = at_hour(day, 2)
    look = operations.ask_risk_check(by=system_actor(), at=at, region_code=cast["clerk"].region_code)
    operations.run_risk_check(look.pk, by=system_actor(), at=at)
    by_machine = done.get("running", [])[2:3]
    for journey, kind in ((ring, KIND), (family, KIND), *((one, BY_MACHINE) for one in by_machine)):
        finding = _found(journey, kind) if journey is not None else None
        if finding is None:
            continue
        operations.ask_provider(finding.pk, by=cast["clerk"], at=at_hour(day, 10))
        if journey is family:
            _answered_and_closed(cast, journey, finding)


def _share(cast: Cast, journey: Journey, size: int, at) -> None:
    """The first learners of a class are all paid on the account of the first."""
    first, *rest = journey.people[:size]
    for person in (first, *rest):
        people.set_bank_account(
            cast.person_ids[person.number],
            bank_name="示例农村商业银行",
            account=first.bank_card,
            holder=first.name,
            by=system_actor(),
            at=at,
        )


def _found(journey: Journey, kind: str) -> RiskFinding | None:
    return queries.findings_of_class(journey.class_id).filter(kind=kind).first()


def _answered_and_closed(cast: Cast, journey: Journey, finding: RiskFinding) -> None:
    school: Actor = journey.school.clerk
    question = queries.risk_questions(school, answered=False).filter(finding=finding).first()
    operations.answer_risk_finding(
        question.pk,
        text="五名学员是同一户的祖孙三代，经本人书面同意由户主代收；附户口簿复印件，原件可随时核对。",
        by=school,
        at=at_hour(add_working_days(cast.on, -2), 9),
    )
    operations.close_risk_finding(
        finding.pk,
        outcome="innocent",
        reason="已核对户口簿原件并逐人电话确认，五人同户，知情同意由户主代收。",
        by=cast["clerk"],
        at=at_hour(add_working_days(cast.on, -1), 15),
    )
