"""Where money can stand, whose money it is, and every step it may take from one state to another."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from kaogong.access.permissions import Permission as P
from kaogong.kernel.lifecycle import Lifecycle, Move

BUDGETED = "budgeted"
AVAILABLE = "available"
RESERVED = "reserved"
PAYABLE = "payable"
IN_TRANSIT = "in_transit"
PAID = "paid"
RETURNED = "returned"
FROZEN = "frozen"
CARRIED = "carried"
RECOVERING = "recovering"
RECOVERED = "recovered"
WRITTEN_OFF = "written_off"

STATES = {
    BUDGETED: _("预算"),
    AVAILABLE: _("可用"),
    RESERVED: _("已预留"),
    PAYABLE: _("待支付"),
    IN_TRANSIT: _("在途"),
    PAID: _("已支付"),
    RETURNED: _("银行退回"),
    FROZEN: _("已冻结"),
    CARRIED: _("已结转"),
    RECOVERING: _("追回中"),
    RECOVERED: _("已追回"),
    WRITTEN_OFF: _("已核销"),
}
# Where money stays for good: such an account may be closed with money on it.
ENDS = frozenset({BUDGETED, PAID, CARRIED, WRITTEN_OFF})
PUBLIC_LEVELS = {
    "district": _("区级"),
    "city": _("市级"),
    "province": _("省级"),
    "central": _("中央"),
}
# A sponsor's money is nobody's public money: it lies in funds of its own, known by how their codes begin.
SPONSOR = "sponsor"
SPONSOR_FUNDS = "ZZ-"
SOURCE_LEVELS = PUBLIC_LEVELS | {SPONSOR: _("社会赞助")}


@dataclass(frozen=True, slots=True)
class Step:
    """One permitted movement: what leaves ``source`` arrives in ``target``."""

    kind: str
    source: str
    target: str
    label: object


SET_BUDGET = "set_budget"
REVERSE = "reverse"
STEPS: dict[str, Step] = {
    step.kind: step
    for step in (
        Step(SET_BUDGET, BUDGETED, AVAILABLE, _("下达预算")),
        Step("reserve", AVAILABLE, RESERVED, _("预留")),
        Step("void_reserve", RESERVED, AVAILABLE, _("退回预留")),
        Step("make_payable", RESERVED, PAYABLE, _("转待支付")),
        Step("cancel_payable", PAYABLE, RESERVED, _("撤销待支付")),
        Step("send", PAYABLE, IN_TRANSIT, _("送银行")),
        Step("settle", IN_TRANSIT, PAID, _("银行已付")),
        Step("bounce", IN_TRANSIT, RETURNED, _("银行退回")),
        Step("come_back", PAID, RETURNED, _("到账后退回")),
        Step("owe_again", RETURNED, PAYABLE, _("退回款重新支付")),
        Step("recall", IN_TRANSIT, PAYABLE, _("停付收回")),
        Step("settle_by_offset", PAYABLE, PAID, _("抵扣付清")),
        Step("freeze", AVAILABLE, FROZEN, _("冻结")),
        Step("unfreeze", FROZEN, AVAILABLE, _("解冻")),
        Step("carry_over", AVAILABLE, CARRIED, _("结转下年")),
        Step("carry_in", BUDGETED, AVAILABLE, _("上年结转")),
        Step("claim_back", PAID, RECOVERING, _("立项追回")),
        Step("drop_claim_back", RECOVERING, PAID, _("撤销追回")),
        Step("recover", RECOVERING, RECOVERED, _("追回到账")),
        Step("write_off", RECOVERING, WRITTEN_OFF, _("核销")),
        Step("give_back", RECOVERED, AVAILABLE, _("追回款退回预算")),
    )
}
KINDS = {kind: step.label for kind, step in STEPS.items()} | {REVERSE: _("冲销")}

PERIOD = Lifecycle(
    name="period",
    initial="closed",
    states={"closed": _("已结账"), "reopened": _("已反结账")},
    moves=(
        # A birth: no state leads to it, but who did it counts for the separation of duties.
        Move(
            "close", "closed", (), "closed", P.CLOSE_PERIOD, _("结账"),
            confirm=_("结账后，日期在此期间内的业务不能再记账。"),
        ),
        Move(
            "reopen", "reopened", "closed", "reopened", P.REOPEN_PERIOD, _("反结账"), reason=True,
            not_same_person_as=("close",), confirm=_("反结账后，此期间可以再记账，期末余额将重新计算。"),
        ),
    ),
    tones={"closed": "ok", "reopened": "ask"},
)  # fmt: skip
ACCOUNT_CLOSING = Lifecycle(
    name="ledger_account",
    initial="closed",
    states={"closed": _("已关闭"), "reopened": _("已重新启用")},
    moves=(
        Move(
            "close", "closed", (), "closed", P.CLOSE_LEDGER_ACCOUNT, _("关闭科目"), reason=True,
            confirm=_("关闭后，此科目不能再有任何进出。"),
        ),
        Move(
            "reopen", "reopened", "closed", "reopened", P.REOPEN_LEDGER_ACCOUNT, _("重新启用科目"),
            reason=True, not_same_person_as=("close",),
        ),
    ),
    tones={"closed": "no", "reopened": "ok"},
)  # fmt: skip
