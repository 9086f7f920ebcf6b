"""What a notice and an objection go through."""

from kaogong.access.permissions import Permission as P
from kaogong.kernel.lifecycle import Lifecycle, Move

NOTICE = Lifecycle(
    name="notice",
    initial="drafted",
    states={"drafted": "拟发", "published": "公示中", "closed": "已结束", "withdrawn": "已撤回"},
    tones={"drafted": "now", "published": "now", "closed": "ok", "withdrawn": "no"},
    moves=(
        Move("publish", "published", "drafted", "published", P.PUBLISH_NOTICE, "发布公示"),
        Move("close", "closed", "published", "closed", P.CLOSE_NOTICE, "结束公示"),
        Move(
            "withdraw",
            "withdrawn",
            "published",
            "withdrawn",
            P.WITHDRAW_NOTICE,
            "撤回公示",
            reason=True,
            confirm="撤回后须重新公示。",
        ),
    ),
)

OBJECTION = Lifecycle(
    name="objection",
    initial="received",
    states={"received": "待答复", "upheld": "异议成立", "dismissed": "异议不成立"},
    tones={"received": "ask", "upheld": "no", "dismissed": "ok"},
    moves=(
        Move("uphold", "upheld", "received", "upheld", P.ANSWER_OBJECTION, "认定异议成立"),
        Move("dismiss", "dismissed", "received", "dismissed", P.ANSWER_OBJECTION, "认定异议不成立"),
    ),
)
