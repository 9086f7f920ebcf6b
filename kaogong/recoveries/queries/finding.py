"""What should be asked back, looked for where it comes to light: claims, certificates, cases."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext

from kaogong.claims import queries as claims
from kaogong.claims.models import ClaimLine
from kaogong.claims.queries.stages import stages_to_recover
from kaogong.funds import queries as funds
from kaogong.funds.models import Payment
from kaogong.kernel.actor import Actor
from kaogong.supervision import queries as supervision

from ..models import RecoupmentPart
from .exceeding import overpaid_due


@dataclass(frozen=True, slots=True)
class Due:
    """One thing to be asked back: why, from which payment, how much."""

    cause: str
    source: str
    region_code: str
    payment: Payment | None
    institution_id: int | None
    person_id: int | None
    debtor_name: str
    line_reference: str
    amount_fen: int
    why: str


def due(by: Actor, on: date) -> Iterator[Due]:
    """Everything in reach that rests on money really paid by ``on``; what is known already is found again."""
    yield from _revoked(by)
    yield from _conflicts(by)
    yield from _adjustments(by)
    yield from _stages(by, on)
    for source, line, why, fen in overpaid_due(by):
        yield from _of_line("overpaid", source, line, why, {"training": fen})
    yield from _cases(by)


def paid_parts(line: ClaimLine) -> list[tuple[str, Payment, int]]:
    """The paid payments a line has part in: (training | allowance, payment, the line's fen in it)."""
    standing = claims.payments_of(line.claim)
    fen = {"training": line.amount_fen, "allowance": line.allowance_fen}
    return [
        (part, standing[reference], fen[part])
        for part, reference in claims.payments_due(line).items()
        if reference in standing and standing[reference].status == "paid"
    ]


def payments_to_ask_back(by: Actor, text: str = "") -> list[Payment]:
    """Paid payments in reach of a payee or reference, newest first, each with ``free_fen`` not yet asked back."""
    rows = list(funds.payments(by, status="paid", text=text)[:200])
    asked: dict[int, int] = {}
    taken = RecoupmentPart.objects.filter(payment__in=rows).exclude(recoupment__status="dropped")
    for payment_id, fen in taken.values_list("payment_id", "amount_fen"):
        asked[payment_id] = asked.get(payment_id, 0) + fen
    for row in rows:
        row.free_fen = row.amount_fen - asked.get(row.pk, 0)
    return [row for row in rows if row.free_fen > 0]


def _of_line(
    cause: str, source: str, line: ClaimLine, why: str, fen: dict[str, int] | None = None
) -> Iterator[Due]:
    for part, payment, paid_fen in paid_parts(line):
        amount = paid_fen if fen is None else min(paid_fen, fen.get(part, 0))
        if amount > 0:
            yield _due(cause, source, payment, line.reference, amount, why)


def _due(cause: str, source: str, payment: Payment, line_reference: str, amount_fen: int, why: str) -> Due:
    return Due(
        cause, source, payment.region_code, payment, payment.institution_id, payment.person_id,
        payment.payee_name, line_reference, amount_fen, why,
    )  # fmt: skip


def _lines(**where):
    rows = ClaimLine.objects.filter(status="paid", **where)
    return rows.select_related("claim", "certificate", "person").order_by("id")


def _within(by: Actor, line: ClaimLine) -> bool:
    return by.role == "system" or claims.claims(by).filter(pk=line.claim_id).exists()


def _revoked(by: Actor) -> Iterator[Due]:
    for line in _lines(certificate__status="revoked"):
        if _within(by, line):
            why = gettext("证书{number}已撤销").format(number=line.certificate.number)
            yield from _of_line("revoked", f"line:{line.reference}", line, why)


def _conflicts(by: Actor) -> Iterator[Due]:
    """Conflicts somebody has looked into; those of a revoked certificate are found by the certificate."""
    rows = claims.conflicts(by, status="answered").exclude(rule_id="G1").filter(line__status="paid")
    for conflict in rows.select_related("line__claim", "line__person"):
        yield from _of_line("conflict", f"conflict:{conflict.pk}", conflict.line, conflict.answer)


def _adjustments(by: Actor) -> Iterator[Due]:
    rows = claims.adjustments(by).filter(status="approved", kind="recovery", line__status="paid")
    for one in rows:
        less: dict[str, int] = {"training": 0, "allowance": 0}
        for part in one.parts:
            kind = "training" if part["code"] == "training" or part["payee"] != "person" else "allowance"
            less[kind] += max(0, part["before_fen"] - part["after_fen"])
        yield from _of_line("adjustment", f"adjustment:{one.pk}", one.line, one.reason, less)


def _stages(by: Actor, on: date) -> Iterator[Due]:
    for found in stages_to_recover(by, on):
        if found.line.status == "paid":
            yield from _of_line("stage", f"line:{found.line.reference}", found.line, found.why)


def _cases(by: Actor) -> Iterator[Due]:
    for demand in supervision.recoveries(by).filter(status="demanded"):
        case, source = demand.case, f"demand:{demand.pk}"
        why = f"{case.number} {demand.reason}"
        paid = []
        if demand.claim_number:
            rows = funds.payments_for(f"{demand.claim_number}/").filter(status="paid")
            paid = list(rows.filter(institution_id=case.institution_id, person_id=None))
        if len(paid) == 1 and paid[0].amount_fen >= demand.amount_fen:
            yield _due("case", source, paid[0], "", demand.amount_fen, why)
        else:
            named = case.institution.name if case.institution_id else case.person.name
            yield Due(
                "case", source, case.region_code, None, case.institution_id,
                None if case.institution_id else case.person_id, named, "", demand.amount_fen, why,
            )  # fmt: skip
