"""How much of what was planted is found, and how much of what is said is false: counted case by case.

A planted case is *found* when a serious or severe finding of a detector that answers for its kind concerns it:
one of its classes, or its institution; of a ring, when such findings together hold at least half of its people.
A serious or severe finding is *false* unless it answers for a case planted on the very subject it names: a wrong
reason on a fake class is false too; of a ring, at least half of the people named must belong to the planted one.
Recall is found of planted; precision is found of found and false, so that saying one true thing ten times does
not help. Notices count for nothing either way. One false subject named by one detector is one false finding.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kaogong.detection.findings import Finding, Severity
from kaogong.detection.planting import Planted
from kaogong.detection.planting_frauds import Case

# What each planted kind is answered by. The first is its own detector: false findings of it count there.
ANSWERS: dict[str, tuple[str, ...]] = {
    "dead_people": ("present_after_death",),
    "pensioners": ("pensioners_enrolled",),
    "students": ("students_enrolled",),
    "at_work": ("elsewhere_at_the_hour",),
    "in_hospital_or_exam": ("elsewhere_at_the_hour",),
    "in_two_classes": ("in_two_classes_at_once",),
    "never_taught": ("learners_deny_it",),
    "machine_burst": ("checked_in_within_seconds",),
    "machine_rhythm": ("checked_in_evenly",),
    "copied_days": ("copied_between_days",),
    "one_position": ("positions_all_alike",),
    "lessons_by_machine": ("lessons_too_fast", "lessons_in_chorus"),
    "impossible_hours": ("more_hours_than_a_day_holds",),
    "too_few_rooms": ("more_sessions_than_rooms", "trainer_in_two_places"),
    "trainer_twice": ("trainer_in_two_places",),
    "night_hours": ("taught_at_night",),
    "copied_answers": ("answers_copied", "marks_all_alike"),
    "marks_made_up": ("marks_all_alike",),
    "everybody_passes": ("pass_rate_out_of_line",),
    "empty_class": ("never_evidenced",),
    "site_too_small": ("site_too_small",),
    "roster_again": ("same_roster_again",),
    "claimed_before": ("held_after_claim",),
    "account_ring": ("account_shared", "ring"),
    "phone_ring": ("phone_shared", "ring"),
    "device_ring": ("device_shared", "ring"),
    "faces_reused": ("face_shared", "ring"),
    "scenes_reused": ("scene_shared",),
    "woven_ring": ("ring", "account_shared", "device_shared"),
}


@dataclass(frozen=True)
class Tally:
    """Planted, found and false, and the two rates."""

    planted: int = 0
    found: int = 0
    false: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.planted + other.planted, self.found + other.found, self.false + other.false)

    @property
    def recall(self) -> float:
        return self.found / self.planted if self.planted else 1.0

    @property
    def precision(self) -> float:
        said = self.found + self.false
        return self.found / said if said else 1.0


@dataclass(frozen=True)
class Measure:
    """Every kind's tally, the sum, and the cases and findings behind the misses."""

    kinds: dict[str, Tally]
    missed: tuple[Case, ...]
    false: tuple[Finding, ...]

    @property
    def overall(self) -> Tally:
        return sum(self.kinds.values(), Tally())


def measure(planted: Planted, findings: Iterable[Finding]) -> Measure:
    """Hold what was found against what was planted."""
    grave = [one for one in findings if one.severity is not Severity.NOTICE]
    missed, tallies = [], {kind: Tally() for kind in ANSWERS}
    for case in planted.cases:
        was_found = is_found(case, grave)
        tallies[case.kind] += Tally(planted=1, found=int(was_found))
        if not was_found:
            missed.append(case)
    false = [one for one in grave if not any(_answers(one, case) for case in planted.cases)]
    for one in false:
        kind = next(kind for kind, detectors in ANSWERS.items() if one.kind in detectors)
        tallies[kind] += Tally(false=1)
    return Measure(tallies, tuple(missed), tuple(false))


def is_found(case: Case, grave: list[Finding]) -> bool:
    """Whether findings answer for the case."""
    answering = [one for one in grave if _answers(one, case)]
    if not case.people:
        return bool(answering)
    named = {person for one in answering for person in one.people}
    return len(named & case.people) * 2 >= len(case.people)


def _answers(one: Finding, case: Case) -> bool:
    """Whether a finding is about this case, for a reason that is its own."""
    if one.kind not in ANSWERS[case.kind]:
        return False
    if case.people:
        return bool(one.people) and len(case.people.intersection(one.people)) * 2 >= len(one.people)
    if case.institutions:
        return bool(case.institutions.intersection(one.institutions))
    return bool(case.classes.intersection(one.classes))
