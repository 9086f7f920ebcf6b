"""The life of a snapshot of the facts."""

from django.utils.translation import gettext_lazy as _

from kaogong.access.permissions import Permission
from kaogong.kernel.lifecycle import Lifecycle, Move

SNAPSHOT = Lifecycle(
    name="snapshot",
    initial="taken",
    states={"taken": _("未冻结"), "frozen": _("已冻结")},
    tones={"taken": "now", "frozen": "ok"},
    moves=(
        Move(
            "freeze",
            "frozen",
            "taken",
            "frozen",
            Permission.FREEZE_SNAPSHOT,
            _("冻结数据"),
            reason=True,
            confirm=_("冻结后，这份数据永久保存，不再变化；以后的更正只在新的数据中出现。"),
        ),
    ),
)
