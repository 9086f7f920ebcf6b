"""Reading funds: what is left, and who bears it."""

from dataclasses import dataclass

from django.db.models import QuerySet

from kaogong.kernel.actor import Actor
from kaogong.kernel.region_code import RegionCode
from kaogong.ledger import queries as ledger_queries
from kaogong.ledger.states import SOURCE_LEVELS

from ..models import Fund, FundShare, Reservation
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

    @property
    def source_label(self) -> str:
        return SOURCE_LEVELS[self.source_level]

    @property
    def executed_permille(self) -> int:
        """Paid so far, of a thousand parts of the budget."""
        return self.paid_fen * 1000 // self.budgeted_fen if self.budgeted_fen else 0


def funds(by: Actor) -> QuerySet[Fund]:
    return within_reach(Fund.objects.order_by("-year", "code"), by)


def fund(fund_id: int, by: Actor) -> Fund:
    return only(funds(by).filter(pk=fund_id))


def share_for(region_code: str, programme: str, year: int) -> FundShare | None:
    """Who pays a programme in a region: the region's own fund, else that of the nearest region above."""
    region = RegionCode(region_code)
    codes = [region.value, *(parent.value for parent in region.parents())]
    rows = FundShare.objects.select_related("fund").filter(
        region_code__in=codes, programme=programme, year=year
    )
    return min(rows, key=lambda share: codes.index(share.region_code), default=None)


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
        )
        for row in rows
        if (row.fund_code, row.year) in mine
    ]
