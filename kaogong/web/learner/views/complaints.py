"""Complaining of a class, under one's own name or none, and what became of it."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.access.permissions import Permission as P
from kaogong.supervision import operations, queries
from kaogong.trail.operations import require_may
from kaogong.training import queries as training
from kaogong.web.parts.complaints import ComplaintForm
from kaogong.web.parts.pages import FormPage


def own(request: HttpRequest) -> HttpResponse:
    """What I complained of under my name."""
    require_may(request.actor, P.FILE_COMPLAINT, gettext("投诉举报"))
    return render(request, "learner/complaints.html", {"complaints": queries.own_complaints(request.actor)})


class FileComplaint(FormPage):
    """One form; anonymous unless chosen otherwise."""

    title = _("投诉举报")
    page_base = "phone.html"
    form_class = ComplaintForm
    may = P.FILE_COMPLAINT
    submit_label = _("提交")
    next_story = _("匿名提交不保存您的账号和网络地址；提交后给出查询码，只显示一次。")

    def start(self, request, **where):
        self.cancel_url = reverse("learner:complaints:list")

    def form_arguments(self, request):
        rows = training.enrolments_of(request.actor.person_id).select_related("training_class")
        return {"own": True, "classes": [(str(r.training_class_id), r.training_class.title) for r in rows]}

    def initial(self, request):
        return {"class_id": request.GET.get("class", "")}

    def act(self, request, form):
        receipt = operations.receive_complaint(
            channel="learner",
            region_code=settings.REGION_CODE,
            **form.asked(),
            by=request.actor,
            at=request.at,
        )
        messages.success(
            request,
            gettext("已收到 {number}，查询码 {secret}，只显示这一次。").format(
                number=receipt.complaint.number, secret=receipt.secret
            ),
        )
        return self.cancel_url
