"""Makers of sponsors' agreements, taken as far as wanted; all through the operations."""

from datetime import date, datetime

from kaogong.grants import operations, queries
from kaogong.grants.models import Sponsorship
from kaogong.institutions.models import Institution
from kaogong.kernel.actor import Actor

from .institutions import make_institution
from .paper import A_PDF
from .people import an_actor
from .training import a_day_at

SIGNED_ON = date(2026, 3, 2)
AT = a_day_at(date(2026, 3, 10))
USES = (("奖金", 200_000_00), ("场地设备", 100_000_00))


def make_sponsorship(
    *,
    sponsor: Institution | None = None,
    received: dict[str, int] | None = None,
    status: str = "confirmed",
    by: Actor | None = None,
    decider: Actor | None = None,
    at: datetime = AT,
) -> Sponsorship:
    """30 万元 for two uses; ``received``: what came for each use, when it is confirmed."""
    clerk = by or an_actor("bureau_clerk")
    sponsor = sponsor or make_institution("示例重工集团", kind="enterprise")
    made = operations.register_sponsorship(
        sponsor.pk, event="2026年职工技能大赛", document="赞助协议2026-1", agreed_on=SIGNED_ON, uses=USES,
        agreed_fen=300_000_00, filename="协议.pdf", content=A_PDF, by=clerk, at=at,
    )  # fmt: skip
    if status == "registered":
        return made
    made = operations.confirm_sponsorship(made.pk, by=decider or an_actor("reviewer"), at=at)
    if received:
        operations.receive_sponsored(
            made.pk, amounts=received, document="银行回单20260305-1", on=date(2026, 3, 5), by=clerk, at=at
        )
    return made


def sponsored_things(school: Institution) -> dict[str, dict[str, object]]:
    """Name of the thing → the arguments of its addresses."""
    made = make_sponsorship(sponsor=school, received={"奖金": 1_000_00})
    asked = operations.ask_spending(
        made.pk, use="奖金", amount_fen=100_00, what="一等奖奖金", document="获奖名单", institution_id=school.pk,
        by=an_actor("bureau_clerk"), at=AT,
    )  # fmt: skip
    receipt = queries.receipts_of(made)[0]
    return {
        "sponsorship": {"pk": made.pk},
        "sponsored receipt": {"pk": made.pk, "receipt": receipt.pk},
        "sponsored spending": {"pk": asked.pk},
    }
