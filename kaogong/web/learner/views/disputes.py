"""Objecting to a mark, and reading the answer."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.access.permissions import Permission
from kaogong.kernel.errors import NotFound
from kaogong.kernel.working_days import working_days_between
from kaogong.presence import operations
from kaogong.presence import queries as presence
from kaogong.trail.operations import require_may
from kaogong.web.parts.evidence import mark_words
from kaogong.web.parts.pages import FormPage

WANTED = [
    ("P", _("我全程都在")),
    ("T", _("我到了，但迟到")),
    ("E", _("我到了，提前走了")),
    ("L", _("我请了假")),
]


class DisputeForm(forms.Form):
    """What the mark should be, and why."""

    wanted_mark = forms.ChoiceField(label=_("实际情况是"), choices=WANTED, widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("说明"),
        max_length=500,
        help_text=_("写清当天的情况：几点到的、坐在哪里、谁可以证明、手机出了什么问题"),
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class DisputeMark(FormPage):
    """Say that a mark is wrong."""

    title = _("我对考勤有异议")
    page_base = "phone.html"
    form_class = DisputeForm
    may = Permission.DISPUTE_MARK
    submit_label = _("提出异议")
    done_story = _("异议已收到，答复期限写在下面。")

    def start(self, request, pk, **where):
        self.session = presence.session(pk, by=request.actor)
        evidence = presence.evidence_of(pk, request.actor)
        if not evidence:
            raise NotFound()
        self.enrolment = evidence[0].enrolment
        self.subtitle = gettext("{on} {topic}，现在记的是：{mark}").format(
            on=self.session.on, topic=self.session.topic, mark=mark_words(evidence[0].mark)
        )
        days = presence.settings_for(self.session).dispute_working_days
        self.next_story = gettext(
            "学校或人社部门在 {days} 个工作日内答复。成立就更正，课时重新计算。"
        ).format(days=days)
        self.cancel_url = reverse("learner:hours:detail", args=[self.enrolment.pk])

    def initial(self, request):
        return {"wanted_mark": "P"}

    def act(self, request, form):
        dispute = operations.dispute_mark(
            self.session.pk, by=request.actor, at=request.at, **form.cleaned_data
        )
        return reverse("learner:disputes:detail", args=[dispute.pk])


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One objection of mine: what I said, by when it is answered, and the answer."""
    require_may(request.actor, Permission.DISPUTE_MARK, gettext("考勤异议"))
    dispute = presence.my_disputes(request.actor).filter(pk=pk).first()
    if dispute is None:
        raise NotFound()
    return render(
        request,
        "learner/dispute.html",
        {
            "dispute": dispute,
            "was": mark_words(dispute.mark),
            "wanted": mark_words(dispute.wanted_mark),
            "days_left": working_days_between(request.today, dispute.due_on),
        },
    )
