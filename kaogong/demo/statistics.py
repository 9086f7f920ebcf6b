"""The demo's figures: the facts as they stand, a frozen copy of them for last quarter, and what others publish."""

from datetime import date

from kaogong.demo.cast import REGION, Cast, at_hour
from kaogong.statistics import operations

DOCUMENT = "示例区统计公报（虚构）"
# Illustrative: of the size a district's figures have; no paper gives them for an invented place.
STATED = {
    "workforce.employed": 182_000,
    "workforce.skilled": 55_600,
    "workforce.industrial": 74_300,
    "workforce.veterans_to_train": 420,
    "school.students": 3_150,
    "school.graduates": 960,
    "school.trained": 2_480,
    "school.majors": 24,
    "school.majors_matched": 17,
    "school.brand_majors": 2,
    "enterprise.eligible": 86,
    "enterprise.self_assessing": 58,
    "base.training": 3,
}


def show_statistics(cast: Cast) -> None:
    """State last year's published figures, freeze the facts for last quarter's return, and leave fresh ones."""
    clerk = cast["clerk"]
    last_year = cast.on.year - 1
    for minute, (code, value) in enumerate(STATED.items()):
        operations.state_figure(
            indicator_code=code,
            region_code=REGION,
            start_on=date(last_year, 1, 1),
            end_on=date(last_year + 1, 1, 1),
            value=value,
            document=DOCUMENT,
            clause=f"{last_year}年",
            note="虚构数据，仅供演示",
            illustrative=True,
            by=clerk,
            at=at_hour(cast.on, 8, minute),
        )
    operations.refresh_facts(at=at_hour(cast.on, 8, 30))
    quarter = (cast.on.month - 1) // 3 or 4
    year = cast.on.year if cast.on.month > 3 else last_year
    operations.freeze_snapshot(
        by=clerk, at=at_hour(cast.on, 8, 31), reason=f"{year}年第{quarter}季度季报（示例）"
    )
    operations.refresh_facts(at=at_hour(cast.on, 8, 32))
