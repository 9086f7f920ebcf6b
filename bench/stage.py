"""The bodies a benchmark plays with: one provider, its clerk, a class ready for a roster."""

from datetime import date, datetime, time, timedelta

from bench.rig import AT
from kaogong.access.operations import open_account
from kaogong.access.queries import account_named, actor_of
from kaogong.institutions import operations as institutions
from kaogong.kernel.actor import Actor, system_actor
from kaogong.kernel.credit_code import make_credit_code
from kaogong.kernel.id_number import make_id_number
from kaogong.training import operations as training

REGION = "370299"
COOK = ("4-03-02-01", "5")
FIRST_DAY = date(2026, 12, 1)


def an_account(role: str, **reach: object) -> Actor:
    """The actor of an account that nobody will log in to, opened on first asking."""
    account = account_named(f"bench-{role}") or open_account(
        username=f"bench-{role}", name=role, role=role, password="only for benchmarks",
        by=system_actor(), at=AT, **reach,
    )  # fmt: skip
    return actor_of(account)


def a_provider(places: int) -> tuple[Actor, int, int, int]:
    """A recognised provider: its clerk, contract, trainer and site."""
    by = system_actor()
    school = institutions.register_institution(
        credit_code=make_credit_code("52", REGION, 1).value, name="示例区职业培训学校", kind="training_school",
        region_code=REGION, is_provider=True, by=by, at=AT,
    )  # fmt: skip
    bureau = an_account("bureau_clerk", region_code=REGION)
    contract = institutions.draft_contract(
        school.pk, number="XY-2026-00001", starts_on=date(2026, 1, 1), ends_on=date(2028, 1, 1),
        head_count=places, scopes=[COOK], by=bureau, at=AT,
    )  # fmt: skip
    institutions.recognise_provider(contract.pk, by=bureau, at=AT)
    site = institutions.add_site(school.pk, name="教学点", address="示例街道1号", capacity=60, by=by, at=AT)
    trainer = institutions.add_trainer(
        school.pk, name="李师傅", id_number=make_id_number(REGION, date(1980, 1, 1), 1, "男").value,
        employment="full", qualification="高级技师", level_code="1", by=by, at=AT,
    )  # fmt: skip
    return an_account("provider_clerk", organisation_id=school.pk), contract.pk, trainer.pk, site.pk


def a_class(
    provider: tuple[Actor, int, int, int], places: int, *, starts_on: date = FIRST_DAY, at: datetime = AT
) -> int:
    """A drafted class with a timetable of three days; its id."""
    clerk, contract_id, trainer_id, site_id = provider
    new = training.NewClass(
        contract_id=contract_id, title="2026年示例中式烹调师五级", scheme_code="employment_training",
        occupation_code=COOK[0], level_code=COOK[1], certificate_kind="skill_level", hours_theory=6,
        hours_practice=12, starts_on=starts_on, ends_on=starts_on + timedelta(days=29), head_count=places,
    )  # fmt: skip
    drafted = training.draft_class(clerk.organisation_id, new, trainer_ids=[trainer_id], by=clerk, at=at)
    sessions = [
        training.NewSession(
            on=starts_on + timedelta(days=day), starts_at=begins, ends_at=ends, hours_hundredths=hours * 100,
            kind=kind, topic="刀工与勺工", trainer_id=trainer_id, site_id=site_id,
        )
        for kind, begins, ends, hours, days in (
            ("theory", time(9), time(12), 3, 2), ("practice", time(13), time(19), 6, 2),
        )
        for day in range(days)
    ]  # fmt: skip
    training.plan_sessions(drafted.pk, sessions, by=clerk, at=at)
    return drafted.pk
