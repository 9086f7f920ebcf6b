"""Which claims a clause decided: what stored decisions say did not pass under it."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Case, CharField, Exists, JSONField, OuterRef, QuerySet, Value, When
from django.db.models.expressions import F, Func

from kaogong.access.queries import in_reach
from kaogong.kernel.actor import Actor

from ..models import Claim, Decision
from ..models.judged import CLAUSES_AGAINST

COUNT_UP_TO = 10_000
OUTCOMES = ("failed", "unknown", "waived")


@dataclass(frozen=True, slots=True)
class DecidedBy:
    """How many lines, by their latest decision, a clause stopped, leaves open, or was set aside for."""

    failed: int
    unknown: int
    waived: int
    claims: int
    is_capped: bool

    @property
    def lines(self) -> int:
        return self.failed + self.unknown + self.waived


def decisions_under(clause: str) -> QuerySet[Decision]:
    """The latest decisions of lines in which a finding under the clause did not pass."""
    later = Decision.objects.filter(line=OuterRef("line"), version__gt=OuterRef("version"))
    against = Func(F("decision"), template=CLAUSES_AGAINST, output_field=JSONField())
    rows = Decision.objects.annotate(clauses_against=against).filter(clauses_against__contains=[clause])
    return rows.filter(~Exists(later))


def claims_under(rows: QuerySet[Claim], clause: str) -> QuerySet[Claim]:
    """Those claims of which some line's latest decision has a finding under the clause that did not pass."""
    return rows.filter(Exists(decisions_under(clause).filter(line__claim=OuterRef("pk"))))


def decided_by(clause: str, by: Actor) -> DecidedBy:
    """What one clause decided among the claims in reach, counted up to ten thousand lines."""
    rows = in_reach(
        decisions_under(clause),
        by,
        region="line__claim__region_code",
        organisation="line__claim__institution_id",
    )
    said = [
        When(decision__contains={"findings": [{"clause": clause, "outcome": outcome}]}, then=Value(outcome))
        for outcome in OUTCOMES
    ]
    stopped = rows.annotate(stopped=Case(*said, default=Value(""), output_field=CharField()))
    found = list(stopped.values_list("line__claim_id", "stopped")[: COUNT_UP_TO + 1])
    counts = Counter(outcome for _claim, outcome in found)
    return DecidedBy(
        *(counts[outcome] for outcome in OUTCOMES),
        claims=len({claim for claim, _outcome in found}),
        is_capped=len(found) > COUNT_UP_TO,
    )
