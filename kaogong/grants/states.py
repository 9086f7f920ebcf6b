"""Every state of a grant, of each instalment of it, and of an appeal against its refusal."""

from django.utils.translation import gettext_noop as _

from kaogong.access.permissions import Permission as P
from kaogong.kernel.lifecycle import Lifecycle, Move

GRANT = Lifecycle(
    name="grant",
    initial="drafted",
    states={
        "drafted": "草稿",
        "submitted": "待审核",
        "returned": "已退回",
        "withdrawn": "已撤回",
        "reviewed": "待复核",
        "refused": "不予批准",
        "approved": "已批准",
        "published": "公示中",
        "cleared": "拨付中",
        "paid": "已付清",
        "ended": "已终止",
    },
    tones={
        "drafted": "",
        "submitted": "now",
        "returned": "ask",
        "withdrawn": "",
        "reviewed": "now",
        "refused": "no",
        "approved": "now",
        "published": "now",
        "cleared": "now",
        "paid": "ok",
        "ended": "off",
    },
    moves=(
        Move("submit", "submitted", "drafted", "submitted", P.SUBMIT_GRANT, "提交申请"),
        Move("resubmit", "resubmitted", "returned", "submitted", P.SUBMIT_GRANT, "重新提交"),
        Move(
            "withdraw",
            "withdrawn",
            ("drafted", "submitted", "returned"),
            "withdrawn",
            P.WITHDRAW_GRANT,
            "撤回申请",
            reason=True,
            confirm="撤回后本次申请作废，可以重新申请。",
        ),
        Move(
            "review",
            "reviewed",
            "submitted",
            "reviewed",
            P.REVIEW_GRANT,
            "审核通过",
            not_same_person_as=("submit", "resubmit"),
        ),
        Move(
            "return", "returned", ("submitted", "reviewed"), "returned", P.RETURN_GRANT, "退回", reason=True
        ),
        Move(
            "refuse",
            "refused",
            "reviewed",
            "refused",
            P.REFUSE_GRANT,
            "不予批准",
            reason=True,
            not_same_person_as=("submit", "resubmit", "review"),
            confirm="申请人会看到理由，可以申诉。",
        ),
        Move(
            "approve",
            "approved",
            "reviewed",
            "approved",
            P.APPROVE_GRANT,
            "批准",
            not_same_person_as=("submit", "resubmit", "review"),
            confirm="批准后即在专账中预留资金，并可列入公示。",
        ),
        Move("publish", "published", "approved", "published", P.PUBLISH_NOTICE, "列入公示"),
        Move(
            "unpublish",
            "unpublished",
            "published",
            "approved",
            P.WITHDRAW_NOTICE,
            "撤回公示",
            reason=True,
            confirm="撤回后，本公示的申请回到“已批准”，预留的资金不变，须重新公示。",
        ),
        Move("clear", "cleared", "published", "cleared", P.CLOSE_NOTICE, "公示期满", system=True),
        Move("pay", "paid", "cleared", "paid", P.READ_BANK_RETURN, "全部付清", system=True),
        Move("unpay", "unpaid", "paid", "cleared", P.READ_BANK_RETURN, "银行退回，重新拨付", system=True),
        Move(
            "end",
            "ended",
            ("approved", "published", "cleared"),
            "ended",
            P.END_GRANT,
            "终止",
            reason=True,
            system=True,
            confirm="终止后尚未支付的部分不再支付，预留的资金退回预算；已支付的不变。",
        ),
        Move(
            "reopen",
            "reopened",
            "refused",
            "submitted",
            P.DECIDE_GRANT_APPEAL,
            "申诉成立，重新审核",
            reason=True,
        ),
    ),
)

# Not decided yet: its facts and papers may still change.
UNDECIDED = ("drafted", "submitted", "returned", "reviewed")
WITH_APPLICANT = ("drafted", "returned")
# Nothing more comes of it: what it asked for may be asked for again.
LET_GO = ("withdrawn", "refused", "ended")

INSTALMENT = Lifecycle(
    name="instalment",
    initial="planned",
    states={
        "planned": "未到期",
        "reserved": "已预留",
        "queued": "待付款",
        "paid": "已拨付",
        "refused": "不予拨付",
        "stopped": "已停拨",
    },
    tones={
        "planned": "",
        "reserved": "now",
        "queued": "now",
        "paid": "ok",
        "refused": "no",
        "stopped": "off",
    },
    moves=(
        Move("reserve", "reserved", "planned", "reserved", P.APPROVE_GRANT, "预留资金", system=True),
        Move("queue", "queued", "reserved", "queued", P.CLOSE_NOTICE, "生成付款", system=True),
        Move("pay", "paid", "queued", "paid", P.READ_BANK_RETURN, "拨付完成", system=True),
        Move("unpay", "unpaid", "paid", "queued", P.READ_BANK_RETURN, "银行退回，重新拨付", system=True),
        Move(
            "refuse", "refused", "planned", "refused", P.APPROVE_GRANT, "不予拨付", reason=True, system=True
        ),
        Move(
            "stop",
            "stopped",
            ("planned", "reserved", "queued"),
            "stopped",
            P.END_GRANT,
            "停拨",
            reason=True,
            system=True,
        ),
    ),
)

# Money is set aside, on its way or gone: it counts against what the rulebook allows.
ENTITLED = ("reserved", "queued", "paid")

APPEAL = Lifecycle(
    name="grant_appeal",
    initial="filed",
    states={"filed": "待处理", "upheld": "申诉成立", "dismissed": "申诉不成立"},
    tones={"filed": "ask", "upheld": "ok", "dismissed": "no"},
    moves=(
        # An appeal is born filed: no row can ever take this move.
        Move("file", "filed", (), "filed", P.FILE_GRANT_APPEAL, "提出申诉"),
        Move("uphold", "upheld", "filed", "upheld", P.DECIDE_GRANT_APPEAL, "申诉成立", reason=True),
        Move("dismiss", "dismissed", "filed", "dismissed", P.DECIDE_GRANT_APPEAL, "申诉不成立", reason=True),
    ),
)

BOUGHT = {"equipment": _("设施设备升级"), "accessibility": _("无障碍改造")}

RHYTHMS = {"once": _("一次"), "yearly": _("按年"), "monthly": _("按月")}

# Only the bureau can say these: an applicant hands in papers and never declares them.
DETERMINED = ("approved", "approved_fen", "on_award_list", "filed_beforehand", "score")
# Of a class that is not known here: whether it was approved, once the bureau has looked.
DETERMINED_OF_CLASS = ("class_approved",)
# What a month's list says of each person where no attendance is known here.
DECLARED_IN_LIST = ("days_attended", "hours_attended", "hours_counted")

PAPER_KINDS = {
    "recognition": _("认定（批准）文件"),
    "contract": _("合同（协议）"),
    "upper_grant": _("上级补助到账凭证"),
    "cost": _("支出凭证"),
    "graduation": _("毕业证书"),
    "employment": _("就业（上岗、参保）证明"),
    "other": _("其他材料"),
}
# What each kind of paper proves; an application without the papers of what it declares is not taken.
PROVES = {
    "recognition": ("approved", "on_award_list", "tier", "stage"),
    "contract": (
        "contract_signed",
        "contract_started_on",
        "contract_ended_on",
        "full_time",
        "annual_pay_fen",
    ),
    "upper_grant": ("upper_grant_fen",),
    "cost": ("cost_fen",),
    "graduation": ("graduated_on",),
    "employment": ("works_in_occupation", "job_region_code", "hired_on"),
}

PERFORMANCE = Lifecycle(
    name="performance",
    initial="scored",
    states={"scored": "待确认", "confirmed": "已确认", "withdrawn": "已撤回"},
    tones={"scored": "now", "confirmed": "ok", "withdrawn": "off"},
    moves=(
        # A review is born scored: no row can ever take this move.
        Move("score", "scored", (), "scored", P.SCORE_PERFORMANCE, "绩效评分"),
        Move(
            "confirm",
            "confirmed",
            "scored",
            "confirmed",
            P.CONFIRM_PERFORMANCE,
            "确认得分",
            not_same_person_as=("score",),
        ),
        Move("withdraw", "withdrawn", "scored", "withdrawn", P.CONFIRM_PERFORMANCE, "撤回评分", reason=True),
    ),
)

PROJECT_KINDS = {"support": _("扶持项目"), "capital": _("基建项目"), "sponsored": _("赞助资金")}
ENTRY_KINDS = {"received": _("资金到位"), "paid": _("拨付"), "performance": _("绩效")}

SPONSORSHIP = Lifecycle(
    name="sponsorship",
    initial="registered",
    states={"registered": "待确认", "confirmed": "执行中", "discarded": "未确认", "closed": "已结清"},
    tones={"registered": "now", "confirmed": "ok", "discarded": "off", "closed": ""},
    moves=(
        # An agreement is born registered: no row can ever take this move.
        Move("register", "registered", (), "registered", P.KEEP_SPONSORSHIPS, "登记赞助协议"),
        Move(
            "confirm",
            "confirmed",
            "registered",
            "confirmed",
            P.DECIDE_SPONSORSHIP,
            "确认协议",
            not_same_person_as=("register",),
            confirm="确认后为这份协议开立单独的资金，只能按所列用途支出。",
        ),
        Move(
            "discard", "discarded", "registered", "discarded", P.DECIDE_SPONSORSHIP, "不予确认", reason=True
        ),
        Move(
            "close",
            "closed",
            "confirmed",
            "closed",
            P.DECIDE_SPONSORSHIP,
            "结清协议",
            confirm="结清后不再收支；余款须先退还赞助方。",
        ),
    ),
)

SPENDING = Lifecycle(
    name="spending",
    initial="asked",
    states={
        "asked": "待批准",
        "withdrawn": "已撤回",
        "refused": "不予批准",
        "approved": "已批准",
        "dropped": "不再支付",
    },
    tones={"asked": "now", "withdrawn": "off", "refused": "no", "approved": "ok", "dropped": "off"},
    moves=(
        # A spending is born asked for: no row can ever take this move.
        Move("ask", "asked", (), "asked", P.KEEP_SPONSORSHIPS, "申请支出"),
        Move("withdraw", "withdrawn", "asked", "withdrawn", P.KEEP_SPONSORSHIPS, "撤回支出", reason=True),
        Move(
            "refuse",
            "refused",
            "asked",
            "refused",
            P.DECIDE_SPONSORSHIP,
            "不批准支出",
            reason=True,
            not_same_person_as=("ask",),
        ),
        Move(
            "approve",
            "approved",
            "asked",
            "approved",
            P.DECIDE_SPONSORSHIP,
            "批准支出",
            not_same_person_as=("ask",),
            confirm="批准后从这份协议的资金中预留并生成付款。",
        ),
        Move(
            "drop",
            "dropped",
            "approved",
            "dropped",
            P.PREPARE_PAYMENT,
            "不再支付",
            reason=True,
            confirm="款项退回这份协议的可用资金。",
        ),
    ),
)
SPENDING_KINDS = {"spend": _("支出"), "give_back": _("退还余款")}
