"""The money of the demo at every stage: transfers, versions, a freeze, who pays what, the education surcharge."""

from datetime import date, timedelta

from kaogong.claims import queries as claims
from kaogong.demo.cast import REGION, SHARES, Cast, at_hour
from kaogong.funds import operations as funds
from kaogong.funds import queries
from kaogong.funds.queries import Tier

FUND = f"ZX{REGION}"
EMPLOYMENT_FUND = f"JY{REGION}"
WAN = 10_000_00  # ten thousand yuan in fen


def show_budgets(cast: Cast) -> None:
    """After the classes: what came from above, what changed, what is being prepared."""
    year = cast.on.year
    fund_id = cast.district_fund_ids[year]
    _transfers(cast, fund_id, year)
    _changes(cast, fund_id)
    _make_tight(cast, fund_id)
    _carry_over(cast, year)
    _waterfalls(cast, year)
    _surcharge(cast, year)


def _transfers(cast: Cast, fund_id: int, year: int) -> None:
    first = date(year, 1, 10)
    sums = (
        ("employment_training", "city", "announced", 36 * WAN, "示例财社指〔{year}〕3号", 5),
        ("employment_training", "city", "received", 8 * WAN, "国库凭证{year}-0117", 12),
        ("employment_training", "district", "received", 54 * WAN, "国库凭证{year}-0102", 2),
        ("insured_upgrade", "city", "announced", 36 * WAN, "示例财社指〔{year}〕4号", 5),
        ("insured_upgrade", "city", "received", 18 * WAN, "国库凭证{year}-0118", 12),
        ("insured_upgrade", "district", "received", 40 * WAN, "国库凭证{year}-0103", 2),
    )
    for programme, level, kind, fen, document, days in sums:
        told = min(first + timedelta(days=days), cast.on)
        funds.record_transfer(
            fund_id, programme=programme, source_level=level, kind=kind, amount_fen=fen,
            document=document.format(year=year), told_on=told, by=cast["cashier"], at=at_hour(told, 15),
        )  # fmt: skip
    twice = funds.record_transfer(
        fund_id, programme="insured_upgrade", source_level="city", kind="received", amount_fen=18 * WAN,
        document=f"国库凭证{year}-0119", told_on=cast.on - timedelta(days=6), by=cast["cashier"],
        at=at_hour(cast.on - timedelta(days=6), 15),
    )  # fmt: skip
    funds.correct_transfer(
        twice.pk, by=cast["cashier"], at=at_hour(cast.on - timedelta(days=5)),
        reason="与0118号凭证重复登记",
    )  # fmt: skip


def _changes(cast: Cast, fund_id: int) -> None:
    at = at_hour(cast.on - timedelta(days=4), 11)
    words = {"programme": "insured_upgrade", "by": cast["reviewer"], "at": at}
    funds.set_budget(
        fund_id, **words, source_level="city", amount_fen=30 * WAN, document="示例财社指（调减）5号",
        reason="市级资金按到位进度调减",
    )  # fmt: skip
    pot = words | {"source_level": "district"}
    funds.freeze_budget(fund_id, **pot, amount_fen=10 * WAN, reason="专项审计期间暂停使用")
    funds.unfreeze_budget(fund_id, **pot, amount_fen=4 * WAN, reason="审计确认不受影响的部分")


def _make_tight(cast: Cast, fund_id: int) -> None:
    """The city gives enough for the claims waiting, a little less than the classes already approved will ask."""
    by = cast["reviewer"]
    standing = claims.claims(by).exclude(status__in=("returned", "withdrawn", "lapsed"))
    claimed = standing.exclude(training_class__isnull=True).values_list("training_class_id", flat=True)
    found = queries.forecast(by, cast.on.year, cast.on, claimed=list(claimed))
    pot = found.of(fund_id, "employment_training", "city")
    undecided = standing.filter(status__in=("submitted", "reviewed")).values_list("amount_fen", flat=True)
    waiting = sum(undecided) * SHARES["city"] // 1000
    if pot is None or not pot.coming_fen or pot.available_fen <= pot.coming_fen + waiting:
        return
    budget = next(
        row.budgeted_fen
        for row in queries.fund_board(by, cast.on.year)
        if (row.fund.pk, row.programme, row.source_level) == (fund_id, "employment_training", "city")
    )
    funds.set_budget(
        fund_id, programme="employment_training", source_level="city",
        amount_fen=budget - pot.available_fen + waiting + pot.coming_fen * 17 // 20, document="示例财社指（调减）6号",
        reason="市级统筹调剂", by=by, at=at_hour(cast.on - timedelta(days=4), 14),
    )  # fmt: skip


def _carry_over(cast: Cast, year: int) -> None:
    last = cast.district_fund_ids.get(year - 1)
    if last is not None:
        funds.carry_over_budget(
            last, programme="insured_upgrade", source_level="district", document=f"示例财社〔{year}〕1号",
            by=cast["reviewer"], at=at_hour(min(date(year, 1, 15), cast.on)), reason="年终结余结转",
        )  # fmt: skip


def _waterfalls(cast: Cast, year: int) -> None:
    """The employment fund's central money first, tried and waiting; the staff's scheme approved for later."""
    at = at_hour(cast.on - timedelta(days=3))
    fund = funds.open_fund(
        code=EMPLOYMENT_FUND, name="示例区就业补助资金", region_code=REGION, year=year, shares={},
        kind_code="employment", department="示例区就业服务中心", illustrative=True, by=cast["reviewer"], at=at,
    )  # fmt: skip
    funds.set_budget(
        fund.pk, programme="employment_training", source_level="central", amount_fen=25 * WAN,
        document="示例财社指〔中央〕2号", by=cast["reviewer"], at=at, reason="中央就业补助资金分配",
    )  # fmt: skip
    draft = _draft(
        cast, "employment_training",
        [Tier(EMPLOYMENT_FUND, {"central": 1000}, most_fen=20 * WAN), Tier(FUND, SHARES)], cast.on,
        "先用就业补助资金，用完再由专账按比例列支",
    )  # fmt: skip
    funds.simulate_waterfall(draft.pk, by=cast["cashier"], at=at_hour(cast.on - timedelta(days=2)))
    if queries.waterfall_on(REGION, "insured_upgrade", cast.on) is not None:
        later = _draft(
            cast, "insured_upgrade", [Tier(FUND, {"district": 500, "city": 500})],
            date(year + 1, 1, 1), "明年起区、市各半",
        )  # fmt: skip
        funds.simulate_waterfall(later.pk, by=cast["cashier"], at=at_hour(cast.on - timedelta(days=2), 10))
        funds.approve_waterfall(
            later.pk, by=cast["reviewer"], at=at_hour(cast.on - timedelta(days=1)), reason="与市级文件一致"
        )


def _draft(cast: Cast, programme: str, tiers: list[Tier], starts_on: date, reason: str):
    return funds.draft_waterfall(
        region_code=REGION, programme=programme, tiers=tiers, starts_on=starts_on,
        document="示例财社〔示例〕8号", reason=reason, by=cast["cashier"],
        at=at_hour(cast.on - timedelta(days=3), 10),
    )  # fmt: skip


def _surcharge(cast: Cast, year: int) -> None:
    """Last year fell short of the share; this year is on its way."""
    rows = (
        (year - 1, "district", "collected", 1_000 * WAN, "", 40),
        (year - 1, "district", "used", 262 * WAN, "区技工学校实训设备和教师培训", 38),
        (year - 1, "city", "collected", 3_000 * WAN, "", 40),
        (year - 1, "city", "used", 960 * WAN, "市属技师学院和中职学校", 38),
        (year, "district", "collected", 880 * WAN, "", 9),
        (year, "district", "used", 210 * WAN, "公共实训基地设备", 8),
    )
    for of_year, level, kind, fen, purpose, days in rows:
        told = cast.on - timedelta(days=days)
        funds.record_surcharge(
            region_code=REGION, source_level=level, year=of_year, kind=kind, amount_fen=fen, purpose=purpose,
            document=f"示例区{of_year}年预算执行情况表", told_on=told, by=cast["cashier"], at=at_hour(told, 16),
        )  # fmt: skip
