"""Which bank line and which movement of the books are the same money: proposed here, decided elsewhere."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from ..models import Payment, StatementLine
from .bank_books import BookItem

_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9/_\-]*")


@dataclass(frozen=True, slots=True)
class Proposal:
    """Lines and items that add up to the same; ``sure`` when both name the same thing in writing."""

    rule_code: str
    lines: tuple[StatementLine, ...]
    items: tuple[BookItem, ...]
    sure: bool

    @property
    def key(self) -> str:
        """The same for the same proposal: what a page sends back when it is accepted."""
        if self.lines:
            return f"line-{self.lines[0].pk}"
        return f"{self.rule_code}-{self.items[0].pk}"

    @property
    def amount_fen(self) -> int:
        return sum(item.amount_fen for item in self.items)

    @property
    def first_item(self) -> BookItem:
        return self.items[0]


def came_back_item(payment: Payment, line: StatementLine) -> BookItem:
    """What the books will hold once a paid payment is taken as come back by this line."""
    return BookItem(
        "back", payment.pk, line.booked_on, payment.amount_fen, payment.reference, payment.batch.number,
        payment.payee_name, bytes(payment.bank_account_index), payment.status,
    )  # fmt: skip


def come_backs(lines: Iterable[StatementLine], paid: Iterable[Payment]) -> list[Proposal]:
    """Money that came in naming one paid payment and its amount: a payment given back after it arrived."""
    by_reference = {payment.reference: payment for payment in paid}
    found = []
    for line in lines:
        words = reference_words(line.remark) & set(by_reference)
        meant = [by_reference[word] for word in words if by_reference[word].amount_fen == line.amount_fen]
        if len(meant) == 1:
            item = came_back_item(by_reference.pop(meant[0].reference), line)
            found.append(Proposal("come_back", (line,), (item,), sure=False))
    return found


def reference_words(remark: str) -> set[str]:
    """What in a line's own words may be a number of ours."""
    return set(_WORD.findall(remark))


def proposals(
    lines: Sequence[StatementLine], items: Iterable[BookItem], *, days: int, covered_until: date | None
) -> list[Proposal]:
    """Every pairing that can be said, the sure first; no line and no item stands in two.

    ``days``: how far the two dates may lie apart where nothing names the other in writing.
    """
    search = _Search(lines, items, days)
    search.by_reference()
    search.by_batch()
    search.by_document()
    search.by_amount()
    search.by_batch_amount()
    if covered_until is not None:
        search.rejected(covered_until)
    return search.found


class _Search:
    """One pass: what is left of both sides, rule after rule."""

    def __init__(self, lines: Sequence[StatementLine], items: Iterable[BookItem], days: int) -> None:
        self.lines = {line.pk: line for line in lines}
        self.items = {item.key: item for item in items}
        self.days = timedelta(days=days)
        self.found: list[Proposal] = []
        self.words = {line.pk: reference_words(line.remark) for line in lines}

    def _take(self, rule_code: str, lines: list[StatementLine], items: list[BookItem], *, sure: bool) -> None:
        self.found.append(Proposal(rule_code, tuple(lines), tuple(items), sure))
        for line in lines:
            del self.lines[line.pk]
        for item in items:
            del self.items[item.key]

    def _of(self, *kinds: str) -> list[BookItem]:
        return [item for item in self.items.values() if item.kind in kinds]

    def by_reference(self) -> None:
        """The line names one movement and says its amount."""
        named = {(item.kind, item.reference): item for item in self._of("out", "back", "recovery")}
        rules = {"out": "reference", "back": "refund", "recovery": "recovery"}
        for line in list(self.lines.values()):
            kinds = ("out",) if line.amount_fen < 0 else ("back", "recovery")
            meant = [
                item
                for word in self.words[line.pk]
                for kind in kinds
                if (item := named.get((kind, word))) is not None and item.key in self.items
            ]
            if len(meant) == 1 and meant[0].amount_fen == line.amount_fen:
                self._take(rules[meant[0].kind], [line], meant, sure=True)

    def by_batch(self) -> None:
        """The line names a batch: all of it, or what of it went."""
        batches = self._batches()
        for line in list(self.lines.values()):
            for word in self.words[line.pk] & set(batches):
                whole = [item for item in batches[word] if item.key in self.items]
                gone = [item for item in whole if item.status == "paid"]
                fitting = next((one for one in (whole, gone) if one and _total(one) == line.amount_fen), None)
                if fitting:
                    self._take("batch", [line], fitting, sure=True)
                    break

    def _batches(self) -> dict[str, list[BookItem]]:
        batches: dict[str, list[BookItem]] = defaultdict(list)
        for item in self._of("out"):
            batches[item.batch_number].append(item)
        return batches

    def by_document(self) -> None:
        """Money from above whose document the line names."""
        for item in self._of("transfer"):
            lines = [
                line
                for line in self.lines.values()
                if item.reference in line.remark and line.amount_fen == item.amount_fen
            ]
            if len(lines) == 1:
                self._take("transfer", lines, [item], sure=True)

    def by_amount(self) -> None:
        """The same amount, the same account where both know one, few days apart, and nothing else like it."""
        by_fen: dict[int, list[BookItem]] = defaultdict(list)
        for item in self.items.values():
            by_fen[item.amount_fen].append(item)
        meant: dict[int, list[BookItem]] = {}
        wanted: dict[str, int] = defaultdict(int)
        for line in self.lines.values():
            meant[line.pk] = [item for item in by_fen[line.amount_fen] if self._alike(line, item)]
            for item in meant[line.pk]:
                wanted[item.key] += 1
        for line in list(self.lines.values()):
            if len(meant[line.pk]) == 1 and wanted[meant[line.pk][0].key] == 1:
                self._take("amount", [line], meant[line.pk], sure=False)

    def _alike(self, line: StatementLine, item: BookItem) -> bool:
        if abs(line.booked_on - item.on) > self.days:
            return False
        if item.kind in ("out", "back"):
            return bool(item.account_index) and bytes(line.counter_account_index) == item.account_index
        return True

    def by_batch_amount(self) -> None:
        """One line of just what a whole batch adds up to, few days after it was released."""
        batches = self._batches()
        for line in list(self.lines.values()):
            fitting = [
                whole
                for whole in batches.values()
                if all(item.key in self.items for item in whole)
                and _total(whole) == line.amount_fen
                and abs(line.booked_on - whole[0].on) <= self.days
            ]
            if len(fitting) == 1:
                self._take("batch_amount", [line], fitting[0], sure=False)

    def rejected(self, covered_until: date) -> None:
        """Payments the bank refused without ever booking them: out and back in the books, nothing at the bank."""
        backs = {item.pk: item for item in self._of("back")}
        for out in self._of("out"):
            back = backs.get(out.pk)
            if back is not None and back.on + self.days <= covered_until:
                self._take("rejected", [], [out, back], sure=False)


def _total(items: Sequence[BookItem]) -> int:
    return sum(item.amount_fen for item in items)
