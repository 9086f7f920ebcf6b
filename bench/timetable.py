"""Does a plan of 10,000 sessions clash: the product's look-up beside every pair compared, and keeping it beside a
bare insert.
"""

import argparse
from datetime import date, time, timedelta
from random import Random
from time import perf_counter

from bench import rig
from bench.rig import AT, processor_seconds

FIRST = date(2026, 3, 2)
SESSIONS_A_CLASS = 40


def checked(size: int, kept: int, times: int) -> None:
    """Sessions of other classes kept, a plan drawn up beside them; found by look-up and by comparing pairs."""
    rig.setup()
    from django.db import connection, transaction

    from kaogong.training import queries
    from kaogong.training.models import Session

    trainers, classes = a_city(kept + size)
    rows = sessions_of(trainers, classes, kept + size)
    others, plan = rows[:kept], rows[kept:]
    bulk(others)
    chance = Random(7)
    busy = Random(8).sample(range(len(plan)), len(plan) // 100)
    for place in busy:  # one in a hundred is planned where another session already is
        taken = chance.choice(others)
        plan[place] = replace_session(plan[place], taken)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE training_session")
        cursor.execute("ANALYZE institutions_trainer")
    ours, cpu = [], []
    for _ in range(times):
        began, worked = perf_counter(), processor_seconds()
        found = queries.clashes(plan)
        ours.append(perf_counter() - began)
        cpu.append(processor_seconds() - worked)
    began = perf_counter()
    pairs = by_pairs(plan, others)
    peer = perf_counter() - began
    by_lookup = {(clash.place, clash.kind) for clash in found}
    if by_lookup != pairs:
        raise SystemExit(f"the look-up found {len(by_lookup)}, the pairs {len(pairs)}")
    free = [row for place, row in enumerate(plan) if place not in {place for place, _kind in pairs}]
    began = perf_counter()
    with transaction.atomic():
        Session.objects.bulk_create(free)
    guarded = perf_counter() - began
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE bare AS SELECT * FROM training_session LIMIT 0")
        began = perf_counter()
        cursor.execute(
            "INSERT INTO bare SELECT * FROM training_session ORDER BY id DESC LIMIT %s", [len(free)]
        )
        bare = perf_counter() - began
    rig.answer(
        sessions=size, kept=kept, clashes=len(pairs), seconds=sorted(ours)[len(ours) // 2], worst=max(ours),
        cpu=sorted(cpu)[len(cpu) // 2], pairs=peer, inserted=len(free), guarded=guarded, bare=bare,
    )  # fmt: skip


def a_city(sessions: int) -> tuple[list, list[int]]:
    """Enough trainers, each with a site of their own, and classes for so many sessions."""
    from bench.stage import COOK, REGION, a_provider
    from kaogong.institutions.models import Site, Trainer
    from kaogong.training import operations as training
    from kaogong.training.models import TrainingClass

    clerk, contract_id, _trainer, _site = a_provider(places=500)
    school = clerk.organisation_id
    wanted = -(-sessions // SESSIONS_A_CLASS)
    sites = Site.objects.bulk_create(
        Site(institution_id=school, name=f"教学点{n}", address="示例街道", region_code=REGION, capacity=60)
        for n in range(wanted)
    )
    trainers = Trainer.objects.bulk_create(
        Trainer(
            institution_id=school, name=f"教师{n}", id_number="", id_number_index=n.to_bytes(16, "big"),
            id_number_masked="", employment="full",
        )
        for n in range(wanted)
    )  # fmt: skip
    new = training.NewClass(
        contract_id=contract_id, title="示例", scheme_code="employment_training", occupation_code=COOK[0],
        level_code=COOK[1], certificate_kind="skill_level", hours_theory=6, hours_practice=0, starts_on=FIRST,
        ends_on=FIRST + timedelta(days=60), head_count=30,
    )  # fmt: skip
    first = training.draft_class(school, new, by=clerk, at=AT)
    values = {f.attname: getattr(first, f.attname) for f in TrainingClass._meta.concrete_fields}
    rows = [TrainingClass(**(values | {"id": None, "number": f"KB-2020-{n:06d}"})) for n in range(wanted)]
    classes = TrainingClass.objects.bulk_create(rows)
    return list(zip(trainers, sites, strict=True)), [row.pk for row in classes]


def sessions_of(trainers: list, classes: list[int], wanted: int) -> list:
    """Two sessions a day of each class on twenty days, none of which clash."""
    from kaogong.training.models import Session

    return [
        Session(
            training_class_id=class_id, on=FIRST + timedelta(days=day), starts_at=begins,
            ends_at=time(begins.hour + 3), hours_hundredths=300, kind="theory", topic="示例",
            trainer_id=trainer.pk, site_id=site.pk,
        )
        for (trainer, site), class_id in zip(trainers, classes, strict=True)
        for day in range(SESSIONS_A_CLASS // 2)
        for begins in (time(9), time(13))
    ][:wanted]  # fmt: skip


def replace_session(planned, taken):
    """The planned session at the hours and with the trainer of another."""
    from kaogong.training.models import Session

    return Session(
        training_class_id=planned.training_class_id, on=taken.on, starts_at=taken.starts_at,
        ends_at=taken.ends_at, hours_hundredths=300, kind="theory", topic="示例", trainer_id=taken.trainer_id,
        site_id=planned.site_id,
    )  # fmt: skip


def bulk(rows: list) -> None:
    """Keep sessions a few thousand at a time."""
    from kaogong.training.models import Session

    Session.objects.bulk_create(rows, batch_size=5_000)


def by_pairs(plan: list, others: list) -> set[tuple[int, str]]:
    """The plain way: every session of the plan against every other one."""
    found = set()
    for place, one in enumerate(plan):
        for other in others:
            if one.on == other.on and one.starts_at < other.ends_at and other.starts_at < one.ends_at:
                if one.trainer_id == other.trainer_id:
                    found.add((place, "trainer"))
                if one.site_id == other.site_id:
                    found.add((place, "room"))
        for other in plan[:place]:
            if one.on == other.on and one.starts_at < other.ends_at and other.starts_at < one.ends_at:
                if one.training_class_id == other.training_class_id:
                    found.add((place, "class"))
                elif one.trainer_id == other.trainer_id:
                    found.add((place, "trainer"))
    return found


def measure(*, sessions: int, kept: int, times: int) -> dict:
    """In a process and a database of its own."""
    with rig.rig() as here:
        here.fresh("bench_timetable")
        return here.child(
            "bench.timetable", sessions, "--kept", kept, "--times", times, database="bench_timetable"
        )


def main() -> None:
    words = argparse.ArgumentParser()
    words.add_argument("sessions", type=int)
    words.add_argument("--kept", type=int, default=10_000)
    words.add_argument("--times", type=int, default=5)
    chosen = words.parse_args()
    checked(chosen.sessions, chosen.kept, chosen.times)


if __name__ == "__main__":
    main()
