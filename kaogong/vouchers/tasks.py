"""What the worker does for vouchers by itself."""

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from kaogong.kernel.actor import system_actor

from . import operations


@app.task(name="vouchers.expire", queue="vouchers", pass_context=False)
def expire_every_night(timestamp: int) -> None:
    """Every night expire what is past its last day."""
    operations.expire_vouchers(by=system_actor(), at=datetime.fromtimestamp(timestamp, tz=UTC))
