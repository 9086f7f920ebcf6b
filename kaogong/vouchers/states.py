"""Every state of an issue of vouchers and of one voucher."""

from kaogong.access.permissions import Permission
from kaogong.kernel.lifecycle import Lifecycle, Move

VOUCHER_ISSUE = Lifecycle(
    name="voucher_issue",
    initial="drafted",
    states={"drafted": "待发放", "issued": "已发放", "discarded": "已放弃"},
    tones={"drafted": "now", "issued": "ok", "discarded": "off"},
    moves=(
        # An issue is born drafted: no row can ever take this move.
        Move("draft", "drafted", (), "drafted", Permission.DRAFT_VOUCHERS, "编制发放名单"),
        Move(
            "issue",
            "issued",
            "drafted",
            "issued",
            Permission.ISSUE_VOUCHERS,
            "发放",
            not_same_person_as=("draft",),
            confirm="发放后即在资金中预留全部面值，学员可以用券报班。",
        ),
        Move(
            "discard",
            "discarded",
            "drafted",
            "discarded",
            Permission.DRAFT_VOUCHERS,
            "放弃名单",
            reason=True,
        ),
    ),
)

VOUCHER = Lifecycle(
    name="voucher",
    initial="issued",
    states={
        "issued": "未使用",
        "bound": "已绑定班次",
        "redeemed": "已兑付",
        "expired": "已过期",
        "withdrawn": "已收回",
    },
    tones={"issued": "now", "bound": "now", "redeemed": "ok", "expired": "off", "withdrawn": "no"},
    moves=(
        Move("bind", "bound", "issued", "bound", Permission.BIND_VOUCHER, "绑定班次"),
        Move("unbind", "unbound", "bound", "issued", Permission.BIND_VOUCHER, "解除绑定", reason=True),
        Move("redeem", "redeemed", "bound", "redeemed", Permission.APPROVE_CLAIM, "兑付", system=True),
        Move(
            "expire",
            "expired",
            ("issued", "bound"),
            "expired",
            Permission.ISSUE_VOUCHERS,
            "过期",
            system=True,
        ),
        Move(
            "forfeit",
            "forfeited",
            "redeemed",
            "withdrawn",
            Permission.APPROVE_CLAIM,
            "停拨作废",
            reason=True,
            system=True,
        ),
        Move(
            "withdraw",
            "withdrawn",
            ("issued", "bound"),
            "withdrawn",
            Permission.WITHDRAW_VOUCHER,
            "收回",
            reason=True,
            confirm="收回后本券不能再用，预留的资金退回预算。",
        ),
    ),
)
