"""What a client of the drill does with money that was paid: asks it back, sets it off, writes it off."""

from datetime import timedelta

from django.utils.timezone import localdate

from kaogong.claims.models import ClaimLine
from kaogong.claims.operations.attested import revoke_certificate
from kaogong.funds import operations as funds
from kaogong.funds.models import Fund, Payment
from kaogong.ledger import queries as ledger
from kaogong.recoveries import operations as recoveries
from kaogong.recoveries import queries as owing
from kaogong.recoveries.models import Recoupment, RecoupmentReceipt, RecoveryLead

PAID_BACK = 33  # days after the first of the drill on which money is asked back


class AskingBack:
    """Part of a client; ``one``, ``someone``, ``at`` and ``random`` are the client's."""

    def revoke(self):
        """A certificate falls: what is not with the bank goes back to the budget, the rest is to be asked back."""
        statuses = ("approved", "cleared", "paid")
        if self.random.random() < 0.7 or (line := self.one(ClaimLine, status__in=statuses)) is None:
            return None
        certificate = ClaimLine.objects.get(pk=line).certificate_id
        by = self.someone("reviewer")
        return revoke_certificate(certificate, by=by, at=self.at(32), reason="演练").number

    def find_leads(self):
        return len(recoveries.find_leads(by=self.someone("reviewer"), at=self.at(PAID_BACK))) or None

    def open_back(self):
        by, leads = self.someone("bureau_clerk"), []
        if (pk := self.one(RecoveryLead, status="found", payment__isnull=False)) is not None:
            lead = RecoveryLead.objects.get(pk=pk)
            payment, fen, line, leads = lead.payment_id, lead.amount_fen, lead.line_reference, [pk]
        elif (payment := self.one(Payment, status="paid")) is not None:
            fen, line = self.random.randrange(1, Payment.objects.get(pk=payment).amount_fen + 1), ""
        else:
            return None
        return recoveries.open_recoupment(
            [recoveries.Asked(payment, fen, line)], cause="audit", clause="演练", facts="演练",
            lead_ids=leads, by=by, at=self.at(PAID_BACK),
        ).number  # fmt: skip

    def approve_back(self):
        if (pk := self.one(Recoupment, status__in=("opened", "approved"))) is None:
            return None
        return recoveries.approve_recoupment(pk, by=self.someone("reviewer"), at=self.at(PAID_BACK)).number

    def serve_back(self):
        if (pk := self.one(Recoupment, status="approved")) is None:
            return None
        at = self.at(PAID_BACK)
        return recoveries.serve_recoupment(
            pk, served_on=localdate(at), served_how="直接送达", by=self.someone("bureau_clerk"), at=at
        ).number

    def plan_back(self):
        if (pk := self.one(Recoupment, status__in=("served", "paying"))) is None:
            return None
        left, at = owing.left_fen(pk), self.at(PAID_BACK)
        days = [localdate(at) + timedelta(days=30 * n) for n in (1, 2)]
        plan = [(days[0], left // 2), (days[1], left - left // 2)]
        return recoveries.plan_recoupment(pk, plan, by=self.someone("bureau_clerk"), at=at).number

    def receive(self):
        """Money comes back by the bank: part or all of it, and now and then the same bank line again."""
        if (pk := self.one(Recoupment, status__in=("served", "paying"))) is None:
            return None
        left = owing.left_fen(pk)
        fen = left if self.random.random() < 0.5 else self.random.randrange(1, left + 2)
        at = self.at(PAID_BACK)
        return recoveries.note_receipt(
            pk, amount_fen=fen, bank_reference=f"TK-{self.random.randrange(10**4)}",
            received_on=localdate(at), by=self.someone("cashier"), at=at,
        ).number  # fmt: skip

    def set_off(self):
        """What a debtor waits for is set against what they owe: with their consent, and hardly ever without."""
        owed = list(Recoupment.objects.filter(status__in=("served", "paying"))[:300])
        for debt in self.random.sample(owed, min(len(owed), 10)):
            waiting = self.one(
                Payment, status="queued", institution_id=debt.institution_id, person_id=debt.person_id
            )
            if waiting is not None:
                break
        else:
            return None
        most = min(owing.left_fen(debt.pk), Payment.objects.get(pk=waiting).amount_fen)
        at, fen = self.at(PAID_BACK), most if self.random.random() < 0.5 else self.random.randrange(most + 1)
        return recoveries.offset_payment(
            debt.pk, waiting, amount_fen=fen, consent_document="" if self.random.random() < 0.05 else "同意书",
            consented_on=localdate(at), consented_by="演练", by=self.someone("cashier"), at=at,
        ).number  # fmt: skip

    def reverse_back(self):
        if (pk := self.one(RecoupmentReceipt, status="noted")) is None or self.random.random() < 0.6:
            return None
        by = self.someone("reviewer")
        return recoveries.reverse_receipt(pk, by=by, at=self.at(PAID_BACK), reason="演练").number

    def give_back(self):
        if (pk := self.one(RecoupmentReceipt, status__in=("noted", "given_back"))) is None:
            return None
        return recoveries.give_back_receipt(pk, by=self.someone("reviewer"), at=self.at(PAID_BACK)).number

    def give_up(self):
        """Propose to write off what is owed; or decide what was proposed; or drop what was rightly paid."""
        kind, at = self.random.choice(("propose", "decide", "decide", "drop")), self.at(PAID_BACK)
        standing = ("served", "paying") if kind != "decide" else ("proposed",)
        if (pk := self.one(Recoupment, status__in=standing)) is None:
            return None
        if kind == "propose":
            by = self.someone("bureau_clerk")
            return recoveries.propose_write_off(pk, document="批复", by=by, at=at, reason="演练").number
        by = self.someone("reviewer")
        if kind == "drop":
            return recoveries.drop_recoupment(pk, by=by, at=at, reason="演练").number
        step = self.random.choice((recoveries.write_off_recoupment, recoveries.keep_recoupment))
        return step(pk, by=by, at=at, reason="演练").number

    def freeze(self):
        """Some of what is available is kept back, let go again, or taken into the next year."""
        fund = Fund.objects.order_by("year").first()
        source = self.random.choice(("district", "city"))
        rows = ledger.trial_balance(fund.code, fund.year)
        row = next((row for row in rows if row.source_level == source), None)
        if row is None:
            return None
        step, most = self.random.choice(
            ((funds.freeze_budget, row.available_fen // 4), (funds.unfreeze_budget, row.frozen_fen))
        )
        if most <= 0:
            return None
        some = self.random.randint((most + 1) // 2, most)
        entry = step(
            fund.pk, programme=row.programme, source_level=source, amount_fen=some,
            by=self.someone("reviewer"), at=self.at(), reason="演练",
        )  # fmt: skip
        return entry.key

    def carry_over(self):
        if self.random.random() < 0.5:
            return None
        fund = Fund.objects.order_by("year").first()
        return funds.carry_over_budget(
            fund.pk, programme=self.programme, source_level=self.random.choice(("district", "city")),
            document="演练", amount_fen=self.random.randrange(1, 100_00), by=self.someone("reviewer"),
            at=self.at(), reason="演练",
        ).pk  # fmt: skip
