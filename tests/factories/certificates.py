"""Makers of certificates; all through the operations."""

from datetime import date, datetime
from itertools import count

from kaogong.certificates.models import Certificate
from kaogong.certificates.operations import NewCertificate, issue_certificates, register_certificate
from kaogong.institutions.models import Institution
from kaogong.kernel.actor import system_actor
from kaogong.kernel.certificate_number import CertificateNumber
from kaogong.people.models import Person

from .institutions import COOK, make_institution
from .people import AT, REGION, make_person

_serial = count(1)


def a_new_certificate(person: Person, assessor: Institution, **fields) -> NewCertificate:
    """An order for a cook's certificate of the fifth level."""
    words = {
        "kind": "skill_level",
        "occupation_code": COOK[0],
        "level_code": COOK[1],
        "issued_on": date(2026, 7, 3),
        "reference": f"test:{next(_serial)}",
        "region_code": REGION,
        "theory_score": 8150,
        "practice_score": 9000,
    }
    return NewCertificate(person_id=person.pk, institution_id=assessor.pk, **(words | fields))


def make_certificate(
    person: Person | None = None, *, assessor: Institution | None = None, at: datetime = AT, **fields
) -> Certificate:
    """Issue one certificate."""
    person = person or make_person()
    assessor = assessor or make_institution(is_provider=False, is_assessor=True)
    (issued,) = issue_certificates([a_new_certificate(person, assessor, **fields)], by=system_actor(), at=at)
    return issued


def make_outside_certificate(person: Person | None = None, *, at: datetime = AT, **fields) -> Certificate:
    """Register one certificate issued elsewhere."""
    person = person or make_person()
    words = {
        "kind": "skill_level",
        "occupation_code": COOK[0],
        "level_code": COOK[1],
        "issued_on": date(2026, 7, 3),
        "issuer_name": "外地技能评价中心",
        "region_code": REGION,
    } | fields
    if "number" not in words:
        number = CertificateNumber.compose(
            assessor="S",
            province_code="11",
            site_code="000001",
            year=words["issued_on"].year,
            level_code=words["level_code"],
            serial=next(_serial),
        )
        words["number"] = number.value
    return register_certificate(person.pk, by=system_actor(), at=at, **words)
