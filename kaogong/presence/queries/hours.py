"""Which hours count, by what rule, and why not."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext

from kaogong.kernel.actor import Actor
from kaogong.presence.models import CheckIn, PresenceEvidence
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
    """One learner's hours in hundredths: planned so far, attended, unproven, counted, and why in words.

    ``recorded`` are those planned at sessions whose attendance was recorded: what ``percent`` is of.
    ``unproven`` are attended by the mark at sessions people checked in at, with less evidence than must be.
    ``days`` are those on which any of the counted hours lie.
    """

    enrolment: Enrolment
    planned: int
    recorded: int
    attended: int
    unproven: int
    counted: int
    percent: int
    is_enough: bool
    why: str
    days: int = 0


@dataclass(frozen=True, slots=True)
class CountedHours:
    """A class's hours by the rules of its region; a rule that is unset holds nothing back."""

    training_class: TrainingClass
    days: tuple[DayShare, ...]
    people: tuple[PersonHours, ...]
    day_rule: ConductValue | None
    person_rule: ConductValue | None
    evidence_rule: ConductValue | None

    @property
    def short_days(self) -> tuple[DayShare, ...]:
        return tuple(day for day in self.days if not day.is_enough)

    @property
    def unrecorded_days(self) -> tuple[DayShare, ...]:
        return tuple(day for day in self.days if not day.is_recorded)

    @property
    def lowest_day(self) -> DayShare | None:
        """The recorded day on which the smallest share of the class was there, the earliest of several."""
        return min((day for day in self.days if day.is_recorded), key=lambda day: day.percent, default=None)


@dataclass(frozen=True, slots=True)
class _Rules:
    day: ConductValue | None
    person: ConductValue | None
    evidence: ConductValue | None


def counted_hours(class_id: int, *, by: Actor, on: date) -> CountedHours:
    """What each learner of a class in reach has up to a day, and what of it counts; seven queries."""
    return hours_that_count(training.training_class(class_id, by=by), on)


def hours_that_count(training_class: TrainingClass, on: date, since: date = date.min) -> CountedHours:
    """What each learner of a class has up to a day (from ``since`` on), and what of it counts.

    The rules are those in force on that day, or on the last day of the class if that is earlier: shares of the
    class on a day and of a person over all days, and the least evidence. A day short of its share fails the
    class, a person short of theirs has nothing counted, hours with less evidence are left out; all say so and
    where the rule is from. Sessions without a single mark are nobody's absence: they are left out of both shares
    and said to be not recorded yet. Where nobody checked in at a session, its marks are all the evidence there is.
    """
    conduct = conduct_of(training_class.region_code, min(on, training_class.ends_on))
    rules = _Rules(*(conduct.value(name) for name in ("day_percent", "person_percent", "least_evidence")))
    within = {"on__gte": since, "on__lte": on}
    sessions = list(
        Session.objects.filter(training_class=training_class, cancelled=False, **within).order_by(
            "on", "starts_at"
        )
    )
    learners = Enrolment.objects.filter(training_class=training_class, status="enrolled").select_related(
        "person"
    )
    learners = list(learners.order_by("sequence"))
    marks = Attendance.objects.filter(session__training_class=training_class, session__on__lte=on)
    weak = _weak(training_class, rules.evidence)
    hours: dict[int, int] = {}
    unproven: dict[int, int] = {}
    there: dict[date, set[int]] = {}
    proven_days: dict[int, set[date]] = {}
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
            if (enrolment_id, session_id) in weak:
                unproven[enrolment_id] = unproven.get(enrolment_id, 0) + had
            else:
                proven_days.setdefault(enrolment_id, set()).add(by_session[session_id])
    marked_days = {by_session[session_id] for session_id in marked}
    days = tuple(
        _day(day, len(learners), len(there.get(day, ())), rules.day, day in marked_days)
        for day in dict.fromkeys(session.on for session in sessions)
    )
    so_far = _SoFar(
        planned=sum(session.hours_hundredths for session in sessions),
        recorded=sum(session.hours_hundredths for session in sessions if session.pk in marked),
        short=next((day for day in days if not day.is_enough), None),
        missing=len({session.on for session in sessions if session.pk not in marked}),
    )
    people = tuple(
        _person(
            learner,
            so_far,
            hours.get(learner.pk, 0),
            unproven.get(learner.pk, 0),
            len(proven_days.get(learner.pk, ())),
            rules,
        )
        for learner in learners
    )
    return CountedHours(training_class, days, people, rules.day, rules.person, rules.evidence)


def _weak(training_class: TrainingClass, rule: ConductValue | None) -> set[tuple[int, int]]:
    """(Enrolment, session) weighed below the least evidence, at sessions where anybody checked in at all."""
    if (least := _least(rule)) is None:
        return set()
    in_class = {"session__training_class": training_class}
    scanned = CheckIn.objects.filter(**in_class).order_by().values_list("session_id").distinct()
    weighed = PresenceEvidence.objects.filter(**in_class, score__lt=least, session_id__in=scanned)
    return set(weighed.values_list("enrolment_id", "session_id"))


@dataclass(frozen=True, slots=True)
class _SoFar:
    """What holds of the whole class up to the day."""

    planned: int
    recorded: int
    short: DayShare | None
    missing: int


def _least(rule: ConductValue | None) -> int | None:
    return rule.value if rule is not None else None


def _day(on: date, expected: int, present: int, rule: ConductValue | None, is_recorded: bool) -> DayShare:
    least = _least(rule)
    enough = least is None or not expected or not is_recorded or 100 * present >= least * expected
    return DayShare(on, expected, present, 100 * present // expected if expected else 0, enough, is_recorded)


def _person(
    learner: Enrolment, so_far: _SoFar, attended: int, unproven: int, proven_days: int, rules: _Rules
) -> PersonHours:
    least, recorded, short = _least(rules.person), so_far.recorded, so_far.short
    proven = attended - unproven
    enough = least is None or 100 * proven >= least * recorded
    percent = 100 * proven // recorded if recorded else 0
    if so_far.planned and not recorded:
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
            "least": _least(rules.day),
        }
    elif least is None:
        why = gettext("没有出勤率的规定，到课的课时都计。")
    else:
        why = gettext("出勤率%(percent)s%%，不低于%(least)s%%。") % {"percent": percent, "least": least}
    if unproven:
        why += gettext("%(hours)s课时的到课依据低于%(least)s分，不计入。") % {
            "hours": f"{unproven / 100:g}",
            "least": _least(rules.evidence),
        }
    if recorded and so_far.missing:
        why += gettext("有%(days)s天的课未记考勤，不算缺课。") % {"days": so_far.missing}
    holds = enough and short is None
    return PersonHours(
        learner, so_far.planned, recorded, attended, unproven, proven if holds else 0, percent, enough, why,
        proven_days if holds else 0,
    )  # fmt: skip


def rule_in_words(counted: CountedHours) -> str:
    """The rules of attendance that held for a class, each with its source, as a decision keeps them."""
    said: Mapping[str, ConductValue | None] = {
        "一天的出勤率不低于{}%": counted.day_rule,
        "到课依据不低于{}分": counted.evidence_rule,
    }
    words = [
        f"{text.format(rule.value)}（{_source(rule)}）"
        for text, rule in said.items()
        if rule is not None and rule.value is not None
    ]
    return "；".join(words) or "本地区没有规定，到课的课时都计"


def _source(rule: ConductValue) -> str:
    if rule.by:
        return rule.by
    return "示例标准" if rule.illustrative else f"待核实，{rule.source}"
