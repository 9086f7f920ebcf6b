"""Lines whose amount comes out otherwise under the rulebook now in use, and the adjustments opened for them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from kaogong.access.queries import in_reach
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound
from kaogong.rules import Decision as Judged
from kaogong.rules.causes import Cause, causes

from ..models import Adjustment, Decision
from .frozen import Frozen, decided_again, frozen, latest_of
from .judging import rulebook

# Decided for good: money is set aside, on its way or gone, or was refused.
SETTLED = ("approved", "held", "cleared", "paid", "refused")


@dataclass(frozen=True, slots=True)
class Differing:
    """One settled line that comes out otherwise today: what stood, what comes out, and why."""

    row: Frozen
    decision: Decision
    due_fen: int
    again: Judged
    causes: tuple[Cause, ...]

    @property
    def kind(self) -> str:
        return "top_up" if self.again.amount_fen > self.due_fen else "recovery"

    def parts(self) -> list[dict[str, Any]]:
        """Each payment of either decision, before and after, with whom it goes to."""
        was = {part["code"]: part for part in self.decision.decision["components"]}
        now = {part.code: part for part in self.again.components}
        return [
            {
                "code": code,
                "label": now[code].label if code in now else was[code]["label"],
                "label_en": now[code].label_en if code in now else was[code]["label_en"],
                "payee": now[code].payee if code in now else was[code]["payee"],
                "before_fen": was[code]["amount_fen"] if code in was else 0,
                "after_fen": now[code].amount_fen if code in now else 0,
            }
            for code in dict.fromkeys([*was, *now])
        ]


def lines_differing(since: datetime, *, by: Actor) -> Iterator[Differing]:
    """Every settled line in reach, last decided since then under another rulebook, that differs today.

    It is decided from its own frozen facts, so nothing but the rulebook can make the difference. What was
    agreed in an earlier adjustment counts as due already.
    """
    today = rulebook()
    rows = latest_of(Decision.objects.filter(line__status__in=SETTLED))
    latest = Decision.objects.filter(pk__in=rows.values("pk"), decided_at__gte=since)
    readjusted = Exists(Adjustment.objects.filter(line=OuterRef("line"), status="approved"))
    latest = latest.exclude(Q(rulebook_digest=today.digest) & ~readjusted)
    latest = in_reach(latest, by, organisation="line__claim__institution_id").order_by("line_id")
    agreed = _agreed(latest)
    for row in frozen(latest):
        again = decided_again(row, today)
        if again.decision is None or again.decision.verdict == "needs_evidence":
            continue  # nothing can be said before somebody finds out what is missing
        due = agreed.get(row.line_id)
        stored = None
        if due is None:
            stored = _decision_of(row)
            due = stored.amount_fen + stored.allowance_fen
        if again.decision.amount_fen != due:
            stored = stored or _decision_of(row)
            why = causes(Judged.from_dict(stored.decision), again.decision)
            yield Differing(row, stored, due, again.decision, why)


def _decision_of(row: Frozen) -> Decision:
    return (
        Decision.objects.filter(line_id=row.line_id)
        .select_related("line__claim")
        .order_by("-version")
        .first()
    )


def _agreed(rows: QuerySet[Decision]) -> dict[int, int]:
    """What approved adjustments have made due, by line."""
    found = Adjustment.objects.filter(status="approved", line__in=rows.values("line_id"))
    return dict(found.order_by("id").values_list("line_id", "new_fen"))


def adjustments(by: Actor) -> QuerySet[Adjustment]:
    """Adjustments in reach, the newest first."""
    rows = Adjustment.objects.select_related("line__claim", "line__person", "institution")
    return in_reach(rows, by).order_by("-found_at", "-id")


def adjustment(adjustment_id: int, *, by: Actor) -> Adjustment:
    """One adjustment in reach, or NotFound."""
    found = adjustments(by).select_related("decision").filter(pk=adjustment_id).first()
    if found is None:
        raise NotFound()
    return found


def adjustment_for_update(adjustment_id: int, *, by: Actor) -> Adjustment:
    """The same, locked until the transaction ends."""
    rows = in_reach(Adjustment.objects.select_for_update(of=("self",)), by)
    found = rows.filter(pk=adjustment_id).first()
    if found is None:
        raise NotFound()
    return found


def open_adjustment_of(line_id: int) -> Adjustment | None:
    """The adjustment of a line that nobody has decided yet."""
    return Adjustment.objects.filter(line_id=line_id, status="found").first()


def adjustment_sums(by: Actor) -> dict[str, dict[str, int]]:
    """What waits to be decided: for top_up and for recovery, how many and how much."""
    rows = in_reach(Adjustment.objects.filter(status="found"), by).order_by()
    told = {kind: {"count": 0, "fen": 0} for kind in ("top_up", "recovery")}
    sums = rows.values("kind").annotate(
        count=Count("id"), new=Sum("new_fen"), old=Sum("old_fen"), people=Count("line__person", distinct=True)
    )
    for row in sums:
        told[row["kind"]] = {
            "count": row["count"], "people": row["people"], "fen": abs(row["new"] - row["old"]),
        }  # fmt: skip
    return told


def adjustments_matching(rows: QuerySet[Adjustment], words: str) -> QuerySet[Adjustment]:
    """Those of a claim, a line or a person's name."""
    wanted = words.strip()
    if not wanted:
        return rows
    return rows.filter(Q(line__reference__istartswith=wanted) | Q(line__person__name__startswith=wanted))
