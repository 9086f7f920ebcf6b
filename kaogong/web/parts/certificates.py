"""A certificate as a file to keep, and where its QR leads."""

from django.conf import settings

from kaogong import papers
from kaogong.catalog import queries as catalog
from kaogong.kernel.levels import level_of

VERIFY_PATH = "/portal/verify/{code}/"


def verify_address(verification_code: str) -> str:
    """The public page that shows every printed field of the certificate."""
    return settings.PUBLIC_ADDRESS.rstrip("/") + VERIFY_PATH.format(code=verification_code)


def certificate_file(certificate, *, id_number: str) -> tuple[str, bytes]:
    """(filename, PDF) of a certificate; ``id_number`` as it shall appear on the paper."""
    level = level_of(certificate.level_code).label if certificate.level_code else ""
    scores = (("理论成绩", certificate.theory_score), ("实操成绩", certificate.practice_score))
    data = papers.certificate_pdf(
        papers.CertificatePaper(
            number=certificate.number,
            name=certificate.holder_name,
            id_number=id_number,
            occupation=catalog.occupation_name(certificate.occupation_code),
            level=level,
            issuer=certificate.issuer_name,
            issued_on=certificate.issued_on,
            verify_url=verify_address(certificate.verification_code),
            title=certificate.get_kind_display(),
            more=[(label, f"{score / 100:g}") for label, score in scores if score is not None],
            synthetic=certificate.synthetic,
        )
    )
    return f"{certificate.number}.pdf", data
