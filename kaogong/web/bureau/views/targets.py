"""Targets at the bureau: the list with how far each is, one target with its course, drafting and setting."""

from datetime import timedelta

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from kaogong.access.permissions import Permission as P
from kaogong.catalog import queries as catalog
from kaogong.indicators.register import IndicatorUnknown, indicator_of
from kaogong.papers import PaperColumn, TablePaper, table_pdf
from kaogong.planning import operations, queries
from kaogong.planning.states import DIRECTIONS, KINDS, TIMES
from kaogong.trail.operations import require_may
from kaogong.web.bureau.filters_planning import TargetFilter
from kaogong.web.bureau.forms_planning import TargetForm
from kaogong.web.bureau.tables_planning import TargetTable, how_far
from kaogong.web.bureau.target_course import course_of
from kaogong.web.parts.figures import figure_words
from kaogong.web.parts.lists import Action, ListPage, download
from kaogong.web.parts.pages import FormPage, act
from kaogong.web.parts.records import Act, Section, acts_of, link
from kaogong.web.parts.templatetags.parts import badge, cited, clause_url
from kaogong.web.parts.wording import told

from .target_shares import shares_section, working_section

METHOD = _(
    "每月末读一次进度，没有过完的月份不算节奏。每个月应完成的份额按上年同月所占比例（上年全年都有数时），否则各月相同；已完成数除以已过份额得到节奏，"
    "期末推算等于已完成加上节奏乘以剩余份额。各月偏离节奏的大小决定区间，八成把握落在区间内；剩余月份越多、已知月份越少，区间越宽。"
    "只增不减的数，推算不低于已完成。不足三个月不推算。"
)


def address(_request, target) -> str:
    return reverse("bureau:targets:detail", args=[target.pk])


def require_part(request: HttpRequest) -> None:
    """Targets are for those who look at the bureau's pages and for the units that answer for them."""
    if not request.actor.may(P.REPORT_DUTY):
        require_may(request.actor, P.VIEW_BUREAU, gettext("目标"))


class Targets(ListPage):
    """Every target of the region and of those above it, with how far each is."""

    title = _("目标")
    subtitle = _("每个目标一个指标口径、一个期间、一条依据；进度每小时统计一次")
    table_class = TargetTable
    filter_class = TargetFilter
    empty_title = _("还没有目标")
    empty_text = _("载入文件里写明的目标，或者按本地文件拟定。")

    def get(self, request, **more):
        require_part(request)
        if request.actor.own_unit:
            self.subtitle = _("本单位负责或配合的目标；进度每小时统计一次")
            self.empty_text = _("没有由本单位负责或配合的目标。")
        return super().get(request, **more)

    def rows(self, request):
        self.today = request.today
        return queries.targets(request.actor, request.GET.get("q", ""))

    def actions(self, request):
        found = [Action(gettext("督办"), reverse("bureau:supervision_notices:list"))]
        if request.actor.may(P.VIEW_BUREAU):
            found.append(Action(gettext("调度通报"), reverse("bureau:targets:bulletin")))
        if request.actor.may(P.DRAFT_TARGET):
            found.append(Action(gettext("载入文件目标"), reverse("bureau:targets:load")))
            found.append(Action(gettext("拟定目标"), reverse("bureau:targets:draft"), primary=True))
        return found

    def prepare(self, records):
        for one in queries.standings(records, self.today):
            row, done = one.target, one.progress
            row.last_on = row.ends_on - timedelta(days=1)
            row.goal = figure_words(row.value, row.unit)
            row.done = figure_words(done.done if done else None, row.unit)
            row.share = figure_words(done.share if done else None, "%")
            row.line = figure_words(done.straight if done else None, row.unit)
            ahead = done.forecast if done else None
            row.expected = figure_words(ahead.value if ahead else None, row.unit)
            row.far = how_far(one) if row.kind == "target" else ("off", gettext(KINDS["baseline"]))


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One target: its clause, how far it is, what is expected, who was asked about it."""
    require_part(request)
    target = queries.target(pk, by=request.actor)
    own = queries.is_own(target, request.actor)
    one = queries.standings([target], request.today)[0]
    acts = acts_of(target, "bureau:targets", request.actor, primary="set") if own else []
    if own and target.status == "set" and target.kind == "target":
        if request.actor.may(P.DRAFT_TARGET):
            acts.append(Act(gettext("现在统计"), reverse("bureau:targets:read", args=[pk])))
        if request.actor.may(P.ISSUE_SUPERVISION):
            url = reverse("bureau:targets:supervise", args=[pk])
            acts.append(Act(gettext("发出督办…"), url, is_link=True, is_primary=bool(one.lags)))
    told = own or request.actor.own_unit
    notices = queries.supervisions(request.actor).filter(target_id=pk) if told else []
    words = how_far(one)
    return render(
        request,
        "bureau/planning/record.html",
        {
            "page_base": "rail.html",
            "title": target.title,
            "number": f"{catalog.region_name(target.region_code)} {target.starts_on.year}",
            "thing": target,
            "crumb": gettext("目标"),
            "crumb_url": reverse("bureau:targets:list"),
            "said": [catalog.region_name(target.region_code), words[1]]
            + ([gettext("示例")] if target.illustrative else []),
            "acts": acts,
            "warning": _warning(one),
            "figures": _figures(one),
            "option": course_of(one),
            "option_title": _finding(one),
            "sections": [_about(target), *_shares(request, target, own), _points(one)],
            "side": [
                _forecast(one),
                Section(
                    "supervisions",
                    gettext("督办"),
                    head=[gettext("督办编号"), gettext("被督办单位"), gettext("回复期限"), gettext("状态")],
                    rows=[
                        (
                            link(n.number, reverse("bureau:supervision_notices:detail", args=[n.pk])),
                            n.unit,
                            n.due_on,
                            badge(n),
                        )
                        for n in notices
                    ],
                    empty=gettext("没有发出过督办。") if told else gettext("上级目标由上级督办。"),
                ),
            ],
            "story": "target",
        },
    )


def _shares(request, target, own: bool) -> list[Section]:
    """What the target was split into, or what it was split from."""
    shares = shares_section(request, target) if own else None
    return [section for section in (shares, working_section(target)) if section is not None]


def _warning(one) -> str:
    if one.target.kind == "baseline" or one.progress is None or one.target.status != "set":
        return ""
    if one.lag_limit is None and one.progress.behind is not None and not one.progress.reached:
        return gettext("没有文件规定落后多少算滞后，这里只显示进度，不自动预警。")
    if one.lags:
        return gettext("落后时间进度 {behind} 个百分点，超过 {limit} 个百分点的界限。").format(
            behind=one.progress.behind / 100, limit=one.lag_limit / 100
        )
    return ""


def _figures(one) -> list[dict]:
    target, done = one.target, one.progress
    shown = lambda value: figure_words(value, target.unit)  # noqa: E731
    found = [
        {
            "label": gettext("目标值"),
            "value": shown(target.value),
            "note": gettext(DIRECTIONS[target.direction]),
        }
    ]
    if done is None:
        return found
    found += [
        {
            "label": gettext("完成"),
            "value": shown(done.done),
            "note": gettext("截至 {on}").format(on=one.reading.as_of),
        },
        {"label": gettext("完成率"), "value": figure_words(done.share, "%")},
    ]
    if target.time == "event":
        found.append({"label": gettext("时间进度应为"), "value": shown(done.straight)})
        if done.shaped is not None:
            found.append({"label": gettext("按上年节奏应为"), "value": shown(done.shaped)})
    return found


def _finding(one) -> str:
    """The chart's title says what it shows."""
    done = one.progress
    if done is None or done.done is None:
        return one.target.title
    words = how_far(one)[1]
    return gettext("{far}：完成目标的 {share}").format(far=words, share=figure_words(done.share, "%"))


def _about(target) -> Section:
    try:
        one = indicator_of(target.indicator_code)
        meaning = f"{gettext(one.name)}{gettext('：')}{gettext(one.meaning)}"
    except IndicatorUnknown:
        meaning = gettext("指标目录里没有这个指标：{code}").format(code=target.indicator_code)
    last_on = target.ends_on - timedelta(days=1)
    units = gettext("、").join(target.co_owners)
    return Section(
        "about",
        gettext("目标和依据"),
        facts=[
            (gettext("指标口径"), meaning),
            (gettext("期间"), f"{target.starts_on} — {last_on}（{gettext(TIMES[target.time])}）"),
            (gettext("责任单位"), target.owner or gettext("文件没有写明")),
            *([(gettext("配合单位"), units)] if units else []),
            (
                gettext("依据"),
                link(cited(target.clause), clause_url(target.clause)) if target.source else target.clause,
            ),
            *([(gettext("出处"), target.source)] if target.source else []),
            *([(gettext("原文"), f"“{target.quote}”")] if target.quote else []),
            *([(gettext("说明"), target.note)] if target.note else []),
        ],
    )


def _points(one) -> Section:
    target, reading = one.target, one.reading
    earlier = [value for _day, value in reading.earlier] if reading else []
    rows = []
    for nth, (day, value) in enumerate(reading.points if reading else []):
        before = earlier[nth] if nth < len(earlier) else None
        rows.append((day, figure_words(value, target.unit), figure_words(before, target.unit)))
    note = reading.note if reading else ""
    return Section(
        "course",
        gettext("进度"),
        head=[gettext("截至"), gettext("完成"), gettext("上年同期")],
        rows=rows,
        hint=gettext("统计数据第 {n} 号").format(n=reading.snapshot) if reading and reading.snapshot else "",
        text=gettext(note) if note else "",
        empty=gettext("还没有统计过进度。"),
    )


def _forecast(one) -> Section:
    target = one.target
    ahead = one.progress.forecast if one.progress else None
    if ahead is None:
        return Section("forecast", gettext("期末推算"), text=gettext("已知的月份不足三个，不推算。"))
    shown = lambda value: figure_words(value, target.unit)  # noqa: E731
    return Section(
        "forecast",
        gettext("期末推算"),
        facts=[
            (gettext("推算值"), shown(ahead.value)),
            (gettext("八成把握在"), f"{shown(ahead.low)} — {shown(ahead.high)}"),
            (gettext("依据的节奏"), gettext("上年各月") if ahead.shaped else gettext("各月相同")),
        ],
        text=str(METHOD),
    )


class DraftTarget(FormPage):
    """Draft a target for another to set."""

    title = _("拟定目标")
    form_class = TargetForm
    may = P.DRAFT_TARGET
    submit_label = _("拟定")
    next_story = _("拟定后由另一人下达；下达后数值、期间和依据不能修改，只能撤销另行下达。")
    done_story = _("已拟定，等另一人下达。")

    def start(self, request):
        self.cancel_url = reverse("bureau:targets:list")

    def initial(self, request):
        year = request.today.year
        return {"starts_on": f"{year}-01-01", "last_on": f"{year}-12-31"}

    def act(self, request, form):
        given = form.cleaned_data
        made = operations.draft_target(
            region_code=request.actor.region_code,
            code=f"{given['indicator_code']}:{given['starts_on']:%Y%m%d}"[:60],
            **given,
            by=request.actor,
            at=request.at,
        )
        return address(request, made)


class LoadTargets(FormPage):
    """Load what the papers set for the actor's region."""

    title = _("载入文件目标")
    form_class = Form
    may = P.DRAFT_TARGET
    submit_label = _("载入")
    next_story = _(
        "把已收文件为本区域写明的目标列进来，每条注明文号、行和原文；已有的和撤销过的不会重复载入。"
    )

    def start(self, request):
        self.cancel_url = reverse("bureau:targets:list")

    def act(self, request, form):
        loaded = operations.load_targets(
            region_code=request.actor.region_code, by=request.actor, at=request.at
        )
        messages.success(request, gettext("新载入 {n} 个目标。").format(n=loaded))
        return self.cancel_url


@require_POST
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """Count one target now."""
    try:
        operations.read_target(pk, by=request.actor, at=request.at)
    except operations.TargetNotRunning as refusal:
        messages.error(request, told(refusal))
    else:
        messages.success(request, gettext("已统计。"))
    return redirect("bureau:targets:detail", pk=pk)


def bulletin(request: HttpRequest) -> HttpResponse:
    """The bulletin (调度通报): every running target with where it stands, as a paper."""
    require_may(request.actor, P.VIEW_BUREAU, gettext("调度通报"))
    rows = list(queries.running_targets(request.actor, request.today))
    columns = [
        PaperColumn(label="目标", weight=2.4), PaperColumn(label="责任单位", weight=1.2),
        PaperColumn(label="目标值", align="right"), PaperColumn(label="完成", align="right"),
        PaperColumn(label="完成率", align="right"), PaperColumn(label="时间进度应为", align="right"),
        PaperColumn(label="进度"),
    ]  # fmt: skip
    lines = []
    for one in queries.standings(rows, request.today):
        target, done = one.target, one.progress
        lines.append(
            (
                target.title, target.owner or "—", queries.in_words(target.value, target.unit),
                queries.in_words(done.done if done else None, target.unit),
                queries.in_words(done.share if done else None, "%"),
                queries.in_words(done.straight if done else None, target.unit), how_far(one)[1],
            )
        )  # fmt: skip
    region = catalog.region_name(request.actor.region_code)
    data = table_pdf(
        TablePaper(
            title="目标任务调度通报",
            subtitle=f"{region}　截至{request.today:%Y年%m月%d日}",
            columns=columns,
            rows=lines,
            notes=["进度按各目标指标口径统计；没有数据的，由责任单位申报后再通报。"],
            landscape=True,
            printed_by=request.actor.name,
            printed_on=request.today,
        )
    )
    return download(data, f"调度通报-{request.today:%Y%m%d}.pdf", "application/pdf")


set_target = act(operations.set_target, to=address, done=_("已下达，今后每小时统计进度。"))
close = act(operations.close_target, to=address, done=_("已结束。"))
withdraw = act(operations.withdraw_target, to=address, done=_("已撤销。"))
