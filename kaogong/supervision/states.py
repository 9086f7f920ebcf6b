"""What supervision handles goes through: draws, inspections, findings, complaints, cases, sanctions (O1–O4)."""

from kaogong.access.permissions import Permission as P
from kaogong.kernel.lifecycle import Lifecycle, Move

DRAW = Lifecycle(
    name="draw",
    initial="prepared",
    states={
        "prepared": "名册已定",
        "committed": "摘要已公布",
        "drawn": "已抽取",
        "published": "结果已公开",
        "void": "已作废",
    },
    tones={"prepared": "now", "committed": "ask", "drawn": "now", "published": "ok", "void": "no"},
    moves=(
        Move(
            "commit",
            "committed",
            "prepared",
            "committed",
            P.COMMIT_DRAW,
            "公布名册摘要",
            confirm="公布后名册和各方承诺不能再改，只能作废重来。",
        ),
        Move("make", "made", "committed", "drawn", P.MAKE_DRAW, "抽取", not_same_person_as=("commit",)),
        Move(
            "publish",
            "published",
            "drawn",
            "published",
            P.PUBLISH_DRAW,
            "公开抽查结果",
            confirm="名册、种子和抽中名单将全部公开，任何人都可以重新抽取核对。",
        ),
        Move(
            "void",
            "voided",
            ("prepared", "committed", "drawn"),
            "void",
            P.VOID_DRAW,
            "作废",
            reason=True,
            confirm="作废后须重新准备抽取；已公布过摘要的，作废的理由同样公开。",
        ),
    ),
)

INSPECTION = Lifecycle(
    name="inspection",
    initial="assigned",
    states={
        "assigned": "待检查",
        "done": "已检查",
        "rectifying": "整改中",
        "rechecked": "整改已复查",
        "published": "已公开",
        "cancelled": "已取消",
    },
    tones={
        "assigned": "ask",
        "done": "now",
        "rectifying": "ask",
        "rechecked": "ok",
        "published": "ok",
        "cancelled": "no",
    },
    moves=(
        Move("record", "recorded", "assigned", "done", P.RECORD_INSPECTION, "填写检查表"),
        Move("order", "ordered", "done", "rectifying", P.RECORD_INSPECTION, "责令整改"),
        Move("recheck", "rechecked", "rectifying", "rechecked", P.SETTLE_FINDING, "复查完成"),
        Move(
            "publish",
            "published",
            ("done", "rechecked"),
            "published",
            P.PUBLISH_INSPECTION,
            "公开检查结果",
            not_same_person_as=("record",),
            confirm="检查结果和整改情况将在门户公开。",
        ),
        Move("cancel", "cancelled", "assigned", "cancelled", P.VOID_DRAW, "取消检查", reason=True),
    ),
)

FINDING = Lifecycle(
    name="finding",
    initial="opened",
    states={"opened": "待整改", "answered": "已答复待复查", "settled": "已整改", "escalated": "已立案"},
    tones={"opened": "ask", "answered": "now", "settled": "ok", "escalated": "no"},
    moves=(
        Move("answer", "answered", "opened", "answered", P.ANSWER_FINDING, "答复整改情况"),
        Move("settle", "settled", "answered", "settled", P.SETTLE_FINDING, "确认已整改"),
        Move("reject", "rejected", "answered", "opened", P.SETTLE_FINDING, "整改不到位", reason=True),
        Move(
            "escalate",
            "escalated",
            ("opened", "answered"),
            "escalated",
            P.ESCALATE_FINDING,
            "转为案件",
            reason=True,
            confirm="转为案件后不再按整改处理，由定性和处理程序决定。",
        ),
    ),
)

COMPLAINT = Lifecycle(
    name="complaint",
    initial="received",
    states={
        "received": "待受理",
        "accepted": "已受理",
        "forwarded": "已转送",
        "investigating": "调查中",
        "answered": "已答复",
        "closed": "已办结",
    },
    tones={
        "received": "ask",
        "accepted": "now",
        "forwarded": "off",
        "investigating": "now",
        "answered": "ok",
        "closed": "ok",
    },
    moves=(
        Move("accept", "accepted", "received", "accepted", P.ACCEPT_COMPLAINT, "受理"),
        Move(
            "forward",
            "forwarded",
            ("received", "accepted"),
            "forwarded",
            P.ACCEPT_COMPLAINT,
            "转送其他单位",
            reason=True,
        ),
        Move("investigate", "investigated", "accepted", "investigating", P.ACCEPT_COMPLAINT, "开始调查"),
        Move("answer", "answered", "investigating", "answered", P.ANSWER_COMPLAINT, "答复举报人"),
        Move(
            "close",
            "closed",
            "answered",
            "closed",
            P.CLOSE_COMPLAINT,
            "办结",
            not_same_person_as=("answer",),
        ),
        # The reporter asks again with number and secret: the system reopens it for them.
        Move(
            "reopen",
            "reopened",
            ("answered", "closed", "forwarded"),
            "investigating",
            P.CLOSE_COMPLAINT,
            "重新调查",
            reason=True,
            system=True,
        ),
    ),
)

CASE = Lifecycle(
    name="case",
    initial="opened",
    states={
        "opened": "待定性",
        "graded": "待复核定性",
        "confirmed": "已定性",
        "closed": "已结案",
        "dismissed": "不予立案",
    },
    tones={"opened": "ask", "graded": "now", "confirmed": "no", "closed": "ok", "dismissed": "off"},
    moves=(
        Move("grade", "graded", "opened", "graded", P.GRADE_CASE, "提出定性"),
        Move("return", "returned", "graded", "opened", P.CONFIRM_CASE, "退回重新定性", reason=True),
        Move(
            "confirm",
            "confirmed",
            "graded",
            "confirmed",
            P.CONFIRM_CASE,
            "确认定性",
            not_same_person_as=("grade",),
            confirm="确认后定性不能再改，处理、追回和移送以此为据。",
        ),
        Move("close", "closed", "confirmed", "closed", P.CONFIRM_CASE, "结案", reason=True),
        Move("dismiss", "dismissed", "opened", "dismissed", P.CONFIRM_CASE, "不予立案", reason=True),
    ),
)

RECOVERY = Lifecycle(
    name="recovery",
    initial="demanded",
    states={"demanded": "待退回", "recovered": "已退回", "waived": "不再追回"},
    tones={"demanded": "ask", "recovered": "ok", "waived": "off"},
    moves=(
        Move("demand", "demanded", (), "demanded", P.DEMAND_RECOVERY, "要求退回"),
        Move(
            "settle",
            "settled",
            "demanded",
            "recovered",
            P.DEMAND_RECOVERY,
            "确认已退回",
            reason=True,
            system=True,
        ),
        Move("waive", "waived", "demanded", "waived", P.CONFIRM_CASE, "不再追回", reason=True, system=True),
    ),
)

SANCTION = Lifecycle(
    name="sanction",
    initial="proposed",
    states={
        "proposed": "拟处理",
        "withdrawn": "已撤回",
        "confirmed": "已决定",
        "told": "已送达",
        "in_force": "执行中",
        "ended": "已期满",
        "lifted": "已撤销",
        "restored": "已修复",
    },
    tones={
        "proposed": "ask",
        "withdrawn": "off",
        "confirmed": "now",
        "told": "now",
        "in_force": "no",
        "ended": "ok",
        "lifted": "off",
        "restored": "ok",
    },
    moves=(
        # A sanction is born proposed: no row can ever take this move.
        Move("propose", "proposed", (), "proposed", P.PROPOSE_SANCTION, "提出处理"),
        Move(
            "withdraw", "withdrawn", "proposed", "withdrawn", P.PROPOSE_SANCTION, "撤回处理意见", reason=True
        ),
        Move(
            "confirm",
            "confirmed",
            "proposed",
            "confirmed",
            P.CONFIRM_SANCTION,
            "决定处理",
            reason=True,
            not_same_person_as=("propose",),
        ),
        Move("tell", "told", "confirmed", "told", P.TELL_SANCTION, "送达"),
        Move("start", "started", "told", "in_force", P.TELL_SANCTION, "开始执行", system=True),
        Move("end", "ended", "in_force", "ended", P.LIFT_SANCTION, "期满", system=True),
        Move(
            "restore",
            "restored",
            "in_force",
            "restored",
            P.LIFT_SANCTION,
            "提前修复",
            reason=True,
            confirm="修复后，因这次处理暂停的协议和暂缓的补贴一并恢复。",
        ),
        Move(
            "lift",
            "lifted",
            ("confirmed", "told", "in_force"),
            "lifted",
            P.LIFT_SANCTION,
            "撤销处理",
            reason=True,
            confirm="撤销表示处理有误；因这次处理暂停的协议和暂缓的补贴一并恢复。",
        ),
    ),
)
