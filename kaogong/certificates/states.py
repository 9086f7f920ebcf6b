"""The life of a certificate."""

from kaogong.access.permissions import Permission
from kaogong.kernel.lifecycle import Lifecycle, Move

CERTIFICATE = Lifecycle(
    name="certificate",
    initial="issued",
    states={"issued": "有效", "held": "暂停使用", "revoked": "已撤销"},
    tones={"issued": "ok", "held": "ask", "revoked": "no"},
    moves=(
        Move("hold", "held", "issued", "held", Permission.HOLD_CERTIFICATE, "暂停证书", reason=True),
        Move("release", "released", "held", "issued", Permission.HOLD_CERTIFICATE, "恢复证书", reason=True),
        Move(
            "revoke",
            "revoked",
            ("issued", "held"),
            "revoked",
            Permission.REVOKE_CERTIFICATE,
            "撤销证书",
            reason=True,
            confirm="撤销后不能恢复，查验页将显示“已撤销”，已发补贴会被列出待处理。",
        ),
    ),
)
