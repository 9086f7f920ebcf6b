"""Each frame of the detectors as one query over the classes looked at: its columns in order, and their kind.

``key`` and ``int`` are whole numbers, ``day`` days and ``at`` microseconds since 1970 of local wall time,
``bool`` 0 or 1. Fingerprints become numbers by their first eight bytes, as ``kaogong.detection.opaque`` does.
"""
# Every part put together here is this module's own; what comes from outside travels as a parameter.
# ruff: noqa: S608

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Table:
    """One frame: its query and its columns; ``may_lack`` where an installation may have no such source."""

    sql: str
    columns: tuple[tuple[str, str], ...]
    may_lack: bool = False


def _table(sql: str, columns: str, *, may_lack: bool = False) -> Table:
    pairs = tuple(tuple(one.split(":")) for one in columns.split())
    return Table(" ".join(sql.split()), pairs, may_lack)


def _day(column: str) -> str:
    return f"({column} - date '1970-01-01')"


def _at(column: str) -> str:
    return f"(extract(epoch FROM {column}) * 1000000)::bigint"


def _local(column: str) -> str:
    return _at(f"({column} AT TIME ZONE 'Asia/Shanghai')")


def _opaque(column: str) -> str:
    return f"('x' || encode(substring({column} FROM 1 FOR 8), 'hex'))::bit(64)::bigint"


# One key for one human being over all providers: the first entry of their identity number.
_TRAINER = """
    (SELECT min(same.id) FROM institutions_trainer own
     JOIN institutions_trainer same ON same.id_number_index = own.id_number_index WHERE own.id = s.trainer_id)
"""
_PEOPLE = """
    SELECT DISTINCT e.person_id FROM training_enrolment e
    WHERE e.training_class_id = ANY(%(classes)s) AND e.status = 'enrolled'
"""

_CLAIMED_ON = """
    (SELECT min((k.submitted_at AT TIME ZONE 'Asia/Shanghai')::date) FROM claims_claim k
     WHERE k.training_class_id = c.id AND k.status <> 'withdrawn')
"""

TABLES: dict[str, Table] = {
    "institutions": _table(
        """
        SELECT i.id FROM institutions_institution i
        WHERE i.id IN (SELECT institution_id FROM training_trainingclass WHERE id = ANY(%(classes)s))
        ORDER BY i.id
        """,
        "institution:key",
    ),
    "sites": _table(
        """
        SELECT s.id, s.capacity, nullif((SELECT count(*) FROM institutions_room r
                                         WHERE r.site_id = s.id AND r.left_on IS NULL), 0)
        FROM institutions_site s
        WHERE s.id IN (SELECT site_id FROM training_trainingclass WHERE id = ANY(%(classes)s))
           OR s.id IN (SELECT site_id FROM training_session WHERE training_class_id = ANY(%(classes)s))
        ORDER BY s.id
        """,
        "site:key capacity:int rooms:int",
    ),
    "classes": _table(
        f"""
        SELECT c.id, c.institution_id, c.scheme_code, c.occupation_code, c.level_code, c.site_id,
               {_day("c.starts_on")}, {_day("c.ends_on")}, c.hours_theory + c.hours_practice, c.head_count,
               (c.status = 'finished')::int,
               {_day(_CLAIMED_ON)}
        FROM training_trainingclass c WHERE c.id = ANY(%(classes)s) ORDER BY c.id
        """,
        "class:key institution:key scheme:text occupation:text level:text site:key starts_on:day ends_on:day"
        " hours:float head_count:int finished:bool claimed_on:day",
    ),
    "enrolments": _table(
        """
        SELECT e.id, e.training_class_id, e.person_id FROM training_enrolment e
        WHERE e.training_class_id = ANY(%(classes)s) AND e.status = 'enrolled' ORDER BY e.id
        """,
        "enrolment:key class:key person:key",
    ),
    "persons": _table(
        f"""
        SELECT p.id, {_day("p.born_on")} FROM people_person p WHERE p.id IN ({_PEOPLE}) ORDER BY p.id
        """,
        "person:key born_on:day",
    ),
    "accounts": _table(
        f"""
        SELECT p.id, {_opaque("p.bank_account_index")}, (p.bank_account_holder = p.name)::int
        FROM people_person p
        WHERE p.id IN ({_PEOPLE}) AND p.bank_account_index IS NOT NULL ORDER BY p.id
        """,
        "person:key account:key holder_matches:bool",
        may_lack=True,
    ),
    "sessions": _table(
        f"""
        SELECT s.id, s.training_class_id, {_at('(s."on" + s.starts_at)')}, {_at('(s."on" + s.ends_at)')},
               s.hours_hundredths / 100.0, {_TRAINER}, s.site_id, s.room_id
        FROM training_session s WHERE s.training_class_id = ANY(%(classes)s) AND NOT s.cancelled ORDER BY s.id
        """,
        "session:key class:key starts_at:at ends_at:at hours:float trainer:key site:key room:key",
    ),
    "results": _table(
        """
        SELECT r.enrolment_id, r.exam_id, x.institution_id, r.theory / 100.0, r.practice / 100.0, r.passed::int
        FROM assessment_examresult r JOIN assessment_exam x ON x.id = r.exam_id
        WHERE x.training_class_id = ANY(%(classes)s) AND r.passed IS NOT NULL ORDER BY r.id
        """,
        "enrolment:key exam:key assessor:key theory:float practice:float passed:bool",
        may_lack=True,
    ),
    # A paper its own provider hands in for several classes (its site, say) counts once: only others' are odd.
    "photos": _table(
        """
        SELECT f.id * 4, 'portrait', f.look, s.training_class_id, k.person_id
        FROM presence_facephoto f
        JOIN presence_checkin k ON k.id = f.check_in_id
        JOIN training_session s ON s.id = k.session_id
        WHERE s.training_class_id = ANY(%(classes)s)
        UNION ALL
        SELECT p.id * 4 + 1, 'scene', v.look, i.training_class_id, NULL
        FROM risk_seenpicture v
        JOIN supervision_photo p ON p.id = v.source_id
        JOIN supervision_inspection i ON i.id = p.inspection_id
        WHERE v.source = 'inspection' AND v.look IS NOT NULL AND i.training_class_id = ANY(%(classes)s)
        UNION ALL
        SELECT min(d.id) * 4 + 2, 'document', v.look, min(d.training_class_id), NULL
        FROM risk_seenpicture v JOIN training_evidencedocument d ON d.id = v.source_id
        WHERE v.source = 'evidence' AND v.look IS NOT NULL AND d.training_class_id = ANY(%(classes)s)
        GROUP BY d.institution_id, v.look
        ORDER BY 1
        """,
        "photo:key kind:text hash:key class:key person:key",
        may_lack=True,
    ),
    "standings": _table(
        f"""
        SELECT t.person_id, CASE t.kind WHEN 'deceased' THEN 'dead' ELSE t.kind END,
               {_day("t.start_on")}, {_day("t.end_on")}
        FROM people_standing t
        WHERE t.holds AND t.kind IN ('deceased', 'pension', 'at_school') AND t.person_id IN ({_PEOPLE})
        ORDER BY t.id
        """,
        "person:key kind:text start_on:day end_on:day",
        may_lack=True,
    ),
}

LONG_TABLES: dict[str, Table] = {
    "marks": _table(
        """
        SELECT a.session_id, a.enrolment_id, (a.mark IN ('P', 'T', 'E'))::int, a.hours_hundredths / 100.0
        FROM training_attendance a
        JOIN training_session s ON s.id = a.session_id
        JOIN training_enrolment e ON e.id = a.enrolment_id
        WHERE s.training_class_id = ANY(%(classes)s) AND NOT s.cancelled AND e.status = 'enrolled'
        ORDER BY a.session_id, a.enrolment_id
        """,
        "session:key enrolment:key present:bool hours:float",
    ),
    "checkins": _table(
        f"""
        SELECT k.session_id, k.enrolment_id,
               CASE WHEN k.source = 'phone' AND EXISTS (SELECT 1 FROM presence_facephoto f
                                                         WHERE f.check_in_id = k.id AND f.said = 'known')
                         THEN 'face'
                    WHEN k.source = 'phone' AND k.is_queued THEN 'offline'
                    WHEN k.source = 'phone' THEN 'qr'
                    WHEN k.source = 'card_reader' THEN 'card'
                    WHEN k.source = 'offline_device' THEN 'card'
                    ELSE k.source END,
               {_local("k.received_at")}, {_local("k.taken_at")}, {_opaque("k.device_index")},
               k.latitude, k.longitude, k.accuracy_metres,
               (SELECT v.score FROM presence_presenceevidence v
                WHERE v.session_id = k.session_id AND v.enrolment_id = k.enrolment_id)
        FROM presence_checkin k JOIN training_session s ON s.id = k.session_id
        WHERE s.training_class_id = ANY(%(classes)s) AND NOT s.cancelled AND k.phase = 'in'
        ORDER BY k.id
        """,
        "session:key enrolment:key way:text server_at:at phone_at:at device:key latitude:float longitude:float"
        " accuracy_m:float evidence:int",
    ),
}
