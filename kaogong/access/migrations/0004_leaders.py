from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0003_department_clerks"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="account",
            name="account_role_known",
        ),
        migrations.AlterField(
            model_name="account",
            name="role",
            field=models.CharField(
                choices=[
                    ("bureau_clerk", "经办"),
                    ("reviewer", "复核"),
                    ("cashier", "出纳"),
                    ("auditor", "审计"),
                    ("leader", "分管领导"),
                    ("inspector", "检查员"),
                    ("department_clerk", "部门经办"),
                    ("provider_clerk", "培训机构经办"),
                    ("assessor", "考评机构经办"),
                    ("learner", "学员"),
                    ("administrator", "系统管理员"),
                ],
                max_length=40,
                verbose_name="岗位",
            ),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "role__in",
                        [
                            "bureau_clerk",
                            "reviewer",
                            "cashier",
                            "auditor",
                            "leader",
                            "inspector",
                            "department_clerk",
                            "provider_clerk",
                            "assessor",
                            "learner",
                            "administrator",
                        ],
                    )
                ),
                name="account_role_known",
            ),
        ),
    ]
