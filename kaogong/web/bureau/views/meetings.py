"""Joint meetings at the bureau: called, held, decided, followed up, minutes printed."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.access.permissions import Permission as P
from kaogong.catalog import queries as catalog
from kaogong.papers import PaperColumn, TablePaper, table_pdf
from kaogong.planning import operations, queries
from kaogong.trail.operations import moves_open_to, require_may
from kaogong.web.bureau.filters_planning import DecisionFilter, MeetingFilter
from kaogong.web.bureau.forms_planning import DecisionForm, HeldForm, ItemForm, MeetingForm, ResultForm
from kaogong.web.bureau.tables_planning import DecisionTable, MeetingTable
from kaogong.web.parts.lists import Action, ListPage, download
from kaogong.web.parts.pages import FormPage, act
from kaogong.web.parts.records import Act, Section, acts_of
from kaogong.web.parts.templatetags.parts import tag

FORMS = {"decide", "report", "finish"}


def address(_request, meeting) -> str:
    return reverse("bureau:meetings:detail", args=[meeting.pk])


def _of_item(_request, item) -> str:
    return reverse("bureau:meetings:detail", args=[item.meeting_id])


def require_part(request: HttpRequest) -> None:
    """Meetings are for those who look at the bureau's pages and for the units they gave something to do."""
    if not request.actor.may(P.REPORT_DUTY):
        require_may(request.actor, P.VIEW_BUREAU, gettext("联席会议"))


class Meetings(ListPage):
    """Every joint meeting; to a unit those that gave it something to do."""

    title = _("联席会议")
    subtitle = _("议题、决定、负责单位和期限逐项登记，会后跟踪落实")
    table_class = MeetingTable
    filter_class = MeetingFilter
    empty_title = _("还没有联席会议")
    empty_text = _("通知一次会议，把议题逐项列上。")

    def get(self, request, **more):
        require_part(request)
        if request.actor.own_unit:
            self.empty_text = _("没有会议把事项交给本单位。")
        return super().get(request, **more)

    def rows(self, request):
        return queries.meetings(request.actor, request.GET.get("q", ""))

    def actions(self, request):
        found = [Action(gettext("决定落实"), reverse("bureau:meetings:decisions"))]
        if request.actor.may(P.CALL_MEETING):
            found.append(Action(gettext("通知会议"), reverse("bureau:meetings:call"), primary=True))
        return found


class Decisions(ListPage):
    """What meetings decided, the soonest due first."""

    title = _("决定落实")
    subtitle = _("会议决定的事项，按期限先后")
    table_class = DecisionTable
    filter_class = DecisionFilter
    empty_title = _("没有会议决定")
    empty_text = _("在会议的页面登记决定。")

    def get(self, request, **more):
        require_part(request)
        if request.actor.own_unit:
            self.empty_text = _("没有会议把事项交给本单位。")
        return super().get(request, **more)

    def rows(self, request):
        self.today = request.today
        return queries.meeting_items(request.actor)

    def prepare(self, records):
        for row in records:
            row.late = (
                ((row.reported_on or self.today) - row.due_on).days if row.is_overdue(self.today) else None
            )


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One meeting with its matters and what came of each; to a unit its own matters alone."""
    require_part(request)
    whole = not request.actor.own_unit
    meeting = queries.meeting(pk, by=request.actor)
    acts = acts_of(meeting, "bureau:meetings", request.actor, forms=["hold"], primary="hold")
    if meeting.status == "called" and request.actor.may(P.CALL_MEETING):
        acts.insert(0, Act(gettext("增加议题…"), reverse("bureau:meetings:raise", args=[pk]), is_link=True))
    if whole:
        acts.append(Act(gettext("会议纪要 PDF"), reverse("bureau:meetings:minutes", args=[pk]), is_link=True))
    items = list(queries.meeting_items(request.actor, pk))
    late = [item for item in items if item.is_overdue(request.today)]
    return render(
        request,
        "bureau/planning/record.html",
        {
            "page_base": "rail.html",
            "title": meeting.title,
            "number": meeting.number,
            "thing": meeting,
            "crumb": gettext("联席会议"),
            "crumb_url": reverse("bureau:meetings:list"),
            "said": [meeting.number, f"{meeting.held_on}", *([meeting.place] if meeting.place else [])],
            "warning": gettext("有 {n} 项决定过了期限还没有落实。").format(n=len(late)) if late else "",
            "acts": acts,
            "sections": [_item(item, request) for item in items]
            or [Section("items", gettext("议题"), empty=gettext("还没有议题。"))],
            "side": [
                Section(
                    "about",
                    gettext("会议"),
                    facts=[
                        (gettext("主持人"), meeting.chair or "—"),
                        (gettext("成员单位"), gettext("、").join(meeting.units) or "—"),
                        *([(gettext("出席人员"), meeting.attendees or "—")] if whole else []),
                    ],
                )
            ],
            "story": "joint_meeting" if whole else "",
        },
    )


def _item(item, request) -> Section:
    facts = [
        (gettext("状态"), gettext(item.get_status_display())),
        *([(gettext("提出单位"), item.raised_by)] if item.raised_by else []),
    ]
    if item.decision:
        facts += [
            (gettext("决定"), item.decision),
            (gettext("负责单位"), item.owner),
            (gettext("完成期限"), item.due_on),
        ]
    if item.result:
        facts.append((gettext("落实情况"), item.result))
    if item.reported_on:
        facts.append((gettext("负责单位报告日期"), item.reported_on))
    if item.status == "done":
        facts.append((gettext("落实日期"), item.finished_on))
    acts = [
        Act(
            gettext(move.label) + ("…" if move.verb in FORMS else ""),
            reverse(f"bureau:meeting_items:{move.verb}", args=[item.pk]),
            is_link=move.verb in FORMS,
            needs_reason=move.reason,
            dialog_id=f"ask-{move.verb}-{item.pk}",
        )
        for move in moves_open_to(item, request.actor)
    ]
    hint = tag("no", gettext("已逾期")) if item.is_overdue(request.today) else ""
    return Section(f"item-{item.pk}", f"{item.sequence}. {item.subject}", facts=facts, acts=acts, hint=hint)


class CallMeeting(FormPage):
    """Call a meeting."""

    title = _("通知联席会议")
    form_class = MeetingForm
    may = P.CALL_MEETING
    submit_label = _("通知")
    done_story = _("已通知，请列上议题。")

    def start(self, request):
        self.cancel_url = reverse("bureau:meetings:list")

    def act(self, request, form):
        made = operations.call_meeting(
            region_code=request.actor.region_code, **form.cleaned_data, by=request.actor, at=request.at
        )
        return address(request, made)


class _OfMeeting(FormPage):
    """A form about one meeting."""

    may = P.CALL_MEETING

    def start(self, request, pk):
        self.meeting = queries.meeting(pk, by=request.actor)
        self.subtitle = self.meeting.title
        self.cancel_url = address(request, self.meeting)


class RaiseItem(_OfMeeting):
    """Put a matter before a meeting."""

    title = _("增加议题")
    form_class = ItemForm
    submit_label = _("增加")

    def act(self, request, form):
        operations.raise_item(self.meeting.pk, **form.cleaned_data, by=request.actor, at=request.at)
        return self.cancel_url


class HoldMeeting(_OfMeeting):
    """Note that a meeting took place."""

    title = _("记为已召开")
    form_class = HeldForm
    submit_label = _("记为已召开")
    done_story = _("已记为已召开，会议纪要可以打印。")

    def act(self, request, form):
        operations.hold_meeting(self.meeting.pk, **form.cleaned_data, by=request.actor, at=request.at)
        return self.cancel_url


class _OfMatter(FormPage):
    """A form about one matter."""

    may = P.DECIDE_ITEM

    def start(self, request, pk):
        self.item = queries.meeting_item(pk, by=request.actor)
        self.subtitle = self.item.subject
        self.cancel_url = _of_item(request, self.item)


class DecideItem(_OfMatter):
    """Note a decision."""

    title = _("登记决定")
    form_class = DecisionForm
    submit_label = _("登记")

    def act(self, request, form):
        operations.decide_item(self.item.pk, **form.cleaned_data, by=request.actor, at=request.at)
        return self.cancel_url


class FinishItem(_OfMatter):
    """Note what came of a decision."""

    title = _("登记落实")
    form_class = ResultForm
    submit_label = _("登记")

    def initial(self, request):
        return {"result": self.item.result}

    def act(self, request, form):
        operations.finish_item(self.item.pk, **form.cleaned_data, by=request.actor, at=request.at)
        return self.cancel_url


class ReportItem(_OfMatter):
    """Say, as its unit, what came of a decision."""

    title = _("报告落实情况")
    form_class = ResultForm
    may = P.REPORT_ITEM
    submit_label = _("报告")
    done_story = _("已报告，等人社部门确认。")

    def initial(self, request):
        return {"result": self.item.result}

    def act(self, request, form):
        operations.report_item(self.item.pk, **form.cleaned_data, by=request.actor, at=request.at)
        return self.cancel_url


def minutes(request: HttpRequest, pk: int) -> HttpResponse:
    """The minutes as a paper."""
    require_may(request.actor, P.VIEW_BUREAU, gettext("联席会议"))
    meeting = queries.meeting(pk, by=request.actor)
    rows = [
        (
            str(item.sequence), item.subject, item.decision or item.get_status_display(), item.owner or "—",
            f"{item.due_on:%Y-%m-%d}" if item.due_on else "—", item.result or "—",
        )
        for item in queries.meeting_items(request.actor, pk)
    ]  # fmt: skip
    data = table_pdf(
        TablePaper(
            title="联席会议纪要",
            subtitle=f"{meeting.number}　{meeting.title}",
            facts=[
                ("时间", f"{meeting.held_on:%Y年%m月%d日}"),
                ("地点", meeting.place or "—"),
                ("主持人", meeting.chair or "—"),
                ("成员单位", "、".join(meeting.units) or "—"),
            ],
            columns=[
                PaperColumn(label="序号", align="center", weight=0.5), PaperColumn(label="议题", weight=1.6),
                PaperColumn(label="决定", weight=2.4), PaperColumn(label="负责单位", weight=1.1),
                PaperColumn(label="期限", weight=1), PaperColumn(label="落实情况", weight=1.6),
            ],
            rows=rows,
            notes=[f"出席：{meeting.attendees}"] if meeting.attendees else [],
            signatures=["记录", "签发"],
            landscape=True,
            printed_by=f"{catalog.region_name(meeting.region_code)}人力资源和社会保障局",
            printed_on=meeting.held_on,
        )
    )  # fmt: skip
    return download(data, f"会议纪要{meeting.number}.pdf", "application/pdf")


cancel = act(operations.cancel_meeting, to=address, done=_("会议已取消。"))
return_item = act(operations.return_item, to=_of_item, done=_("已退回，由负责单位继续落实。"))
reopen = act(operations.reopen_item, to=_of_item, done=_("已重新落实。"))
drop = act(operations.drop_item, to=_of_item, done=_("已记为不再议。"))
