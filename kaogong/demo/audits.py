"""What the auditor of the demo has made: a pack of the last weeks, a sample of the year's payments."""

from datetime import timedelta

from kaogong.audit import operations
from kaogong.audit.queries import Period, paid_items
from kaogong.demo.cast import REGION, Cast, at_hour

WEEKS = timedelta(days=28)


def audit(cast: Cast) -> None:
    """One masked pack kept for download, and one plan drawn by monetary unit."""
    auditor, until = cast["auditor"], cast.on - timedelta(days=1)
    pack = operations.ask_for_pack(
        from_on=until - WEEKS, to_on=until, by=auditor, at=at_hour(cast.on, 9), reason="月度专项审计（示例）"
    )
    operations.build_pack(pack.pk, by=auditor, at=at_hour(cast.on, 9, 5))
    since = cast.on.replace(month=1, day=1)
    found = len(paid_items(Period(REGION, since, until)))
    if not found:
        return
    plan = operations.prepare_sample(
        from_on=since, to_on=until, method="largest", size=min(5, found), by=auditor,
        at=at_hour(cast.on, 9, 10), reason="年度专项审计（示例）",
    )  # fmt: skip
    operations.draw_sample(
        plan.pk,
        seed="20261119-0731",
        seed_source="示例：某期彩票开奖号码",
        by=auditor,
        at=at_hour(cast.on, 9, 30),
    )
