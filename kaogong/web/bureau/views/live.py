"""The live board: classes on now on a map and in a table, and the evidence of one session."""

from collections import Counter
from dataclasses import dataclass, field

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from django.views.decorators.http import require_POST

from kaogong.access.permissions import Permission
from kaogong.catalog import queries as catalog
from kaogong.presence import queries as presence
from kaogong.trail.operations import require_may
from kaogong.web.parts.evidence import ALARMS
from kaogong.web.parts.maps import map_of
from kaogong.web.parts.roll import call_room, roll_of, weigh_room
from kaogong.web.parts.values import listed

SHOWS = {
    "": _("全部"),
    "alarms": _("有提醒的"),
    "low": _("到课不足八成的"),
    "begun": _("已经开始的"),
}
LOW = 80  # hundredths: what the filter calls few; no rule hangs on it
TONES = {"no": _("马上看"), "ask": _("留意"), "ok": _("正常"), "now": _("还没开始")}
_SIZES = ((60, 42), (30, 36), (0, 30))  # learners expected: radius of the dot


@dataclass(frozen=True, slots=True)
class Row:
    """One session as the board shows it."""

    live: presence.LiveSession
    tone: str
    label: str
    alarms: tuple[tuple[str, str], ...]
    x: int | None = None
    y: int | None = None
    size: int = 30

    @property
    def session(self):
        return self.live.session

    @property
    def words(self) -> str:
        """Everything the dot says, for those who do not see it."""
        return gettext("{title}，{provider}：已到 {a} / {b}，{label}").format(
            title=self.session.training_class.title,
            provider=self.session.training_class.institution.name,
            a=self.live.present,
            b=self.live.expected,
            label=listed(label for _tone, label in self.alarms) or self.label,
        )

    @property
    def weighed(self) -> int:
        return sum(self.live.evidence.values())


@dataclass
class Chosen:
    """The filters in the address."""

    area: str = ""
    provider: str = ""
    show: str = ""
    any: bool = field(init=False)

    def __post_init__(self):
        self.any = bool(self.area or self.provider or self.show)


def board(request: HttpRequest) -> HttpResponse:
    """Everything on now in reach; asked again every half minute with the same filters."""
    require_may(request.actor, Permission.VIEW_PEOPLE, gettext("上课现场"))
    found = presence.sessions_on_now(request.actor, request.at)
    chosen = Chosen(*(request.GET.get(name, "")[:20] for name in ("area", "provider", "show")))
    drawn = map_of(chosen.area or request.actor.region_code)
    rows = [_row(one, request.at, drawn) for one in found]
    shown = [row for row in rows if _matches(row, chosen)]
    shown.sort(key=lambda row: (list(TONES).index(row.tone), row.live.share))
    placed = [row for row in shown if row.x is not None]
    here = {
        "rows": shown,
        "placed": placed,
        "unplaced": len(shown) - len(placed),
        "map": drawn,
        "figures": _figures(shown),
        "key": [(tone, gettext(label)) for tone, label in TONES.items()],
        "at": request.at,
        "here": request.get_full_path(),
        "is_filtered": chosen.any,
        "chosen": chosen,
        "areas": _areas(rows),
        "providers": sorted(
            {
                (str(row.session.training_class.institution_id), row.session.training_class.institution.name)
                for row in rows
            },
            key=lambda one: one[1],
        ),
        "shows": [(code, gettext(label)) for code, label in SHOWS.items()],
    }
    return render(request, "bureau/live/now.html" if request.htmx else "bureau/live/board.html", here)


def session(request: HttpRequest, pk: int) -> HttpResponse:
    """One session: who came, how far it is proven, what was refused; the way to an inspection."""
    require_may(request.actor, Permission.VIEW_PEOPLE, gettext("上课现场"))
    found = presence.session(pk, by=request.actor)
    plan = presence.recall_plan_of(pk, request.actor, request.at)
    hours = presence.hours_for(found)
    return render(
        request,
        "bureau/live/session.html",
        {
            "session": found,
            "class": found.training_class,
            "roll": roll_of(found, request.actor),
            "plan": plan[0] if plan else None,
            "seed": plan[1] if plan else "",
            "is_on": hours.is_on(request.at),
            "is_open": hours.is_open(request.at),
            "may_call": hours.is_on(request.at) and request.actor.may(Permission.CALL_RECALL),
            "may_weigh": request.at >= hours.starts_at and request.actor.may(Permission.WEIGH_SESSION),
            "order_url": _order_url(request, found),
        },
    )


def _order_url(request: HttpRequest, found) -> str:
    """Where an inspection of this session's class is ordered, for those who may."""
    may = request.actor.may(Permission.ORDER_INSPECTION)
    return reverse("bureau:inspections:order") + f"?session={found.pk}" if may else ""


def _row(live, at, drawn) -> Row:
    alarms = tuple((ALARMS[code][0], gettext(ALARMS[code][1])) for code in live.alarms if code in ALARMS)
    if alarms:
        tone = "no" if any(one == "no" for one, _label in alarms) else "ask"
    elif at < live.hours.starts_at:
        tone = "now"
    else:
        tone = "ok" if live.share >= LOW else "ask"
    place = None
    if drawn is not None and live.latitude is not None:
        place = drawn.place(live.latitude, live.longitude)
    x, y = place or (None, None)
    size = next(radius for least, radius in _SIZES if live.expected >= least)
    label = gettext("到课不足八成") if tone == "ask" and not alarms else gettext(TONES[tone])
    return Row(live, tone, label, alarms, x, y, size)


def _matches(row: Row, chosen: Chosen) -> bool:
    if chosen.area and not row.session.site.region_code.startswith(chosen.area):
        return False
    if chosen.provider and str(row.session.training_class.institution_id) != chosen.provider:
        return False
    return {
        "alarms": bool(row.alarms),
        "low": row.live.expected > 0 and row.live.share < LOW,
        "begun": row.tone != "now",
    }.get(chosen.show, True)


def _areas(rows: list[Row]) -> list[tuple[str, str]]:
    codes = sorted({row.session.site.region_code for row in rows})
    return [(code, catalog.region_name(code)) for code in codes]


def _providers(rows: list[Row]) -> list[tuple[str, str]]:
    found = {row.session.training_class.institution for row in rows}
    return sorted(((str(one.pk), one.name) for one in found), key=lambda one: one[1])


def _figures(rows: list[Row]) -> dict:
    tiers: Counter = Counter()
    for row in rows:
        tiers.update(row.live.evidence)
    expected, present = sum(r.live.expected for r in rows), sum(r.live.present for r in rows)
    return {
        "sessions": len(rows),
        "providers": len({row.session.training_class.institution_id for row in rows}),
        "expected": expected,
        "present": present,
        "percent": 100 * present // expected if expected else 0,
        "strong": tiers["strong"],
        "weighed": sum(tiers.values()),
        "alarms": sum(bool(row.alarms) for row in rows),
    }


@require_POST
def call(request: HttpRequest, pk: int) -> HttpResponse:
    """Call a room over from the bureau."""
    call_room(request, pk)
    return redirect("bureau:live:session", pk)


@require_POST
def weigh(request: HttpRequest, pk: int) -> HttpResponse:
    """Weigh the session's evidence now."""
    weigh_room(request, pk)
    return redirect("bureau:live:session", pk)
