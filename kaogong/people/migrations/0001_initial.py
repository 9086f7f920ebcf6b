# The first shape of people.

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.indexes
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.contrib.postgres.operations import BtreeGistExtension, TrigramExtension
from django.db import migrations, models

import kaogong.access.sealing


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        BtreeGistExtension(),
        TrigramExtension(),
        migrations.CreateModel(
            name="Standing",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("insured", "参加失业保险"),
                            ("pension", "按月领取养老金"),
                            ("at_school", "在校"),
                            ("deceased", "死亡"),
                        ],
                        max_length=20,
                        verbose_name="事项",
                    ),
                ),
                ("holds", models.BooleanField(verbose_name="是否成立")),
                ("start_on", models.DateField(verbose_name="起")),
                ("end_on", models.DateField(null=True, verbose_name="止")),
                ("source", models.CharField(max_length=60, verbose_name="来源")),
                ("employer", models.CharField(blank=True, default="", max_length=120, verbose_name="单位")),
                ("recorded_at", models.DateTimeField(verbose_name="记录时间")),
            ],
            options={
                "verbose_name": "人员状况",
            },
        ),
        migrations.CreateModel(
            name="Person",
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
                        editable=False, purpose="people.person.id_number", verbose_name="身份证号码"
                    ),
                ),
                ("id_number_index", models.BinaryField(max_length=16, unique=True)),
                ("id_number_masked", models.CharField(max_length=18, verbose_name="身份证号码")),
                (
                    "sex",
                    models.CharField(choices=[("1", "男"), ("2", "女")], max_length=1, verbose_name="性别"),
                ),
                ("born_on", models.DateField(verbose_name="出生日期")),
                (
                    "phone",
                    kaogong.access.sealing.SealedTextField(
                        editable=False, purpose="people.person.phone", verbose_name="联系电话"
                    ),
                ),
                (
                    "phone_masked",
                    models.CharField(blank=True, default="", max_length=20, verbose_name="联系电话"),
                ),
                ("ethnic_code", models.CharField(blank=True, default="", max_length=2, verbose_name="民族")),
                (
                    "education_code",
                    models.CharField(blank=True, default="", max_length=2, verbose_name="学历"),
                ),
                (
                    "household_region_code",
                    models.CharField(blank=True, default="", max_length=12, verbose_name="户籍地"),
                ),
                (
                    "household_kind",
                    models.CharField(blank=True, default="", max_length=20, verbose_name="户口性质"),
                ),
                (
                    "household_place",
                    models.CharField(blank=True, default="", max_length=120, verbose_name="户口所在地"),
                ),
                (
                    "residence_region_code",
                    models.CharField(blank=True, default="", max_length=12, verbose_name="常住地"),
                ),
                (
                    "job_region_code",
                    models.CharField(blank=True, default="", max_length=12, verbose_name="求职就业地"),
                ),
                (
                    "bank_name",
                    models.CharField(blank=True, default="", max_length=80, verbose_name="开户银行"),
                ),
                (
                    "bank_account",
                    kaogong.access.sealing.SealedTextField(
                        editable=False, purpose="people.person.bank_account", verbose_name="银行账号"
                    ),
                ),
                ("bank_account_index", models.BinaryField(max_length=16, null=True)),
                (
                    "bank_account_masked",
                    models.CharField(blank=True, default="", max_length=40, verbose_name="银行账号"),
                ),
                (
                    "bank_account_holder",
                    models.CharField(blank=True, default="", max_length=60, verbose_name="户名"),
                ),
                ("region_code", models.CharField(max_length=12, verbose_name="建档区域")),
                ("synthetic", models.BooleanField(default=False, verbose_name="虚构")),
                ("created_at", models.DateTimeField(verbose_name="建档时间")),
            ],
            options={
                "verbose_name": "人员",
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["name"], name="person_by_name", opclasses=["gin_trgm_ops"]
                    ),
                    models.Index(fields=["region_code", "-id"], name="person_by_region"),
                    models.Index(
                        condition=models.Q(("bank_account_index__isnull", False)),
                        fields=["bank_account_index"],
                        name="person_by_bank_account",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True), name="person_has_a_name"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("sex__in", ["1", "2"])), name="person_sex_known"
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
                        name="person_bank_account_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="GroupMembership",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("group_code", models.CharField(max_length=40, verbose_name="人员类别")),
                ("start_on", models.DateField(verbose_name="起")),
                ("end_on", models.DateField(null=True, verbose_name="止")),
                ("source", models.CharField(max_length=60, verbose_name="来源")),
                ("evidence", models.CharField(blank=True, default="", max_length=200, verbose_name="凭证")),
                ("recorded_at", models.DateTimeField(verbose_name="记录时间")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to="people.person",
                        verbose_name="人员",
                    ),
                ),
            ],
            options={
                "verbose_name": "人员类别",
            },
        ),
        migrations.CreateModel(
            name="FileEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("training", "培训"),
                            ("hours", "学时"),
                            ("certificate", "证书"),
                            ("subsidy", "补贴"),
                            ("group", "人员类别"),
                            ("other", "其他"),
                        ],
                        max_length=20,
                        verbose_name="类别",
                    ),
                ),
                ("on", models.DateField(verbose_name="日期")),
                ("title", models.CharField(max_length=200, verbose_name="内容")),
                ("detail", models.JSONField(blank=True, default=dict, verbose_name="详情")),
                ("reference", models.CharField(max_length=80, verbose_name="依据")),
                ("at", models.DateTimeField(verbose_name="记入时间")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="file_entries",
                        to="people.person",
                        verbose_name="人员",
                    ),
                ),
            ],
            options={
                "verbose_name": "档案记录",
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="person",
            trigger=pgtrigger.compiler.Trigger(
                name="frozen_fields",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."id_number_index" IS DISTINCT FROM (NEW."id_number_index"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update of \"id_number_index\" rows from % table', TG_TABLE_NAME;",
                    hash="a8642823016d341ff376be96b74685ad345bee37",
                    operation='UPDATE OF "id_number_index"',
                    pgid="pgtrigger_frozen_fields_b1994",
                    table="people_person",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddField(
            model_name="standing",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="standings",
                to="people.person",
                verbose_name="人员",
            ),
        ),
        migrations.AddConstraint(
            model_name="groupmembership",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("end_on__isnull", True), ("end_on__gt", models.F("start_on")), _connector="OR"
                ),
                name="membership_lasts_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="groupmembership",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    ("person", "="),
                    ("group_code", "="),
                    (
                        models.Func(
                            "start_on",
                            "end_on",
                            function="DATERANGE",
                            output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                        ),
                        "&&",
                    ),
                ],
                name="one_membership_of_a_group_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="fileentry",
            constraint=models.UniqueConstraint(
                fields=("person", "kind", "reference"), name="file_entry_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="fileentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ["training", "hours", "certificate", "subsidy", "group", "other"])
                ),
                name="file_entry_kind_known",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="fileentry",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="8f6477e1974e2e54329c7c4557d27db98445fb45",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_460ea",
                    table="people_fileentry",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="fileentry",
            trigger=pgtrigger.compiler.Trigger(
                name="never_truncated",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'append-only: % may not be truncated', TG_TABLE_NAME;",
                    hash="7ccc96fa975bb20b60ebf068d2da5c22c5e59167",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_truncated_a1940",
                    table="people_fileentry",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="standing",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["insured", "pension", "at_school", "deceased"])),
                name="standing_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="standing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("end_on__isnull", True), ("end_on__gt", models.F("start_on")), _connector="OR"
                ),
                name="standing_lasts_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="standing",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    ("person", "="),
                    ("kind", "="),
                    (
                        models.Func(
                            "start_on",
                            "end_on",
                            function="DATERANGE",
                            output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                        ),
                        "&&",
                    ),
                ],
                name="one_standing_of_a_kind_at_a_time",
            ),
        ),
    ]
