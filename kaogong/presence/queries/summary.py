"""The evidence of a whole class, learner by learner."""

from collections import Counter
from dataclasses import dataclass, field

from kaogong.kernel.actor import Actor
from kaogong.presence.models import PresenceEvidence
from kaogong.training import queries as training

from .evidence import tier_of
from .settings import settings_of


@dataclass(slots=True)
class LearnerEvidence:
    """One learner's sessions so far by how far presence is proven, and which link was weakest how often."""

    sessions: int = 0
    tiers: Counter = field(default_factory=Counter)
    weakest: Counter = field(default_factory=Counter)
    lowest: int = 100


def class_evidence(class_id: int, by: Actor) -> dict[int, LearnerEvidence]:
    """Enrolment → what was weighed of a class in reach; who has nothing weighed is left out."""
    training_class = training.training_class(class_id, by=by)
    found: dict[int, LearnerEvidence] = {}
    rows = PresenceEvidence.objects.filter(session__training_class_id=class_id, session__cancelled=False)
    for enrolment_id, on, score, weakest in rows.values_list(
        "enrolment_id", "session__on", "score", "weakest"
    ):
        one = found.setdefault(enrolment_id, LearnerEvidence())
        one.sessions += 1
        one.tiers[tier_of(score, settings_of(training_class.region_code, on))] += 1
        one.weakest[weakest] += 1
        one.lowest = min(one.lowest, score)
    return found
