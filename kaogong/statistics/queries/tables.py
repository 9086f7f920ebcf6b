"""Each fact as one query over so many keys of its register: its columns in order, and their kind.

``key`` and ``int`` are whole numbers, ``day`` days since 1970, ``flag`` 0 or 1. What several registers must agree
on (today's district, today's occupation, the person that stands, the age band) is put in afterwards.
"""
# Every part put together here is this module's own; what comes from outside travels as a parameter.
# ruff: noqa: S608

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.utils.module_loading import import_string

# Seen by nobody but who drafts it: no fact yet.
UNFILED = "drafted"
APPROVED = "('approved', 'running', 'finished')"
# The programme whose lessons are held online (网络培训); no other way of teaching is kept on a class.
ONLINE = "online_training"


@dataclass(frozen=True, slots=True)
class Table:
    """``keys`` lists what the fact is gathered by, ``sql`` reads the rows of some of them (``%(keys)s``).

    ``dropped_by`` is the fact's column that says which earlier rows those of these keys stand in for.
    """

    keys: str
    sql: str
    columns: tuple[tuple[str, str], ...]
    slice: int
    dropped_by: str = "record"

    @property
    def by_person(self) -> bool:
        return self.dropped_by == "person"


@dataclass(frozen=True, slots=True)
class HandedIn:
    """A fact whose register belongs to an app above this one, which hands it in (``FACTS_HANDED_IN``).

    The trail's entries of ``subject`` say which keys were touched; a record is its ``letter`` and its key.
    ``labels`` are what the codes of columns only this fact has are called.
    """

    fact: str
    table: Table
    subject: str
    letter: str
    labels: Mapping[str, Callable[[str], str]]


def fact_table(keys: str, sql: str, columns: str, **more) -> Table:
    """A query on the registers with its columns as ``name:kind``, white space as it may stand in Python."""
    pairs = tuple(tuple(one.split(":")) for one in columns.split())
    return Table(" ".join(keys.split()), " ".join(sql.split()), pairs, **more)


def _day(column: str) -> str:
    return f"({column} - date '1970-01-01')"


def local_day(column: str) -> str:
    """The day of an instant here, as ``fact_table`` takes it."""
    return _day(f"({column} AT TIME ZONE '{settings.TIME_ZONE}')::date")


_WHO = "person:key region:text programme:text occupation:text level:text group:text sex:text born_on:day provider:text"
# A firm is told from the schools and bodies that train for others.
_PAYEE = """CASE WHEN {} IS NOT NULL THEN 'person' WHEN {} IN ('enterprise', 'enterprise_centre')
            THEN 'enterprise' ELSE 'institution' END"""
# A sponsor's money is kept apart: none of it is the public's.
SPONSORED = "sponsorship"
_SHARES = "jsonb_each_text({}.shares::jsonb) AS part(source, fen)"

TABLES: dict[str, Table] = {
    "training": fact_table(
        f"SELECT id FROM training_trainingclass WHERE status <> '{UNFILED}' ORDER BY id",
        f"""
        SELECT 'e' || e.id, e.person_id, c.region_code, c.scheme_code, c.occupation_code, c.level_code,
               e.group_code, p.sex, {_day("p.born_on")}, c.institution_id::text,
               c.id, {_day("c.starts_on")}, {_day("c.ends_on")},
               (c.status IN {APPROVED})::int, (c.status = 'finished')::int, coalesce(x.passed, false)::int,
               EXISTS (SELECT 1 FROM certificates_certificate k WHERE k.status = 'issued'
                       AND k.reference = 'exam:' || x.exam_id || ':enrolment:' || e.id)::int,
               coalesce(l.fen, 0), (c.scheme_code = '{ONLINE}')::int,
               (c.hours_theory + c.hours_practice) * 100, coalesce(h.hours, 0)
        FROM training_enrolment e
        JOIN training_trainingclass c ON c.id = e.training_class_id
        JOIN people_person p ON p.id = e.person_id
        LEFT JOIN assessment_examresult x ON x.enrolment_id = e.id
        LEFT JOIN (
            SELECT l.enrolment_id, sum(l.amount_fen + l.allowance_fen) AS fen
            FROM claims_claimline l JOIN claims_claim k ON k.id = l.claim_id
            WHERE k.training_class_id = ANY(%(keys)s) AND l.status = 'paid' AND l.enrolment_id IS NOT NULL
            GROUP BY l.enrolment_id
        ) l ON l.enrolment_id = e.id
        LEFT JOIN (
            SELECT a.enrolment_id, sum(a.hours_hundredths) AS hours
            FROM training_attendance a JOIN training_session s ON s.id = a.session_id
            WHERE s.training_class_id = ANY(%(keys)s) AND NOT s.cancelled
            GROUP BY a.enrolment_id
        ) h ON h.enrolment_id = e.id
        WHERE e.training_class_id = ANY(%(keys)s) AND e.status = 'enrolled' AND c.status <> '{UNFILED}'
        """,
        f"record:text {_WHO} class_id:key starts_on:day ends_on:day counted:flag finished:flag passed:flag"
        " certified:flag subsidy_fen:int online:flag hours_planned:int hours_attended:int",
        slice=2_000,
        dropped_by="class_id",
    ),
    "class": fact_table(
        f"SELECT id FROM training_trainingclass WHERE status <> '{UNFILED}' ORDER BY id",
        f"""
        SELECT 'k' || c.id, NULL::bigint, c.region_code, c.scheme_code, c.occupation_code, c.level_code,
               '', '', NULL::int, c.institution_id::text, c.id, {_day("c.starts_on")}, {_day("c.ends_on")},
               c.head_count, (c.status = 'running')::int,
               (c.status IN {APPROVED} OR c.status = 'cancelled' AND EXISTS (
                   SELECT 1 FROM trail_entry t WHERE t.subject_kind = 'class' AND t.subject_id = c.id::text
                   AND t.verb = 'class.approved'))::int,
               (c.status = 'cancelled')::int, (c.status = 'finished')::int
        FROM training_trainingclass c WHERE c.id = ANY(%(keys)s) AND c.status <> '{UNFILED}'
        """,
        f"record:text {_WHO} class_id:key starts_on:day ends_on:day head_count:int running:flag approved:flag"
        " cancelled:flag finished:flag",
        slice=50_000,
        dropped_by="class_id",
    ),
    "certificate": fact_table(
        "SELECT DISTINCT person_id FROM certificates_certificate ORDER BY person_id",
        f"""
        SELECT 'c' || k.id, k.person_id, k.region_code, coalesce(c.scheme_code, ''), k.occupation_code,
               k.level_code, coalesce(e.group_code, ''), p.sex, {_day("p.born_on")},
               coalesce(k.institution_id::text, ''), k.id, k.kind, {_day("k.issued_on")},
               (k.status = 'issued')::int
        FROM certificates_certificate k
        JOIN people_person p ON p.id = k.person_id
        LEFT JOIN training_enrolment e
            ON e.id = CASE WHEN k.reference LIKE 'exam:%%:enrolment:%%'
                           THEN split_part(k.reference, ':', 4)::bigint END
        LEFT JOIN training_trainingclass c ON c.id = e.training_class_id
        WHERE k.person_id = ANY(%(keys)s)
        """,
        f"record:text {_WHO} serial:key kind:text issued_on:day stands:flag",
        slice=100_000,
        dropped_by="person",
    ),
    "payment": fact_table(
        "SELECT id FROM funds_payment ORDER BY id",
        f"""
        SELECT told.kind || p.id || '-' || part.source, p.person_id, p.region_code, p.programme,
               coalesce(c.occupation_code, ''), coalesce(c.level_code, ''), '', coalesce(q.sex, ''),
               {_day("q.born_on")}, coalesce(p.institution_id::text, ''), told.day,
               {_PAYEE.format("p.person_id", "i.kind")}, part.source, f.code, told.sign * part.fen::bigint
        FROM funds_payment p
        JOIN funds_fund f ON f.id = p.fund_id AND f.kind_code <> '{SPONSORED}'
        JOIN funds_reservation r ON r.id = p.reservation_id
        LEFT JOIN claims_claim k ON k.number = r.reference
        LEFT JOIN training_trainingclass c ON c.id = k.training_class_id
        LEFT JOIN people_person q ON q.id = p.person_id
        LEFT JOIN institutions_institution i ON i.id = p.institution_id
        CROSS JOIN LATERAL {_SHARES.format("p")}
        CROSS JOIN LATERAL (
            SELECT 'p', 1, {local_day("p.answered_at")}
            WHERE p.answered_at IS NOT NULL AND (p.status = 'paid' OR p.came_back_at IS NOT NULL)
            UNION ALL
            SELECT 'b', -1, {local_day("p.came_back_at")}
            WHERE p.answered_at IS NOT NULL AND p.came_back_at IS NOT NULL
        ) AS told(kind, sign, day)
        WHERE p.id = ANY(%(keys)s) AND part.fen::bigint <> 0
        """,
        f"record:text {_WHO} paid_on:day payee_kind:text source:text fund:text amount_fen:int",
        slice=100_000,
    ),
    # Money asked back that came: less than nothing was paid that day, to whom it had been paid.
    "receipt": fact_table(
        "SELECT id FROM recoveries_recoupmentreceipt ORDER BY id",
        f"""
        SELECT 'r' || x.id || '-' || part.source, m.person_id, x.region_code, p.programme, '', '', '',
               coalesce(q.sex, ''), {_day("q.born_on")}, coalesce(m.institution_id::text, ''),
               {_day("x.received_on")}, {_PAYEE.format("m.person_id", "i.kind")},
               split_part(part.source, ':', 2), f.code, - part.fen::bigint
        FROM recoveries_recoupmentreceipt x
        JOIN recoveries_recoupment m ON m.id = x.recoupment_id
        CROSS JOIN LATERAL {_SHARES.format("x")}
        JOIN recoveries_recoupmentpart one ON one.id = split_part(part.source, ':', 1)::bigint
        JOIN funds_payment p ON p.id = one.payment_id
        JOIN funds_fund f ON f.id = p.fund_id AND f.kind_code <> '{SPONSORED}'
        LEFT JOIN people_person q ON q.id = m.person_id
        LEFT JOIN institutions_institution i ON i.id = m.institution_id
        WHERE x.id = ANY(%(keys)s) AND x.status <> 'reversed' AND part.fen::bigint <> 0
        """,
        f"record:text {_WHO} paid_on:day payee_kind:text source:text fund:text amount_fen:int",
        slice=100_000,
    ),
    "outcome": fact_table(
        "SELECT id FROM outcomes_followup ORDER BY id",
        f"""
        SELECT 'f' || o.id, o.person_id, o.region_code, c.scheme_code, o.occupation_code, c.level_code,
               e.group_code, p.sex, {_day("p.born_on")}, o.institution_id::text, o.months, {_day("o.due_on")},
               (o.status IN ('employed', 'jobless', 'unknown'))::int, (o.status = 'employed')::int
        FROM outcomes_followup o
        JOIN training_enrolment e ON e.id = o.enrolment_id
        JOIN training_trainingclass c ON c.id = o.training_class_id
        JOIN people_person p ON p.id = o.person_id
        WHERE o.id = ANY(%(keys)s)
        """,
        f"record:text {_WHO} months:int due_on:day settled:flag employed:flag",
        slice=100_000,
    ),
}
# Several registers may fill one fact.
FILLED_BY = {
    "training": ("training",),
    "class": ("class",),
    "certificate": ("certificate",),
    "payment": ("payment", "receipt"),
    "outcome": ("outcome",),
}


@lru_cache(maxsize=1)
def handed_in() -> dict[str, HandedIn]:
    """What apps above hand in, by its fact, which it fills alone."""
    return {one.fact: one for one in map(import_string, settings.FACTS_HANDED_IN)}


def tables() -> dict[str, Table]:
    """Every register's query by its source, those handed in under their fact."""
    return TABLES | {fact: one.table for fact, one in handed_in().items()}


def filled_by() -> dict[str, tuple[str, ...]]:
    """Fact → the sources that fill it."""
    return FILLED_BY | {fact: (fact,) for fact in handed_in()}
