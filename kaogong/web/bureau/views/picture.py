"""The bureau's picture: one calm page a post, a district at a click, and the same for a wall without people."""

from datetime import date
from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from kaogong.access.permissions import Permission as P
from kaogong.catalog import queries as catalog
from kaogong.kernel.errors import NotFound
from kaogong.trail.operations import require_may
from kaogong.web.bureau import picture_parts as parts
from kaogong.web.bureau import waiting
from kaogong.web.bureau.figure_papers import picture_paper
from kaogong.web.bureau.figure_question import covers, home_region, region_choices
from kaogong.web.parts import figures_period as periods
from kaogong.web.parts import figures_register as register

# What each post sees, in the order it asks.
LAYOUTS = {
    "bureau_clerk": ("todo", "classes", "targets", "map", "risks"),
    "reviewer": ("todo", "targets", "money", "map", "risks", "classes"),
    "leader": ("targets", "map", "money", "risks", "classes"),
    "cashier": ("todo", "money", "paid"),
    "auditor": ("todo", "looks", "money", "risks", "map"),
}
WALL_REFRESH_SECONDS = 60


def home(request: HttpRequest) -> HttpResponse:
    """What needs me, targets, money, classes, risks and districts, as this post asks for them."""
    view, shown = _view(request)
    layout = LAYOUTS.get(request.actor.role, LAYOUTS["leader"])
    here = _shared(request, view, shown) | {"layout": layout}
    todos = waiting.everything(request) if "todo" in layout and _is_home(view) else []
    makers = {
        "targets": parts.targets,
        "money": parts.money,
        "classes": parts.classes,
        "risks": parts.risks,
        "looks": parts.looks,
        "paid": partial(parts.by_month, code="money.paid"),
        "map": partial(parts.mapped, code=shown, opens=partial(_district, view, shown)),
    }
    here |= {name: make(view) for name, make in makers.items() if name in layout}
    here |= {"todos": [kind for kind in todos if kind.count], "total": sum(kind.count for kind in todos)}
    if "map" in layout and here["map"] is None:
        here["months"] = parts.by_month(view, shown)
    if request.GET.get("export") == "pdf":
        require_may(request.actor, P.EXPORT_LIST, gettext("导出"))
        return picture_paper(request, here)
    return render(
        request, "bureau/picture/home.html", here | {"may_export": request.actor.may(P.EXPORT_LIST)}
    )


def screen(request: HttpRequest) -> HttpResponse:
    """The same for a wall: dark, the whole window, asked again each minute, nobody named."""
    view, shown = _view(request)
    here = _shared(request, view, shown) | {
        "targets": parts.targets(view)[:8],
        "money": parts.money(view),
        "classes": parts.classes(view)["tiles"],
        "map": parts.mapped(view, shown, partial(_district, view, shown)),
        "months": parts.by_month(view, shown),
        "every": WALL_REFRESH_SECONDS,
    }
    return render(request, "bureau/picture/wall.html" if request.htmx else "bureau/picture/screen.html", here)


def _view(request: HttpRequest) -> tuple[parts.View, str]:
    require_may(request.actor, P.VIEW_PEOPLE, gettext("全局图"))
    region_code = request.GET.get("region", "") or home_region(request.actor)
    shown = request.GET.get("show", "") or parts.MAPPED[0]
    if not covers(request.actor, region_code) or shown not in parts.MAPPED:
        raise NotFound()
    return parts.View(request, region_code, periods.year(_year(request))), shown


def _year(request: HttpRequest) -> int:
    text = request.GET.get("year", "")
    this_year: date = request.today
    if not text:
        return this_year.year
    if not text.isdecimal() or not this_year.year - periods.YEARS_BACK <= int(text) <= this_year.year:
        raise NotFound()
    return int(text)


def _is_home(view: parts.View) -> bool:
    return view.region_code == home_region(view.request.actor)


def _district(view: parts.View, shown: str, code: str) -> str:
    """The picture of one district."""
    return f"{reverse('bureau:picture:home')}?region={code}&year={view.span.key}&show={shown}"


def _shared(request: HttpRequest, view: parts.View, shown: str) -> dict:
    home_code = home_region(request.actor)
    return {
        "region_name": catalog.region_name(view.region_code),
        "region_code": view.region_code,
        "above": ""
        if _is_home(view)
        else f"{reverse('bureau:picture:home')}?year={view.span.key}&show={shown}",
        "above_name": catalog.region_name(home_code),
        "span": view.span,
        "years": [periods.year(request.today.year - back) for back in range(periods.YEARS_BACK + 1)],
        "regions": region_choices(request.actor),
        "shown": shown,
        "mapped": [(code, register.name_of(register.indicator_named(code))) for code in parts.MAPPED],
        "headlines": parts.headlines(view),
        "as_of": parts.as_of(),
    }
