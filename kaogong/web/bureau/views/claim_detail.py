"""One claim: where it stands, four figures, everyone's verdict and the chosen person's decision."""

from collections import Counter
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from kaogong.access.permissions import Permission as P
from kaogong.catalog import queries as catalog
from kaogong.claims import queries as claims
from kaogong.claims.states import UNDECIDED
from kaogong.kernel.errors import NotFound, Refused
from kaogong.kernel.money import yuan
from kaogong.kernel.working_days import working_days_between
from kaogong.notices import queries as notices
from kaogong.rules import LEVELS
from kaogong.rules import Decision as Judged
from kaogong.trail import queries as trail
from kaogong.trail.operations import moves_open_to, require_may
from kaogong.training import queries as training
from kaogong.web.bureau import judged as told_by
from kaogong.web.bureau.fees import fee_told
from kaogong.web.parts.recovering import owing


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One claim: where it stands, four figures, every person's verdict, and the chosen person's decision."""
    require_may(request.actor, P.VIEW_PEOPLE, gettext("补贴申领"))
    claim = claims.claim(pk, by=request.actor)
    everyone = list(claims.lines(pk))
    latest = claims.decisions_of_claim(pk)
    about = claim.training_class
    hours = training.hours_by_enrolment(about.pk) if about else {}
    wages = claims.wages_of(pk) if claim.month else {}
    for line in everyone:
        decided = latest.get(line.pk)
        line.judged = Judged.from_dict(decided.decision) if decided else None
        line.hours = hours.get(line.enrolment_id, 0)
        line.wage_fen = wages[line.pk].wage_fen if line.pk in wages else 0
        line.level_label = f"L{line.level}" if told_by.is_english() else LEVELS[line.level].label
    wanted = request.GET.get("verdict", "")
    shown = [line for line in everyone if not wanted or line.verdict == wanted]
    chosen = _chosen(request, everyone, shown)
    notice = (
        notices.notice(claim.published_notice_id, by=request.actor) if claim.published_notice_id else None
    )
    moves = {move.verb for move in moves_open_to(claim, request.actor)}
    kept = latest[chosen.pk].rulebook_digest if chosen and chosen.pk in latest else ""
    return render(
        request,
        "bureau/claims/detail.html",
        {
            "claim": claim,
            "training_class": claim.training_class,
            "scheme_label": told_by.scheme_label(claim.region_code, claim.scheme_code, claim.event_on),
            "occupation": catalog.occupation_name(about.occupation_code) if about else "",
            "planned": 100 * (about.hours_theory + about.hours_practice) if about else 0,
            "documents": claims.claim_documents(pk) if claim.month else [],
            "fee_documents": claims.fee_documents(request.actor, about.pk) if about else [],
            "stage": claims.stage_label(claim.instalment),
            "steps": _steps(claim, notice, request.today),
            "figures": _figures(claim, everyone),
            "counts": Counter(line.verdict for line in everyone),
            "total": len(everyone),
            "lines": shown,
            "wanted": wanted,
            "notice": notice,
            **_owing(request, claim, everyone),
            "days_left": working_days_between(request.today, notice.closes_on) if notice else None,
            "waited": working_days_between(timezone.localdate(claim.submitted_at), request.today),
            "moves": moves,
            "needs_another": _needs_another(claim, request.actor, moves),
            "may_rejudge": claim.status in UNDECIDED
            and (request.actor.may(P.REVIEW_CLAIM) or request.actor.may(P.APPROVE_CLAIM)),
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
        "fee": fee_told(training.fee_of(line.enrolment), decision) if line.enrolment_id else None,
        "evidence": [(told_by.fact_label(row.fact), _said(row), row) for row in claims.evidence(line.pk)],
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
        return gettext("、").join(groups[code].label if code in groups else str(code) for code in value)
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


def _owing(request, claim, lines) -> dict:
    """Overdue money of whoever this claim would be paid to."""
    body = {"provider": claim.institution_id, "employer": claim.employer_id}.get(claim.payer_mode)
    payees = {line.person_id for line in lines if body is None or line.allowance_fen}
    return owing(request, institution_ids=[body] if body else [], person_ids=payees)


def _figures(claim, lines) -> list[dict]:
    """申报 / 符合 / 不符合 / 需补证据: how many, how much, and why."""
    by_verdict = {v: [line for line in lines if line.verdict == v] for v in told_by.VERDICT_WORDS}
    address = reverse("bureau:claims:detail", args=[claim.pk])
    training_fen = sum(line.amount_fen for line in lines)
    living_fen = sum(line.allowance_fen for line in lines)
    said = gettext("用工补贴 {fen}") if claim.month else gettext("培训补贴 {fen}")
    asked = said.format(fen=yuan(training_fen))
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
    if training_class is None:
        return _month_steps(claim, notice)
    filed = trail.latest_entries("class", [training_class.pk], ["class.filed", "class.refiled"])
    decided = trail.latest_entries("claim", [claim.pk], ["claim.reviewed", "claim.approved", "claim.paid"])
    last = decided.get(str(claim.pk))
    filed_entry = filed.get(str(training_class.pk))
    hours = training_class.hours_theory + training_class.hours_practice
    here = {"approved": 4, "published": 4, "cleared": 5, "paid": 6, "lapsed": 6}.get(claim.status, 3)
    review = {
        "submitted": gettext("待审核"),
        "reviewed": gettext("待复核"),
        "returned": gettext("退回机构补正"),
    }
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


def _month_steps(claim, notice) -> list[tuple[str, str, str]]:
    """The same of a month of employment: from its last day to the money."""
    here = {"approved": 2, "published": 2, "cleared": 3, "paid": 4, "lapsed": 4}.get(claim.status, 1)
    shown = [
        (gettext("用工月份"), f"{claim.month:%Y-%m}"),
        (gettext("审核复核"), _day(claim.submitted_at)),
        (
            gettext("公示"),
            f"{notice.opens_on:%m-%d} — {notice.closes_on:%m-%d}" if notice else _publish_days(claim),
        ),
        (gettext("拨付"), ""),
    ]
    return [
        (label, small, "done" if n < here else "here" if n == here else "later")
        for n, (label, small) in enumerate(shown)
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
    return (
        [line for line in lines if line.status == "cleared" and "" in claims.payments_due(line).values()]
        if claim.status == "cleared"
        else []
    )
