"""Certificates and the claims that rest on them, together: both change or neither does."""

from datetime import datetime
from typing import Any

from django.db import transaction

from kaogong.certificates import operations as certificates
from kaogong.certificates.models import Certificate
from kaogong.kernel.actor import Actor

from .stopping import find_conflicts, stop_lines_of_certificate


@transaction.atomic
def hold_certificate(certificate_id: int, *, by: Actor, at: datetime, reason: str) -> Certificate:
    """Suspend a certificate; approved lines resting on it wait."""
    certificate = certificates.hold_certificate(certificate_id, by=by, at=at, reason=reason)
    stop_lines_of_certificate(certificate_id, by=by, at=at, reason=reason)
    return certificate


@transaction.atomic
def revoke_certificate(certificate_id: int, *, by: Actor, at: datetime, reason: str) -> Certificate:
    """Revoke a certificate; what still runs on it stops, what was paid becomes a conflict to look into."""
    certificate = certificates.revoke_certificate(certificate_id, by=by, at=at, reason=reason)
    stop_lines_of_certificate(certificate_id, by=by, at=at, reason=reason)
    return certificate


@transaction.atomic
def register_certificate(person_id: int, *, by: Actor, at: datetime, **printed: Any) -> Certificate:
    """Register a certificate from elsewhere and find the paid subsidies it rules out."""
    certificate = certificates.register_certificate(person_id, by=by, at=at, **printed)
    find_conflicts([person_id], by=by, at=at)
    return certificate
