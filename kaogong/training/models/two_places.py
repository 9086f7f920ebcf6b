"""Triggers that refuse a learner, or a trainer two institutions know, in two places at once.

What they compare is spread over enrolments, sessions and classes, which no exclusion constraint reaches. Each
statement that could bring two places together first locks, in this order, the classes it touches, the people who
teach, the people who learn, each by id; only then does it look. So of two transactions that would clash the second
waits for the first and then sees it. A class counts from its filing on. They read and lock; they never write.
"""

# ruff: noqa: S608  (the pieces put together are all written here)

import pgtrigger

SEATED = ("filed", "approved", "running", "finished")
LEARNER, TRAINER, ROOM = "learner_once_at_a_time", "trainer_person_once_at_a_time", "session_room_in_its_site"
_SEATED = ", ".join(f"'{status}'" for status in SEATED)


def _lock(table: str, ids: str, column: str = "id") -> str:
    return f"PERFORM 1 FROM {table} WHERE {column} IN ({ids}) ORDER BY id FOR NO KEY UPDATE;"


def _refuse(constraint: str, who: str) -> str:
    return f"""
        IF FOUND THEN
            RAISE EXCEPTION '%', '{constraint}' USING ERRCODE = 'exclusion_violation',
                CONSTRAINT = '{constraint}', DETAIL = json_build_object('{who}', clash.who,
                    'class', clash.class_id, 'other', clash.other_id, 'on', clash."on",
                    'starts_at', clash.starts_at, 'ends_at', clash.ends_at)::text;
        END IF;"""


def _learners(enrolments: str, sessions: str) -> str:
    """Find a learner of these enrolments who sits elsewhere during these sessions, and refuse."""
    return f"""
        SELECT e.person_id AS who, s.training_class_id AS class_id, o.training_class_id AS other_id,
               o."on", o.starts_at, o.ends_at
          INTO clash
          FROM {enrolments} e
          JOIN training_trainingclass c ON c.id = e.training_class_id AND c.status IN ({_SEATED})
          JOIN {sessions} s ON s.training_class_id = e.training_class_id AND NOT s.cancelled
          JOIN training_enrolment x ON x.person_id = e.person_id AND x.status = 'enrolled'
               AND x.training_class_id <> e.training_class_id
          JOIN training_trainingclass d ON d.id = x.training_class_id AND d.status IN ({_SEATED})
          JOIN training_session o ON o.training_class_id = d.id AND NOT o.cancelled AND o."on" = s."on"
               AND o.starts_at < s.ends_at AND s.starts_at < o.ends_at
         WHERE e.status = 'enrolled'
         LIMIT 1;{_refuse(LEARNER, "person")}"""


class _OfStatement(pgtrigger.Trigger):
    """Looks once at all rows of a statement, however many."""

    when = pgtrigger.After
    level = pgtrigger.Statement
    watched: tuple[str, ...] = ()

    def __init__(self, event: str, name: str, func: str) -> None:
        self.event = event
        touched = "SELECT n.* FROM new_rows n"
        if event == "update":
            changed = " OR ".join(f'n."{c}" IS DISTINCT FROM o."{c}"' for c in self.watched)
            touched += f" JOIN old_rows o ON o.id = n.id WHERE {changed}"
        super().__init__(
            name=f"{name}_{event}",
            operation=pgtrigger.Insert if event == "insert" else pgtrigger.Update,
            referencing=pgtrigger.Referencing(new="new_rows")
            if event == "insert"
            else pgtrigger.Referencing(old="old_rows", new="new_rows"),
            declare=[("clash", "record")],
            func=func.replace("TOUCHED", f"({touched})") + "\n        RETURN NULL;",
        )


class SessionsGuard(_OfStatement):
    """Refuses sessions that put a learner or one human being who teaches in two places, or a room elsewhere."""

    watched = (
        "on",
        "starts_at",
        "ends_at",
        "trainer_id",
        "site_id",
        "room_id",
        "cancelled",
        "training_class_id",
    )

    def __init__(self, event: str) -> None:
        live = "TOUCHED t WHERE NOT t.cancelled"
        taught = f"""SELECT b.id_number_index FROM institutions_trainer b
                      WHERE b.id IN (SELECT trainer_id FROM {live})"""
        attending = f"""SELECT e.person_id FROM training_enrolment e JOIN training_trainingclass c
                          ON c.id = e.training_class_id AND c.status IN ({_SEATED})
                         WHERE e.status = 'enrolled'
                           AND e.training_class_id IN (SELECT training_class_id FROM {live})"""
        super().__init__(
            event,
            "nobody_in_two_places",
            f"""
        IF NOT EXISTS (SELECT FROM {live}) THEN RETURN NULL; END IF;
        SELECT t.room_id AS who, t.training_class_id AS class_id, NULL AS other_id,
               t."on", t.starts_at, t.ends_at
          INTO clash
          FROM TOUCHED t JOIN institutions_room r ON r.id = t.room_id AND r.site_id <> t.site_id LIMIT 1;
        {_refuse(ROOM, "room")}
        {_lock("training_trainingclass", f"SELECT training_class_id FROM {live}")}
        {_lock("institutions_trainer", taught, "id_number_index")}
        SELECT t.trainer_id AS who, t.training_class_id AS class_id, s.training_class_id AS other_id,
               s."on", s.starts_at, s.ends_at
          INTO clash
          FROM TOUCHED t
          JOIN institutions_trainer a ON a.id = t.trainer_id
          JOIN institutions_trainer b ON b.id_number_index = a.id_number_index AND b.id <> a.id
          JOIN training_session s ON s.trainer_id = b.id AND NOT s.cancelled AND s."on" = t."on"
               AND s.starts_at < t.ends_at AND t.starts_at < s.ends_at
         WHERE NOT t.cancelled
         LIMIT 1;{_refuse(TRAINER, "trainer")}
        {_lock("people_person", attending)}
        {_learners("training_enrolment", "TOUCHED")}""",
        )


class EnrolmentsGuard(_OfStatement):
    """Refuses enrolments of people who sit elsewhere while the class meets."""

    watched = ("training_class_id", "person_id", "status")

    def __init__(self, event: str) -> None:
        seated = f"""SELECT t.person_id FROM TOUCHED t JOIN training_trainingclass c
                       ON c.id = t.training_class_id AND c.status IN ({_SEATED}) WHERE t.status = 'enrolled'"""
        super().__init__(
            event,
            "learner_in_one_place",
            f"""
        IF NOT EXISTS (SELECT FROM TOUCHED t WHERE t.status = 'enrolled') THEN RETURN NULL; END IF;
        {_lock("training_trainingclass", "SELECT training_class_id FROM TOUCHED t")}
        {_lock("people_person", seated)}
        {_learners("TOUCHED", "training_session")}""",
        )


class ClassGuard(pgtrigger.Trigger):
    """Refuses to let a class count whose learners sit elsewhere while it meets."""

    when = pgtrigger.After
    operation = pgtrigger.UpdateOf("status")

    def __init__(self) -> None:
        enrolled = "SELECT person_id FROM training_enrolment WHERE training_class_id = NEW.id AND status = 'enrolled'"
        super().__init__(
            name="learners_in_one_place",
            declare=[("clash", "record")],
            func=f"""
        IF NEW.status NOT IN ({_SEATED}) OR OLD.status IN ({_SEATED}) THEN RETURN NULL; END IF;
        {_lock("people_person", enrolled)}
        {_learners("(SELECT * FROM training_enrolment WHERE training_class_id = NEW.id)", "training_session")}
        RETURN NULL;""",
        )
