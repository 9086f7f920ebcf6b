"""Reading skilled people brought in, unit by unit, with the grants paid for them."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import Count, F, Max, Q, QuerySet, Sum

from kaogong.access.queries import in_reach
from kaogong.demand.models import IntroducedTalent, TalentAffirmation
from kaogong.grants.models import Grant
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound
from kaogong.people import queries as people

# Grants paid because somebody was brought in (L4, L5, L6).
GRANTS_FOR = ("settling_grant", "full_time_talent_award", "flexible_talent_pay")
SOON = timedelta(days=90)


def introduced_talents(by: Actor) -> QuerySet[IntroducedTalent]:
    """Everybody brought in within reach, the latest first."""
    rows = in_reach(IntroducedTalent.objects.select_related("person"), by)
    rows = rows.defer("person__id_number", "person__phone", "person__bank_account")
    return rows.order_by("-introduced_on", "-id")


def introduced_talent(talent_id: int, *, by: Actor) -> IntroducedTalent:
    """One of them in reach, or NotFound."""
    found = introduced_talents(by).filter(pk=talent_id).first()
    if found is None:
        raise NotFound()
    return found


def introduced_talent_for_update(talent_id: int, *, by: Actor) -> IntroducedTalent:
    """The same, locked."""
    rows = in_reach(IntroducedTalent.objects.all(), by)
    found = rows.select_for_update().filter(pk=talent_id).first()
    if found is None:
        raise NotFound()
    return found


def talents_to_confirm(by: Actor) -> QuerySet[IntroducedTalent]:
    """What units told and nobody has confirmed, the oldest first."""
    return introduced_talents(by).filter(status="told").order_by("created_at", "id")


def talents_to_affirm(by: Actor, on: date) -> QuerySet[IntroducedTalent]:
    """Those brought in before this year whose unit has not yet said this year that they are still there."""
    rows = introduced_talents(by).filter(status="here", introduced_on__lt=date(on.year, 1, 1))
    said = TalentAffirmation.objects.filter(year=on.year).values("talent_id")
    return rows.exclude(pk__in=said).order_by("introduced_on", "id")


def affirmed_years(talent_ids: Iterable[int]) -> dict[int, int]:
    """Talent → the latest year in which its unit said the person is still there."""
    rows = TalentAffirmation.objects.filter(talent_id__in=list(talent_ids)).order_by()
    return dict(rows.values_list("talent_id").annotate(year=Max("year")))


def contracts_ending(by: Actor, on: date) -> QuerySet[IntroducedTalent]:
    """Those still counted as here whose contract is over or ends within ninety days: to be asked after."""
    rows = introduced_talents(by).filter(status="here", contract_ends_on__lte=on + SOON)
    return rows.order_by("contract_ends_on", "id")


def introduced_by_unit(by: Actor) -> list[dict]:
    """How many confirmed each unit brought in: in all, by mode, by channel, still here; the most first."""
    rows = in_reach(IntroducedTalent.objects.filter(status__in=("here", "left")), by).order_by()
    return list(
        rows.values("credit_code", unit=F("employer"))
        .annotate(
            people=Count("person", distinct=True),
            full_time=Count("person", distinct=True, filter=Q(mode="full_time")),
            flexible=Count("person", distinct=True, filter=Q(mode="flexible")),
            alliance=Count("person", distinct=True, filter=Q(channel="alliance")),
            station=Count("person", distinct=True, filter=Q(channel="station")),
            here=Count("person", distinct=True, filter=Q(status="here")),
        )
        .order_by("-people", "unit")
    )


def granted_for(person_ids: Iterable[int]) -> dict[int, int]:
    """Person → fen granted for bringing them in, under whichever row of theirs."""
    same = people.same_person_ids(list(person_ids))
    rows = (
        Grant.objects.filter(
            scheme_code__in=GRANTS_FOR, person_id__in={pk for several in same.values() for pk in several}
        )
        .order_by()
        .values("person_id")
        .annotate(fen=Sum("amount_fen"))
    )
    sums = {row["person_id"]: row["fen"] or 0 for row in rows}
    found: dict[int, int] = defaultdict(int)
    for person_id, several in same.items():
        found[person_id] = sum(sums.get(pk, 0) for pk in several)
    return found


def granted_but_not_told(by: Actor) -> int:
    """How many people a grant for bringing in was asked for whom no unit has told of."""
    grants = in_reach(Grant.objects.filter(scheme_code__in=GRANTS_FOR, person__isnull=False), by)
    told = IntroducedTalent.objects.exclude(status="refused").values("person_id")
    return grants.exclude(person_id__in=told).order_by().values("person_id").distinct().count()
