"""What people have received before: here, in other claims, and elsewhere."""

from collections import defaultdict
from collections.abc import Iterable

from kaogong.rules import Earlier

from ..models import ClaimLine, OutsideSubsidy
from ..states import ENTITLED


def history(person_ids: Iterable[int], *, but_claim_id: int | None = None) -> dict[int, tuple[Earlier, ...]]:
    """Each person's subsidies that count: approved, on their way or paid here, and those had elsewhere.

    A claim that is not approved yet is no subsidy: whoever is approved first keeps the place.
    """
    person_ids = list(person_ids)
    found: dict[int, list[Earlier]] = defaultdict(list)
    lines = (
        ClaimLine.objects.filter(person_id__in=person_ids, status__in=ENTITLED)
        .exclude(claim_id=but_claim_id)
        .select_related("claim")
    )
    for line in lines:
        found[line.person_id].append(_earlier_of(line))
    for outside in OutsideSubsidy.objects.filter(person_id__in=person_ids):
        found[outside.person_id].append(
            Earlier(
                occupation_code=outside.occupation_code,
                level=outside.level,
                event_on=outside.event_on,
                status="paid",
                reference=outside.reference,
                amount_fen=outside.amount_fen,
                paid_on=outside.paid_on,
                region_code=outside.region_code,
            )
        )
    return {person_id: tuple(found[person_id]) for person_id in person_ids}


def _earlier_of(line: ClaimLine) -> Earlier:
    return Earlier(
        occupation_code=line.occupation_code,
        level=line.level,
        event_on=line.event_on,
        status="paid" if line.status == "paid" else "reserved",
        reference=line.reference,
        amount_fen=line.amount_fen or line.allowance_fen,
        paid_on=line.paid_on,
        component="training" if line.amount_fen else "living_allowance",
        region_code=line.claim.region_code,
    )
