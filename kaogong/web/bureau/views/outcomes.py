"""Surveys and employment follow-ups as the bureau sees them: who works, what looks stuffed, rates to the people."""

import base64

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.access.permissions import Permission as P
from kaogong.catalog import queries as catalog
from kaogong.outcomes import operations, queries
from kaogong.trail.operations import moves_open_to, record, require_may
from kaogong.web.bureau.filters_outcomes import FollowUpFilter, SurveyFilter
from kaogong.web.bureau.tables_outcomes import FollowUpTable, RateTable, SurveyTable
from kaogong.web.parts.lists import ListPage, download
from kaogong.web.parts.pages import act


class Surveys(ListPage):
    """Every survey of every class, with what was set aside."""

    title = _("学员评价")
    subtitle = _("像是代填、刷出来的评价截止时暂不计入，写明原因，由人决定是否恢复")
    table_class = SurveyTable
    filter_class = SurveyFilter
    may = P.VIEW_PEOPLE
    empty_title = _("还没有学员评价")
    empty_text = _("班次的最后一天会自动请学员评价。")

    def rows(self, request):
        return queries.surveys(request.actor)


def survey(request: HttpRequest, pk: int) -> HttpResponse:
    """One survey: figures, comments without names, and what was set aside with its reason."""
    require_may(request.actor, P.VIEW_PEOPLE, gettext("学员评价"))
    found = queries.survey(pk, by=request.actor)
    answers = list(queries.answers_of(pk))
    for answer in answers:
        answer.overall = answer.scores.get("overall")
        answer.verbs = {move.verb for move in moves_open_to(answer, request.actor)}
    return render(
        request,
        "bureau/outcomes/survey.html",
        {
            "survey": found,
            "tallies": queries.tallies(found),
            "aside": [answer for answer in answers if answer.status == "set_aside"],
            "counted": [answer for answer in answers if answer.status == "counted"],
            "may_restore": request.actor.may(P.RESTORE_ANSWER),
        },
    )


def _to_survey(request: HttpRequest, answer) -> str:
    return reverse("bureau:surveys:detail", args=[answer.survey_id])


restore_answer = act(operations.restore_answer, to=_to_survey, done=_("已恢复计入。"))
set_aside_answer = act(operations.set_aside_answer, to=_to_survey, done=_("已暂不计入。"))
restore_answers = act(
    operations.restore_answers,
    to=lambda request, _count: reverse("bureau:surveys:detail", args=[request.resolver_match.kwargs["pk"]]),
    done=_("已全部恢复计入。"),
)


class FollowUps(ListPage):
    """Learners followed up, person by person."""

    title = _("就业回访")
    subtitle = _("结业后各月的就业情况：登记查到的、本人申报的、未知的")
    table_class = FollowUpTable
    filter_class = FollowUpFilter
    may = P.VIEW_PEOPLE
    empty_title = _("没有就业回访")
    empty_text = _("班次结业三个月后自动开始。换个条件再试，或清除筛选。")

    def rows(self, request):
        return queries.follow_ups(request.actor)

    def prepare(self, records):
        for row in records:
            row.occupation_name = catalog.occupation_name(row.occupation_code)


def follow_up(request: HttpRequest, pk: int) -> HttpResponse:
    """One follow-up: how it is known, and the declaration to confirm or give back."""
    require_may(request.actor, P.VIEW_PEOPLE, gettext("就业回访"))
    row = queries.follow_up(pk, by=request.actor)
    return render(
        request,
        "bureau/outcomes/follow_up.html",
        {"row": row, "occupation_name": catalog.occupation_name(row.occupation_code)},
    )


def document(request: HttpRequest, pk: int) -> HttpResponse:
    """What the learner sent; that it was looked at is kept in the trail."""
    require_may(request.actor, P.CONFIRM_EMPLOYMENT, gettext("查看就业证明"))
    name, content = queries.follow_up_document(pk, by=request.actor)
    row = queries.follow_up(pk, by=request.actor)
    record("follow_up.document_looked", row, by=request.actor, at=request.at)
    return download(base64.b64decode(content), name, "application/octet-stream")


def _to_follow_up(request: HttpRequest, row) -> str:
    return reverse("bureau:follow_ups:detail", args=[row.pk])


confirm = act(operations.confirm_employment, to=_to_follow_up, done=_("已确认就业。"))
decline = act(operations.decline_employment, to=_to_follow_up, done=_("已退回，学员可以重新申报。"))


class Rates(ListPage):
    """Rates by provider and occupation, each open to its people."""

    title = _("就业率")
    subtitle = _("已就业 ÷（已就业＋未就业＋未知）；未知算在分母里，待核实的两边都不算")
    table_class = RateTable
    may = P.VIEW_PEOPLE
    empty_title = _("还没有就业率")
    empty_text = _("班次结业三个月后自动回访，有人核实以后才有比率。")

    def rows(self, request):
        months = request.GET.get("months", "")
        return queries.outcome_rates(request.actor, months=int(months) if months.isdecimal() else None)
