"""What one department or district asks to have in a plan: filled in by hand or by sheet, handed in."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong import sheets
from kaogong.access.permissions import Permission as P
from kaogong.catalog import queries as catalog
from kaogong.kernel.region_code import RegionCode
from kaogong.planning import operations, queries
from kaogong.planning.operations import NewLine
from kaogong.sheets.planning_layouts import PLAN_LINES
from kaogong.trail.operations import moves_open_to, require_may
from kaogong.web.bureau.forms_planning import LineForm, LinesSheetForm, SubmissionForm
from kaogong.web.bureau.plan_sections import is_own, line_words, require_look
from kaogong.web.bureau.tables_planning import department_name
from kaogong.web.parts.lists import download
from kaogong.web.parts.pages import FormPage, act
from kaogong.web.parts.records import Act, Section, acts_of


def address(_request, submission) -> str:
    return reverse("bureau:plan_submissions:detail", args=[submission.pk])


def _of_line(_request, line) -> str:
    return reverse("bureau:plan_submissions:detail", args=[line.submission_id])


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One submission with its lines and what could not be taken from its sheet."""
    require_look(request)
    by = request.actor
    one = queries.submission(pk, by=by)
    plan = one.plan
    office = is_own(plan, by)
    fills_in = one.status in ("drafted", "returned") and plan.status == "collecting"
    fills_in = fills_in and by.may(P.SUBMIT_PLAN_LINES)
    without = () if office and plan.status == "collecting" else ("return",)
    acts = acts_of(one, "bureau:plan_submissions", by, without=without, primary="submit")
    if not fills_in:
        acts = [each for each in acts if not each.url.endswith("/submit/")]
    else:
        add = reverse("bureau:plan_submissions:add", args=[pk])
        acts += [
            Act(gettext("增加一项…"), add, is_link=True),
            Act(gettext("导入提报表…"), reverse("bureau:plan_submissions:import", args=[pk]), is_link=True),
        ]
    lines = list(queries.lines_of(pk))
    sections = [_lines(request, one, lines, fills_in=fills_in, merges=office and plan.status == "merging")]
    if one.problems:
        sections.append(
            Section(
                "problems",
                gettext("没有采纳的行"),
                head=[gettext("行"), gettext("问题")],
                rows=[(row, said) for row, said in one.problems],
                hint=gettext("改好后重新导入，会代替原来的各项"),
            )
        )
    return render(
        request,
        "bureau/planning/record.html",
        {
            "page_base": "rail.html",
            "title": gettext("{department}的计划提报").format(department=department_name(one.department)),
            "number": department_name(one.department),
            "thing": one,
            "crumb": plan.title,
            "crumb_url": reverse("bureau:plans:detail", args=[plan.pk]),
            "said": [
                catalog.region_name(one.region_code),
                gettext("需求 {n} 人").format(n=f"{one.people or 0:,}"),
                *([one.contact] if one.contact else []),
            ],
            "next_story": gettext("{on} 前提报。").format(on=plan.due_on) if fills_in else "",
            "acts": acts,
            "sections": sections,
            "story": "plan_submission",
        },
    )


def _lines(request, one, lines, *, fills_in: bool, merges: bool) -> Section:
    rows, acts = [], []
    for line in lines:
        rows.append(
            (
                line.sequence, line_words(line), f"{line.people:,}", f"{line.capacity:,}", line.note or "—",
                gettext(line.get_status_display()),
            )
        )  # fmt: skip
        if fills_in and line.status == "standing":
            url = reverse("bureau:plan_lines:take_back", args=[line.pk])
            acts.append(Act(gettext("删去第 {n} 项").format(n=line.sequence), url))
        if merges:
            for move in moves_open_to(line, request.actor):
                acts.append(
                    Act(
                        gettext("{label}第 {n} 项").format(label=gettext(move.label), n=line.sequence),
                        reverse(f"bureau:plan_lines:{move.verb}", args=[line.pk]),
                        needs_reason=True,
                        dialog_id=f"ask-{move.verb}-{line.pk}",
                    )
                )
    return Section(
        "lines",
        gettext("计划项"),
        head=[
            gettext("序号"), gettext("计划项"), gettext("需求人数"), gettext("培训能力"), gettext("备注"),
            gettext("状态"),
        ],
        rows=rows,
        empty=gettext("还没有计划项：逐项增加，或者导入提报表。"),
        acts=acts,
    )  # fmt: skip


class DraftSubmission(FormPage):
    """Begin what one department asks for."""

    title = _("填报年度计划")
    form_class = SubmissionForm
    may = P.SUBMIT_PLAN_LINES
    submit_label = _("开始填报")
    next_story = _("填报后提报给计划办公室；没有账号的部门由经办代填。")

    def start(self, request, pk):
        self.plan = queries.plan(pk, by=request.actor)
        self.subtitle = f"{self.plan.title}，{catalog.region_name(self._region(request))}"
        self.cancel_url = reverse("bureau:plans:detail", args=[pk])

    def _region(self, request) -> str:
        """Whose figures they are: the actor's own region, or the plan's where the actor reaches further."""
        own = request.actor.region_code
        return own if RegionCode(self.plan.region_code).covers(own) else self.plan.region_code

    def form_arguments(self, request):
        return {"only": request.actor.own_unit}

    def act(self, request, form):
        made = operations.draft_submission(
            self.plan.pk,
            region_code=self._region(request),
            **form.cleaned_data,
            by=request.actor,
            at=request.at,
        )
        return address(request, made)


class _OfOne(FormPage):
    """A form about one submission."""

    may = P.SUBMIT_PLAN_LINES

    def start(self, request, pk):
        self.submission = queries.submission(pk, by=request.actor)
        self.subtitle = f"{self.submission.plan.title}，{department_name(self.submission.department)}"
        self.cancel_url = address(request, self.submission)


class AddLine(_OfOne):
    """Add one line."""

    title = _("增加一项")
    form_class = LineForm
    submit_label = _("增加")

    def form_arguments(self, request):
        return {"region_code": self.submission.region_code}

    def act(self, request, form):
        given = dict(form.cleaned_data)
        line = NewLine(occupation_code=given.pop("occupation"), **given)
        operations.add_line(self.submission.pk, line, by=request.actor, at=request.at)
        return self.cancel_url


class ImportLines(_OfOne):
    """Take the lines of a sheet in place of those there."""

    title = _("导入提报表")
    form_class = LinesSheetForm
    submit_label = _("导入")
    next_story = _("正确的行采纳，有问题的行逐行列出；重新导入会代替原来的各项。")

    def act(self, request, form):
        file = form.cleaned_data["file"]
        one = operations.import_lines(
            self.submission.pk, file.read(), file.name, by=request.actor, at=request.at
        )
        if one.problems:
            messages.warning(request, gettext("有 {n} 行没有采纳，见下表。").format(n=len(one.problems)))
        else:
            messages.success(request, gettext("全部采纳。"))
        return self.cancel_url


def form(request: HttpRequest) -> HttpResponse:
    """The blank sheet with the real headings."""
    require_may(request.actor, P.SUBMIT_PLAN_LINES, gettext("填报年度计划"))
    return download(sheets.write_form(PLAN_LINES, title=PLAN_LINES.label), f"{PLAN_LINES.label}.xlsx")


submit = act(operations.submit_lines, to=address, done=_("已提报。"))
send_back = act(operations.return_submission, to=address, done=_("已退回补正。"))
remove = act(operations.remove_line, to=_of_line, done=_("已剔除。"))
restore = act(operations.restore_line, to=_of_line, done=_("已恢复。"))
take_back = act(operations.take_back_line, to=_of_line, done=_("已删去。"))
