"""The same figures by Django's aggregates over the working tables: the peer that snapshots are measured against."""

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from bench import rig
from kaogong.kernel.period import Period

COUNTED = ("approved", "running", "finished")
# A dimension of the fact -> where the ORM finds it, from an enrolment and from a certificate.
TRAINING_BY = {
    "region": "training_class__region_code",
    "programme": "training_class__scheme_code",
    "occupation": "training_class__occupation_code",
    "level": "training_class__level_code",
    "group": "group_code",
    "sex": "person__sex",
    "provider": "training_class__institution_id",
}
CERTIFICATE_BY = {
    "region": "region_code",
    "occupation": "occupation_code",
    "level": "level_code",
    "kind": "kind",
    "sex": "person__sex",
    "provider": "institution_id",
}
Parts = dict[str, int]


@dataclass(frozen=True, slots=True)
class Asked:
    """One figure by one dimension, by both ways, and how long each took."""

    code: str
    dimension: str
    orm_seconds: float
    snapshot_seconds: float
    orm_cpu: float
    snapshot_cpu: float
    agree: bool


def _enrolments(period: Period):
    from kaogong.training.models import Enrolment

    return Enrolment.objects.filter(
        status="enrolled",
        training_class__status__in=COUNTED,
        training_class__ends_on__gte=period.start,
        training_class__ends_on__lt=period.end,
    ).order_by()


def _certificates(period: Period):
    from kaogong.certificates.models import Certificate

    return Certificate.objects.filter(
        status="issued", issued_on__gte=period.start, issued_on__lt=period.end
    ).order_by()


def _grouped(rows, column: str, measure) -> Parts:
    told = rows.values(column).annotate(found=measure).values_list(column, "found")
    return {_key(column, value): found for value, found in told if found}


def _key(column: str, value: object) -> str:
    return "0" if column.endswith("level_code") and value == "" else str(value or "")


def person_times(dimension: str, period: Period) -> Parts:
    """``training.person_times`` by a dimension."""
    from django.db.models import Count

    return _grouped(_enrolments(period), TRAINING_BY[dimension], Count("pk"))


def persons(dimension: str, period: Period) -> Parts:
    """``training.persons`` by a dimension."""
    from django.db.models import Count

    return _grouped(_enrolments(period), TRAINING_BY[dimension], Count("person", distinct=True))


def issued(dimension: str, period: Period) -> Parts:
    """``certificate.issued`` by a dimension."""
    from django.db.models import Count

    return _grouped(_certificates(period), CERTIFICATE_BY[dimension], Count("pk"))


def holders(dimension: str, period: Period) -> Parts:
    """``certificate.persons`` by a dimension."""
    from django.db.models import Count

    return _grouped(_certificates(period), CERTIFICATE_BY[dimension], Count("person", distinct=True))


FIGURES: dict[str, tuple[Callable[[str, Period], Parts], dict[str, str]]] = {
    "training.person_times": (person_times, TRAINING_BY),
    "training.persons": (persons, TRAINING_BY),
    "certificate.issued": (issued, CERTIFICATE_BY),
    "certificate.persons": (holders, CERTIFICATE_BY),
}


def from_snapshot(code: str, dimension: str, period: Period) -> Parts:
    """The same from the latest snapshot's files, counted anew."""
    from kaogong.indicators.counting import break_down
    from kaogong.statistics import queries

    folder = queries.folder_of(queries.latest_snapshot())
    found = break_down(code, folder, dimension=dimension, period=period)
    return {key: part.value for key, part in found.rows if part.value}


def compare(period: Period) -> list[Asked]:
    """Every figure by every dimension both ways, over the database the settings name and its latest snapshot."""
    told = []
    for code, (by_orm, dimensions) in FIGURES.items():
        for dimension in dimensions:
            began, working = time.perf_counter(), rig.processor_seconds()
            orm = by_orm(dimension, period)
            between, worked = time.perf_counter(), rig.processor_seconds()
            ours = from_snapshot(code, dimension, period)
            done, rested = time.perf_counter(), rig.processor_seconds()
            told.append(
                Asked(
                    code,
                    dimension,
                    between - began,
                    done - between,
                    worked - working,
                    rested - worked,
                    orm == ours,
                )
            )
    return told


def together(period: Period) -> dict[tuple[str, str], Parts]:
    """All of it from the snapshot's files in one go, as a page and a refresh count what they need."""
    from kaogong.indicators.together import Asked as Question
    from kaogong.indicators.together import count_together
    from kaogong.statistics import queries

    asked = [
        Question(code, None, period, (), dimension)
        for code, (_by, dimensions) in FIGURES.items()
        for dimension in dimensions
    ]
    found = count_together(asked, queries.folder_of(queries.latest_snapshot()))
    return {
        (one.code, one.dimension): {key: part.value for key, part in found[one].rows if part.value}
        for one in asked
    }


def main() -> None:
    """Refresh the facts of the database in DATABASE_URL, then count both ways; figures must agree."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("snapshots", type=Path, help="where to write the snapshot")
    words.add_argument("--from", dest="since", type=date.fromisoformat, default=date(2023, 1, 1))
    words.add_argument("--to", dest="until", type=date.fromisoformat, default=date(2027, 1, 1))
    chosen = words.parse_args()
    rig.setup()
    from django.conf import settings

    settings.SNAPSHOTS_DIR = str(chosen.snapshots)
    from kaogong.statistics.operations import refresh_facts

    watch = rig.Stopwatch()
    taken = refresh_facts(at=rig.AT, full=True)
    full = watch.read()
    watch = rig.Stopwatch()
    refresh_facts(at=rig.AT + timedelta(minutes=1))
    again = watch.read()
    period = Period(chosen.since, chosen.until)
    (
        person_times("sex", period),
        from_snapshot("training.person_times", "sex", period),
    )  # both loaded, as in a server
    found = compare(period)
    watch = rig.Stopwatch()
    at_once = together(period)
    ours = watch.read()
    for one in found:
        ratio = one.orm_seconds / one.snapshot_seconds
        print(
            f"{one.code:24} {one.dimension:12} ORM {one.orm_seconds:8.3f} s  snapshot "
            f"{one.snapshot_seconds:7.3f} s  {ratio:6.1f} x  {'agree' if one.agree else 'DIFFER'}"
        )
    differing = [
        f"{one.code} by {one.dimension}"
        for one in found
        if not one.agree or at_once[one.code, one.dimension] != from_snapshot(one.code, one.dimension, period)
    ]
    if differing:
        raise SystemExit(f"figures differ: {', '.join(differing)}")
    rig.answer(
        rows=taken.rows, figures=len(found), refresh=full.wall, refresh_cpu=full.cpu + full.server_cpu,
        nothing_new=again.wall, orm=sum(one.orm_seconds for one in found), orm_cpu=sum(one.orm_cpu for one in found),
        snapshot=sum(one.snapshot_seconds for one in found), snapshot_cpu=sum(one.snapshot_cpu for one in found),
        together=ours.wall, together_cpu=ours.cpu, mib=rig.peak_mib(),
    )  # fmt: skip


if __name__ == "__main__":
    main()
