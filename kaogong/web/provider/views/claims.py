"""Claims: what can be claimed, a check before submitting, and every person's verdict with its clause."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.access.permissions import Permission
from kaogong.assessment import queries as assessment
from kaogong.catalog import queries as catalog
from kaogong.claims import operations
from kaogong.claims import queries as claims
from kaogong.claims.operations.rehearsal import rehearse_claim
from kaogong.funds import queries as funds
from kaogong.kernel.errors import NotFound
from kaogong.kernel.money import yuan
from kaogong.rules import Decision
from kaogong.trail import queries as trail
from kaogong.trail.operations import require_may
from kaogong.training import queries as training
from kaogong.web.parts.lists import ListPage
from kaogong.web.parts.pages import FormPage, act
from kaogong.web.parts.policy import in_english

from .. import facts, stories
from ..filters import ClaimFilter
from ..tables import ClaimableTable, ClaimTable
from .classes import with_courses

VERDICTS = [("payable", _("符合")), ("refused", _("不符合")), ("needs_evidence", _("需补证据"))]


class ClaimList(ListPage):
    """Every claim of the institution."""

    title = _("补贴申领")
    subtitle = _("点编号看每个人的结论、依据的条款和钱走到哪一步。")
    table_class = ClaimTable
    filter_class = ClaimFilter
    may = Permission.SUBMIT_CLAIM
    empty_title = _("还没有申领")
    empty_text = _("班次结业、证书发放以后就可以申领。")
    empty_label = _("可申领班次")

    def rows(self, request):
        self.empty_url = reverse("provider:claims:claimable")
        return claims.claims(request.actor)


class ClaimableList(ListPage):
    """Finished classes with somebody no claim stands for."""

    title = _("可申领班次")
    subtitle = _("已结业、还有人没有申领的班次，先结业的在前。点编号先看逐人测算，再决定提交。")
    table_class = ClaimableTable
    may = Permission.SUBMIT_CLAIM
    empty_title = _("没有可申领的班次")
    empty_text = _("班次结业以后会出现在这里。")
    empty_label = _("看培训班次")

    def rows(self, request):
        self.empty_url = reverse("provider:classes:list")
        return claims.claimable_classes(request.actor).select_related("institution", "exam")

    def prepare(self, records):
        with_courses(records)
        for record in records:
            exam = getattr(record, "exam", None)
            record.exam_story = (
                gettext("未安排考核") if exam is None else f"{exam.get_status_display()} {exam.assessed_on}"
            )


def submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Check who would be included and what each would get; then submit."""
    require_may(request.actor, Permission.SUBMIT_CLAIM, gettext("提交申领"))
    training_class = training.training_class(pk, by=request.actor)
    stages = _stages(training_class, request.today)
    stage = request.GET.get("stage", "") or (stages[0][0] if stages else "")
    if request.method == "POST":
        claim = operations.submit_claim(pk, by=request.actor, at=request.at, stage=stage)
        messages.success(
            request, gettext("已提交申领 {number}，等人社部门审核。").format(number=claim.number)
        )
        return redirect("provider:claims:detail", claim.pk)
    rehearsal = rehearse_claim(pk, by=request.actor, at=request.at, stage=stage)
    hours = training.hours_by_enrolment(pk)
    with_courses([training_class])
    exam = assessment.exam_for_class(pk)
    fees = training.fees_by_enrolment(pk)
    proven = {pk for pk, fee in fees.items() if fee.is_proven}
    return render(
        request,
        "provider/claim_submit.html",
        {
            "fees_unproven": sum(line.enrolment_id not in proven for line, _ in rehearsal.lines),
            "class": training_class,
            "stages": stages,
            "stage": stage,
            "rehearsal": rehearsal,
            "exam": exam,
            "uncertified": exam is None or exam.status != "certified",
            "figures": _figures(rehearsal.claim, [line for line, _ in rehearsal.lines]),
            "rows": [
                (line, hours.get(line.enrolment_id, 0), facts.cards(decision), _against(decision))
                for line, decision in rehearsal.lines
            ],
            "planned": (training_class.hours_theory + training_class.hours_practice) * 100,
            "scheme": stories.scheme_label(training_class),
        },
    )


def _stages(training_class, today) -> list[tuple[str, str]]:
    """The stages the class's scheme is paid in, each with its name; [] where it is paid at once."""
    scheme = claims.scheme(training_class.region_code[:6], training_class.scheme_code, today)
    return [(code, claims.stage_label(code)) for code in claims.stages_of(scheme)]


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One claim: steps, sums, everyone's verdict, and the card of whoever is chosen."""
    require_may(request.actor, Permission.SUBMIT_CLAIM, gettext("查看申领"))
    claim = claims.claim(pk, by=request.actor)
    training_class = claim.training_class
    every = list(claims.lines(pk))
    decisions = claims.decisions_of_claim(pk)
    hours = training.hours_by_enrolment(training_class.pk) if training_class else {}
    wanted = request.GET.get("verdict", "")
    shown = [line for line in every if not wanted or line.verdict == wanted]
    chosen = _chosen(request, shown or every)
    returned = trail.last_doer("claim", pk, "returned") if claim.status == "returned" else None
    exam = assessment.exam_for_class(training_class.pk) if training_class else None
    payments = list(funds.payments_for(claim.number))
    failed = [row for row in payments if row.is_unpaid]
    decided = claims.appealable(claim) if request.actor.may(Permission.APPEAL_CLAIM) else None
    return render(
        request,
        "provider/claim_detail.html",
        {
            "claim": claim,
            "class": training_class,
            "next": stories.next_for_claim(claim),
            "returned": returned,
            "steps_shown": stories.steps(training_class, exam, claim) if training_class else [],
            "stage": claims.stage_label(claim.instalment),
            "documents": claims.claim_documents(pk) if claim.month else [],
            "notice": stories.notice_of(claim),
            "figures": _figures(claim, every),
            "lines": [(line, hours.get(line.enrolment_id, 0)) for line in shown],
            "planned": _planned(training_class),
            "verdict_filter": wanted,
            "counts": _tabs(every),
            "total": len(every),
            "chosen": chosen,
            "card": _card(request, claim, chosen, decisions) if chosen else None,
            "payments": payments,
            "failed": failed,
            "appealable": decided,
            "may_appeal": decided is not None and decided.is_open(request.today),
            "scheme": stories.scheme_labels(claim.region_code, claim.event_on).get(
                claim.scheme_code, claim.scheme_code
            ),
        },
    )


class SupplyEvidence(FormPage):
    """Say one fact the system does not know, with its source."""

    title = _("补充材料")
    form_class = facts.EvidenceForm
    may = Permission.SUPPLY_EVIDENCE
    submit_label = _("提交材料")
    next_story = _("提交后立即按新的事实重新测算这个人；材料和来源会留在经过里，审核人员会核对原件。")
    done_story = _("材料已提交，已重新测算。")

    def start(self, request, pk, fact, **where):
        self.line = claims.line(pk, by=request.actor)
        if not facts.can_supply(fact):
            raise NotFound()
        self.fact = fact
        self.subtitle = f"{self.line.person.name} · {self.line.reference} · {facts.label(fact)}"
        self.cancel_url = self.back()

    def back(self) -> str:
        return reverse("provider:claims:detail", args=[self.line.claim_id]) + f"?line={self.line.pk}#card"

    def form_arguments(self, request):
        return {"fact": self.fact}

    def act(self, request, form):
        operations.supply_evidence(
            self.line.pk, fact=self.fact, by=request.actor, at=request.at, **form.cleaned_data
        )
        return self.back()


def _to_claim(request, claim) -> str:
    return reverse("provider:claims:detail", args=[claim.pk])


resubmit = act(operations.resubmit_claim, to=_to_claim, done=_("已重新提交，每个人都按现在的情况重新测算。"))
withdraw = act(operations.withdraw_claim, to=_to_claim, done=_("已撤回，本班可以重新申领。"))


def _figures(claim, lines) -> list[dict]:
    """Sums over a claim: how many people, and what stands at each verdict."""
    payable = [line for line in lines if line.verdict == "payable"]
    note = gettext("{amount} · 示例标准") if claim.illustrative else "{amount}"
    return [
        {
            "label": gettext("申报"),
            "value": gettext("{count} 人").format(count=len(lines)),
            "note": _event(claim),
        },
        {
            "label": gettext("符合"),
            "value": gettext("{count} 人").format(count=len(payable)),
            "note": note.format(amount=yuan(sum(line.total_fen for line in payable))),
        },
        *(
            {
                "label": str(label),
                "value": gettext("{count} 人").format(count=sum(line.verdict == verdict for line in lines)),
                "note": said,
            }
            for verdict, label, said in (
                ("refused", gettext("不符合"), gettext("点人名看依据的条款")),
                ("needs_evidence", gettext("需补证据"), gettext("补充材料后自动重新测算")),
            )
        ),
    ]


def _event(claim) -> str:
    return gettext("认定日期 {day}").format(day=claim.event_on)


def _planned(training_class) -> int:
    """Hundredths of hours the class is planned for; 0 where there is none."""
    return (training_class.hours_theory + training_class.hours_practice) * 100 if training_class else 0


def _tabs(lines) -> list[tuple[str, str, int]]:
    return [(code, str(label), sum(line.verdict == code for line in lines)) for code, label in VERDICTS]


def _chosen(request, lines):
    """The line asked for, else the first that is not plainly in order."""
    asked = request.GET.get("line", "")
    for line in lines:
        if asked.isdecimal() and line.pk == int(asked):
            return line
    return next((line for line in lines if line.verdict != "payable"), lines[0] if lines else None)


def _against(decision: Decision) -> str:
    """Why not, in one sentence: the first finding against, else the first that is unknown."""
    found = [f for f in decision.findings_that("failed") if not f.component] or decision.findings_that(
        "unknown"
    )
    if not found:
        return ""
    return found[0].message_en if in_english() else found[0].message_zh


def _card(request, claim, line, decisions) -> dict:
    kept = decisions.get(line.pk)
    if kept is None:
        return {}
    decision = Decision.from_dict(kept.decision)
    decided = claims.appealable(line) if request.actor.may(Permission.APPEAL_CLAIM) else None
    cards = facts.cards(decision)
    # Where the rules say no already, more papers change nothing: only what is merely unknown is asked for.
    may_supply = (
        line.verdict == "needs_evidence"
        and claim.status in ("submitted", "returned", "reviewed")
        and line.status == "judged"
    )
    return {
        "decision": decision,
        "kept": kept,
        "appealable": decided,
        "may_appeal": decided is not None and decided.is_open(request.today),
        "cards": [(finding, told) for finding, told in cards if finding.outcome != "passed"],
        "passed": [(finding, told) for finding, told in cards if finding.outcome == "passed"],
        "not_due": facts.parts_not_due(decision),
        "against": len([f for f in decision.findings_that("failed") if not f.component]),
        "unknown": len(decision.findings_that("unknown")),
        "missing": [(name, facts.label(name)) for name in facts.missing(decision)]
        if may_supply and request.actor.may(Permission.SUPPLY_EVIDENCE)
        else [],
        "evidence": [
            (facts.label(row.fact), facts.shown(row.fact, row.value), row) for row in claims.evidence(line.pk)
        ],
        "payments": list(funds.payments_for(f"{line.reference}/")),
        "occupation": catalog.occupation_name(line.occupation_code) if line.occupation_code else "",
    }
