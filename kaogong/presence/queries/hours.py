"""Which hours count, by what rule, and why not."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext

from kaogong.kernel.actor import Actor
from kaogong.rules.conduct import ConductValue
from kaogong.training import queries as training
from kaogong.training.models import Attendance, Enrolment, Session, TrainingClass

from .settings import conduct_of


@dataclass(frozen=True, slots=True)
class DayShare:
    """One day of a class: how many hundredths of those on the roster were there, and whether that is enough.

    A day nobody has a mark of is not ``is_recorded``: it says nothing, and falls short of nothing.
    """

    on: date
    expected: int
    present: int
    percent: int
    is_enough: bool
    is_recorded: bool = True


@dataclass(frozen=True, slots=True)
class PersonHours:
    """One learner's hours in hundredths: planned so far, attended, counted, and why in words.

    ``recorded`` are those planned at sessions whose attendance was recorded: what ``percent`` is of.
    """

    enrolment: Enrolment
    planned: int
    recorded: int
    attended: int
    counted: int
    percent: int
    is_enough: bool
    why: str


@dataclass(frozen=True, slots=True)
class CountedHours:
    """A class's hours by the rules of its region; a rule that is unset holds nothing back."""

    training_class: TrainingClass
    days: tuple[DayShare, ...]
    people: tuple[PersonHours, ...]
    day_rule: ConductValue | None
    person_rule: ConductValue | None

    @property
    def short_days(self) -> tuple[DayShare, ...]:
        return tuple(day for day in self.days if not day.is_enough)

    @property
    def unrecorded_days(self) -> tuple[DayShare, ...]:
        return tuple(day for day in self.days if not day.is_recorded)


def counted_hours(class_id: int, *, by: Actor, on: date) -> CountedHours:
    """What each learner of a class in reach has up to a day, and what of it counts; five queries.

    The rules are shares of the class on a day and of a person over all days. A day short of its share fails the
    class, a person short of theirs has nothing counted; both say so and where the rule is from. Sessions without
    a single mark are nobody's absence: they are left out of both shares and said to be not recorded yet.
    """
    training_class = training.training_class(class_id, by=by)
    conduct = conduct_of(training_class.region_code, on)
    day_rule, person_rule = conduct.value("day_percent"), conduct.value("person_percent")
    sessions = list(
        Session.objects.filter(training_class_id=class_id, cancelled=False, on__lte=on).order_by(
            "on", "starts_at"
        )
    )
    learners = Enrolment.objects.filter(training_class_id=class_id, status="enrolled").select_related(
        "person"
    )
    learners = list(learners.order_by("sequence"))
    marks = Attendance.objects.filter(session__training_class_id=class_id, session__on__lte=on)
    hours: dict[int, int] = {}
    there: dict[date, set[int]] = {}
    marked: set[int] = set()
    by_session = {session.pk: session.on for session in sessions}
    enrolled = {learner.pk for learner in learners}
    for enrolment_id, session_id, had in marks.values_list("enrolment_id", "session_id", "hours_hundredths"):
        if enrolment_id not in enrolled or session_id not in by_session:
            continue
        marked.add(session_id)
        if had:
            hours[enrolment_id] = hours.get(enrolment_id, 0) + had
            there.setdefault(by_session[session_id], set()).add(enrolment_id)
    marked_days = {by_session[session_id] for session_id in marked}
    days = tuple(
        _day(day, len(learners), len(there.get(day, ())), day_rule, day in marked_days)
        for day in dict.fromkeys(session.on for session in sessions)
    )
    planned = sum(session.hours_hundredths for session in sessions)
    recorded = sum(session.hours_hundredths for session in sessions if session.pk in marked)
    short = next((day for day in days if not day.is_enough), None)
    missing = len({session.on for session in sessions if session.pk not in marked})
    people = tuple(
        _person(learner, planned, recorded, hours.get(learner.pk, 0), short, day_rule, person_rule, missing)
        for learner in learners
    )
    return CountedHours(training_class, days, people, day_rule, person_rule)


def _least(rule: ConductValue | None) -> int | None:
    return rule.value if rule is not None else None


def _day(on: date, expected: int, present: int, rule: ConductValue | None, is_recorded: bool) -> DayShare:
    least = _least(rule)
    enough = least is None or not expected or not is_recorded or 100 * present >= least * expected
    return DayShare(on, expected, present, 100 * present // expected if expected else 0, enough, is_recorded)


def _person(learner, planned, recorded, attended, short, day_rule, person_rule, missing) -> PersonHours:
    least = _least(person_rule)
    enough = least is None or 100 * attended >= least * recorded
    percent = 100 * attended // recorded if recorded else 0
    if planned and not recorded:
        why = gettext("未记考勤。")
    elif not enough:
        why = gettext("出勤率%(percent)s%%，低于%(least)s%%，课时不计。") % {
            "percent": percent,
            "least": least,
        }
    elif short is not None:
        why = gettext("%(on)s全班出勤率%(percent)s%%，低于%(least)s%%，该班课时不计。") % {
            "on": short.on,
            "percent": short.percent,
            "least": _least(day_rule),
        }
    elif least is None:
        why = gettext("没有出勤率的规定，到课的课时都计。")
    else:
        why = gettext("出勤率%(percent)s%%，不低于%(least)s%%。") % {"percent": percent, "least": least}
    if recorded and missing:
        why += gettext("有%(days)s天的课未记考勤，不算缺课。") % {"days": missing}
    counts = enough and short is None
    return PersonHours(learner, planned, recorded, attended, attended if counts else 0, percent, enough, why)
