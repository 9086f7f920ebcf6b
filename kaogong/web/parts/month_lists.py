"""One month's list of allowances as both doors show it: what the list says beside what was counted."""

from typing import Any

from django.utils.translation import gettext

from kaogong.grants import queries as grants
from kaogong.kernel.actor import Actor

from .granting import fact_label, words_of
from .values import scheme_name


def list_subject(kept) -> str:
    """What a list is about, in a few words."""
    if kept.month is None:
        return scheme_name(kept.scheme_code)
    named = kept.training_class.number if kept.training_class_id else kept.class_name
    return gettext("{scheme} · {month} · {named}").format(
        scheme=scheme_name(kept.scheme_code), month=f"{kept.month:%Y-%m}", named=named
    )


def month_context(kept, *, by: Actor) -> dict[str, Any]:
    """The rows of a month's list: the two figures the scheme may be reckoned from, told and counted."""
    rows = grants.list_rows(kept.pk, by=by)
    figures = [
        fact
        for fact in ("days_attended", "hours_attended")
        if any(fact in row.declared or fact in row.counted for row in rows)
    ]
    shown = [
        {
            "grant": row.grant,
            "differs": row.differs,
            "figures": [
                (
                    fact_label(fact),
                    words_of(fact, row.declared[fact]) if fact in row.declared else "—",
                    words_of(fact, row.counted[fact]) if fact in row.counted else "—",
                )
                for fact in figures
            ],
        }
        for row in rows
    ]
    return {
        "kept": kept,
        "subject": list_subject(kept),
        "is_counted": kept.training_class_id is not None,
        "heads": [fact_label(fact) for fact in figures],
        "month_rows": shown,
        "differing": sum(row.differs for row in rows),
        "total_fen": sum(row.grant.judged_fen for row in rows if row.grant.verdict == "payable"),
    }
