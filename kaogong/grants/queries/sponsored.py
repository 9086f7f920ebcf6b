"""Sponsors' agreements in reach, what each use got, spent and has left by the ledger, and what a sponsor is told."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from django.utils.timezone import localdate

from kaogong.access.queries import in_reach
from kaogong.claims.queries import standing_payments
from kaogong.funds.models import Payment, Transfer
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound
from kaogong.ledger import queries as ledger
from kaogong.ledger.states import SPONSOR

from ..models import SponsoredSpending, SponsoredUse, Sponsorship

# Neither free to spend nor gone for good: an agreement with money in one of these is not settled.
UNSETTLED = (
    "available",
    "reserved",
    "payable",
    "in_transit",
    "returned",
    "frozen",
    "recovering",
    "recovered",
)


@dataclass(frozen=True, slots=True)
class UseStanding:
    """One use of an agreement: agreed, come in, promised or on its way, paid, and free to spend."""

    use: SponsoredUse
    received_fen: int
    under_way_fen: int
    paid_fen: int
    given_back_fen: int
    left_fen: int

    @property
    def spent_fen(self) -> int:
        """Paid for the use itself: what was paid but what went back to the sponsor."""
        return self.paid_fen - self.given_back_fen


@dataclass(frozen=True, slots=True)
class Told:
    """One line a sponsor is told: a receipt or a payment that arrived."""

    on: date
    what: str  # received | corrected | spent | given_back | came_back
    use: str
    whom: str
    amount_fen: int
    document: str
    is_person: bool = False


def sponsorships(by: Actor, *, text: str = "", status: str = "") -> QuerySet[Sponsorship]:
    """Agreements in reach, the latest signed first, without their files."""
    rows = Sponsorship.objects.select_related("sponsor", "fund").order_by("-agreed_on", "-id")
    rows = in_reach(rows, by, organisation=None).defer("content", "sponsor__bank_account")
    if wanted := text.strip():
        rows = rows.filter(
            Q(event__icontains=wanted) | Q(sponsor__name__icontains=wanted) | Q(number=wanted.upper())
        )
    return rows.filter(status=status) if status else rows


def sponsorship(sponsorship_id: int, *, by: Actor) -> Sponsorship:
    """One agreement in reach, or NotFound."""
    return _only(sponsorships(by).filter(pk=sponsorship_id))


def sponsorship_for_update(sponsorship_id: int, *, by: Actor) -> Sponsorship:
    """The same, locked until the transaction ends: what is asked of one agreement is answered in turn."""
    return _only(sponsorships(by).select_for_update(of=("self",), no_key=True).filter(pk=sponsorship_id))


def sponsorship_paper(sponsorship_id: int, *, by: Actor) -> Sponsorship:
    """One agreement in reach with its paper, or NotFound."""
    return _only(Sponsorship.objects.filter(pk=sponsorship(sponsorship_id, by=by).pk))


def spendings(
    by: Actor, *, sponsorship_id: int | None = None, status: str = ""
) -> QuerySet[SponsoredSpending]:
    """Sums asked for in reach, oldest first."""
    rows = SponsoredSpending.objects.select_related("sponsorship", "use", "institution", "person").order_by(
        "id"
    )
    rows = rows.defer("sponsorship__content", "institution__bank_account", "person__bank_account")
    rows = in_reach(rows, by, region="sponsorship__region_code", organisation=None)
    rows = rows if sponsorship_id is None else rows.filter(sponsorship_id=sponsorship_id)
    return rows.filter(status=status) if status else rows


def spending(spending_id: int, *, by: Actor) -> SponsoredSpending:
    """One sum in reach, or NotFound."""
    return _only(spendings(by).filter(pk=spending_id))


def spending_of_payment(reference: str) -> SponsoredSpending | None:
    """The sum a payment's first reference pays; None where it pays something else."""
    return SponsoredSpending.objects.select_related("sponsorship").filter(payment=reference).first()


def uses_of(sponsorship: Sponsorship) -> list[SponsoredUse]:
    """The closed list of an agreement."""
    return list(SponsoredUse.objects.filter(sponsorship=sponsorship).order_by("id"))


def standing_of(sponsorship: Sponsorship) -> list[UseStanding]:
    """Each use of one agreement with its money, from the ledger; sums given back told apart by their payments."""
    return standing_of_many([sponsorship])[sponsorship.pk]


def standing_of_many(sponsorships: Sequence[Sponsorship]) -> dict[int, list[UseStanding]]:
    """Agreement → its uses with their money, in three queries whatever their number."""
    ids = [one.pk for one in sponsorships]
    funds = {one.fund.code: one.pk for one in sponsorships if one.fund_id}
    rows = ledger.trial_balance(fund_codes=list(funds)) if funds else []
    fen = {(funds[row.fund_code], row.programme): row for row in rows}
    back = _given_back(ids)
    found: dict[int, list[UseStanding]] = {pk: [] for pk in ids}
    for use in SponsoredUse.objects.filter(sponsorship__in=ids).order_by("id"):
        row = fen.get((use.sponsorship_id, use.name))
        found[use.sponsorship_id].append(
            UseStanding(
                use,
                received_fen=row.budgeted_fen if row else 0,
                under_way_fen=sum(row.fen.get(state, 0) for state in UNSETTLED[1:]) if row else 0,
                paid_fen=row.paid_fen if row else 0,
                given_back_fen=back.get(use.pk, 0),
                left_fen=row.available_fen if row else 0,
            )
        )
    return found


def _given_back(sponsorship_ids: Iterable[int]) -> dict[int, int]:
    """Use → what arrived at the sponsor again."""
    rows = list(
        SponsoredSpending.objects.filter(
            sponsorship__in=list(sponsorship_ids), kind="give_back", status="approved"
        )
    )
    standing = payments_of_spendings(rows)
    sums: dict[int, int] = {}
    for row in rows:
        payment = standing.get(row.payment)
        if payment is not None and payment.status == "paid":
            sums[row.use_id] = sums.get(row.use_id, 0) + row.amount_fen
    return sums


def receipts_of(sponsorship: Sponsorship) -> list[Transfer]:
    """What came in under one agreement and what was corrected, oldest first."""
    if sponsorship.fund_id is None:
        return []
    rows = Transfer.objects.filter(fund_id=sponsorship.fund_id, source_level=SPONSOR)
    return list(rows.select_related("corrected_by").order_by("told_on", "id"))


def payments_of_spendings(rows: Iterable[SponsoredSpending]) -> dict[str, Payment]:
    """First reference → the payment that stands for it now."""
    return standing_payments(row.reference for row in rows if row.payment)


def told_to_sponsor(sponsorship: Sponsorship, *, until: date | None = None) -> list[Told]:
    """Every receipt and every sum that arrived up to a day, oldest first; what is on its way is not told."""
    lines = [
        Told(
            row.told_on, "received" if row.amount_fen > 0 else "corrected", row.programme, "", row.amount_fen,
            row.document,
        )
        for row in receipts_of(sponsorship)
    ]  # fmt: skip
    rows = list(
        SponsoredSpending.objects.filter(sponsorship=sponsorship, status="approved")
        .select_related("use", "institution", "person")
        .order_by("id")
    )
    paid = payments_of_spendings(rows)
    for row in rows:
        payment = paid.get(row.payment)
        if payment is not None and payment.status == "paid":
            lines.append(
                Told(
                    localdate(payment.answered_at), "given_back" if row.kind == "give_back" else "spent",
                    row.use.name, row.payee_name, row.amount_fen, row.document, row.person_id is not None,
                )
            )  # fmt: skip
    lines = [line for line in lines if until is None or line.on <= until]
    return sorted(lines, key=lambda line: line.on)


def _only(rows: QuerySet):
    found = rows.first()
    if found is None:
        raise NotFound()
    return found
