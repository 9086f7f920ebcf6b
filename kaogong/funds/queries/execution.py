"""How much of each budget is paid: by department, by programme, by district. One definition for all three."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from kaogong.ledger.states import SPONSOR

from .budgets import BoardRow

# The rate of execution is what was paid of a thousand parts of the budget, carried over sums included and sums
# carried out left out; what was paid and given back by the bank or recovered is not paid.
ASPECTS: dict[str, Callable[[BoardRow], str]] = {
    "department": lambda row: row.fund.department,  # whose fund it is
    "programme": lambda row: row.programme,  # what it is paid for
    "district": lambda row: row.fund.region_code[:6],  # whose budget it stands in
}


@dataclass(frozen=True, slots=True)
class Execution:
    """One department's, programme's or district's budget and what was paid of it."""

    key: str
    budget_fen: int
    reserved_fen: int
    paid_fen: int
    available_fen: int
    fund_ids: tuple[int, ...]

    @property
    def permille(self) -> int | None:
        """Paid, of a thousand parts of the budget; None without a budget."""
        return self.paid_fen * 1000 // self.budget_fen if self.budget_fen else None


def execution(board: Sequence[BoardRow], aspect: str) -> list[Execution]:
    """The rows of the board added up under one aspect, the least executed first."""
    of = ASPECTS[aspect]
    found: dict[str, list[BoardRow]] = {}
    for row in board:
        if row.source_level == SPONSOR:  # no budget of the public's
            continue
        found.setdefault(of(row), []).append(row)
    told = [_added(key, rows) for key, rows in found.items()]
    return sorted(told, key=lambda one: (one.permille if one.permille is not None else 1001, one.key))


def _added(key: str, rows: Iterable[BoardRow]) -> Execution:
    rows = list(rows)
    return Execution(
        key=key,
        budget_fen=sum(row.budgeted_fen - row.carried_fen for row in rows),
        reserved_fen=sum(
            row.reserved_fen + row.payable_fen + row.in_transit_fen + row.returned_fen for row in rows
        ),
        paid_fen=sum(row.paid_fen for row in rows),
        available_fen=sum(row.available_fen for row in rows),
        fund_ids=tuple(dict.fromkeys(row.fund.pk for row in rows)),
    )
