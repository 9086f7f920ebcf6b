"""Finding what rules out a subsidy already paid: the other side of G3 and G4."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from kaogong import rules
from kaogong.certificates.models import Certificate
from kaogong.people import queries as people
from kaogong.rules import Earlier

from ..models import ClaimLine, Conflict
from .earlier import history
from .gathering import certificate_level


@dataclass(frozen=True, slots=True)
class Found:
    """One paid line, the rule it now offends, and what brought that about."""

    line: ClaimLine
    rule_id: str
    because_of: str
    certificate: Certificate | None
    message: str


def conflicts_found(person_ids: Iterable[int]) -> list[Found]:
    """Every conflict of these people's paid lines with their other subsidies, outside certificates, and
    with their own certificate when it was revoked."""
    same = people.same_person_ids(person_ids)
    histories = history({group[0] for group in same.values()})
    everyone = {pk: group[0] for group in same.values() for pk in group}
    paid = {
        line.reference: line
        for line in ClaimLine.objects.filter(person_id__in=list(everyone), status="paid").select_related(
            "claim", "certificate"
        )
    }
    if not paid:
        return []
    found = [
        Found(
            line, "G1", line.certificate.number, line.certificate,
            f"证书{line.certificate.number}已撤销，补贴{line.reference}已经拨付，请核查",
        )
        for line in paid.values()
        if line.certificate is not None and line.certificate.status == "revoked"
    ]  # fmt: skip
    arriving = _outside_certificates(everyone)
    for person_id, earlier in histories.items():
        found += _told(rules.conflicts(earlier), paid, None)
        for certificate in arriving.get(person_id, ()):
            told = rules.conflicts(earlier, _as_earlier(certificate))
            found += _told(
                [c for c in told if c.because_of.reference == certificate.number], paid, certificate
            )
    return found


def _told(
    conflicts: list[rules.Conflict], paid: dict[str, ClaimLine], certificate: Certificate | None
) -> list[Found]:
    note = "（外部登记的证书，可能已在外地享受补贴）" if certificate else ""
    return [
        Found(
            paid[conflict.paid.reference], conflict.rule_id, conflict.because_of.reference, certificate,
            conflict.message_zh + note,
        )
        for conflict in conflicts
        if conflict.paid.reference in paid
    ]  # fmt: skip


def _outside_certificates(standing: dict[int, int]) -> dict[int, list[Certificate]]:
    """Standing certificates registered from elsewhere that no line of ours rests on, by who stands."""
    rows = Certificate.objects.filter(
        person_id__in=list(standing), source="registered", claim_lines__isnull=True
    ).exclude(status="revoked")
    found: dict[int, list[Certificate]] = {}
    for certificate in rows.order_by("issued_on", "id"):
        found.setdefault(standing[certificate.person_id], []).append(certificate)
    return found


def _as_earlier(certificate: Certificate) -> Earlier:
    """What a subsidy for this certificate would have been; whether there was one, a person must ask."""
    return Earlier(
        occupation_code=certificate.occupation_code,
        level=certificate_level(certificate.level_code),
        event_on=certificate.issued_on,
        status="claimed",
        reference=certificate.number,
    )


def certificates_to_stop() -> list[int]:
    """Certificates held or revoked under lines that still run, or paid ones nobody has been told of."""
    told = Conflict.objects.filter(line=OuterRef("pk"), rule_id="G1")
    lines = ClaimLine.objects.filter(
        Q(certificate__status="held", status="approved")
        | Q(certificate__status="revoked", status__in=("approved", "held", "cleared", "paid"))
    ).exclude(Exists(told), certificate__status="revoked")
    return sorted(set(lines.values_list("certificate_id", flat=True)))


def people_registered_since(since: datetime) -> list[int]:
    """People with a paid line to whom an outside certificate or subsidy was registered since then."""
    rows = ClaimLine.objects.filter(status="paid").filter(
        Q(person__certificates__source="registered", person__certificates__created_at__gte=since)
        | Q(person__outside_subsidies__registered_at__gte=since)
    )
    return sorted(set(rows.values_list("person_id", flat=True)))
