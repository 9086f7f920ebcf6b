"""A fund's account with a statement read, one match, one explained line and a sheet; statements for payees."""

from datetime import date, timedelta

from django.utils import timezone

from kaogong.funds.models import PaymentBatch
from kaogong.funds.operations import reconciling, statements
from kaogong.statements import operations as papers
from tests.factories.funds import make_cashier

HEADINGS = "交易日期,交易流水号,借方发生额,贷方发生额,摘要"


def reconciling_things() -> dict[str, dict]:
    """Name of the thing → the arguments of its addresses; of the region of the last batch released."""
    batch = PaymentBatch.objects.exclude(released_at=None).order_by("-id").first()
    at, on = batch.released_at + timedelta(days=1), timezone.localdate(batch.released_at)
    cashier = {"by": make_cashier(904), "at": at}
    account = statements.follow_account(
        batch.fund_id, number="37029900000000000777", bank="示例银行", begins_on=on, opening_fen=0, **cashier
    )
    payment = batch.payments.order_by("id").first()
    fen = f"{payment.amount_fen / 100:.2f}"
    rows = [HEADINGS, f"{on},R1,{fen},,代发 {payment.reference}", f"{on},R2,,1.00,利息"]
    statements.read_bank_statement(
        account.pk, "\n".join(rows).encode(), "对账单.csv", starts_on=on, ends_on=on, opening_fen=0,
        closing_fen=100 - payment.amount_fen, **cashier,
    )  # fmt: skip
    (match,) = reconciling.accept_proposals(account.pk, **cashier)
    line = account.lines.get(serial="R2")
    reconciling.explain_line(line.pk, kind="interest", reason="利息", **cashier)
    sheet = reconciling.prepare_reconciliation(account.pk, starts_on=on, ends_on=on, **cashier)
    return {
        "fund account": {"pk": account.pk}, "bank match": {"pk": match.pk}, "bank line": {"pk": line.pk},
        "bank sheet": {"pk": sheet.pk}, "bank sheet file": {"pk": sheet.pk, "form": "pdf"},
    }  # fmt: skip


def paper_things(*, school: int, learner: int) -> dict[str, dict]:
    """A statement of each, of a day that is over."""
    told = {
        "starts_on": date(2026, 1, 1),
        "ends_on": date(2026, 3, 31),
        "by": make_cashier(904),
        "at": timezone.now(),
    }
    return {
        "paper of the school": {"pk": papers.issue_statement(institution_id=school, **told).pk},
        "paper of the learner": {"pk": papers.issue_statement(person_id=learner, **told).pk},
    }
