"""One's own yearly grade, what it was made of, and an appeal; teachers' hours."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong import rules
from kaogong.access.permissions import Permission
from kaogong.institutions import operations
from kaogong.institutions import queries as institutions
from kaogong.rules.errors import ParameterUnknown
from kaogong.trail.operations import require_may
from kaogong.training import queries as training
from kaogong.web.parts.grading import grade_words
from kaogong.web.parts.pages import FormPage
from kaogong.web.parts.values import in_english

from ..forms_institution import AppealForm, TeachingForm
from ..stories import deadline


def grades(request: HttpRequest) -> HttpResponse:
    """Every published grade of one's own institution."""
    require_may(request.actor, Permission.VIEW_OWN_INSTITUTION, gettext("评估等级"))
    return render(
        request,
        "provider/grades/list.html",
        {"grades": institutions.grades_of(request.actor.organisation_id)},
    )


def grade(request: HttpRequest, pk: int) -> HttpResponse:
    """One year's grade with every criterion's points and figures."""
    require_may(request.actor, Permission.EDIT_OWN_INSTITUTION, gettext("评估等级"))
    one = institutions.evaluation(pk, by=request.actor)
    scores = {score.criterion_code: score for score in institutions.scores(pk)}
    english = in_english()
    appeal = getattr(one, "appeal", None)
    is_open = one.round.status == "published" and request.today <= one.round.appeal_until
    return render(
        request,
        "provider/grades/detail.html",
        {
            "evaluation": one,
            "rows": [
                (row.get("label_en") if english else row["label"], row["weight"], scores.get(row["code"]))
                for row in one.round.criteria
            ],
            "appeal": appeal,
            "may_appeal": is_open and appeal is None and request.actor.may(Permission.APPEAL_GRADE),
            "appeal_until": deadline(one.round.appeal_until, request.today) if is_open else "",
        },
    )


class Appeal(FormPage):
    """Say why the grade is wrong."""

    title = _("等级申诉")
    form_class = AppealForm
    may = Permission.APPEAL_GRADE
    submit_label = _("提交申诉")
    done_story = _("申诉已收到，请等答复。")

    def start(self, request, pk):
        self.evaluation = institutions.evaluation(pk, by=request.actor)
        self.subtitle = gettext("{year} 年度，{grade}").format(
            year=self.evaluation.round.year, grade=grade_words(self.evaluation)
        )
        self.cancel_url = reverse("provider:grades:detail", args=[pk])

    def act(self, request, form):
        operations.appeal_grade(self.evaluation.pk, **form.cleaned_data, by=request.actor, at=request.at)
        return self.cancel_url


def teaching(request: HttpRequest) -> HttpResponse:
    """Hours of each teacher by the timetable, and the least part of a surplus that is theirs (C10)."""
    require_may(request.actor, Permission.VIEW_OWN_INSTITUTION, gettext("教师课时"))
    own = institutions.institution(request.actor.organisation_id, by=request.actor)
    form = TeachingForm(request.GET or None)
    given = form.cleaned_data if form.is_bound and form.is_valid() else {}
    since = given.get("since") or date(request.today.year, 1, 1)
    until = given.get("until") or date(request.today.year + 1, 1, 1)
    hours = training.teaching_hours(own.pk, since, until)
    rows = [(one, hours[one.pk]) for one in institutions.trainers(own.pk) if one.pk in hours]
    share = _share(own.region_code, request.today)
    surplus = given.get("surplus")
    return render(
        request,
        "provider/teaching.html",
        {
            "form": form if form.is_bound else TeachingForm(initial={"since": since, "until": until}),
            "since": since,
            "until": until,
            "rows": sorted(rows, key=lambda row: -row[1].hours),
            "total": sum(found.hours for found in hours.values()),
            "share": share,
            "surplus": surplus,
            "least": share.bound_fen(surplus) if share is not None and surplus else None,
        },
    )


def _share(region_code: str, on: date):
    """The province's share of a surplus paid to teachers; None where no paper sets one."""
    book = rules.load()
    for code in (region_code[:6], region_code[:4] + "00", region_code[:2] + "0000"):
        try:
            return book.at(code, on).parameter("surplus_for_teachers")
        except (rules.RegionUnknown, ParameterUnknown):
            continue
    return None
