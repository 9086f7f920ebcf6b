"""A pack that was made and a sample that was drawn, by an auditor of the bureau."""

from datetime import date, datetime

from kaogong.access.roles import ROLES
from kaogong.audit import operations
from kaogong.demo.cast import SHANGHAI
from kaogong.kernel.actor import Actor

SINCE, UNTIL = date(2020, 1, 1), date(2026, 12, 31)
AT = datetime(2026, 12, 31, 18, 0, tzinfo=SHANGHAI)


def make_auditor(account_id: int = 907) -> Actor:
    permissions = frozenset(str(p) for p in ROLES["auditor"].permissions)
    return Actor("审计", "auditor", permissions, account_id, "370299")


def audit_things() -> dict[str, dict]:
    """What the addresses of packs and samples are about."""
    by = make_auditor()
    words = {"from_on": SINCE, "to_on": UNTIL, "by": by, "at": AT, "reason": "专项审计"}
    pack = operations.ask_for_pack(**words)
    operations.build_pack(pack.pk, by=by, at=AT)
    plan = operations.prepare_sample(method="random", size=1, **words)
    operations.draw_sample(plan.pk, seed="731", seed_source="开奖号码", by=by, at=AT)
    return {"audit pack": {"pk": pack.pk}, "audit sample": {"pk": plan.pk}}
