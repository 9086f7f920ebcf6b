"""Claims: the queue, one claim with every person's decision, evidence, exceptions, approval, conflicts."""

from collections import Counter
from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from kaogong.access.permissions import Permission as P
from kaogong.catalog import queries as catalog
from kaogong.claims import operations
from kaogong.claims import queries as claims
from kaogong.claims.operations import FactsChanged
from kaogong.claims.states import UNDECIDED
from kaogong.funds import queries as funds
from kaogong.kernel.errors import NotFound, Refused
from kaogong.kernel.money import yuan
from kaogong.kernel.working_days import working_days_between
from kaogong.notices import queries as notices
from kaogong.papers import decision_pdf
from kaogong.rules import LEVELS
from kaogong.rules import Decision as Judged
from kaogong.trail import queries as trail
from kaogong.trail.operations import moves_open_to, require_may
from kaogong.training import queries as training
from kaogong.web.bureau import judged as told_by
from kaogong.web.bureau.filters_money import ClaimFilter, ConflictFilter, LineFilter
from kaogong.web.bureau.forms_money import ApprovalForm, ConflictAnswerForm, EvidenceForm, WaiverForm
from kaogong.web.bureau.tables_money import ClaimTable, ConflictTable, LineTable
from kaogong.web.parts.lists import Action, ListPage, download
from kaogong.web.parts.pages import FormPage, act

QUEUE = ("submitted", "reviewed", "approved", "published", "cleared")


def claim_address(_request, claim) -> str:
    return reverse("bureau:claims:detail", args=[claim.pk])


def line_address(line) -> str:
    return f"{reverse('bureau:claims:detail', args=[line.claim_id])}?line={line.pk}"


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
        return []

    @property
    def batch_url(self):
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
        closing = dict(notices.notices(self.request.actor).filter(pk__in=shown).values_list("pk", "closes_on"))
        for record in records:
            record.verdicts = verdicts.get(record.pk, {})
            record.scheme_label = told_by.scheme_label(record.region_code, record.scheme_code, record.event_on)
            record.closes_on = closing.get(record.published_notice_id) if record.status == "published" else None
            record.days_left = working_days_between(today, record.closes_on) if record.closes_on else None
            record.waited = None
            if record.status in ("submitted", "reviewed"):
                record.waited = working_days_between(timezone.localdate(record.submitted_at), today)


def _state(status: str) -> str:
    from kaogong.claims.states import CLAIM

    return gettext(CLAIM.label(status))


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One claim: where it stands, four figures, every person's verdict, and the chosen person's decision."""
    require_may(request.actor, P.VIEW_PEOPLE, gettext("补贴申领"))
    claim = claims.claim(pk, by=request.actor)
    everyone = list(claims.lines(pk))
    latest = claims.decisions_of_claim(pk)
    hours = training.hours_by_enrolment(claim.training_class_id)
    for line in everyone:
        decided = latest.get(line.pk)
        line.judged = Judged.from_dict(decided.decision) if decided else None
        line.hours = hours.get(line.enrolment_id, 0)
        line.level_label = LEVELS[line.level][told_by.is_english()]
    wanted = request.GET.get("verdict", "")
    shown = [line for line in everyone if not wanted or line.verdict == wanted]
    chosen = _chosen(request, everyone, shown)
    notice = notices.notice(claim.published_notice_id, by=request.actor) if claim.published_notice_id else None
    moves = {move.verb for move in moves_open_to(claim, request.actor)}
    kept = latest[chosen.pk].rulebook_digest if chosen and chosen.pk in latest else ""
    return render(
        request,
        "bureau/claims/detail.html",
        {
            "claim": claim,
            "training_class": claim.training_class,
            "scheme_label": told_by.scheme_label(claim.region_code, claim.scheme_code, claim.event_on),
            "occupation": catalog.occupation_name(claim.training_class.occupation_code),
            "planned": 100 * (claim.training_class.hours_theory + claim.training_class.hours_practice),
            "steps": _steps(claim, notice, request.today),
            "figures": _figures(claim, everyone),
            "counts": Counter(line.verdict for line in everyone),
            "total": len(everyone),
            "lines": shown,
            "wanted": wanted,
            "notice": notice,
            "days_left": working_days_between(request.today, notice.closes_on) if notice else None,
            "waited": working_days_between(timezone.localdate(claim.submitted_at), request.today),
            "moves": moves,
            "needs_another": _needs_another(claim, request.actor, moves),
            "may_rejudge": claim.status in UNDECIDED and request.actor.may(P.REVIEW_CLAIM),
            "may_queue": _waits_for_account(claim, everyone) and request.actor.may(P.PREPARE_PAYMENT),
            "waiting_account": _waits_for_account(claim, everyone),
            "digest_now": claims.rulebook().digest,
            "digest": kept,
            "may_ledger": request.actor.may(P.VIEW_LEDGER),
            **(_panel(request, claim, chosen, shown, everyone) if chosen else {"chosen": None}),
        },
    )


def _chosen(request, everyone, shown):
    """The person asked for, else the first who needs somebody, else the first."""
    asked = request.GET.get("line", "")
    if asked:
        found = next((line for line in everyone if str(line.pk) == asked), None)
        if found is None:
            raise NotFound()
        return found
    return next((line for line in shown if line.verdict != "payable"), shown[0] if shown else None)


def _panel(request, claim, line, shown, everyone) -> dict:
    """Everything the decision panel says about one person."""
    history = list(claims.decisions(line.pk))
    asked = request.GET.get("version", "")
    decision = next((d for d in history if str(d.version) == asked), history[-1] if history else None)
    judged = Judged.from_dict(decision.decision) if decision else None
    is_latest = decision is not None and decision is history[-1]
    changeable = claim.status in UNDECIDED and line.status == "judged" and is_latest
    problems = [one for one in everyone if one.verdict != "payable"]
    return {
        "chosen": line,
        "decision": decision,
        "is_latest": is_latest,
        "judged": judged,
        "cards": told_by.cards(judged) if judged else [],
        "parts": told_by.part_cards(judged) if judged else [],
        "amounts": told_by.amounts(judged) if judged else [],
        "notes": (judged.notes_en if told_by.is_english() else judged.notes) if judged else [],
        "failed": sum(f.outcome == "failed" and not f.component for f in judged.findings) if judged else 0,
        "unknown": sum(f.outcome == "unknown" for f in judged.findings) if judged else 0,
        "history": history,
        "evidence": [
            (told_by.fact_label(row.fact), _said(row), row) for row in claims.evidence(line.pk)
        ],
        "exceptions": claims.exceptions(line.pk),
        "missing": [(fact, told_by.fact_label(fact)) for fact in told_by.facts_missing(judged)]
        if judged and changeable and request.actor.may(P.SUPPLY_EVIDENCE)
        else [],
        "may_waive": changeable and request.actor.may(P.WAIVE_RULE),
        "may_release": line.status == "held" and request.actor.may(P.HOLD_CERTIFICATE),
        "previous_problem": _beside(problems, line, -1),
        "next_problem": _beside(problems, line, 1),
        "problem_count": len(problems),
        "is_swap": bool(request.htmx),
    }


def _said(row) -> str:
    value = row.value
    if isinstance(value, list):
        groups = claims.rulebook().groups
        return "、".join(groups[code].label if code in groups else str(code) for code in value)
    if row.fact.startswith("hours_") or row.fact.startswith("days_"):
        return str(value)
    if row.fact == "paid_first_fen":
        return yuan(value)
    if row.fact.endswith(("_on", "_region_code")):
        return str(value)
    return told_by.fact_words(row.fact, value)


def _beside(problems, line, step):
    places = [one.sequence for one in problems]
    if step > 0:
        return next((one for one in problems if one.sequence > line.sequence), None)
    earlier = [one for one, place in zip(problems, places, strict=True) if place < line.sequence]
    return earlier[-1] if earlier else None


def _figures(claim, lines) -> list[dict]:
    """申报 / 符合 / 不符合 / 需补证据: how many, how much, and why."""
    by_verdict = {v: [line for line in lines if line.verdict == v] for v in told_by.VERDICT_WORDS}
    address = reverse("bureau:claims:detail", args=[claim.pk])
    training_fen = sum(line.amount_fen for line in lines)
    living_fen = sum(line.allowance_fen for line in lines)
    asked = gettext("培训补贴 {fen}").format(fen=yuan(training_fen))
    if living_fen:
        asked += " · " + gettext("生活费补贴 {fen}").format(fen=yuan(living_fen))
    figures = [{"label": gettext("申报"), "value": _people(len(lines)), "note": asked, "url": address}]
    for verdict, found in by_verdict.items():
        if verdict == "payable":
            note = yuan(sum(line.total_fen for line in found))
            if claim.illustrative:
                note += " · " + gettext("示例标准")
        else:
            reasons = Counter(why for line in found if line.judged for why in told_by.why(line.judged))
            note = " · ".join(f"{why} {count}" for why, count in reasons.most_common(3)) or gettext("没有")
        figures.append(
            {
                "label": gettext(told_by.VERDICT_WORDS[verdict]),
                "value": _people(len(found)),
                "note": note,
                "url": f"{address}?verdict={verdict}" if found else "",
            }
        )
    return figures


def _people(count: int) -> str:
    return gettext("{n} 人").format(n=count)


def _steps(claim, notice, today: date) -> list[tuple[str, str, str]]:
    """From filing the class to the money, with the day of each step."""
    training_class = claim.training_class
    filed = trail.latest_entries("class", [training_class.pk], ["class.filed", "class.refiled"])
    decided = trail.latest_entries("claim", [claim.pk], ["claim.reviewed", "claim.approved", "claim.paid"])
    last = decided.get(str(claim.pk))
    filed_entry = filed.get(str(training_class.pk))
    hours = training_class.hours_theory + training_class.hours_practice
    here = {"approved": 4, "published": 4, "cleared": 5, "paid": 6, "lapsed": 6}.get(claim.status, 3)
    review = {"submitted": gettext("待审核"), "reviewed": gettext("待复核"), "returned": gettext("退回机构补正")}
    approved = last if last and here > 3 else None
    small = [
        _day(filed_entry.at) if filed_entry else "",
        f"{training_class.starts_on:%m-%d} — {training_class.ends_on:%m-%d}",
        f"{claim.event_on:%Y-%m-%d}",
        review.get(claim.status, _day(approved.at) if approved and claim.status == "approved" else ""),
        f"{notice.opens_on:%m-%d} — {notice.closes_on:%m-%d}" if notice else _publish_days(claim),
        {"cleared": gettext("待拨付"), "paid": _day(last.at) if last else ""}.get(claim.status, ""),
    ]
    labels = [
        gettext("开班备案"),
        gettext("培训 {n} 课时").format(n=hours),
        gettext("考核发证"),
        gettext("审核复核"),
        gettext("公示"),
        gettext("拨付"),
    ]
    return [
        (label, small[n], "done" if n < here else "here" if n == here else "later")
        for n, label in enumerate(labels)
    ]


def _publish_days(claim) -> str:
    try:
        days = claims.scheme(claim.region_code[:6], claim.scheme_code, claim.event_on).publish_working_days
    except Refused:
        days = None
    return gettext("{n} 个工作日").format(n=days) if days else ""


def _day(at) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d}"


def _needs_another(claim, by, moves) -> str:
    """Why a button is missing: the next step must be taken by somebody else."""
    if claim.status == "reviewed" and "approve" not in moves and by.may(P.APPROVE_CLAIM):
        return gettext("您办理过前一步，核准须由另一人办理。")
    if claim.status == "submitted" and "review" not in moves and by.may(P.REVIEW_CLAIM):
        return gettext("您提交过这份申领，审核须由另一人办理。")
    return ""


def _waits_for_account(claim, lines) -> list:
    return [
        line
        for line in lines
        if line.status == "cleared" and "" in claims.payments_due(line).values()
    ] if claim.status == "cleared" else []


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
            record.why = "、".join(told_by.why(judged)) if judged and not judged.payable else ""


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
    line = operations.release_line(
        pk, by=request.actor, at=request.at, reason=request.POST.get("reason", "")
    )
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
        self.subtitle = f"{self.claim.number} · {self.claim.training_class.title}"
        self.cancel_url = claim_address(request, self.claim)

    def form_arguments(self, request):
        return {"open_count": self.counts["needs_evidence"]}

    def more(self, request):
        scheme = claims.scheme(self.claim.region_code[:6], self.claim.scheme_code, self.claim.event_on)
        share = funds.share_for(self.claim.region_code, scheme.fund_programme, self.claim.year)
        return {
            "claim": self.claim,
            "counts": self.counts,
            "fund": share.fund if share else None,
            "sources": _sources(request, share, scheme.fund_programme, self.claim.amount_fen),
            "changed": getattr(self, "changed", None),
            "may_rejudge": request.actor.may(P.REVIEW_CLAIM),
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
            {"line": j.line, "verdict": j.decision.verdict, "fen": j.decision.amount_fen, "why": told_by.why(j.decision)}
            for j in operations.judge(self.claim, self.lines)
            if (j.line.verdict, j.line.amount_fen, j.line.allowance_fen) != j.outcome
        ]


def _sources(request, share, programme: str, amount_fen: int) -> list[dict]:
    """What each level of government bears of this claim, and what is available there."""
    from kaogong.kernel.money import split_by_shares
    from kaogong.ledger import queries as ledger
    from kaogong.ledger.states import SOURCE_LEVELS

    if share is None or not amount_fen:
        return []
    balances = ledger.balances(share.fund.code, share.fund.year)
    return [
        {
            "label": SOURCE_LEVELS[level],
            "fen": fen,
            "available": balances.get((programme, level), {}).get("available", 0),
            "short": fen > balances.get((programme, level), {}).get("available", 0),
        }
        for level, fen in split_by_shares(amount_fen, share.shares).items()
        if fen
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
        every = [*told_by.cards(self.judged), *(c for p in told_by.part_cards(self.judged) for c in p["cards"])]
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
    """Grant one exception by name."""

    title = _("例外批准")
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

    def about(self):
        cards = told_by.cards(self.judged) if self.judged else []
        return [c for c in cards if c["rule"] == self.rule and c["waivable"] and c["outcome"] == "failed"]

    def act(self, request, form):
        line = operations.waive_rule(
            self.line.pk, rule_id=self.rule, reason=form.cleaned_data["reason"], by=request.actor, at=request.at
        )
        return line_address(line)


def decision_paper(request: HttpRequest, pk: int) -> HttpResponse:
    """One decision as PDF; ``version`` asks for an earlier one."""
    require_may(request.actor, P.VIEW_PEOPLE, gettext("补贴申领"))
    line = claims.line(pk, by=request.actor)
    history = list(claims.decisions(pk))
    asked = request.GET.get("version", "")
    decision = next((d for d in history if str(d.version) == asked), None) if asked else (history or [None])[-1]
    if decision is None:
        raise NotFound()
    paper = told_by.decision_paper(decision, line, issuer=issuer(line.claim.region_code), name=line.person.name)
    filename = f"{line.reference.replace('/', '-')}-v{decision.version}.pdf"
    return download(decision_pdf(paper), filename, "application/pdf")


def issuer(region_code: str) -> str:
    """The body that decides and publishes in a region."""
    return catalog.region_name(region_code) + "人力资源和社会保障局"


class Conflicts(ListPage):
    """What is found after payment: a revoked certificate, or a subsidy elsewhere of the same or a higher level."""

    title = _("拨付后冲突")
    subtitle = _("款已拨付后才发现的抵触，逐件由人核查")
    table_class = ConflictTable
    filter_class = ConflictFilter
    may = P.VIEW_PEOPLE
    empty_title = _("没有拨付后冲突")
    empty_text = _("证书撤销或登记异地补贴时，系统会自动比对已拨付的补贴。")

    def rows(self, request):
        return claims.conflicts(request.actor, status="")


class Conflict(FormPage):
    """Both sides of one conflict, and what is done about it."""

    title = _("拨付后冲突")
    template_name = "bureau/claims/conflict.html"
    form_class = ConflictAnswerForm
    may = P.VIEW_PEOPLE
    submit_label = _("记入处理意见")
    done_story = _("已记入处理意见。")

    def start(self, request, pk):
        self.conflict = claims.conflict(pk, by=request.actor)
        self.subtitle = self.conflict.message
        self.cancel_url = reverse("bureau:conflicts:list")

    def more(self, request):
        line = self.conflict.line
        other = next(
            (e for e in claims.history([line.person_id])[line.person_id] if e.reference == self.conflict.because_of),
            None,
        )
        return {
            "conflict": self.conflict,
            "line": line,
            "occupation": catalog.occupation_name(line.occupation_code),
            "level": LEVELS[line.level][told_by.is_english()],
            "other": other,
            "other_occupation": catalog.occupation_name(other.occupation_code) if other else "",
            "other_level": LEVELS[other.level][told_by.is_english()] if other else "",
            "other_region": catalog.region_name(other.region_code) if other and other.region_code else "",
            "certificate": self.conflict.certificate,
            "certificate_occupation": catalog.occupation_name(self.conflict.certificate.occupation_code)
            if self.conflict.certificate
            else "",
            "may_answer": self.conflict.status == "open" and request.actor.may(P.RETURN_CLAIM),
        }

    def act(self, request, form):
        operations.answer_conflict(
            self.conflict.pk, answer=form.cleaned_data["answer"], by=request.actor, at=request.at
        )
        return reverse("bureau:conflicts:detail", args=[self.conflict.pk])
