"""The lives of rounds of questions, replies, vacancy lists, proposed lists, wage guides and market bulletins."""

from django.utils.translation import gettext_lazy as _

from kaogong.access.permissions import Permission as P
from kaogong.kernel.lifecycle import Lifecycle, Move

DEMAND_ROUND = Lifecycle(
    name="demand_round",
    initial="drafted",
    states={"drafted": "拟开展", "opened": "正在调查", "closed": "已截止"},
    tones={"drafted": "ask", "opened": "now", "closed": "ok"},
    moves=(
        Move("open", "opened", "drafted", "opened", P.OPEN_DEMAND_ROUND, "开始填报", system=True),
        Move(
            "close",
            "closed",
            "opened",
            "closed",
            P.CLOSE_DEMAND_ROUND,
            "截止调查",
            confirm="截止后企业不能再填。",
            system=True,
        ),
    ),
)

DEMAND_REPLY = Lifecycle(
    name="demand_reply",
    initial="invited",
    states={"invited": "未填报", "submitted": "已填报"},
    tones={"invited": "ask", "submitted": "ok"},
    moves=(
        Move("submit", "submitted", "invited", "submitted", P.SUBMIT_DEMAND_REPLY, "提交填报"),
        Move("resubmit", "resubmitted", "submitted", "submitted", P.SUBMIT_DEMAND_REPLY, "重新提交填报"),
    ),
)

VACANCY_LIST = Lifecycle(
    name="vacancy_list",
    initial="taken",
    states={"taken": "已导入", "discarded": "已作废"},
    tones={"taken": "ok", "discarded": "no"},
    moves=(
        Move(
            "discard",
            "discarded",
            "taken",
            "discarded",
            P.IMPORT_VACANCIES,
            "作废清单",
            reason=True,
            confirm="作废后这份清单不再计入需求。",
        ),
    ),
)

SHORTAGE_LIST = Lifecycle(
    name="shortage_list",
    initial="drafted",
    states={
        "drafted": "拟定中",
        "proposed": "待复核",
        "published": "已发布",
        "withdrawn": "已撤回",
    },
    tones={"drafted": "ask", "proposed": "now", "published": "ok", "withdrawn": "no"},
    moves=(
        Move("propose", "proposed", "drafted", "proposed", P.PROPOSE_SHORTAGE_LIST, "提请复核目录"),
        Move(
            "return",
            "returned",
            "proposed",
            "drafted",
            P.PUBLISH_SHORTAGE_LIST,
            "退回目录",
            reason=True,
        ),
        Move(
            "publish",
            "published",
            "proposed",
            "published",
            P.PUBLISH_SHORTAGE_LIST,
            "发布目录",
            not_same_person_as=("propose",),
            confirm="发布后公示，并从起始日起替换本区现行目录。",
        ),
        Move(
            "withdraw",
            "withdrawn",
            ("drafted", "proposed"),
            "withdrawn",
            P.PROPOSE_SHORTAGE_LIST,
            "撤回目录",
            reason=True,
        ),
    ),
)

WAGE_GUIDE = Lifecycle(
    name="wage_guide",
    initial="drafted",
    states={"drafted": "汇总中", "proposed": "待复核", "published": "已发布", "withdrawn": "已撤回"},
    tones={"drafted": "ask", "proposed": "now", "published": "ok", "withdrawn": "no"},
    moves=(
        Move("propose", "proposed", "drafted", "proposed", P.PROPOSE_WAGE_GUIDE, "提请复核工资价位"),
        Move(
            "publish",
            "published",
            "proposed",
            "published",
            P.PUBLISH_WAGE_GUIDE,
            "发布工资价位",
            not_same_person_as=("propose",),
            confirm="发布后任何人可在门户查看和下载。",
        ),
        Move(
            "withdraw",
            "withdrawn",
            ("proposed", "published"),
            "withdrawn",
            P.PUBLISH_WAGE_GUIDE,
            "撤回工资价位",
            reason=True,
        ),
    ),
)

MARKET_BULLETIN = Lifecycle(
    name="market_bulletin",
    initial="drafted",
    states={"drafted": "起草中", "proposed": "待复核", "published": "已发布", "withdrawn": "已撤回"},
    tones={"drafted": "ask", "proposed": "now", "published": "ok", "withdrawn": "no"},
    moves=(
        Move("propose", "proposed", "drafted", "proposed", P.PROPOSE_MARKET_BULLETIN, "提请复核供需信息"),
        Move(
            "return",
            "returned",
            "proposed",
            "drafted",
            P.PUBLISH_MARKET_BULLETIN,
            "退回供需信息",
            reason=True,
        ),
        Move(
            "publish",
            "published",
            "proposed",
            "published",
            P.PUBLISH_MARKET_BULLETIN,
            "发布供需信息",
            not_same_person_as=("propose",),
            confirm="发布后任何人可在门户查看和下载。",
        ),
        Move(
            "withdraw",
            "withdrawn",
            ("drafted", "proposed", "published"),
            "withdrawn",
            P.PUBLISH_MARKET_BULLETIN,
            "撤回供需信息",
            reason=True,
        ),
    ),
)

INTRODUCED_TALENT = Lifecycle(
    name="introduced_talent",
    initial="told",
    states={"told": "待确认", "here": "在岗", "left": "已离开", "refused": "未予确认"},
    tones={"told": "ask", "here": "ok", "left": "no", "refused": "no"},
    moves=(
        Move("confirm", "confirmed", "told", "here", P.CONFIRM_INTRODUCED_TALENT, "确认引进"),
        Move("refuse", "refused", "told", "refused", P.CONFIRM_INTRODUCED_TALENT, "不予确认", reason=True),
        Move("leave", "left", "here", "left", P.KEEP_INTRODUCED_TALENT, "登记离开", reason=True),
    ),
)

# The ways a paper opens for bringing people in (000:40), and any other.
CHANNELS = {
    "alliance": _("技能人才引进E联盟"),
    "station": _("海外技能人才引进工作站"),
    "other": _("其他渠道"),
}
