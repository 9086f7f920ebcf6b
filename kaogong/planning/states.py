"""What targets, supervision notices, annual plans, duties, meetings and assessments go through (D10–D12, O5)."""

from kaogong.access.permissions import Permission as P
from kaogong.kernel.lifecycle import Lifecycle, Move

TARGET = Lifecycle(
    name="target",
    initial="drafted",
    states={"drafted": "拟定", "set": "已下达", "closed": "已结束", "withdrawn": "已撤销"},
    tones={"drafted": "ask", "set": "now", "closed": "ok", "withdrawn": "no"},
    moves=(
        Move("set", "set", "drafted", "set", P.SET_TARGET, "下达目标", system=True),
        Move("close", "closed", "set", "closed", P.SET_TARGET, "结束目标", reason=True),
        Move(
            "withdraw",
            "withdrawn",
            ("drafted", "set"),
            "withdrawn",
            P.SET_TARGET,
            "撤销目标",
            reason=True,
            confirm="撤销后不再跟踪；需要改数值的，撤销后另行下达。",
        ),
    ),
)

SUPERVISION_NOTICE = Lifecycle(
    name="supervision_notice",
    initial="issued",
    states={"issued": "待回复", "replied": "已回复待审", "accepted": "已办结", "cancelled": "已撤回"},
    tones={"issued": "ask", "replied": "now", "accepted": "ok", "cancelled": "off"},
    moves=(
        Move("reply", "replied", "issued", "replied", P.REPLY_SUPERVISION, "回复督办"),
        Move("accept", "accepted", "replied", "accepted", P.ACCEPT_SUPERVISION, "认可回复"),
        Move("return", "returned", "replied", "issued", P.ACCEPT_SUPERVISION, "退回重办", reason=True),
        Move("cancel", "cancelled", "issued", "cancelled", P.ACCEPT_SUPERVISION, "撤回督办", reason=True),
    ),
)

ANNUAL_PLAN = Lifecycle(
    name="annual_plan",
    initial="collecting",
    states={
        "collecting": "征集中",
        "merging": "汇总分解中",
        "proposed": "待审定",
        "published": "已公布",
        "withdrawn": "已撤销",
    },
    tones={
        "collecting": "now",
        "merging": "now",
        "proposed": "ask",
        "published": "ok",
        "withdrawn": "no",
    },
    moves=(
        Move(
            "merge",
            "merged",
            "collecting",
            "merging",
            P.MERGE_PLAN,
            "截止征集，开始汇总",
            confirm="截止后各单位不能再提报；确有遗漏的，可以重新征集。",
        ),
        Move("reopen", "reopened", "merging", "collecting", P.MERGE_PLAN, "重新征集", reason=True),
        Move("propose", "proposed", "merging", "proposed", P.MERGE_PLAN, "提请审定"),
        Move("return", "returned", "proposed", "merging", P.PUBLISH_PLAN, "退回修改", reason=True),
        Move(
            "publish",
            "published",
            "proposed",
            "published",
            P.PUBLISH_PLAN,
            "公布计划",
            not_same_person_as=("propose",),
        ),
        Move("revise", "revised", "published", "merging", P.PUBLISH_PLAN, "调整计划", reason=True),
        Move(
            "withdraw",
            "withdrawn",
            ("collecting", "merging"),
            "withdrawn",
            P.PUBLISH_PLAN,
            "撤销计划",
            reason=True,
        ),
    ),
)

PLAN_SUBMISSION = Lifecycle(
    name="plan_submission",
    initial="drafted",
    states={"drafted": "填报中", "submitted": "已提报", "returned": "已退回"},
    tones={"drafted": "now", "submitted": "ok", "returned": "ask"},
    moves=(
        Move("submit", "submitted", ("drafted", "returned"), "submitted", P.SUBMIT_PLAN_LINES, "提报"),
        Move("return", "returned", "submitted", "returned", P.MERGE_PLAN, "退回补正", reason=True),
    ),
)

PLAN_LINE = Lifecycle(
    name="plan_line",
    initial="standing",
    states={"standing": "计入", "removed": "已剔除"},
    tones={"standing": "ok", "removed": "no"},
    moves=(
        Move("remove", "removed", "standing", "removed", P.MERGE_PLAN, "剔除", reason=True, system=True),
        Move("restore", "restored", "removed", "standing", P.MERGE_PLAN, "恢复", reason=True),
    ),
)

DUTY_ITEM = Lifecycle(
    name="duty_item",
    initial="unassigned",
    states={"unassigned": "待分工", "assigned": "推进中", "reported": "已报告", "finished": "已完成"},
    tones={"unassigned": "ask", "assigned": "now", "reported": "now", "finished": "ok"},
    moves=(
        Move("assign", "assigned", ("unassigned", "assigned", "reported"), "assigned", P.ASSIGN_DUTY, "分工"),
        Move("report", "reported", ("assigned", "reported"), "reported", P.REPORT_DUTY, "报告进展"),
        Move("return", "returned", "reported", "assigned", P.FOLLOW_UP_DUTY, "继续推进", reason=True),
        Move("finish", "finished", "reported", "finished", P.FOLLOW_UP_DUTY, "确认完成"),
        Move("reopen", "reopened", "finished", "assigned", P.FOLLOW_UP_DUTY, "重新推进", reason=True),
    ),
)

JOINT_MEETING = Lifecycle(
    name="joint_meeting",
    initial="called",
    states={"called": "已通知", "held": "已召开", "cancelled": "已取消"},
    tones={"called": "now", "held": "ok", "cancelled": "off"},
    moves=(
        Move("hold", "held", "called", "held", P.CALL_MEETING, "记为已召开"),
        Move("cancel", "cancelled", "called", "cancelled", P.CALL_MEETING, "取消会议", reason=True),
    ),
)

MEETING_ITEM = Lifecycle(
    name="meeting_item",
    initial="raised",
    states={
        "raised": "待议",
        "decided": "待落实",
        "reported": "已报落实",
        "done": "已落实",
        "dropped": "不再议",
    },
    tones={"raised": "now", "decided": "ask", "reported": "now", "done": "ok", "dropped": "off"},
    moves=(
        Move("decide", "decided", "raised", "decided", P.DECIDE_ITEM, "登记决定"),
        Move("report", "reported", "decided", "reported", P.REPORT_ITEM, "报告落实情况"),
        Move("return", "returned", "reported", "decided", P.DECIDE_ITEM, "退回继续落实", reason=True),
        Move("finish", "finished", ("decided", "reported"), "done", P.DECIDE_ITEM, "登记落实"),
        Move("reopen", "reopened", "done", "decided", P.DECIDE_ITEM, "重新落实", reason=True),
        Move("drop", "dropped", "raised", "dropped", P.DECIDE_ITEM, "不再议", reason=True),
    ),
)

# The yearly assessment of units (考核): scored, told to the units, heard, confirmed by another person.
UNIT_ASSESSMENT = Lifecycle(
    name="unit_assessment",
    initial="opened",
    states={
        "opened": "评分中",
        "told": "听取意见中",
        "confirmed": "已确认",
        "published": "已通报",
        "cancelled": "已取消",
    },
    tones={"opened": "now", "told": "ask", "confirmed": "now", "published": "ok", "cancelled": "off"},
    moves=(
        Move(
            "tell",
            "told",
            "opened",
            "told",
            P.SCORE_UNIT,
            "告知得分、听取意见",
        ),
        Move("rescore", "rescored", "told", "opened", P.SCORE_UNIT, "退回重新评分", reason=True),
        Move(
            "confirm",
            "confirmed",
            "told",
            "confirmed",
            P.CONFIRM_ASSESSMENT,
            "确认结果",
            not_same_person_as=("tell",),
            confirm="确认后得分不能再改。",
        ),
        Move("publish", "published", "confirmed", "published", P.CONFIRM_ASSESSMENT, "通报结果"),
        Move(
            "cancel",
            "cancelled",
            ("opened", "told"),
            "cancelled",
            P.CONFIRM_ASSESSMENT,
            "取消考核",
            reason=True,
            confirm="取消后可以按同一年度重新开始。",
        ),
    ),
)

UNIT_OBJECTION = Lifecycle(
    name="unit_objection",
    initial="received",
    states={"received": "待答复", "accepted": "已采纳", "dismissed": "不采纳"},
    tones={"received": "ask", "accepted": "ok", "dismissed": "no"},
    moves=(
        Move("accept", "accepted", "received", "accepted", P.CONFIRM_ASSESSMENT, "采纳意见", reason=True),
        Move("dismiss", "dismissed", "received", "dismissed", P.CONFIRM_ASSESSMENT, "不采纳", reason=True),
    ),
)


def N_(sentence: str) -> str:
    """Marks a word for the catalogue."""
    return sentence


DIRECTIONS = {"at_least": N_("不低于"), "at_most": N_("不高于")}
# How a figure grows: counted up over the period, or standing on its last day.
TIMES = {"event": N_("累计"), "stock": N_("期末")}
KINDS = {"target": N_("目标"), "baseline": N_("基数")}
OVERLAP_ANSWERS = {
    "keep_both": N_("两项都保留"),
    "remove_first": N_("剔除前一项"),
    "remove_second": N_("剔除后一项"),
    "undone": N_("撤销决定"),
}
UNIT_KINDS = {"district": N_("区市"), "department": N_("部门"), "unit": N_("其他单位")}
SCORE_SOURCES = {"measured": N_("系统数据"), "by_hand": N_("评分人"), "third_party": N_("第三方调查")}
# How a result is told: every unit's place, or only the grade it reached.
SHOWN_AS = {"rank": N_("按名次"), "grade": N_("按考核等级")}
