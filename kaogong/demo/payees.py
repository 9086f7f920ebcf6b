"""Accounts being changed, one at each step, and an appeal that waits for an answer."""

from datetime import timedelta

from kaogong.claims import operations as claims
from kaogong.claims import queries
from kaogong.claims.models import ClaimLine
from kaogong.demo.cast import Cast, at_hour
from kaogong.funds.models import Payment
from kaogong.kernel.bank_card import make_bank_card
from kaogong.people.models import Person

CARD_PHOTO = b"%PDF-1.4\n% a synthetic photograph of a bank card\n"
ASKED = (("旧卡丢失，换了新卡", 3), ("原开户行撤并", 2), ("工资卡变更", 1))


def show_payees(cast: Cast) -> None:
    """Three people ask for another account: one waits, one was sent back, one cools; a provider appeals."""
    waiting = Payment.objects.filter(status__in=("queued", "batched", "in_transit")).values("person_id")
    settled = Person.objects.filter(bank_account_index__isnull=False).exclude(
        pk__in=waiting.exclude(person_id=None)
    )
    people = settled.exclude(pk=cast.learner and cast.person_ids[cast.learner.number]).order_by("pk")
    changes = []
    for nth, (person, (reason, days)) in enumerate(zip(people[5:8], ASKED, strict=False)):
        changes.append(
            claims.ask_account_change(
                "person", person.pk, bank_name="示例银行示例区支行", holder=person.name, reason=reason,
                account=make_bank_card("990000", 870_000 + nth).value, papers=[("银行卡照片.pdf", CARD_PHOTO)],
                by=cast["clerk"], at=at_hour(cast.on - timedelta(days=days), 10),
            )
        )  # fmt: skip
    at = at_hour(cast.on - timedelta(days=1), 15)
    for change, decide in zip(
        changes[1:], (claims.return_account_change, claims.approve_account_change), strict=False
    ):
        reason = "照片看不清，请重拍" if decide is claims.return_account_change else "与银行卡照片一致"
        decide(change.pk, by=cast["reviewer"], at=at, reason=reason)
    _appeal(cast)


def _appeal(cast: Cast) -> None:
    """Against the latest refusal whose term still runs; where there is none nothing is appealed."""
    clerks = {school.institution_id: school.clerk for school in cast.schools}
    lines = ClaimLine.objects.filter(status__in=queries.OF_LINE, claim__institution_id__in=clerks)
    lines = list(lines.select_related("claim").order_by("-id")[:200])
    open_ = queries.appealable_many(lines)
    for line in lines:
        if line.pk in open_ and open_[line.pk].is_open(cast.on):
            at = max(at_hour(cast.on - timedelta(days=1), 9), open_[line.pk].entry.at + timedelta(hours=1))
            claims.appeal_claim(
                line.claim_id, line_id=line.pk, content="学员情况已有变化，附情况说明，请重新核实。",
                papers=[("情况说明.pdf", CARD_PHOTO)], by=clerks[line.claim.institution_id], at=at,
            )  # fmt: skip
            return
