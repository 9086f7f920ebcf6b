"""What a risk finding goes through: a sign is looked into by people, nothing is decided by its grade."""

from django.utils.translation import gettext_noop as _

from kaogong.access.permissions import Permission as P
from kaogong.kernel.lifecycle import Lifecycle, Move

RISK_FINDING = Lifecycle(
    name="risk_finding",
    initial="found",
    states={
        "found": "待处理",
        "asked": "已请机构说明",
        "answered": "机构已说明",
        "closed": "已办结",
        "escalated": "已移送",
        "reopened": "有新情况，重新处理",
    },
    tones={
        "found": "now",
        "asked": "ask",
        "answered": "now",
        "closed": "ok",
        "escalated": "no",
        "reopened": "now",
    },
    moves=(
        Move("ask", "asked", ("found", "answered", "reopened"), "asked", P.ASK_PROVIDER, "请机构说明"),
        Move("answer", "answered", "asked", "answered", P.ANSWER_RISK_FINDING, "提交说明"),
        Move(
            "close",
            "closed",
            ("found", "asked", "answered", "escalated", "reopened"),
            "closed",
            P.CLOSE_RISK_FINDING,
            "办结",
            reason=True,
            confirm="办结后解除由本发现引起的暂缓支付；以后有新的记录时会重新打开。",
        ),
        Move(
            "escalate",
            "escalated",
            ("found", "asked", "answered", "reopened"),
            "escalated",
            P.ESCALATE_RISK_FINDING,
            "移送",
            reason=True,
            confirm="移送后暂缓支付保持不变，直到办结。",
        ),
        Move(
            "reopen",
            "reopened",
            ("closed",),
            "reopened",
            P.REOPEN_RISK_FINDING,
            "重新打开",
            reason=True,
            system=True,
        ),
    ),
)

# Somebody still has to do something about it.
OPEN = ("found", "asked", "answered", "reopened")
# What it came to is not settled: it may hold money.
UNSETTLED = (*OPEN, "escalated")

SEVERITIES = {"notice": _("提示"), "serious": _("较重"), "severe": _("严重")}
FAMILIES = {
    "people": _("虚假人员"),
    "content": _("虚假内容"),
    "project": _("虚假项目"),
    "ring": _("串通线索"),
}
OUTCOMES = {"innocent": _("合理，没有问题"), "corrected": _("有差错，已更正")}
ESCALATIONS = {"inspection": _("现场检查"), "case": _("立案")}
