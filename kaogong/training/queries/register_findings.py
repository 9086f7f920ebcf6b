"""What outside registers' answers mean for one learner of one class: the same sentences for a roster and later."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from kaogong import rules
from kaogong.gateways.registers import KINDS, NOT_FOUND, UNAVAILABLE, Answer
from kaogong.kernel.writing import compact
from kaogong.people import queries as people
from kaogong.rules.conduct import conduct_said
from kaogong.training.models import Enrolment, TrainingClass

from .findings import RosterFinding

CHECKED = ("identity", "pension", "schooling", "insurance", "subsidies")
Found = tuple[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Learner:
    """What of a learner decides which answers are worth a word."""

    group_code: str


@dataclass(frozen=True, slots=True)
class Expected:
    """What a class expects of its learners."""

    first_day: date
    last_day: date
    occupation_code: str
    level_code: str
    employer: str  # "" where the scheme does not ask for one employer's staff
    for_students: bool
    student_groups: frozenset[str]


def expectations(training_class: TrainingClass) -> Expected:
    """What the class expects, by the region's conduct in force on its first day."""
    said = _conduct(training_class.region_code, training_class.starts_on)
    scheme = training_class.scheme_code
    own_staff = scheme in said["own_staff_schemes"]
    return Expected(
        first_day=training_class.starts_on,
        last_day=training_class.ends_on,
        occupation_code=training_class.occupation_code,
        level_code=training_class.level_code,
        employer=training_class.employer_name if own_staff else "",
        for_students=scheme in said["student_schemes"],
        student_groups=said["student_groups"],
    )


def findings_of(learner: Learner, told: Mapping[str, Answer], expected: Expected) -> Iterator[Found]:
    """Each thing the answers say against one learner: its code and the facts of its sentence, in order."""
    down = [KINDS[kind] for kind in CHECKED if kind in told and told[kind].status == UNAVAILABLE]
    if down:
        yield "not_checked", ("、".join(down),)
    identity = told.get("identity")
    if identity is not None and identity.status == NOT_FOUND:
        yield "register_no_such", _said_by(identity)
    for kind, judge in _JUDGES.items():
        answer = told.get(kind)
        if answer is not None and answer.is_known:
            yield from judge(learner, answer, expected)


def _of_identity(learner: Learner, answer: Answer, expected: Expected) -> Iterator[Found]:
    if answer.facts.died_on is not None:
        yield "dead", (*_said_by(answer), answer.facts.died_on.isoformat())
    if answer.facts.name_matches is False:
        yield "register_name_differs", _said_by(answer)


def _of_pension(learner: Learner, answer: Answer, expected: Expected) -> Iterator[Found]:
    since = answer.facts.since
    if since is not None and since <= expected.last_day:
        yield "draws_pension", (*_said_by(answer), since.isoformat())


def _of_schooling(learner: Learner, answer: Answer, expected: Expected) -> Iterator[Found]:
    may_study = expected.for_students or learner.group_code in expected.student_groups
    if not may_study and answer.facts.full_time_between(expected.first_day, expected.last_day):
        yield "at_school", _said_by(answer)


def _of_insurance(learner: Learner, answer: Answer, expected: Expected) -> Iterator[Found]:
    spells = answer.facts.on(expected.first_day) if expected.employer else ()
    # By name, since a class names its employer in words; a second job beside this one is no contradiction.
    if spells and compact(expected.employer) not in {compact(spell.employer) for spell in spells}:
        yield "insured_elsewhere", (*_said_by(answer), expected.employer)


def _of_subsidies(learner: Learner, answer: Answer, expected: Expected) -> Iterator[Found]:
    for paid in answer.facts.paid:
        if (paid.occupation_code, paid.level_code) == (expected.occupation_code, expected.level_code):
            yield "paid_elsewhere", (*_said_by(answer), paid.region, paid.paid_on.isoformat())
            return


_JUDGES = {
    "identity": _of_identity,
    "pension": _of_pension,
    "schooling": _of_schooling,
    "insurance": _of_insurance,
    "subsidies": _of_subsidies,
}


def register_findings(training_class: TrainingClass) -> dict[int, list[RosterFinding]]:
    """Enrolment id → what the latest answers kept say against that learner; those with nothing are left out."""
    learners = {
        enrolment.person_id: enrolment
        for enrolment in Enrolment.objects.filter(training_class=training_class, status="enrolled")
    }
    if not learners:
        return {}
    told: dict[int, dict[str, Answer]] = {}
    for (kind, person_id), kept in people.register_answers_about(learners, CHECKED).items():
        told.setdefault(person_id, {})[kind] = kept.answer
    if not told:
        return {}
    expected, found = expectations(training_class), {}
    for person_id, answers in told.items():
        enrolment = learners[person_id]
        said = [
            RosterFinding.of(enrolment.sequence, code, facts)
            for code, facts in findings_of(Learner(enrolment.group_code), answers, expected)
        ]
        if said:
            found[enrolment.pk] = said
    return found


def _said_by(answer: Answer) -> tuple[str, str]:
    return answer.source, answer.as_of.isoformat() if answer.as_of else ""


def _conduct(region_code: str, on: date) -> dict[str, frozenset[str]]:
    """The sets the region's conduct names; empty where it says nothing."""
    names = ("own_staff_schemes", "student_schemes", "student_groups")
    conduct = conduct_said(rules.load(), region_code, "roster", on)
    if conduct is None:
        return dict.fromkeys(names, frozenset())
    values = conduct.values
    return {name: frozenset(values[name].value or ()) if name in values else frozenset() for name in names}
