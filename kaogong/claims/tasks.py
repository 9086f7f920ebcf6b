"""What the worker does for claims by itself: nothing that lies below ever tells this app."""

from datetime import UTC, datetime, timedelta

from procrastinate.contrib.django import app

from kaogong.kernel.actor import Actor, system_actor

from . import operations, queries

LOOKS_BACK = timedelta(days=2)


@app.task(name="claims.look_after", queue="claims", pass_context=False)
def look_after_every_quarter(timestamp: int) -> None:
    """Every quarter of an hour look at what changed below."""
    look_after_claims(by=system_actor(), at=datetime.fromtimestamp(timestamp, tz=UTC))


def look_after_claims(*, by: Actor, at: datetime) -> dict[str, int]:
    """Stop lines whose certificate fell, find conflicts of what was registered lately, mark what was paid.

    Safe to repeat: whatever was done before is not done again.
    """
    stopped = [
        operations.stop_lines_of_certificate(certificate_id, by=by, at=at)
        for certificate_id in queries.certificates_to_stop()
    ]
    opened = operations.find_conflicts(queries.people_registered_since(at - LOOKS_BACK), by=by, at=at)
    paid = operations.mark_paid_claims(by=by, at=at)
    return {
        "held": sum(len(row.held) for row in stopped),
        "dropped": sum(len(row.dropped) for row in stopped),
        "conflicts": len(opened) + sum(len(row.conflicts) for row in stopped),
        "paid": len(paid),
    }
