"""What a region's dated conduct says of proving presence, read once for each region and day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from kaogong import rules
from kaogong.catalog.queries import in_english
from kaogong.kernel.errors import Refused
from kaogong.presence.models import RECALL
from kaogong.rules.conduct import Conduct, nearest_conduct

TOPIC = "presence"
FACES_AT = {"in": "face_at_check_in", "recall": "face_at_recall"}
LINKS = ("who", "where", "when", "throughout")


class SettingUnset(Refused):
    """{region}没有规定“{label}”，不能继续。请先在政策规则库补上。"""


@dataclass(frozen=True, slots=True)
class Strength:
    """How far one kind of evidence carries: it supports its link up to so many points, or limits it."""

    code: str
    link: str
    limits: bool
    points: int
    label: str
    label_en: str

    @property
    def words(self) -> str:
        """Its sentence in the reader's language."""
        return self.label_en if in_english() else self.label


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting of one region on one day. A span is a timedelta, a share a whole number of hundredths."""

    code_seconds: int
    grace: timedelta
    opens_before: timedelta
    closes_after: timedelta
    out_opens_before: timedelta
    late_after: timedelta
    early_before: timedelta
    photographed_after: timedelta
    queued_for: timedelta
    clock_seconds: int
    queue_tolerance_seconds: int
    geofence_metres: int
    position_accuracy_metres: int
    flat_people: int
    flat_days: int
    recalls_each_session: int
    recall_open: timedelta
    recall_margin: timedelta
    refusals_kept_a_day: int
    face_likeness: int
    face_open: timedelta
    face_tries: int
    faces_at: frozenset[str]  # of in, recall: where a photograph of the face is asked for; nowhere when unset
    strong_from: int
    fair_from: int
    alarm_after: timedelta
    correction_days: int
    dispute_days: int
    dispute_working_days: int
    strengths: Mapping[str, Strength]

    def asks_face(self, phase: str) -> bool:
        """Whether the region asks for a photograph at such a check-in: coming in, or at a call over."""
        return phase in self.faces_at or (phase.startswith(RECALL) and "recall" in self.faces_at)


def conduct_of(region_code: str, on: date) -> Conduct:
    """The topic as the rulebook holds it, with each value's source; a street has its district's."""
    return nearest_conduct(rules.load(), region_code, TOPIC, on)


@lru_cache(maxsize=1024)
def settings_of(region_code: str, on: date) -> Settings:
    """The settings in force; raises SettingUnset naming the first that nothing gives."""
    conduct = conduct_of(region_code, on)

    def held(name: str) -> int:
        found = conduct.value(name)
        if found is None or found.value is None:
            raise SettingUnset(region=region_code, label=found.label if found else name)
        return found.value

    def span(name: str, unit: str) -> timedelta:
        return timedelta(**{unit: held(name)})

    return Settings(
        code_seconds=held("code_seconds"),
        grace=span("grace_seconds", "seconds"),
        opens_before=span("opens_minutes_before", "minutes"),
        closes_after=span("closes_minutes_after", "minutes"),
        out_opens_before=span("out_opens_minutes_before", "minutes"),
        late_after=span("late_after_minutes", "minutes"),
        early_before=span("early_before_minutes", "minutes"),
        photographed_after=span("photographed_minutes", "minutes"),
        queued_for=span("queued_hours", "hours"),
        clock_seconds=held("clock_seconds"),
        queue_tolerance_seconds=held("queue_tolerance_seconds"),
        geofence_metres=held("geofence_metres"),
        position_accuracy_metres=held("position_accuracy_metres"),
        flat_people=held("flat_people"),
        flat_days=held("flat_days"),
        recalls_each_session=held("recalls_each_session"),
        recall_open=span("recall_minutes", "minutes"),
        recall_margin=span("recall_margin_minutes", "minutes"),
        refusals_kept_a_day=held("refusals_kept_a_day"),
        face_likeness=held("face_likeness"),
        face_open=span("face_minutes", "minutes"),
        face_tries=held("face_tries"),
        faces_at=frozenset(
            phase for phase, name in FACES_AT.items() if (found := conduct.value(name)) and found.value
        ),
        strong_from=held("strong_from"),
        fair_from=held("fair_from"),
        alarm_after=span("alarm_minutes", "minutes"),
        correction_days=held("correction_days"),
        dispute_days=held("dispute_days"),
        dispute_working_days=held("dispute_working_days"),
        strengths={
            row["code"]: Strength(
                code=row["code"],
                link=row["link"],
                limits=row["kind"] == "limits",
                points=row["points"],
                label=row["label"],
                label_en=row["label_en"],
            )
            for row in conduct.table("strengths").rows
        },
    )
