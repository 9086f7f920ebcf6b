"""The roll of one session: each learner's check-ins, answers, evidence, mark and objection side by side."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext

from kaogong.presence import operations
from kaogong.presence import queries as presence
from kaogong.web.parts.evidence import mark_tone, mark_words, way_words

_IN, _OUT, _RECALL = "in", "out", "recall-"


@dataclass(frozen=True, slots=True)
class Shown:
    """One check-in: the instant it stands for and how it was made."""

    at: datetime
    words: str
    note: str


@dataclass(frozen=True, slots=True)
class RollRow:
    """One learner at one session."""

    evidence: object
    came: tuple[Shown, ...]
    left: tuple[Shown, ...]
    answered: int
    mark: str
    mark_tone: str
    dispute: object | None

    @property
    def enrolment(self):
        return self.evidence.enrolment


@dataclass(frozen=True, slots=True)
class Roll:
    """Everyone of a session, with the calls over and what was refused."""

    rows: tuple[RollRow, ...]
    recalls: tuple[tuple[object, int], ...]  # (recall, how many answered)
    refused: tuple[object, ...]
    tiers: Counter

    @property
    def present(self) -> int:
        return sum(bool(row.came or row.left or row.answered) for row in self.rows)

    @property
    def is_weighed(self) -> bool:
        return any(row.evidence.score is not None for row in self.rows)

    @property
    def open_disputes(self) -> int:
        return sum(bool(row.dispute and row.dispute.status == "received") for row in self.rows)


def roll_of(session, by) -> Roll:
    """The roll of a session in reach."""
    people = presence.evidence_of(session.pk, by)
    seen: dict[int, list] = defaultdict(list)
    answers: Counter = Counter()
    for one in presence.check_ins_of(session.pk, by):
        seen[one.enrolment_id].append(one)
        answers[one.phase] += 1
    disputes = {
        row.enrolment_id: row for row in presence.disputes(by).filter(session_id=session.pk).order_by("id")
    }
    return Roll(
        rows=tuple(_row(one, seen[one.enrolment.pk], disputes.get(one.enrolment.pk)) for one in people),
        recalls=tuple((one, answers[one.phase]) for one in presence.recalls_of(session.pk, by)),
        refused=tuple(presence.refused_check_ins(session.pk, by)),
        tiers=Counter(one.tier for one in people),
    )


def _row(evidence, seen: list, dispute) -> RollRow:
    return RollRow(
        evidence=evidence,
        came=_shown(seen, _IN),
        left=_shown(seen, _OUT),
        answered=len({one.phase for one in seen if one.phase.startswith(_RECALL)}),
        mark=mark_words(evidence.mark),
        mark_tone=mark_tone(evidence.mark),
        dispute=dispute,
    )


def _shown(seen: list, phase: str) -> tuple[Shown, ...]:
    return tuple(Shown(one.stands_for, way_words(one), one.note) for one in seen if one.phase == phase)


def call_room(request: HttpRequest, session_id: int) -> None:
    """Call a room over now, and say until when learners may answer."""
    recall = operations.call_recall(session_id, by=request.actor, at=request.at)
    messages.success(
        request,
        gettext("第 {n} 次点名已开始，学员 {until} 前答到。").format(
            n=recall.number, until=f"{timezone.localtime(recall.closes_at):%H:%M}"
        ),
    )


def weigh_room(request: HttpRequest, session_id: int) -> None:
    """Weigh a session's evidence now, and say of how many; once it is over, the marks follow."""
    found = operations.weigh_session(session_id, by=request.actor, at=request.at)
    messages.success(request, gettext("已核算 {count} 人的到课依据。").format(count=len(found)))
