"""The lives of a payment and of a batch."""

from django.utils.translation import gettext_lazy as _

from kaogong.access.permissions import Permission as P
from kaogong.kernel.lifecycle import Lifecycle, Move

PAYMENT = Lifecycle(
    name="payment",
    initial="queued",
    states={
        "queued": _("待组批"),
        "batched": _("已组批"),
        "in_transit": _("银行处理中"),
        "paid": _("已到账"),
        "failed": _("付款失败"),
        "returned": _("银行退回"),
        "replaced": _("已另行付款"),
        "stopped": _("已停付"),
        "voided": _("不再支付"),
        "cancelled": _("已取消"),
    },
    moves=(
        Move("batch", "batched", "queued", "batched", P.PREPARE_PAYMENT, _("编入批次")),
        Move("unbatch", "unbatched", "batched", "queued", P.PREPARE_PAYMENT, _("移出批次"), reason=True),
        Move("reject", "rejected", "batched", "queued", P.CHECK_PAYMENT, _("复核退回"), reason=True),
        Move("send", "sent", "batched", "in_transit", P.RELEASE_PAYMENT, _("送银行")),
        Move("settle", "settled", "in_transit", "paid", P.READ_BANK_RETURN, _("记为到账")),
        Move("fail", "failed", "in_transit", "failed", P.READ_BANK_RETURN, _("记为失败")),
        Move("return", "returned", ("in_transit", "paid"), "returned", P.READ_BANK_RETURN, _("记为银行退回")),
        Move("stop", "stopped", "in_transit", "stopped", P.RELEASE_PAYMENT, _("停付"), reason=True),
        Move(
            "replace", "replaced", ("failed", "returned"), "replaced", P.CORRECT_BANK_ACCOUNT, _("更正账户重付")
        ),
        Move(
            "void", "voided", ("failed", "returned"), "voided", P.PREPARE_PAYMENT, _("不再支付"), reason=True,
            confirm=_("款项退回预算，这笔付款不再重付。"),
        ),
        Move("split", "split", "queued", "replaced", P.OFFSET_PAYMENT, _("部分抵扣"), reason=True),
        Move("offset", "offset", "queued", "paid", P.OFFSET_PAYMENT, _("抵扣付清"), reason=True),
        Move(
            "cancel", "cancelled", "queued", "cancelled", P.PREPARE_PAYMENT, _("取消付款"),
            reason=True, system=True,
        ),
    ),
    tones={
        "paid": "ok", "failed": "no", "returned": "no", "voided": "no", "cancelled": "no", "stopped": "no",
        "queued": "now", "in_transit": "ask",
    },
)  # fmt: skip

BATCH = Lifecycle(
    name="batch",
    initial="prepared",
    states={
        "prepared": _("待复核"),
        "checked": _("待发放"),
        "released": _("已送银行"),
        "settled": _("已结清"),
        "stopped": _("已停付"),
        "dissolved": _("已解散"),
    },
    moves=(
        # A birth: no state leads to it, but who did it counts for the separation of duties.
        Move("prepare", "prepared", (), "prepared", P.PREPARE_PAYMENT, _("组批")),
        Move(
            "check", "checked", "prepared", "checked", P.CHECK_PAYMENT, _("复核"),
            not_same_person_as=("prepare",),
        ),
        Move(
            "release", "released", "checked", "released", P.RELEASE_PAYMENT, _("发放"),
            not_same_person_as=("prepare", "check"),
            confirm=_("发放后款项即交银行支付；截止时间以后不能停付。"),
        ),
        Move("settle", "settled", "released", "settled", P.READ_BANK_RETURN, _("结清")),
        Move("stop", "stopped", "released", "stopped", P.RELEASE_PAYMENT, _("停付"), reason=True),
        Move(
            "dissolve", "dissolved", ("prepared", "checked"), "dissolved", P.PREPARE_PAYMENT, _("解散批次"),
            reason=True,
        ),
        Move("reject", "rejected", "prepared", "dissolved", P.CHECK_PAYMENT, _("复核退回"), reason=True),
    ),
    tones={"settled": "ok", "dissolved": "no", "stopped": "no", "prepared": "now", "checked": "now", "released": "ask"},
)  # fmt: skip

# With the fund again: paid to a corrected account, or not at all.
UNPAID = ("failed", "returned")

WORK_KINDS = {"release": _("发放"), "read": _("读取回盘")}
PAYEE_KINDS = {"institution": _("机构"), "person": _("个人")}
OUTCOMES = {
    "paid": _("成功"), "failed": _("失败"), "returned": _("退汇"), "repeated": _("重复"), "problem": _("问题"),
}  # fmt: skip

WATERFALL = Lifecycle(
    name="waterfall",
    initial="drafted",
    states={
        "drafted": _("草稿"),
        "simulated": _("已试算"),
        "approved": _("待启用"),
        "in_force": _("执行中"),
        "superseded": _("已被新版替代"),
        "discarded": _("已作废"),
    },
    moves=(
        # A birth: no state leads to it, but who did it counts for the separation of duties.
        Move("draft", "drafted", (), "drafted", P.DRAFT_WATERFALL, _("起草列支顺序")),
        Move("found", "founded", "drafted", "in_force", P.SET_BUDGET, _("首次确定列支顺序"), system=True),
        Move(
            "change", "changed", ("drafted", "simulated"), "drafted", P.DRAFT_WATERFALL, _("修改列支顺序")
        ),
        Move(
            "simulate", "simulated", ("drafted", "simulated"), "simulated", P.DRAFT_WATERFALL, _("试算")
        ),
        Move(
            "approve", "approved", "simulated", "approved", P.APPROVE_WATERFALL, _("批准列支顺序"),
            reason=True, not_same_person_as=("draft", "change", "simulate"),
            confirm=_("批准后到起始日即按新的顺序列支，此前的申领不变。"),
        ),
        Move(
            "return", "returned", ("simulated", "approved"), "drafted", P.APPROVE_WATERFALL,
            _("退回列支顺序"), reason=True,
        ),
        Move(
            "enforce", "enforced", "approved", "in_force", P.APPROVE_WATERFALL, _("启用列支顺序"), system=True
        ),
        Move(
            "supersede", "superseded", "in_force", "superseded", P.APPROVE_WATERFALL, _("由新版替代"),
            system=True,
        ),
        Move(
            "discard", "discarded", ("drafted", "simulated"), "discarded", P.DRAFT_WATERFALL,
            _("作废列支顺序"), reason=True,
        ),
    ),
    tones={"in_force": "ok", "discarded": "no", "drafted": "ask", "simulated": "now", "approved": "now"},
)  # fmt: skip

SPONSORED = "sponsorship"  # the kind of fund that holds one sponsor's money, and nothing else
TRANSFER_KINDS = {"announced": _("上级下达"), "received": _("资金到位")}
SURCHARGE_KINDS = {"collected": _("征收地方教育附加"), "used": _("用于职业教育（含技工教育）")}

STATEMENT_LINE = Lifecycle(
    name="statement_line",
    initial="open",
    states={"open": _("未核对"), "matched": _("已核对"), "explained": _("已说明")},
    moves=(
        Move("match", "matched", "open", "matched", P.RECONCILE_BANK, _("核对")),
        Move("unmatch", "unmatched", "matched", "open", P.RECONCILE_BANK, _("撤销核对"), reason=True),
        Move("explain", "explained", "open", "explained", P.RECONCILE_BANK, _("说明"), reason=True),
        Move(
            "reopen", "reopened", "explained", "open", P.RECONCILE_BANK, _("撤回说明"), reason=True
        ),
    ),
    tones={"open": "ask", "matched": "ok", "explained": "now"},
)  # fmt: skip

STATEMENT_MATCH = Lifecycle(
    name="statement_match",
    initial="standing",
    states={"standing": _("有效"), "undone": _("已撤销")},
    moves=(
        Move("undo", "undone", "standing", "undone", P.RECONCILE_BANK, _("撤销核对"), reason=True),
    ),
    tones={"standing": "ok", "undone": "no"},
)  # fmt: skip

RECONCILIATION = Lifecycle(
    name="reconciliation",
    initial="prepared",
    states={"prepared": _("待复核"), "closed": _("已复核"), "returned": _("已退回")},
    moves=(
        # A birth: no state leads to it, but who did it counts for the separation of duties.
        Move("prepare", "prepared", (), "prepared", P.RECONCILE_BANK, _("编制调节表")),
        Move(
            "close", "closed", "prepared", "closed", P.CLOSE_RECONCILIATION, _("复核调节表"),
            not_same_person_as=("prepare",), confirm=_("复核后，此期间的核对不能再改动。"),
        ),
        Move(
            "return", "returned", "prepared", "returned", P.CLOSE_RECONCILIATION, _("退回调节表"), reason=True
        ),
    ),
    tones={"prepared": "now", "closed": "ok", "returned": "no"},
)  # fmt: skip

MATCH_RULES = {
    "reference": _("流水号一致"),
    "batch": _("批次合计一致"),
    "refund": _("退汇对应失败的付款"),
    "come_back": _("退汇对应已到账的付款"),
    "transfer": _("到位文号一致"),
    "recovery": _("追回编号一致"),
    "amount": _("金额、账号、日期相近"),
    "batch_amount": _("金额与批次合计相同"),
    "rejected": _("银行未支付即退回"),
    "by_hand": _("人工核对"),
}
EXPLANATIONS = {
    "interest": _("利息"),
    "fee": _("银行手续费"),
    "foreign": _("与本资金无关"),
    "bank_error": _("银行差错，待更正"),
    "books_later": _("账面待补记"),
}
ITEM_KINDS = {
    "out": _("拨付"),
    "back": _("退回"),
    "transfer": _("资金到位"),
    "recovery": _("追回到账"),
}
