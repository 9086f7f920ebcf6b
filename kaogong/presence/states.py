"""The life of a learner's objection to a mark."""

from kaogong.access.permissions import Permission
from kaogong.kernel.lifecycle import Lifecycle, Move

DISPUTE = Lifecycle(
    name="dispute",
    initial="received",
    states={"received": "已收到，待答复", "upheld": "成立，已更正", "dismissed": "不成立"},
    tones={"received": "now", "upheld": "ok", "dismissed": "no"},
    moves=(
        Move(
            "uphold",
            "upheld",
            "received",
            "upheld",
            Permission.UPHOLD_DISPUTE,
            "异议成立，更正考勤",
            reason=True,
        ),
        Move(
            "dismiss",
            "dismissed",
            "received",
            "dismissed",
            Permission.DISMISS_DISPUTE,
            "异议不成立",
            reason=True,
        ),
    ),
)
