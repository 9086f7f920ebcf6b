"""A class that is as it should be, and one whose eight learners are all paid into one account."""

from datetime import date

from kaogong.kernel.actor import Actor, system_actor
from kaogong.kernel.bank_card import make_bank_card
from kaogong.risk import operations
from kaogong.risk.models import RiskFinding, RiskPass
from kaogong.training.models import TrainingClass
from tests.factories.claims import make_certified_class, make_learner
from tests.factories.institutions import make_institution
from tests.factories.people import an_actor
from tests.factories.training import a_day_at

REGION = "370299"
AT = a_day_at(date(2026, 7, 27))
CARD = make_bank_card("622848", 777_000).value


def a_ring(people: int = 8, **fields) -> TrainingClass:
    """A finished class whose learners share one bank account."""
    names = ["陈静", "李明", "赵伟", "王芳", "周洋", "吴敏", "孙强", "郑丽", "冯刚", "何燕"]
    sharing = [
        make_learner(names[n % 10], account=False, bank_name="示例银行", bank_account=CARD)
        for n in range(people)
    ]
    return make_certified_class(sharing, **fields)


def an_honest_class(people: int = 8, **fields) -> TrainingClass:
    """A finished class with nothing to find: everyone's own account."""
    return make_certified_class(people, institution=make_institution(), **fields)


def look(*, at=AT, by: Actor | None = None, **what) -> RiskPass:
    """One look, over the district unless told otherwise."""
    if not what:
        what = {"region_code": REGION}
    by = by or system_actor()
    asked = operations.ask_risk_check(by=by, at=at, **what)
    return operations.run_risk_check(asked.pk, by=by, at=at)


def the_ring() -> RiskFinding:
    """The finding of the shared account."""
    return RiskFinding.objects.get(kind="account_shared")


def a_clerk(region_code: str = REGION) -> Actor:
    return an_actor("bureau_clerk", region_code=region_code)
