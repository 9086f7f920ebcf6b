"""From what was kept of a person at a session to the codes that are weighed. Pure but for reading rows."""

from collections.abc import Collection, Iterable, Set
from dataclasses import dataclass
from datetime import datetime

from kaogong.presence.models import RECALL, CheckIn, FacePhoto, RefusedCheckIn

from .rooms import IN, OUT, Hours
from .settings import Settings, settings_of
from .weighing import Weighed, weigh

REFUSALS_OF_NO_CLASS = 30
FURTHER_SCANS = ("again", "other_phone")
_OF_SOURCE = {
    "card_reader": ("card", "card_place", "card_time"),
    "offline_device": ("offline_device", "device_place", "device_time"),
    "paper": ("paper", "paper_place", "paper_time"),
}


@dataclass(frozen=True, slots=True)
class Around:
    """What the other rows of the session, and of other days, say of one person's."""

    shared_devices: frozenset[bytes] = frozenset()  # phones several people used at this session
    flat_positions: frozenset[bytes] = frozenset()  # positions equal to the last digit too often
    has_several_phones: bool = False
    closed_recalls: frozenset[str] = frozenset()  # phases whose time to answer is over


def codes_of_scan(
    settings: Settings,
    *,
    way: str,
    place: str,
    is_queued: bool,
    skew_seconds: int | None,
    queue_gap_seconds: int | None,
    is_first_use: bool,
) -> set[str]:
    """What one scan by a phone says by itself."""
    codes = {
        "first_phone" if is_first_use else "own_phone",
        "code_typed" if way == "typed" else "code_scanned",
    }
    codes.add("queued_code" if is_queued else "live_code")
    if place in ("inside", "outside"):
        codes.add(place)
    if is_queued and skew_seconds is not None and abs(skew_seconds) > settings.clock_seconds:
        codes.add("clock_off")
    if queue_gap_seconds is not None and queue_gap_seconds > settings.queue_tolerance_seconds:
        codes.add("queue_unlikely")
    return codes


def codes_of_faces(settings: Settings, faces: Iterable[FacePhoto], phases: Collection[str]) -> set[str]:
    """What the photographs say, each check-in by its best; where none is asked and none was taken, nothing.

    Whose photograph could not be compared, or who took none, is told so; neither is refused anything.
    """
    codes: set[str] = set()
    best: dict[int, int | None] = {}
    for face in faces:
        known = best.get(face.check_in_id)
        told = [value for value in (known, face.likeness) if value is not None]
        best[face.check_in_id] = max(told, default=None)
        if face.is_used_before:
            codes.add("face_repeated")
    for likeness in best.values():
        if likeness is None:
            codes.add("face_unchecked")
        else:
            codes.add("face_matched" if likeness >= settings.face_likeness else "face_differs")
    if not best and any(settings.asks_face(phase) for phase in phases):
        codes.add("face_not_taken")
    return codes


def codes_of_phases(phases: Set[str], closed_recalls: Collection[str]) -> set[str]:
    """What the phases a phone was seen in say of the time between; a recall still open is not yet missed."""
    codes = set()
    if IN in phases:
        codes.add("in_only")
    if OUT in phases:
        codes.add("out_only")
    if {IN, OUT} <= phases:
        codes.add("in_and_out")
    answered = {phase for phase in phases if phase.startswith(RECALL)}
    if answered:
        codes.add("some_recalls")
        if answered >= set(closed_recalls) and phases & {IN, OUT}:
            codes.add("all_recalls")
    if set(closed_recalls) - answered:
        codes.add("recall_missed")
    return codes


def codes_of(
    rows: Iterable[CheckIn],
    refused: Iterable[RefusedCheckIn],
    around: Around,
    settings: Settings,
    hours: Hours,
    faces: Iterable[FacePhoto] = (),
) -> set[str]:
    """Everything known of one person at one session, as codes; the order of the rows is of no consequence."""
    rows, refused = list(rows), list(refused)
    codes: set[str] = set()
    scans = [row for row in rows if row.source == "phone"]
    scans += [row for row in refused if row.why in FURTHER_SCANS]
    # Whichever of a phone's scans came first bound it: at this session all of them are by a new phone.
    new = {bytes(row.device_index) for row in rows if row.is_first_use and row.device_index is not None}
    for scan in scans:
        codes |= codes_of_scan(
            settings,
            way=scan.way,
            place=scan.place,
            is_queued=scan.is_queued,
            skew_seconds=scan.skew_seconds,
            queue_gap_seconds=scan.queue_gap_seconds,
            is_first_use=scan.device_index is not None and bytes(scan.device_index) in new,
        )
        if scan.device_index is not None and bytes(scan.device_index) in around.shared_devices:
            codes.add("shared_phone")
        if scan.position_index is not None and bytes(scan.position_index) in around.flat_positions:
            codes.add("implausible")
    if scans:
        if around.has_several_phones:
            codes.add("two_phones")
        vouched = {row.phase for row in rows if row.source == "assisted"}
        phases = {scan.phase for scan in scans}
        codes |= codes_of_phases(phases | (vouched & around.closed_recalls), around.closed_recalls)
        codes |= codes_of_faces(settings, faces, phases)
    if any(row.why == "photographed" for row in refused):
        codes.add("photographed")
    return codes | _codes_of_others(rows, hours)


def _codes_of_others(rows: list[CheckIn], hours: Hours) -> set[str]:
    """What people, paper and machines other than the learner's own phone say."""
    codes: set[str] = set()
    for row in rows:
        codes |= set(_OF_SOURCE.get(row.source, ()))
        if row.source == "assisted":
            codes |= {"assisted", "assisted_place", "assisted_once"}
            codes.add(
                "assisted_time" if hours.opens_at <= row.received_at < hours.closes_at else "assisted_later"
            )
            if row.phase.startswith(RECALL):
                codes.add("recall_vouched")
        if row.is_signed:
            codes.add("signed_sheet")
    for source, once, both in (
        ("card_reader", "card_once", "card_in_and_out"),
        ("offline_device", "card_once", "card_in_and_out"),
        ("paper", "paper_once", ""),
    ):
        phases = {row.phase for row in rows if row.source == source}
        if phases:
            codes.add(once)
        if both and {IN, OUT} <= phases:
            codes.add(both)
    return codes


def proposed_mark(rows: Iterable[CheckIn], refused: Iterable[RefusedCheckIn], hours: Hours) -> str:
    """Here, late, gone early or not here, from the earliest and latest instants anything stands for."""
    seen = [(row.phase, row.stands_for) for row in rows]
    seen += [(row.phase, row.stands_for) for row in refused if row.why in FURTHER_SCANS]
    if not seen:
        return "A"
    came = min(at for _, at in seen)
    left = [at for phase, at in seen if phase == OUT]
    if came >= hours.late_from and not all(phase == OUT for phase, _ in seen):
        return "T"
    return "E" if left and max(left) < hours.early_until else "P"


def weighed_alone(row: CheckIn) -> Weighed:
    """One check-in weighed by itself, as its receipt shows it."""
    session = row.session
    settings = settings_of(session.training_class.region_code, session.on)
    codes = codes_of_scan(
        settings,
        way=row.way,
        place=row.place,
        is_queued=row.is_queued,
        skew_seconds=row.skew_seconds,
        queue_gap_seconds=row.queue_gap_seconds,
        is_first_use=row.is_first_use,
    )
    return weigh(codes | codes_of_phases({row.phase}, ()), settings.strengths)


def is_settled(hours: Hours, at: datetime) -> bool:
    """Whether the session is over and its doors closed, so that marks may be written."""
    return at >= hours.closes_at
