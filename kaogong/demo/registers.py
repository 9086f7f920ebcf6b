"""What outside registers say of the synthetic city: a file of facts, with a few of each thing worth a look."""

import json
from datetime import date, timedelta
from pathlib import Path
from random import Random

from django.conf import settings

from kaogong.demo.cast import Cast, at_hour
from kaogong.demo.city import Person
from kaogong.gateways.machine import write_private
from kaogong.kernel.actor import system_actor
from kaogong.training import operations as training
from kaogong.training.models import Enrolment

SOURCE = "示例区数据交换平台（虚构）"
FACTS = "facts:"


def connect(cast: Cast) -> bool:
    """Write the facts where this installation reads them and check open classes; False when it reads none."""
    if not settings.REGISTERS.startswith(FACTS):
        return False
    write_private(Path(settings.REGISTERS.removeprefix(FACTS)), json.dumps(facts(cast), ensure_ascii=False))
    training.recheck_learners(by=system_actor(), at=at_hour(cast.on, 3))
    training.recheck_hours(by=system_actor(), at=at_hour(cast.on, 3))
    return True


def disconnect() -> None:
    """Take away the facts of an earlier city, so that a new one is not judged by them."""
    if settings.REGISTERS.startswith(FACTS):
        Path(settings.REGISTERS.removeprefix(FACTS)).unlink(missing_ok=True)


def facts(cast: Cast) -> dict:
    """Everybody's facts; among learners of open classes one or two of each thing a person has to look at."""
    chance = Random(f"{cast.on}:registers")  # noqa: S311  (repeatable on purpose)
    people = {person.number: person for person in cast.city.persons}
    told: dict = {
        "source": SOURCE,
        "as_of": (cast.on - timedelta(days=1)).isoformat(),
        "identity": {p.id_number: {"name": p.name, "died_on": None} for p in people.values()},
        "pension": {
            p.id_number: {"since": p.pension_from.isoformat() if p.pension_from else None}
            for p in people.values()
        },
        "schooling": {p.id_number: {"spells": []} for p in people.values()},
        "insurance": {p.id_number: {"spells": []} for p in people.values()},
        "employment": {p.id_number: {"employer": "", "since": None} for p in people.values()},
        "subsidies": {p.id_number: {"paid": []} for p in people.values()},
        "hours": {p.id_number: [] for p in people.values()},
        "face": [],
    }
    _at_work(told, cast, chance)
    if cast.learner is not None:  # nobody has told of them: they are asked themselves
        told["insurance"].pop(cast.learner.id_number, None)
        told["employment"].pop(cast.learner.id_number, None)
    _worth_a_look(told, cast, chance)
    return told


def _at_work(told: dict, cast: Cast, chance: Random) -> None:
    """Those employed in the city are insured there; two in three of the others found work this year, or not."""
    firms = {firm.number: firm.name for firm in cast.city.companies}
    names = sorted(firms.values())
    for person in cast.city.persons:
        since, employer = None, ""
        if person.employer_number:
            since, employer = (
                cast.on - timedelta(days=400 + person.number % 900),
                firms[person.employer_number],
            )
        elif names and chance.random() < 0.6:
            since = cast.on - timedelta(days=chance.randint(5, 90))
            employer = chance.choice(names)
        if since is None:
            known = chance.random()
            if known < 0.3:  # some the employment office knows nothing of, and some nobody
                del told["employment"][person.id_number]
            if known < 0.15:
                del told["insurance"][person.id_number]
            continue
        told["employment"][person.id_number] = {"employer": employer, "since": since.isoformat()}
        told["insurance"][person.id_number] = {
            "spells": [
                {
                    "employer": employer,
                    "since": since.isoformat(),
                    "until": None,
                    "last_paid": f"{cast.on - timedelta(days=30):%Y-%m}",
                }
            ]
        }


def _worth_a_look(told: dict, cast: Cast, chance: Random) -> None:
    by_id = {person_id: number for number, person_id in cast.person_ids.items()}
    people = {person.number: person for person in cast.city.persons}
    rows = Enrolment.objects.filter(
        training_class__status__in=("filed", "approved", "running"), status="enrolled"
    )
    learners = [
        (people[by_id[row.person_id]], row.training_class)
        for row in rows.select_related("training_class").order_by("pk")
        if row.person_id in by_id and people[by_id[row.person_id]] is not cast.learner
    ]
    chance.shuffle(learners)
    for what, (person, taught) in zip(_THINGS * 2, learners, strict=False):
        what(told, person, taught, cast.on)


def _dead(told: dict, person: Person, taught, on: date) -> None:
    told["identity"][person.id_number]["died_on"] = (on - timedelta(days=200)).isoformat()


def _other_name(told: dict, person: Person, taught, on: date) -> None:
    told["identity"][person.id_number]["name"] = person.name[0] + "某某"


def _retired(told: dict, person: Person, taught, on: date) -> None:
    told["pension"][person.id_number] = {"since": (on - timedelta(days=70)).isoformat()}


def _pupil(told: dict, person: Person, taught, on: date) -> None:
    spell = {"school": "示例职业学院", "since": f"{on.year - 1}-09-01", "until": f"{on.year + 2}-07-01"}
    told["schooling"][person.id_number] = {"spells": [spell]}


def _paid_elsewhere(told: dict, person: Person, taught, on: date) -> None:
    paid = {
        "region": "示例邻区",
        "occupation_code": taught.occupation_code,
        "level_code": taught.level_code,
        "paid_on": (on - timedelta(days=300)).isoformat(),
    }
    told["subsidies"][person.id_number] = {"paid": [paid]}


_THINGS = (_dead, _other_name, _retired, _pupil, _paid_elsewhere)
