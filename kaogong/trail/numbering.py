"""Numbers of things, one after another: two who ask at once wait for each other, none is given twice."""

from django.db import connection, models


def next_serial(series: type[models.Model], year: int) -> int:
    """The next number of the year, kept in a table of ``year`` and ``last_serial``."""
    series.objects.bulk_create([series(year=year)], ignore_conflicts=True)
    current = series.objects.select_for_update().get(year=year)
    current.last_serial += 1
    current.save(update_fields=["last_serial"])
    return current.last_serial


def next_number(model: type[models.Model], start: str, digits: int = 5) -> str:
    """The number after the highest ``number`` that begins so; the lock lasts until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"kaogong.{model._meta.label}"])
    given = model._default_manager.filter(number__startswith=start).order_by("-number")
    last = given.values_list("number", flat=True).first()
    return f"{start}{int(last.removeprefix(start)) + 1 if last else 1:0{digits}d}"
