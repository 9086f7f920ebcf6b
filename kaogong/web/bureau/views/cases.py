"""Cases: opened, every criterion answered, confirmed by another; money demanded back."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.access.permissions import Permission as P
from kaogong.supervision import operations, queries
from kaogong.trail.operations import require_may
from kaogong.web.bureau.forms_oversight import GradeForm, HandOverForm, OpenCaseForm, RecoveryForm
from kaogong.web.bureau.tables_oversight import CaseTable
from kaogong.web.parts.forms import ReasonForm
from kaogong.web.parts.lists import Action, ListPage
from kaogong.web.parts.pages import FormPage, act
from kaogong.web.parts.records import Act, Section, acts_of, link
from kaogong.web.parts.templatetags.parts import badge, yuan
from kaogong.web.parts.values import in_english

from .complaints import class_numbered, institution_coded

ANSWERS = {"yes": _("是"), "no": _("否"), "unknown": _("无法认定")}


class Cases(ListPage):
    """Every case of the region."""

    title = _("案件")
    subtitle = _("区分失误、违规和骗取：逐项标准写明理由，一人定性、另一人确认")
    table_class = CaseTable
    may = P.VIEW_COMPLAINTS
    empty_title = _("没有案件")
    empty_text = _("检查问题、投诉举报、风险线索和审计都可以立案。")

    def rows(self, request):
        return queries.cases(request.actor)

    def actions(self, request):
        if not request.actor.may(P.OPEN_CASE):
            return []
        return [Action(gettext("立案"), reverse("bureau:cases:open"), primary=True)]


class OpenCase(FormPage):
    """Open a case; a complaint named in the address gives whom it is about."""

    title = _("立案")
    form_class = OpenCaseForm
    may = P.OPEN_CASE
    submit_label = _("立案")
    next_story = _("下一步：逐项回答定性标准。")
    done_story = _("已立案。")

    def start(self, request, **_):
        self.cancel_url = reverse("bureau:cases:list")

    def initial(self, request):
        given = {"cause": request.GET.get("cause", ""), "because_of": request.GET.get("because_of", "")}
        if given["cause"] == "complaint" and request.actor.may(P.VIEW_COMPLAINTS):
            found = queries.complaints(request.actor).filter(number=given["because_of"]).first()
            if found is not None:
                given["institution"] = found.accused.credit_code if found.accused else ""
                given["class_number"] = found.training_class.number if found.training_class else ""
        return given

    def act(self, request, form):
        given = form.cleaned_data
        case = operations.open_case(
            cause=given["cause"],
            because_of=given["because_of"],
            facts=given["facts"],
            institution_id=institution_coded(request, given["institution"]),
            class_id=class_numbered(request, given["class_number"]),
            by=request.actor,
            at=request.at,
        )
        return _address(case)


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One case with its criteria, sums and sanctions."""
    require_may(request.actor, P.VIEW_COMPLAINTS, gettext("案件"))
    case, by = queries.case(pk, by=request.actor), request.actor
    acts = acts_of(
        case, "bureau:cases", by, forms=("grade",), primary={"opened": "grade"}.get(case.status, "confirm")
    )
    if case.status in ("confirmed", "closed") and by.may(P.CONFIRM_CASE) and not case.handed_over_at:
        acts.append(Act(gettext("移送"), reverse("bureau:cases:hand_over", args=[pk]), is_link=True))
    if case.status in ("confirmed", "closed") and by.may(P.PROPOSE_SANCTION):
        page = f"{reverse('bureau:sanctions:propose')}?case={pk}"
        acts.append(Act(gettext("提出处理"), page, is_link=True, is_primary=True))
    subject = (
        link(case.institution.name, reverse("bureau:institutions:detail", args=[case.institution_id]))
        if case.institution
        else link(case.person.name, reverse("bureau:people:detail", args=[case.person_id]))
    )
    facts = [
        (gettext("来由"), gettext("{cause} {number}").format(
            cause=queries.CASE_CAUSES[case.cause], number=case.because_of
        )),
        (gettext("涉及"), subject),
    ]  # fmt: skip
    if case.training_class:
        page = reverse("bureau:classes:detail", args=[case.training_class_id])
        facts.append((gettext("班次"), link(case.training_class, page)))
    if case.handed_over_at:
        day = timezone.localdate(case.handed_over_at)
        facts.append((gettext("移送"), f"{case.handed_over_to} {day:%Y-%m-%d}"))
    return render(
        request,
        "parts/record_page.html",
        {
            "page_base": "rail.html",
            "title": case.number,
            "number": case.number,
            "thing": case,
            "crumb": gettext("案件"),
            "crumb_url": reverse("bureau:cases:list"),
            "said": [str(queries.CASE_GRADES[case.grade])] if case.grade else [],
            "next_story": _next(case),
            "acts": acts,
            "sections": [
                Section("facts", gettext("查明的事实"), facts=facts, text=case.facts),
                *_grading(case),
                _money(case, by),
            ],
            "side": [_sanctions(case, by)],
            "story": "case",
        },
    )


def _next(case) -> str:
    return {
        "opened": gettext("下一步：逐项回答定性标准，提出定性。"),
        "graded": gettext("下一步：由提出定性以外的人确认或退回。"),
        "confirmed": gettext("下一步：追回款项、提出处理、需要时移送，办完结案。"),
    }.get(case.status, "")


def _grading(case) -> list[Section]:
    if not case.grade:
        return []
    facts = [(gettext("定性"), queries.CASE_GRADES[case.grade]), (gettext("定性理由"), case.grade_reason)]
    if case.tolerance:
        facts.append((gettext("容错理由"), case.tolerance))
    name = "label_en" if in_english() else "label"
    rows = [(row.get(name, row["label"]), ANSWERS[row["answer"]], row["reason"]) for row in case.criteria]
    head = [gettext("定性标准"), gettext("如何认定"), gettext("理由")]
    return [Section("grading", gettext("定性"), facts=facts, head=head, rows=rows)]


def _money(case, by) -> Section:
    head = [gettext("金额"), gettext("退回期限"), gettext("理由"), gettext("状态"), gettext("办理")]
    rows = []
    for one in queries.recoveries(by, case_id=case.pk):
        page = link(gettext("办理"), reverse("bureau:case_recoveries:settle", args=[one.pk]))
        open_now = one.status == "demanded" and by.may(P.DEMAND_RECOVERY)
        rows.append(
            (
                yuan(one.amount_fen),
                one.due_on,
                one.reason,
                badge(one),
                page if open_now else one.evidence or "—",
            )
        )
    acts = []
    if case.status == "confirmed" and by.may(P.DEMAND_RECOVERY):
        acts = [Act(gettext("要求退回"), reverse("bureau:cases:demand", args=[case.pk]), is_link=True)]
    demanded, back = queries.recovery_sums(case.pk)
    hint = (
        gettext("应退回 {demanded}，已退回 {back}").format(demanded=yuan(demanded), back=yuan(back))
        if demanded
        else ""
    )
    return Section(
        "money",
        gettext("追回款项"),
        head=head,
        rows=rows,
        hint=hint,
        empty=gettext("没有要求退回的款项。"),
        acts=acts,
    )


def _sanctions(case, by) -> Section:
    rows = [
        (link(one.number, reverse("bureau:sanctions:detail", args=[one.pk])), one.label, badge(one))
        for one in queries.sanctions(by).filter(case=case)
    ]
    head = [gettext("处理编号"), gettext("处理措施"), gettext("状态")]
    return Section("sanctions", gettext("处理决定"), head=head, rows=rows, empty=gettext("还没有提出处理。"))


class _About(FormPage):
    def start(self, request, pk, **where):
        self.case = queries.case(pk, by=request.actor)
        self.subtitle = str(self.case)
        self.cancel_url = _address(self.case)


class GradeCase(_About):
    """Answer every criterion and say error, fault or fraud."""

    title = _("提出定性")
    form_class = GradeForm
    may = P.GRADE_CASE
    submit_label = _("提交定性")
    next_story = _("另一人确认以后定性才生效。")
    done_story = _("已提出定性，等待另一人确认。")

    def form_arguments(self, request):
        return {"criteria": queries.criteria(self.case.region_code, request.today)}

    def act(self, request, form):
        given = form.cleaned_data
        operations.grade_case(
            self.case.pk,
            grade=given["grade"],
            answers=form.answers,
            reason=given["reason"],
            tolerance=given["tolerance"],
            by=request.actor,
            at=request.at,
        )
        return self.cancel_url


class HandOverCase(_About):
    """Note that the police have it."""

    title = _("移送")
    form_class = HandOverForm
    may = P.CONFIRM_CASE
    submit_label = _("登记移送")
    done_story = _("已登记移送。")

    def act(self, request, form):
        operations.hand_over_case(self.case.pk, **form.cleaned_data, by=request.actor, at=request.at)
        return self.cancel_url


class DemandRecovery(_About):
    """Demand money back."""

    title = _("要求退回")
    form_class = RecoveryForm
    may = P.DEMAND_RECOVERY
    submit_label = _("要求退回")
    done_story = _("已登记要求退回。")

    def act(self, request, form):
        operations.demand_recovery(self.case.pk, **form.cleaned_data, by=request.actor, at=request.at)
        return self.cancel_url


class SettleRecovery(FormPage):
    """The money came back, with its receipt; or it is given up."""

    title = _("确认已退回")
    form_class = ReasonForm
    may = P.DEMAND_RECOVERY
    submit_label = _("确认已退回")
    next_story = _("理由里写明缴款凭证的编号和日期。")
    done_story = _("已登记退回。")

    def start(self, request, pk, **where):
        self.recovery = queries.recovery(pk, by=request.actor)
        self.subtitle = f"{yuan(self.recovery.amount_fen)} {self.recovery.reason}"
        self.cancel_url = reverse("bureau:cases:detail", args=[self.recovery.case_id])

    def act(self, request, form):
        operations.settle_recovery(self.recovery.pk, **form.cleaned_data, by=request.actor, at=request.at)
        return self.cancel_url


def _address(case) -> str:
    return reverse("bureau:cases:detail", args=[case.pk])


def _back(request, case) -> str:
    return _address(case)


confirm = act(operations.confirm_case, to=_back, done="定性已确认。")
send_back = act(operations.return_case, to=_back, done="已退回重新定性。")
dismiss = act(operations.dismiss_case, to=_back, done="已决定不予立案。")
close = act(operations.close_case, to=_back, done="已结案。")
waive = act(
    operations.waive_recovery,
    to=lambda request, recovery: reverse("bureau:cases:detail", args=[recovery.case_id]),
    done="已决定不再追回。",
)
