"""The people and bodies of the demo registered through the product's own operations."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from random import Random
from zoneinfo import ZoneInfo

from django.contrib.auth.hashers import make_password

from kaogong import rules
from kaogong.access.operations import open_account
from kaogong.access.queries import account_named, actor_of
from kaogong.catalog import operations as catalog
from kaogong.demo.accounts import DEMO_PASSWORD, LOGINS
from kaogong.demo.bodies import Site
from kaogong.demo.citizens import AGRICULTURAL, TOWN
from kaogong.demo.city import City, Person
from kaogong.funds import operations as funds
from kaogong.institutions import operations as institutions
from kaogong.kernel.actor import Actor, system_actor
from kaogong.people import operations as people

SHANGHAI = ZoneInfo("Asia/Shanghai")
REGION = "370299"
PROGRAMMES = ("employment_training", "insured_upgrade")
SHARES = {"district": 600, "city": 400}
LEVELS = ("5", "4", "3")
HARDSHIP = "hard_to_employ"  # entitled to the living allowance too

Progress = Callable[[str, int, int], None]


def at_hour(day: date, hour: int = 9, minute: int = 0) -> datetime:
    """That time of that day in Shanghai."""
    return datetime.combine(day, time(hour, minute), tzinfo=SHANGHAI)


@dataclass(slots=True)
class School:
    """One recognised provider with what its classes need."""

    number: int
    institution_id: int
    contract_id: int
    site_ids: list[int]
    trainer_ids: list[int]
    clerk: Actor


@dataclass(slots=True)
class Cast:
    """Everyone who acts in the demo."""

    city: City
    on: date
    schools: list[School]
    assessor_id: int
    person_ids: dict[int, int]  # the city's number -> the registry's id
    actors: dict[str, Actor]
    district_fund_ids: dict[int, int]  # year -> fund
    at: datetime  # the moment the demo is opened
    learner: Person | None = None  # who logs in as a learner

    def __getitem__(self, username: str) -> Actor:
        return self.actors[username]


def assemble(city: City, at: datetime, progress: Progress, *, unemployed: set[int] = frozenset()) -> Cast:
    """Register people, bodies, contracts, funds and accounts; everything dated before the day of ``at``.

    ``unemployed``: numbers of people the employment office has registered for more than a year.
    """
    on = at.date()
    long_ago = at_hour(date(on.year - 2, 1, 5))
    cast = Cast(city, on, [], 0, {}, {}, {}, at)
    _open_bureau_accounts(cast, long_ago)
    _register_people(cast, long_ago, progress, unemployed)
    _register_bodies(cast, long_ago, progress)
    _open_funds(cast, long_ago)
    return cast


def _open_bureau_accounts(cast: Cast, at: datetime) -> None:
    for login in LOGINS:
        if login.role in {"provider_clerk", "assessor", "learner"}:
            continue
        cast.actors[login.username] = open_demo_account(
            login, at=at, region_code=login.region_code or REGION, department_code=login.department_code,
            unit_name=login.unit_name,
        )  # fmt: skip


@cache
def _hash_of_the_demo() -> str:
    """One hash for all: everybody's password is the same and printed on the first page."""
    return make_password(DEMO_PASSWORD)


def open_demo_account(login, *, at: datetime, **reach) -> Actor:
    """Open one of the demo's accounts and return who acts in it."""
    account = open_account(
        username=login.username,
        name=login.name,
        role=login.role,
        password=DEMO_PASSWORD,
        password_hash=_hash_of_the_demo(),
        by=system_actor(),
        at=at,
        **reach,
    )
    return actor_of(account)


def _register_people(cast: Cast, at: datetime, progress: Progress, unemployed: set[int]) -> None:
    persons, total = cast.city.persons, len(cast.city.persons)
    known_groups = set(rules.load().groups)
    progress("登记人员", 0, total)
    for start in range(0, total, 2000):
        part = persons[start : start + 2000]
        ids = people.register_people([_new_person(p) for p in part], by=system_actor(), at=at)
        cast.person_ids |= {p.number: ids[p.id_number] for p in part}
        progress("登记人员", min(start + 2000, total), total)
    registered = [
        (row.person_number, row.group_code, row.starts_on, row.ends_on)
        for row in cast.city.memberships
        if row.group_code in known_groups
        and not (row.person_number in unemployed and row.group_code in {"registered_unemployed", HARDSHIP})
    ]
    since = cast.on - timedelta(days=500)
    registered += [(number, "registered_unemployed", since, None) for number in sorted(unemployed)]
    registered += [(number, HARDSHIP, since, None) for number in sorted(unemployed)[::8]]
    people.record_groups(
        [
            people.NewGroup(
                person_id=cast.person_ids[number],
                group_code=code,
                start_on=start_on,
                end_on=end_on,
                source="示例区就业登记",
            )
            for number, code, start_on, end_on in registered
        ],
        by=system_actor(),
        at=at,
    )
    people.record_standings(list(_standings(cast)), by=system_actor(), at=at)


def _new_person(person: Person) -> people.NewPerson:
    return people.NewPerson(
        name=person.name,
        id_number=person.id_number,
        phone=person.phone,
        ethnic_code=person.ethnic_code,
        education_code=person.education_code,
        household_region_code=person.household_region_code,
        household_kind="农业" if person.household_kind == AGRICULTURAL else "非农业",
        residence_region_code=person.residence_region_code,
        job_region_code=person.job_region_code,
        bank_name="示例银行示例区支行" if person.number % 61 else "",
        bank_account=person.bank_card if person.number % 61 else "",
        bank_account_holder=person.name if person.number % 61 else "",
        region_code=REGION,
        synthetic=True,
    )


def _standings(cast: Cast) -> Iterable[people.NewStanding]:
    """Pension and insurance as the insurance office answered; one person in forty is not yet answered."""
    for person in cast.city.persons:
        person_id = cast.person_ids[person.number]
        if person.number % 40:
            yield people.NewStanding(
                person_id=person_id,
                kind="pension",
                holds=person.pension_from is not None,
                start_on=person.pension_from or person.born_on + timedelta(days=16 * 366),
                source="示例区社会保险中心",
            )
        if person.employer_number:
            yield people.NewStanding(
                person_id=person_id,
                kind="insured",
                holds=True,
                start_on=cast.on - timedelta(days=400 + person.number % 900),
                source="示例区社会保险中心",
                employer=cast.city.companies[person.employer_number - 1].name,
            )


def _register_bodies(cast: Cast, at: datetime, progress: Progress) -> None:
    clerk, city = cast["clerk"], cast.city
    courses = {(c.occupation_code, level) for c in city.classes for level in LEVELS}
    starts_on, ends_on = date(cast.on.year - 2, 1, 1), date(cast.on.year + 2, 1, 1)
    for occupation_code in sorted({occupation for occupation, _level in courses}):
        catalog.list_subsidised_occupation(
            REGION,
            occupation_code=occupation_code,
            level_codes=list(LEVELS),
            starts_on=starts_on,
            reference_text="示例区补贴性培训职业（工种）目录",
            by=clerk,
            at=at,
        )
    chosen = city.schools[:4]
    for done, body in enumerate(chosen, 1):
        school = institutions.register_institution(
            credit_code=body.credit_code,
            name=body.name,
            kind="training_school",
            region_code=REGION,
            is_provider=True,
            address=body.address,
            contact_name=body.contact_name,
            phone=body.contact_phone,
            synthetic=True,
            by=clerk,
            at=at,
        )
        contract = institutions.draft_contract(
            school.pk,
            number=f"示培协〔{starts_on.year}〕{done:02d}号",
            starts_on=starts_on,
            ends_on=ends_on,
            head_count=3000,
            scopes=sorted(courses),
            area="示例区",
            basis="示例区职业培训机构公开招标",
            by=clerk,
            at=at,
        )
        institutions.recognise_provider(contract.pk, by=clerk, at=at, reason="招标公示无异议")
        account = open_demo_account(
            _school_login(done, body), at=at, organisation_id=school.pk, region_code=REGION
        )
        institutions.set_institution_bank_account(
            school.pk, bank_name=body.bank_name, account=body.bank_account, by=account, at=at
        )
        sites = [
            institutions.add_site(
                school.pk,
                name=f"{site.name} 第{room}教室",
                address=site.address,
                capacity=max(site.seats, 40),
                **_position(site),
                by=account,
                at=at,
            ).pk
            for site, room in _rooms(cast, body.number)
        ]
        trainers = [
            institutions.add_trainer(
                school.pk,
                name=trainer.person.name,
                id_number=trainer.person.id_number,
                employment="full" if trainer.is_full_time else "part",
                qualification=f"{trainer.title} · {trainer.course.occupation_name}",
                level_code=trainer.level_code,
                by=account,
                at=at,
            ).pk
            for trainer in city.trainers
            if trainer.school_number == body.number
        ]
        cast.schools.append(School(body.number, school.pk, contract.pk, sites, trainers, account))
        progress("认定机构", done, len(chosen) + 1)
    cast.assessor_id = _register_assessor(cast, at)
    progress("认定机构", len(chosen) + 1, len(chosen) + 1)


def _position(site: Site) -> dict[str, Decimal]:
    """Where a site stands on the map of the fictional district: in the township its address names."""
    chance = Random(f"{site.number}:position")  # noqa: S311  (repeatable on purpose)
    west, east = (120.735, 120.822) if site.township_code == TOWN else (120.86, 120.945)
    return {
        "latitude": Decimal(f"{chance.uniform(35.755, 35.865):.6f}"),
        "longitude": Decimal(f"{chance.uniform(west, east):.6f}"),
    }


def _rooms(cast: Cast, school_number: int) -> list[tuple[Site, int]]:
    """Five rooms to teach in, spread over the school's sites."""
    sites = [site for site in cast.city.sites if site.school_number == school_number]
    return [(sites[room % len(sites)], room // len(sites) + 1) for room in range(5)]


def _school_login(number: int, body):
    """The first two schools have the demo's log-ins, the others one of their own."""
    login = next(x for x in LOGINS if x.username == ("school" if number == 1 else "school2"))
    return login if number <= 2 else replace(login, username=f"school{number}", name=body.contact_name)


def _register_assessor(cast: Cast, at: datetime) -> int:
    company = cast.city.companies[0]
    body = institutions.register_institution(
        credit_code=company.credit_code,
        name="示例区" + company.short_name + "职业技能评价中心",
        kind="social_body",
        region_code=REGION,
        is_assessor=True,
        address=company.address,
        contact_name=company.contact_name,
        phone=company.contact_phone,
        certificate_body_code="S000037000029",
        synthetic=True,
        by=cast["clerk"],
        at=at,
    )
    login = next(x for x in LOGINS if x.role == "assessor")
    cast.actors["assessor"] = open_demo_account(login, at=at, organisation_id=body.pk, region_code=REGION)
    return body.pk


def _open_funds(cast: Cast, at: datetime) -> None:
    """One earmarked fund a year, borne by district and city, with a budget that is not too generous."""
    for year in sorted({(cast.on - timedelta(days=240)).year, cast.on.year}):
        opened = at_hour(date(min(year, cast.on.year), 1, 6))
        fund = funds.open_fund(
            code=f"ZX{REGION}",
            name="示例区职业技能提升行动专账",
            region_code=REGION,
            year=year,
            shares=dict.fromkeys(PROGRAMMES, SHARES),
            kind_code="skills_action",
            department="示例区人力资源和社会保障局",
            illustrative=True,
            by=cast["reviewer"],
            at=opened,
        )
        cast.district_fund_ids[year] = fund.pk
        for programme in PROGRAMMES:
            for source, permille in SHARES.items():
                funds.set_budget(
                    fund.pk,
                    programme=programme,
                    source_level=source,
                    amount_fen=90_000_000 * permille // 1000,
                    by=cast["reviewer"],
                    at=opened,
                    document=f"示例财社〔{year}〕1号",
                    reason="年度预算",
                )


def recall(username: str) -> Actor:
    """Who acts in one of the demo's accounts."""
    return actor_of(account_named(username))
