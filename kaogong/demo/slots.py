"""When in the day a class is taught, and how one comes to be on at any hour."""

from datetime import date, datetime, time, timedelta

MORNING, AFTERNOON, EVENING = (time(8, 30), time(12)), (time(13, 30), time(17)), (time(18, 30), time(22))
A_DAY = (MORNING, AFTERNOON)
A_SESSION, LATEST = timedelta(hours=3, minutes=30), (time(20, 20), time(23, 50))
Slot = tuple[date, time, time]


def with_one_on(slots: list[Slot], at: datetime) -> list[Slot]:
    """The slots with one that has been on for three quarters of an hour at ``at``, an evening or weekend's.

    It comes last, after whatever else has to move. What it takes the place of is the same day's, or on a day
    without teaching the last slot to come.
    """
    today = at.date()
    own = [slot for slot in slots if slot[0] == today]
    if any(is_well_on(slot, at) for slot in own):
        return slots
    begins = max(at - timedelta(minutes=45), datetime.combine(today, time(), at.tzinfo))
    begins = begins.replace(minute=begins.minute // 30 * 30, second=0, microsecond=0)
    hours = (begins.time(), (begins + A_SESSION).time())
    if hours[0] > LATEST[0]:
        hours = LATEST
    kept = [slot for slot in slots if slot not in own]
    if own:
        free = [
            other for other in (MORNING, AFTERNOON, EVENING) if other[1] <= hours[0] or hours[1] <= other[0]
        ]
        kept += [(today, *other) for other in free[: len(own) - 1]]
    else:
        kept.remove(max(kept))
    return [*sorted(kept), (today, *hours)]


def is_well_on(slot: Slot, at: datetime) -> bool:
    """Whether a slot began some time ago and goes on for a while."""
    begins, ends = (datetime.combine(slot[0], hour, at.tzinfo) for hour in slot[1:])
    return begins + timedelta(minutes=20) <= at <= ends - timedelta(minutes=20)
