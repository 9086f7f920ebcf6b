"""Many claims reviewed at once, and the second review of a large one."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from kaogong.access.permissions import Permission as P
from kaogong.claims import operations
from kaogong.trail.operations import require_may
from kaogong.web.bureau.views.addresses import claim_address
from kaogong.web.parts.pages import act
from kaogong.web.parts.values import listed

LISTED = 10

second = act(operations.second_claim, to=claim_address, done="已复审同意，可由另一人核准。")


@require_POST
def review_many(request: HttpRequest) -> HttpResponse:
    """Review the claims picked; what was drawn or is not clean stays in the queue, with its reason."""
    require_may(request.actor, P.REVIEW_CLAIM, gettext("批量审核"))
    ids = {int(pk) for pk in request.POST.getlist("picked") if pk.isdecimal()}
    found = operations.review_claims(ids, by=request.actor, at=request.at)
    if found.passed:
        messages.success(request, gettext("已审核通过 {n} 份，转复核人员核准。").format(n=len(found.passed)))
    if found.drawn:
        numbers = _numbers([claim.number for claim in found.drawn])
        messages.warning(request, gettext("随机抽中，须逐份审核：{numbers}").format(numbers=numbers))
    for why in dict.fromkeys(left.why for left in found.unclean):
        numbers = _numbers([left.claim.number for left in found.unclean if left.why == why])
        told = gettext("没有审核（{why}）：{numbers}")
        messages.warning(request, told.format(why=gettext(why), numbers=numbers))
    return redirect(reverse("bureau:claims:list") + "?status=submitted")


def _numbers(numbers: list[str]) -> str:
    named = listed(numbers[:LISTED])
    if len(numbers) <= LISTED:
        return named
    return gettext("{numbers} 等 {n} 份").format(numbers=named, n=len(numbers))
