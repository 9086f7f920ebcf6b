"""What happens to surveys and follow-ups by itself."""

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from kaogong.kernel.actor import system_actor

from . import operations

QUEUE = "outcomes"


@app.task(name="outcomes.survey_every_morning", queue=QUEUE, pass_context=False)
def survey_every_morning(timestamp: int) -> None:
    """Every morning close the surveys that are over and open the rounds that begin."""
    at = datetime.fromtimestamp(timestamp, tz=UTC)
    operations.close_surveys(by=system_actor(), at=at)
    operations.open_surveys(by=system_actor(), at=at)


@app.task(name="outcomes.follow_up_every_night", queue=QUEUE, pass_context=False)
def follow_up_every_night(timestamp: int) -> None:
    """Every night open the follow-ups that fall due, ask the registers, and let lapse what stays unknown."""
    operations.follow_up_learners(by=system_actor(), at=datetime.fromtimestamp(timestamp, tz=UTC))
