"""Funds, their budgets, and money set aside for claims."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from kaogong.access.permissions import Permission
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound, Refused
from kaogong.kernel.money import split_by_shares, yuan
from kaogong.kernel.region_code import RegionCode
from kaogong.ledger import operations as ledger
from kaogong.ledger import queries as ledger_queries
from kaogong.trail.operations import record, require_may

from .. import queries
from ..models import Fund, FundShare, Reservation


class FundExists(Refused):
    """资金代码{code}在{year}年度已经开立。"""


class SharesNotWhole(Refused):
    """项目{programme}的分担比例合计应为1000‰，且每级不为负；现为{total}‰。"""


class ProgrammeAlreadyFunded(Refused):
    """{year}年度项目{programme}已经由“{fund}”列支，同一项目不能由两个资金列支。"""


class FundMissing(Refused):
    """{region}在{year}年度没有列支项目{programme}的资金，请先开立资金并下达预算。"""


class ReservationTooSmall(Refused):
    """{reference}的预留资金只剩{left}，不足{wanted}。"""


@transaction.atomic
def open_fund(
    *,
    code: str,
    name: str,
    region_code: str,
    year: int,
    shares: Mapping[str, Mapping[str, int]],
    by: Actor,
    at: datetime,
    illustrative: bool = False,
) -> Fund:
    """Open one fund of a year. ``shares``: programme → level of government → permille, 1000 in all."""
    if by.role != "system":
        require_may(by, Permission.SET_BUDGET, "开立资金")
        if not (by.region_code and RegionCode(by.region_code).covers(region_code)):
            raise NotFound()
    if Fund.objects.filter(code=code, year=year).exists():
        raise FundExists(code=code, year=year)
    for programme, parts in shares.items():
        if sum(parts.values()) != 1000 or min(parts.values()) < 0:
            raise SharesNotWhole(programme=programme, total=sum(parts.values()))
        other = FundShare.objects.filter(region_code=region_code, year=year, programme=programme).first()
        if other is not None:
            raise ProgrammeAlreadyFunded(year=year, programme=programme, fund=other.fund.name)
    fund = Fund.objects.create(
        code=code, name=name, region_code=region_code, year=year, illustrative=illustrative
    )
    FundShare.objects.bulk_create(
        [
            FundShare(fund=fund, programme=programme, region_code=region_code, year=year, shares=dict(parts))
            for programme, parts in shares.items()
        ]
    )
    record("fund.opened", fund, by=by, at=at, shares={key: dict(value) for key, value in shares.items()})
    return fund


@transaction.atomic
def set_budget(
    fund_id: int,
    *,
    programme: str,
    source_level: str,
    amount_fen: int,
    by: Actor,
    at: datetime,
    reason: str = "",
    key: str = "",
):
    """Make one source's budget of one programme this much in all; the same ``key`` tells it once."""
    fund = queries.fund(fund_id, by=by)
    return ledger.set_budget(
        fund.code,
        programme=programme,
        year=fund.year,
        source_level=source_level,
        amount_fen=amount_fen,
        key=key or _next_budget_key(fund, programme, source_level),
        by=by,
        at=at,
        reason=reason,
    )


def _next_budget_key(fund: Fund, programme: str, source_level: str) -> str:
    Fund.objects.select_for_update().get(pk=fund.pk)
    nth = ledger_queries.budget_changes(fund.code, fund.year, programme, source_level)
    return f"budget:{fund.code}:{fund.year}:{programme}:{source_level}:{nth}"


@transaction.atomic
def reserve_for_claim(
    reference: str,
    *,
    region_code: str,
    programme: str,
    year: int,
    amount_fen: int,
    by: Actor,
    at: datetime,
) -> dict[str, int]:
    """Set money aside for one claim and return what each level of government bears; again changes nothing."""
    share = queries.share_for(region_code, programme, year)
    if share is None:
        raise FundMissing(region=region_code, year=year, programme=programme)
    parts = {level: fen for level, fen in split_by_shares(amount_fen, share.shares).items() if fen}
    entry = ledger.reserve(
        share.fund.code, programme=programme, year=year, amounts=parts, reference=reference,
        key=f"reserve:{reference}", by=by, at=at,
    )  # fmt: skip
    reservation, _ = Reservation.objects.get_or_create(
        reference=reference,
        defaults={
            "fund": share.fund, "programme": programme, "amount_fen": amount_fen, "shares": entry.amounts,
            "reserved_at": at,
        },
    )  # fmt: skip
    return reservation.shares


@transaction.atomic
def void_for_claim(
    reference: str, *, amount_fen: int, by: Actor, at: datetime, reason: str = "", key: str = ""
) -> dict[str, int]:
    """Give part of what was set aside back to the budget; with a ``key`` it may be told again safely."""
    reservation = queries.reservation_for_update(reference)
    if key:
        told = ledger_queries.entry_by_key(f"void:{key}")
        if told is not None:
            if told.reference != reference or sum(told.amounts.values()) != amount_fen:
                raise ledger.EntryDiffers(key=key, field="金额")
            return told.amounts
    parts = take_from(reservation, amount_fen)
    nth = ledger_queries.journal(reference).filter(kind="void_reserve").count()
    ledger.void_reserve(
        reservation.fund.code, programme=reservation.programme, year=reservation.fund.year, amounts=parts,
        reference=reference, key=f"void:{key or f'{reference}:{nth}'}", note=reason, by=by, at=at,
    )  # fmt: skip
    return parts


def take_from(reservation: Reservation, amount_fen: int) -> dict[str, int]:
    """Divide an amount among the sources by what each still has in the reservation, never more than that."""
    left = ledger_queries.standing(reservation.reference).get("reserved", {})
    if amount_fen > sum(left.values()):
        raise ReservationTooSmall(
            reference=reservation.reference, left=yuan(sum(left.values())), wanted=yuan(amount_fen)
        )
    return {level: fen for level, fen in split_by_shares(amount_fen, left).items() if fen}
