"""A certificate as paper: what it prints, and the address its QR leads to."""

import segno
from django.conf import settings
from django.urls import reverse

from kaogong.catalog import queries as catalog
from kaogong.kernel.levels import level_of
from kaogong.papers import CertificatePaper


def verify_url(certificate) -> str:
    """Where anyone can check this certificate, by the code only its holder can hand on."""
    return settings.PUBLIC_ADDRESS.rstrip("/") + reverse(
        "portal:verify", args=[certificate.verification_code]
    )


def paper_of(certificate) -> CertificatePaper:
    """Exactly the fields the verification page shows, so that each can be compared."""
    marks = (("理论知识成绩", certificate.theory_score), ("操作技能成绩", certificate.practice_score))
    return CertificatePaper(
        number=certificate.number,
        name=certificate.holder_name,
        id_number=certificate.holder_id_masked,
        occupation=catalog.occupation_name(certificate.occupation_code),
        level=level_of(certificate.level_code).label if certificate.level_code else "不分等级",
        issuer=certificate.issuer_name,
        issued_on=certificate.issued_on,
        verify_url=verify_url(certificate),
        title=certificate.get_kind_display(),
        more=[(label, f"{mark / 100:g}") for label, mark in marks if mark is not None],
        synthetic=certificate.synthetic,
    )


def qr_data_uri(certificate) -> str:
    """The QR of the verification address as a picture for a page."""
    return segno.make(verify_url(certificate), error="m").svg_data_uri(
        border=2, dark="#1d2b3a", light="#fff", scale=6
    )
