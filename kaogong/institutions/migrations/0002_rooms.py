import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("institutions", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Room",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80, verbose_name="名称")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("classroom", "教室"),
                            ("workshop", "实训车间"),
                            ("computer_room", "机房"),
                            ("field", "田间"),
                            ("other", "其他"),
                        ],
                        default="classroom",
                        max_length=20,
                        verbose_name="类型",
                    ),
                ),
                ("capacity", models.PositiveIntegerField(verbose_name="容纳人数")),
                ("accessible", models.BooleanField(default=False, verbose_name="无障碍")),
                ("left_on", models.DateField(null=True, verbose_name="停用日期")),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rooms",
                        to="institutions.site",
                        verbose_name="场地",
                    ),
                ),
            ],
            options={
                "verbose_name": "教室与实训场所",
                "constraints": [
                    models.UniqueConstraint(fields=("site", "name"), name="room_name_once_per_site"),
                    models.CheckConstraint(
                        condition=models.Q(("capacity__gt", 0)), name="room_holds_somebody"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["classroom", "workshop", "computer_room", "field", "other"])
                        ),
                        name="room_kind_known",
                    ),
                ],
            },
        ),
    ]
