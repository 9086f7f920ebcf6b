"""Makers of the papers behind a budget."""

from datetime import date

from kaogong.funds import operations
from kaogong.funds.models import Fund
from kaogong.funds.queries import Tier, programmes_of

from .funds import AT, REGION, make_cashier


def budget_things(fund: Fund) -> dict[str, dict[str, int]]:
    """A transfer, an entry of the surcharge and a draft of who pays what, as the world's pages need them."""
    (programme, *_rest) = programmes_of(fund)
    words = {"by": make_cashier(), "at": AT, "told_on": date(2026, 3, 2), "amount_fen": 100_00}
    transfer = operations.record_transfer(
        fund.pk, programme=programme, source_level="city", kind="received", document="凭证1", **words
    )
    surcharge = operations.record_surcharge(
        region_code=REGION, source_level="district", year=2026, kind="collected", document="决算表", **words
    )
    waterfall = operations.draft_waterfall(
        region_code=REGION, programme=programme, tiers=[Tier(fund.code, {"district": 1000})],
        starts_on=date(2027, 1, 1), document="示例", by=make_cashier(), at=AT,
    )  # fmt: skip
    return {
        "transfer": {"pk": transfer.pk},
        "surcharge entry": {"pk": surcharge.pk},
        "waterfall": {"pk": waterfall.pk},
    }
