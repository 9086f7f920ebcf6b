"""The lives of money asked back, its receipts, what objects to it, and what waits to be asked back."""

from django.utils.translation import gettext_lazy as _

from kaogong.access.permissions import Permission as P
from kaogong.kernel.lifecycle import Lifecycle, Move

RECOUPMENT = Lifecycle(
    name="recoupment",
    initial="opened",
    states={
        "opened": _("待批准"),
        "approved": _("待送达"),
        "served": _("待退款"),
        "paying": _("退款中"),
        "proposed": _("核销待批"),
        "recovered": _("已追回"),
        "written_off": _("已核销"),
        "dropped": _("已撤销"),
    },
    moves=(
        # A birth: no state leads to it, but who did it counts for the separation of duties.
        Move("open", "opened", (), "opened", P.OPEN_RECOUPMENT, _("立项追回")),
        Move(
            "approve", "approved", "opened", "approved", P.APPROVE_RECOUPMENT, _("批准追回"),
            not_same_person_as=("open",), confirm=_("批准后这笔钱在专账中记为追回中。"),
        ),
        Move("serve", "served", "approved", "served", P.SERVE_RECOUPMENT, _("送达通知")),
        Move("plan", "planned", ("served", "paying"), "paying", P.PLAN_RECOUPMENT, _("约定分期退款")),
        Move("pay", "paid", ("served", "paying"), "paying", P.NOTE_RECEIPT, _("收到部分退款")),
        Move("settle", "settled", ("served", "paying"), "recovered", P.NOTE_RECEIPT, _("全部追回")),
        Move("reopen", "reopened", "recovered", "paying", P.REVERSE_RECEIPT, _("恢复追回"), reason=True),
        Move(
            "propose", "proposed", ("served", "paying"), "proposed", P.PROPOSE_WRITE_OFF, _("提请核销"),
            reason=True,
        ),
        Move(
            "write_off", "written_off", "proposed", "written_off", P.WRITE_OFF_RECOUPMENT, _("批准核销"),
            reason=True, not_same_person_as=("propose",),
            confirm=_("核销后这笔钱不再追回，专账中记为已核销。"),
        ),
        Move(
            "keep", "kept", "proposed", "paying", P.WRITE_OFF_RECOUPMENT, _("不同意核销"), reason=True,
            not_same_person_as=("propose",),
        ),
        Move(
            "drop", "dropped", ("opened", "approved", "served", "paying"), "dropped", P.DROP_RECOUPMENT,
            _("撤销追回"), reason=True, not_same_person_as=("open",),
            confirm=_("撤销后这笔钱在专账中恢复为已支付，不再向对方追回。"),
        ),
    ),
    tones={
        "opened": "now", "approved": "now", "served": "ask", "paying": "ask", "proposed": "now",
        "recovered": "ok", "written_off": "no", "dropped": "no",
    },
)  # fmt: skip

RECEIPT = Lifecycle(
    name="recoupment_receipt",
    initial="noted",
    states={"noted": _("已收到"), "given_back": _("已退回预算"), "reversed": _("已冲销")},
    moves=(
        # A birth, as above.
        Move("note", "noted", (), "noted", P.NOTE_RECEIPT, _("登记退款")),
        Move(
            "give_back", "given_back", "noted", "given_back", P.GIVE_BACK_RECEIPT, _("退回预算"),
            not_same_person_as=("note",), confirm=_("退回后这笔钱可以再用，收据不能再冲销。"),
        ),
        Move(
            "reverse", "reversed", "noted", "reversed", P.REVERSE_RECEIPT, _("冲销收据"), reason=True,
            not_same_person_as=("note",), confirm=_("冲销后这笔退款视为没有收到，追回恢复。"),
        ),
    ),
    tones={"noted": "ok", "given_back": "ok", "reversed": "no"},
)  # fmt: skip

OBJECTION = Lifecycle(
    name="recoupment_objection",
    initial="raised",
    states={"raised": _("待答复"), "upheld": _("异议成立"), "dismissed": _("异议不成立")},
    moves=(
        Move("uphold", "upheld", "raised", "upheld", P.ANSWER_RECOUPMENT, _("异议成立"), reason=True),
        Move(
            "dismiss", "dismissed", "raised", "dismissed", P.ANSWER_RECOUPMENT, _("异议不成立"), reason=True
        ),
    ),
    tones={"raised": "now", "upheld": "ok", "dismissed": "no"},
)

LEAD = Lifecycle(
    name="recovery_lead",
    initial="found",
    states={
        "found": _("待立项"), "taken": _("已立项"), "dismissed": _("不予追回"), "lapsed": _("不再成立")
    },
    moves=(
        Move("take", "taken", "found", "taken", P.OPEN_RECOUPMENT, _("立项追回")),
        Move(
            "dismiss", "dismissed", "found", "dismissed", P.DISMISS_LEAD, _("不予追回"), reason=True,
            confirm=_("以后不再列出；理由记入经办轨迹。"),
        ),
        Move(
            "lapse", "lapsed", "found", "lapsed", P.OPEN_RECOUPMENT, _("线索不再成立"), reason=True, system=True
        ),
    ),
    tones={"found": "now", "taken": "ok", "dismissed": "no", "lapsed": ""},
)  # fmt: skip

CAUSES = {
    "case": _("案件要求退回"),
    "adjustment": _("规则追溯调整"),
    "conflict": _("拨付后冲突"),
    "revoked": _("证书已撤销"),
    "stage": _("后续阶段未完成"),
    "overpaid": _("预拨多于结算"),
    "audit": _("审计要求"),
    "other": _("其他"),
}
KINDS = {"bank": _("银行退款"), "offset": _("抵扣")}
# Money is asked back and neither back nor given up.
STANDING = ("approved", "served", "paying", "proposed")
# Overdue once its day is over.
OVERDUE = ("served", "paying", "proposed")
# Whoever owes it was told.
TOLD = ("served", "paying", "proposed", "recovered", "written_off")
