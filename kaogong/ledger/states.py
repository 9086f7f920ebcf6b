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

STATES = {
    BUDGETED: _("预算"),
    AVAILABLE: _("可用"),
    RESERVED: _("已预留"),
    PAYABLE: _("待支付"),
    IN_TRANSIT: _("在途"),
    PAID: _("已支付"),
    RETURNED: _("已追回"),
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
        Step("bounce", IN_TRANSIT, PAYABLE, _("银行退回")),
        Step("recover", PAID, RETURNED, _("追回")),
    )
}
KINDS = {kind: step.label for kind, step in STEPS.items()} | {REVERSE: _("冲销")}
