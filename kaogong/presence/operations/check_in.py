"""A learner's phone says: I am here."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext

from kaogong.access.permissions import Permission
from kaogong.access.sealing import blind_index
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound
from kaogong.presence import queries
from kaogong.presence.models import CheckIn, Recall, RefusedCheckIn
from kaogong.trail.operations import require_may

from .receiving import Clocks, Shown, place_in, shown, window_typed
from .refusals import (
    CheckInNotOpen,
    CheckInRefused,
    CheckInReplayed,
    ClassNotRunning,
    DeviceNotGiven,
    NotOfThisClass,
    RecallClosed,
    SessionIsCancelled,
)

Position = Sequence[float | None]

_INSERT = """
    WITH bound AS (
        INSERT INTO presence_devicebinding (device_index, person_id, bound_at, released_by, release_reason)
        VALUES (%(device)s, %(person)s, %(at)s, '', '')
        ON CONFLICT (person_id, device_index) WHERE released_at IS NULL DO NOTHING
        RETURNING 1
    )
    INSERT INTO presence_checkin (
        client_key, phase, way, stands_for, received_at, taken_at, skew_seconds, is_queued,
        queue_gap_seconds, device_index, place, latitude, longitude, accuracy_metres, distance_metres,
        position_index, session_id, enrolment_id, person_id, source, is_first_use, is_signed, note, account_id
    )
    SELECT %(key)s, %(phase)s, %(way)s, %(stands_for)s, %(at)s, %(taken_at)s, %(skew)s, %(queued)s, %(gap)s,
           %(device)s, %(place)s, %(latitude)s, %(longitude)s, %(accuracy)s, %(distance)s, %(position)s,
           %(session)s, %(enrolment)s, %(person)s, 'phone', EXISTS (SELECT 1 FROM bound), false, '',
           %(account)s
    ON CONFLICT DO NOTHING
    RETURNING id, is_first_use
"""


@dataclass(frozen=True, slots=True)
class CheckInReceipt:
    """What a learner is told: taken, for which phase, when the server had it, and how far it carries so far."""

    accepted: bool
    phase: str
    server_at: datetime
    sentence: str
    evidence: queries.Weighed
    session_id: int
    check_in_id: int
    is_repeat: bool = False
    asks_face: bool = False  # the region asks for a photograph now


@dataclass
class _Attempt:
    """One attempt as far as it has been understood; what a refusal keeps of it."""

    client_key: UUID
    device: bytes
    clocks: Clocks
    session_id: int | None = None
    door: queries.Door | None = None
    phase: str = ""
    shown: Shown | None = None
    way: str = "scanned"
    located: queries.Located = field(default_factory=queries.Located)


def check_in(
    *,
    client_key: UUID,
    device_key: str,
    by: Actor,
    at: datetime,
    token: str = "",
    short_code: str = "",
    session_id: int | None = None,
    position: Position | None = None,
    taken_at: datetime | None = None,
    sent_at: datetime | None = None,
    recall_id: int | None = None,
) -> CheckInReceipt:
    """Take one learner's check-in by the code on the room's screen, once for each phase of a session.

    The token, or the short code with its session, proves which window was on the screen; the server's clock
    decides. ``client_key`` names the attempt: arriving again, in any order, it changes nothing and is answered
    as before. ``taken_at`` and ``sent_at`` are the phone's own clock and only recorded; with them a code kept
    without network is taken late, as lower evidence. Every refusal is a CheckInRefused and is kept.

    Nothing is undone by a caller's rollback that was refused: call it outside a transaction.
    """
    require_may(by, Permission.CHECK_IN, "签到")
    if by.person_id is None:
        raise NotFound()
    if not device_key.strip():
        raise DeviceNotGiven()
    device = blind_index(device_key.strip()[:200], "presence.device")
    attempt = _Attempt(client_key, device, Clocks(taken_at, sent_at, at))
    try:
        _understand(attempt, token, short_code, session_id, position, recall_id, by=by)
        return _keep(attempt, by=by)
    except CheckInRefused as refusal:
        earlier = _arrived_before(attempt, by=by)
        if earlier is not None:
            return earlier
        _keep_refusal(attempt, refusal.why, by=by)
        raise


def answer_recall(
    recall_id: int,
    *,
    client_key: UUID,
    device_key: str,
    by: Actor,
    at: datetime,
    token: str = "",
    short_code: str = "",
    position: Position | None = None,
    taken_at: datetime | None = None,
    sent_at: datetime | None = None,
) -> CheckInReceipt:
    """Answer a recall with the code that is on the screen while it is open."""
    recall = Recall.objects.filter(
        pk=recall_id, session__training_class__enrolments__person_id__in=by.person_ids
    ).first()
    if recall is None:
        raise NotFound()
    return check_in(
        client_key=client_key,
        device_key=device_key,
        by=by,
        at=at,
        token=token,
        short_code=short_code,
        session_id=recall.session_id,
        position=position,
        taken_at=taken_at,
        sent_at=sent_at,
        recall_id=recall.pk,
    )


def _understand(
    attempt: _Attempt,
    token: str,
    short_code: str,
    session_id: int | None,
    position: Position | None,
    recall_id: int | None,
    *,
    by: Actor,
) -> None:
    """Fill in the attempt step by step, refusing by name at the first thing that is wrong."""
    attempt.way = "scanned" if token else "typed"
    attempt.session_id = session_id
    said = place_in(token) if token else None
    if said is not None:
        attempt.session_id = said.place
    door = queries.door(attempt.session_id, by.person_ids) if attempt.session_id else None
    if door is None or (said and session_id and said.place != session_id):
        attempt.session_id = attempt.session_id if door else None
        raise NotOfThisClass()
    attempt.door = door
    settings = queries.settings_of(door.region_code, door.on)
    hours = queries.hours_of(door.on, door.starts_at, door.ends_at, settings)
    attempt.located = queries.locate(position, (door.latitude, door.longitude), settings)
    if door.enrolment_id is None:
        raise NotOfThisClass()
    window = (
        said.window if said else window_typed(attempt.session_id, short_code, settings, hours, attempt.clocks)
    )
    seen = shown(window, attempt.way, settings, hours, attempt.clocks)
    attempt.shown = seen
    if door.is_cancelled:
        raise SessionIsCancelled(on=door.on)
    if door.class_status != "running":
        raise ClassNotRunning(number=door.class_number, state=queries.class_state(door.class_status))
    # A window that began just before the doors opened was still on the screen when they did.
    replaced_at = seen.shown_at + timedelta(seconds=settings.code_seconds)
    if replaced_at <= hours.opens_at or seen.shown_at >= hours.closes_at:
        raise CheckInNotOpen(opens=_clock(hours.opens_at), closes=_clock(hours.closes_at))
    attempt.phase = hours.phase(seen.shown_at)
    if recall_id is not None:
        attempt.phase = _recall_phase(recall_id, attempt.session_id, seen, settings)


def _recall_phase(recall_id: int, session_id: int, seen: Shown, settings: queries.Settings) -> str:
    recall = Recall.objects.filter(pk=recall_id, session_id=session_id).first()
    if recall is None:
        raise NotOfThisClass()
    began = recall.called_at - timedelta(seconds=settings.code_seconds)
    if not began <= seen.shown_at < recall.closes_at:
        raise RecallClosed(closes=_clock(recall.closes_at))
    return recall.phase


def _keep(attempt: _Attempt, *, by: Actor) -> CheckInReceipt:
    """One statement, so that it is whole or not at all: the check-in, and the phone's binding when it is new."""
    door, seen, located = attempt.door, attempt.shown, attempt.located
    with connection.cursor() as cursor:
        cursor.execute(
            _INSERT,
            {
                "device": attempt.device, "person": by.person_id, "at": attempt.clocks.received_at,
                "key": attempt.client_key, "phase": attempt.phase, "way": seen.way,
                "stands_for": seen.shown_at, "taken_at": attempt.clocks.taken_at, "skew": seen.skew_seconds,
                "queued": seen.is_queued, "gap": seen.queue_gap_seconds, "place": located.place,
                "latitude": located.latitude, "longitude": located.longitude,
                "accuracy": located.accuracy_metres, "distance": located.distance_metres,
                "position": located.index, "session": attempt.session_id, "enrolment": door.enrolment_id,
                "account": by.account_id,
            },
        )  # fmt: skip
        row = cursor.fetchone()
    if row is None:
        return _met_before(attempt, by=by)
    settings = queries.settings_of(door.region_code, door.on)
    codes = queries.codes_of_scan(
        settings,
        way=seen.way,
        place=located.place,
        is_queued=seen.is_queued,
        skew_seconds=seen.skew_seconds,
        queue_gap_seconds=seen.queue_gap_seconds,
        is_first_use=row[1],
    )
    return CheckInReceipt(
        accepted=True,
        phase=attempt.phase,
        server_at=attempt.clocks.received_at,
        sentence=_sentence(attempt.phase, attempt.clocks.received_at, seen),
        evidence=queries.weigh(
            {*codes, *queries.codes_of_phases({attempt.phase}, set())}, settings.strengths
        ),
        session_id=attempt.session_id,
        check_in_id=row[0],
        asks_face=settings.asks_face(attempt.phase),
    )


def _met_before(attempt: _Attempt, *, by: Actor) -> CheckInReceipt:
    """The same attempt again, or one more scan of a phase that is done; someone else's record is refused."""
    earlier = _arrived_before(attempt, by=by)
    if earlier is not None:
        return earlier
    if CheckIn.objects.filter(client_key=attempt.client_key).exists():
        raise CheckInReplayed()
    done = CheckIn.objects.get(
        session_id=attempt.session_id,
        enrolment_id=attempt.door.enrolment_id,
        phase=attempt.phase,
        source="phone",
    )
    other = bytes(done.device_index) != attempt.device
    _keep_refusal(attempt, "other_phone" if other else "again", by=by)
    return _receipt_of(done, on_other_phone=other)


def _arrived_before(attempt: _Attempt, *, by: Actor) -> CheckInReceipt | None:
    """The receipt of an attempt already taken from this very person and phone."""
    found = CheckIn.objects.filter(client_key=attempt.client_key, person_id__in=by.person_ids).first()
    if found is None or bytes(found.device_index or b"") != attempt.device:
        return None
    return _receipt_of(found)


def _receipt_of(done: CheckIn, *, on_other_phone: bool = False) -> CheckInReceipt:
    said = _sentence(done.phase, done.received_at, done)
    if on_other_phone:
        said = gettext("您已用另一部手机签到过，这次不重复计。%(said)s") % {"said": said}
    return CheckInReceipt(
        accepted=True,
        phase=done.phase,
        server_at=done.received_at,
        sentence=said,
        evidence=queries.weighed_alone(done),
        session_id=done.session_id,
        check_in_id=done.pk,
        is_repeat=True,
    )


def _keep_refusal(attempt: _Attempt, why: str, *, by: Actor) -> None:
    """Keep what was refused, once for each attempt, and no more of one person in a day than is of use."""
    at, located, seen = attempt.clocks.received_at, attempt.located, attempt.shown
    if attempt.door is not None:
        most = queries.settings_of(attempt.door.region_code, attempt.door.on).refusals_kept_a_day
    else:
        most = queries.REFUSALS_OF_NO_CLASS
    since = RefusedCheckIn.objects.filter(person_id=by.person_id, received_at__gt=at - timedelta(days=1))
    if since.count() >= most:
        return
    row = RefusedCheckIn(
        client_key=attempt.client_key,
        phase=attempt.phase,
        way=attempt.way,
        stands_for=seen.shown_at if seen else at,
        received_at=at,
        taken_at=attempt.clocks.taken_at,
        skew_seconds=attempt.clocks.skew_seconds,
        is_queued=bool(seen and seen.is_queued),
        queue_gap_seconds=seen.queue_gap_seconds if seen else None,
        device_index=attempt.device,
        place=located.place,
        latitude=located.latitude,
        longitude=located.longitude,
        accuracy_metres=located.accuracy_metres,
        distance_metres=located.distance_metres,
        position_index=located.index,
        session_id=attempt.session_id if attempt.door else None,
        enrolment_id=attempt.door.enrolment_id if attempt.door else None,
        person_id=by.person_id,
        why=why,
    )
    with transaction.atomic():
        RefusedCheckIn.objects.bulk_create([row], ignore_conflicts=True)


def _sentence(phase: str, at: datetime, seen: Shown | CheckIn) -> str:
    if phase == "in":
        said = gettext("签到成功，%(at)s。")
    elif phase == "out":
        said = gettext("签退成功，%(at)s。")
    else:
        said = gettext("点名已应答，%(at)s。")
    said %= {"at": _clock(at)}
    if seen.is_queued:
        said += gettext("这条是断网后补传的，以屏幕上码的时间为准。")
    return said


def _clock(at: datetime) -> str:
    return f"{timezone.localtime(at):%H:%M}"
