"""The life of an exam."""

from kaogong.access.permissions import Permission
from kaogong.kernel.lifecycle import Lifecycle, Move

EXAM = Lifecycle(
    name="exam",
    initial="scheduled",
    states={"scheduled": "已安排", "scored": "成绩已录入", "certified": "已发证"},
    tones={"scheduled": "now", "scored": "ask", "certified": "ok"},
    moves=(
        Move("score", "scored", "scheduled", "scored", Permission.IMPORT_SCORES, "成绩录入完成"),
        Move(
            "certify",
            "certified",
            "scored",
            "certified",
            Permission.ISSUE_CERTIFICATES,
            "发放证书",
            confirm="证书编号一经发放不能更改。",
        ),
    ),
)
