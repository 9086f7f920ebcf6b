"""Reading the registers: kinds as of a day, pilots, brands and chains."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils import timezone

from kaogong.access.queries import in_reach
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound
from kaogong.kernel.region_code import RegionCode

from ..models import Brand, BrandMember, Institution, Pilot
from .contracts import contracts_in_force

PILOT_KINDS = Pilot.KINDS
BRAND_KINDS = Brand.KINDS
FORCES = Institution.FORCES


@dataclass(frozen=True, slots=True)
class KindCount:
    """How many bodies of one kind train in a region on a day, and how many of them are recognised."""

    code: str
    label: str
    registered: int
    recognised: int


def providers_as_of(region_code: str, on: date) -> QuerySet[Institution]:
    """THE definition of C12: training bodies of the region registered by the end of the day, not yet closed."""
    end = timezone.make_aware(datetime.combine(on + timedelta(days=1), time()))
    return Institution.objects.defer("bank_account").filter(
        Q(closed_on__isnull=True) | Q(closed_on__gt=on),
        is_provider=True,
        created_at__lt=end,
        region_code__startswith=RegionCode(region_code).prefix,
    )


def kind_counts(region_code: str, on: date) -> list[KindCount]:
    """Counts by kind on a day; every kind has a line, also those nobody is of."""
    rows = providers_as_of(region_code, on)
    recognised = Q(pk__in=contracts_in_force(on).values("institution_id"))
    found = {
        kind: (n, held)
        for kind, n, held in rows.order_by()
        .values_list("kind")
        .annotate(n=Count("pk"), held=Count("pk", filter=recognised))
    }
    return [KindCount(code, label, *found.get(code, (0, 0))) for code, label in Institution.KINDS]


def force_counts(counts: list[KindCount]) -> list[KindCount]:
    """The same counts by the four forces of training of C6."""
    by_kind = {count.code: count for count in counts}
    return [
        KindCount(
            code,
            label,
            sum(by_kind[kind].registered for kind in kinds),
            sum(by_kind[kind].recognised for kind in kinds),
        )
        for code, label, kinds in Institution.FORCES
    ]


def pilots(institution_id: int, on: date | None = None) -> QuerySet[Pilot]:
    """Pilots a body is, or was on the day."""
    rows = Pilot.objects.filter(institution_id=institution_id)
    if on is not None:
        rows = rows.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=on), starts_on__lte=on)
    return rows.order_by("-starts_on", "id")


def brands(by: Actor, on: date) -> QuerySet[Brand]:
    """Brands whose owner is in reach, with ``members_now`` on the day, which may be of any region."""
    now = (
        BrandMember.objects.filter(Q(left_on__isnull=True) | Q(left_on__gt=on), joined_on__lte=on)
        .select_related("institution")
        .defer("institution__bank_account")
        .order_by("institution__name")
    )
    return (
        in_reach(Brand.objects.all(), by, region="owner__region_code", organisation="owner_id")
        .select_related("owner")
        .defer("owner__bank_account")
        .prefetch_related(Prefetch("members", now, to_attr="members_now"))
        .order_by("kind", "name")
    )


def brand(brand_id: int, *, by: Actor, on: date) -> Brand:
    """One brand in reach; NotFound otherwise."""
    found = brands(by, on).filter(pk=brand_id).first()
    if found is None:
        raise NotFound()
    return found


def brands_of(institution_id: int, on: date) -> QuerySet[Brand]:
    """Brands one body runs under on the day."""
    standing = Q(members__left_on__isnull=True) | Q(members__left_on__gt=on)
    return Brand.objects.filter(standing, members__institution_id=institution_id, members__joined_on__lte=on)
