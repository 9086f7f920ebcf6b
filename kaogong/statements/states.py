"""The life of a numbered paper."""

from django.utils.translation import gettext_lazy as _

from kaogong.access.permissions import Permission as P
from kaogong.kernel.lifecycle import Lifecycle, Move

ISSUED_PAPER = Lifecycle(
    name="issued_paper",
    initial="issued",
    states={"issued": _("有效"), "superseded": _("已由新件替代"), "revoked": _("已作废")},
    moves=(
        Move("supersede", "superseded", "issued", "superseded", P.ISSUE_PAPER, _("由新件替代")),
        Move(
            "revoke", "revoked", "issued", "revoked", P.REVOKE_PAPER, _("作废凭据"), reason=True,
            confirm=_("作废后编号不再使用，门户查验时显示已作废。"),
        ),
    ),
    tones={"issued": "ok", "superseded": "ask", "revoked": "no"},
)  # fmt: skip

KINDS = {"statement": _("对账单"), "receipt": _("收据"), "tax": _("年度证明"), "sponsor": _("赞助资金报告")}
MARKS = {"statement": "DZ", "receipt": "SJ", "tax": "NS", "sponsor": "ZB"}
