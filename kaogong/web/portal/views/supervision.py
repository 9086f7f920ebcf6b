"""Random draws and their results before the public: anyone may draw again."""

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext

from kaogong.kernel.drawing_check import DIFFERENCES
from kaogong.kernel.errors import NotFound
from kaogong.supervision import queries
from kaogong.web.parts.strata import stratum_words

PER_PAGE = 20


def inspections(request: HttpRequest) -> HttpResponse:
    """Published inspections with what was found and put right, and the draws they come from."""
    page = Paginator(queries.public_inspections(settings.REGION_CODE), PER_PAGE)
    shown = page.get_page(request.GET.get("page"))
    words = queries.public_words(shown.object_list)
    for one in shown.object_list:
        one.told = list(one.findings.all())
        for finding in one.told:
            finding.words = words[finding.pk]
    return render(
        request,
        "portal/inspections.html",
        {
            "page": shown,
            "draws": queries.public_draws(settings.REGION_CODE)[:PER_PAGE],
        },
    )


def draw(request: HttpRequest, pk: int) -> HttpResponse:
    """One draw: digests and commitments from the day they were published, all of it once it is opened."""
    found = queries.public_draw(pk, settings.REGION_CODE)
    is_open = found.status == "published"
    words = {code: gettext(text) for code, text in DIFFERENCES.items()} | {
        "agrees": gettext("一致：在您的浏览器里重新抽取，名册、种子和结果全部相符。"),
        "differs": gettext("不一致："),
        "unable": gettext("这个浏览器或连接不能计算 SHA-256，请下载公开文件，用 kaogong draw verify 核对。"),
    }
    return render(
        request,
        "portal/draw.html",
        {
            "draw": found,
            "is_open": is_open,
            "parties": queries.parties(pk),
            "strata": [
                (stratum_words(found.stratify_by, code), quota)
                for code, quota in sorted(found.quotas.items())
            ],
            "rows": queries.drawn_rows(pk) if is_open else [],
            "words": words,
        },
    )


def package(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything needed to make a published draw again, as JSON."""
    found = queries.public_draw(pk, settings.REGION_CODE)
    if found.status != "published":
        raise NotFound()
    response = JsonResponse(
        queries.draw_package(found), json_dumps_params={"ensure_ascii": False, "indent": 1}
    )
    response["Content-Disposition"] = f'attachment; filename="{found.number}.json"'
    return response
