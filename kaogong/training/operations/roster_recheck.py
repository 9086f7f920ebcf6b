"""Checking learners of open classes against outside registers again, as things change after the roster."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from kaogong.gateways.registers import connected
from kaogong.kernel.actor import Actor
from kaogong.people import operations as people
from kaogong.people import queries as registry
from kaogong.trail.operations import record
from kaogong.training.models import Enrolment, TrainingClass
from kaogong.training.queries.findings import RosterFinding
from kaogong.training.queries.register_findings import CHECKED, register_findings

from .roster_registers import keep_standings

OPEN = ("filed", "approved", "running")


def recheck_learners(*, by: Actor, at: datetime) -> int:
    """Ask about every learner of the classes that are open, class by class; returns how many classes have news.

    A register that is down leaves yesterday's answers in place and is asked again the next night.
    """
    if not connected().intersection(CHECKED):
        return 0
    open_classes = TrainingClass.objects.filter(status__in=OPEN).order_by("pk")
    return sum(_recheck(training_class, by=by, at=at) for training_class in open_classes.iterator())


@transaction.atomic
def _recheck(training_class: TrainingClass, *, by: Actor, at: datetime) -> bool:
    rows = Enrolment.objects.filter(training_class=training_class, status="enrolled")
    names = dict(rows.values_list("person_id", "person__name"))
    if not names:
        return False
    before = register_findings(training_class)
    numbers = registry.id_numbers_of(names)
    answers = people.ask_registers(
        {numbers[pk]: name for pk, name in names.items()},
        kinds=CHECKED,
        by=by,
        at=at,
        reason=f"开班期间复核 {training_class.number}",
        region_code=training_class.region_code,
    )
    keep_standings(list(names), by=by, at=at)
    after = register_findings(training_class)
    news = _codes(after) - _codes(before)
    if news:
        record(
            "class.rechecked",
            training_class,
            by=by,
            at=at,
            learners=len(names),
            found=len(news),
            kinds=sorted({code for _, code in news}),
            unavailable=list(answers.unavailable),
        )
    return bool(news)


def _codes(found: Mapping[int, list[RosterFinding]]) -> set[tuple[int, str]]:
    return {(pk, finding.code) for pk, findings in found.items() for finding in findings}
