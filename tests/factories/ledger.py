"""Makers of money in the ledger."""

from datetime import datetime
from zoneinfo import ZoneInfo

from kaogong.kernel.actor import system_actor
from kaogong.ledger import operations

AT = datetime(2026, 3, 2, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


def make_budget(
    fund_code: str = "ZX",
    *,
    programme: str = "skills",
    year: int = 2026,
    at: datetime = AT,
    **amounts: int,
) -> dict:
    """Set a budget by source (district=…, city=…); returns the words every posting on it begins with."""
    for source_level, amount_fen in amounts.items():
        operations.set_budget(
            fund_code,
            programme=programme,
            year=year,
            source_level=source_level,
            amount_fen=amount_fen,
            key=f"budget:{fund_code}:{year}:{programme}:{source_level}:{amount_fen}",
            by=system_actor(),
            at=at,
        )
    return {"fund_code": fund_code, "programme": programme, "year": year, "by": system_actor(), "at": at}
