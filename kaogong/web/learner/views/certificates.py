"""My certificates: whether each stands, its number, the paper and the code to show."""

import segno
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from kaogong.access.permissions import Permission
from kaogong.catalog import queries as catalog
from kaogong.certificates import queries as certificates
from kaogong.trail.operations import require_may
from kaogong.trail.queries import last_doer
from kaogong.web.parts.certificates import certificate_file, verify_address
from kaogong.web.parts.lists import download
from kaogong.web.parts.policy import level_name


def own(request: HttpRequest) -> HttpResponse:
    """Every certificate of mine, newest first."""
    require_may(request.actor, Permission.VIEW_OWN_FILE, gettext("证书"))
    rows = list(certificates.certificates_of(request.actor.person_id))
    for row in rows:
        row.occupation_name = catalog.occupation_name(row.occupation_code)
        row.level_name = level_name(row.level_code)
    return render(request, "learner/certificates.html", {"rows": rows})


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One certificate with the code to show."""
    require_may(request.actor, Permission.VIEW_OWN_FILE, gettext("证书"))
    certificate = certificates.certificate(pk, by=request.actor)
    address = verify_address(certificate.verification_code)
    stopped = {"held": "held", "revoked": "revoked"}.get(certificate.status)
    return render(
        request,
        "learner/certificate.html",
        {
            "certificate": certificate,
            "occupation_name": catalog.occupation_name(certificate.occupation_code),
            "level_name": level_name(certificate.level_code),
            "qr": segno.make(address, error="m").svg_data_uri(
                border=2, dark="#1d2b3a", light="#fff", scale=6
            ),
            "verify_url": address,
            "stopped": last_doer("certificate", certificate.pk, stopped) if stopped else None,
        },
    )


def pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The paper, with the QR anyone can check."""
    require_may(request.actor, Permission.VIEW_OWN_FILE, gettext("证书"))
    certificate = certificates.certificate(pk, by=request.actor)
    name, data = certificate_file(certificate, id_number=certificate.holder_id_masked)
    return download(data, name, "application/pdf")
