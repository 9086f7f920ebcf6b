"""The evidence of a class in a table: each learner's sessions by strength, and the hours that count."""

from dataclasses import dataclass
from datetime import timedelta

from kaogong.presence import queries as presence
from kaogong.presence.queries.evidence import LINK_LABELS
from kaogong.presence.queries.summary import LearnerEvidence, class_evidence


@dataclass(frozen=True, slots=True)
class ClassEvidence:
    """Rows of (learner's hours, learner's evidence or None, its weakest link), and the days that fall short."""

    rows: tuple[tuple[object, LearnerEvidence | None, str], ...]
    counted: object
    is_weighed: bool


def class_evidence_of(class_id: int, request) -> ClassEvidence:
    """What a class page shows of evidence, for the class in the reader's reach."""
    weighed = class_evidence(class_id, request.actor)
    counted = presence.counted_hours(class_id, by=request.actor, on=request.today - timedelta(days=1))
    shown = ((person, weighed.get(person.enrolment.pk)) for person in counted.people)
    rows = tuple((person, one, _weakest(one)) for person, one in shown)
    return ClassEvidence(rows, counted, bool(weighed))


def _weakest(one: LearnerEvidence | None) -> str:
    return str(LINK_LABELS[one.weakest.most_common(1)[0][0]]) if one else ""
