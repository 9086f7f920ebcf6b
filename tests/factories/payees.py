"""Makers of account changes and of an appeal, for the walks over every address."""

from kaogong.claims import operations
from kaogong.claims.models import AccountChange, CasePaper, ClaimAppeal, ClaimLine
from kaogong.institutions.models import Institution
from kaogong.kernel.actor import Actor
from kaogong.kernel.bank_card import make_bank_card
from kaogong.people.models import Person

from .paper import A_PDF
from .people import an_actor

PROOF = [("银行卡.pdf", A_PDF)]


def ask_change(
    kind: str, payee: Person | Institution, account: str, *, at, by: Actor | None = None
) -> AccountChange:
    """A change asked for at the counter."""
    return operations.ask_account_change(
        kind, payee.pk, bank_name="示例银行", account=account, reason="旧账户注销", papers=PROOF,
        by=by or an_actor("bureau_clerk"), at=at,
    )  # fmt: skip


def payee_things(school: Institution, learner: Person, line: ClaimLine, *, at) -> dict[str, dict[str, int]]:
    """A change of the school's account and one of the learner's, an appeal about the learner's line, their papers."""
    of_learner = ask_change("person", learner, make_bank_card("622848", 70_001).value, at=at)
    of_school = ask_change("institution", school, "3803020109000777777", at=at)
    appeal = ClaimAppeal.objects.create(  # as if the line had been dropped: nothing in this world is
        claim=line.claim, line=line, institution_id=line.claim.institution_id, person_id=line.person_id,
        region_code=line.claim.region_code, against="dropped", decision_entry_id=1, decided_at=at,
        decided_by="复核人", content="证书有效", filed_at=at, filed_by="本人",
    )  # fmt: skip
    paper = CasePaper.objects.get(change=of_learner)
    of_appeal = CasePaper.objects.create(
        appeal=appeal, filename="证明.pdf", format="pdf", digest=paper.digest, content=paper.content,
        added_at=at, added_by="本人",
    )  # fmt: skip
    return {
        "account change of the learner": {"pk": of_learner.pk},
        "account change of the school": {"pk": of_school.pk},
        "claim appeal": {"pk": appeal.pk},
        "case paper": {"pk": of_appeal.pk},
    }
