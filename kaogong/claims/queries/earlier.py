"""What people have received before: here, in other claims, and elsewhere."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext

from kaogong.people import queries as people
from kaogong.rules import Earlier
from kaogong.rules.measures import is_higher

from ..models import ClaimLine, OutsideSubsidy
from ..states import ENTITLED


def history(
    person_ids: Iterable[int],
    *,
    but_claim_id: int | None = None,
    but_enrolment_ids: Iterable[int] = (),
    same: people.Same | None = None,
) -> dict[int, tuple[Earlier, ...]]:
    """Each person's subsidies that count: approved, on their way or paid here, and those had elsewhere.

    A claim that is not approved yet is no subsidy: whoever is approved first keeps the place. The stages of
    one class are one subsidy. ``but_enrolment_ids``: earlier stages of what is being judged. A person
    registered twice and merged has the subsidies of both rows.
    """
    same = people.same_person_ids(person_ids) if same is None else same
    everyone = [pk for group in same.values() for pk in group]
    found: dict[int, list[Earlier]] = defaultdict(list)
    lines = (
        ClaimLine.objects.filter(person_id__in=everyone, status__in=ENTITLED)
        .exclude(claim_id=but_claim_id)
        .select_related("claim")
        .order_by("event_on", "id")
    )
    own, staged = set(but_enrolment_ids), {}
    for line in lines:
        if not line.instalment:
            found[line.person_id].append(_earlier_of(line))
        elif line.enrolment_id not in own:
            staged[line.enrolment_id] = _with_stage(staged.get(line.enrolment_id), line)
    for person_id, earlier in staged.values():
        found[person_id].append(earlier)
    for outside in OutsideSubsidy.objects.filter(person_id__in=everyone):
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
    return {
        person_id: tuple(found[person_id])
        if len(group) == 1
        else tuple(sorted((one for pk in group for one in found[pk]), key=lambda one: one.event_on))
        for person_id, group in same.items()
    }


def outside_subsidies(person_id: int) -> QuerySet[OutsideSubsidy]:
    """What a person of the caller's reach had elsewhere, newest first."""
    same = people.same_person_ids([person_id])[person_id]
    return OutsideSubsidy.objects.filter(person_id__in=same).order_by("-event_on", "-id")


def _earlier_of(line: ClaimLine) -> Earlier:
    return Earlier(
        occupation_code=line.occupation_code,
        level=line.level,
        event_on=line.event_on,
        status="paid" if line.status == "paid" else "reserved",
        reference=line.reference,
        amount_fen=line.amount_fen or line.allowance_fen,
        paid_on=line.paid_on,
        component=_component(line),
        region_code=line.claim.region_code,
        scheme=line.claim.scheme_code,
    )


def _with_stage(so_far: tuple[int, Earlier] | None, line: ClaimLine) -> tuple[int, Earlier]:
    """The stages of one class as one subsidy: the day of the last, the sum of all."""
    earlier = _earlier_of(line)
    if so_far is not None:
        earlier = replace(earlier, amount_fen=earlier.amount_fen + so_far[1].amount_fen)
    return line.person_id, earlier


def _component(line: ClaimLine) -> str:
    if line.month is not None:
        return "work_training"  # paid to an employer for a month: it uses up nobody's training
    return "training" if line.amount_fen else "living_allowance"


def earlier_subsidies(
    person_ids: list[int], occupation_code: str, level_code: str, on: date
) -> dict[int, str]:
    """Person → a sentence, where a subsidy for the occupation at this level or a higher one counts already.

    A warning while a roster is put together, asked for by name from background checks too; the claim is
    judged by the rules on its own day.
    """
    level = int(level_code) if level_code in set("12345") else 0
    said: dict[int, str] = {}
    for person_id, earlier in history(person_ids).items():
        standing = [had for had in earlier if _rules_out(had, occupation_code, level)]
        if standing:
            had = min(standing, key=lambda had: had.event_on)
            said[person_id] = gettext(
                "已享受本职业同级或更高级别的补贴（{on}，{reference}），可能不再补贴"
            ).format(on=had.event_on, reference=had.reference)
    return said


def _rules_out(had: Earlier, occupation_code: str, level: int) -> bool:
    same = had.counts and had.occupation_code == occupation_code
    return same and (had.level == level or is_higher(had.level, level))
