"""People have no lifecycle: what holds of them is dated. That two rows are one human being is decided by two."""

from kaogong.access.permissions import Permission
from kaogong.kernel.lifecycle import Lifecycle, Move

PERSON_MERGE = Lifecycle(
    name="person_merge",
    initial="proposed",
    states={"proposed": "待核定", "approved": "已合并", "refused": "未同意", "undone": "已撤销合并"},
    tones={"proposed": "now", "approved": "ok", "refused": "no", "undone": "no"},
    moves=(
        # A merge is born proposed: no row can ever take this move.
        Move("propose", "proposed", (), "proposed", Permission.PROPOSE_MERGE, "提请合并档案", reason=True),
        Move(
            "approve",
            "approved",
            "proposed",
            "approved",
            Permission.DECIDE_MERGE,
            "同意合并档案",
            reason=True,
            not_same_person_as=("propose",),
            confirm="合并后，两份档案按一个人对待：次数、重复都合在一起算；原有记录一条不删。",
        ),
        Move(
            "refuse",
            "refused",
            "proposed",
            "refused",
            Permission.DECIDE_MERGE,
            "不同意合并档案",
            reason=True,
        ),
        Move(
            "undo",
            "undone",
            "approved",
            "undone",
            Permission.DECIDE_MERGE,
            "撤销合并",
            reason=True,
            confirm="撤销后，两份档案重新分开；合并期间记到保留档案的内容仍在保留档案。",
        ),
    ),
)
