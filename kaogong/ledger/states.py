"""Where money can stand, whose money it is, and every step it may take from one state to another."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

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
SOURCE_LEVELS = {
    "district": _("区级"),
    "city": _("市级"),
    "province": _("省级"),
    "central": _("中央"),
}


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
