"""What a contract, an application for recognition, a yearly evaluation and an appeal go through (C1–C5, O5)."""

from kaogong.access.permissions import Permission as P
from kaogong.kernel.lifecycle import Lifecycle, Move

CONTRACT = Lifecycle(
    name="contract",
    initial="drafted",
    states={
        "drafted": "拟签",
        "recognised": "已认定",
        "suspended": "已暂停",
        "ended": "已终止",
        "cancelled": "未签成",
    },
    tones={"drafted": "now", "recognised": "ok", "suspended": "ask", "ended": "no", "cancelled": "no"},
    moves=(
        Move("recognise", "recognised", "drafted", "recognised", P.RECOGNISE_PROVIDER, "认定"),
        Move(
            "suspend",
            "suspended",
            "recognised",
            "suspended",
            P.SUSPEND_PROVIDER,
            "暂停",
            reason=True,
            system=True,
        ),
        Move(
            "resume",
            "resumed",
            "suspended",
            "recognised",
            P.SUSPEND_PROVIDER,
            "恢复",
            reason=True,
            system=True,
        ),
        Move(
            "end",
            "ended",
            ("recognised", "suspended"),
            "ended",
            P.SUSPEND_PROVIDER,
            "终止",
            reason=True,
            system=True,
            confirm="终止后不能恢复，机构须重新签约。",
        ),
        Move(
            "cancel", "cancelled", "drafted", "cancelled", P.DECIDE_APPLICATION, "作废拟签协议", reason=True
        ),
    ),
)

APPLICATION = Lifecycle(
    name="recognition",
    initial="drafted",
    states={
        "drafted": "填写中",
        "submitted": "待受理",
        "returned": "退回补正",
        "accepted": "待现场核查",
        "visited": "待决定",
        "approved": "拟认定待签约",
        "contracted": "已签约待公示",
        "published": "公示中",
        "in_force": "已生效",
        "refused": "不予认定",
        "withdrawn": "已撤回",
    },
    tones={
        "drafted": "now",
        "submitted": "ask",
        "returned": "ask",
        "accepted": "now",
        "visited": "ask",
        "approved": "now",
        "contracted": "now",
        "published": "now",
        "in_force": "ok",
        "refused": "no",
        "withdrawn": "no",
    },
    moves=(
        Move("submit", "submitted", ("drafted", "returned"), "submitted", P.SUBMIT_APPLICATION, "提交申请"),
        Move("return", "returned", "submitted", "returned", P.ACCEPT_APPLICATION, "退回补正", reason=True),
        Move("accept", "accepted", "submitted", "accepted", P.ACCEPT_APPLICATION, "受理"),
        Move("visit", "visited", "accepted", "visited", P.RECORD_VISIT, "填写现场核查表"),
        Move(
            "approve",
            "approved",
            "visited",
            "approved",
            P.DECIDE_APPLICATION,
            "同意认定",
            reason=True,
            not_same_person_as=("accept", "visit"),
        ),
        Move(
            "refuse",
            "refused",
            ("submitted", "visited"),
            "refused",
            P.DECIDE_APPLICATION,
            "不予认定",
            reason=True,
            confirm="不予认定的理由将告知申请机构；机构可以重新申请。",
        ),
        Move("contract", "contracted", "approved", "contracted", P.RECOGNISE_PROVIDER, "签订协议"),
        Move("publish", "published", "contracted", "published", P.PUBLISH_NOTICE, "公示"),
        Move("enforce", "enforced", "published", "in_force", P.RECOGNISE_PROVIDER, "公示期满生效"),
        Move(
            "reopen",
            "reopened",
            "published",
            "visited",
            P.DECIDE_APPLICATION,
            "异议成立，重新决定",
            reason=True,
        ),
        Move(
            "withdraw",
            "withdrawn",
            ("drafted", "submitted", "returned", "accepted", "visited"),
            "withdrawn",
            P.SUBMIT_APPLICATION,
            "撤回申请",
            confirm="撤回后须重新填写申请。",
        ),
    ),
)

OPEN_APPLICATION = (
    "drafted",
    "submitted",
    "returned",
    "accepted",
    "visited",
    "approved",
    "contracted",
    "published",
)

EVALUATION = Lifecycle(
    name="evaluation_round",
    initial="opened",
    states={"opened": "评分中", "proposed": "拟定等级", "published": "公示中", "final": "已定级"},
    tones={"opened": "now", "proposed": "ask", "published": "now", "final": "ok"},
    moves=(
        Move("propose", "proposed", "opened", "proposed", P.SCORE_PROVIDER, "汇总拟定等级"),
        Move("rescore", "rescored", "proposed", "opened", P.SCORE_PROVIDER, "退回重新评分", reason=True),
        Move(
            "publish",
            "published",
            "proposed",
            "published",
            P.PUBLISH_GRADES,
            "公示等级",
            not_same_person_as=("propose",),
            confirm="等级和得分将在门户公示，机构可以申诉。",
        ),
        Move(
            "finalise",
            "finalised",
            "published",
            "final",
            P.PUBLISH_GRADES,
            "公示期满定级",
            confirm="定级后不能再改；等级的后果写明下一步，由人另行办理。",
        ),
    ),
)


def appeal_lifecycle(name: str, settle: str, upheld: str, *, first: str = "received") -> Lifecycle:
    """The states of an appeal against a decision: it waits for an answer, and is upheld or dismissed."""
    return Lifecycle(
        name=name,
        initial=first,
        states={first: "待答复", "upheld": "申诉成立", "dismissed": "申诉不成立"},
        tones={first: "ask", "upheld": "ok", "dismissed": "no"},
        moves=(
            Move("uphold", "upheld", first, "upheld", settle, upheld, reason=True),
            Move("dismiss", "dismissed", first, "dismissed", settle, "申诉不成立", reason=True),
        ),
    )


APPEAL = appeal_lifecycle("grade_appeal", P.SETTLE_APPEAL, "申诉成立，更正等级")
