"""A city whose classes are all on now: so many learners, each with an account and a browser that is logged in.

Written with the guards asleep (``session_replication_role``): a path for benchmarks alone, open only to the
database's superuser. What is measured afterwards goes through the product's own address.
"""

import argparse
from datetime import date, datetime, time, timedelta

from bench import rig

REGION = "370299"
SEATS = 40
CLASSES_OF_A_SCHOOL = 10
LATITUDE, LONGITUDE = 36.07, 120.38
TABLE = """
CREATE TABLE IF NOT EXISTS bench_insert (
  id bigserial PRIMARY KEY, client_key uuid NOT NULL UNIQUE, device_key text, token text, at timestamptz)
"""


def load(people: int) -> None:
    """Fill an empty, migrated database with running classes for so many people, in session now."""
    rig.setup()
    from django.db import connection
    from django.utils import timezone

    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(TABLE)
    now = timezone.now()
    classes = _classes(-(-people // SEATS), now)
    _sessions(classes, now)
    persons = _people(people, now)
    _enrolments(persons, classes)
    cookies = _logged_in(persons, now)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("SELECT e.person_id, s.id FROM training_enrolment e JOIN training_session s"
                       " ON s.training_class_id = e.training_class_id ORDER BY e.person_id")  # fmt: skip
        sits_in = dict(cursor.fetchall())
    rig.answer(phones=[[person, sits_in[person], cookies[person]] for person in persons])


def _classes(count: int, now: datetime) -> list:
    from kaogong.institutions.models import Contract, Institution, Site, Trainer
    from kaogong.kernel.credit_code import make_credit_code
    from kaogong.training.models import TrainingClass

    schools = Institution.objects.bulk_create(
        Institution(
            credit_code=make_credit_code("52", REGION, n + 1).value, name=f"示例第{n}职业培训学校",
            kind="training_school", is_provider=True, region_code=REGION, created_at=now, synthetic=True,
        )
        for n in range(-(-count // CLASSES_OF_A_SCHOOL))
    )  # fmt: skip
    contracts = Contract.objects.bulk_create(
        Contract(
            number=f"XY-{n:05d}", institution=school, region_code=REGION, starts_on=date(2020, 1, 1),
            ends_on=date(2090, 1, 1), head_count=10_000, recognised_at=now, created_at=now, status="recognised",
        )
        for n, school in enumerate(schools)
    )  # fmt: skip
    bodies = [
        (n, schools[n // CLASSES_OF_A_SCHOOL], contracts[n // CLASSES_OF_A_SCHOOL]) for n in range(count)
    ]
    sites = Site.objects.bulk_create(
        Site(
            institution=school, name=f"教学点{n}", address=f"示例街道{n}号", region_code=REGION, capacity=60,
            latitude=LATITUDE, longitude=LONGITUDE,
        )
        for n, school, _ in bodies
    )  # fmt: skip
    trainers = Trainer.objects.bulk_create(
        Trainer(
            institution=school, name=f"教师{n}", id_number="", id_number_index=n.to_bytes(16), employment="full",
            id_number_masked="3702**********0000",
        )
        for n, school, _ in bodies
    )  # fmt: skip
    today = now.date()
    made = TrainingClass.objects.bulk_create(
        TrainingClass(
            number=f"KB-2026-{n:06d}", title=f"示例班{n}", institution=school, region_code=REGION,
            contract=contract, scheme_code="employment_training", occupation_code="4-03-02-01", level_code="5",
            certificate_kind="skill_level", hours_theory=20, hours_practice=40,
            starts_on=today - timedelta(days=3), ends_on=today + timedelta(days=30), head_count=SEATS,
            synthetic=True, created_at=now, status="running",
        )
        for n, school, contract in bodies
    )  # fmt: skip
    return list(zip(made, sites, trainers, strict=True))


def _sessions(classes: list, now: datetime) -> None:
    """Each class has one session that began some minutes ago and goes on for hours, within this day."""
    from django.utils import timezone

    from kaogong.training.models import Session

    local = timezone.localtime(now)
    first, last = time(0, 0), time(23, 59)
    begins, ends = local - timedelta(minutes=5), local + timedelta(hours=3)
    Session.objects.bulk_create(
        Session(
            training_class=training_class, on=local.date(), site=site, trainer=trainer, topic="刀工", kind="theory",
            starts_at=begins.time() if begins.date() == local.date() else first,
            ends_at=ends.time() if ends.date() == local.date() else last, hours_hundredths=300,
        )
        for training_class, site, trainer in classes
    )  # fmt: skip


def _people(count: int, now: datetime) -> list[int]:
    from kaogong.people.models import Person

    rows = Person.objects.bulk_create(
        (
            Person(
                name=f"学员{n}", id_number=f"{n:018d}", id_number_index=n.to_bytes(16), born_on=date(1990, 1, 1),
                id_number_masked="3702**********0000", sex="1", region_code=REGION, created_at=now, synthetic=True,
            )
            for n in range(count)
        ),
        batch_size=5000,
    )  # fmt: skip
    return [row.pk for row in rows]


def _enrolments(persons: list[int], classes: list) -> None:
    from kaogong.training.models import Enrolment

    Enrolment.objects.bulk_create(
        (
            Enrolment(
                training_class=classes[n // SEATS][0],
                person_id=person,
                sequence=n % SEATS + 1,
                status="enrolled",
            )
            for n, person in enumerate(persons)
        ),
        batch_size=5000,
    )


def _logged_in(persons: list[int], now: datetime) -> dict[int, str]:
    """A browser session for each, as logging in makes it; passwords nobody knows, so that none is hashed."""
    from secrets import token_hex

    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.contrib.sessions.models import Session as BrowserSession

    from kaogong.access.models import Account
    from kaogong.web.sessions import BEGAN, SEEN

    accounts = Account.objects.bulk_create(
        (
            Account(
                username=f"learner-{person}", name=f"学员{person}", role="learner", person_id=person, created_at=now,
                password="!" + token_hex(8),
            )
            for person in persons
        ),
        batch_size=5000,
    )  # fmt: skip
    store, at, found, rows = SessionStore(), int(now.timestamp()), {}, []
    for account in accounts:
        found[account.person_id] = key = token_hex(16)
        said = {
            SESSION_KEY: str(account.pk),
            BACKEND_SESSION_KEY: "django.contrib.auth.backends.ModelBackend",
            HASH_SESSION_KEY: account.get_session_auth_hash(),
            BEGAN: at,
            SEEN: at,
        }
        rows.append(
            BrowserSession(
                session_key=key, session_data=store.encode(said), expire_date=now + timedelta(hours=12)
            )
        )
    BrowserSession.objects.bulk_create(rows, batch_size=5000)
    return found


if __name__ == "__main__":
    words = argparse.ArgumentParser()
    words.add_argument("people", type=int)
    load(words.parse_args().people)
