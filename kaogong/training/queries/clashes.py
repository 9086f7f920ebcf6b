"""What of a timetable cannot be: a trainer, a room, a learner or the class itself in two places at once."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Protocol

from django.db import connection


class Planned(Protocol):
    """Where a session is to be; ``room_id`` None takes the whole site."""

    on: date
    starts_at: time
    ends_at: time
    trainer_id: int
    site_id: int
    room_id: int | None


@dataclass(frozen=True, slots=True)
class Clash:
    """One planned session that cannot be, by its place in the plan, and what it meets.

    ``kind`` is trainer, room or class; ``class_id`` that of the other session, None when it is of the plan itself.
    """

    place: int
    kind: str
    class_id: int | None
    on: date
    starts_at: time
    ends_at: time


def clashes(
    plan: Sequence[Planned], *, except_class_id: int | None = None, except_ids: Iterable[int] = ()
) -> list[Clash]:
    """Every clash of a plan with itself and with the timetables kept, in the order of the plan.

    A trainer two institutions know under one identity number is one trainer. One look-up whatever the size.
    """
    if not plan:
        return []
    found = [*_within(plan), *_with_kept(plan, except_class_id, list(except_ids))]
    return sorted(found, key=lambda clash: (clash.place, clash.kind, clash.class_id or 0, clash.starts_at))


def _within(plan: Sequence[Planned]) -> list[Clash]:
    """Clashes of the plan with itself, each told of the later one: one sweep through the day of each thing taken.

    A plan of several classes says so by ``training_class_id``; without it all is one class.
    """
    taken: dict[tuple, list[int]] = defaultdict(list)
    for place, session in enumerate(plan):
        class_id = getattr(session, "training_class_id", None)
        taken[session.on, "class", class_id].append(place)
        taken[session.on, "trainer", session.trainer_id].append(place)
        taken[session.on, "room", session.site_id].append(place)
    found = []
    for (_on, kind, _thing), places in taken.items():
        if len(places) == 1:
            continue
        running: list[int] = []
        for place in sorted(places, key=lambda n: (plan[n].starts_at, n)):
            session = plan[place]
            running = [n for n in running if plan[n].ends_at > session.starts_at]
            found += [
                Clash(max(place, n), kind, None, session.on, plan[n].starts_at, plan[n].ends_at)
                for n in running
                if _is_clash(kind, session, plan[n])
            ]
            running.append(place)
    return found


def _is_clash(kind: str, one: Planned, other: Planned) -> bool:
    """Whether two sessions at one hour that share a thing of this kind clash in it; of one class it is the class."""
    if kind == "class":
        return True
    if getattr(one, "training_class_id", None) == getattr(other, "training_class_id", None):
        return False
    return kind == "trainer" or not one.room_id or not other.room_id or one.room_id == other.room_id


def _with_kept(plan: Sequence[Planned], except_class_id: int | None, except_ids: list[int]) -> list[Clash]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH wanted AS MATERIALIZED (
                SELECT * FROM unnest(%s::int[], %s::date[], %s::time[], %s::time[], %s::bigint[], %s::bigint[],
                                     %s::bigint[])
                         AS w (place, day, begins, ends, trainer, site, room)
            ), teaching AS MATERIALIZED (
                SELECT DISTINCT a.id AS trainer, b.id AS same
                  FROM institutions_trainer a JOIN institutions_trainer b USING (id_number_index)
                 WHERE a.id IN (SELECT trainer FROM wanted)
            ), taken AS MATERIALIZED (
                SELECT s.* FROM training_session s
                 WHERE s."on" BETWEEN (SELECT min(day) FROM wanted) AND (SELECT max(day) FROM wanted)
                   AND (s.trainer_id IN (SELECT same FROM teaching) OR s.site_id IN (SELECT site FROM wanted))
                   AND NOT s.cancelled AND s.training_class_id IS DISTINCT FROM %s AND NOT s.id = ANY(%s)
            )
            SELECT w.place, 'trainer', s.training_class_id, s."on", s.starts_at, s.ends_at
              FROM wanted w JOIN teaching t ON t.trainer = w.trainer
              JOIN taken s ON s.trainer_id = t.same AND s."on" = w.day
                   AND s.starts_at < w.ends AND w.begins < s.ends_at
            UNION ALL
            SELECT w.place, 'room', s.training_class_id, s."on", s.starts_at, s.ends_at
              FROM wanted w JOIN taken s ON s.site_id = w.site AND s."on" = w.day
                   AND s.starts_at < w.ends AND w.begins < s.ends_at
                   AND (s.room_id IS NULL OR w.room IS NULL OR s.room_id = w.room)
            """,
            [
                list(range(len(plan))),
                [session.on for session in plan],
                [session.starts_at for session in plan],
                [session.ends_at for session in plan],
                [session.trainer_id for session in plan],
                [session.site_id for session in plan],
                [session.room_id for session in plan],
                except_class_id,
                except_ids,
            ],
        )
        return [Clash(*row) for row in cursor.fetchall()]
