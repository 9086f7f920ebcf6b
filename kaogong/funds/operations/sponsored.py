"""A sponsor's money in the ledger: a fund of its own for each agreement, taken in, set aside use by use.

Who may, and which uses an agreement lists, is asked by the app that keeps the agreements; here is only money.
"""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction

from kaogong.kernel.actor import Actor, system_for
from kaogong.ledger import operations as ledger
from kaogong.ledger.states import SPONSOR
from kaogong.trail.operations import record

from .. import queries
from ..models import BudgetVersion, Fund, Reservation, Transfer
from ..states import SPONSORED
from .budget_papers import AlreadyCorrected, TransferRecorded
from .budgets import budgeted, next_version


@transaction.atomic
def open_sponsored(
    code: str, *, name: str, region_code: str, year: int, department: str, by: Actor, at: datetime
) -> Fund:
    """Open the fund of one sponsor's agreement; no waterfall ever names it."""
    fund, fresh = Fund.objects.get_or_create(
        code=code, year=year,
        defaults={
            "name": name[:100], "region_code": region_code, "kind_code": SPONSORED, "department": department[:100],
        },
    )  # fmt: skip
    if fresh:
        record("fund.opened", fund, by=by, at=at, kind=SPONSORED)
    return fund


@transaction.atomic
def take_in_sponsored(
    fund: Fund, parts: Iterable[tuple[str, int]], *, document: str, told_on: date, by: Actor, at: datetime
) -> list[Transfer]:
    """Take in what a sponsor paid, (use, fen) each: received, and available for that use alone; a paper once."""
    made = []
    for use, fen in parts:
        number = next_version(fund, use, SPONSOR)
        if _received(fund, use).filter(document=document, corrects__isnull=True).exists():
            raise TransferRecorded(document=document)
        transfer = Transfer.objects.create(
            fund=fund, programme=use, source_level=SPONSOR, kind="received", amount_fen=fen, document=document,
            told_on=told_on, recorded_at=at, recorded_by=by.name,
        )  # fmt: skip
        _make(
            fund,
            use,
            budgeted(fund, use, SPONSOR) + fen,
            number,
            document,
            f"take-in:{transfer.pk}",
            by=by,
            at=at,
        )
        made.append(transfer)
    return made


@transaction.atomic
def correct_sponsored(fund: Fund, transfer_id: int, *, by: Actor, at: datetime, reason: str) -> Transfer:
    """Answer a receipt written down wrongly by its opposite; BudgetExceeded where the money is spent already."""
    wrong = Transfer.objects.select_for_update().get(pk=transfer_id, fund=fund)
    number = next_version(fund, wrong.programme, SPONSOR)
    if wrong.corrects_id is not None or Transfer.objects.filter(corrects=wrong).exists():
        raise AlreadyCorrected()
    answer = Transfer.objects.create(
        fund=fund, programme=wrong.programme, source_level=SPONSOR, kind="received", amount_fen=-wrong.amount_fen,
        document=wrong.document, told_on=wrong.told_on, reason=reason[:300], corrects=wrong, recorded_at=at,
        recorded_by=by.name,
    )  # fmt: skip
    left = budgeted(fund, wrong.programme, SPONSOR) - wrong.amount_fen
    _make(
        fund,
        wrong.programme,
        left,
        number,
        wrong.document,
        f"take-in:{answer.pk}",
        by=by,
        at=at,
        reason=reason,
    )
    return answer


@transaction.atomic
def reserve_sponsored(
    reference: str, *, fund: Fund, use: str, amount_fen: int, by: Actor, at: datetime
) -> Reservation:
    """Set a sponsor's money aside for one thing, or refuse: BudgetExceeded; again changes nothing."""
    told = queries.reservation(reference)
    if told is not None:
        if (told.fund_id, told.programme, told.amount_fen) != (fund.pk, use, amount_fen):
            raise ledger.EntryDiffers(key=f"reserve:{reference}", field="金额")
        return told
    ledger.reserve(
        fund.code, programme=use, year=fund.year, amounts={SPONSOR: amount_fen}, reference=reference,
        key=f"reserve:{reference}", by=by, at=at,
    )  # fmt: skip
    return Reservation.objects.create(
        reference=reference, fund=fund, programme=use, amount_fen=amount_fen, shares={SPONSOR: amount_fen},
        reserved_at=at, region_code=fund.region_code,
    )  # fmt: skip


def _received(fund: Fund, use: str):
    return Transfer.objects.filter(fund=fund, programme=use, source_level=SPONSOR, kind="received")


def _make(
    fund: Fund,
    use: str,
    fen: int,
    number: int,
    document: str,
    key: str,
    *,
    by: Actor,
    at: datetime,
    reason: str = "",
) -> None:
    """What the sponsor gave for one use is this much in all now; a version of its own, as of any budget."""
    before = budgeted(fund, use, SPONSOR)
    ledger.set_budget(
        fund.code, programme=use, year=fund.year, source_level=SPONSOR, amount_fen=fen, key=key,
        by=system_for(by), at=at, reason=reason,
    )  # fmt: skip
    BudgetVersion.objects.create(
        fund=fund, programme=use, source_level=SPONSOR, number=number, before_fen=before, amount_fen=fen,
        document=document, reason=reason[:300], entry_key=key, set_at=at, set_by=by.name,
    )  # fmt: skip
