"""What a provider's contract goes through (C1, C3)."""

from kaogong.access.permissions import Permission as P
from kaogong.kernel.lifecycle import Lifecycle, Move

CONTRACT = Lifecycle(
    name="contract",
    initial="drafted",
    states={"drafted": "拟签", "recognised": "已认定", "suspended": "已暂停", "ended": "已终止"},
    tones={"drafted": "now", "recognised": "ok", "suspended": "ask", "ended": "no"},
    moves=(
        Move("recognise", "recognised", "drafted", "recognised", P.RECOGNISE_PROVIDER, "认定"),
        Move("suspend", "suspended", "recognised", "suspended", P.SUSPEND_PROVIDER, "暂停", reason=True),
        Move("resume", "resumed", "suspended", "recognised", P.SUSPEND_PROVIDER, "恢复", reason=True),
        Move(
            "end",
            "ended",
            ("recognised", "suspended"),
            "ended",
            P.SUSPEND_PROVIDER,
            "终止",
            reason=True,
            confirm="终止后不能恢复，机构须重新签约。",
        ),
    ),
)
