"""What the worker does for the trail by itself."""

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from . import operations


@app.task(name="trail.seal", queue="trail", pass_context=False)
def seal_every_five_minutes(timestamp: int) -> None:
    """Seal what has settled since the last seal; nobody who writes waits for it."""
    operations.seal_entries(at=datetime.fromtimestamp(timestamp, tz=UTC))
