"""Acting on grants: determine, review, decide, publish, end, answer an appeal."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from kaogong.access.permissions import Permission as P
from kaogong.claims.queries import scheme as scheme_of
from kaogong.grants import operations
from kaogong.grants import queries as grants
from kaogong.grants.states import DETERMINED_OF_CLASS
from kaogong.kernel.errors import NotFound, Refused
from kaogong.kernel.working_days import add_working_days
from kaogong.trail.operations import require_may
from kaogong.web.bureau.forms_money import PublishForm
from kaogong.web.parts.granting import DeterminationForm, fact_label
from kaogong.web.parts.pages import FormPage, act
from kaogong.web.parts.values import scheme_name

from .grants import grant_address

review = act(operations.review_grant, to=grant_address, done=_("已审核，等另一人决定。"))
send_back = act(operations.return_grant, to=grant_address, done=_("已退回申请人。"))
refuse = act(operations.refuse_grant, to=grant_address, done=_("已不予批准，申请人可以申诉。"))
approve = act(operations.approve_grant, to=grant_address, done=_("已批准，第一期资金已预留。"))
rejudge = act(operations.rejudge_grant, to=grant_address, done=_("已按现在的事实重新测算。"))
end = act(operations.end_grant, to=grant_address, done=_("已终止，未拨付的资金退回预算。"))
queue_payments = act(operations.queue_grant_payments, to=grant_address, done=_("已处理等候付款的各期。"))


class Determine(FormPage):
    """Say one fact only the bureau can say, with what it rests on."""

    title = _("认定")
    form_class = DeterminationForm
    may = P.DETERMINE_FACT
    submit_label = _("认定并重新测算")
    done_story = _("已认定。")

    def start(self, request, pk):
        self.grant = grants.grant(pk, by=request.actor)
        self.fact = request.GET.get("fact", "")
        terms = grants.terms_of(self.grant.region_code, self.grant.scheme_code, self.grant.event_on)
        of_class = DETERMINED_OF_CLASS if self.grant.month else ()
        if self.fact not in (*terms.determined, *of_class, "contract_ended_on"):
            raise NotFound()
        self.title = gettext("认定：{fact}").format(fact=fact_label(self.fact))
        self.subtitle = f"{self.grant.number} · {scheme_name(self.grant.scheme_code)}"
        self.cancel_url = reverse("bureau:grants:detail", args=[pk])

    def form_arguments(self, request):
        return {"fact": self.fact}

    def act(self, request, form):
        operations.determine_fact(
            self.grant.pk,
            fact=self.fact,
            value=form.value,
            source=form.cleaned_data["source"],
            by=request.actor,
            at=request.at,
        )
        return self.cancel_url


class Publish(FormPage):
    """Choose approved grants, see what the public will see, then publish."""

    title = _("奖补列入公示")
    template_name = "bureau/grants/publish.html"
    form_class = PublishForm
    may = P.PUBLISH_NOTICE
    submit_label = _("发布公示")

    def start(self, request, pk=None):
        picked = [str(pk)] if pk else request.POST.getlist("picked") or request.GET.getlist("picked")
        ids = sorted({int(one) for one in picked if one.isdecimal()})
        if not ids:
            raise operations.NoGrantToPublish()
        self.grants = [grants.grant(one, by=request.actor) for one in ids]
        self.ready = [one for one in self.grants if one.status == "approved"]
        self.cancel_url = reverse("bureau:grants:list") + "?status=approved"

    def _scheme(self, request):
        if not self.ready:
            return None
        try:
            return scheme_of(self.ready[0].region_code[:6], self.ready[0].scheme_code, request.today)
        except Refused:
            return None

    def initial(self, request):
        scheme = self._scheme(request)
        title = f"{scheme.region_label}{scheme.label}公示" if scheme else ""
        return {"title": title, "opens_on": request.today}

    def post(self, request, **where):
        return super().post(request, **where) if "title" in request.POST else self.get(request)

    def more(self, request):
        scheme = self._scheme(request)
        days = scheme.publish_working_days if scheme else None
        return {
            "grants": self.ready,
            "left_out": len(self.grants) - len(self.ready),
            "mixed": len({(one.region_code, one.scheme_code) for one in self.ready}) > 1,
            "scheme_label": scheme_name(self.ready[0].scheme_code) if self.ready else "",
            "amount_fen": sum(one.amount_fen for one in self.ready),
            "days": days,
            "closes_on": add_working_days(request.today, days) if days else None,
            "not_yet": not (self.ready and days),
        }

    def act(self, request, form):
        published = operations.publish_grants(
            [one.pk for one in self.ready], by=request.actor, at=request.at, **form.cleaned_data
        )
        messages.success(request, gettext("公示已发布。公示期满且异议全部答复后，在这里结束公示。"))
        return reverse("bureau:notices:detail", args=[published[0].published_notice_id])


class AnswerForm(forms.Form):
    """Whether an appeal stands, and the answer."""

    upheld = forms.ChoiceField(
        label=_("结论"),
        choices=[("yes", _("申诉成立，重新审核")), ("no", _("申诉不成立，维持不予批准"))],
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(label=_("答复"), max_length=1000, widget=forms.Textarea(attrs={"rows": 5}))


class AnswerAppeal(FormPage):
    """Answer one appeal; not by who refused the grant."""

    title = _("答复申诉")
    template_name = "bureau/grants/appeal.html"
    form_class = AnswerForm
    may = P.VIEW_PEOPLE
    may_act = P.DECIDE_GRANT_APPEAL
    submit_label = _("答复")
    next_story = _("作出不予批准的人不能答复；答复后不能再改，申请人可见。")
    done_story = _("申诉已答复。")

    def start(self, request, pk):
        self.appeal = grants.appeal(pk, by=request.actor)
        self.subtitle = f"{self.appeal.grant.number} · {scheme_name(self.appeal.grant.scheme_code)}"
        self.cancel_url = reverse("bureau:grants:detail", args=[self.appeal.grant_id])

    def more(self, request):
        return {
            "appeal": self.appeal,
            "not_yet": self.appeal.status != "filed" or not request.actor.may(P.DECIDE_GRANT_APPEAL),
        }

    def act(self, request, form):
        upheld = form.cleaned_data["upheld"] == "yes"
        operation = operations.uphold_appeal if upheld else operations.dismiss_appeal
        operation(self.appeal.pk, answer=form.cleaned_data["answer"], by=request.actor, at=request.at)
        return self.cancel_url


@require_POST
def together(request: HttpRequest) -> HttpResponse:
    """Review or approve the picked grants; one that may not be stops no other and is told by name."""
    ids = [int(one) for one in request.POST.getlist("picked") if one.isdecimal()]
    approving = request.POST.get("act") == "approve"
    if approving:
        require_may(request.actor, P.APPROVE_GRANT, gettext("批准"))
    else:
        require_may(request.actor, P.REVIEW_GRANT, gettext("审核通过"))
    operation = operations.approve_grants if approving else operations.review_grants
    told = operation(ids, by=request.actor, at=request.at)
    done = gettext("已批准 {n} 项。") if approving else gettext("已审核 {n} 项。")
    messages.success(request, done.format(n=len(told.done)))
    for number, why in list(told.refused.items())[:20]:
        messages.warning(request, f"{number}：{why}")
    return redirect(
        reverse("bureau:grants:list") + ("?status=reviewed" if approving else "?status=submitted")
    )
