"""The papers of claims: wage proofs, invoices and proofs of payment, as they were handed in."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext

from kaogong.access.permissions import Permission as P
from kaogong.claims import operations
from kaogong.trail.operations import require_may
from kaogong.web.parts.papers import paper


def document(request: HttpRequest, pk: int) -> HttpResponse:
    """One paper handed in with a claim; the look is kept in the trail."""
    require_may(request.actor, P.VIEW_PEOPLE, gettext("查看申领材料"))
    return paper(operations.read_claim_document(pk, by=request.actor, at=request.at))


def fee_document(request: HttpRequest, pk: int) -> HttpResponse:
    """One invoice or proof of payment; the look is kept in the trail."""
    require_may(request.actor, P.VIEW_PEOPLE, gettext("查看垫付票据"))
    return paper(operations.read_fee_document(pk, by=request.actor, at=request.at))
