"""The lives of an enquiry and of a common question (Q5)."""

from django.utils.translation import gettext_lazy as _

from kaogong.access.permissions import Permission as P
from kaogong.kernel.lifecycle import Lifecycle, Move

ENQUIRY = Lifecycle(
    name="enquiry",
    initial="received",
    states={
        "received": _("待分办"),
        "assigned": _("办理中"),
        "forwarded": _("部门办理中"),
        "drafted": _("起草答复"),
        "checking": _("待复核答复"),
        "answered": _("已答复"),
        "reopened": _("再次咨询"),
        "closed": _("已办结"),
        "dismissed": _("不予答复"),
        "merged": _("已合并"),
    },
    tones={
        "received": "ask", "assigned": "now", "forwarded": "now", "drafted": "now", "checking": "ask",
        "answered": "ok", "reopened": "ask", "closed": "ok", "dismissed": "off", "merged": "off",
    },
    moves=(
        Move(
            "assign", "assigned", ("received", "assigned", "forwarded", "reopened"), "assigned",
            P.ASSIGN_ENQUIRY, _("分办"),
        ),
        Move(
            "forward", "forwarded", ("received", "assigned", "reopened"), "forwarded",
            P.ASSIGN_ENQUIRY, _("转部门办理"), reason=True,
        ),
        Move(
            "hand_back", "handed_back", "forwarded", "received", P.DRAFT_REPLY, _("退回分办"), reason=True,
        ),
        Move("draft", "drafted", ("assigned", "forwarded", "reopened"), "drafted", P.DRAFT_REPLY, _("起草答复")),
        Move(
            "submit", "submitted", "drafted", "checking", P.DRAFT_REPLY, _("送复核"),
            confirm=_("送复核后文字和数字不能再改，由另一人复核发出，或退回修改。"),
        ),
        Move("send_back", "sent_back", "checking", "drafted", P.ISSUE_REPLY, _("退回修改"), reason=True),
        Move(
            "issue", "issued", "checking", "answered", P.ISSUE_REPLY, _("复核发出"),
            not_same_person_as=("submit",), confirm=_("发出后咨询人马上可以看到，答复不能再改。"),
        ),
        Move(
            "answer", "answered", "drafted", "answered", P.ANSWER_ENQUIRY, _("直接答复"),
            confirm=_("发出后咨询人马上可以看到，答复不能再改。"),
        ),
        # The asker asks further with number and code, or from their own page: the system reopens it for them.
        Move(
            "reopen", "reopened", ("answered", "closed"), "reopened", P.ASSIGN_ENQUIRY, _("重新办理"),
            reason=True, system=True,
        ),
        Move("close", "closed", "answered", "closed", P.ASSIGN_ENQUIRY, _("办结"), system=True),
        Move(
            "dismiss", "dismissed", ("received", "assigned", "reopened"), "dismissed",
            P.ASSIGN_ENQUIRY, _("不予答复"), reason=True, confirm=_("理由会给咨询人看到。"),
        ),
        Move(
            "merge", "merged", ("received", "assigned", "reopened"), "merged", P.ASSIGN_ENQUIRY, _("合并到另一件"),
        ),
    ),
)  # fmt: skip

COMMON_QUESTION = Lifecycle(
    name="common_question",
    initial="published",
    states={"published": _("已发布"), "withdrawn": _("已撤下")},
    tones={"published": "ok", "withdrawn": "off"},
    moves=(
        Move(
            "withdraw", "withdrawn", "published", "withdrawn", P.PUBLISH_COMMON_QUESTION, _("撤下"),
            reason=True, system=True, confirm=_("撤下后门户不再显示，撤下的日期和理由留在这里。"),
        ),
    ),
)  # fmt: skip

CHANNELS = {"portal": _("门户"), "learner": _("学员"), "provider": _("机构")}

# What the asker is told of the state, whoever is busy with it inside.
TOLD = {
    "received": _("已收到"),
    "assigned": _("正在办理"),
    "forwarded": _("正在办理"),
    "drafted": _("正在办理"),
    "checking": _("正在办理"),
    "answered": _("已答复"),
    "reopened": _("已收到您的追问"),
    "closed": _("已办结"),
    "dismissed": _("不予答复"),
    "merged": _("正在办理"),
}
OPEN = ("received", "assigned", "forwarded", "drafted", "checking", "reopened")
