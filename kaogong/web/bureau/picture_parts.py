"""What the bureau's picture is put together from: each part answers one question for one region, in few queries."""

from copy import copy
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.core.cache import cache
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language, gettext

from kaogong.access.permissions import Permission as P
from kaogong.funds import queries as funds
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotPermitted, Refused
from kaogong.kernel.money import yuan
from kaogong.planning import queries as planning
from kaogong.presence import queries as presence
from kaogong.risk import queries as risk
from kaogong.risk.states import SEVERITIES
from kaogong.statistics import queries as statistics
from kaogong.trail import queries as trail
from kaogong.training import queries as training
from kaogong.web.bureau import figure_telling, fund_figures
from kaogong.web.bureau.figure_question import Question, told_span
from kaogong.web.parts import figures, figures_charts, figures_map
from kaogong.web.parts import figures_period as periods
from kaogong.web.parts import figures_register as register
from kaogong.web.parts.risk import TONES, severity_words

HEADLINES = (
    "training.person_times",
    "training.persons",
    "certificate.issued",
    "certificate.high_new",
    "money.paid",
    "outcome.employed_share",
)
MAPPED = ("training.person_times", "certificate.high_new", "money.paid", "outcome.employed_share")
KEPT_SECONDS = 60
FEW = 5


@dataclass(frozen=True, slots=True)
class View:
    """Of which region and year the picture is, and under whose eyes."""

    request: HttpRequest
    region_code: str
    span: periods.Span

    @property
    def by(self) -> Actor:
        """The actor with the reach of the region shown: whatever is counted is of it alone."""
        return replace(copy(self.request.actor), region_code=self.region_code)

    @property
    def today(self):
        return self.request.today

    def question(self, code: str, dimension: str = "") -> Question:
        indicator = register.indicator_named(code)
        span = told_span(indicator, self.span, self.today)
        return Question(indicator, self.region_code, span, dimension or "month")


def as_of() -> Any:
    """When the facts were last seen unchanged; None before the first were taken."""
    newest = statistics.latest_snapshot()
    return newest.as_of if newest else None


def kept(view: View, name: str, make) -> Any:
    """What ``make`` counts, counted once a minute and snapshot for everybody who sees this region."""
    newest = statistics.latest_snapshot()
    mark = newest.number if newest else 0
    key = f"picture:{name}:{view.region_code}:{view.span.key}:{mark}:{view.today}:{get_language()}"
    found = cache.get(key)
    if found is None:
        found = make()
        cache.set(key, found, KEPT_SECONDS)
    return found


def headlines(view: View) -> list[dict[str, str]]:
    """This year's main figures, each against the same days of the year before."""
    return kept(view, "headlines", lambda: [_headline(view, code) for code in HEADLINES])


def _headline(view: View, code: str) -> dict[str, str]:
    question = view.question(code)
    unit = question.indicator.unit
    try:
        now = figure_telling.figure_of(question, view.by)
        then = figure_telling.figure_of(question, view.by, span=view.span.up_to(view.today).a_year_before())
    except NotPermitted:
        raise
    except Refused:
        now = then = None
    return {
        "label": register.name_of(question.indicator),
        "value": figures.told(now.value, unit) if now else "—",
        "note": figures.change(now.value, then.value, unit) if now else "",
        "url": question.url(by=""),
    }


def mapped(view: View, code: str, opens) -> dict[str, Any] | None:
    """The chosen figure of every district: map, table and the sentence they say; None below a city."""
    if not view.region_code.endswith("00"):
        return None
    return kept(view, f"map:{code}", lambda: _mapped(view, code, opens))


def _mapped(view: View, code: str, opens) -> dict[str, Any]:
    question = view.question(code, "region")
    unit = question.indicator.unit
    name = register.name_of(question.indicator)
    try:
        found = figure_telling.breakdown_of(question, view.by)
    except NotPermitted:
        raise
    except Refused:
        return {"name": name, "code": code, "finding": name, "rows": [], "map": None, "url": question.url()}
    rows = sorted(found.rows, key=lambda one: -(one[2].value or 0))
    values = {row_code: figure.value for row_code, _label, figure in rows}
    return {
        "name": name,
        "code": code,
        "unit": figures.unit_words(unit),
        "finding": figures.finding(
            name, [(label, figure.value) for _c, label, figure in rows], unit=unit, dimension="region",
            adds_up=found.adds_up,
        ),
        "rows": [
            {"label": label, "value": figures.written(figure.value, unit), "number": figure.value,
             "url": opens(row_code) if row_code else ""}
            for row_code, label, figure in rows
        ],
        "total": figures.written(found.total.value, unit),
        "map": figures_map.shaded(view.region_code, values, unit=unit, opens=opens),
        "url": question.url(),
    }  # fmt: skip


def by_month(view: View, code: str) -> dict[str, Any] | None:
    """One figure along the year's months, beside the year before's."""
    return kept(view, f"months:{code}", lambda: _by_month(view, code))


def _by_month(view: View, code: str) -> dict[str, Any] | None:
    question = view.question(code, "month")
    unit = question.indicator.unit
    try:
        found = figure_telling.breakdown_of(question, view.by)
        _whole, before = figure_telling.a_year_before(question, view.by, view.today)
    except NotPermitted:
        raise
    except Refused:
        return None
    rows = figure_telling.told_rows(question, found, before)
    pairs = [(row.label, row.figure.value) for row in rows]
    name = register.name_of(question.indicator)
    return {
        "name": name,
        "finding": figures.finding(name, pairs, unit=unit, dimension="month", adds_up=found.adds_up),
        "option": figures_charts.option(
            pairs,
            unit=unit,
            dimension="month",
            before=[row.before_value for row in rows],
            names=(view.span.label, gettext("上年同期")),
        ),
        "rows": rows,
        "has_before": any(row.before_value for row in rows),
        "url": question.url(),
    }


def targets(view: View) -> list[dict[str, Any]]:
    """The targets that run today: how much is done, how much the straight line expects, which lag."""
    running = planning.targets(view.by).filter(
        status="set", kind="target", starts_on__lte=view.today, ends_on__gt=view.today
    )
    found = planning.standings(running[:40], view.today)
    found.sort(key=lambda one: (not one.lags, -(one.progress.behind or 0) if one.progress else 0))
    return [_target(one) for one in found]


def _target(one) -> dict[str, Any]:
    told = one.progress
    done = told.done if told else None
    unit = one.target.unit
    share = round(done * 1000 / one.target.value) if done is not None and one.target.value else 0
    due = round(told.straight * 1000 / one.target.value) if told and one.target.value else 0
    return {
        "title": one.target.title,
        "url": target_url(one.target.pk),
        "clause": one.target.clause,
        "value": figures.told(one.target.value, unit),
        "done": figures.told(done, unit) if told else "—",
        "share": f"{share / 10:.1f}%" if told and done is not None else "—",
        "bar": max(0, min(share, 1000)),
        "due": max(0, min(due, 1000)),
        "lags": bool(one.lags),
        "reached": bool(told and told.reached),
        "on_time": one.lags is False,
        "behind": _behind(told) if one.lags is None and told else "",
    }


def _behind(told) -> str:
    """How far it is behind time where no limit says when that is too far."""
    if told.behind is None or told.reached:
        return ""
    words = gettext("比时间进度少 {n} 个百分点") if told.behind > 0 else gettext("比时间进度多 {n} 个百分点")
    return words.format(n=f"{abs(told.behind) / 100:.1f}")


def target_url(pk: int) -> str:
    """One target's own page."""
    return reverse("bureau:targets:detail", args=[pk])


def money(view: View) -> dict[str, Any] | None:
    """Budget, paid and left of the year's funds, with how much is executed; None for who may not look."""
    if not view.request.actor.may(P.VIEW_LEDGER):
        return None
    by = view.by
    rows = funds.fund_board(by, view.span.period.start.year)
    if not rows:
        return None
    sums = {
        group: sum(fund_figures.of_group(row, group) for row in rows) for group in ("budget", "paid", "left")
    }
    year = urlencode({"year": view.span.period.start.year})
    board = f"{reverse('bureau:funds:board')}?{year}"
    tiles = [
        {
            "label": fund_figures.group_label(group),
            "value": yuan(fen),
            "url": f"{reverse('bureau:funds:rows')}?{year}&of={group}",
        }
        for group, fen in sums.items()
    ]
    executed = figures.part_of(sums["paid"], sums["budget"])
    return {"tiles": tiles, "executed": executed or "—", "url": board}


def classes(view: View) -> dict[str, Any]:
    """Classes that run now, lessons going on at this hour, and the classes that end first."""
    by = view.by
    running = training.training_classes(by, status="running")
    on_now = presence.sessions_on_now(by, view.request.at)
    listed = f"{reverse('bureau:classes:list')}?status=running"
    return {
        "tiles": [
            {"label": gettext("在训班次"), "value": f"{running.order_by().count():,}", "url": listed},
            {
                "label": gettext("正在上课"),
                "value": f"{len(on_now):,}",
                "note": gettext("已到 {a} / {b} 人").format(
                    a=sum(one.present for one in on_now), b=sum(one.expected for one in on_now)
                )
                if on_now
                else "",
                "url": reverse("bureau:live:board"),
            },
        ],
        "ending": list(running.order_by("ends_on", "id")[:FEW]),
    }


def risks(view: View) -> dict[str, Any]:
    """Open findings by weight, the gravest and oldest few."""
    by = view.by
    counts = risk.severity_counts(by)
    listed = reverse("bureau:risk:list")
    return {
        "tiles": [
            {
                "label": severity_words(severity),
                "tone": TONES.get(severity, ""),
                "value": f"{counts.get(severity, 0):,}",
                "url": f"{listed}?severity={severity}",
            }
            for severity in reversed(list(SEVERITIES))
        ],
        "total": sum(counts.values()),
        "url": listed,
    }


def looks(view: View) -> list[dict[str, str]]:
    """What an auditor asks first: who looked at people, took lists out and opened figures this month."""
    month = view.today.replace(day=1)
    entries = trail.entries_visible(view.by).filter(at__date__gte=month)
    listed = reverse("bureau:trail:list")
    words = {
        "person.looked": gettext("查看个人信息"),
        "list.exported": gettext("导出列表"),
        "figure.opened": gettext("打开指标名单"),
    }
    return [
        {
            "label": label,
            "value": f"{entries.filter(verb=verb).order_by().count():,}",
            "url": f"{listed}?verb={verb}&from_on={month:%Y-%m-%d}",
        }
        for verb, label in words.items()
    ]
