"""Reading countings of shortage, the lists made of them, and where classes are wanted."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Max, QuerySet

from kaogong.access.queries import in_reach
from kaogong.catalog import queries as catalog
from kaogong.demand.models import ShortageLevel, ShortageList, ShortageListItem, ShortageRow, ShortageRun
from kaogong.indicators import suppression
from kaogong.institutions import queries as institutions
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound
from kaogong.kernel.levels import level_of
from kaogong.training.queries.waiting import places_taken

from .wishes import wished_occupations


@dataclass(frozen=True, slots=True)
class Opening:
    """One short occupation of one district: how many places are missing, and who could open classes."""

    row: ShortageRow
    missing: int
    levels: list[tuple[str, int]]  # level → how many are missing at it, the most first
    providers: list[tuple[str, str, int]]  # name, contract number, places left

    @property
    def places_left(self) -> int:
        return sum(left for _, _, left in self.providers)

    @property
    def proposed(self) -> int:
        """So many places to open: the gap, no more than the contracts still hold."""
        return min(self.missing, self.places_left)


def shortage_runs(by: Actor) -> QuerySet[ShortageRun]:
    """Countings in reach, latest first, each with ``counted`` rows."""
    rows = in_reach(ShortageRun.objects.all(), by, organisation=None)
    return rows.annotate(counted=Count("rows")).order_by("-as_of", "-id")


def shortage_run(run_id: int, *, by: Actor) -> ShortageRun:
    """One counting in reach, or NotFound."""
    found = shortage_runs(by).filter(pk=run_id).first()
    if found is None:
        raise NotFound()
    return found


def shortage_rows(run_id: int) -> QuerySet[ShortageRow]:
    """The rows of one counting, the shortest first; where nobody is needed at the end."""
    return ShortageRow.objects.filter(run_id=run_id).order_by(
        F("index_permille").desc(nulls_last=True), F("demand_hundredths").desc(nulls_last=True),
        "occupation_code", "region_code",
    )  # fmt: skip


def shortage_row(row_id: int, *, by: Actor) -> ShortageRow:
    """One row of a counting in reach, or NotFound."""
    rows = ShortageRow.objects.filter(run__in=in_reach(ShortageRun.objects.all(), by, organisation=None))
    found = rows.select_related("run").filter(pk=row_id).first()
    if found is None:
        raise NotFound()
    return found


def levels_of_row(row_id: int) -> list[ShortageLevel]:
    """One row by level, the lowest level first, posts that name none at the end."""
    rows = ShortageLevel.objects.filter(row_id=row_id)
    return sorted(rows, key=lambda one: _rank(one.level_code))


def shortage_levels(run_id: int) -> QuerySet[ShortageLevel]:
    """A counting by occupation, district and level, the shortest first; levels nobody asks for at the end."""
    rows = ShortageLevel.objects.filter(row__run_id=run_id).select_related("row")
    return rows.order_by(
        F("index_permille").desc(nulls_last=True), "-needed_now", "-needed_in_year",
        "row__occupation_code", "row__region_code", "-level_code",
    )  # fmt: skip


def _rank(level_code: str) -> int:
    return level_of(level_code).rank if level_code else 99


def openings(run_id: int, *, by: Actor, on: date) -> list[Opening]:
    """Where classes are wanted: rows with a gap, with the providers contracted there and their places left."""
    run = shortage_run(run_id, by=by)
    rows = [
        row
        for row in shortage_rows(run.pk).filter(demand_hundredths__gt=F("supply_hundredths"))
        if row.demand_hundredths
    ]
    contracts = list(
        institutions.contracts_in_force(on)
        .filter(scopes__occupation_code__in={row.occupation_code for row in rows})
        .select_related("institution")
        .defer("institution__bank_account")
        .prefetch_related("scopes")
        .distinct()
        .order_by("institution__name", "number")
    )
    missing_at: dict[int, list[tuple[str, int]]] = defaultdict(list)
    short = ShortageLevel.objects.filter(row__in=rows, demand_hundredths__gt=F("supply_hundredths")).order_by(
        "level_code"
    )
    for one in short:
        gap = one.demand_hundredths - one.supply_hundredths
        missing_at[one.row_id].append((one.level_code, -(-gap // 100)))
    taken = places_taken([contract.pk for contract in contracts])
    found = []
    for row in rows:
        providers = [
            (
                contract.institution.name,
                contract.number,
                max(0, contract.head_count - taken.get(contract.pk, 0)),
            )
            for contract in contracts
            if contract.region_code[:6] == row.region_code
            and row.occupation_code in {scope.occupation_code for scope in contract.scopes.all()}
        ]
        gap = row.demand_hundredths - row.supply_hundredths
        levels = sorted(missing_at[row.pk], key=lambda pair: -pair[1])
        found.append(Opening(row, -(-gap // 100), levels, providers))
    return found


def shortage_lists(by: Actor) -> QuerySet[ShortageList]:
    """Lists in reach, latest first, each with ``entries``."""
    rows = in_reach(ShortageList.objects.all(), by, organisation=None)
    return rows.annotate(entries=Count("items")).order_by("-id")


def shortage_list(list_id: int, *, by: Actor) -> ShortageList:
    """One list in reach, or NotFound."""
    found = shortage_lists(by).select_related("run").filter(pk=list_id).first()
    if found is None:
        raise NotFound()
    return found


def shortage_list_for_update(list_id: int, *, by: Actor) -> ShortageList:
    """The same, locked."""
    rows = in_reach(ShortageList.objects.all(), by, organisation=None)
    found = rows.select_for_update().filter(pk=list_id).first()
    if found is None:
        raise NotFound()
    return found


def items_of(list_id: int) -> QuerySet[ShortageListItem]:
    """The entries of one list, the shortest first."""
    rows = ShortageListItem.objects.filter(shortage_list_id=list_id)
    return rows.order_by(F("index_permille").desc(nulls_last=True), "code")


def entries_suggested(kind: str, *, by: Actor, on: date) -> list[tuple[str, str]]:
    """What a list that is not made of the index begins with: (code, why); a person adds and takes off (B1).

    Wishes named by fewer people than a published number needs are left to a person.
    """
    if kind == "wished":
        return [
            (code, f"{people}人想学") for code, people in wished_occupations(by) if people >= suppression.K
        ]
    if kind == "provider_majors":
        names: dict[str, set[str]] = defaultdict(set)
        contracts = in_reach(institutions.contracts_in_force(on), by).select_related("institution")
        for contract in contracts.defer("institution__bank_account").prefetch_related("scopes"):
            for scope in contract.scopes.all():
                names[scope.occupation_code].add(contract.institution.name)
        return [(code, _who_trains(schools)) for code, schools in sorted(names.items())]
    if kind == "general":
        since = {row.occupation_code: row.starts_on for row in catalog.subsidised_list(by.region_code, on)}
        return [(code, f"补贴培训目录（{day.isoformat()}起）") for code, day in since.items()]
    return []


def _who_trains(schools: set[str]) -> str:
    named = "、".join(sorted(schools)[:5])
    return f"{len(schools)}家机构可以培训：{named}{'等' if len(schools) > 5 else ''}"


def last_version(kind: str, region_code: str) -> int:
    """The number of the latest version of a list, 0 before the first."""
    rows = ShortageList.objects.filter(kind=kind, region_code=region_code)
    return rows.aggregate(last=Max("version"))["last"] or 0


def changes_since(found: ShortageList) -> tuple[list[str], list[str]]:
    """What a list adds to and leaves out of the version published before it: (added, dropped) codes."""
    earlier = (
        ShortageList.objects.filter(
            kind=found.kind, region_code=found.region_code, status="published", version__lt=found.version
        )
        .order_by("-version")
        .first()
    )
    now = set(items_of(found.pk).values_list("code", flat=True))
    before = set(items_of(earlier.pk).values_list("code", flat=True)) if earlier else set()
    return sorted(now - before), sorted(before - now)
