"""What a client of the drill does with accounts: payments sent back, changes asked for, decided and put in force."""

from kaogong.claims import operations as claims
from kaogong.claims import queries as claimed
from kaogong.claims.models import AccountChange
from kaogong.claims.tasks import look_after_claims
from kaogong.funds.models import Payment
from kaogong.institutions.models import Institution
from kaogong.kernel.actor import system_actor
from kaogong.kernel.bank_card import make_bank_card
from kaogong.people.models import Person
from tests.factories.paper import A_PDF

ASKED = 32  # days after the first of the drill; three more have to pass after the approval
PROOF = [("银行卡.pdf", A_PDF)]


class ChangingAccounts:
    """Part of a client; ``one``, ``someone``, ``at`` and ``random`` are the client's."""

    def correct(self):
        """Answer a payment sent back: on the account on file it is paid at once, another has to be asked for."""
        if (pk := self.one(Payment, status__in=("failed", "returned"))) is None:
            return None
        payment = Payment.objects.get(pk=pk)
        model = Person if payment.payee_kind == "person" else Institution
        on_file = model.objects.get(pk=payment.payee_id).bank_account
        answered = claims.correct_returned_payment(
            pk, bank_name="示例银行", account=on_file if self.random.random() < 0.5 else self._card(),
            papers=PROOF, by=self.someone("cashier"), at=self.at(ASKED), reason="演练",
        )  # fmt: skip
        return f"change {answered.pk}" if claimed.is_account_change(answered) else answered.reference

    def ask_change(self):
        """Somebody who waits for money, or is paid already, asks to be paid elsewhere; hardly ever without proof."""
        if self.random.random() < 0.5 or (pk := self.one(Payment, status__in=("queued", "paid"))) is None:
            return None
        payment = Payment.objects.get(pk=pk)
        return claims.ask_account_change(
            payment.payee_kind, payment.payee_id, bank_name="示例银行", account=self._card(), reason="演练",
            papers=[] if self.random.random() < 0.05 else PROOF, by=self.someone("cashier"), at=self.at(ASKED),
        ).pk  # fmt: skip

    def decide_change(self):
        """Somebody else approves a change or sends it back; who asked answers; now and then it is taken back."""
        if (pk := self.one(AccountChange, status__in=("asked", "returned", "cooling"))) is None:
            return None
        change, at, chance = AccountChange.objects.get(pk=pk), self.at(ASKED), self.random.random()
        if chance < 0.15:
            claims.withdraw_account_change(pk, by=self.someone("cashier"), at=at, reason="演练")
        elif change.status == "returned":
            claims.ask_account_change_again(
                pk, by=self.someone("cashier"), at=at, reason="演练", papers=PROOF
            )
        elif chance < 0.3:
            claims.return_account_change(pk, by=self.someone("reviewer"), at=at, reason="演练")
        else:
            claims.approve_account_change(pk, by=self.someone("bureau_clerk"), at=at)
        return pk

    def night(self):
        """The worker looks after claims: changes whose cooling is over take effect, on some nights none is."""
        done = look_after_claims(by=system_actor(), at=self.at(ASKED + self.random.randint(1, 4)))
        return done["accounts"] or None

    def put_in_force(self):
        """One change is put in force by itself: refused while it cools or a batch stands in its way."""
        if (pk := self.one(AccountChange, status="cooling")) is None:
            return None
        at = self.at(ASKED + self.random.randint(2, 4))
        return claims.put_account_change_in_force(pk, by=system_actor(), at=at).pk

    def _card(self) -> str:
        return make_bank_card("622848", self.random.randrange(10**8)).value
