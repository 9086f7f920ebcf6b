"""Money asked back at every stage: found, opened, approved, served, paid back in parts, overdue, given up, over."""

from collections.abc import Iterator
from datetime import date
from itertools import islice

from django.utils import timezone

from kaogong.certificates import operations as certificates
from kaogong.claims import operations as claims
from kaogong.claims import queries as claim_queries
from kaogong.demo.cast import Cast, at_hour
from kaogong.funds import queries as funds
from kaogong.funds.models import Payment
from kaogong.kernel.actor import system_actor
from kaogong.kernel.working_days import add_working_days
from kaogong.recoveries import operations, queries
from kaogong.recoveries.models import Recoupment
from kaogong.recoveries.operations import Asked

CLAUSE = "示例区职业技能提升行动专账资金管理办法（示例）第二十一条"
# What came of it: working days before the demo's day it was opened, of how many learners, why.
BODIES = (
    ("recovered", 60, 1, "other", "{names}同一职业同一等级申领了两次，第二次不应补贴。"),
    ("overdue", 44, 2, "audit", "专项审计核对社保和考勤记录，{names}培训期间在外地上班，没有到课。"),
    ("paying", 22, 3, "audit", "抽查签到照片，{names}实际课时不足规定的八成。"),
    ("objected", 9, 1, "conflict", "{names}已在外区领取同一职业同一等级的补贴。"),
    ("approved", 4, 1, "audit", "{names}的考核成绩登记有误，复核后不合格。"),
    ("opened", 1, 1, "other", "{names}开班前已退班，仍列入了申领名单。"),
)
PERSON = ("written_off", 40, "audit", "领取生活费补贴期间已经就业，不再符合条件。")


def show_recoveries(cast: Cast) -> None:
    """Ask some of what was paid longest ago back, take each as far as its stage; then the night's own finds."""
    paid = funds.payments(cast["auditor"], status="paid").filter(reference__startswith="SL-")
    rows = list(paid.order_by("answered_at", "id"))
    schools = {school.institution_id: school for school in cast.schools}
    bodies = [(row, _learners(cast, row)) for row in rows if row.institution_id in schools]
    for turn, (stage, days, count, cause, facts) in enumerate(BODIES):
        day = add_working_days(cast.on, -days)
        found = [pair for pair in bodies if timezone.localdate(pair[0].answered_at) < day]
        if not found:
            continue
        payment, learners = found[turn % len(found)]
        asked = list(islice(learners, count))
        if not asked:
            continue
        names = "、".join(line.person.name for line, _fen in asked)
        parts = [Asked(payment.pk, fen, line.reference) for line, fen in asked]
        one = _open(cast, parts, cause, facts.format(names=names), day, stage)
        _BODY_STAGES.get(stage, _nothing_more)(cast, one, day, schools[payment.institution_id])
    persons = [row for row in rows if row.person_id and row.person_id != _own(cast)]
    _give_up(cast, persons)
    if bodies:
        _revoke(cast, *bodies[-1])
    operations.find_leads(by=system_actor(), at=at_hour(cast.on, 2))


def _own(cast: Cast) -> int | None:
    """The learner who logs in: nothing is asked back from them."""
    return cast.person_ids[cast.learner.number] if cast.learner else None


def _learners(cast: Cast, payment: Payment) -> Iterator[tuple]:
    """The learners a payment was for, one after the other, each with the fen paid for them."""
    claim = claim_queries.claim_numbered(payment.reference.partition("/")[0], by=cast["auditor"])
    for line in claim_queries.lines(claim.pk).filter(status="paid").exclude(person_id=_own(cast)):
        for _part, one, fen in queries.paid_parts(line):
            if one.pk == payment.pk:
                yield line, fen


def _open(cast: Cast, asked: list[Asked], cause: str, facts: str, day: date, stage: str) -> Recoupment:
    """Opened, and unless it stays so approved the next working day and served the day after."""
    clerk = cast["clerk"]
    one = operations.open_recoupment(
        asked, cause=cause, clause=CLAUSE, facts=facts, by=clerk, at=at_hour(day, 10)
    )
    if stage == "opened":
        return one
    operations.approve_recoupment(one.pk, by=cast["reviewer"], at=at_hour(add_working_days(day, 1), 15))
    if stage != "approved":
        served_on = add_working_days(day, 2)
        operations.serve_recoupment(
            one.pk,
            served_on=served_on,
            served_how="直接送达，由负责人签收",
            by=clerk,
            at=at_hour(served_on, 16),
        )
    return one


def _nothing_more(cast: Cast, one: Recoupment, day: date, school) -> None:
    """It stands where serving left it."""


def _receive(cast: Cast, one: Recoupment, fen: int, on: date):
    return operations.note_receipt(
        one.pk, amount_fen=fen, bank_reference=f"{on:%Y%m%d}{one.pk:06d}", received_on=on, by=cast["cashier"],
        at=at_hour(on, 16),
    )  # fmt: skip


def _recover(cast: Cast, one: Recoupment, day: date, school) -> None:
    """Paid back in time and given back to the budget."""
    receipt = _receive(cast, one, one.amount_fen, add_working_days(day, 9))
    operations.give_back_receipt(
        receipt.pk, by=cast["reviewer"], at=at_hour(add_working_days(day, 11)), reason="退回原预算来源"
    )


def _pay_in_parts(cast: Cast, one: Recoupment, day: date, school) -> None:
    """Three sums were agreed; the first came on its day."""
    third = one.amount_fen // 3 // 100 * 100
    days = [add_working_days(day, 12), add_working_days(cast.on, 12), add_working_days(cast.on, 33)]
    sums = [third, third, one.amount_fen - 2 * third]
    operations.plan_recoupment(
        one.pk, list(zip(days, sums, strict=True)), by=cast["clerk"], at=at_hour(add_working_days(day, 5)),
        reason="学校书面申请分期，提供了资金安排",
    )  # fmt: skip
    _receive(cast, one, third, days[0])


def _object(cast: Cast, one: Recoupment, day: date, school) -> None:
    operations.object_to_recoupment(
        one.pk, content="该学员在外区领取的是另一等级的补贴，证书编号不同，附证书复印件，请核对。", by=school.clerk,
        at=at_hour(add_working_days(day, 6), 11),
    )  # fmt: skip


_BODY_STAGES = {"recovered": _recover, "paying": _pay_in_parts, "objected": _object}


def _give_up(cast: Cast, persons: list[Payment]) -> None:
    """From a learner's own allowance: nothing could be had, and two people gave it up."""
    stage, days, cause, facts = PERSON
    day = add_working_days(cast.on, -days)
    payment = next((row for row in persons if timezone.localdate(row.answered_at) < day), None)
    if payment is None:
        return
    one = _open(cast, [Asked(payment.pk, payment.amount_fen // 2)], cause, facts, day, stage)
    operations.propose_write_off(
        one.pk, document=f"示例财核〔{cast.on.year}〕3号", by=cast["clerk"], at=at_hour(add_working_days(day, 28)),
        reason="本人长期失联，没有可以追偿的财产，法院终结执行（示例）",
    )  # fmt: skip
    operations.write_off_recoupment(
        one.pk, by=cast["reviewer"], at=at_hour(add_working_days(day, 31)), reason="证明齐全，同意核销"
    )


def _revoke(cast: Cast, payment: Payment, learners: Iterator[tuple]) -> None:
    """A certificate of somebody already paid for is revoked; the night finds what follows."""
    line = next((line for line, _fen in learners if line.certificate_id), None)
    day = add_working_days(cast.on, -3)
    if line is None or timezone.localdate(payment.answered_at) >= day:
        return
    certificates.revoke_certificate(
        line.certificate_id, by=cast["reviewer"], at=at_hour(day, 15), reason="成绩复核不实"
    )
    claims.stop_lines_of_certificate(line.certificate_id, by=cast["reviewer"], at=at_hour(day, 15))
