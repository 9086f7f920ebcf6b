"""One unit in an assessment: its points with the working, points by hand, what the unit says, the answer."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.access.permissions import Permission as P
from kaogong.catalog import queries as catalog
from kaogong.kernel.errors import NotFound
from kaogong.planning import operations, queries
from kaogong.planning.states import UNIT_KINDS
from kaogong.web.bureau import unit_sections
from kaogong.web.bureau.forms_assessing import SettleObjectionForm, UnitObjectionForm, UnitScoreForm
from kaogong.web.parts.grading import words_of
from kaogong.web.parts.pages import FormPage
from kaogong.web.parts.records import Section, link

from .supervisions import handed_in_paper
from .unit_assessments import require_seat


def address(unit_id: int) -> str:
    return reverse("bureau:assessed_units:detail", args=[unit_id])


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One unit's points, each with what it rests on, and what it said against them."""
    require_seat(request)
    by = request.actor
    unit = queries.assessed_unit(pk, by=by)
    one = unit.assessment
    own = queries.is_run_by(one, by)
    acts = []
    if own and one.status == "opened" and by.may(P.SCORE_UNIT):
        acts.append(
            unit_sections.form_act(gettext("评分…"), "bureau:assessed_units:score", pk, is_primary=True)
        )
    may_object = one.status == "told" and request.today <= one.object_until and by.may(P.OBJECT_TO_SCORE)
    if may_object:
        label = gettext("代单位登记意见…") if own else gettext("提出意见…")
        acts.append(unit_sections.form_act(label, "bureau:assessed_units:object", pk, is_primary=not own))
    facts = [
        (gettext("总分"), unit_sections.total_words(unit)),
        (gettext("考核等级"), unit_sections.grade_of_unit(one, unit)),
        (gettext("后果"), unit.consequence or "—"),
    ]
    if own or (one.status == "published" and one.shown_as == "rank"):
        facts.insert(1, (gettext("名次"), unit.rank or "—"))
    labels = {row["code"]: words_of(row) for row in one.criteria}
    said = [_objection(each, labels, by) for each in queries.objections(by).filter(unit=unit)]
    result = Section("result", gettext("结果"), facts=facts)
    return render(
        request,
        "bureau/planning/record.html",
        {
            "page_base": "rail.html",
            "title": unit_sections.unit_name(unit),
            "number": unit_sections.unit_name(unit),
            "thing": one,
            "crumb": gettext("{year}年度单位考核").format(year=one.year),
            "crumb_url": reverse("bureau:unit_assessments:detail", args=[one.pk]) if own or one.status == "published"
            else reverse("bureau:unit_assessments:list"),
            "said": [
                gettext(UNIT_KINDS[unit.kind]),
                catalog.region_name(unit.region_code),
                *([gettext("示例标准，没有文件依据")] if one.illustrative else []),
            ],
            "next_story": gettext("{on} 前可以逐项提出意见，期满后由另一人确认。").format(on=one.object_until)
            if may_object
            else "",
            "acts": acts,
            "sections": [
                *([result] if unit.total is not None else []),
                unit_sections.unit_points(one, unit),
                *said,
                *unit_sections.workings(one, unit, by),
            ],
        },
    )  # fmt: skip


def _objection(one, labels, by) -> Section:
    facts = [(gettext("状态"), gettext(one.get_status_display()))]
    if one.paper_title:
        facts.append(
            (gettext("附件"), link(one.paper_title, reverse("bureau:unit_objections:paper", args=[one.pk])))
        )
    if one.answer:
        facts.append((gettext("答复"), one.answer))
    return Section(
        f"objection-{one.pk}",
        gettext("{at} 对“{criterion}”的意见").format(
            at=f"{localtime(one.received_at):%Y-%m-%d}",
            criterion=labels.get(one.criterion_code, one.criterion_code),
        ),
        facts=facts,
        text=one.content,
        acts=[
            unit_sections.form_act(gettext("答复…"), "bureau:unit_objections:settle", one.pk, is_primary=True)
        ]
        if one.status == "received" and by.may(P.CONFIRM_ASSESSMENT)
        else [],
    )


class _OfUnit(FormPage):
    """A form about one unit."""

    def start(self, request, pk):
        self.unit = queries.assessed_unit(pk, by=request.actor)
        self.assessment = self.unit.assessment
        self.subtitle = f"{self.unit.name}　{self.assessment.year}"
        self.cancel_url = address(pk)

    def form_arguments(self, request):
        return {
            "criteria": [
                (row["code"], f"{words_of(row)}（{row['weight']}）") for row in self.assessment.criteria
            ]
        }


def _with_paper(given: dict) -> dict:
    paper = given.pop("paper", None)
    return given | ({"paper": paper.read(), "paper_title": paper.name} if paper else {})


class ScoreUnit(_OfUnit):
    """Points by hand."""

    title = _("评分")
    form_class = UnitScoreForm
    may = P.SCORE_UNIT
    submit_label = _("记分")
    next_story = _("第三方调查的得分须附调查报告；改过的得分留有原来的记录。")
    done_story = _("已记分。")

    def start(self, request, pk):
        super().start(request, pk)
        if not queries.is_run_by(self.assessment, request.actor):
            raise NotFound()

    def initial(self, request):
        there = queries.standing_scores(self.unit)
        open_ones = [row["code"] for row in self.assessment.criteria if row["code"] not in there]
        return {"criterion_code": open_ones[0]} if open_ones else {}

    def act(self, request, form):
        operations.score_unit(
            self.unit.pk, **_with_paper(dict(form.cleaned_data)), by=request.actor, at=request.at
        )
        return self.cancel_url


class ObjectToScore(_OfUnit):
    """What the unit says."""

    title = _("提出意见")
    form_class = UnitObjectionForm
    may = P.OBJECT_TO_SCORE
    submit_label = _("提出")
    next_story = _("由主持考核的一方答复；采纳的更正得分，不采纳的写明理由。")
    done_story = _("意见已提出，等待答复。")

    def act(self, request, form):
        operations.object_to_score(
            self.unit.pk, **_with_paper(dict(form.cleaned_data)), by=request.actor, at=request.at
        )
        return self.cancel_url


class SettleObjection(FormPage):
    """Read an objection and answer it."""

    title = _("答复单位意见")
    form_class = SettleObjectionForm
    may = P.CONFIRM_ASSESSMENT
    submit_label = _("答复")
    done_story = _("已答复。")

    def start(self, request, pk):
        self.objection = queries.objection(pk, by=request.actor)
        assessment = self.objection.unit.assessment
        if not queries.is_run_by(assessment, request.actor):
            raise NotFound()
        labels = {row["code"]: f"{words_of(row)}（{row['weight']}）" for row in assessment.criteria}
        criterion = labels.get(self.objection.criterion_code, self.objection.criterion_code)
        said = self.objection.content
        self.subtitle = f"{self.objection.unit.name}{gettext('：')}{criterion}{gettext('：')}{said}"
        self.cancel_url = address(self.objection.unit_id)

    def act(self, request, form):
        given = form.cleaned_data
        said = {"answer": given["answer"], "by": request.actor, "at": request.at}
        if given["upheld"]:
            operations.accept_objection(
                self.objection.pk, points=given["points"], is_excluded=given["is_excluded"], **said
            )
        else:
            operations.dismiss_objection(self.objection.pk, **said)
        return self.cancel_url


def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The paper behind points by hand."""
    require_seat(request)
    return handed_in_paper(queries.unit_score_paper(pk, by=request.actor))


def objection_paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The paper that goes with an objection."""
    require_seat(request)
    return handed_in_paper(queries.objection_paper(pk, by=request.actor))
