"""Appeals about claims: a queue with its deadlines, and one answered by who had no part in the decision."""

from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.access.permissions import Permission as P
from kaogong.claims import operations
from kaogong.claims import queries as claims
from kaogong.kernel.working_days import working_days_between
from kaogong.web.bureau.filters_payees import ClaimAppealFilter
from kaogong.web.bureau.forms_payees import SettleClaimAppealForm
from kaogong.web.bureau.tables_payees import ClaimAppealTable
from kaogong.web.parts.lists import ListPage
from kaogong.web.parts.pages import FormPage


class Appeals(ListPage):
    """Appeals, those unanswered and due first first."""

    title = _("申领申诉")
    subtitle = _("对退回、不予补贴、停拨的申诉；由没有参与原决定的人员答复。")
    table_class = ClaimAppealTable
    filter_class = ClaimAppealFilter
    may = P.VIEW_PEOPLE
    empty_title = _("没有申领申诉")
    empty_text = _("机构和学员在决定的页面上申诉。")

    def rows(self, request):
        return claims.claim_appeals(request.actor)

    def prepare(self, records):
        today = self.request.today
        for record in records:
            is_open = record.status == "filed"
            record.today = today
            record.due = record.answer_by_on if is_open else None
            record.due_story = gettext("没有规定") if is_open else "—"
            record.waited = working_days_between(localdate(record.filed_at), today) if is_open else None


class Settle(FormPage):
    """One appeal, and its answer."""

    title = _("答复申诉")
    template_name = "bureau/payees/appeal.html"
    form_class = SettleClaimAppealForm
    may = P.VIEW_PEOPLE
    may_act = P.SETTLE_CLAIM_APPEAL
    submit_label = _("答复")
    done_story = _("已答复申诉。")

    def start(self, request, pk):
        self.appeal = claims.claim_appeal(pk, by=request.actor)
        self.subtitle = self.appeal.named
        self.cancel_url = reverse("bureau:claim_appeals:list")

    def more(self, request):
        appeal = self.appeal
        had_part = claims.took_part(appeal, request.actor.account_id) is not None
        is_open = appeal.status == "filed" and request.actor.may(P.SETTLE_CLAIM_APPEAL)
        return {
            "appeal": appeal,
            "papers": claims.case_papers(appeal_id=appeal.pk),
            "paper_url": "bureau:account_changes:paper",
            "had_part": is_open and had_part,
            "may_settle": is_open and not had_part,
            "days_left": working_days_between(request.today, appeal.answer_by_on)
            if appeal.answer_by_on
            else None,
        }

    def act(self, request, form):
        operations.settle_claim_appeal(self.appeal.pk, **form.cleaned_data, by=request.actor, at=request.at)
        return reverse("bureau:claim_appeals:settle", args=[self.appeal.pk])
