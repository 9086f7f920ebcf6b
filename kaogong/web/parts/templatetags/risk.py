"""What waits and why, on the pages of classes, institutions, claims and learners."""

from django import template

from kaogong.access.permissions import Permission as P
from kaogong.claims import queries as claims
from kaogong.kernel.working_days import working_days_between
from kaogong.risk import queries
from kaogong.web.parts import risk

register = template.Library()
SHOWN = 8


@register.inclusion_tag("parts/risk_notes.html", takes_context=True)
def risk_notes(context, about, subject):
    """Open findings (for the bureau) and standing holds of a class, an institution, a claim or a learner.

    The page has found its subject in the reader's reach.
    """
    actor, request = context["actor"], context["request"]
    findings = []
    if actor.may(P.VIEW_PEOPLE) and about != "person":
        findings = list(_findings(about, subject)[: SHOWN + 1])
        for finding in findings:
            finding.title, finding.sentence = risk.title_of(finding.kind), risk.sentence_of(finding)
            finding.tone = risk.TONES[finding.severity]
            finding.severity_words = risk.severity_words(finding.severity)
    holds = list(_holds(about, subject))
    return {
        "about": about,
        "findings": findings[:SHOWN],
        "more": len(findings) > SHOWN,
        "count": len(holds),
        "groups": _together(holds, request.today),
        "for_learner": actor.person_id is not None,
        "for_bureau": actor.may(P.VIEW_PEOPLE),
        "for_provider": actor.may(P.ANSWER_RISK_FINDING),
        "request": request,
    }


def _together(holds, today) -> list[dict]:
    """Holds of one cause told once, with everything they hold."""
    groups: dict[tuple, dict] = {}
    for hold in holds:
        group = groups.setdefault((hold.cause, hold.reason), {"first": hold, "holds": [], "more": 0})
        if len(group["holds"]) < SHOWN:
            group["holds"].append(hold)
        else:
            group["more"] += 1
    for group in groups.values():
        group["days_left"] = working_days_between(today, group["first"].due_on)
        group["overdue"] = group["first"].is_overdue(today)
    return list(groups.values())


def _findings(about, subject):
    if about == "class":
        return queries.findings_of_class(subject.pk)
    if about == "claim" and subject.training_class_id is None:
        return ()  # a month of employment: nobody looks at a class
    if about == "claim":
        return queries.findings_of_class(subject.training_class_id)
    return queries.findings_of_institution(subject.pk)


def _holds(about, subject):
    if about == "class":
        return claims.holds_of_class(subject.pk)
    if about == "claim":
        return claims.holds_of_claim(subject)
    if about == "person":
        return claims.holds_of_person(subject)
    return claims.holds_of_institution(subject.pk)
