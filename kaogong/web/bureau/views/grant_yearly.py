"""What comes once a year, and lists of people: performance, a school's surplus, the sum for a whole list."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.access.permissions import Permission as P
from kaogong.grants import operations
from kaogong.grants import queries as grants
from kaogong.trail.operations import require_may
from kaogong.web.bureau.tables_grants import GrantListTable, PerformanceTable, SurplusTable
from kaogong.web.parts.forms import MoneyField, TidyField
from kaogong.web.parts.lists import Action, ListPage
from kaogong.web.parts.month_lists import list_subject, month_context
from kaogong.web.parts.pages import FormPage, act
from kaogong.web.parts.records import Section, acts_of
from kaogong.web.parts.values import in_english

from .grant_projects import ByInstitution


class Performance(ListPage):
    """Yearly performance of bases and studios."""

    title = _("绩效评价")
    subtitle = _("按当日有效的标准逐项打分，另一人确认后，按得分测算资金支持")
    table_class = PerformanceTable
    may = P.VIEW_PEOPLE
    empty_title = _("还没有绩效评分")
    empty_text = _("本地有评价标准的，可以给基地和工作室评分。")

    def rows(self, request):
        return grants.performance_reviews(request.actor)

    def actions(self, request):
        if not request.actor.may(P.SCORE_PERFORMANCE):
            return []
        return [Action(gettext("评分"), reverse("bureau:performance:score"), primary=True)]


class ScoreForm(ByInstitution):
    """Points and their ground for every criterion."""

    year = forms.IntegerField(label=_("年度"), min_value=2010, max_value=2100)

    def __init__(self, *args, rows, **kwargs):
        super().__init__(*args, **kwargs)
        self.rows = rows
        for row in rows:
            label = row["label_en"] if in_english() else row["label"]
            self.fields[f"points_{row['code']}"] = forms.IntegerField(
                label=gettext("{label}（满分 {weight}）").format(label=label, weight=row["weight"]),
                min_value=0,
                max_value=row["weight"],
            )
            self.fields[f"ground_{row['code']}"] = TidyField(
                label=gettext("{label}的依据").format(label=label), max_length=300
            )

    @property
    def scores(self):
        given = self.cleaned_data
        codes = [row["code"] for row in self.rows]
        return {code: (given[f"points_{code}"], given[f"ground_{code}"]) for code in codes}


class Score(FormPage):
    """Score one body's year."""

    title = _("绩效评分")
    form_class = ScoreForm
    may = P.SCORE_PERFORMANCE
    submit_label = _("提交，等另一人确认")

    def start(self, request):
        table = grants.criteria(request.actor.region_code, request.today)
        self.criteria = table.rows
        if not table.rows:
            raise operations.CriteriaMissing(region=request.actor.region_code)
        self.subtitle = gettext("示例标准：{note}").format(note=table.note) if table.illustrative else ""
        self.cancel_url = reverse("bureau:performance:list")

    def form_arguments(self, request):
        return {"by": request.actor, "rows": self.criteria}

    def initial(self, request):
        return {"year": request.today.year}

    def act(self, request, form):
        given = form.cleaned_data
        review = operations.score_performance(
            given["institution"].pk, year=given["year"], scores=form.scores, by=request.actor, at=request.at
        )
        return reverse("bureau:performance:detail", args=[review.pk])


def performance(request: HttpRequest, pk: int) -> HttpResponse:
    """One body's score with the ground of every criterion."""
    require_may(request.actor, P.VIEW_PEOPLE, gettext("绩效评价"))
    review = grants.performance_review(pk, by=request.actor)
    side = "label_en" if in_english() else "label"
    rows = [
        [row[side], f"{review.scores[row['code']]['points']} / {row['weight']}", review.scores[row["code"]]["ground"]]
        for row in review.criteria
    ]  # fmt: skip
    return render(
        request,
        "parts/record_page.html",
        {
            "page_base": "rail.html",
            "title": gettext("{name} {year} 年度绩效").format(name=review.institution.name, year=review.year),
            "number": review.institution.name,
            "thing": review,
            "crumb": gettext("绩效评价"),
            "crumb_url": reverse("bureau:performance:list"),
            "said": [gettext("{n} 分").format(n=review.total)]
            + ([gettext("示例标准")] if review.illustrative else []),
            "next_story": gettext("等另一人确认；确认后按得分测算资金支持。")
            if review.status == "scored"
            else "",
            "acts": acts_of(review, "bureau:performance", request.actor, primary="confirm"),
            "sections": [
                Section(
                    "scores",
                    gettext("逐项得分"),
                    head=[gettext("标准"), gettext("得分"), gettext("依据")],
                    rows=rows,
                )
            ],
            "side": [],
            "story": "performance",
        },
    )


def _to(_request, review) -> str:
    return reverse("bureau:performance:detail", args=[review.pk])


confirm = act(operations.confirm_performance, to=_to, done=_("得分已确认。"))
withdraw = act(operations.withdraw_performance, to=_to, done=_("评分已撤回，可以重新评分。"))


class Surplus(ListPage):
    """What schools reported of their surplus, and whether teachers got the share."""

    title = _("培训收入结余")
    subtitle = _("学校开展社会服务的收入结余，可提取 50% 以上用于教师劳动报酬；这里只汇总，不拨款")
    table_class = SurplusTable
    may = P.VIEW_PEOPLE
    empty_title = _("还没有学校填报")
    empty_text = _("学校在自己的页面按年度填报。")

    def rows(self, request):
        return grants.surplus_reports(request.actor)


class GrantLists(ListPage):
    """Lists of people handed in, the latest first."""

    title = _("名单")
    subtitle = _("单位交来的奖补名单和生活费补贴名单；每一好行已成为一份申请")
    table_class = GrantListTable
    may = P.VIEW_PEOPLE
    empty_title = _("还没有名单")
    empty_text = _("单位在自己的页面交名单后出现在这里。")

    def rows(self, request):
        return grants.grant_lists(request.actor)

    def prepare(self, records):
        for record in records:
            record.subject = list_subject(record)
            record.not_taken = len(record.refused)


class DetermineListForm(forms.Form):
    """The sum for each person of a sheet, and what it rests on."""

    approved_fen = MoneyField(label=_("每人核定金额"))
    source = TidyField(label=_("认定依据"), max_length=200, help_text=_("奖补目录和核定文件的名称、文号"))


class ClassApprovedForm(forms.Form):
    """Whether a class that is not known here was approved, and what that rests on."""

    class_approved = forms.ChoiceField(
        label=_("班级经核准开班"), choices=[("yes", _("是")), ("no", _("否"))], widget=forms.RadioSelect
    )
    source = TidyField(label=_("认定依据"), max_length=200, help_text=_("开班核准文件的名称、文号和日期"))

    def clean_class_approved(self) -> bool:
        return self.cleaned_data["class_approved"] == "yes"


class DetermineList(FormPage):
    """One sheet of people: what was taken, what was not, and what the bureau says for all of them."""

    title = _("奖补名单")
    template_name = "bureau/grants/award_list.html"
    form_class = DetermineListForm
    may = P.VIEW_PEOPLE
    may_act = P.DETERMINE_FACT
    submit_label = _("按名单认定并重新测算")
    next_story = _("认定名单上待审核的每一人在奖补目录内，并核定同一金额；超过最高额的按最高额。")

    def start(self, request, pk):
        self.kept = grants.grant_list(pk, by=request.actor)
        self.subtitle = f"{self.kept.institution.name} · {self.kept.filename}"
        self.cancel_url = reverse("bureau:grants:lists")
        if self.kept.month is not None:
            self.title = list_subject(self.kept)
            self.form_class = ClassApprovedForm
            if self.kept.training_class_id is not None:
                self.template_name = "bureau/grants/month_list.html"
            self.next_story = (
                gettext("天数和学时以本班考勤为准，不用另行认定。")
                if self.kept.training_class_id
                else gettext("名单上的班级不在系统里，核实开班核准文件后认定；天数和学时以名单为准。")
            )

    def more(self, request):
        rows = list(grants.grants(request.actor).filter(grant_list=self.kept).order_by("id")[:500])
        waiting = sum(row.status == "submitted" for row in rows)
        known = self.kept.training_class_id is not None
        return {
            "kept": self.kept,
            "rows": rows,
            "not_yet": known or not waiting or not request.actor.may(P.DETERMINE_FACT),
        } | (self._month(request, rows) if self.kept.month is not None else {})

    def _month(self, request, rows):
        def open_at(status, permission):
            return [row.pk for row in rows if row.status == status and request.actor.may(permission)]

        return month_context(self.kept, by=request.actor) | {
            "to_review": open_at("submitted", P.REVIEW_GRANT),
            "to_approve": open_at("reviewed", P.APPROVE_GRANT),
            "to_publish": open_at("approved", P.PUBLISH_NOTICE),
        }

    def act(self, request, form):
        operations.determine_list(self.kept.pk, **form.cleaned_data, by=request.actor, at=request.at)
        return reverse("bureau:grants:award_list", args=[self.kept.pk])
