"""Reading funds: what is left, and who bears it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet, Sum

from kaogong.access.queries import in_reach
from kaogong.kernel.actor import Actor
from kaogong.ledger import queries as ledger_queries
from kaogong.ledger.states import SOURCE_LEVELS

from ..models import BudgetVersion, Fund, Reservation, Transfer, Waterfall
from .reach import only, within_reach


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One source of one programme of one fund: how much, and where it stands."""

    fund: Fund
    programme: str
    source_level: str
    budgeted_fen: int
    available_fen: int
    reserved_fen: int
    payable_fen: int
    in_transit_fen: int
    paid_fen: int
    returned_fen: int
    frozen_fen: int = 0
    carried_fen: int = 0

    @property
    def source_label(self) -> str:
        return SOURCE_LEVELS[self.source_level]

    @property
    def executed_permille(self) -> int:
        """Paid so far, of a thousand parts of the budget."""
        return self.paid_fen * 1000 // self.budgeted_fen if self.budgeted_fen else 0


def funds(by: Actor) -> QuerySet[Fund]:
    return within_reach(Fund.objects.order_by("-year", "code"), by)


def fund_names() -> dict[str, str]:
    """The name of every fund by its code, the latest year's; names are no secret, sums are."""
    return dict(Fund.objects.order_by("year").values_list("code", "name"))


def fund(fund_id: int, by: Actor) -> Fund:
    return only(funds(by).filter(pk=fund_id))


def programmes_of(fund: Fund) -> list[str]:
    """The programmes a fund pays or has a budget for, those of its own region's waterfalls first."""
    named = [
        row.programme
        for row in Waterfall.objects.filter(region_code__startswith=fund.region_code[:2]).order_by("id")
        if row.status != "discarded" and any(tier["fund"] == fund.code for tier in row.tiers)
    ]
    budgeted = [row.programme for row in ledger_queries.trial_balance(fund.code, fund.year)]
    return list(dict.fromkeys([*named, *budgeted]))


def reservation(reference: str) -> Reservation | None:
    """What was set aside under that reference, and in which fund; None when nothing."""
    return Reservation.objects.select_related("fund").filter(reference=reference).first()


def reservation_for_update(reference: str) -> Reservation:
    return only(
        Reservation.objects.select_related("fund").select_for_update(of=("self",)).filter(reference=reference)
    )


def fund_board(by: Actor, year: int | None = None) -> list[BoardRow]:
    """Where the money of every fund in reach stands, by programme and source, in two queries."""
    mine = {(row.code, row.year): row for row in funds(by) if year is None or row.year == year}
    rows = ledger_queries.trial_balance(fund_codes={code for code, _ in mine}, year=year) if mine else []
    return [
        BoardRow(
            fund=mine[row.fund_code, row.year],
            programme=row.programme,
            source_level=row.source_level,
            budgeted_fen=row.budgeted_fen,
            available_fen=row.available_fen,
            reserved_fen=row.reserved_fen,
            payable_fen=row.payable_fen,
            in_transit_fen=row.in_transit_fen,
            paid_fen=row.paid_fen,
            returned_fen=row.returned_fen,
            frozen_fen=row.frozen_fen,
            carried_fen=row.carried_fen,
        )
        for row in rows
        if (row.fund_code, row.year) in mine
    ]


def budget_versions(by: Actor) -> QuerySet[BudgetVersion]:
    """Every version of every budget in reach, newest first."""
    rows = BudgetVersion.objects.select_related("fund").order_by("-set_at", "-id")
    return in_reach(rows, by, region="fund__region_code", organisation=None)


def transfers(by: Actor) -> QuerySet[Transfer]:
    """What was announced and what came, newest first; a corrected one and its correction both stand."""
    rows = Transfer.objects.select_related("fund", "corrected_by").order_by("-told_on", "-id")
    return in_reach(rows, by, region="fund__region_code", organisation=None)


def transferred(fund_ids: Iterable[int]) -> dict[tuple[int, str, str], dict[str, int]]:
    """Fen by kind (announced, received) of each (fund, programme, source)."""
    sums: dict[tuple[int, str, str], dict[str, int]] = {}
    rows = (
        Transfer.objects.filter(fund_id__in=fund_ids)
        .values_list("fund_id", "programme", "source_level", "kind")
        .annotate(fen=Sum("amount_fen"))
        .order_by()
    )
    for fund_id, programme, level, kind, fen in rows:
        sums.setdefault((fund_id, programme, level), {})[kind] = int(fen)
    return sums
