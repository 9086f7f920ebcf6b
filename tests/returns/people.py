"""Who acts in these tests: one clerk and one reviewer of the same district, always the same two."""

from kaogong.access.roles import ROLES
from kaogong.kernel.actor import Actor


def acting(role: str, account_id: int, name: str, region_code: str = "370299") -> Actor:
    permissions = frozenset(str(p) for p in ROLES[role].permissions)
    return Actor(name, role, permissions, account_id=account_id, region_code=region_code)


def clerk(**more) -> Actor:
    return acting("bureau_clerk", 101, "陈经办", **more)


def reviewer(**more) -> Actor:
    return acting("reviewer", 202, "林复核", **more)
