"""Every state of a claim, of one person's line in it, and of what is found after payment."""

from kaogong.access.permissions import Permission
from kaogong.institutions.states import appeal_lifecycle
from kaogong.kernel.lifecycle import Lifecycle, Move

CLAIM = Lifecycle(
    name="claim",
    initial="submitted",
    states={
        "submitted": "待审核",
        "returned": "已退回",
        "withdrawn": "已撤回",
        "reviewed": "待复核",
        "approved": "已核准",
        "published": "公示中",
        "cleared": "待拨付",
        "paid": "已拨付",
        "lapsed": "全部停拨",
    },
    tones={
        "submitted": "now",
        "returned": "ask",
        "withdrawn": "",
        "reviewed": "now",
        "approved": "now",
        "published": "now",
        "cleared": "now",
        "paid": "ok",
        "lapsed": "no",
    },
    moves=(
        # A claim is born submitted: the move has no source, so no row can ever take it.
        Move("submit", "submitted", (), "submitted", Permission.SUBMIT_CLAIM, "提交申领"),
        Move("resubmit", "resubmitted", "returned", "submitted", Permission.SUBMIT_CLAIM, "重新提交"),
        Move(
            "withdraw",
            "withdrawn",
            ("submitted", "returned"),
            "withdrawn",
            Permission.WITHDRAW_CLAIM,
            "撤回申领",
            reason=True,
            confirm="撤回后，本次申领的测算结果不再有效；本班可以重新申领。",
        ),
        Move(
            "review",
            "reviewed",
            "submitted",
            "reviewed",
            Permission.REVIEW_CLAIM,
            "审核通过",
            not_same_person_as=("submit", "resubmit"),
        ),
        Move(
            "second",
            "seconded",
            "reviewed",
            "reviewed",
            Permission.SECOND_CLAIM,
            "复审同意",
            not_same_person_as=("submit", "resubmit", "review"),
        ),
        Move(
            "return",
            "returned",
            ("submitted", "reviewed"),
            "returned",
            Permission.RETURN_CLAIM,
            "退回",
            reason=True,
        ),
        Move(
            "reconsider",
            "reconsidered",
            "returned",
            "submitted",
            Permission.SETTLE_CLAIM_APPEAL,
            "申诉成立，恢复审核",
            reason=True,
        ),
        Move(
            "approve",
            "approved",
            "reviewed",
            "approved",
            Permission.APPROVE_CLAIM,
            "核准",
            not_same_person_as=("submit", "resubmit", "review", "second"),
            confirm="核准后即在专账中预留资金，并可列入公示。",
        ),
        Move("publish", "published", "approved", "published", Permission.PUBLISH_NOTICE, "列入公示"),
        Move(
            "unpublish",
            "unpublished",
            "published",
            "approved",
            Permission.WITHDRAW_NOTICE,
            "撤回公示",
            reason=True,
            confirm="撤回后，本公示的申领回到“已核准”，预留的资金不变，须重新公示。",
        ),
        Move("clear", "cleared", "published", "cleared", Permission.CLOSE_NOTICE, "公示期满", system=True),
        Move("pay", "paid", "cleared", "paid", Permission.READ_BANK_RETURN, "拨付完成", system=True),
        Move(
            "unpay",
            "unpaid",
            "paid",
            "cleared",
            Permission.READ_BANK_RETURN,
            "银行退回，重新拨付",
            system=True,
        ),
        Move(
            "lapse",
            "lapsed",
            ("approved", "published", "cleared"),
            "lapsed",
            Permission.CLOSE_NOTICE,
            "全部停拨",
            system=True,
        ),
    ),
)

# A class has at most one claim at these states; left-out people may be claimed once it is decided.
UNDECIDED = ("submitted", "returned", "reviewed")

CLAIM_LINE = Lifecycle(
    name="claim_line",
    initial="judged",
    states={
        "judged": "已测算",
        "withdrawn": "已撤回",
        "left_out": "本次未列入",
        "refused": "不予补贴",
        "approved": "已核准",
        "held": "暂缓",
        "dropped": "已停拨",
        "cleared": "待拨付",
        "paid": "已拨付",
    },
    tones={
        "judged": "now",
        "withdrawn": "",
        "left_out": "ask",
        "refused": "no",
        "approved": "ok",
        "held": "ask",
        "dropped": "no",
        "cleared": "now",
        "paid": "ok",
    },
    moves=(
        Move("withdraw", "withdrawn", "judged", "withdrawn", Permission.WITHDRAW_CLAIM, "撤回"),
        Move("approve", "approved", "judged", "approved", Permission.APPROVE_CLAIM, "核准"),
        Move("refuse", "refused", "judged", "refused", Permission.APPROVE_CLAIM, "不予补贴"),
        Move("leave_out", "left_out", "judged", "left_out", Permission.APPROVE_CLAIM, "本次不列入"),
        Move(
            "hold", "held", "approved", "held", Permission.HOLD_CERTIFICATE, "暂缓", reason=True, system=True
        ),
        Move("release", "released", "held", "approved", Permission.HOLD_CERTIFICATE, "恢复", system=True),
        Move(
            "drop",
            "dropped",
            ("approved", "held", "cleared"),
            "dropped",
            Permission.CLOSE_NOTICE,
            "停拨",
            reason=True,
            system=True,
        ),
        Move("clear", "cleared", "approved", "cleared", Permission.CLOSE_NOTICE, "转入拨付", system=True),
        Move("pay", "paid", "cleared", "paid", Permission.READ_BANK_RETURN, "拨付完成", system=True),
        Move(
            "unpay",
            "unpaid",
            "paid",
            "cleared",
            Permission.READ_BANK_RETURN,
            "银行退回，重新拨付",
            system=True,
        ),
        Move(
            "reopen",
            "reopened",
            ("refused", "dropped"),
            "left_out",
            Permission.SETTLE_CLAIM_APPEAL,
            "申诉成立，可再申领",
            reason=True,
        ),
    ),
)

# The line still stands for its person's enrolment: no second line may be opened beside it.
STANDING = ("judged", "approved", "held", "refused", "dropped", "cleared", "paid")
# Its money is part of the claim's amount.
COUNTED = ("judged", "approved", "held", "cleared", "paid")
# Money is set aside, on its way or gone: it uses up the person's entitlement (G2–G4).
ENTITLED = ("approved", "held", "cleared", "paid")

CONFLICT = Lifecycle(
    name="conflict",
    initial="open",
    states={"open": "待处理", "answered": "已处理"},
    tones={"open": "ask", "answered": "ok"},
    moves=(Move("answer", "answered", "open", "answered", Permission.RETURN_CLAIM, "处理冲突", reason=True),),
)

ADJUSTMENT = Lifecycle(
    name="adjustment",
    initial="found",
    states={"found": "待处理", "approved": "已同意", "dismissed": "不作调整", "superseded": "已被取代"},
    tones={"found": "ask", "approved": "ok", "dismissed": "", "superseded": "off"},
    moves=(
        # An adjustment is born found: no row can ever take this move.
        Move("find", "found", (), "found", Permission.FIND_ADJUSTMENTS, "查找补差追回"),
        Move(
            "approve",
            "approved",
            "found",
            "approved",
            Permission.APPROVE_ADJUSTMENT,
            "同意调整",
            reason=True,
            not_same_person_as=("find",),
            confirm="同意后记入待办结算；不会自动补发或追回。",
        ),
        Move(
            "dismiss",
            "dismissed",
            "found",
            "dismissed",
            Permission.DISMISS_ADJUSTMENT,
            "不作调整",
            reason=True,
            not_same_person_as=("find",),
        ),
        Move(
            "supersede",
            "superseded",
            "found",
            "superseded",
            Permission.FIND_ADJUSTMENTS,
            "由新版规则库取代",
            system=True,
        ),
    ),
)

PAYMENT_HOLD = Lifecycle(
    name="payment_hold",
    initial="placed",
    states={"placed": "暂缓中", "lifted": "已解除"},
    tones={"placed": "ask", "lifted": "ok"},
    moves=(
        # A hold is born placed: no row can ever take this move.
        Move("place", "placed", (), "placed", Permission.PLACE_PAYMENT_HOLD, "暂缓支付", reason=True),
        Move(
            "lift",
            "lifted",
            "placed",
            "lifted",
            Permission.LIFT_PAYMENT_HOLD,
            "解除暂缓",
            reason=True,
            system=True,
            confirm="解除后，没有其他暂缓的款项即可继续拨付。",
        ),
    ),
)

CLAIM_APPEAL = appeal_lifecycle(
    "claim_appeal", Permission.SETTLE_CLAIM_APPEAL, "申诉成立，重新审核", first="filed"
)

ACCOUNT_CHANGE = Lifecycle(
    name="account_change",
    initial="asked",
    states={
        "asked": "待审核",
        "returned": "已退回",
        "withdrawn": "已撤回",
        "cooling": "冷静期",
        "in_force": "已生效",
    },
    tones={"asked": "now", "returned": "ask", "withdrawn": "", "cooling": "now", "in_force": "ok"},
    moves=(
        # A change is born asked for: no row can ever take this move.
        Move("ask", "asked", (), "asked", Permission.ASK_ACCOUNT_CHANGE, "申请变更账户", reason=True),
        Move(
            "ask_again",
            "asked_again",
            "returned",
            "asked",
            Permission.ASK_ACCOUNT_CHANGE,
            "补正后重新提交",
            reason=True,
        ),
        Move(
            "withdraw",
            "withdrawn",
            ("asked", "returned", "cooling"),
            "withdrawn",
            Permission.ASK_ACCOUNT_CHANGE,
            "撤回变更",
            reason=True,
            confirm="撤回后，补贴仍付到原来登记的账户。",
        ),
        Move(
            "return",
            "returned",
            "asked",
            "returned",
            Permission.DECIDE_ACCOUNT_CHANGE,
            "退回补正",
            reason=True,
        ),
        Move(
            "approve",
            "approved",
            "asked",
            "cooling",
            Permission.DECIDE_ACCOUNT_CHANGE,
            "同意变更",
            not_same_person_as=("ask", "ask_again"),
            confirm="冷静期满后，给该收款人的款项改付到新账户。",
        ),
        Move(
            "take_effect",
            "took_effect",
            "cooling",
            "in_force",
            Permission.DECIDE_ACCOUNT_CHANGE,
            "变更生效",
            system=True,
        ),
    ),
)

# The account on file was reported as replaced: nothing is paid to it, nor yet to the new one.
CHANGING = ("asked", "returned", "cooling")
