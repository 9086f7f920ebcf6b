"""What waits for somebody in the claims of a reach."""

from django.db.models import QuerySet

from kaogong.access.queries import in_reach
from kaogong.kernel.actor import Actor

from ..models import ClaimLine


def lines_needing_evidence(by: Actor) -> QuerySet[ClaimLine]:
    """Lines of undecided claims that cannot be judged yet for want of a fact; oldest claim first."""
    rows = ClaimLine.objects.filter(
        verdict="needs_evidence", status="judged", claim__status__in=("submitted", "reviewed")
    )
    rows = in_reach(rows, by, region="claim__region_code", organisation="claim__institution_id")
    return rows.select_related("claim__training_class", "person").order_by("claim__submitted_at", "id")
