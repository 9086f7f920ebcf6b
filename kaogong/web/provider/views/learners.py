"""Learners of a class: who they are, their hours, leaving and coming back."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.access.permissions import Permission
from kaogong.catalog import queries as catalog
from kaogong.kernel.errors import NotFound
from kaogong.trail.operations import require_may
from kaogong.training import operations
from kaogong.training import queries as training
from kaogong.web.parts.fees import fee_words
from kaogong.web.parts.lists import Action, ListPage
from kaogong.web.parts.pages import act
from kaogong.web.parts.wording import filled

from ..filters import LearnerFilter
from ..forms import MARKS
from ..tables import LearnerTable

_OVER = ("finished", "cancelled")


class LearnerList(ListPage):
    """Everyone on the roster of one class, those who left included."""

    title = _("学员名单")
    table_class = LearnerTable
    filter_class = LearnerFilter
    template_name = "provider/learner_list.html"
    may = Permission.UPLOAD_ROSTER
    per_page = 50
    empty_title = _("本班还没有学员")
    empty_text = _("上传花名册，合格的行录入后就在这里。")
    empty_label = _("上传花名册")

    def rows(self, request):
        pk = request.resolver_match.kwargs["pk"]
        self.training_class = training.training_class(pk, by=request.actor)
        self.subtitle = str(self.training_class)
        if self.training_class.status in ("drafted", "filed", "returned"):
            self.empty_url = reverse("provider:rosters:upload", args=[pk])
        else:
            self.empty_text = gettext("本班现在不能再上传花名册。")
        return training.enrolments(pk, withdrawn=True)

    def actions(self, request):
        back = reverse("provider:classes:detail", args=[self.training_class.pk])
        return [Action(gettext("回到班次"), back)]

    def prepare(self, records):
        hours = training.hours_by_enrolment(self.training_class.pk)
        groups = catalog.code_labels("group")
        told = training.register_findings(self.training_class)
        for record in records:
            record.hours = hours.get(record.pk, 0)
            record.told = gettext("；").join(
                filled(one.template, one.facts) for one in told.get(record.pk, [])
            )
            record.group_label = gettext(groups[record.group_code]) if record.group_code in groups else ""

    def more(self, request, page_rows):
        return {"class": self.training_class}


def detail(request: HttpRequest, class_pk: int, pk: int) -> HttpResponse:
    """One learner in one class."""
    require_may(request.actor, Permission.UPLOAD_ROSTER, gettext("查看学员"))
    training_class = training.training_class(class_pk, by=request.actor)
    enrolment = training.enrolments(class_pk, withdrawn=True).filter(pk=pk).first()
    if enrolment is None:
        raise NotFound()
    groups = catalog.code_labels("group")
    person = enrolment.person
    grid = training.attendance_grid(class_pk)
    planned = (training_class.hours_theory + training_class.hours_practice) * 100
    return render(
        request,
        "provider/learner_detail.html",
        {
            "class": training_class,
            "enrolment": enrolment,
            "person": person,
            "is_over": training_class.status in _OVER,
            "hours": training.hours_by_enrolment(class_pk).get(pk, 0),
            "planned": planned,
            "marks": [(row, dict(MARKS).get(grid.mark(pk, row.pk), "")) for row in grid.sessions],
            "facts": [
                (gettext("序号"), enrolment.sequence),
                (
                    gettext("人员类别"),
                    gettext(groups[enrolment.group_code]) if enrolment.group_code in groups else "",
                ),
                (gettext("就业安排承诺单位"), enrolment.job_promise),
                (gettext("培训费"), fee_words(training.fee_of(enrolment))),
            ],
        },
    )


def _to_learner(request, enrolment) -> str:
    return reverse("provider:learners:detail", args=[enrolment.training_class_id, enrolment.pk])


withdraw = act(operations.withdraw_learner, to=_to_learner, done=_("已办理退出，已记的课时仍保留。"))
readmit = act(operations.readmit_learner, to=_to_learner, done=_("已恢复在册。"))
