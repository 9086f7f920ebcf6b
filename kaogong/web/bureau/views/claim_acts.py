"""What is done to a claim: review, approval, return, evidence, exceptions, the decision on paper."""

from collections import Counter
from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from kaogong.access.permissions import Permission as P
from kaogong.claims import operations
from kaogong.claims import queries as claims
from kaogong.claims.operations import FactsChanged
from kaogong.funds import queries as funds
from kaogong.kernel.errors import NotFound
from kaogong.ledger.states import SOURCE_LEVELS
from kaogong.papers import decision_pdf
from kaogong.rules import Decision as Judged
from kaogong.trail import queries as trail
from kaogong.trail.operations import require_may
from kaogong.web.bureau import judged as told_by
from kaogong.web.bureau.forms_money import ApprovalForm, EvidenceForm, WaiverForm
from kaogong.web.bureau.views.addresses import claim_address, issuer, line_address
from kaogong.web.parts.lists import download
from kaogong.web.parts.pages import FormPage, act

review = act(operations.review_claim, to=claim_address, done="已审核通过，转复核人员核准。")
send_back = act(operations.return_claim, to=claim_address, done="已退回机构补正。")
rejudge = act(operations.rejudge_claim, to=claim_address, done="已按今天的事实重新测算。")
queue_payments = act(
    operations.queue_claim_payments, to=claim_address, done="已为补全账户的人生成付款。", with_reason=False
)


@require_POST
def release_line(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a held line go on."""
    require_may(request.actor, P.HOLD_CERTIFICATE, gettext("恢复办理"))
    line = operations.release_line(pk, by=request.actor, at=request.at, reason=request.POST.get("reason", ""))
    messages.success(request, gettext("已恢复办理。"))
    return redirect(line_address(line))


class Approve(FormPage):
    """Approve a claim, with the effect on people and money shown first."""

    title = _("核准申领")
    template_name = "bureau/claims/approve.html"
    form_class = ApprovalForm
    may = P.APPROVE_CLAIM
    submit_label = _("核准并预留资金")
    next_story = _("核准后可列入公示；公示期满无异议即转入拨付。")
    done_story = _("已核准，资金已在专账中预留。")

    def start(self, request, pk):
        self.claim = claims.claim(pk, by=request.actor)
        self.lines = list(claims.lines(pk).filter(status="judged"))
        self.counts = Counter(line.verdict for line in self.lines)
        self.subtitle = f"{self.claim.number} · {self.claim.subject}"
        self.cancel_url = claim_address(request, self.claim)

    def form_arguments(self, request):
        return {"open_count": self.counts["needs_evidence"]}

    def more(self, request):
        scheme = claims.scheme(self.claim.region_code[:6], self.claim.scheme_code, self.claim.event_on)
        paid_by = funds.division_now(
            self.claim.region_code, scheme.fund_programme, self.claim.year, self.claim.amount_fen,
            self.claim.event_on,
        )  # fmt: skip
        return {
            "claim": self.claim,
            "counts": self.counts,
            "fund": paid_by.fund if paid_by else None,
            "sources": _sources(paid_by) if self.claim.amount_fen else [],
            "changed": getattr(self, "changed", None),
        }

    def act(self, request, form):
        given = form.cleaned_data
        try:
            operations.approve_claim(
                self.claim.pk, by=request.actor, at=request.at, reason=given["reason"],
                leave_out_open=given.get("leave_out_open", False),
            )  # fmt: skip
        except FactsChanged:
            self.changed = self._changes()
            raise
        return claim_address(request, self.claim)

    def _changes(self) -> list[dict]:
        """Each person whose outcome is no longer what the claim says: before and now."""
        return [
            {
                "line": j.line,
                "verdict": j.decision.verdict,
                "fen": j.decision.amount_fen,
                "why": told_by.why(j.decision),
            }
            for j in operations.judge(self.claim, self.lines)
            if (j.line.verdict, j.line.amount_fen, j.line.allowance_fen) != j.outcome
        ]


def _sources(paid_by) -> list[dict]:
    """What each level of government bears of this claim, and what is available there."""
    if paid_by is None:
        return []
    return [
        {
            "label": SOURCE_LEVELS[level],
            "fen": fen,
            "available": paid_by.left.get(level, 0),
            "short": fen > paid_by.left.get(level, 0),
        }
        for level, fen in paid_by.parts.items()
    ]


class _AboutLine(FormPage):
    """A form about one person's line; afterwards back to that person."""

    template_name = "bureau/claims/line_form.html"

    def start(self, request, pk, **_):
        self.line = claims.line(pk, by=request.actor)
        self.subtitle = f"{self.line.person.name} · {self.line.reference}"
        self.cancel_url = line_address(self.line)
        decision = claims.decision(pk)
        self.judged = Judged.from_dict(decision.decision) if decision else None

    def more(self, request):
        return {"line": self.line, "claim": self.line.claim, "cards": self.about()}

    def about(self) -> list[dict]:
        """The findings the form answers."""
        return []


class SupplyEvidence(_AboutLine):
    """Say one missing fact, with its source; the line is judged again at once."""

    title = _("补充证据")
    form_class = EvidenceForm
    may = P.SUPPLY_EVIDENCE
    submit_label = _("提交并重新测算")
    next_story = _("提交后立即按这项事实重新测算，原结论保留为上一版。")
    done_story = _("已记入证据并重新测算。")

    def start(self, request, pk):
        super().start(request, pk)
        self.fact = request.GET.get("fact", "")
        if self.judged is None or self.fact not in told_by.facts_missing(self.judged):
            raise NotFound()

    def form_arguments(self, request):
        return {"fact": self.fact, "label": told_by.fact_label(self.fact)}

    def about(self):
        every = [
            *told_by.cards(self.judged),
            *(c for p in told_by.part_cards(self.judged) for c in p["cards"]),
        ]
        return [card for card in every if card["outcome"] == "unknown"]

    def act(self, request, form):
        given = form.cleaned_data
        value = given["value"]
        line = operations.supply_evidence(
            self.line.pk, fact=self.fact, value=value.isoformat() if isinstance(value, date) else value,
            source=given["source"], reason=given["reason"], by=request.actor, at=request.at,
        )  # fmt: skip
        return line_address(line)


class WaiveRule(_AboutLine):
    """Grant one exception by name, by somebody who neither submitted, reviewed nor will approve the claim."""

    title = _("例外批准")
    template_name = "bureau/claims/waive.html"
    form_class = WaiverForm
    may = P.WAIVE_RULE
    submit_label = _("批准例外并重新测算")
    next_story = _("只对此人的这一条起作用，其余规则照常适用；批准人和理由随结论公开留存。")
    done_story = _("已记入例外并重新测算。")

    def start(self, request, pk, rule):
        super().start(request, pk)
        self.rule = rule
        if not self.about():
            raise NotFound()

    def more(self, request):
        people = self._people(request)
        changes = told_by.by_finding(claims.what_would_change(claims.decision(self.line.pk)))
        return super().more(request) | {
            "people": people,
            "is_barred": any(person["is_you"] for person in people if person["is_done"]),
            "effect": [one for one in changes.get((self.rule, ""), []) if one.kind == "waiver"],
        }

    def _people(self, request) -> list[dict]:
        """Who has done what to the claim, and who is to do the rest: an exception takes another person."""
        done = [
            (gettext("提交"), trail.last_doer("claim", self.line.claim_id, "submitted")),
            (gettext("审核"), trail.last_doer("claim", self.line.claim_id, "reviewed")),
        ]
        told = [
            {
                "step": step,
                "name": entry.actor_name,
                "is_done": True,
                "is_you": entry.actor_account_id is not None
                and entry.actor_account_id == request.actor.account_id,
            }
            for step, entry in done
            if entry is not None
        ]
        you = {"step": gettext("批准例外"), "name": request.actor.name, "is_done": False, "is_you": True}
        other = {
            "step": gettext("核准申领"),
            "name": gettext("须由另一人"),
            "is_done": False,
            "is_you": False,
        }
        return [*told, you, other]

    def about(self):
        cards = told_by.cards(self.judged) if self.judged else []
        return [c for c in cards if c["rule"] == self.rule and c["waivable"] and c["outcome"] == "failed"]

    def act(self, request, form):
        line = operations.waive_rule(
            self.line.pk,
            rule_id=self.rule,
            reason=form.cleaned_data["reason"],
            by=request.actor,
            at=request.at,
        )
        return line_address(line)


def decision_paper(request: HttpRequest, pk: int) -> HttpResponse:
    """One decision as PDF; ``version`` asks for an earlier one."""
    require_may(request.actor, P.VIEW_PEOPLE, gettext("补贴申领"))
    line = claims.line(pk, by=request.actor)
    history = list(claims.decisions(pk))
    asked = request.GET.get("version", "")
    decision = (
        next((d for d in history if str(d.version) == asked), None) if asked else (history or [None])[-1]
    )
    if decision is None:
        raise NotFound()
    paper = told_by.decision_paper(
        decision, line, issuer=issuer(line.claim.region_code), name=line.person.name
    )
    filename = f"{line.reference.replace('/', '-')}-v{decision.version}.pdf"
    return download(decision_pdf(paper), filename, "application/pdf")
