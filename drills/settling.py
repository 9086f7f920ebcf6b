"""The end of the drill: everything with the bank is answered, twice, and what is paid is told to the claims."""

import sys
from pathlib import Path

import django

django.setup()

from drills.bank import Bank  # noqa: E402
from drills.client import Client  # noqa: E402
from kaogong.claims import operations as claims  # noqa: E402
from kaogong.funds import operations as funds  # noqa: E402
from kaogong.funds.models import PaymentBatch  # noqa: E402


def main(folder: Path) -> None:
    client = Client(folder, 0)
    cashier = client.someone("cashier")
    # A client was killed between the bank's promise and the product's note of it: somebody notes it now.
    for batch in PaymentBatch.objects.filter(status="released", number__in=client.bank.stopped()):
        funds.stop_batch(batch.pk, by=cashier, at=batch.released_at, reason="银行已确认停付")
    for batch in PaymentBatch.objects.filter(status__in=("released", "settled")).order_by("pk"):
        client.bank.take(funds.bank_file(batch.pk, by=cashier, at=client.at(40))[1])
    bank = Bank(folder / "bank.sqlite")
    for turn in range(2):
        for number in bank.batches():
            for data in bank.answer(number):
                funds.read_bank_return(data, f"{number}-end{turn}.csv", by=cashier, at=client.at(41))
        if bank.back():
            funds.read_bank_return(bank.given_back(), f"back-end{turn}.csv", by=cashier, at=client.at(42))
        claims.mark_paid_claims(by=cashier, at=client.at(43))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
