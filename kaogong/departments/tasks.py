"""What happens to departments' records by itself."""

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from kaogong.kernel.actor import system_actor

from . import operations

QUEUE = "departments"


@app.task(name="departments.compare_every_night", queue=QUEUE, pass_context=False)
def compare_every_night(timestamp: int) -> None:
    """Every night compare accepted records with classes filed and people merged since."""
    operations.find_duplicates(by=system_actor(), at=datetime.fromtimestamp(timestamp, tz=UTC))
