# The first shape of catalog.

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
from django.contrib.postgres.operations import BtreeGistExtension, TrigramExtension
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        BtreeGistExtension(),
        TrigramExtension(),
        migrations.CreateModel(
            name="Industry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=4, unique=True, verbose_name="代码")),
                ("name", models.CharField(max_length=120, verbose_name="名称")),
                ("depth", models.PositiveSmallIntegerField(verbose_name="层级")),
                ("section", models.CharField(max_length=1, verbose_name="门类")),
                ("parent_code", models.CharField(blank=True, default="", max_length=4, verbose_name="上级")),
            ],
            options={
                "verbose_name": "行业",
            },
        ),
        migrations.CreateModel(
            name="ReferenceVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("table", models.CharField(max_length=40, unique=True, verbose_name="表")),
                ("digest", models.CharField(max_length=64, verbose_name="摘要")),
                ("rows", models.PositiveIntegerField(verbose_name="行数")),
                ("loaded_at", models.DateTimeField(verbose_name="装入时间")),
            ],
            options={
                "verbose_name": "参考数据版本",
            },
        ),
        migrations.CreateModel(
            name="CodeItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("table", models.CharField(max_length=40, verbose_name="代码表")),
                ("code", models.CharField(max_length=60, verbose_name="代码")),
                ("label", models.CharField(max_length=120, verbose_name="名称")),
                (
                    "mapped_code",
                    models.CharField(blank=True, default="", max_length=60, verbose_name="对应代码"),
                ),
                ("note", models.CharField(blank=True, default="", max_length=120, verbose_name="说明")),
                ("sequence", models.PositiveIntegerField(default=0, verbose_name="次序")),
            ],
            options={
                "verbose_name": "代码",
                "constraints": [
                    models.UniqueConstraint(fields=("table", "code"), name="code_once_per_table")
                ],
            },
        ),
        migrations.CreateModel(
            name="Occupation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("edition", models.CharField(default="2022", max_length=4, verbose_name="版本")),
                ("code", models.CharField(max_length=12, verbose_name="代码")),
                ("name", models.CharField(max_length=120, verbose_name="名称")),
                ("tier", models.PositiveSmallIntegerField(verbose_name="层级")),
                ("parent_code", models.CharField(blank=True, default="", max_length=12, verbose_name="上级")),
                ("green", models.BooleanField(default=False, verbose_name="绿色职业")),
                ("digital", models.BooleanField(default=False, verbose_name="数字职业")),
            ],
            options={
                "verbose_name": "职业",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("edition", "code"), name="occupation_code_once_per_edition"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Region",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=12, verbose_name="代码")),
                ("name", models.CharField(max_length=60, verbose_name="名称")),
                (
                    "level",
                    models.PositiveSmallIntegerField(help_text="1省 2市 3县 4乡镇街道", verbose_name="层级"),
                ),
                ("parent_code", models.CharField(blank=True, default="", max_length=12, verbose_name="上级")),
                ("starts_on", models.DateField(null=True, verbose_name="启用")),
                ("ends_on", models.DateField(null=True, verbose_name="停用")),
                (
                    "successor_code",
                    models.CharField(blank=True, default="", max_length=12, verbose_name="后继代码"),
                ),
                ("fictional", models.BooleanField(default=False, verbose_name="虚构")),
            ],
            options={
                "verbose_name": "行政区划",
                "indexes": [
                    models.Index(fields=["code"], name="region_by_code", opclasses=["varchar_pattern_ops"]),
                    models.Index(fields=["parent_code"], name="region_by_parent"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ends_on__isnull", True)),
                        fields=("code",),
                        name="one_current_region_per_code",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("starts_on__isnull", True),
                            ("ends_on__isnull", True),
                            ("ends_on__gte", models.F("starts_on")),
                            _connector="OR",
                        ),
                        name="region_ends_after_it_starts",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SubsidisedOccupation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("region_code", models.CharField(max_length=12, verbose_name="区域")),
                ("occupation_code", models.CharField(max_length=12, verbose_name="职业")),
                (
                    "level_codes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(blank=True, max_length=2), size=None, verbose_name="等级"
                    ),
                ),
                ("starts_on", models.DateField(verbose_name="起")),
                ("ends_on", models.DateField(null=True, verbose_name="止")),
                ("reference", models.CharField(blank=True, default="", max_length=120, verbose_name="依据")),
            ],
            options={
                "verbose_name": "补贴职业",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("level_codes__len__gt", 0)), name="listing_names_a_level"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on__isnull", True), ("ends_on__gt", models.F("starts_on")), _connector="OR"
                        ),
                        name="listing_lasts_a_day",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            ("region_code", "="),
                            ("occupation_code", "="),
                            (
                                models.Func(
                                    "starts_on",
                                    "ends_on",
                                    function="DATERANGE",
                                    output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                                ),
                                "&&",
                            ),
                        ],
                        name="one_listing_at_a_time",
                    ),
                ],
            },
        ),
    ]
