"""Claims: the queue with its ageing, and the people of one claim as a list."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.access.permissions import Permission as P
from kaogong.claims import queries as claims
from kaogong.claims.states import CLAIM
from kaogong.kernel.working_days import working_days_between
from kaogong.notices import queries as notices
from kaogong.rules import Decision as Judged
from kaogong.trail.operations import require_may
from kaogong.web.bureau import judged as told_by
from kaogong.web.bureau.filters_money import ClaimFilter, LineFilter
from kaogong.web.bureau.tables_money import ClaimTable, LineTable
from kaogong.web.bureau.views.addresses import claim_address
from kaogong.web.parts.lists import Action, ListPage

QUEUE = ("submitted", "reviewed", "approved", "published", "cleared")


class Claims(ListPage):
    """The queue of claims, with how long each has waited."""

    title = _("补贴申领")
    subtitle = _("系统已逐人裁定；需要人办理的排在各自的环节里")
    template_name = "bureau/claims/list.html"
    table_class = ClaimTable
    filter_class = ClaimFilter
    may = P.VIEW_PEOPLE
    empty_title = _("还没有补贴申领")
    empty_text = _("班次结业并取得证书后，机构在自己的页面提交申领，提交后出现在这里。")

    def rows(self, request):
        found = claims.claims(request.actor, text=request.GET.get("q", ""))
        if request.GET.get("status") in QUEUE:
            found = found.order_by("submitted_at", "id")
        return found

    def get(self, request, **where):
        self.request = request
        return super().get(request, **where)

    def actions(self, request):
        found = []
        if open_conflicts := claims.conflicts(request.actor).count():
            label = gettext("拨付后冲突 {n}").format(n=open_conflicts)
            found.append(Action(label, reverse("bureau:conflicts:list") + "?status=open"))
        if request.actor.may(P.PUBLISH_NOTICE) and request.GET.get("status") != "approved":
            found.append(Action(gettext("选择要公示的申领"), "?status=approved"))
        return found

    def batch_actions(self, request):
        if request.actor.may(P.PUBLISH_NOTICE) and request.GET.get("status") == "approved":
            return [Action(gettext("列入公示：先看效果"), name="publish", primary=True)]
        if request.actor.may(P.REVIEW_CLAIM) and request.GET.get("status") == "submitted":
            return [Action(gettext("批量审核：逐条都通过的"), name="review", primary=True)]
        return []

    @property
    def batch_url(self):
        if self.request.GET.get("status") == "submitted":
            return reverse("bureau:claims:review_many")
        return reverse("bureau:notices:preview")

    def more(self, request, page_rows):
        counts = claims.status_counts(request.actor)
        return {
            "queue": [(status, _state(status), counts.get(status, 0)) for status in QUEUE],
            "status_now": request.GET.get("status", ""),
        }

    def prepare(self, records):
        today = self.request.today
        verdicts = claims.verdict_counts(record.pk for record in records)
        shown = {r.published_notice_id for r in records if r.status == "published"}
        closing = dict(
            notices.notices(self.request.actor).filter(pk__in=shown).values_list("pk", "closes_on")
        )
        for record in records:
            record.verdicts = verdicts.get(record.pk, {})
            record.scheme_label = told_by.scheme_label(
                record.region_code, record.scheme_code, record.event_on
            )
            record.closes_on = (
                closing.get(record.published_notice_id) if record.status == "published" else None
            )
            record.days_left = working_days_between(today, record.closes_on) if record.closes_on else None
            record.waited = None
            if record.status in ("submitted", "reviewed"):
                record.waited = working_days_between(timezone.localdate(record.submitted_at), today)


def _state(status: str) -> str:
    return gettext(CLAIM.label(status))


class Lines(ListPage):
    """The people of one claim as a list, for the sheet."""

    table_class = LineTable
    filter_class = LineFilter
    may = P.VIEW_PEOPLE
    per_page = 50
    empty_title = _("这份申领里没有人")

    def get(self, request, pk, **where):
        require_may(request.actor, P.VIEW_PEOPLE, gettext("补贴申领"))
        self.claim = claims.claim(pk, by=request.actor)
        self.title = gettext("逐人裁定 {number}").format(number=self.claim.number)
        return super().get(request, **where)

    def rows(self, request):
        return claims.lines(self.claim.pk)

    def actions(self, request):
        return [Action(gettext("返回申领"), claim_address(request, self.claim))]

    def prepare(self, records):
        latest = claims.decisions_of_claim(self.claim.pk)
        for record in records:
            decided = latest.get(record.pk)
            judged = Judged.from_dict(decided.decision) if decided else None
            record.why = gettext("、").join(told_by.why(judged)) if judged and not judged.payable else ""
