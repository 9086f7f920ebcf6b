"""Statistical data kept: listed, frozen for good, held against its digests, and what was corrected since."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.access.permissions import Permission as P
from kaogong.indicators.facts import FACTS
from kaogong.kernel.errors import NotFound, NotPermitted, Refused
from kaogong.statistics import operations, queries
from kaogong.statistics.states import SNAPSHOT
from kaogong.trail.operations import record, require_may
from kaogong.web.bureau import figure_question as asking
from kaogong.web.bureau import figure_since as since
from kaogong.web.bureau.filters_statistics import SnapshotFilter
from kaogong.web.bureau.tables_statistics import SnapshotTable, number_words
from kaogong.web.bureau.views.figures import problem, shared
from kaogong.web.parts import figures_register as register
from kaogong.web.parts.forms import ReasonForm
from kaogong.web.parts.lists import Action, ListPage
from kaogong.web.parts.pages import FormPage
from kaogong.web.parts.records import Act, Section

FAULTS = {"missing": _("文件不在了"), "changed": _("内容与保存时的摘要不符")}


def address(number: int) -> str:
    return reverse("bureau:snapshots:detail", args=[number])


class Snapshots(ListPage):
    """Every snapshot there is, the newest first."""

    title = _("统计数据")
    subtitle = _("每分钟取数一次；没有冻结的一小时后清理，冻结的永久保存，以后的更正逐条可查")
    table_class = SnapshotTable
    filter_class = SnapshotFilter
    may = P.VIEW_PEOPLE
    empty_title = _("还没有统计数据")
    empty_text = _("系统每分钟取数一次。一直没有时，请管理员检查后台任务是否在运行。")

    def rows(self, request):
        return queries.snapshots(request.actor)

    def actions(self, request):
        newest = queries.latest_snapshot()
        if newest is None or newest.status == "frozen" or not request.actor.may(P.FREEZE_SNAPSHOT):
            return []
        to = reverse("bureau:snapshots:freeze", args=[newest.number])
        return [Action(gettext("冻结最新数据"), to, primary=True)]


def detail(request: HttpRequest, number: int) -> HttpResponse:
    """One snapshot: as of when, who froze it and why, its files with their digests, what was corrected since."""
    require_may(request.actor, P.VIEW_PEOPLE, gettext("统计数据"))
    one = queries.snapshot(number, by=request.actor)
    is_checked = bool(request.GET.get("verify"))
    faults = {fault.file: fault.kind for fault in queries.faults_of(one)} if is_checked else {}
    newest = queries.latest_snapshot()
    return render(
        request,
        "bureau/figures/snapshot.html",
        {
            "page_base": "rail.html",
            "title": gettext("统计数据{number}").format(number=number_words(number)),
            "number": number_words(number),
            "thing": one,
            "crumb": gettext("统计数据"),
            "crumb_url": reverse("bureau:snapshots:list"),
            "said": [gettext("数据截至 {at}").format(at=_minute(one.as_of))],
            "warning": gettext("有 {n} 个文件与保存时不符，见下表。请从备份恢复。").format(n=len(faults))
            if faults
            else "",
            "verified": gettext("{n} 个文件逐个核对，摘要全部一致。").format(n=len(one.files))
            if is_checked and not faults
            else "",
            "acts": _acts(request, one),
            "sections": [_files(one, faults, is_checked=is_checked)],
            "side": [_about(one)],
            "story": "snapshot",
            "since": since.headlines(request, one) if newest and newest.number != number else None,
            "since_url": request.path,
        },
    )


def _acts(request: HttpRequest, one) -> list[Act]:
    table = f"{reverse('bureau:figures:table', args=['training.person_times'])}?snapshot={one.number}"
    found = [
        Act(gettext("核对摘要"), f"{address(one.number)}?verify=1", is_link=True),
        Act(gettext("用这份数据看指标"), table, is_link=True),
    ]
    if one.status == "taken" and request.actor.may(P.FREEZE_SNAPSHOT):
        to = reverse("bureau:snapshots:freeze", args=[one.number])
        found.insert(0, Act(gettext("冻结数据") + "…", to, is_link=True, is_primary=True))
    return found


def _about(one) -> Section:
    facts = [
        (gettext("读取时间"), _minute(one.taken_at)),
        (gettext("数据截至"), _minute(one.as_of)),
        (gettext("摘要"), one.digest),
    ]
    if one.frozen_at:
        facts += [
            (gettext("冻结人"), one.frozen_by),
            (gettext("冻结时间"), _minute(one.frozen_at)),
            (gettext("冻结原因"), one.frozen_because),
        ]
    rows = [(gettext(fact.label), f"{one.rows.get(name, 0):,}") for name, fact in FACTS.items()]
    return Section("about", gettext("数据情况"), facts=[*facts, *rows])


def _files(one, faults: dict[str, str], *, is_checked: bool) -> Section:
    def said(name: str) -> str:
        if name in faults:
            return "✗ " + str(FAULTS[faults[name]])
        return gettext("✓ 一致") if is_checked else gettext("尚未核对摘要")

    return Section(
        "files",
        gettext("文件和摘要"),
        head=(gettext("文件"), gettext("行数"), gettext("大小"), gettext("摘要"), gettext("核对")),
        rows=[
            (name, f"{told['rows']:,}", f"{told['bytes'] / 1024:,.0f} KB", f"{told['digest'][:16]}…", said(name))
            for name, told in sorted(one.files.items())
        ],
        hint=gettext("摘要是文件内容的 SHA-256"),
    )  # fmt: skip


def _minute(at) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}"


class Freeze(FormPage):
    """Keep one snapshot for good."""

    form_class = ReasonForm
    may = P.FREEZE_SNAPSHOT
    title = _("冻结统计数据")
    submit_label = _("冻结数据")
    done_story = _("已冻结。这份数据永久保存，以后的更正在它的页面逐条可查。")

    def start(self, request, number, **_):
        self.one = queries.snapshot(number, by=request.actor)
        self.subtitle = f"{number_words(number)} · " + gettext("数据截至 {at}").format(
            at=_minute(self.one.as_of)
        )
        self.next_story = gettext(SNAPSHOT.move("freeze").confirm)
        self.cancel_url = address(number)

    def act(self, request, form):
        operations.freeze_snapshot(
            by=request.actor, at=request.at, reason=form.cleaned_data["reason"], number=self.one.number
        )
        return address(self.one.number)


def differences(request: HttpRequest, number: int, code: str) -> HttpResponse:
    """The rows a figure lost, gained and has otherwise since a snapshot; that somebody looked is kept."""
    require_may(request.actor, P.VIEW_PEOPLE, gettext("统计数据"))
    one = queries.snapshot(number, by=request.actor)
    part = request.GET.get("part", "numerator")
    if part not in ("numerator", "denominator"):
        raise NotFound()
    question = since.question(asking.asked(request, code), one)
    here = shared(request, question) | {
        "number": number_words(number),
        "snapshot": one,
        "back": address(number),
        "pickers": asking.filters(request, question) | {"dimensions": []},
        "indicators": [(each.code, register.name_of(each)) for each in since.countable()],
        "parts": since.parts_of(question, one, part),
    }
    try:
        told = since.told(question, one, request.actor, part)
    except (NotFound, NotPermitted):
        raise
    except Refused as refusal:
        return render(request, "bureau/figures/differences.html", here | {"problem": problem(refusal)})
    record(
        "figure.opened",
        by=request.actor,
        at=request.at,
        subject_kind="figure",
        subject_id=code,
        label=str(here["name"]),
        filters=question.query(part=part, since=number),
        rows=told["count"],
    )
    return render(request, "bureau/figures/differences.html", here | told)
