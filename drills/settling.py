"""The end of the drill: everything with the bank is answered, twice, and what is paid is told to the claims.

One claim more, with money of its own, goes all its way: whatever the dice gave, something was paid.
"""

import sys
from pathlib import Path

import django

django.setup()

from drills.bank import Bank  # noqa: E402
from drills.client import PROGRAMME, Client  # noqa: E402
from kaogong.claims import operations as claims  # noqa: E402
from kaogong.claims.models import Claim  # noqa: E402
from kaogong.funds import operations as funds  # noqa: E402
from kaogong.funds.models import Fund, Payment, PaymentBatch  # noqa: E402
from kaogong.kernel.working_days import add_working_days  # noqa: E402
from kaogong.ledger import queries as ledger  # noqa: E402
from kaogong.notices import queries as notices  # noqa: E402
from tests.factories import a_day_at  # noqa: E402

ENOUGH = 100_000_00  # fen, of each source


def main(folder: Path) -> None:
    client = Client(folder, 0)
    cashier = client.someone("cashier")
    # A client was killed between the bank's promise and the product's note of it: somebody notes it now.
    for batch in PaymentBatch.objects.filter(status="released", number__in=client.bank.stopped()):
        claims.stop_payment_batch(batch.pk, by=cashier, at=batch.released_at, reason="银行已确认停付")
    one_claim(client)
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


def one_claim(client: Client) -> None:
    """The class nobody touched is claimed, approved, published and paid; what the bank refuses is paid anew."""
    fund, reviewer, clerk = (
        Fund.objects.order_by("year").first(),
        client.people["reviewer"],
        client.people["bureau_clerk"],
    )
    for row in ledger.trial_balance(fund.code, fund.year):
        funds.set_budget(
            fund.pk, programme=PROGRAMME, source_level=row.source_level, amount_fen=row.budgeted_fen + ENOUGH,
            by=reviewer[0], at=client.at(), reason="演练",
        )  # fmt: skip
    claim = claims.submit_claim(client.apart, by=client.clerk_of(client.apart), at=client.at())
    claims.review_claim(claim.pk, by=clerk[0], at=client.at())
    claims.approve_claim(claim.pk, by=reviewer[0], at=client.at())
    claims.publish_claims([claim.pk], by=clerk[0], at=client.at())
    notice = notices.notice(Claim.objects.get(pk=claim.pk).published_notice_id)
    claims.close_claims_notice(notice.pk, by=clerk[0], at=a_day_at(add_working_days(notice.closes_on, 1)))
    owed = Payment.objects.filter(reservation__reference=claim.number)
    while waiting := list(owed.filter(status="queued").values_list("pk", flat=True)):
        send(client, waiting)
        for payment in owed.filter(status="failed"):
            claims.correct_returned_payment(
                payment.pk, bank_name="示例银行", account=payment.bank_account, reason="演练",
                by=client.someone("cashier"), at=client.at(41),
            )  # fmt: skip


def send(client: Client, payments: list[int]) -> None:
    """To the bank by three people, and back."""
    preparer, releaser = client.people["cashier"][:2]
    batch = claims.prepare_payment_batch(payments, by=preparer, at=client.at(40))
    funds.check_batch(batch.pk, by=client.someone("reviewer"), at=client.at(40))
    claims.release_payment_batch(batch.pk, by=releaser, at=client.at(40))
    client.bank.take(funds.bank_file(batch.pk, by=releaser, at=client.at(40))[1])
    for data in client.bank.answer(batch.number):
        funds.read_bank_return(data, f"{batch.number}.csv", by=preparer, at=client.at(41))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
