"""Enquiries as rows of the facts that figures are counted from; who asked is no part of them (Q5)."""
# Every part put together here is this module's own; what comes from outside travels as a parameter.
# ruff: noqa: S608

from kaogong.statistics.queries import OUR_DEPARTMENT, HandedIn, fact_table, local_day

from ..states import CHANNELS, ENQUIRY
from .conduct import category_name

# Enquiries dismissed have no day of their own: the trail has it.
_DISMISSED_AT = f"""(SELECT min(t.at) FROM trail_entry t WHERE t.subject_kind = '{ENQUIRY.name}'
    AND t.subject_id = q.id::text AND t.verb = 'enquiry.dismissed')"""
_SETTLED = f"coalesce(q.first_answered_at, CASE WHEN q.status = 'dismissed' THEN {_DISMISSED_AT} END)"

ENQUIRIES = HandedIn(
    fact="enquiry",
    table=fact_table(
        "SELECT id FROM enquiries_enquiry ORDER BY id",
        f"""
        SELECT 'q' || q.id, q.number, q.region_code, q.category, q.channel,
               coalesce(nullif(q.department_code, ''), '{OUR_DEPARTMENT}'),
               {local_day("q.received_at")}, {local_day(_SETTLED)},
               (q.status = 'merged')::int, (q.first_answered_at IS NOT NULL)::int,
               (q.status = 'dismissed')::int, (q.is_in_time IS NOT NULL)::int, coalesce(q.is_in_time, false)::int,
               (q.is_helped IS NOT NULL)::int, coalesce(q.is_helped, false)::int
        FROM enquiries_enquiry q WHERE q.id = ANY(%(keys)s)
        """,
        "record:text number:text region:text category:text channel:text department:text received_on:day"
        " settled_on:day merged:flag answered:flag dismissed:flag has_term:flag in_time:flag judged:flag"
        " helped:flag",
        slice=100_000,
    ),
    subject=ENQUIRY.name,
    letter="q",
    labels={"category": category_name, "channel": lambda code: str(CHANNELS.get(code, code))},
)
