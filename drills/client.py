"""One client of the drill: random operations until it is told to stop, each with its outcome written down.

Run as a program with the installation's own settings: ``python -m drills.client FOLDER NUMBER SEED``.
"""

import json
import sys
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

import django

django.setup()

from django.db import Error, connection, transaction  # noqa: E402

from drills.accounts import ChangingAccounts  # noqa: E402
from drills.asking_back import AskingBack  # noqa: E402
from drills.bank import Bank  # noqa: E402
from drills.budgets import BUDGETS  # noqa: E402
from kaogong.claims import operations as claims  # noqa: E402
from kaogong.claims.models import Claim  # noqa: E402
from kaogong.funds import operations as funds  # noqa: E402
from kaogong.funds.models import Fund, Payment, PaymentBatch  # noqa: E402
from kaogong.kernel.errors import Refused  # noqa: E402
from kaogong.kernel.working_days import add_working_days  # noqa: E402
from kaogong.ledger import queries as ledger  # noqa: E402
from kaogong.notices import queries as notices  # noqa: E402
from kaogong.training.models import TrainingClass  # noqa: E402
from tests.factories import a_day_at  # noqa: E402

PROGRAMME = "employment_training"
DEADLOCK = "40P01"


class Client(AskingBack, ChangingAccounts):
    """Knows a few people of each role, and does what comes to its mind with whatever it finds."""

    programme = PROGRAMME

    def __init__(self, folder: Path, seed: int) -> None:
        self.random = Random(seed)
        self.bank = Bank(folder / "bank.sqlite")
        told = json.loads((folder / "people.json").read_text())
        self.apart: int = told.pop("apart")
        self.people = {role: [an_actor_again(role, **words) for words in some] for role, some in told.items()}

    def someone(self, role: str):
        return self.random.choice(self.people[role])

    def at(self, days: int = 0) -> datetime:
        return a_day_at(date(2026, 7, 13)) + timedelta(days=days, seconds=time.time() % 3600)

    def one(self, model, **which):
        found = list(model.objects.filter(**which).values_list("pk", flat=True)[:300])
        return self.random.choice(found) if found else None

    # -- what it may do; each returns what it touched, or None when there was nothing ---------------

    def submit(self):
        if (pk := self.one(TrainingClass, status="finished")) in (None, self.apart):
            return None
        return claims.submit_claim(pk, by=self.clerk_of(pk), at=self.at()).number

    def clerk_of(self, class_id: int):
        school = TrainingClass.objects.get(pk=class_id).institution_id
        return next(a for a in self.people["provider_clerk"] if a.organisation_id == school)

    def withdraw(self):
        if (pk := self.one(Claim, status="submitted")) is None or self.random.random() < 0.8:
            return None
        claim = Claim.objects.get(pk=pk)
        clerk = next(a for a in self.people["provider_clerk"] if a.organisation_id == claim.institution_id)
        return claims.withdraw_claim(pk, by=clerk, at=self.at(), reason="演练").number

    def review(self):
        if (pk := self.one(Claim, status="submitted")) is None:
            return None
        return claims.review_claim(pk, by=self.someone("bureau_clerk"), at=self.at()).number

    def approve(self):
        if (pk := self.one(Claim, status__in=("reviewed", "submitted"))) is None:
            return None
        return claims.approve_claim(pk, by=self.someone("reviewer"), at=self.at()).number

    def publish(self):
        if (pk := self.one(Claim, status__in=("approved", "reviewed"))) is None:
            return None
        claims.publish_claims([pk], by=self.someone("bureau_clerk"), at=self.at())
        return pk

    def close(self):
        if (pk := self.one(Claim, status="published")) is None:
            return None
        notice = notices.notice(Claim.objects.get(pk=pk).published_notice_id)
        day = add_working_days(notice.closes_on, 1)
        claims.close_claims_notice(notice.pk, by=self.someone("bureau_clerk"), at=a_day_at(day))
        return notice.pk

    def queue(self):
        if (pk := self.one(Claim)) is None:
            return None
        return claims.queue_claim_payments(pk, by=self.someone("cashier"), at=self.at(30)).number

    def prepare(self):
        waiting = list(Payment.objects.filter(status="queued").values_list("pk", flat=True)[:60])
        if not waiting:
            return None
        chosen = self.random.sample(waiting, min(len(waiting), self.random.randint(1, 6)))
        return claims.prepare_payment_batch(chosen, by=self.someone("cashier"), at=self.at(30)).number

    def check(self):
        if (pk := self.one(PaymentBatch, status__in=("prepared", "checked"))) is None:
            return None
        return funds.check_batch(pk, by=self.someone("reviewer"), at=self.at(30)).number

    def release(self):
        if (pk := self.one(PaymentBatch, status__in=("checked", "prepared", "released"))) is None:
            return None
        return claims.release_payment_batch(pk, by=self.someone("cashier"), at=self.at(30)).number

    def dissolve(self):
        if (pk := self.one(PaymentBatch)) is None or self.random.random() < 0.7:
            return None
        by = self.someone("cashier")
        return claims.dissolve_payment_batch(pk, by=by, at=self.at(30), reason="演练").number

    def deliver(self):
        if (pk := self.one(PaymentBatch, status__in=("released", "settled"))) is None:
            return None
        _, data = funds.bank_file(pk, by=self.someone("cashier"), at=self.at(30))
        self.bank.take(data)
        return pk

    def read_return(self):
        if not (known := self.bank.batches()):
            return None
        number = self.random.choice(known)
        for data in self.bank.answer(number, self.random):
            name = f"{number}-{self.random.randrange(10**6)}.csv"
            funds.read_bank_return(data, name, by=self.someone("cashier"), at=self.at(31))
        if self.random.random() < 0.5:
            claims.mark_paid_claims(by=self.someone("cashier"), at=self.at(31))
        return number

    def stop(self):
        if (pk := self.one(PaymentBatch, status="released")) is None or self.random.random() < 0.5:
            return None
        number = PaymentBatch.objects.get(pk=pk).number
        if not self.bank.stop(number):
            return None
        by = self.someone("cashier")
        return claims.stop_payment_batch(pk, by=by, at=self.at(30), reason="演练").number

    def come_back(self):
        """The bank sends a payment back days after it made it; now and then it says so twice."""
        if (pk := self.one(Payment, status__in=("paid", "in_transit"), offset_for="")) is None:
            return None
        if (told := self.bank.give_back(Payment.objects.get(pk=pk).reference)) is None:
            return None
        for _ in range(self.random.randint(1, 2)):
            name = f"back-{self.random.randrange(10**9)}.csv"
            funds.read_bank_return(told, name, by=self.someone("cashier"), at=self.at(34))
        return pk

    def give_up_payment(self):
        if (pk := self.one(Payment, status__in=("failed", "returned"))) is None or self.random.random() < 0.7:
            return None
        claims.give_up_payment(pk, by=self.someone("cashier"), at=self.at(35), reason="演练")
        return pk

    def cancel(self):
        if (pk := self.one(Payment, status="queued")) is None or self.random.random() < 0.8:
            return None
        by = self.someone("cashier")
        return funds.cancel_payment(pk, by=by, at=self.at(30), reason="演练").reference

    def budget(self):
        fund = Fund.objects.order_by("year").first()
        source = self.random.choice(("district", "city"))
        rows = ledger.trial_balance(fund.code, fund.year)
        now = next((row.budgeted_fen for row in rows if row.source_level == source), 0)
        # Around two thirds of what all classes are due, however long the drill: scarce, never dried up for good.
        wanted = BUDGETS[source](TrainingClass.objects.count()) * self.random.randrange(70, 121) // 100
        funds.set_budget(
            fund.pk, programme=PROGRAMME, source_level=source, amount_fen=wanted,
            by=self.someone("reviewer"), at=self.at(), reason="演练",
        )  # fmt: skip
        return f"{source}{wanted - now:+d}"

    def weighted(self) -> Callable:
        """The next thing to do: money moves more often than budgets are cut."""
        names = (
            (6, self.submit), (1, self.withdraw), (8, self.review), (10, self.approve), (8, self.publish),
            (8, self.close), (8, self.queue), (10, self.prepare), (10, self.check), (10, self.release),
            (2, self.dissolve), (8, self.deliver), (10, self.read_return), (6, self.correct), (2, self.stop),
            (2, self.cancel), (2, self.budget), (2, self.revoke), (1, self.find_leads), (6, self.open_back),
            (6, self.approve_back), (6, self.serve_back), (1, self.plan_back), (6, self.receive),
            (8, self.set_off), (3, self.reverse_back), (3, self.give_back), (4, self.give_up),
            (2, self.freeze), (1, self.carry_over), (3, self.come_back), (2, self.give_up_payment),
            (3, self.ask_change), (8, self.decide_change), (2, self.night), (5, self.put_in_force),
        )  # fmt: skip
        weights, doings = zip(*names, strict=True)
        return self.random.choices(doings, weights)[0]


def sqlstate(problem: Error) -> str | None:
    return getattr(problem.__cause__, "sqlstate", None)


def an_actor_again(role: str, **words):
    """The actor of an account that is already there."""
    from kaogong.access.roles import ROLES
    from kaogong.kernel.actor import Actor

    return Actor(role=role, permissions=ROLES[role].permissions, **words)


def main(folder: Path, number: int, seed: int) -> None:
    client = Client(folder, seed)
    with (folder / f"client-{number:04d}.jsonl").open("a", buffering=1) as log:
        while not (folder / "stop").exists():
            doing, began = client.weighted(), time.perf_counter()
            try:
                outcome = {"did": doing()}
                if outcome["did"] is None:
                    continue
            except Refused as refusal:
                outcome = {"refused": type(refusal).__name__}
            except Error as problem:
                outcome = {"deadlock" if sqlstate(problem) == DEADLOCK else "lost": type(problem).__name__}
                connection.close()
                if "lost" in outcome:  # the database is gone for the moment: what became of it is unknown
                    time.sleep(0.3)
            except Exception as problem:
                outcome = {"broke": repr(problem)[:300]}
                connection.close()
            told = {"op": doing.__name__, "took": round(time.perf_counter() - began, 4), **outcome}
            log.write(json.dumps(told, default=str) + "\n")
            if transaction.get_connection().in_atomic_block:
                raise AssertionError("a transaction was left open")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
