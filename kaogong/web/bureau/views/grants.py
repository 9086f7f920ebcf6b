"""Grants at the bureau: the queue with its ageing, one grant with its findings, appeals, the paper."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.access.permissions import Permission as P
from kaogong.grants import queries as grants
from kaogong.grants.states import DETERMINED_OF_CLASS, GRANT
from kaogong.kernel.errors import NotFound
from kaogong.kernel.working_days import working_days_between
from kaogong.papers import decision_pdf
from kaogong.trail.operations import moves_open_to, require_may
from kaogong.web.bureau.filters_grants import AppealFilter, GrantFilter
from kaogong.web.bureau.grant_paper import grant_paper
from kaogong.web.bureau.tables_grants import AppealTable, GrantTable
from kaogong.web.parts.granting import context, fact_label
from kaogong.web.parts.lists import Action, ListPage, download
from kaogong.web.parts.papers import paper as paper_page
from kaogong.web.parts.values import scheme_name

from .addresses import issuer

QUEUE = ("submitted", "reviewed", "approved", "published", "cleared", "refused")


def grant_address(_request, grant) -> str:
    return reverse("bureau:grants:detail", args=[grant.pk])


class Grants(ListPage):
    """The queue of grants, with how long each has waited."""

    title = _("奖补申请")
    subtitle = _("奖励、津贴、资助逐项申请；系统已按规则测算，是否认定由经办人按材料认定")
    template_name = "bureau/grants/list.html"
    table_class = GrantTable
    filter_class = GrantFilter
    may = P.VIEW_PEOPLE
    empty_title = _("还没有奖补申请")
    empty_text = _("单位和个人在自己的页面提交后出现在这里。")

    def get(self, request, **where):
        self.request = request
        return super().get(request, **where)

    def rows(self, request):
        found = grants.grants(request.actor, text=request.GET.get("q", ""))
        if request.GET.get("status") in QUEUE:
            found = found.order_by("submitted_at", "id")
        return found

    def actions(self, request):
        found = [
            Action(gettext("名单"), reverse("bureau:grants:lists")),
            Action(gettext("申诉"), reverse("bureau:grants:appeals")),
            Action(gettext("扶持项目"), reverse("bureau:projects:list")),
            Action(gettext("绩效评价"), reverse("bureau:performance:list")),
            Action(gettext("收入结余"), reverse("bureau:surplus")),
        ]
        if request.actor.may(P.PUBLISH_NOTICE) and request.GET.get("status") != "approved":
            found.append(Action(gettext("选择要公示的申请"), "?status=approved"))
        return found

    def batch_actions(self, request):
        status = request.GET.get("status")
        if request.actor.may(P.PUBLISH_NOTICE) and status == "approved":
            return [Action(gettext("列入公示：先看效果"), name="publish", primary=True)]
        if request.actor.may(P.REVIEW_GRANT) and status == "submitted":
            return [Action(gettext("一并审核通过"), name="review", primary=True)]
        if request.actor.may(P.APPROVE_GRANT) and status == "reviewed":
            return [Action(gettext("一并批准"), name="approve", primary=True)]
        return []

    @property
    def batch_url(self):
        publishing = self.request.GET.get("status") == "approved"
        return reverse("bureau:grants:publish_many" if publishing else "bureau:grants:together")

    def more(self, request, page_rows):
        counts = grants.status_counts(request.actor)
        return {
            "queue": [(status, gettext(GRANT.label(status)), counts.get(status, 0)) for status in QUEUE],
            "status_now": request.GET.get("status", ""),
        }

    def prepare(self, records):
        for record in records:
            record.scheme_label = scheme_name(record.scheme_code)
            record.waited = None
            if record.status in ("submitted", "reviewed"):
                record.waited = working_days_between(
                    timezone.localdate(record.submitted_at), self.request.today
                )


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One grant: what was said and proven, how it was judged, what would change it, when it is paid."""
    require_may(request.actor, P.VIEW_PEOPLE, gettext("奖补申请"))
    grant = grants.grant(pk, by=request.actor)
    found = context(grant, request.today)
    elsewhere = grants.other_teams(grant, [one.person_id for one in found["team"]]) if found["team"] else {}
    for one in found["team"]:
        one.elsewhere = [other for other in elsewhere.get(one.person_id, ()) if other.status != "drafted"]
    terms = found["terms"]
    may_determine = grant.status == "submitted" and request.actor.may(P.DETERMINE_FACT)
    running = grant.status in ("approved", "published", "cleared") and grant.rhythm != "once"
    said = {fact for fact, row in grants.facts_told(pk).items() if row.is_determined}
    asked = terms.determined if terms else ()
    if grant.month and grant.grant_list.training_class_id is None:
        asked = (*asked, *DETERMINED_OF_CLASS)
    wanted = [(fact, fact_label(fact), fact in said) for fact in asked]
    moves = {move.verb for move in moves_open_to(grant, request.actor)}
    return render(
        request,
        "bureau/grants/detail.html",
        found
        | {
            "door": "bureau:grants",
            "wanted": wanted if may_determine else [],
            "may_end_contract": running and request.actor.may(P.DETERMINE_FACT),
            "may_rejudge": grant.status in ("submitted", "reviewed")
            and (request.actor.may(P.REVIEW_GRANT) or request.actor.may(P.APPROVE_GRANT)),
            "primary": "review" if grant.status == "submitted" else "approve",
            "moves": moves,
            "needs_another": _needs_another(grant, request.actor, moves),
            "waits": any(row.waits_for for row in found["instalments"]),
            "may_queue": grant.status == "cleared" and request.actor.may(P.PREPARE_PAYMENT),
            "holds": grants.holds_of_grants([grant]).get(grant.pk, []),
            "may_answer": request.actor.may(P.DECIDE_GRANT_APPEAL),
            "open_appeal": next((one for one in found["appeals"] if one.status == "filed"), None),
            "earlier": [one for one in grants.earlier_grants(grant) if grant.number not in one.reference],
        },
    )


def _needs_another(grant, by, moves) -> str:
    if grant.status == "reviewed" and by.may(P.APPROVE_GRANT) and "approve" not in moves:
        return gettext("您办理过前面的步骤，须由另一人决定。")
    return ""


def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """One file handed in with a grant."""
    require_may(request.actor, P.VIEW_PEOPLE, gettext("申请材料"))
    return paper_page(grants.paper(pk, by=request.actor))


def decision(request: HttpRequest, pk: int) -> HttpResponse:
    """One decision on a grant as a paper."""
    require_may(request.actor, P.VIEW_PEOPLE, gettext("奖补申请"))
    grant = grants.grant(pk, by=request.actor)
    version = request.GET.get("version", "")
    kept = grants.decision(pk, int(version) if version.isdecimal() else None)
    if kept is None:
        raise NotFound()
    data = decision_pdf(grant_paper(grant, kept, issuer=issuer(grant.region_code)))
    return download(data, f"{grant.number}-{kept.version}.pdf", "application/pdf")


class Appeals(ListPage):
    """Appeals against refusals, the one to be answered first first."""

    title = _("奖补申诉")
    table_class = AppealTable
    filter_class = AppealFilter
    may = P.VIEW_PEOPLE
    empty_title = _("没有申诉")
    empty_text = _("申请人对不予批准有异议时，申诉出现在这里。")

    def rows(self, request):
        return grants.appeals(request.actor)

    def prepare(self, records):
        for record in records:
            record.scheme_label = scheme_name(record.grant.scheme_code)
