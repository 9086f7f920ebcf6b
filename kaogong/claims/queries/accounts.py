"""Changes of the accounts payees are paid on: which wait, what they keep from being paid, who else is paid there."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q, QuerySet

from kaogong.access.bank_accounts import on_account
from kaogong.access.queries import in_reach
from kaogong.funds.models import Payment
from kaogong.funds.states import UNPAID
from kaogong.institutions.models import Institution
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound
from kaogong.people.models import Person
from kaogong.rules.conduct import conduct_said

from ..models import AccountChange, CasePaper, ClaimLine
from ..states import CHANGING
from .judging import rulebook

_WITH = ("person", "institution")
_SEALED = (
    "bank_account", "person__id_number", "person__phone", "person__bank_account", "institution__bank_account",
)  # fmt: skip


def account_changes(by: Actor, *, status: str = "") -> QuerySet[AccountChange]:
    """Changes in reach, those waiting longest first."""
    rows = AccountChange.objects.select_related(*_WITH).defer(*_SEALED).order_by("asked_at", "id")
    rows = in_reach(rows, by, person="person_id")
    return rows.filter(status=status) if status else rows


def account_change(change_id: int, *, by: Actor) -> AccountChange:
    """One change in reach, or NotFound."""
    found = account_changes(by).filter(pk=change_id).first()
    if found is None:
        raise NotFound()
    return found


def account_change_for_update(change_id: int, *, by: Actor) -> AccountChange:
    """The same change with its account in clear, locked until the transaction ends."""
    rows = in_reach(AccountChange.objects.select_related(*_WITH), by, person="person_id")
    found = rows.select_for_update(of=("self",), no_key=True).filter(pk=change_id).first()
    if found is None:
        raise NotFound()
    return found


def is_account_change(answered: object) -> bool:
    """Whether the answer to a returned payment is a change asked for, not a payment made anew."""
    return isinstance(answered, AccountChange)


def changing_account(payee_kind: str, payee_id: int) -> AccountChange | None:
    """The change of one payee's account that is under way."""
    rows = AccountChange.objects.filter(status__in=CHANGING).defer("bank_account")
    return rows.filter(**{f"{payee_kind}_id": payee_id}).first()


def payees_changing(payee_kind: str, payee_ids: Iterable[int]) -> set[int]:
    """Those of the payees whose account is being changed: nothing is paid to them meanwhile."""
    column = f"{payee_kind}_id"
    rows = AccountChange.objects.filter(status__in=CHANGING, **{f"{column}__in": list(payee_ids)})
    return set(rows.values_list(column, flat=True))


def payments_changing(rows: QuerySet[Payment]) -> dict[int, AccountChange]:
    """Payment id → the change under way of its payee's account; payments of all others are left out."""
    changing = AccountChange.objects.filter(status__in=CHANGING)
    people = changing.filter(person__isnull=False).values("person_id")
    bodies = changing.filter(institution__isnull=False).values("institution_id")
    found = list(
        rows.filter(Q(person_id__in=people) | Q(institution_id__in=bodies))
        .order_by()
        .values_list("pk", "person_id", "institution_id")
    )
    if not found:
        return {}
    of_person = {row.person_id: row for row in changing.defer("bank_account") if row.person_id}
    of_body = {row.institution_id: row for row in changing.defer("bank_account") if row.institution_id}
    over = {
        pk: of_person.get(person_id) or of_body.get(institution_id) for pk, person_id, institution_id in found
    }
    return {pk: change for pk, change in over.items() if change is not None}


def payments_of_payee(change: AccountChange) -> QuerySet[Payment]:
    """Every payment to the payee of a change, oldest first."""
    if change.person_id is not None:
        rows = Payment.objects.filter(person_id=change.person_id)
    else:
        rows = Payment.objects.filter(institution_id=change.institution_id)
    return rows.select_related("batch", "fund").defer("bank_account").order_by("id")


def payments_waiting(change: AccountChange) -> QuerySet[Payment]:
    """The payee's payments that wait for the change: queued, in a batch not sent, or returned by the bank."""
    return payments_of_payee(change).filter(status__in=("queued", "batched", *UNPAID))


def payments_on_former_accounts(rows: QuerySet[Payment]) -> list[tuple[Payment, AccountChange]]:
    """Those of the payments that name another account than their payee's latest change in force, each with it."""
    told = list(rows.order_by("id"))
    of_person = {payment.person_id for payment in told} - {None}
    of_body = {payment.institution_id for payment in told} - {None}
    changes = AccountChange.objects.filter(
        Q(person_id__in=of_person) | Q(institution_id__in=of_body), status="in_force"
    )
    # A later change replaces an earlier: of a payee no two are ever under way at once.
    latest = {(row.payee_kind, row.payee_id): row for row in changes.order_by("id")}
    found = [(payment, latest.get((payment.payee_kind, payment.payee_id))) for payment in told]
    return [
        (payment, change)
        for payment, change in found
        if change is not None and payment.bank_account != change.bank_account
    ]


def lines_waiting(change: AccountChange) -> QuerySet[ClaimLine]:
    """Cleared lines of which a sum for the payee is not owed yet."""
    own = Q(allowance_fen__gt=0, allowance_payment="") | Q(
        amount_fen__gt=0, training_payment="", claim__payer_mode="person"
    )
    if change.person_id is not None:
        rows = ClaimLine.objects.filter(own, person_id=change.person_id)
    else:
        payee = Q(claim__payer_mode="provider", claim__institution_id=change.institution_id) | Q(
            claim__payer_mode="employer", claim__employer_id=change.institution_id
        )
        rows = ClaimLine.objects.filter(payee, amount_fen__gt=0, training_payment="")
    return rows.filter(status="cleared").select_related("claim", "person").order_by("claim_id", "sequence")


def changes_to_carry_out(by: Actor, on: date) -> list[int]:
    """Approved changes whose cooling is over, none of whose payments stands in a batch: they go first."""
    rows = account_changes(by, status="cooling").filter(pays_from__lte=on)
    return [row.pk for row in rows if not payments_of_payee(row).filter(status="batched").exists()]


def cooling_days(region_code: str, on: date) -> int | None:
    """For how many days after its approval nothing is paid on a changed account; None where nobody has said."""
    conduct = conduct_said(rulebook(), region_code[:6], "payment", on)
    found = conduct.value("account_cooling_days") if conduct is not None else None
    return None if found is None or found.value is None else int(found.value)


def others_on_account(change: AccountChange) -> list[str]:
    """Everybody else who is, or asks to be, paid on the account asked for, as the clerk must be told."""
    people = on_account(Person.objects.defer("id_number", "phone", "bank_account"), change.bank_account)
    bodies = on_account(Institution.objects.defer("bank_account"), change.bank_account)
    asking = on_account(AccountChange.objects.defer(*_SEALED).select_related(*_WITH), change.bank_account)
    found = [str(row) for row in people.exclude(pk=change.person_id).order_by("pk")[:20]]
    found += [row.name for row in bodies.exclude(pk=change.institution_id).order_by("pk")[:20]]
    for row in asking.filter(status__in=CHANGING).exclude(pk=change.pk).order_by("pk")[:20]:
        if (row.person_id, row.institution_id) != (change.person_id, change.institution_id):
            found.append(row.payee_name)
    return list(dict.fromkeys(found))


def case_papers(**owner: int) -> QuerySet[CasePaper]:
    """The papers of one change (``change_id``) or appeal (``appeal_id``), without their content."""
    return CasePaper.objects.filter(**owner).defer("content").order_by("id")


def case_paper(paper_id: int, *, by: Actor) -> CasePaper:
    """One paper of a change or an appeal in reach, or NotFound."""
    rows = CasePaper.objects.select_related("change", "appeal").defer("change__bank_account")
    of_change = in_reach(
        rows, by, region="change__region_code", organisation="change__institution_id",
        person="change__person_id",
    )  # fmt: skip
    of_appeal = in_reach(
        rows, by, region="appeal__region_code", organisation="appeal__institution_id",
        person="appeal__person_id",
    )  # fmt: skip
    found = of_change.filter(pk=paper_id).first() or of_appeal.filter(pk=paper_id).first()
    if found is None:
        raise NotFound()
    return found
