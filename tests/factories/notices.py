"""Makers of public notices."""

from datetime import date, datetime

from kaogong.kernel.actor import Actor
from kaogong.notices.models import Notice
from kaogong.notices.operations import publish_notice

from .people import AT, REGION, an_actor


def make_notice(
    references: tuple[str, ...] = ("line:1", "line:2"),
    *,
    opens_on: date = date(2026, 1, 5),
    working_days: int = 5,
    by: Actor | None = None,
    at: datetime = AT,
    **fields,
) -> Notice:
    """Publish a subsidy notice with one masked row per reference."""
    fields = {
        "kind": "subsidy",
        "title": "职业培训补贴公示",
        "body": "根据有关规定，现将拟发放职业培训补贴的人员名单公示如下。",
        "region_code": REGION,
        "columns": [("name", "姓名"), ("amount", "金额")],
    } | fields
    rows = [(reference, {"name": "王*明", "amount": "1,200.00"}) for reference in references]
    return publish_notice(
        rows=rows,
        opens_on=opens_on,
        working_days=working_days,
        by=by or an_actor("bureau_clerk"),
        at=at,
        **fields,
    )
