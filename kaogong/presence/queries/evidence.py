"""How far presence is proven, with reasons in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from kaogong.kernel.actor import Actor
from kaogong.presence.models import PresenceEvidence, Recall, RecallPlan
from kaogong.training.models import Attendance, Enrolment

from .sessions import hours_for, session, settings_for
from .settings import LINKS, Settings

LINK_LABELS = {"who": _("是谁"), "where": _("在哪里"), "when": _("在何时"), "throughout": _("全程在场")}


@dataclass(frozen=True, slots=True)
class Reason:
    """One link in words: its points and what gave or held them down."""

    link: str
    label: str
    points: int
    words: tuple[str, ...]
    is_weakest: bool


@dataclass(frozen=True, slots=True)
class PersonEvidence:
    """One learner at one session: the mark, how far it is proven, and why."""

    enrolment: Enrolment
    mark: str  # "" while nobody recorded one
    score: int | None  # None until weighed
    tier: str  # strong | fair | weak | none
    weakest: str
    reasons: tuple[Reason, ...]
    proposed_mark: str
    is_marked_otherwise: bool  # a person recorded another mark than the evidence proposes


def evidence_of(session_id: int, by: Actor) -> list[PersonEvidence]:
    """Each learner of a session in reach, in the roster's order; a learner sees only the own."""
    found = session(session_id, by=by)
    settings = settings_for(found)
    learners = Enrolment.objects.filter(
        training_class_id=found.training_class_id, status="enrolled"
    ).select_related("person")
    if by.person_id is not None:
        learners = learners.filter(person_id__in=by.person_ids)
    weighed = {row.enrolment_id: row for row in PresenceEvidence.objects.filter(session_id=session_id)}
    marks = dict(Attendance.objects.filter(session_id=session_id).values_list("enrolment_id", "mark"))
    return [
        told(learner, weighed.get(learner.pk), marks.get(learner.pk, ""), settings)
        for learner in learners.order_by("sequence")
    ]


def told(learner: Enrolment, row: PresenceEvidence | None, mark: str, settings: Settings) -> PersonEvidence:
    """One learner's evidence as pages show it."""
    return PersonEvidence(
        enrolment=learner,
        mark=mark,
        score=row.score if row else None,
        tier=tier_of(row.score if row else None, settings),
        weakest=row.weakest if row else "",
        reasons=reasons_of(row, settings) if row else (),
        proposed_mark=row.proposed_mark if row else "",
        is_marked_otherwise=bool(row and mark and mark != row.proposed_mark),
    )


def tier_of(score: int | None, settings: Settings) -> str:
    """strong, fair or weak by the dated bounds; none while nothing was weighed or nothing is known."""
    if not score:
        return "none"
    if score >= settings.strong_from:
        return "strong"
    return "fair" if score >= settings.fair_from else "weak"


def reasons_of(row: PresenceEvidence, settings: Settings) -> tuple[Reason, ...]:
    """The four links of one weighing, in words of the reader's language."""
    found = []
    for link in LINKS:
        said = row.links.get(link, {})
        words = tuple(
            settings.strengths[code].words for code in said.get("reasons", ()) if code in settings.strengths
        )
        found.append(
            Reason(link, str(LINK_LABELS[link]), said.get("points", 0), words, is_weakest=link == row.weakest)
        )
    return tuple(found)


def recalls_of(session_id: int, by: Actor) -> list[Recall]:
    """The calls over of a session in reach, in order."""
    session(session_id, by=by)
    return list(Recall.objects.filter(session_id=session_id).order_by("number"))


def recall_plan_of(session_id: int, by: Actor, at: datetime) -> tuple[RecallPlan, str] | None:
    """How a session's random recalls were fixed beforehand, with the secret once the session is over."""
    found = session(session_id, by=by)
    plan = RecallPlan.objects.filter(session_id=session_id).first()
    if plan is None:
        return None
    return plan, plan.seed if at >= hours_for(found).ends_at else ""


def scores_of(session_ids: Iterable[int]) -> dict[int, list[int]]:
    """Session → every score it has."""
    found: dict[int, list[int]] = {}
    rows = PresenceEvidence.objects.filter(session_id__in=list(session_ids)).values_list(
        "session_id", "score"
    )
    for session_id, score in rows:
        found.setdefault(session_id, []).append(score)
    return found
