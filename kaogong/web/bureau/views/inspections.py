"""Inspections: the list, the sheet filled in on a phone, what was found and put right."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.access.permissions import Permission as P
from kaogong.kernel.working_days import working_days_between
from kaogong.supervision import operations, queries
from kaogong.trail.operations import moves_open_to, require_may
from kaogong.training import queries as training
from kaogong.web.bureau.filters_supervision import InspectionFilter
from kaogong.web.bureau.forms_supervision import InspectionForm, RejectForm
from kaogong.web.bureau.tables_supervision import InspectionTable
from kaogong.web.parts.lists import ListPage, handed_in
from kaogong.web.parts.pages import FormPage, act
from kaogong.web.parts.records import Act, Section, link
from kaogong.web.parts.values import in_english

ANSWER_TONES = {"yes": "ok", "no": "no", "na": "off"}


def _require_look(request: HttpRequest) -> None:
    """The bureau's own people see every inspection in reach, an invited inspector those they are sent to."""
    if not request.actor.may(P.VIEW_PEOPLE):
        require_may(request.actor, P.RECORD_INSPECTION, gettext("检查"))


class Inspections(ListPage):
    """What was drawn or ordered and what came of it; an invited inspector's own."""

    title = _("检查")
    subtitle = _("抽中和指定检查的班次、机构：派了谁、查到什么、整改到哪一步")
    table_class = InspectionTable
    filter_class = InspectionFilter
    empty_title = _("没有检查任务")
    empty_text = _("抽中或指定检查以后，派给您的检查在这里。")

    def get(self, request, **where):
        _require_look(request)
        return super().get(request, **where)

    def rows(self, request):
        return queries.with_first_deadline(queries.inspections(request.actor))

    def prepare(self, records):
        for record in records:
            record.is_late = record.first_due_on is not None and record.first_due_on < self.request.today


def _facts(inspection, by) -> list[tuple[str, object]]:
    """The head of the 视频监控检查表: who, what, when, how many."""
    facts = [(gettext("培训机构名称"), inspection.institution.name)]
    if inspection.training_class_id:
        one = training.training_class(inspection.training_class_id, by=by)
        facts += [
            (gettext("开班备案号"), one.number),
            (gettext("班次"), one.title),
            (gettext("培训起止日期"), f"{one.starts_on:%Y-%m-%d} — {one.ends_on:%Y-%m-%d}"),
            (gettext("培训人数"), one.learner_count),
            (gettext("总课时"), one.hours_theory + one.hours_practice),
            (gettext("上课地点"), one.site.address if one.site else ""),
        ]
    return facts


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One inspection with its sheet, photographs and findings."""
    _require_look(request)
    inspection = queries.inspection(pk, by=request.actor)
    english = in_english()
    answers = []
    if inspection.sheet:
        words = {"yes": gettext("是"), "no": gettext("否"), "na": gettext("不适用")}
        for item in queries.items_of(inspection.sheet, inspection.inspected_on):
            answer = inspection.answers.get(item.key)
            shown = words.get(answer, answer) if item.kind == "yes_no" else answer
            tone = ANSWER_TONES.get(answer, "") if item.kind == "yes_no" else ""
            answers.append((item.label_en if english else item.label, shown, tone))
    findings = list(queries.findings(request.actor, inspection_id=pk))
    for finding in findings:
        finding.days_left = working_days_between(request.today, finding.due_on)
        finding.may_settle = finding.status == "answered" and request.actor.may(P.SETTLE_FINDING)
        finding.acts = _finding_acts(finding, inspection, request.actor)
    moves = {move.verb for move in moves_open_to(inspection, request.actor)}
    return render(
        request,
        "bureau/inspections/detail.html",
        {
            "inspection": inspection,
            "facts": _facts(inspection, request.actor),
            "sheet": queries.SHEETS.get(inspection.sheet, ""),
            "answers": answers,
            "sent": queries.people_sent(pk),
            "photos": queries.photos(pk),
            "findings": findings,
            "may_record": "record" in moves and queries.assigned_inspector(pk, request.actor) is not None,
            "may_publish": "publish" in moves,
            "why": [_why(inspection, request.actor)],
            "is_own_sheet": queries.recorded_by(pk) == request.actor.account_id,
        },
    )


def _finding_acts(finding, inspection, by) -> list[Act]:
    """Go and see again, or make a case of it."""
    acts = []
    if finding.status in ("opened", "answered") and by.may(P.ORDER_INSPECTION):
        where = (
            f"class={inspection.training_class_id}"
            if inspection.training_class_id
            else f"institution={inspection.institution_id}"
        )
        page = reverse("bureau:inspections:order")
        acts.append(
            Act(
                gettext("指定复查"),
                f"{page}?{where}&origin=recheck&because_of={inspection.number}-{finding.sequence}",
                is_link=True,
            )
        )
    if finding.status in ("opened", "answered") and by.may(P.ESCALATE_FINDING):
        acts.append(
            Act(gettext("转为案件"), reverse("bureau:findings:escalate", args=[finding.pk]), is_link=True)
        )
    return acts


def _why(inspection, by) -> Section:
    """Why the inspectors were sent."""
    if inspection.draw_object_id:
        draw = inspection.draw_object.draw
        shown = f"{draw.number} {draw.purpose}"
        page = reverse("bureau:draws:detail", args=[draw.pk])
        facts = [(gettext("随机抽查"), link(shown, page) if by.may(P.VIEW_PEOPLE) else shown)]
    else:
        facts = [
            (gettext("来由"), queries.INSPECTION_ORIGINS[inspection.origin]),
            (gettext("线索编号"), inspection.because_of),
            (gettext("检查事由"), inspection.because),
        ]
    return Section("why", gettext("为什么检查"), facts=facts)


class RecordInspection(FormPage):
    """The sheet on a phone; a draft stays in the browser until it was sent."""

    title = _("填写检查表")
    template_name = "bureau/inspections/form.html"
    form_class = InspectionForm
    may = P.RECORD_INSPECTION
    submit_label = _("发送检查表")
    done_story = _("检查表已保存。")

    def start(self, request, pk, **where):
        self.inspection = queries.inspection(pk, by=request.actor)
        self.sheet = request.GET.get("sheet") or "video"
        self.items = queries.items_of(self.sheet, request.today)
        self.subtitle = str(self.inspection)
        self.cancel_url = reverse("bureau:inspections:detail", args=[pk])

    def dispatch(self, request, pk, **where):
        require_may(request.actor, self.may, str(self.title))
        if queries.inspection(pk, by=request.actor).status != "assigned":
            # A sheet sent twice, because the answer to the first was lost, arrives at the same page.
            return redirect("bureau:inspections:detail", pk=pk)
        return super().dispatch(request, pk=pk, **where)

    def form_arguments(self, request):
        sent = queries.people_sent(self.inspection.pk)
        return {"items": self.items, "sent": sent, "of_class": bool(self.inspection.training_class_id)}

    def initial(self, request):
        given = {"inspected_on": request.today}
        given["attended"] = [str(one.inspector_id) for one in queries.people_sent(self.inspection.pk)]
        if self.inspection.training_class_id:
            one = training.training_class(self.inspection.training_class_id, by=request.actor)
            given["expected"] = one.learner_count
        return given

    def more(self, request):
        return {
            "inspection": self.inspection,
            "facts": _facts(self.inspection, request.actor),
            "sheet": self.sheet,
            "sheets": queries.SHEETS.items(),
            "is_sent": queries.assigned_inspector(self.inspection.pk, request.actor) is not None,
            "draft": f"inspection-{self.inspection.pk}-{self.sheet}-{request.actor.account_id}",
        }

    def act(self, request, form):
        given = form.cleaned_data
        operations.record_inspection(
            self.inspection.pk,
            sheet=self.sheet,
            inspected_on=given["inspected_on"],
            expected=given.get("expected"),
            present=given.get("present"),
            answers=form.answers,
            attended=[int(id) for id in given["attended"]],
            notes=given["notes"],
            findings=[operations.NewFinding(content, days) for content, days in form.found],
            photos=[operations.NewPhoto(upload.name, upload.read()) for upload in given["photos"]],
            by=request.actor,
            at=request.at,
        )
        return self.cancel_url


def photo(request: HttpRequest, pk: int) -> HttpResponse:
    """One photograph of an inspection in reach."""
    _require_look(request)
    return handed_in(queries.photo(pk, by=request.actor))


class RejectFinding(FormPage):
    """Send an answer back as not enough."""

    title = _("整改不到位")
    form_class = RejectForm
    may = P.SETTLE_FINDING
    submit_label = _("退回再整改")
    done_story = _("已退回机构再整改。")

    def start(self, request, pk, **where):
        self.finding = queries.finding(pk, by=request.actor)
        self.subtitle = self.finding.content
        self.cancel_url = reverse("bureau:inspections:detail", args=[self.finding.inspection_id])

    def act(self, request, form):
        operations.reject_finding(self.finding.pk, **form.cleaned_data, by=request.actor, at=request.at)
        return self.cancel_url


settle = act(
    operations.settle_finding,
    to=lambda request, finding: reverse("bureau:inspections:detail", args=[finding.inspection_id]),
    done="已确认整改。",
)
publish = act(
    operations.publish_inspection,
    to=lambda request, inspection: reverse("bureau:inspections:detail", args=[inspection.pk]),
    done="检查结果已公开。",
)
