"""Appeals against decisions on claims: what may still be appealed, until when, and what waits for an answer."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.utils import timezone

from kaogong.access.queries import in_reach
from kaogong.institutions import queries as institutions
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound
from kaogong.trail import queries as trail
from kaogong.trail.models import Entry

from ..models import Claim, ClaimAppeal, ClaimLine

# What may be appealed against, and the trail entry that decided it.
OF_CLAIM = ("returned", "lapsed")
OF_LINE = ("refused", "dropped")
TOPIC = "reviewing"


@dataclass(frozen=True, slots=True)
class Appealable:
    """One decision against a claimant: when, by whom and why, and until when it may be appealed."""

    against: str
    entry: Entry
    until: date | None  # None where no paper sets a term
    appeal: ClaimAppeal | None

    def is_open(self, on: date) -> bool:
        """Whether an appeal would be taken on the day."""
        return self.appeal is None and (self.until is None or on <= self.until)


def claim_appeals(by: Actor, *, status: str = "") -> QuerySet[ClaimAppeal]:
    """Appeals in reach: unanswered first, the earliest deadline and the longest waiting first."""
    rows = ClaimAppeal.objects.select_related(
        "claim", "line__person", "institution", "person", "new_claim"
    ).defer("institution__bank_account", "person__bank_account")
    rows = in_reach(rows, by, person="person_id").order_by("answered_at", "answer_by_on", "filed_at", "id")
    return rows.filter(status=status) if status else rows


def claim_appeal(appeal_id: int, *, by: Actor) -> ClaimAppeal:
    """One appeal in reach, or NotFound."""
    found = claim_appeals(by).filter(pk=appeal_id).first()
    if found is None:
        raise NotFound()
    return found


def appeals_of_claim(claim_id: int) -> QuerySet[ClaimAppeal]:
    """Every appeal about one claim and its lines, the latest first."""
    rows = ClaimAppeal.objects.filter(claim_id=claim_id).select_related("claim", "line__person", "new_claim")
    return rows.order_by("-filed_at", "-id")


def appealable(subject: Claim | ClaimLine) -> Appealable | None:
    """The decision that stands against a claim or line now; None where there is nothing to appeal against."""
    return appealable_many([subject]).get(subject.pk)


def appealable_many(subjects: Iterable[Claim | ClaimLine]) -> dict[int, Appealable]:
    """The same of several claims, or of several lines, by id."""
    subjects = list(subjects)
    if not subjects:
        return {}
    kind = type(subjects[0]).lifecycle.name
    against = OF_LINE if isinstance(subjects[0], ClaimLine) else OF_CLAIM
    wanted = {str(row.pk): row for row in subjects if row.status in against}
    if not wanted:
        return {}
    entries = trail.latest_entries(kind, wanted, [f"{kind}.{past}" for past in against])
    appeals = {
        row.decision_entry_id: row
        for row in ClaimAppeal.objects.filter(decision_entry_id__in=[row.pk for row in entries.values()])
    }
    found = {}
    for key, entry in entries.items():
        row = wanted[key]
        claim = row.claim if isinstance(row, ClaimLine) else row
        decided_on = timezone.localdate(entry.at)
        found[row.pk] = Appealable(
            row.status,
            entry,
            appeal_term("appeal_days", claim.region_code, decided_on),
            appeals.get(entry.pk),
        )
    return found


def appeal_term(name: str, region_code: str, start: date) -> date | None:
    """The last day of a term (``appeal_days``, ``appeal_answer_days``) begun on a day; None where none is set."""
    return institutions.deadline(institutions.conduct_of(region_code[:6], TOPIC, start), name, start)


def took_part(appeal: ClaimAppeal, account_id: int | None) -> Entry | None:
    """What an account did in deciding what is appealed about: such a person does not answer the appeal."""
    if account_id is None:
        return None
    verbs = [f"claim.{past}" for past in ("reviewed", "seconded", "returned", "approved", "rule_waived")]
    entries = trail.timeline("claim", appeal.claim_id).filter(verb__in=verbs, actor_account_id=account_id)
    own = Entry.objects.filter(pk=appeal.decision_entry_id, actor_account_id=account_id)
    return entries.first() or own.first()
