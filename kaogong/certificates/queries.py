"""Reading certificates."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from django.utils import timezone

from kaogong.access.queries import in_reach
from kaogong.catalog import queries as catalog
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound
from kaogong.kernel.levels import level_of
from kaogong.kernel.writing import compact, mask_name, tidy_name
from kaogong.people import queries as people
from kaogong.trail.queries import latest_entries

from .models import Certificate
from .states import CERTIFICATE


@dataclass(frozen=True, slots=True)
class PublicCertificate:
    """Every field a certificate prints, as anyone may see it, and whether it stands."""

    number: str
    kind_label: str
    holder_name: str
    holder_id_masked: str
    occupation_code: str
    occupation_name: str
    level_label: str
    issued_on: date
    issuer_name: str
    theory_score: int | None
    practice_score: int | None
    status: str
    status_label: str
    verification_code: str
    synthetic: bool
    name_agrees: bool | None = None  # whether a name given with a number is the holder's

    @property
    def stands(self) -> bool:
        return self.status == "issued"


def certificate(certificate_id: int, *, by: Actor) -> Certificate:
    """One certificate in reach, or NotFound."""
    found = certificates(by).filter(pk=certificate_id).first()
    if found is None:
        raise NotFound()
    return found


def certificate_for_update(certificate_id: int, *, by: Actor) -> Certificate:
    """The same, locked until the transaction ends."""
    found = certificates(by).select_for_update(of=("self",)).filter(pk=certificate_id).first()
    if found is None:
        raise NotFound()
    return found


def certificates(by: Actor, text: str = "") -> QuerySet[Certificate]:
    """Certificates in reach, newest first; ``text`` is a number, its beginning, or the holder's name."""
    rows = Certificate.objects.select_related("person", "institution").order_by("-issued_on", "-id")
    rows = in_reach(rows, by, person="person_id")
    wanted = compact(text)
    if wanted:
        rows = rows.filter(Q(number__startswith=wanted.upper()) | Q(holder_name=wanted))
    return rows


def certificates_of(person_id: int) -> QuerySet[Certificate]:
    """Every certificate of one person, newest first, whatever its status; of one merged, those of both."""
    same = people.same_person_ids([person_id])[person_id]
    return Certificate.objects.filter(person_id__in=same).order_by("-issued_on", "-id")


def certificate_for(reference: str) -> Certificate | None:
    """The certificate issued on these grounds."""
    return Certificate.objects.filter(reference=reference).first()


def certificates_for(references: Iterable[str]) -> dict[str, Certificate]:
    """The certificates issued on each of these grounds."""
    return {row.reference: row for row in Certificate.objects.filter(reference__in=list(references))}


def certificates_by_ids(certificate_ids: Iterable[int]) -> dict[int, Certificate]:
    """Certificates by their ids."""
    return Certificate.objects.in_bulk(list(certificate_ids))


def status_changed(number: str) -> date | None:
    """The day a certificate was last held, released or revoked; None while it stands as issued."""
    pk = Certificate.objects.filter(number=number).values_list("pk", flat=True).first()
    verbs = [f"certificate.{move.past}" for move in CERTIFICATE.moves]
    entry = latest_entries("certificate", [pk], verbs).get(str(pk)) if pk else None
    return timezone.localdate(entry.at) if entry else None


def verification(code: str, name: str = "") -> PublicCertificate | None:
    """What the public page shows for a verification code or a certificate number, None when there is none.

    Numbers run in series and can be guessed, so only the code (printed in the QR) shows the whole name, or
    the holder's name given along with the number.
    """
    wanted = compact(code).upper()
    if not wanted:
        return None
    found = Certificate.objects.filter(Q(verification_code=wanted) | Q(number=wanted)).first()
    if found is None:
        return None
    by_code = found.verification_code == wanted
    agrees = tidy_name(name) == found.holder_name if tidy_name(name) else None
    return PublicCertificate(
        number=found.number,
        kind_label=found.get_kind_display(),
        holder_name=found.holder_name if by_code or agrees else mask_name(found.holder_name),
        holder_id_masked=found.holder_id_masked,
        occupation_code=found.occupation_code,
        occupation_name=catalog.occupation_name(found.occupation_code),
        level_label=level_of(found.level_code).label if found.level_code else "",
        issued_on=found.issued_on,
        issuer_name=found.issuer_name,
        theory_score=found.theory_score,
        practice_score=found.practice_score,
        status=found.status,
        status_label=found.get_status_display(),
        verification_code=found.verification_code if by_code else "",
        synthetic=found.synthetic,
        name_agrees=agrees,
    )
