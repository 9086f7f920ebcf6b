"""What a draw, an inspection and a finding go through (O4)."""

from kaogong.access.permissions import Permission as P
from kaogong.kernel.lifecycle import Lifecycle, Move

DRAW = Lifecycle(
    name="draw",
    initial="prepared",
    states={
        "prepared": "名册已定",
        "committed": "摘要已公布",
        "drawn": "已抽取",
        "published": "结果已公开",
        "void": "已作废",
    },
    tones={"prepared": "now", "committed": "ask", "drawn": "now", "published": "ok", "void": "no"},
    moves=(
        Move(
            "commit",
            "committed",
            "prepared",
            "committed",
            P.COMMIT_DRAW,
            "公布名册摘要",
            confirm="公布后名册和各方承诺不能再改，只能作废重来。",
        ),
        Move("make", "made", "committed", "drawn", P.MAKE_DRAW, "抽取", not_same_person_as=("commit",)),
        Move(
            "publish",
            "published",
            "drawn",
            "published",
            P.PUBLISH_DRAW,
            "公开抽查结果",
            confirm="名册、种子和抽中名单将全部公开，任何人都可以重新抽取核对。",
        ),
        Move(
            "void",
            "voided",
            ("prepared", "committed", "drawn"),
            "void",
            P.VOID_DRAW,
            "作废",
            reason=True,
            confirm="作废后须重新准备抽取；已公布过摘要的，作废的理由同样公开。",
        ),
    ),
)

INSPECTION = Lifecycle(
    name="inspection",
    initial="assigned",
    states={
        "assigned": "待检查",
        "done": "已检查",
        "rectifying": "整改中",
        "rechecked": "整改已复查",
        "published": "已公开",
        "cancelled": "已取消",
    },
    tones={
        "assigned": "ask",
        "done": "now",
        "rectifying": "ask",
        "rechecked": "ok",
        "published": "ok",
        "cancelled": "no",
    },
    moves=(
        Move("record", "recorded", "assigned", "done", P.RECORD_INSPECTION, "填写检查表"),
        Move("order", "ordered", "done", "rectifying", P.RECORD_INSPECTION, "责令整改"),
        Move("recheck", "rechecked", "rectifying", "rechecked", P.SETTLE_FINDING, "复查完成"),
        Move(
            "publish",
            "published",
            ("done", "rechecked"),
            "published",
            P.PUBLISH_INSPECTION,
            "公开检查结果",
            not_same_person_as=("record",),
            confirm="检查结果和整改情况将在门户公开。",
        ),
        Move("cancel", "cancelled", "assigned", "cancelled", P.VOID_DRAW, "取消检查", reason=True),
    ),
)

FINDING = Lifecycle(
    name="finding",
    initial="opened",
    states={"opened": "待整改", "answered": "已答复待复查", "settled": "已整改"},
    tones={"opened": "ask", "answered": "now", "settled": "ok"},
    moves=(
        Move("answer", "answered", "opened", "answered", P.ANSWER_FINDING, "答复整改情况"),
        Move("settle", "settled", "answered", "settled", P.SETTLE_FINDING, "确认已整改"),
        Move("reject", "rejected", "answered", "opened", P.SETTLE_FINDING, "整改不到位", reason=True),
    ),
)
