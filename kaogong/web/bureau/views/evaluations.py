"""The yearly evaluation: rounds, scores from three sources, grades, notice and appeals."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from kaogong import sheets
from kaogong.access.permissions import Permission as P
from kaogong.institutions import operations
from kaogong.institutions import queries as institutions
from kaogong.sheets.provider_layouts import OUTSIDE_SCORES
from kaogong.supervision.queries.measures import measures_of_year
from kaogong.trail.operations import moves_open_to, require_may
from kaogong.web.bureau.filters_providers import AppealFilter
from kaogong.web.bureau.forms_providers import (
    DaysForm,
    OpenEvaluationForm,
    OutsideScoresForm,
    ScoreForm,
    SettleAppealForm,
)
from kaogong.web.bureau.tables_providers import AppealTable, EvaluationRoundTable, GradeTable
from kaogong.web.parts.grading import grade_words, words_of
from kaogong.web.parts.lists import Action, ListPage, download
from kaogong.web.parts.pages import FormPage, act

NEXT = {
    "opened": _("下一步：取系统数据、导入第三方得分表、评估人员评分，全部录完后汇总拟定等级。"),
    "proposed": _("下一步：由汇总人以外的人公示等级；发现有误的，退回重新评分。"),
    "published": _("下一步：公示期满、申诉答复完毕后定级。"),
    "final": _("已定级。等级的后果写明下一步，由经办人另行办理，系统不自动暂停或终止协议。"),
}
STEPS = {
    "renew": _("续签"),
    "keep": _("继续承担培训"),
    "rectify": _("限期整改"),
    "suspend": _("暂停协议"),
    "exit": _("办理退出"),
}


class Rounds(ListPage):
    """Every year's evaluation."""

    title = _("年度评估")
    subtitle = _("每年给认定机构评分定级；标准是带日期的数据，后果写明、由人办理")
    table_class = EvaluationRoundTable
    may = P.VIEW_PEOPLE
    empty_title = _("还没有评估过")
    empty_text = _("选择年度开始评估；本地没有评估标准的，先在政策规则库补上。")

    def rows(self, request):
        return institutions.evaluation_rounds(request.actor)

    def actions(self, request):
        if not request.actor.may(P.OPEN_EVALUATION):
            return []
        return [Action(gettext("开始评估"), reverse("bureau:evaluations:open"), primary=True)]


class OpenEvaluation(FormPage):
    """Begin a year's evaluation with the criteria as they stand today."""

    title = _("开始年度评估")
    form_class = OpenEvaluationForm
    may = P.OPEN_EVALUATION
    submit_label = _("开始")
    next_story = _("当年有过在期协议的机构都参加；评估标准按今天的规定留存，以后改动不影响这次评估。")
    done_story = _("评估已开始。")

    def start(self, request, **where):
        self.cancel_url = reverse("bureau:evaluations:list")

    def initial(self, request):
        return {"year": request.today.year}

    def act(self, request, form):
        round_ = operations.open_evaluation(
            form.cleaned_data["year"], region_code=request.actor.region_code, by=request.actor, at=request.at
        )
        return reverse("bureau:evaluations:detail", args=[round_.pk])


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One round: criteria, every provider's points, what is missing, what comes next."""
    require_may(request.actor, P.VIEW_PEOPLE, gettext("年度评估"))
    round_ = institutions.evaluation_round(pk, by=request.actor)
    evaluations = list(institutions.evaluations(pk, request.actor))
    for one in evaluations:
        points = {score.criterion_code: score.points for score in one.scores.all()}
        one.points = [(words_of(row), points.get(row["code"])) for row in round_.criteria]
        one.sum = sum(points.values())
        one.step = STEPS.get(one.next_step, "")
        one.grade_words = grade_words(one)
    sources = dict(institutions.SCORE_SOURCES)
    missing = institutions.missing_scores(pk, round_.criteria) if round_.status == "opened" else {}
    return render(
        request,
        "bureau/evaluations/detail.html",
        {
            "round": round_,
            "next": NEXT[round_.status],
            "criteria": [
                {"words": words_of(row), "weight": row["weight"], "source": sources[row["source"]],
                 "missing": missing.get(row["code"], 0)}
                for row in round_.criteria
            ],
            "grades": [(words_of(row), row["at_least"], row.get("consequence", "")) for row in round_.grades],
            "evaluations": evaluations,
            "moves": {move.verb for move in moves_open_to(round_, request.actor)},
            "may_score": round_.status == "opened" and request.actor.may(P.SCORE_PROVIDER),
        },
    )  # fmt: skip


class Grades(ListPage):
    """The grades of a round as a list to take out."""

    title = _("评估等级")
    table_class = GradeTable
    may = P.VIEW_PEOPLE
    empty_title = _("还没有等级")
    empty_text = _("得分录完、汇总之后才有等级。")

    def get(self, request, pk, **where):
        require_may(request.actor, self.may, str(self.title))
        self.round = institutions.evaluation_round(pk, by=request.actor)
        self.subtitle = gettext("{year} 年度").format(year=self.round.year)
        return super().get(request, **where)

    def rows(self, request):
        return institutions.evaluations(self.round.pk, request.actor)

    def prepare(self, records):
        for one in records:
            one.grade_label = grade_words(one)


@require_POST
def measure(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the year's figures the product holds and turn them into points."""
    require_may(request.actor, P.SCORE_PROVIDER, gettext("评分"))
    round_ = institutions.evaluation_round(pk, by=request.actor)
    bodies = [one.institution_id for one in institutions.evaluations(pk, request.actor)]
    measures = measures_of_year(bodies, round_.year)
    kept = operations.measure_scores(pk, measures=measures, by=request.actor, at=request.at)
    messages.success(request, gettext("已按系统数据记 {n} 个得分；没有数据的由评估人员录入。").format(n=kept))
    return redirect("bureau:evaluations:detail", pk)


class ImportScores(FormPage):
    """A third party's sheet: good rows are kept, bad ones named."""

    title = _("导入第三方得分")
    template_name = "bureau/evaluations/import.html"
    form_class = OutsideScoresForm
    may = P.SCORE_PROVIDER
    submit_label = _("导入")
    next_story = _("看得懂的行记分，看不懂的逐行说明；改好后把文件再传一次即可。")

    def start(self, request, pk):
        self.round = institutions.evaluation_round(pk, by=request.actor)
        self.subtitle = gettext("{year} 年度评估").format(year=self.round.year)
        self.cancel_url = reverse("bureau:evaluations:detail", args=[pk])

    def more(self, request):
        return {"form_url": reverse("bureau:evaluations:form", args=[self.round.pk])}

    def act(self, request, form):
        given = form.cleaned_data["sheet"]
        taken = operations.import_scores(
            self.round.pk, given.read(), given.name, by=request.actor, at=request.at
        )
        messages.success(request, gettext("已记 {n} 个得分。").format(n=taken.kept))
        for row, said in list(taken.problems.items())[:50]:
            messages.warning(request, gettext("第 {row} 行：{said}").format(row=row, said="；".join(said)))
        return self.cancel_url


def blank_form(request: HttpRequest, pk: int) -> HttpResponse:
    """The third party's sheet with every provider and criterion filled in."""
    require_may(request.actor, P.SCORE_PROVIDER, gettext("下载得分表"))
    round_ = institutions.evaluation_round(pk, by=request.actor)
    outside = [row for row in round_.criteria if row["source"] == "third_party"]
    rows = [
        {"credit_code": one.institution.credit_code, "institution": one.institution.name,
         "criterion": row["label"]}
        for one in institutions.evaluations(pk, request.actor)
        for row in outside
    ]  # fmt: skip
    data = sheets.write_form(OUTSIDE_SCORES, title=f"{round_.year}年度第三方评估得分表", rows=rows)
    return download(data, f"第三方评估得分表-{round_.year}.xlsx")


def provider(request: HttpRequest, pk: int) -> HttpResponse:
    """One provider's points with the figures behind them, its grade, appeal and history."""
    require_may(request.actor, P.VIEW_PEOPLE, gettext("年度评估"))
    one = institutions.evaluation(pk, by=request.actor)
    scores = {score.criterion_code: score for score in institutions.scores(pk)}
    return render(
        request,
        "bureau/evaluations/provider.html",
        {
            "evaluation": one,
            "grade": grade_words(one),
            "step": STEPS.get(one.next_step, ""),
            "rows": [(words_of(row), row["weight"], scores.get(row["code"])) for row in one.round.criteria],
            "may_score": one.round.status == "opened" and request.actor.may(P.SCORE_PROVIDER),
            "history": [(past, grade_words(past)) for past in institutions.grades_of(one.institution_id)],
            "appeal": getattr(one, "appeal", None),
            "may_settle": request.actor.may(P.SETTLE_APPEAL),
        },
    )


class Score(FormPage):
    """Points by hand."""

    title = _("评分")
    form_class = ScoreForm
    may = P.SCORE_PROVIDER
    submit_label = _("保存得分")
    done_story = _("得分已保存。")

    def start(self, request, pk):
        self.one = institutions.evaluation(pk, by=request.actor)
        self.subtitle = self.one.institution.name
        self.cancel_url = reverse("bureau:evaluations:provider", args=[pk])

    def form_arguments(self, request):
        full = gettext("{label}（满分 {n}）")
        return {
            "criteria": [
                (row["code"], full.format(label=words_of(row), n=row["weight"]))
                for row in self.one.round.criteria
                if row["source"] != "third_party"
            ]
        }

    def act(self, request, form):
        operations.score_provider(self.one.pk, **form.cleaned_data, by=request.actor, at=request.at)
        return self.cancel_url


class Publish(FormPage):
    """Put the grades before the public."""

    title = _("公示等级")
    form_class = DaysForm
    may = P.PUBLISH_GRADES
    submit_label = _("公示等级")
    next_story = _("等级和得分将在门户公示，机构可以在申诉期内申诉。")
    done_story = _("等级已公示。")

    def start(self, request, pk):
        self.round = institutions.evaluation_round(pk, by=request.actor)
        self.subtitle = gettext("{year} 年度").format(year=self.round.year)
        self.cancel_url = reverse("bureau:evaluations:detail", args=[pk])

    def act(self, request, form):
        operations.publish_grades(self.round.pk, **form.cleaned_data, by=request.actor, at=request.at)
        return self.cancel_url


class Appeals(ListPage):
    """Appeals against grades, those unanswered first."""

    title = _("等级申诉")
    subtitle = _("机构对评估等级的申诉和答复期限")
    table_class = AppealTable
    filter_class = AppealFilter
    may = P.VIEW_PEOPLE
    empty_title = _("没有申诉")
    empty_text = _("等级公示后，机构在自己的页面申诉。")

    def get(self, request, **where):
        self.today = request.today
        return super().get(request, **where)

    def rows(self, request):
        return institutions.grade_appeals(request.actor)

    def prepare(self, records):
        for record in records:
            record.today = self.today
            record.due = record.answer_by_on if record.status == "received" else None
            record.due_story = gettext("没有规定") if record.status == "received" else "—"


class Settle(FormPage):
    """Answer one appeal."""

    title = _("答复申诉")
    template_name = "bureau/evaluations/appeal.html"
    form_class = SettleAppealForm
    may = P.VIEW_PEOPLE
    may_act = P.SETTLE_APPEAL
    submit_label = _("答复")
    done_story = _("已答复申诉。")

    def start(self, request, pk):
        self.appeal = institutions.grade_appeal(pk, by=request.actor)
        self.subtitle = self.appeal.institution.name
        self.cancel_url = reverse("bureau:appeals:list")

    def more(self, request):
        is_open = self.appeal.status == "received"
        return {"appeal": self.appeal, "may_settle": is_open and request.actor.may(P.SETTLE_APPEAL)}

    def act(self, request, form):
        operations.settle_appeal(self.appeal.pk, **form.cleaned_data, by=request.actor, at=request.at)
        return self.cancel_url


def _to_round(_request, round_) -> str:
    return reverse("bureau:evaluations:detail", args=[round_.pk])


propose = act(operations.propose_grades, to=_to_round, done=_("已拟定等级，请由另一人公示。"))
rescore = act(operations.rescore_evaluation, to=_to_round, done=_("已退回重新评分。"))
finalise = act(operations.finalise_grades, to=_to_round, done=_("已定级。"))
