"""Writing certificates: issue, register, hold, release, revoke."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from kaogong.access.permissions import Permission
from kaogong.institutions.models import Institution
from kaogong.kernel.actor import Actor
from kaogong.kernel.certificate_number import CertificateKind, CertificateNumber
from kaogong.kernel.errors import NotFound, Refused
from kaogong.kernel.spoken_code import make_spoken_code
from kaogong.kernel.writing import compact
from kaogong.people import operations as people
from kaogong.people.models import Person
from kaogong.trail.operations import begin, move, require_may

from . import queries
from .models import Certificate, NumberSeries

_OWN_PREFIX = {CertificateKind.SPECIAL_ABILITY: "ZX", CertificateKind.TRAINING_COMPLETION: "PX"}


class KindNotIssuedHere(Refused):
    """{kind}由主管部门发放，本系统只能登记，不能发放。"""


class BodyCodeMissing(Refused):
    """{institution}没有登记评价机构编码，不能编制证书编号。请先在机构档案中补登（证书编号的第1至13位）。"""


class SeriesExhausted(Refused):
    """{institution}{year}年的证书流水号已用完（999999）。"""


class CertificateDiffers(Refused):
    """同一依据已发过证书{number}，但{field}与这次不同。请先撤销原证书。"""


class NumberTaken(Refused):
    """证书编号{number}已经登记过。"""


class HolderUnknown(Refused):
    """没有找到编号为{person_id}的持证人。"""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCertificate:
    """What is to be attested. ``reference`` names the grounds (exam, enrolment); one certificate for each."""

    person_id: int
    kind: str
    occupation_code: str
    level_code: str
    issued_on: date
    institution_id: int
    reference: str
    region_code: str
    theory_score: int | None = None
    practice_score: int | None = None


@transaction.atomic
def issue_certificates(orders: Iterable[NewCertificate], *, by: Actor, at: datetime) -> list[Certificate]:
    """Issue one certificate for each order, in order; an order already issued gives back the same one.

    The number series is locked first, so two that issue at once wait for each other and neither doubles.
    """
    if by.role != "system":
        require_may(by, Permission.ISSUE_CERTIFICATES, "发放证书")
    orders = list(orders)
    bodies = Institution.objects.in_bulk({order.institution_id for order in orders})
    for order in orders:
        body = bodies.get(order.institution_id)
        if body is None or (by.organisation_id is not None and by.organisation_id != order.institution_id):
            raise NotFound()
        _refuse_unnumberable(order, body)
    series = _lock_series(orders)
    issued = {
        row.reference: row for row in Certificate.objects.filter(reference__in=[o.reference for o in orders])
    }
    holders = Person.objects.in_bulk({order.person_id for order in orders})
    fresh: list[Certificate] = []
    for order in orders:
        earlier = issued.get(order.reference)
        if earlier is not None:
            _refuse_difference(earlier, order)
            continue
        if order.person_id not in holders:
            raise HolderUnknown(person_id=order.person_id)
        line = series[_series_key(order)]
        certificate = _drawn_up(order, bodies[order.institution_id], holders[order.person_id], line, at=at)
        issued[order.reference] = certificate
        fresh.append(certificate)
    NumberSeries.objects.bulk_update(series.values(), ["last_serial"])
    Certificate.objects.bulk_create(fresh)
    for certificate in fresh:
        begin(
            certificate,
            "issued",
            by=by,
            at=at,
            person_id=certificate.person_id,
            grounds=certificate.reference,
        )
    _tell_lifelong_files(fresh, by=by, at=at)
    return [issued[order.reference] for order in orders]


@transaction.atomic
def register_certificate(
    person_id: int,
    *,
    number: str,
    kind: str,
    occupation_code: str,
    level_code: str,
    issued_on: date,
    issuer_name: str,
    region_code: str,
    by: Actor,
    at: datetime,
    reason: str = "",
    institution_id: int | None = None,
    theory_score: int | None = None,
    practice_score: int | None = None,
) -> Certificate:
    """Register a certificate issued elsewhere, of whatever date; its number is taken as printed."""
    if by.role != "system":
        require_may(by, Permission.REGISTER_CERTIFICATE, "登记外部证书")
    holder = Person.objects.filter(pk=person_id).first()
    if holder is None:
        raise HolderUnknown(person_id=person_id)
    number = compact(number).upper()
    if kind == CertificateKind.SKILL_LEVEL:
        number = CertificateNumber.parse(number).value
    if Certificate.objects.filter(number=number).exists():
        raise NumberTaken(number=number)
    certificate = Certificate.objects.create(
        number=number,
        kind=kind,
        person=holder,
        holder_name=holder.name,
        holder_id_masked=holder.id_number_masked,
        occupation_code=occupation_code,
        level_code=level_code,
        issued_on=issued_on,
        institution_id=institution_id,
        issuer_name=issuer_name,
        theory_score=theory_score,
        practice_score=practice_score,
        source="registered",
        verification_code=_verification_code(),
        region_code=region_code,
        synthetic=holder.synthetic,
        created_at=at,
    )
    begin(certificate, "registered", by=by, at=at, reason=reason, person_id=person_id)
    _tell_lifelong_files([certificate], by=by, at=at)
    return certificate


@transaction.atomic
def hold_certificate(certificate_id: int, *, by: Actor, at: datetime, reason: str) -> Certificate:
    """Suspend a certificate while something about it is looked into."""
    certificate = queries.certificate_for_update(certificate_id, by=by)
    move(certificate, "hold", by=by, at=at, reason=reason)
    return certificate


@transaction.atomic
def release_certificate(certificate_id: int, *, by: Actor, at: datetime, reason: str) -> Certificate:
    """Let a suspended certificate stand again."""
    certificate = queries.certificate_for_update(certificate_id, by=by)
    move(certificate, "release", by=by, at=at, reason=reason)
    return certificate


@transaction.atomic
def revoke_certificate(certificate_id: int, *, by: Actor, at: datetime, reason: str) -> Certificate:
    """Revoke a certificate for good; it stays in every file and says so wherever it is verified."""
    certificate = queries.certificate_for_update(certificate_id, by=by)
    move(certificate, "revoke", by=by, at=at, reason=reason)
    return certificate


def _refuse_unnumberable(order: NewCertificate, body: Institution) -> None:
    kind = CertificateKind(order.kind)
    if kind != CertificateKind.SKILL_LEVEL and kind not in _OWN_PREFIX:
        raise KindNotIssuedHere(kind=kind.label)
    if kind == CertificateKind.SKILL_LEVEL and len(body.certificate_body_code) != 13:
        raise BodyCodeMissing(institution=body.name)


def _series_key(order: NewCertificate) -> tuple[int, int, str, str]:
    level = order.level_code if order.kind == CertificateKind.SKILL_LEVEL else ""
    return order.institution_id, order.issued_on.year, order.kind, level


def _lock_series(orders: list[NewCertificate]) -> dict[tuple[int, int, str, str], NumberSeries]:
    """Lock every series these orders draw from, always in the same order, opening those that are new."""
    series = {}
    for key in sorted({_series_key(order) for order in orders}):
        names = dict(zip(("institution_id", "year", "kind", "level_code"), key, strict=True))
        NumberSeries.objects.get_or_create(**names)
        series[key] = NumberSeries.objects.select_for_update().get(**names)
    return series


def _drawn_up(
    order: NewCertificate, body: Institution, holder: Person, line: NumberSeries, *, at: datetime
) -> Certificate:
    if line.last_serial >= 999_999:
        raise SeriesExhausted(institution=body.name, year=line.year)
    line.last_serial += 1
    return Certificate(
        number=_number(order, body, line.last_serial),
        kind=order.kind,
        person=holder,
        holder_name=holder.name,
        holder_id_masked=holder.id_number_masked,
        occupation_code=order.occupation_code,
        level_code=order.level_code,
        issued_on=order.issued_on,
        institution=body,
        issuer_name=body.name,
        theory_score=order.theory_score,
        practice_score=order.practice_score,
        source="issued",
        reference=order.reference,
        verification_code=_verification_code(),
        region_code=order.region_code,
        synthetic=holder.synthetic,
        created_at=at,
    )


def _number(order: NewCertificate, body: Institution, serial: int) -> str:
    """The national 22 characters for skill levels; the other two kinds have no national rule, so our own."""
    year = order.issued_on.year % 100
    if order.kind == CertificateKind.SKILL_LEVEL:
        return CertificateNumber.parse(
            f"{body.certificate_body_code}{year:02d}{order.level_code}{serial:06d}"
        ).value
    prefix = _OWN_PREFIX[CertificateKind(order.kind)]
    return f"{prefix}{order.region_code[:6]}{body.pk:06d}{year:02d}{serial:06d}"


def _verification_code() -> str:
    return make_spoken_code(12)


def _refuse_difference(earlier: Certificate, order: NewCertificate) -> None:
    for name, label in (
        ("person_id", "持证人"),
        ("kind", "证书种类"),
        ("occupation_code", "职业"),
        ("level_code", "等级"),
        ("institution_id", "发证机构"),
    ):
        if getattr(earlier, name) != getattr(order, name):
            raise CertificateDiffers(number=earlier.number, field=label)


def _tell_lifelong_files(certificates: list[Certificate], *, by: Actor, at: datetime) -> None:
    people.append_many_to_file(
        [
            people.NewFileEntry(
                person_id=certificate.person_id,
                kind="certificate",
                on=certificate.issued_on,
                title=f"{certificate.get_kind_display()} {certificate.number}",
                reference=f"certificate:{certificate.pk}",
                detail={
                    "number": certificate.number,
                    "kind": certificate.kind,
                    "occupation_code": certificate.occupation_code,
                    "level_code": certificate.level_code,
                    "issuer": certificate.issuer_name,
                },
            )
            for certificate in certificates
        ],
        by=by,
        at=at,
    )
