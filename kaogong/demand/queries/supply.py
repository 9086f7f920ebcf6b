"""What is asked for and what is there, by district and occupation, from the product's own rows."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Case, Count, F, IntegerField, Max, QuerySet, Sum, Value, When
from django.db.models.functions import Substr

from kaogong.certificates.models import Certificate
from kaogong.demand.models import DemandReply, PostLine, TrainingWish
from kaogong.kernel.levels import LEVELS
from kaogong.kernel.period import add_months
from kaogong.kernel.region_code import RegionCode
from kaogong.kernel.writing import compact
from kaogong.training.models import Enrolment, TrainingClass

from .conduct import number
from .vacancies import vacancies_counted
from .weighing import Working, needed_now

Place = tuple[str, str]  # district, occupation
Step = tuple[str, str, str]  # district, occupation, level ("": none named)
STANDING = ("issued",)
UNNAMED = -1  # the rank of a certificate that names no level


@dataclass
class Asked:
    """What employers of one district ask for of one occupation, by employer."""

    surveyed: dict[str, int] = field(default_factory=dict)
    listed: dict[str, int] = field(default_factory=dict)
    in_year: int = 0
    surveyed_levels: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    listed_levels: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    in_year_levels: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    @property
    def employers(self) -> int:
        return len({*self.surveyed, *self.listed})

    def add_surveyed(self, employer: str, level: str, now: int, in_year: int) -> None:
        self.surveyed[employer] = self.surveyed.get(employer, 0) + now
        self.surveyed_levels[employer][level] += now
        self.in_year += in_year
        self.in_year_levels[employer][level] += in_year

    def add_listed(self, employer: str, level: str, people: int) -> None:
        self.listed[employer] = self.listed.get(employer, 0) + people
        self.listed_levels[employer][level] += people

    def by_level(self) -> dict[str, "Wanted"]:
        """The same by level: of an employer told twice the larger source is taken whole, so that levels add up."""
        now: Counter[str] = Counter()
        in_year: Counter[str] = Counter()
        employers: dict[str, set[str]] = defaultdict(set)
        for name in {*self.surveyed, *self.listed}:
            listed_more = self.listed.get(name, 0) > self.surveyed.get(name, 0)
            taken = (self.listed_levels if listed_more else self.surveyed_levels)[name]
            now.update(taken)
            in_year.update(self.in_year_levels[name])
            for level in {*taken, *self.in_year_levels[name]}:
                employers[level].add(name)
        return {level: Wanted(now[level], in_year[level], len(employers[level])) for level in employers}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whom employers ask for at one level, and how many employers do."""

    now: int = 0
    in_year: int = 0
    employers: int = 0


@dataclass(frozen=True, slots=True)
class Supply:
    """What is there of one occupation in one district."""

    holders: int = 0
    certified: int = 0
    trained: int = 0
    pipeline: int = 0

    def __add__(self, other: "Supply") -> "Supply":
        return Supply(*(getattr(self, name) + getattr(other, name) for name in Supply.__slots__))


def replies_counted(region_code: str, on: date, *, since: date | None = None) -> list[DemandReply]:
    """The latest reply of each enterprise asked within the days that count, or in rounds since a day."""
    days = number("survey_days", region_code, on) if since is None else (on - since).days + 1
    if days is None:
        return []
    rows = DemandReply.objects.filter(
        round__kind="posts",
        round__opens_on__lte=on,
        round__closes_on__gt=on - timedelta(days=days),
        round__region_code__startswith=RegionCode(region_code).prefix,
        status="submitted",
    )
    return list(rows.order_by("credit_code", "-submitted_at", "-pk").distinct("credit_code"))


def asked_for(region_code: str, on: date, *, since: date | None = None) -> dict[Place, Asked]:
    """Survey and lists together, by district and occupation; one employer under one key in both.

    ``since``: what was told from that day on, instead of within the days a region lets count.
    """
    found: dict[Place, Asked] = defaultdict(Asked)
    replies = {reply.pk: reply for reply in replies_counted(region_code, on, since=since)}
    known = {compact(reply.name): reply.credit_code for reply in replies.values()}
    lines = PostLine.objects.filter(reply__in=replies, revision=F("reply__revision"))
    for line in lines.order_by("pk"):
        reply = replies[line.reply_id]
        found[reply.region_code[:6], line.occupation_code].add_surveyed(
            reply.credit_code, line.level_code, line.needed_now, line.needed_in_year
        )
    listed = vacancies_counted(region_code, on, since=since).values_list(
        "region_code", "occupation_code", "level_code", "credit_code", "employer", "head_count"
    )
    for region, occupation, level, credit_code, employer, head_count in listed:
        key = credit_code or known.get(compact(employer)) or compact(employer)
        found[region[:6], occupation].add_listed(key, level, head_count)
    return dict(found)


def wishes_for(region_code: str) -> dict[Place, int]:
    """How many people wish to learn each occupation, by district."""
    latest = TrainingWish.objects.order_by("person_id", "-stated_at", "-id").distinct("person_id")
    rows = TrainingWish.objects.filter(
        pk__in=latest.values("pk"), is_willing=True, region_code__startswith=RegionCode(region_code).prefix
    )
    found: dict[Place, int] = defaultdict(int)
    for region, codes in rows.values_list("region_code", "occupation_codes"):
        for code in set(codes):
            found[region[:6], code] += 1
    return dict(found)


def supply_of(region_code: str, occupation_codes: Iterable[str], on: date) -> dict[Place, Supply]:
    """Holders, certificates and graduates of twelve months, and people in classes, by district and occupation."""
    found: dict[Place, Supply] = defaultdict(Supply)
    for (district, occupation, _level), supply in supply_by_level(region_code, occupation_codes, on).items():
        found[district, occupation] += supply
    return dict(found)


def supply_by_level(region_code: str, occupation_codes: Iterable[str], on: date) -> dict[Step, Supply]:
    """The same by level; who holds several certificates of an occupation counts at the highest, once."""
    since, codes = add_months(on, -12), list(occupation_codes)
    certificates = _there(
        Certificate.objects.filter(status__in=STANDING, issued_on__lte=on), region_code, codes
    )
    enrolled = Enrolment.objects.filter(
        status="enrolled",
        training_class__status="finished",
        training_class__ends_on__gt=since,
        training_class__ends_on__lte=on,
        training_class__region_code__startswith=RegionCode(region_code).prefix,
        training_class__occupation_code__in=codes,
    )
    classes = TrainingClass.objects.filter(status__in=("approved", "running"))
    parts = {
        "holders": _at_highest(certificates),
        "certified": _by_step(certificates.filter(issued_on__gt=since), Count("pk")),
        "trained": _by_step(enrolled, Count("pk"), of="training_class__"),
        "pipeline": _by_step(_there(classes, region_code, codes), Sum("head_count")),
    }
    steps = {step for part in parts.values() for step in part}
    return {step: Supply(**{name: part.get(step, 0) for name, part in parts.items()}) for step in steps}


def working_of(asked: Asked, supply: Supply) -> Working:
    """The numbers the index is made of."""
    return Working(
        needed_now=needed_now(asked.surveyed, asked.listed),
        needed_in_year=asked.in_year,
        certified=supply.certified,
        pipeline=supply.pipeline,
        holders=supply.holders,
    )


def _there(rows: QuerySet, region_code: str, codes: list[str]) -> QuerySet:
    return rows.filter(region_code__startswith=RegionCode(region_code).prefix, occupation_code__in=codes)


def _by_step(rows: QuerySet, measure, of: str = "") -> dict[Step, int]:
    grouped = (
        rows.order_by()
        .annotate(
            district=Substr(f"{of}region_code", 1, 6),
            occupation=F(f"{of}occupation_code"),
            step=F(f"{of}level_code"),
        )
        .values("district", "occupation", "step")
        .annotate(found=measure)
    )
    return {(row["district"], row["occupation"], row["step"]): row["found"] for row in grouped}


def _at_highest(certificates: QuerySet) -> dict[Step, int]:
    """How many people hold an occupation's certificates, each at the highest level they hold of it."""
    rank = Case(
        *(When(level_code=level.code, then=Value(level.rank)) for level in LEVELS),
        default=Value(UNNAMED),
        output_field=IntegerField(),
    )
    highest = (
        certificates.order_by()
        .annotate(district=Substr("region_code", 1, 6))
        .values("district", "occupation_code", "person_id")
        .annotate(highest=Max(rank))
        .values_list("district", "occupation_code", "highest")
    )
    codes = {level.rank: level.code for level in LEVELS}
    found: Counter[Step] = Counter(
        (district, occupation, codes.get(place, "")) for district, occupation, place in highest.iterator()
    )
    return dict(found)
