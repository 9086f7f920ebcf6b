"""The lives of an audit pack and of a sampling plan."""

from django.utils.translation import gettext_lazy as _

from kaogong.access.permissions import Permission as P
from kaogong.kernel.lifecycle import Lifecycle, Move

AUDIT_PACK = Lifecycle(
    name="audit_pack",
    initial="asked",
    states={"asked": _("制作中"), "ready": _("已制成"), "failed": _("没有制成")},
    tones={"asked": "now", "ready": "ok", "failed": "no"},
    moves=(
        # A pack is born asked: no row can ever take this move.
        Move("ask", "asked", (), "asked", P.MAKE_AUDIT_PACK, _("制作审计包"), reason=True),
        Move("finish", "finished", "asked", "ready", P.MAKE_AUDIT_PACK, _("制成"), system=True),
        Move("fail", "failed", "asked", "failed", P.MAKE_AUDIT_PACK, _("记为没有制成"), system=True),
    ),
)

AUDIT_SAMPLE = Lifecycle(
    name="audit_sample",
    initial="prepared",
    states={"prepared": _("总体已固定"), "drawn": _("已抽取")},
    tones={"prepared": "now", "drawn": "ok"},
    moves=(
        # A plan is born prepared: no row can ever take this move.
        Move("prepare", "prepared", (), "prepared", P.DRAW_AUDIT_SAMPLE, _("准备抽样"), reason=True),
        Move("draw", "drawn", "prepared", "drawn", P.DRAW_AUDIT_SAMPLE, _("抽取")),
    ),
)

METHODS = {"random": _("随机"), "largest": _("按金额（货币单位）"), "riskiest": _("按风险")}
