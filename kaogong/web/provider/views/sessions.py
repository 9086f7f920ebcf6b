"""Check-in of one session: who came and how far it is proven, calls over, vouching, and phones given back."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from kaogong.access.permissions import Permission
from kaogong.presence import operations
from kaogong.presence import queries as presence
from kaogong.trail.operations import require_may
from kaogong.web.parts.pages import FormPage
from kaogong.web.parts.roll import Roll, call_room, roll_of, weigh_room


def today(request: HttpRequest) -> HttpResponse:
    """The sessions of the day, those on now first to hand."""
    require_may(request.actor, Permission.SHOW_CODE, gettext("签到"))
    live = {one.session.pk: one for one in presence.sessions_on_now(request.actor, request.at)}
    rows = presence.sessions_in_reach(request.actor).filter(on=request.today, cancelled=False)
    rows = list(rows.filter(training_class__status="running").order_by("starts_at", "pk"))
    return render(
        request,
        "provider/sessions_today.html",
        {"rows": [(row, live.get(row.pk), presence.hours_for(row)) for row in rows], "at": request.at},
    )


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One session: each learner's check-ins, evidence and mark; what to do next."""
    require_may(request.actor, Permission.SHOW_CODE, gettext("签到"))
    session = presence.session(pk, by=request.actor)
    roll = roll_of(session, request.actor)
    hours = presence.hours_for(session)
    settings = presence.settings_for(session)
    running = session.training_class.status == "running" and not session.cancelled
    stage, next_story = _stage(session, roll, hours, request.at)
    devices = presence.devices_in_reach(request.actor).filter(
        person_id__in=[row.enrolment.person_id for row in roll.rows]
    )
    return render(
        request,
        "provider/session_detail.html",
        {
            "session": session,
            "class": session.training_class,
            "roll": roll,
            "stage": stage,
            "next_story": next_story,
            "is_open": running and hours.is_open(request.at),
            "may_call": running and hours.is_on(request.at),
            "may_assist": running and request.at >= hours.opens_at,
            "may_weigh": running and request.at >= hours.starts_at,
            "call_words": gettext("手机上会提示答到，{n} 分钟内有效。").format(
                n=int(settings.recall_open.total_seconds() // 60)
            ),
            "correction_days": settings.correction_days,
            "devices": [one for one in devices if one.others],
        },
    )


def _stage(session, roll: Roll, hours, at) -> tuple[tuple[str, str], str]:
    """(tone, words) of where a session stands, and what comes next."""
    if session.cancelled:
        return ("off", gettext("已取消")), gettext("这次课已取消，不用签到。")
    if session.training_class.status != "running":
        return ("off", gettext("不在培训中")), gettext("班级不在培训中，签到只能查看。")
    if at < hours.opens_at:
        return ("off", gettext("未开放")), gettext("{opens} 起可以打开签到屏幕。").format(
            opens=f"{timezone.localtime(hours.opens_at):%m-%d %H:%M}"
        )
    if hours.is_open(at):
        return ("now", gettext("正在签到")), gettext(
            "把签到屏幕放到教室里。没有手机的学员由老师代签；上课中间可以点一次名。"
        )
    if not roll.is_weighed:
        return ("ask", gettext("待核算")), gettext("签到已结束。核算到课依据，标记会按签到自动记上。")
    return ("ok", gettext("已核算")), gettext("依据已核算。标记不对的可以更正；学员有异议的请按期答复。")


class AssistForm(forms.Form):
    """Whom the teacher vouches for, and why."""

    enrolment_ids = forms.TypedMultipleChoiceField(
        label=_("学员"), coerce=int, widget=forms.CheckboxSelectMultiple
    )
    phase = forms.ChoiceField(
        label=_("签到还是签退"),
        required=False,
        choices=[("", _("按现在的时间")), ("in", _("签到")), ("out", _("签退"))],
    )
    recall_id = forms.TypedChoiceField(
        label=_("点名时代为答到"),
        required=False,
        coerce=int,
        empty_value=None,
        help_text=_("不是点名就不用选"),
    )
    is_signed = forms.BooleanField(
        label=_("有本人签名的纸质签到表"), required=False, help_text=_("有签名，依据更充分；纸表请留存备查")
    )
    reason = forms.CharField(
        label=_("为什么代签"), max_length=200, help_text=_("例如：没有智能手机；手机没电；残疾人由家属陪同")
    )

    def __init__(self, *args, learners, recalls, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["enrolment_ids"].choices = learners
        self.fields["recall_id"].choices = [("", _("不是点名")), *recalls]
        if not recalls:
            del self.fields["recall_id"]


class Assist(FormPage):
    """Vouch for learners whose phones do not work, or who have none."""

    title = _("代签")
    form_class = AssistForm
    may = Permission.ASSIST_CHECK_IN
    submit_label = _("代签")
    next_story = _("代签会写进经过，依据低于本人手机签到；人确实到了才能代签。")

    def start(self, request, pk, **where):
        self.session = presence.session(pk, by=request.actor)
        self.subtitle = str(self.session)
        self.cancel_url = reverse("provider:sessions:detail", args=[pk])

    def form_arguments(self, request):
        return {
            "learners": [
                (row.enrolment.pk, row.enrolment.person.name)
                for row in presence.evidence_of(self.session.pk, request.actor)
            ],
            "recalls": [
                (row.pk, gettext("第 {n} 次点名").format(n=row.number))
                for row in presence.recalls_of(self.session.pk, request.actor)
            ],
        }

    def act(self, request, form):
        made = operations.assist_check_in(
            self.session.pk, **form.cleaned_data, by=request.actor, at=request.at
        )
        messages.success(request, gettext("已代签 {count} 人。").format(count=len(made)))
        return self.cancel_url


@require_POST
def call(request: HttpRequest, pk: int) -> HttpResponse:
    """Call the room over now."""
    call_room(request, pk)
    return redirect("provider:sessions:detail", pk)


@require_POST
def weigh(request: HttpRequest, pk: int) -> HttpResponse:
    """Weigh the session's evidence; once it is over, the marks follow."""
    weigh_room(request, pk)
    return redirect("provider:sessions:detail", pk)


@require_POST
def release(request: HttpRequest, pk: int) -> HttpResponse:
    """End one phone's binding to one learner."""
    operations.release_device(pk, by=request.actor, at=request.at, reason=request.POST.get("reason", ""))
    messages.success(request, gettext("已解绑。学员下次用新手机签到会自动绑定。"))
    back = request.POST.get("session", "")
    return (
        redirect("provider:sessions:detail", int(back))
        if back.isdecimal()
        else redirect("provider:sessions:list")
    )
