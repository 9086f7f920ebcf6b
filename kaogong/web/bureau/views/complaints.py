"""Complaints at the bureau: received, taken up or forwarded, looked into, answered, closed."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from kaogong.access.permissions import Permission as P
from kaogong.institutions import queries as institutions
from kaogong.kernel.working_days import working_days_between
from kaogong.supervision import operations, queries
from kaogong.trail.operations import require_may
from kaogong.training import queries as training
from kaogong.web.bureau.forms_oversight import AcceptForm, AnswerForm, ForwardForm, InquiryForm, ReceiveForm
from kaogong.web.bureau.tables_oversight import ComplaintTable
from kaogong.web.parts.lists import Action, ListPage, handed_in
from kaogong.web.parts.pages import FormPage, act
from kaogong.web.parts.records import Act, Section, acts_of, link

from .inspectors import CreditCodeUnknown

FORMS = ("accept", "forward", "answer")


def institution_coded(request: HttpRequest, code: str) -> int | None:
    """The institution of a credit code in reach; None for an empty one, refused for an unknown one."""
    if not code:
        return None
    found = institutions.institution_by_credit_code(code)
    if found is None or not institutions.institutions(request.actor).filter(pk=found.pk).exists():
        raise CreditCodeUnknown(code=code)
    return found.pk


def class_numbered(request: HttpRequest, number: str) -> int | None:
    """The class of a number in reach; None for an empty one."""
    return training.class_numbered(number, by=request.actor).pk if number else None


class Complaints(ListPage):
    """What people complained of, the latest first; ``?overdue=1`` what is late."""

    title = _("投诉举报")
    subtitle = _("匿名的不追查来源；实名的身份加密，每次查看都留下记录")
    table_class = ComplaintTable
    may = P.VIEW_COMPLAINTS
    empty_title = _("没有投诉举报")
    empty_text = _("门户、学员和机构提交的在这里；电话、来访、来信的可以登记。")

    def rows(self, request):
        self.today = request.today
        if request.GET.get("overdue"):
            return queries.complaints_overdue(request.actor, request.today)
        return queries.complaints(request.actor)

    def prepare(self, records):
        for record in records:
            record.is_late = queries.is_overdue(record, self.today)

    def actions(self, request):
        here = reverse("bureau:complaints:list")
        found = [Action(gettext("只看超期"), f"{here}?overdue=1")]
        if request.actor.may(P.RECEIVE_COMPLAINT):
            found.append(Action(gettext("登记来电来访"), reverse("bureau:complaints:receive"), primary=True))
        return found


class ReceiveComplaint(FormPage):
    """Write down what came by telephone, visit or letter."""

    title = _("登记来电来访")
    form_class = ReceiveForm
    may = P.RECEIVE_COMPLAINT
    submit_label = _("登记")

    def start(self, request, **_):
        self.cancel_url = reverse("bureau:complaints:list")

    def act(self, request, form):
        receipt = operations.receive_complaint(
            **form.cleaned_data, region_code=request.actor.region_code, by=request.actor, at=request.at
        )
        messages.success(
            request,
            gettext("已登记 {number}。请把查询码 {secret} 告诉反映人，以后不再显示。").format(
                number=receipt.complaint.number, secret=receipt.secret
            ),
        )
        return _address(receipt.complaint)


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One complaint, without who made it."""
    require_may(request.actor, P.VIEW_COMPLAINTS, gettext("投诉举报"))
    found = queries.complaint(pk, by=request.actor)
    by = request.actor
    return render(
        request,
        "parts/record_page.html",
        {
            "page_base": "rail.html",
            "title": found.number,
            "number": found.number,
            "thing": found,
            "crumb": gettext("投诉举报"),
            "crumb_url": reverse("bureau:complaints:list"),
            "said": [_channel(found), gettext("实名") if found.is_named else gettext("匿名")],
            "next_story": _next(found),
            "warning": gettext("已超过办理期限。") if queries.is_overdue(found, request.today) else "",
            "acts": acts_of(found, "bureau:complaints", by, forms=FORMS, primary=_primary(found)),
            "sections": _sections(found, request),
            "side": _side(found, request),
            "story": "complaint",
        },
    )


def _channel(found) -> str:
    return str(queries.COMPLAINT_CHANNELS[found.channel])


def _primary(found) -> str:
    return {
        "received": "accept",
        "accepted": "investigate",
        "investigating": "answer",
        "answered": "close",
    }.get(found.status, "")


def _next(found) -> str:
    return {
        "received": gettext("下一步：受理并关联机构或班次；不属于本局的转送。"),
        "accepted": gettext("下一步：开始调查，可以函询机构、指定检查。"),
        "investigating": gettext("下一步：查清后答复反映人；涉嫌违规的立案。"),
        "answered": gettext("下一步：由答复人以外的人办结。"),
        "closed": gettext("已办结。反映人仍可凭查询码要求重新调查。"),
        "forwarded": gettext("已转送。"),
    }[found.status]


def _due(day, today, *, is_open: bool) -> str:
    if day is None:
        return gettext("没有规定")
    if not is_open:
        return str(day)
    left = working_days_between(today, day)
    if day < today:
        return gettext("{day}，已超期").format(day=day)
    return gettext("{day}，剩 {n} 个工作日").format(day=day, n=left)


def _sections(found, request) -> list[Section]:
    facts = [
        (gettext("收到时间"), found.received_at.astimezone(request.at.tzinfo).strftime("%Y-%m-%d")),
        (
            gettext("受理期限"),
            _due(found.accept_due_on, request.today, is_open=found.status == "received"),
        ),
        (
            gettext("答复期限"),
            gettext("受理后起算")
            if found.status == "received"
            else _due(
                found.answer_due_on, request.today, is_open=found.status in ("accepted", "investigating")
            ),
        ),
        (gettext("反映对象"), found.about),
    ]
    if found.accused:
        page = reverse("bureau:institutions:detail", args=[found.accused_id])
        facts.append((gettext("被反映机构"), link(found.accused.name, page)))
    if found.training_class_id:
        page = reverse("bureau:classes:detail", args=[found.training_class_id])
        facts.append((gettext("班次"), link(found.training_class, page)))
    sections = [Section("content", gettext("反映的情况"), facts=facts, text=found.content)]
    if found.answer:
        outcome = str(queries.COMPLAINT_OUTCOMES[found.outcome])
        sections.append(
            Section(
                "answer", gettext("给反映人的答复"), facts=[(gettext("查实情况"), outcome)], text=found.answer
            )
        )
    if found.forwarded_to:
        sections.append(
            Section("forward", gettext("转送"), facts=[(gettext("转送单位"), found.forwarded_to)])
        )
    head = [gettext("函询编号"), gettext("请说明的情况"), gettext("期限"), gettext("机构说明")]
    rows = [
        (one.number, one.question, one.due_on, one.answer or gettext("还没有答复"))
        for one in queries.inquiries(request.actor, complaint_id=found.pk)
    ]
    may_ask = found.accused_id and found.status in ("accepted", "investigating")
    acts = []
    if may_ask and request.actor.may(P.ACCEPT_COMPLAINT):
        acts = [Act(gettext("函询机构"), reverse("bureau:complaints:ask", args=[found.pk]), is_link=True)]
    sections.append(
        Section(
            "inquiries", gettext("函询"), head=head, rows=rows, acts=acts, empty=gettext("还没有函询机构。")
        )
    )
    return sections


def _side(found, request) -> list[Section]:
    by, side = request.actor, []
    if found.is_named:
        acts = []
        if by.may(P.REVEAL_REPORTER):
            acts = [
                Act(
                    gettext("查看举报人"),
                    reverse("bureau:complaints:reveal", args=[found.pk]),
                    needs_reason=True,
                    confirm=gettext("谁、何时、为什么查看都会记入经办轨迹。"),
                    dialog_id="ask-reveal",
                )
            ]
        text = gettext("姓名和联系方式加密保存，被反映的机构看不到。")
        side.append(Section("reporter", gettext("举报人"), text=text, acts=acts))
    photos = queries.complaint_photos(found.pk)
    if photos:
        rows = [
            (n, link(one.digest[:12], reverse("bureau:complaints:photo", args=[one.pk])))
            for n, one in enumerate(photos, 1)
        ]
        side.append(Section("photos", gettext("照片"), head=[gettext("序号"), gettext("打开")], rows=rows))
    rows, acts = [], []
    for visit in queries.inspections_because_of(found.number, by=by):
        page = reverse("bureau:inspections:detail", args=[visit.pk])
        rows.append((gettext("检查"), link(visit.number, page), visit.get_status_display()))
    for case in queries.cases_of("complaint", found.number, by=by):
        page = reverse("bureau:cases:detail", args=[case.pk])
        rows.append((gettext("案件"), link(case.number, page), case.get_status_display()))
    if found.accused_id and by.may(P.ORDER_INSPECTION):
        where = (
            f"class={found.training_class_id}"
            if found.training_class_id
            else f"institution={found.accused_id}"
        )
        page = f"{reverse('bureau:inspections:order')}?{where}&origin=complaint&because_of={found.number}"
        acts.append(Act(gettext("指定检查"), page, is_link=True))
    if by.may(P.OPEN_CASE):
        page = f"{reverse('bureau:cases:open')}?cause=complaint&because_of={found.number}"
        acts.append(Act(gettext("立案"), page, is_link=True))
    side.append(
        Section(
            "follows",
            gettext("由此而来"),
            head=[gettext("种类"), gettext("编号"), gettext("状态")],
            rows=rows,
            empty=gettext("还没有检查或案件。"),
            acts=acts,
        )
    )
    return side


class _About(FormPage):
    def start(self, request, pk, **where):
        self.complaint = queries.complaint(pk, by=request.actor)
        self.subtitle = self.complaint.number
        self.cancel_url = _address(self.complaint)


class AcceptComplaint(_About):
    """Take a complaint up and say whom it is about."""

    title = _("受理")
    form_class = AcceptForm
    may = P.ACCEPT_COMPLAINT
    submit_label = _("受理")
    done_story = _("已受理。")

    def act(self, request, form):
        given = form.cleaned_data
        operations.accept_complaint(
            self.complaint.pk,
            institution_id=institution_coded(request, given["institution"]),
            class_id=class_numbered(request, given["class_number"]),
            by=request.actor,
            at=request.at,
        )
        return self.cancel_url


class ForwardComplaint(_About):
    """Send it to whose it is."""

    title = _("转送其他单位")
    form_class = ForwardForm
    may = P.ACCEPT_COMPLAINT
    submit_label = _("转送")
    done_story = _("已转送。")

    def act(self, request, form):
        operations.forward_complaint(self.complaint.pk, **form.cleaned_data, by=request.actor, at=request.at)
        return self.cancel_url


class AskProvider(_About):
    """Put a question to the provider."""

    title = _("函询机构")
    form_class = InquiryForm
    may = P.ACCEPT_COMPLAINT
    submit_label = _("发出函询")
    done_story = _("已发给机构。")

    def act(self, request, form):
        operations.ask_provider(self.complaint.pk, **form.cleaned_data, by=request.actor, at=request.at)
        return self.cancel_url


class AnswerComplaint(_About):
    """Tell the one who complained."""

    title = _("答复反映人")
    form_class = AnswerForm
    may = P.ANSWER_COMPLAINT
    submit_label = _("答复")
    done_story = _("已答复，反映人凭查询码可以看到。")

    def act(self, request, form):
        operations.answer_complaint(self.complaint.pk, **form.cleaned_data, by=request.actor, at=request.at)
        return self.cancel_url


@require_POST
def reveal(request: HttpRequest, pk: int) -> HttpResponse:
    """Show who complained, once, after saying why."""
    reason = request.POST.get("reason", "")
    name, contact = operations.reveal_reporter(pk, by=request.actor, at=request.at, reason=reason)
    if name:
        messages.info(request, gettext("举报人：{name}，{contact}").format(name=name, contact=contact or "—"))
    else:
        messages.info(request, gettext("这是匿名反映，没有保存举报人的信息。"))
    return redirect("bureau:complaints:detail", pk=pk)


def photo(request: HttpRequest, pk: int) -> HttpResponse:
    """One photograph of a complaint in reach."""
    require_may(request.actor, P.VIEW_COMPLAINTS, gettext("投诉举报"))
    return handed_in(queries.complaint_photo(pk, by=request.actor))


def _address(found) -> str:
    return reverse("bureau:complaints:detail", args=[found.pk])


def _back(request, found) -> str:
    return _address(found)


investigate = act(operations.investigate_complaint, to=_back, done="已开始调查。")
close = act(operations.close_complaint, to=_back, done="已办结。")
reopen = act(operations.reopen_complaint, to=_back, done="已重新调查。")
