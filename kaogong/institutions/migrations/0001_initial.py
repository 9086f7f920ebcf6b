# The first shape of institutions.

import django.contrib.postgres.indexes
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

import kaogong.access.sealing


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Contract",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=40, unique=True, verbose_name="协议编号")),
                ("region_code", models.CharField(max_length=12, verbose_name="签约区域")),
                ("starts_on", models.DateField(verbose_name="起")),
                ("ends_on", models.DateField(verbose_name="止")),
                ("head_count", models.PositiveIntegerField(verbose_name="培训人数")),
                ("area", models.CharField(blank=True, default="", max_length=120, verbose_name="培训地域")),
                (
                    "basis",
                    models.CharField(blank=True, default="", max_length=120, verbose_name="招标或备案文号"),
                ),
                ("recognised_at", models.DateTimeField(null=True, verbose_name="认定时间")),
                ("ended_on", models.DateField(null=True, verbose_name="终止日期")),
                ("created_at", models.DateTimeField(verbose_name="登记时间")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("drafted", "拟签"),
                            ("recognised", "已认定"),
                            ("suspended", "已暂停"),
                            ("ended", "已终止"),
                        ],
                        default="drafted",
                        max_length=20,
                        verbose_name="状态",
                    ),
                ),
            ],
            options={
                "verbose_name": "协议",
            },
        ),
        migrations.CreateModel(
            name="Site",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80, verbose_name="名称")),
                ("address", models.CharField(max_length=200, verbose_name="地址")),
                ("region_code", models.CharField(max_length=12, verbose_name="所在区域")),
                ("capacity", models.PositiveIntegerField(verbose_name="容纳人数")),
                (
                    "latitude",
                    models.DecimalField(decimal_places=6, max_digits=8, null=True, verbose_name="纬度"),
                ),
                (
                    "longitude",
                    models.DecimalField(decimal_places=6, max_digits=9, null=True, verbose_name="经度"),
                ),
            ],
            options={
                "verbose_name": "培训场地",
            },
        ),
        migrations.CreateModel(
            name="Suspension",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("start_on", models.DateField(verbose_name="起")),
                ("end_on", models.DateField(null=True, verbose_name="止")),
                ("reason", models.TextField(verbose_name="理由")),
            ],
            options={
                "verbose_name": "暂停",
            },
        ),
        migrations.CreateModel(
            name="Trainer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="姓名")),
                (
                    "id_number",
                    kaogong.access.sealing.SealedTextField(
                        editable=False, purpose="institutions.trainer.id_number", verbose_name="身份证号码"
                    ),
                ),
                ("id_number_index", models.BinaryField(max_length=16)),
                ("id_number_masked", models.CharField(max_length=18, verbose_name="身份证号码")),
                (
                    "employment",
                    models.CharField(
                        choices=[("full", "专职"), ("part", "兼职"), ("expert", "外聘专家")],
                        max_length=10,
                        verbose_name="用工形式",
                    ),
                ),
                (
                    "qualification",
                    models.CharField(blank=True, default="", max_length=120, verbose_name="资格或职称"),
                ),
                (
                    "level_code",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("6", "学徒工"),
                            ("5", "五级/初级工"),
                            ("4", "四级/中级工"),
                            ("3", "三级/高级工"),
                            ("2", "二级/技师"),
                            ("1", "一级/高级技师"),
                            ("T", "特级技师"),
                            ("S", "首席技师"),
                        ],
                        default="",
                        max_length=2,
                        verbose_name="等级",
                    ),
                ),
            ],
            options={
                "verbose_name": "教师",
            },
        ),
        migrations.CreateModel(
            name="ContractScope",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("occupation_code", models.CharField(max_length=12, verbose_name="职业")),
                (
                    "level_code",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("6", "学徒工"),
                            ("5", "五级/初级工"),
                            ("4", "四级/中级工"),
                            ("3", "三级/高级工"),
                            ("2", "二级/技师"),
                            ("1", "一级/高级技师"),
                            ("T", "特级技师"),
                            ("S", "首席技师"),
                        ],
                        default="",
                        max_length=2,
                        verbose_name="等级",
                    ),
                ),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="scopes",
                        to="institutions.contract",
                        verbose_name="协议",
                    ),
                ),
            ],
            options={
                "verbose_name": "协议范围",
            },
        ),
        migrations.CreateModel(
            name="Institution",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "credit_code",
                    models.CharField(max_length=18, unique=True, verbose_name="统一社会信用代码"),
                ),
                ("name", models.CharField(max_length=120, verbose_name="机构名称")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("training_school", "民办职业培训学校"),
                            ("technical_school", "技工院校"),
                            ("enterprise", "企业"),
                            ("public_body", "事业单位"),
                            ("social_body", "社会组织"),
                            ("other", "其他"),
                        ],
                        max_length=20,
                        verbose_name="机构类型",
                    ),
                ),
                ("is_provider", models.BooleanField(default=False, verbose_name="培训机构")),
                ("is_assessor", models.BooleanField(default=False, verbose_name="评价机构")),
                ("region_code", models.CharField(max_length=12, verbose_name="所在区域")),
                ("address", models.CharField(blank=True, default="", max_length=200, verbose_name="地址")),
                (
                    "contact_name",
                    models.CharField(blank=True, default="", max_length=60, verbose_name="联系人"),
                ),
                ("phone", models.CharField(blank=True, default="", max_length=30, verbose_name="联系电话")),
                (
                    "bank_name",
                    models.CharField(blank=True, default="", max_length=80, verbose_name="开户银行"),
                ),
                (
                    "bank_account",
                    kaogong.access.sealing.SealedTextField(
                        editable=False,
                        purpose="institutions.institution.bank_account",
                        verbose_name="银行账号",
                    ),
                ),
                ("bank_account_index", models.BinaryField(max_length=16, null=True)),
                (
                    "bank_account_masked",
                    models.CharField(blank=True, default="", max_length=40, verbose_name="银行账号"),
                ),
                (
                    "bank_account_holder",
                    models.CharField(blank=True, default="", max_length=120, verbose_name="户名"),
                ),
                (
                    "certificate_body_code",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="证书编号前13位：Y或S、评价机构4位、省2位、机构序号6位",
                        max_length=13,
                        verbose_name="证书编号机构代码",
                    ),
                ),
                ("synthetic", models.BooleanField(default=False, verbose_name="虚构")),
                ("created_at", models.DateTimeField(verbose_name="登记时间")),
            ],
            options={
                "verbose_name": "机构",
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["name"], name="institution_by_name", opclasses=["gin_trgm_ops"]
                    ),
                    models.Index(fields=["region_code"], name="institution_by_region"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("certificate_body_code", ""),
                            ("certificate_body_code__regex", "^[YS][0-9]{12}$"),
                            _connector="OR",
                        ),
                        name="institution_body_code_shape",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("certificate_body_code", ""), _negated=True),
                        fields=("certificate_body_code",),
                        name="institution_body_code_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("bank_account_index__isnull", True), ("bank_account_masked", "")),
                            models.Q(
                                ("bank_account_index__isnull", False),
                                models.Q(("bank_account_masked", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="institution_bank_account_whole",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="contract",
            name="institution",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="contracts",
                to="institutions.institution",
                verbose_name="机构",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="institution",
            trigger=pgtrigger.compiler.Trigger(
                name="frozen_fields",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."credit_code" IS DISTINCT FROM (NEW."credit_code"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update of \"credit_code\" rows from % table', TG_TABLE_NAME;",
                    hash="eac46b3c0b597f73e0bef5b4c99aea7a06cfc418",
                    operation='UPDATE OF "credit_code"',
                    pgid="pgtrigger_frozen_fields_f8ae4",
                    table="institutions_institution",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddField(
            model_name="site",
            name="institution",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="sites",
                to="institutions.institution",
                verbose_name="机构",
            ),
        ),
        migrations.AddField(
            model_name="suspension",
            name="contract",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="suspensions",
                to="institutions.contract",
                verbose_name="协议",
            ),
        ),
        migrations.AddField(
            model_name="trainer",
            name="institution",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="trainers",
                to="institutions.institution",
                verbose_name="机构",
            ),
        ),
        migrations.AddConstraint(
            model_name="contractscope",
            constraint=models.UniqueConstraint(
                fields=("contract", "occupation_code", "level_code"), name="scope_once_per_contract"
            ),
        ),
        migrations.AddConstraint(
            model_name="contract",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_on__gt", models.F("starts_on"))), name="contract_lasts_a_day"
            ),
        ),
        migrations.AddConstraint(
            model_name="contract",
            constraint=models.CheckConstraint(
                condition=models.Q(("status", "drafted"), ("recognised_at__isnull", False), _connector="OR"),
                name="contract_recognised_has_instant",
            ),
        ),
        migrations.AddConstraint(
            model_name="contract",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "ended"), _negated=True), ("ended_on__isnull", False), _connector="OR"
                ),
                name="contract_ended_has_day",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="contract",
            trigger=pgtrigger.compiler.Trigger(
                name="lifecycle_guard",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                IF TG_OP = 'INSERT' THEN\n                    IF NEW.status <> 'drafted' THEN\n                        RAISE EXCEPTION 'contract: may not begin as %', NEW.status\n                            USING ERRCODE = 'check_violation';\n                    END IF;\n                ELSIF OLD.status <> NEW.status\n                      AND (OLD.status, NEW.status) NOT IN (('drafted', 'recognised'), ('recognised', 'ended'), ('recognised', 'suspended'), ('suspended', 'ended'), ('suspended', 'recognised')) THEN\n                    RAISE EXCEPTION 'contract: no move from % to %', OLD.status, NEW.status\n                        USING ERRCODE = 'check_violation';\n                END IF;\n                RETURN NEW;\n            ",
                    hash="840febde3ff2ca212db0e82108459b8dc2aaa58a",
                    operation='INSERT OR UPDATE OF "status"',
                    pgid="pgtrigger_lifecycle_guard_cb4c1",
                    table="institutions_contract",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="contract",
            trigger=pgtrigger.compiler.Trigger(
                name="frozen_fields",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."number" IS DISTINCT FROM (NEW."number"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update of \"number\" rows from % table', TG_TABLE_NAME;",
                    hash="cb15c560f13d23b4cb0c4f9814f077a45e3045b7",
                    operation='UPDATE OF "number"',
                    pgid="pgtrigger_frozen_fields_6c40c",
                    table="institutions_contract",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="site",
            constraint=models.UniqueConstraint(fields=("institution", "name"), name="site_name_once"),
        ),
        migrations.AddConstraint(
            model_name="site",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("latitude__isnull", True), ("longitude__isnull", True)),
                    models.Q(("latitude__range", (-90, 90)), ("longitude__range", (-180, 180))),
                    _connector="OR",
                ),
                name="site_on_the_globe",
            ),
        ),
        migrations.AddConstraint(
            model_name="suspension",
            constraint=models.UniqueConstraint(
                condition=models.Q(("end_on__isnull", True)), fields=("contract",), name="one_open_suspension"
            ),
        ),
        migrations.AddConstraint(
            model_name="suspension",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("end_on__isnull", True), ("end_on__gte", models.F("start_on")), _connector="OR"
                ),
                name="suspension_runs_forward",
            ),
        ),
        migrations.AddConstraint(
            model_name="trainer",
            constraint=models.UniqueConstraint(
                fields=("institution", "id_number_index"), name="trainer_once_per_institution"
            ),
        ),
        migrations.AddConstraint(
            model_name="trainer",
            constraint=models.CheckConstraint(
                condition=models.Q(("employment__in", ["full", "part", "expert"])),
                name="trainer_employment_known",
            ),
        ),
    ]
