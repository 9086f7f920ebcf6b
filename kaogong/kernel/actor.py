"""Who acts: the identity, rights and reach an operation is carried out under."""

from dataclasses import dataclass, replace
from typing import Self


@dataclass(frozen=True, slots=True)
class Actor:
    """One person (or the system itself) acting in one role.

    ``region_code`` is the six-digit GB/T 2260 code whose subtree is in reach ("" = none);
    ``organisation_id`` and ``person_id`` narrow the reach to one institution or one person;
    ``department_code`` narrows it to what one department of the region has sent, ``unit_name`` to what names
    one unit of exactly that region which is no department. ``also_person_ids`` are the other rows of the same
    human being, registered twice and merged.
    """

    name: str
    role: str
    permissions: frozenset[str] = frozenset()
    account_id: int | None = None
    region_code: str = ""
    organisation_id: int | None = None
    person_id: int | None = None
    department_code: str = ""
    unit_name: str = ""
    also_person_ids: tuple[int, ...] = ()

    @property
    def person_ids(self) -> tuple[int, ...]:
        """Every row of the person acting, the one that stands first; none where the actor is no person."""
        return () if self.person_id is None else (self.person_id, *self.also_person_ids)

    @property
    def own_unit(self) -> str:
        """What rows about its unit hold: a department's code, another unit's name, "" for the bureau itself."""
        return self.department_code or self.unit_name

    def may(self, permission: str) -> bool:
        return str(permission) in self.permissions

    def may_also(self, permission: str) -> Self:
        """The same actor for one step that follows from what they may do, and needs this right besides."""
        return replace(self, permissions=self.permissions | {str(permission)})


PUBLIC = Actor(name="社会公众", role="public")  # anybody, without an account


def system_actor(name: str = "系统", region_code: str = "000000") -> Actor:
    """The system acting by itself (timed tasks, imports); it may make only moves marked ``system``."""
    return Actor(name=name, role="system", region_code=region_code)


def system_for(by: Actor) -> Actor:
    """What follows from a decision is done by the system, in the name of who decided."""
    return by if by.role == "system" else system_actor(f"系统（{by.name}）")
