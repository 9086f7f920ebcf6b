"""Accounts."""

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models

from .roles import ROLES


class AccountManager(BaseUserManager):
    """Looks accounts up by their log-in name."""

    def get_by_natural_key(self, username):
        return self.get(username=username)


class Account(AbstractBaseUser):
    """One log-in of one person in one role, with the reach it works in."""

    personal = {"name": "name", "username": "name"}

    username = models.CharField("登录名", max_length=60, unique=True)
    name = models.CharField("姓名", max_length=60)
    role = models.CharField("岗位", max_length=40, choices=[(r.code, r.label) for r in ROLES.values()])
    region_code = models.CharField("管辖区域", max_length=12, blank=True, default="")
    organisation_id = models.BigIntegerField("所属机构", null=True, blank=True)
    person_id = models.BigIntegerField("本人", null=True, blank=True)
    department_code = models.CharField("所属部门", max_length=40, blank=True, default="")
    unit_name = models.CharField("所属单位", max_length=40, blank=True, default="")
    is_active = models.BooleanField("启用", default=True)
    created_at = models.DateTimeField()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name"]
    objects = AccountManager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(role__in=list(ROLES)), name="account_role_known"),
            models.CheckConstraint(
                condition=~models.Q(role__in=["provider_clerk", "assessor"])
                | models.Q(organisation_id__isnull=False),
                name="account_of_institution_names_it",
            ),
            models.CheckConstraint(
                condition=~models.Q(role="learner") | models.Q(person_id__isnull=False),
                name="account_of_learner_names_person",
            ),
            models.CheckConstraint(
                condition=models.Q(role="department_clerk") ^ models.Q(department_code=""),
                name="account_of_department_names_it",
            ),
            models.CheckConstraint(
                condition=models.Q(role="unit_clerk") ^ models.Q(unit_name=""),
                name="account_of_unit_names_it",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}（{ROLES[self.role].label}）"
