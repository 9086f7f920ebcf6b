"""Lines of different departments for the same people: decided, several at once, and undone before publication."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from kaogong.access.permissions import Permission
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import ReasonMissing, Refused
from kaogong.planning import queries
from kaogong.planning.models import AnnualPlan, OverlapDecision, PlanLine
from kaogong.planning.queries.plans import DecidedOverlap
from kaogong.planning.states import OVERLAP_ANSWERS
from kaogong.trail.operations import move, record, require_may

from .plans import PlanUnclear, merging_plan

REMOVES = {"remove_first": "first", "remove_second": "second"}


class NotOverlapping(Refused):
    """这两项不重复，不用处理。"""


class NoPairChosen(Refused):
    """请至少选择一处重复。"""

    form_field = "pairs"


class NothingToUndo(Refused):
    """这一处还没有处理过，不用撤销。"""

    form_field = "pairs"


@transaction.atomic
def decide_overlap(
    plan_id: int, first_id: int, second_id: int, *, answer: str, reason: str, by: Actor, at: datetime
) -> OverlapDecision:
    """Decide of two lines that ask for the same people: keep both, or remove one, and say why."""
    return decide_overlaps(plan_id, [(first_id, second_id)], answer=answer, reason=reason, by=by, at=at)[0]


@transaction.atomic
def decide_overlaps(
    plan_id: int, pairs: Sequence[tuple[int, int]], *, answer: str, reason: str, by: Actor, at: datetime
) -> list[OverlapDecision]:
    """Decide of several pairs of lines in one way for one reason."""
    require_may(by, Permission.MERGE_PLAN, "处理重复")
    plan = merging_plan(plan_id, by=by)
    if answer not in OVERLAP_ANSWERS or answer == "undone":
        raise PlanUnclear(field="处理", problem="请选择保留或剔除")
    found = _chosen(plan, pairs, reason=reason)
    decisions = [_decided(plan, pair, answer, reason=reason, at=at) for pair in found]
    removed: dict[int, PlanLine] = {}
    for pair in found:
        if answer in REMOVES:
            line = getattr(pair, REMOVES[answer])
            removed[line.pk] = line
    for line in removed.values():
        if line.status == "standing":
            move(line, "remove", by=by, at=at, reason=reason)
    record(
        "annual_plan.overlap_decided", plan, by=by, at=at, reason=reason, answer=OVERLAP_ANSWERS[answer],
        pairs=len(found),
    )  # fmt: skip
    return decisions


@transaction.atomic
def undo_overlaps(
    plan_id: int, pairs: Sequence[tuple[int, int]], *, reason: str, by: Actor, at: datetime
) -> list[OverlapDecision]:
    """Undo what was decided of these pairs: a line it removed counts again unless another decision keeps it out."""
    require_may(by, Permission.MERGE_PLAN, "撤销决定")
    plan = merging_plan(plan_id, by=by)
    found = _chosen(plan, pairs, reason=reason)
    if any(pair.decision is None or pair.decision.answer == "undone" for pair in found):
        raise NothingToUndo()
    undone = [_decided(plan, pair, "undone", reason=reason, at=at) for pair in found]
    kept_out = {
        getattr(pair, REMOVES[pair.decision.answer]).pk
        for pair in queries.overlaps_of(plan.pk)
        if pair.decision is not None and pair.decision.answer in REMOVES
    }
    for pair in found:
        line = getattr(pair, REMOVES.get(pair.decision.answer, ""), None)
        if line is None or line.pk in kept_out:
            continue
        line.refresh_from_db()
        if line.status == "removed":
            move(line, "restore", by=by, at=at, reason=reason)
    record("annual_plan.overlap_undone", plan, by=by, at=at, reason=reason, pairs=len(found))
    return undone


def _chosen(plan: AnnualPlan, pairs: Sequence[tuple[int, int]], *, reason: str) -> list[DecidedOverlap]:
    if not reason.strip():
        raise ReasonMissing(label="处理重复")
    if not pairs:
        raise NoPairChosen()
    wanted = {(min(pair), max(pair)) for pair in pairs}
    found = [one for one in queries.overlaps_of(plan.pk) if (one.first.pk, one.second.pk) in wanted]
    if len(found) != len(wanted):
        raise NotOverlapping()
    return found


def _decided(
    plan: AnnualPlan, pair: DecidedOverlap, answer: str, *, reason: str, at: datetime
) -> OverlapDecision:
    return OverlapDecision.objects.create(
        plan=plan,
        first=pair.first,
        second=pair.second,
        answer=answer,
        reason=reason.strip()[:500],
        decided_at=at,
    )
