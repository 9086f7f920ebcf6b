"""Sponsors' money: one agreement half spent, one that waits for a second person to confirm it."""

from datetime import timedelta

from kaogong.demo.cast import REGION, Cast, at_hour
from kaogong.demo.granting import one_page
from kaogong.funds import operations as funds
from kaogong.gateways.bank import StandInBank
from kaogong.grants import operations
from kaogong.institutions import operations as institutions
from kaogong.institutions.models import Institution
from kaogong.kernel.credit_code import make_credit_code
from kaogong.kernel.working_days import add_working_days

ACCOUNT = "380302010900097701"


def show_sponsors(cast: Cast) -> None:
    """An agreement whose prizes are paid and whose venue waits for approval, and a new one."""
    sponsor, paper = _sponsor(cast), one_page()
    clerk, reviewer, signed = cast["clerk"], cast["reviewer"], cast.on - timedelta(days=80)
    made = operations.register_sponsorship(
        sponsor.pk, event=f"{cast.on.year}年职工技能大赛", document="赞助协议（示例）第1号", agreed_on=signed,
        uses=[("奖金", 200_000_00), ("场地设备", 100_000_00)], agreed_fen=300_000_00, filename="赞助协议.pdf",
        content=paper, by=clerk, at=at_hour(signed),
    )  # fmt: skip
    operations.confirm_sponsorship(made.pk, by=reviewer, at=at_hour(add_working_days(signed, 1)))
    came = add_working_days(signed, 6)
    operations.receive_sponsored(
        made.pk, amounts={"奖金": 200_000_00, "场地设备": 60_000_00}, document=f"银行回单{came:%Y%m%d}", on=came,
        by=clerk, at=at_hour(came),
    )  # fmt: skip
    asked = add_working_days(came, 20)
    prizes = operations.ask_spending(
        made.pk, use="奖金", amount_fen=126_400_00, what="优胜单位奖金", document="获奖名单（示例）",
        institution_id=cast.schools[0].institution_id, by=clerk, at=at_hour(asked),
    )  # fmt: skip
    prizes = operations.approve_spending(prizes.pk, by=reviewer, at=at_hour(asked, 15))
    _pay(cast, prizes, add_working_days(asked, 2))
    operations.ask_spending(
        made.pk, use="场地设备", amount_fen=38_000_00, what="赛场搭建", document="搭建合同（示例）",
        institution_id=cast.schools[-1].institution_id, by=clerk, at=at_hour(cast.on - timedelta(days=1)),
    )  # fmt: skip
    operations.register_sponsorship(
        sponsor.pk, event="青年技能精英赛", document="赞助协议（示例）第2号",
        agreed_on=cast.on - timedelta(days=3), uses=[("奖金", 50_000_00)], agreed_fen=50_000_00,
        filename="赞助协议.pdf", content=paper, by=clerk, at=at_hour(cast.on - timedelta(days=2)),
    )  # fmt: skip


def _sponsor(cast: Cast) -> Institution:
    at = at_hour(cast.on - timedelta(days=100))
    body = institutions.register_institution(
        credit_code=make_credit_code("91", REGION, 770_900).value, name="示例重工集团有限公司", kind="enterprise",
        region_code=REGION, is_provider=False, address="示例区重工路1号", contact_name="虚构联系人",
        synthetic=True, by=cast["clerk"], at=at,
    )  # fmt: skip
    institutions.set_institution_bank_account(
        body.pk, bank_name="示例银行示例区支行", account=ACCOUNT, by=cast["clerk"], at=at
    )
    return body


def _pay(cast: Cast, row, on) -> None:
    payment = row.sponsorship.fund.payments.get(reference=row.payment)
    batch = operations.prepare_payment_batch([payment.pk], by=cast["cashier"], at=at_hour(on))
    funds.check_batch(batch.pk, by=cast["reviewer"], at=at_hour(on, 11))
    operations.release_payment_batch(batch.pk, by=cast["cashier2"], at=at_hour(on, 14))
    _name, sheet = funds.bank_file(batch.pk, by=cast["cashier2"], at=at_hour(on, 14))
    answered = add_working_days(on, 1)
    funds.read_bank_return(
        StandInBank(None).answer(sheet, on=answered), f"{batch.number}.xlsx", by=cast["cashier"],
        at=at_hour(answered),
    )  # fmt: skip
