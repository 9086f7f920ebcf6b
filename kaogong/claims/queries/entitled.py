"""Found without asking (政策找人): who on file is entitled under which scheme and has not claimed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from kaogong.access.queries import in_reach
from kaogong.certificates.models import Certificate
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound
from kaogong.kernel.region_code import RegionCode
from kaogong.people import queries as people
from kaogong.people.models import Person
from kaogong.rules import Decision, Rulebook, Scheme, decide

from ..models import Entitlement, Told
from .judging import rulebook
from .known import Known, unclaimed_certificates
from .promising import ASKABLE, Asked, promising

PEOPLE_AT_ONCE = 2000
TOLD_HOW = dict(Told._meta.get_field("how").choices)


@dataclass(frozen=True, slots=True)
class Entitled:
    """One scheme one person is entitled to on what is known, and what is still to be asked."""

    person_id: int
    certificate: Certificate | None
    region_code: str
    on: date
    decision: Decision
    missing: tuple[str, ...]
    groups: tuple[str, ...]

    @property
    def scheme_code(self) -> str:
        return self.decision.scheme


def entitled(region_code: str, on: date) -> Iterator[Entitled]:
    """Everybody whose file a region keeps, with what they are entitled to and have not claimed."""
    prefix = RegionCode(region_code).prefix
    rows = Person.objects.filter(region_code__startswith=prefix).order_by("pk")
    ids: list[int] = []
    for person_id in rows.values_list("pk", flat=True).iterator(chunk_size=20_000):
        ids.append(person_id)
        if len(ids) == PEOPLE_AT_ONCE:
            yield from entitled_people(ids, on)
            ids = []
    yield from entitled_people(ids, on)


def people_kept(region_code: str) -> int:
    """How many files a region keeps."""
    return Person.objects.filter(region_code__startswith=RegionCode(region_code).prefix).count()


def entitled_people(
    person_ids: Iterable[int], on: date, *, by_certificate_only: bool = False
) -> Iterator[Entitled]:
    """The same for these people: per certificate on its own day, and on ``on`` for what needs none."""
    known, book = Known(person_ids), rulebook()
    for asked in promising(list(_asked(known, book, on, by_certificate_only=by_certificate_only)), book):
        found = _judged(asked)
        if found is not None:
            yield found


def _asked(known: Known, book: Rulebook, on: date, *, by_certificate_only: bool) -> Iterator[Asked]:
    """Every scheme each of these people might be entitled to, with what is known of them."""
    holders: dict[int, list[Certificate]] = {}
    whose = people.rows_of(known.same)
    for certificate in unclaimed_certificates(known.rows):
        for person_id in whose[certificate.person_id]:
            holders.setdefault(person_id, []).append(certificate)
    for person_id, person in known.people.items():
        if known.same[person_id][0] != person_id:
            continue  # merged into another: told of under the row that stands
        if known.standing(person_id, "deceased", on):
            continue
        region = _served_by(book, person.region_code)
        for certificate in holders.get(person_id, ()):
            yield from _of_certificate(book, known, person_id, certificate, region)
        if region and person_id not in holders and not by_certificate_only:
            yield from _of_person(book, known, person_id, region, on)


def _served_by(book: Rulebook, region_code: str) -> str:
    """The nearest region of the rulebook that serves a place; "" where none does."""
    if not region_code:
        return ""
    code = RegionCode(region_code[:6])
    near = [code.value, *(parent.value for parent in code.parents())]
    return next((value for value in near if value in book.regions), "")


def _of_certificate(
    book: Rulebook, known: Known, person_id: int, certificate: Certificate, region: str
) -> Iterator[Asked]:
    enrolment = known.class_behind(certificate)
    if enrolment is not None:
        region = _served_by(book, enrolment.training_class.region_code)
    if not region:
        return
    on = certificate.issued_on
    own = enrolment.training_class.scheme_code if enrolment else ""
    schemes = _schemes(book, region, on)
    spent = {scheme.counts_as for scheme in schemes if scheme.code == own}
    facts = known.facts(person_id, region, on, certificate)
    for scheme in schemes:
        # A class was filed under its scheme; the same entitlement is not offered twice under another.
        if scheme.code == own or scheme.counts_as not in spent:
            yield Asked(scheme, facts, on, person_id, certificate)


def _of_person(book: Rulebook, known: Known, person_id: int, region: str, on: date) -> Iterator[Asked]:
    facts = known.facts(person_id, region, on)
    if not facts.groups and not facts.insured:
        return  # of no group and not insured: nothing on file speaks for them
    for scheme in _schemes(book, region, on):
        yield Asked(scheme, facts, on, person_id)


@lru_cache(maxsize=4096)
def _schemes(book: Rulebook, region_code: str, on: date) -> tuple[Scheme, ...]:
    """The schemes of a day that are about one person, not about an employer's or an applicant's project."""
    return tuple(s for s in book.schemes(region_code, on) if s.payee in ("person", "provider"))


def _judged(asked: Asked) -> Entitled | None:
    """The one decision in full, when it pays or lacks only what can be asked for."""
    decision = decide(asked.scheme, asked.facts, asked.on)
    if decision.refused or (decision.payable and not decision.amount_fen):
        return None
    missing = dict.fromkeys(name for f in decision.findings_that("unknown") for name in f.missing)
    if not decision.payable and not (missing and set(missing) <= ASKABLE):
        return None
    return Entitled(
        asked.person_id, asked.certificate, asked.scheme.region_code, asked.on, decision, tuple(missing),
        asked.facts.groups or (),
    )  # fmt: skip


def entitlements(by: Actor) -> QuerySet[Entitlement]:
    """Who was found, in reach, the largest sums first; each with when they were last told."""
    told = _told().order_by("-told_at")
    rows = Entitlement.objects.select_related("person", "certificate").annotate(
        told_at=Subquery(told.values("told_at")[:1]),
        told_by=Subquery(told.values("by_name")[:1]),
        told_how=Subquery(told.values("how")[:1]),
    )
    return in_reach(rows, by, organisation=None, person="person_id").order_by("-amount_fen", "id")


def entitlements_kept(region_code: str) -> QuerySet[Entitlement]:
    """The list as it stands of the people whose file a region keeps, locked until the transaction ends."""
    prefix = RegionCode(region_code).prefix
    rows = Entitlement.objects.select_for_update(of=("self",))
    return rows.filter(person__region_code__startswith=prefix)


def _told() -> QuerySet[Told]:
    """What a person was told of the scheme and certificate of the outer row."""
    rows = Told.objects.filter(person_id=OuterRef("person_id"), scheme_code=OuterRef("scheme_code"))
    return rows.filter(Q(certificate__isnull=True) | Q(certificate_id=OuterRef("certificate_id")))


def entitlement(entitlement_id: int, *, by: Actor) -> Entitlement:
    """One of them, or NotFound."""
    found = entitlements(by).filter(pk=entitlement_id).first()
    if found is None:
        raise NotFound()
    return found


def told_or_not(rows: QuerySet[Entitlement], is_told: bool) -> QuerySet[Entitlement]:
    """Those who were told, or those who were not."""
    told = Exists(_told())
    return rows.filter(told) if is_told else rows.filter(~told)


def last_looked(by: Actor):
    """When the list in reach was last made; None where it never was."""
    return entitlements(by).order_by("-found_at").values_list("found_at", flat=True).first()


def claimable_now(person_id: int, on: date) -> list[Entitled]:
    """For the learner: what they hold a certificate for and nobody has claimed, judged at this moment."""
    return list(entitled_people([person_id], on, by_certificate_only=True))
