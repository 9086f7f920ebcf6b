"""What comes from above, what is kept back, what goes on to the next year, and the education surcharge."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.timezone import localdate, localtime

from kaogong.access.permissions import Permission
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound, ReasonMissing, Refused
from kaogong.kernel.money import yuan
from kaogong.kernel.region_code import RegionCode
from kaogong.ledger import operations as ledger
from kaogong.ledger import queries as ledger_queries
from kaogong.ledger.states import SOURCE_LEVELS
from kaogong.trail.operations import record, require_may

from .. import queries
from ..models import CarryOver, Fund, SurchargeEntry, Transfer
from ..queries.budget_uses import programme_name
from ..states import SPONSORED
from .waterfalls import SponsorsMoneyApart, require_use

PRESSED_TWICE = timedelta(minutes=2)


class AmountNotAboveZero(Refused):
    """金额应大于零。"""

    form_field = "amount_fen"


class DayAhead(Refused):
    """下达或到账日期{told_on}还没有到，请核对；到了那一天再登记。"""

    form_field = "told_on"


class DocumentMissing(Refused):
    """请填写文号或凭证号。"""


class TransferRecorded(Refused):
    """文号{document}已经登记过这一笔。"""


class AlreadyCorrected(Refused):
    """这一笔已经更正过，不能再次更正。"""


class JustDone(Refused):
    """{moment}您刚办过同样的{label}：{amount}，原因相同。如果确实要再办一次，请在原因里写明。"""

    form_field = "reason"


class NextYearNotOpen(Refused):
    """{year}年度还没有开立资金代码{code}，请先开立再结转。"""


class NothingLeft(Refused):
    """{source}已没有可以结转的可用余额。"""


class SurchargePurposeMissing(Refused):
    """用于职业教育的支出请写明用途。"""


def _require(amount_fen: int, document: str, told_on: date, at: datetime) -> None:
    if amount_fen <= 0:
        raise AmountNotAboveZero()
    if not document.strip():
        raise DocumentMissing()
    if told_on > localdate(at):
        raise DayAhead(told_on=told_on)


@transaction.atomic
def record_transfer(
    fund_id: int,
    *,
    programme: str,
    source_level: str,
    kind: str,
    amount_fen: int,
    document: str,
    told_on: date,
    by: Actor,
    at: datetime,
    reason: str = "",
) -> Transfer:
    """Write down what a level of government announced or paid in; one paper is written down once."""
    require_may(by, Permission.RECORD_TRANSFER, "登记上级资金")
    fund = queries.fund(fund_id, by=by)
    _require(amount_fen, document, told_on, at)
    require_use(fund, programme, on=told_on)
    Fund.objects.select_for_update(no_key=True).get(pk=fund.pk)  # two with one paper wait for each other
    same = Transfer.objects.filter(
        fund=fund, programme=programme, source_level=source_level, kind=kind, document=document.strip(),
        corrects__isnull=True,
    )  # fmt: skip
    if same.exists():
        raise TransferRecorded(document=document.strip())
    transfer = Transfer.objects.create(
        fund=fund, programme=programme, source_level=source_level, kind=kind, amount_fen=amount_fen,
        document=document.strip(), told_on=told_on, reason=reason, recorded_at=at, recorded_by=by.name,
    )  # fmt: skip
    record(
        "transfer.recorded", fund, by=by, at=at, reason=reason, subject_kind="fund", programme=programme,
        source_level=source_level, kind=kind, amount_fen=amount_fen, document=transfer.document,
    )  # fmt: skip
    return transfer


@transaction.atomic
def correct_transfer(transfer_id: int, *, by: Actor, at: datetime, reason: str) -> Transfer:
    """Answer a wrong entry by its opposite; both stay to be seen."""
    require_may(by, Permission.RECORD_TRANSFER, "更正上级资金")
    if not reason.strip():
        raise ReasonMissing(label="更正上级资金")
    wrong = queries.transfers(by).filter(pk=transfer_id).first()
    if wrong is None:
        raise NotFound()
    if (
        wrong.fund.kind_code == SPONSORED
    ):  # its receipt is money of the ledger: corrected with it, or not at all
        raise SponsorsMoneyApart(fund=wrong.fund.name, programme=programme_name(wrong.programme))
    Fund.objects.select_for_update(no_key=True).get(pk=wrong.fund_id)
    if wrong.corrects_id is not None or Transfer.objects.filter(corrects=wrong).exists():
        raise AlreadyCorrected()
    answer = Transfer.objects.create(
        fund=wrong.fund, programme=wrong.programme, source_level=wrong.source_level, kind=wrong.kind,
        amount_fen=-wrong.amount_fen, document=wrong.document, told_on=localdate(at), reason=reason,
        corrects=wrong, recorded_at=at, recorded_by=by.name,
    )  # fmt: skip
    record(
        "transfer.corrected", wrong.fund, by=by, at=at, reason=reason, subject_kind="fund",
        amount_fen=answer.amount_fen, document=wrong.document,
    )  # fmt: skip
    return answer


@transaction.atomic
def freeze_budget(
    fund_id: int,
    *,
    programme: str,
    source_level: str,
    amount_fen: int,
    by: Actor,
    at: datetime,
    reason: str,
):
    """Keep part of what is available from being used, or BalanceTooSmall / BudgetExceeded."""
    return _keep_back("freeze", fund_id, programme, source_level, amount_fen, by=by, at=at, reason=reason)


@transaction.atomic
def unfreeze_budget(
    fund_id: int,
    *,
    programme: str,
    source_level: str,
    amount_fen: int,
    by: Actor,
    at: datetime,
    reason: str,
):
    """Let money kept back be used again."""
    return _keep_back("unfreeze", fund_id, programme, source_level, amount_fen, by=by, at=at, reason=reason)


def _keep_back(
    kind: str,
    fund_id: int,
    programme: str,
    level: str,
    amount_fen: int,
    *,
    by: Actor,
    at: datetime,
    reason: str,
):
    label = "冻结预算" if kind == "freeze" else "解冻预算"
    require_may(by, Permission.FREEZE_BUDGET, label)
    fund = queries.fund(fund_id, by=by)
    if not reason.strip():
        raise ReasonMissing(label=label)
    if amount_fen <= 0:
        raise AmountNotAboveZero()
    Fund.objects.select_for_update(no_key=True).get(pk=fund.pk)
    told = ledger_queries.journal(fund_code=fund.code, year=fund.year).filter(kind=kind)
    last = told.first()
    same = (programme, {level: amount_fen}, reason, by.account_id)
    if last is not None and abs(at - last.at) < PRESSED_TWICE and same == (
        last.programme, last.amounts, last.note, last.by_account_id,
    ):  # fmt: skip
        raise JustDone(moment=f"{localtime(last.at):%H:%M}", label=label, amount=yuan(amount_fen))
    step = ledger.freeze if kind == "freeze" else ledger.unfreeze
    entry = step(
        fund.code, programme=programme, year=fund.year, amounts={level: amount_fen},
        reference=f"{fund.code}-{fund.year}", key=f"{kind}:{fund.code}:{fund.year}:{told.count()}", note=reason,
        by=by, at=at,
    )  # fmt: skip
    record(
        "budget.frozen" if kind == "freeze" else "budget.unfrozen", fund, by=by, at=at, reason=reason,
        subject_kind="fund", programme=programme, source_level=level, amount_fen=amount_fen,
    )  # fmt: skip
    return entry


@transaction.atomic
def carry_over_budget(
    fund_id: int,
    *,
    programme: str,
    source_level: str,
    document: str,
    by: Actor,
    at: datetime,
    amount_fen: int | None = None,
    reason: str = "",
) -> CarryOver:
    """Take what is left of one source at the year's end into the same fund's next year: all of it unless told."""
    require_may(by, Permission.CARRY_OVER_BUDGET, "年终结转")
    fund = queries.fund(fund_id, by=by)
    if not document.strip():
        raise DocumentMissing()
    if amount_fen is not None and amount_fen <= 0:
        raise AmountNotAboveZero()
    target = Fund.objects.filter(code=fund.code, year=fund.year + 1).first()
    if target is None:
        raise NextYearNotOpen(year=fund.year + 1, code=fund.code)
    require_use(target, programme, on=localdate(at))
    Fund.objects.select_for_update(no_key=True).get(pk=fund.pk)
    states = ledger_queries.balances(fund.code, fund.year).get((programme, source_level), {})
    amount = states.get("available", 0) if amount_fen is None else amount_fen
    if amount <= 0:
        raise NothingLeft(source=SOURCE_LEVELS.get(source_level, source_level))
    nth = CarryOver.objects.filter(source=fund).count()
    words = {"programme": programme, "amounts": {source_level: amount}, "note": reason, "by": by, "at": at}
    reference = f"{fund.code}-{fund.year}-{target.year}"
    ledger.carry_over(
        fund.code, year=fund.year, reference=reference, key=f"carry_over:{reference}:{nth}", **words
    )
    ledger.carry_in(
        target.code, year=target.year, reference=reference, key=f"carry_in:{reference}:{nth}", **words
    )
    carried = CarryOver.objects.create(
        source=fund, target=target, programme=programme, source_level=source_level, amount_fen=amount,
        document=document.strip(), reason=reason, carried_at=at, carried_by=by.name,
    )  # fmt: skip
    record(
        "budget.carried_over", fund, by=by, at=at, reason=reason, subject_kind="fund", programme=programme,
        source_level=source_level, amount=yuan(amount), document=carried.document,
    )  # fmt: skip
    return carried


@transaction.atomic
def record_surcharge(
    *,
    region_code: str,
    source_level: str,
    year: int,
    kind: str,
    amount_fen: int,
    document: str,
    told_on: date,
    by: Actor,
    at: datetime,
    purpose: str = "",
) -> SurchargeEntry:
    """Write down education surcharge collected, or used for vocational education."""
    require_may(by, Permission.RECORD_SURCHARGE, "登记教育附加")
    if not (by.region_code and RegionCode(by.region_code).covers(region_code)):
        raise NotFound()
    _require(amount_fen, document, told_on, at)
    if kind == "used" and not purpose.strip():
        raise SurchargePurposeMissing()
    entry = SurchargeEntry.objects.create(
        region_code=region_code, source_level=source_level, year=year, kind=kind, amount_fen=amount_fen,
        purpose=purpose, document=document.strip(), told_on=told_on, recorded_at=at, recorded_by=by.name,
    )  # fmt: skip
    record(
        "surcharge.recorded", entry, by=by, at=at, subject_kind="surcharge", kind=kind, year=year,
        amount_fen=amount_fen,
    )  # fmt: skip
    return entry


@transaction.atomic
def correct_surcharge(entry_id: int, *, by: Actor, at: datetime, reason: str) -> SurchargeEntry:
    """Answer a wrong entry by its opposite; both stay to be seen."""
    require_may(by, Permission.RECORD_SURCHARGE, "更正教育附加")
    if not reason.strip():
        raise ReasonMissing(label="更正教育附加")
    wrong = queries.surcharge_entries(by).filter(pk=entry_id).first()
    if wrong is None:
        raise NotFound()
    if wrong.corrects_id is not None or SurchargeEntry.objects.filter(corrects=wrong).exists():
        raise AlreadyCorrected()
    answer = SurchargeEntry.objects.create(
        region_code=wrong.region_code, source_level=wrong.source_level, year=wrong.year, kind=wrong.kind,
        amount_fen=-wrong.amount_fen, purpose=reason[:200], document=wrong.document, told_on=localdate(at),
        corrects=wrong, recorded_at=at, recorded_by=by.name,
    )  # fmt: skip
    record(
        "surcharge.corrected", answer, by=by, at=at, reason=reason, subject_kind="surcharge",
        year=wrong.year, amount_fen=answer.amount_fen,
    )  # fmt: skip
    return answer
