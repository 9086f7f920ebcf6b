"""Numbers of recoupments and receipts: a prefix, the year, the next of it."""

from django.db import connection
from django.db.models import Model


def next_number(model: type[Model], prefix: str, year: int) -> str:
    """The next number of that year; two at once wait for each other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"kaogong.{model._meta.label}"])
    start = f"{prefix}-{year}-"
    rows = model._default_manager.filter(number__startswith=start).order_by("-number")
    last = rows.values_list("number", flat=True).first()
    return f"{start}{int(last.removeprefix(start)) + 1 if last else 1:05d}"
