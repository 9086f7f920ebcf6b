"""Supervision notices at the bureau: sent, replied to, accepted or sent back, printed."""

import base64
import mimetypes
from types import SimpleNamespace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.access.permissions import Permission as P
from kaogong.catalog import queries as catalog
from kaogong.kernel.errors import NotFound
from kaogong.kernel.region_code import RegionCode
from kaogong.kernel.working_days import working_days_between
from kaogong.papers import PaperColumn, TablePaper, table_pdf
from kaogong.planning import operations, queries
from kaogong.trail.operations import require_may
from kaogong.web.bureau.filters_planning import SupervisionFilter
from kaogong.web.bureau.forms_planning import ReplyForm, SupervisionForm
from kaogong.web.bureau.tables_planning import SupervisionTable
from kaogong.web.parts import papers
from kaogong.web.parts.lists import ListPage, download
from kaogong.web.parts.pages import FormPage, act
from kaogong.web.parts.records import Act, Section, acts_of, link

NEXT = {
    "issued": _("下一步：被督办单位在期限内回复。"),
    "replied": _("下一步：发出督办的一方认可回复，或者退回重办。"),
}


def address(_request, notice) -> str:
    return reverse("bureau:supervision_notices:detail", args=[notice.pk])


def require_part(request: HttpRequest) -> None:
    """Notices are for those who look at the bureau's pages and for the units that reply to them."""
    if not request.actor.may(P.REPLY_SUPERVISION):
        require_may(request.actor, P.VIEW_BUREAU, gettext("督办"))


class Supervisions(ListPage):
    """Every notice to units in reach."""

    title = _("督办")
    subtitle = _("目标滞后的，要求责任单位说明原因和措施；逾期不回复的排在督办清单里")
    table_class = SupervisionTable
    filter_class = SupervisionFilter
    empty_title = _("没有督办")
    empty_text = _("在目标的页面发出督办。")

    def get(self, request, **more):
        require_part(request)
        if request.actor.own_unit:
            self.subtitle = _("督办本单位的事项；在期限内回复，由发出督办的一方认可")
            self.empty_text = _("没有督办本单位的事项。")
        return super().get(request, **more)

    def rows(self, request):
        self.today = request.today
        return queries.supervisions(request.actor, request.GET.get("q", ""))

    def prepare(self, records):
        for row in records:
            row.late = working_days_between(row.due_on, self.today) if row.is_overdue(self.today) else None


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One notice with what was asked and what was answered."""
    require_part(request)
    notice = queries.supervision(pk, by=request.actor)
    asks = not request.actor.own_unit
    asks = asks and RegionCode(request.actor.region_code).covers(notice.from_region_code)
    without = () if asks else ("accept", "return", "cancel")
    acts = acts_of(
        notice, "bureau:supervision_notices", request.actor, forms=["reply"], without=without, primary="reply"
    )
    acts.append(
        Act(gettext("督办通知 PDF"), reverse("bureau:supervision_notices:notice", args=[pk]), is_link=True)
    )
    late = working_days_between(notice.due_on, request.today) if notice.is_overdue(request.today) else 0
    goal = notice.target.title
    in_sight = queries.targets(request.actor).filter(pk=notice.target_id)
    if queries.is_own(notice.target, request.actor) or (request.actor.own_unit and in_sight.exists()):
        goal = link(goal, reverse("bureau:targets:detail", args=[notice.target_id]))
    replies = [
        Section(
            f"reply-{one.pk}",
            gettext("{at} 的回复").format(at=f"{localtime(one.replied_at):%Y-%m-%d}"),
            facts=[
                *([(gettext("回复人"), one.replier)] if one.replier else []),
                *(
                    [
                        (
                            gettext("附件"),
                            link(one.paper_title, reverse("bureau:supervision_notices:paper", args=[one.pk])),
                        )
                    ]
                    if one.paper_title
                    else []
                ),
            ],
            text=one.content,
        )
        for one in queries.replies_of(pk)
    ]
    return render(
        request,
        "bureau/planning/record.html",
        {
            "page_base": "rail.html",
            "title": notice.title,
            "number": notice.number,
            "thing": notice,
            "crumb": gettext("督办"),
            "crumb_url": reverse("bureau:supervision_notices:list"),
            "said": [notice.number, notice.unit],
            "next_story": NEXT.get(notice.status, ""),
            "warning": gettext("已逾期 {n} 个工作日没有回复。").format(n=late) if late else "",
            "acts": acts,
            "sections": [
                Section(
                    "asked",
                    gettext("督办内容"),
                    facts=[
                        (gettext("目标"), goal),
                        (
                            gettext("被督办单位"),
                            f"{notice.unit}（{catalog.region_name(notice.region_code)}）",
                        ),
                        (gettext("进度情况"), notice.said),
                        (gettext("要求"), notice.asked),
                        (gettext("发出日期"), notice.issued_on),
                        (
                            gettext("回复期限"),
                            f"{notice.due_on}（{gettext('{n} 个工作日').format(n=notice.working_days)}）",
                        ),
                    ],
                ),
                *replies,
            ],
            "story": "supervision_notice",
        },
    )


class IssueSupervision(FormPage):
    """Ask a unit about one target."""

    title = _("发出督办")
    form_class = SupervisionForm
    may = P.ISSUE_SUPERVISION
    submit_label = _("发出")
    next_story = _("进度情况按最近一次统计自动写入督办；期限按工作日计算。")
    done_story = _("督办已发出。")

    def start(self, request, pk):
        self.target = queries.target(pk, by=request.actor)
        if not queries.is_own(self.target, request.actor):
            raise NotFound()
        self.subtitle = self.target.title
        self.cancel_url = reverse("bureau:targets:detail", args=[pk])

    def form_arguments(self, request):
        return {"region_code": self.target.region_code}

    def initial(self, request):
        days = queries.conduct_of(self.target.region_code, request.today).reply_days
        return {"unit": self.target.owner, "working_days": days}

    def act(self, request, form):
        made = operations.issue_supervision(
            self.target.pk, **form.cleaned_data, by=request.actor, at=request.at
        )
        return address(request, made)


class ReplySupervision(FormPage):
    """Answer a notice for the unit asked."""

    title = _("回复督办")
    form_class = ReplyForm
    may = P.REPLY_SUPERVISION
    submit_label = _("回复")
    done_story = _("已回复，等发出督办的一方认可。")

    def start(self, request, pk):
        self.notice = queries.supervision(pk, by=request.actor)
        self.subtitle = f"{self.notice.number} {self.notice.title}"
        self.cancel_url = address(request, self.notice)

    def act(self, request, form):
        given = dict(form.cleaned_data)
        paper = given.pop("paper")
        if paper:
            given |= {"paper": paper.read(), "paper_title": paper.name}
        operations.reply_supervision(self.notice.pk, **given, by=request.actor, at=request.at)
        return self.cancel_url


def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """The notice as a paper."""
    require_part(request)
    one = queries.supervision(pk, by=request.actor)
    data = table_pdf(
        TablePaper(
            title="督办通知",
            subtitle=f"{one.number}　{catalog.region_name(one.from_region_code)}人力资源和社会保障局",
            facts=[
                ("被督办单位", one.unit),
                ("发出日期", f"{one.issued_on:%Y-%m-%d}"),
                ("回复期限", f"{one.due_on:%Y-%m-%d}"),
            ],
            columns=[PaperColumn(label="内容", weight=1), PaperColumn(label="说明", weight=4)],
            rows=[
                ("事项", one.title), ("依据", one.target.clause), ("进度情况", one.said), ("要求", one.asked),
            ],
            signatures=["签发", "签收"],
            printed_by=request.actor.name,
            printed_on=one.issued_on,
        )
    )  # fmt: skip
    return download(data, f"督办通知{one.number}.pdf", "application/pdf")


def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """A reply's paper as it was handed in."""
    require_part(request)
    return handed_in_paper(queries.reply_paper(pk, by=request.actor))


def handed_in_paper(row) -> HttpResponse:
    """The sealed paper of a reply or report, shown in the browser."""
    kind = mimetypes.guess_type(row.paper_title)[0] or "application/octet-stream"
    return papers.paper(SimpleNamespace(data=base64.b64decode(row.paper), content_type=kind))


accept = act(operations.accept_supervision, to=address, done=_("已认可，督办办结。"))
send_back = act(operations.return_supervision, to=address, done=_("已退回，期限重新计算。"))
cancel = act(operations.cancel_supervision, to=address, done=_("已撤回。"))
