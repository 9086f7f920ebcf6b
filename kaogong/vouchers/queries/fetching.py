"""Issues and vouchers in an actor's reach."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext

from kaogong import rules
from kaogong.access.queries import in_reach
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound
from kaogong.people import queries as people
from kaogong.people.models import Person
from kaogong.rules import Rulebook, Scheme

from ..models import Voucher, VoucherIssue
from ..states import VOUCHER
from .numbers import tidy_number

_WITH = ("issue", "person", "institution", "enrolment__training_class")


def rulebook() -> Rulebook:
    """The rulebook in use."""
    return rules.load()


def scheme_of(issue: VoucherIssue, on: date) -> Scheme:
    """The scheme an issue's vouchers pay for, as it stands in the region on a day."""
    return rulebook().at(issue.region_code[:6], on).scheme(issue.scheme_code)


def takes_vouchers(scheme: Scheme) -> bool:
    """Whether a scheme pays what was approved beforehand, to the provider, by class: what a voucher is."""
    paid = {part.kind for part in scheme.parts if part.payee == "provider"}
    return scheme.is_claimed_by_class and paid == {"approved_up_to"}


def schemes_with_vouchers(region_code: str, on: date) -> list[Scheme]:
    """The schemes of a region that vouchers may be issued for on a day."""
    book = rulebook()
    if region_code[:6] not in book.regions:
        return []
    return [scheme for scheme in book.schemes(region_code[:6], on) if takes_vouchers(scheme)]


def issues(by: Actor) -> QuerySet[VoucherIssue]:
    """Issues in reach, newest first, each with how many are listed and how many vouchers it has."""
    rows = VoucherIssue.objects.annotate(listed_count=Count("listed")).order_by("-id")
    return in_reach(rows, by, organisation=None)


def issues_drafted(by: Actor) -> QuerySet[VoucherIssue]:
    """Lists in reach that wait for somebody to issue them."""
    return in_reach(VoucherIssue.objects.filter(status="drafted"), by, organisation=None)


def issue(issue_id: int, *, by: Actor) -> VoucherIssue:
    """One issue in reach, or NotFound."""
    return _one(issues(by).filter(pk=issue_id))


def issue_for_update(issue_id: int, *, by: Actor) -> VoucherIssue:
    """The same, locked."""
    rows = in_reach(VoucherIssue.objects.select_for_update(no_key=True), by, organisation=None)
    return _one(rows.filter(pk=issue_id))


def listed(issue_id: int) -> QuerySet[Person]:
    """The people of an issue's list."""
    return Person.objects.filter(
        pk__in=VoucherIssue.objects.filter(pk=issue_id).values("listed__person")
    ).order_by("pk")


def vouchers(by: Actor, *, status: str = "", text: str = "") -> QuerySet[Voucher]:
    """Vouchers in reach (a provider's: those bound to its classes; a person's: their own), newest first.

    ``text`` is a number, a person's name or an issue's number.
    """
    rows = in_reach(Voucher.objects.select_related(*_WITH).order_by("-id"), by, person="person_id")
    rows = rows.filter(status=status) if status else rows
    return matching(rows, text)


def matching(rows: QuerySet[Voucher], text: str) -> QuerySet[Voucher]:
    """Those with a number, of a person's name, or of an issue."""
    wanted = text.strip()
    if not wanted:
        return rows
    return rows.filter(
        Q(number=tidy_number(wanted)) | Q(person__name=wanted) | Q(issue__number__istartswith=wanted)
    )


def voucher_states() -> list[tuple[str, str]]:
    """Every state of a voucher with its name."""
    return [(code, gettext(label)) for code, label in VOUCHER.choices]


def voucher(voucher_id: int, *, by: Actor) -> Voucher:
    """One voucher in reach, or NotFound."""
    return _one(vouchers(by).filter(pk=voucher_id))


def voucher_numbered(number: str) -> Voucher | None:
    """The voucher with this number, locked, whoever asks: a provider is shown one it has not bound yet."""
    rows = Voucher.objects.select_related("issue").select_for_update(of=("self",), no_key=True)
    return rows.filter(number=tidy_number(number)).first()


def vouchers_of_person(person_id: int) -> QuerySet[Voucher]:
    """Every voucher of one person, newest first; of one merged with another, those of both."""
    same = people.same_person_ids([person_id])[person_id]
    return Voucher.objects.filter(person_id__in=same).select_related(*_WITH).order_by("-id")


def vouchers_of_class(class_id: int) -> QuerySet[Voucher]:
    """The vouchers bound to a class, in roster order."""
    rows = Voucher.objects.filter(enrolment__training_class_id=class_id, status__in=("bound", "redeemed"))
    return rows.select_related(*_WITH).order_by("enrolment__sequence")


def vouchers_due_to_expire(on: date, *, but_enrolments: Iterable[int] = ()) -> QuerySet[Voucher]:
    """Vouchers past their last day: unused ones, and bound ones whose class is not under way or over.

    Who began in time keeps the voucher until the claim of the class is decided.
    """
    rows = Voucher.objects.filter(expires_on__lt=on).exclude(enrolment_id__in=list(but_enrolments))
    idle = Q(status="issued") | Q(status="bound") & ~Q(
        enrolment__status="enrolled", enrolment__training_class__status__in=("running", "finished")
    )
    return rows.filter(idle).select_related("issue").order_by("issue_id", "id")


def status_counts(by: Actor, *, issue_id: int | None = None) -> dict[str, int]:
    """How many vouchers in reach (of one issue) stand at each status."""
    rows = in_reach(Voucher.objects.order_by(), by, person="person_id")
    if issue_id is not None:
        rows = rows.filter(issue_id=issue_id)
    return dict(rows.values_list("status").annotate(Count("id")).order_by("status"))


def _one(rows: QuerySet):
    found = rows.first()
    if found is None:
        raise NotFound()
    return found
