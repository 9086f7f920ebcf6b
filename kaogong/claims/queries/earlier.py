"""What people have received before: here, in other claims, and elsewhere."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

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


def earlier_subsidies(
    person_ids: list[int], occupation_code: str, level_code: str, on: date
) -> dict[int, str]:
    """Of these people, whom earlier subsidies rule out from one more in this occupation and level, and why.

    For warnings before a class begins; the judgement itself is made on the claim.
    """
    level = int(level_code) if level_code in set("12345") else 0
    said: dict[int, str] = {}
    for person_id, earlier in history(person_ids).items():
        akin = [row for row in earlier if row.counts and row.occupation_code == occupation_code]
        same = next((row for row in akin if row.level == level), None)
        higher = next((row for row in akin if level and 0 < row.level < level), None)
        if same is not None:
            said[person_id] = f"同一职业同一等级已享受补贴（{same.reference}）"
        elif higher is not None:
            said[person_id] = f"已享受同一职业更高等级的补贴（{higher.reference}）"
    return said
