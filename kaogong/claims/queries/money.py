"""Where a claim's money stands, from the decision to the bank's line."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext

from kaogong.access.queries import in_reach
from kaogong.funds import queries as funds
from kaogong.funds.models import BankReturnLine, Payment
from kaogong.kernel.actor import Actor
from kaogong.kernel.money import yuan
from kaogong.ledger import queries as ledger
from kaogong.people import queries as people

from ..models import Claim, ClaimLine, Decision
from ..states import COUNTED
from .fetching import claim as claim_in_reach
from .fetching import decisions_of_claim, lines


def payments_of(claim: Claim) -> dict[str, Payment]:
    """First reference → the payment that stands for it now: corrected accounts are followed."""
    return _standing(list(funds.payments_for(f"{claim.number}/")))


def _standing(rows: list[Payment]) -> dict[str, Payment]:
    by_id = {row.pk: row for row in rows}
    standing: dict[str, Payment] = {}
    for row in rows:  # oldest first, so that the last replacement stays
        first = row
        while first.replaces_id is not None:
            first = by_id[first.replaces_id]
        standing[first.reference] = row
    return standing


def payments_due(line: ClaimLine) -> dict[str, str]:
    """The parts a line is owed → the payment reference of each, "" while it waits for a bank account."""
    due = {}
    if line.amount_fen:
        due["training"] = line.training_payment
    if line.allowance_fen:
        due["allowance"] = line.allowance_payment
    return due


def lines_without_bank_account(by: Actor) -> QuerySet[ClaimLine]:
    """Cleared lines with money that nobody could be paid yet, for want of an account; oldest first."""
    rows = ClaimLine.objects.filter(status="cleared").filter(
        Q(amount_fen__gt=0, training_payment="") | Q(allowance_fen__gt=0, allowance_payment="")
    )
    rows = in_reach(rows, by, region="claim__region_code", organisation="claim__institution_id")
    return rows.select_related("claim__institution", "person").order_by("claim__submitted_at", "id")


def lines_of_payments(references: set[str]) -> QuerySet[ClaimLine]:
    """The lines some payment references (corrections taken back to the first) pay for."""
    return (
        ClaimLine.objects.filter(Q(training_payment__in=references) | Q(allowance_payment__in=references))
        .select_related("certificate", "claim")
        .order_by("id")
    )


def first_references(batch_id: int) -> set[str]:
    """The first reference of every payment in a batch."""
    return set(_firsts(Payment.objects.filter(batch_id=batch_id)).values())


def first_references_of(payment_ids: Iterable[int]) -> dict[int, str]:
    """Payment → the first reference of its chain of corrections."""
    return _firsts(Payment.objects.filter(pk__in=list(payment_ids)))


def _firsts(rows: QuerySet[Payment]) -> dict[int, str]:
    """One statement for each step back, however many payments there are."""
    first: dict[int, str] = {}
    waiting: dict[int, list[int]] = {}  # earlier payment → those it stands behind
    for pk, reference, replaces_id in rows.values_list("pk", "reference", "replaces_id"):
        if replaces_id is None:
            first[pk] = reference
        else:
            waiting.setdefault(replaces_id, []).append(pk)
    while waiting:
        behind, waiting = waiting, {}
        earlier = Payment.objects.filter(pk__in=list(behind)).values_list("pk", "reference", "replaces_id")
        for pk, reference, replaces_id in earlier:
            if replaces_id is None:
                first |= dict.fromkeys(behind[pk], reference)
            else:
                waiting.setdefault(replaces_id, []).extend(behind[pk])
    return first


def claims_to_settle(by: Actor) -> list[int]:
    """Claims where a payment arrived for a line that waits, or came back from one that was paid."""
    waiting = Claim.objects.filter(status="cleared").filter(
        Exists(Payment.objects.filter(reservation__reference=OuterRef("number"), status="paid"))
    )
    came_back = Payment.objects.filter(came_back_at__isnull=False).exclude(status="voided")
    given_back = Claim.objects.filter(
        status__in=("cleared", "paid"), number__in=came_back.values("reservation__reference")
    ).filter(Exists(ClaimLine.objects.filter(claim=OuterRef("pk"), status="paid")))
    found = set(in_reach(waiting, by).values_list("pk", flat=True))
    return sorted(found | set(in_reach(given_back, by).values_list("pk", flat=True)))


def standing_payments(references: Iterable[str]) -> dict[str, Payment]:
    """As ``payments_of``, for the money set aside under many references (claims, instalments) at once."""
    rows = Payment.objects.filter(reservation__reference__in=list(references))
    return _standing(list(rows.defer("bank_account").order_by("id")))


def lines_of_claims(claim_ids: Iterable[int], statuses: Iterable[str]) -> QuerySet[ClaimLine]:
    """The lines of some claims in these states, in their order."""
    rows = ClaimLine.objects.filter(claim_id__in=list(claim_ids), status__in=statuses)
    return rows.order_by("claim_id", "id")


def claims_with_lines(claim_ids: Iterable[int], statuses: Iterable[str]) -> set[int]:
    """Those of some claims that have a line in one of these states."""
    return set(lines_of_claims(claim_ids, statuses).order_by().values_list("claim_id", flat=True).distinct())


def times_given_back(lines: Iterable[ClaimLine]) -> dict[int, int]:
    """Line → how often the bank gave its money back after it had arrived; only those where it did."""
    lines = list(lines)
    numbers = {line.claim.number for line in lines}
    back = Payment.objects.filter(
        reservation__reference__in=numbers, came_back_at__isnull=False, answered_at__isnull=False
    )
    times: dict[str, int] = {}
    for first in _firsts(back).values():
        times[first] = times.get(first, 0) + 1
    found = {
        line.pk: sum(times.get(reference, 0) for reference in payments_due(line).values() if reference)
        for line in lines
    }
    return {pk: count for pk, count in found.items() if count}


@dataclass(frozen=True, slots=True)
class LineMoney:
    """One line's fen: what was decided, what pays it, what the bank said."""

    line: ClaimLine
    decision: Decision
    payments: dict[str, Payment | None]
    bank_lines: list[BankReturnLine]


@dataclass(frozen=True, slots=True)
class MoneyStory:
    """Every fen of one claim from decision to bank line, and whether all the sums agree."""

    claim: Claim
    lines: list[LineMoney]
    payments: list[Payment]
    entries: list
    standing: dict[str, int]
    disagreements: list[str] = field(default_factory=list)

    @property
    def agrees(self) -> bool:
        return not self.disagreements


def money_story(claim_id: int, *, by: Actor) -> MoneyStory:
    """The money of one claim in reach, line by line, with every sum compared to every other."""
    claim = claim_in_reach(claim_id, by=by)
    payments = list(funds.payments_for(f"{claim.number}/"))
    answers: dict[int, list[BankReturnLine]] = {}
    for answer in BankReturnLine.objects.filter(payment__in=[p.pk for p in payments]).order_by("id"):
        answers.setdefault(answer.payment_id, []).append(answer)
    latest, now = decisions_of_claim(claim.pk), payments_of(claim)
    told = []
    for line in lines(claim.pk):
        paid_by = {part: now.get(reference) for part, reference in payments_due(line).items()}
        chain = {p.pk for p in payments if _first(p, payments).reference in payments_due(line).values()}
        told.append(
            LineMoney(
                line, latest[line.pk], paid_by, [row for pk in sorted(chain) for row in answers.get(pk, [])]
            )
        )
    references = [claim.number, *(payment.reference for payment in payments)]
    entries = [entry for reference in references for entry in ledger.journal(reference).order_by("id")]
    standing: dict[str, int] = {}
    for reference in references:
        for state, sources in ledger.standing(reference).items():
            standing[state] = standing.get(state, 0) + sum(sources.values())
    standing = {state: fen for state, fen in standing.items() if fen}
    return MoneyStory(claim, told, payments, entries, standing, disagreements(claim, told, standing))


def _first(payment: Payment, payments: list[Payment]) -> Payment:
    by_id = {row.pk: row for row in payments}
    while payment.replaces_id is not None:
        payment = by_id[payment.replaces_id]
    return payment


def _set_off(claim: Claim, told: list[LineMoney]) -> list[Payment]:
    """Parts of the claim's payments that were set against what the payee owed; the rest stands for the line."""
    standing = {payment.pk for row in told for payment in row.payments.values() if payment}
    rows = funds.payments_for(f"{claim.number}/").filter(status="paid").exclude(offset_for="")
    return list(rows.exclude(pk__in=standing))


def disagreements(claim: Claim, told: list[LineMoney], standing: dict[str, int]) -> list[str]:
    """A sentence for every pair of sums that ought to be equal and is not."""
    said = []
    counted = [row.line for row in told if row.line.status in COUNTED]
    total = sum(line.total_fen for line in counted)
    if claim.amount_fen != total:
        said.append(
            gettext("申领金额 {claim}，逐人合计 {lines}").format(
                claim=yuan(claim.amount_fen), lines=yuan(total)
            )
        )
    for row in told:
        decided = (row.decision.amount_fen, row.decision.allowance_fen)
        if decided != (row.line.amount_fen, row.line.allowance_fen):
            said.append(
                gettext("明细 {line} 的金额 {ours}，最新测算结论 {decided}").format(
                    line=row.line.reference, ours=yuan(row.line.total_fen), decided=yuan(sum(decided))
                )
            )
    if claim.status in ("approved", "published", "cleared", "paid", "lapsed"):
        held = sum(
            fen
            for state, fen in standing.items()
            if state in ("reserved", "payable", "in_transit", "returned", "paid")
        )
        if held != total:
            said.append(
                gettext("专账中预留、待支付、在途、退回和已支付共 {ledger}，逐人合计 {lines}").format(
                    ledger=yuan(held), lines=yuan(total)
                )
            )
        paid = sum(
            payment.amount_fen
            for payment in {p.pk: p for row in told for p in row.payments.values() if p}.values()
            if payment.status == "paid"
        ) + sum(offset.amount_fen for offset in _set_off(claim, told))
        if standing.get("paid", 0) != paid:
            said.append(
                gettext("专账已支付 {ledger}，付款记录已支付 {payments}").format(
                    ledger=yuan(standing.get("paid", 0)), payments=yuan(paid)
                )
            )
    return said


def payment_story(person_id: int) -> list[dict]:
    """For the learner: each subsidy of theirs, where it stands, why, and what comes next; newest first."""
    rows = (
        ClaimLine.objects.filter(person_id__in=people.same_person_ids([person_id])[person_id])
        .filter(claim__training_class__isnull=False)  # a month's subsidy is the employer's
        .exclude(status="withdrawn")
        .select_related("claim__training_class", "certificate")
        .order_by("-claim__submitted_at", "-id")
    )
    story = []
    for line in rows:
        now = payments_of(line.claim) if line.status in ("cleared", "paid") else {}
        decision = Decision.objects.filter(line=line).order_by("-version").first()
        own = now.get(line.allowance_payment) or (
            now.get(line.training_payment) if line.claim.payer_mode == "person" else None
        )
        story.append(
            {
                "line": line,
                "claim": line.claim,
                "training_class": line.claim.training_class,
                "decision": decision,
                "payment": own,
                "waiting_for_account": line.status == "cleared" and "" in _owed_to_person(line),
                "failure_reason": own.failure_reason if own is not None else "",
            }
        )
    return story


def _owed_to_person(line: ClaimLine) -> list[str]:
    due = payments_due(line)
    return [due[part] for part in due if part == "allowance" or line.claim.payer_mode == "person"]
