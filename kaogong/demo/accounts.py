"""The demo's log-ins: one per role, all with the same password, none on a real installation."""

from dataclasses import dataclass

from kaogong.access.roles import ROLES

DEMO_PASSWORD = "kaogong-demo-2026"  # noqa: S105  (printed on the demo's first page)
DOOR_LABELS = {"bureau": "人社局", "provider": "培训与评价机构", "learner": "学员"}


@dataclass(frozen=True, slots=True)
class Login:
    """One demo account as its reader is told of it."""

    username: str
    name: str
    role: str
    region_code: str = ""  # where it is not the demo's own district
    department_code: str = ""  # of a department's clerk
    unit_name: str = ""  # of the clerk of a unit that is no department

    @property
    def role_label(self) -> str:
        return ROLES[self.role].label

    @property
    def door_label(self) -> str:
        return DOOR_LABELS[ROLES[self.role].front_door]


LOGINS = (
    Login("clerk", "周经办", "bureau_clerk"),
    Login("clerk2", "吴经办", "bureau_clerk"),
    Login("reviewer", "郑复核", "reviewer"),
    Login("reviewer2", "许复核", "reviewer"),
    Login("cashier", "冯出纳", "cashier"),
    Login("cashier2", "陈出纳", "cashier"),
    Login("leader", "秦分管", "leader", "370200"),
    Login("auditor", "褚审计", "auditor"),
    Login("inspector", "杨检查", "inspector"),
    Login("inspector2", "朱检查", "inspector"),
    Login("agriculture", "尤农业", "department_clerk", department_code="agriculture"),
    Login("job_centre", "吕就业", "unit_clerk", unit_name="示例区就业服务中心"),
    Login("admin", "卫管理", "administrator"),
    Login("school", "蒋教务", "provider_clerk"),
    Login("school2", "沈教务", "provider_clerk"),
    Login("assessor", "韩考务", "assessor"),
    Login("learner", "", "learner"),
)


def logins() -> list[Login]:
    """The accounts of the demo, in the order a visitor may want them."""
    return list(LOGINS)
