"""The peer of ``bench.posting``: the same transfer by django-hordak, in a database of its own."""

import os
import sys

from django.conf import settings

from bench import posting_clients, rig

DATABASE = "bench_hordak"


def main() -> None:
    """Make hordak's tables, two accounts, and let as many clients transfer between them."""
    import dj_database_url
    import django
    import psycopg

    url = os.environ["DATABASE_URL"]
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {DATABASE}")
    settings.configure(
        DATABASES={"default": {**dj_database_url.parse(url), "NAME": DATABASE}},
        INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "mptt", "djmoney", "hordak"],
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        DEFAULT_CURRENCY="CNY",
        CURRENCIES=["CNY"],
        HORDAK_DECIMAL_PLACES=2,
        USE_TZ=True,
    )
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from django.db import transaction
    from hordak.models import Account, Leg, Transaction
    from moneyed import Money

    pot, set_aside = (
        Account.objects.create(name=name, code=code, type=Account.TYPES.asset, currencies=["CNY"])
        for name, code in (("available", "1"), ("reserved", "2"))
    )

    def transfer(key: str, fen: int) -> None:
        amount = Money(fen, "CNY") / 100
        with transaction.atomic():
            told = Transaction.objects.create(description=key)
            Leg.objects.create(transaction=told, account=pot, credit=amount)
            Leg.objects.create(transaction=told, account=set_aside, debit=amount)

    rig.answer(**posting_clients.crowd(transfer, 32, float(sys.argv[1])))


if __name__ == "__main__":
    main()
