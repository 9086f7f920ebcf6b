# The first shape of notices.

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
            name="NoticeRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sequence", models.PositiveIntegerField(verbose_name="序号")),
                ("subject_reference", models.CharField(max_length=80, verbose_name="对象")),
                ("cells", models.JSONField(verbose_name="内容")),
            ],
            options={
                "verbose_name": "公示条目",
            },
        ),
        migrations.CreateModel(
            name="Objection",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("region_code", models.CharField(max_length=12, verbose_name="区域")),
                ("name", models.CharField(blank=True, default="", max_length=60, verbose_name="异议人")),
                (
                    "contact",
                    kaogong.access.sealing.SealedTextField(
                        editable=False, purpose="notices.objection.contact", verbose_name="联系方式"
                    ),
                ),
                ("content", models.TextField(verbose_name="异议内容")),
                ("received_at", models.DateTimeField(verbose_name="收到时间")),
                ("answer", models.TextField(blank=True, default="", verbose_name="答复")),
                ("answered_at", models.DateTimeField(null=True, verbose_name="答复时间")),
                (
                    "status",
                    models.CharField(
                        choices=[("received", "待答复"), ("upheld", "异议成立"), ("dismissed", "异议不成立")],
                        default="received",
                        max_length=20,
                        verbose_name="状态",
                    ),
                ),
            ],
            options={
                "verbose_name": "异议",
            },
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=20, unique=True, verbose_name="公示编号")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("subsidy", "补贴公示"),
                            ("provider", "机构公示"),
                            ("catalogue", "目录发布"),
                        ],
                        max_length=20,
                        verbose_name="类别",
                    ),
                ),
                ("title", models.CharField(max_length=200, verbose_name="标题")),
                ("body", models.TextField(verbose_name="正文")),
                ("columns", models.JSONField(verbose_name="栏目")),
                ("region_code", models.CharField(max_length=12, verbose_name="区域")),
                ("opens_on", models.DateField(verbose_name="公示开始")),
                ("working_days", models.PositiveSmallIntegerField(verbose_name="工作日数")),
                ("closes_on", models.DateField(verbose_name="公示结束")),
                (
                    "complaint_phone",
                    models.CharField(blank=True, default="", max_length=60, verbose_name="监督电话"),
                ),
                (
                    "complaint_address",
                    models.CharField(blank=True, default="", max_length=200, verbose_name="受理地址"),
                ),
                (
                    "subject_reference",
                    models.CharField(blank=True, default="", max_length=80, verbose_name="事由"),
                ),
                ("created_at", models.DateTimeField(verbose_name="拟发时间")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("drafted", "拟发"),
                            ("published", "公示中"),
                            ("closed", "已结束"),
                            ("withdrawn", "已撤回"),
                        ],
                        default="drafted",
                        max_length=20,
                        verbose_name="状态",
                    ),
                ),
            ],
            options={
                "verbose_name": "公示",
                "indexes": [
                    models.Index(fields=["region_code", "-opens_on"], name="notice_by_region"),
                    models.Index(
                        condition=models.Q(("subject_reference", ""), _negated=True),
                        fields=["subject_reference"],
                        name="notice_by_subject",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("closes_on__gte", models.F("opens_on"))),
                        name="notice_stands_a_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["subsidy", "provider", "catalogue"])),
                        name="notice_kind_known",
                    ),
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="notice",
            trigger=pgtrigger.compiler.Trigger(
                name="lifecycle_guard",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                IF TG_OP = 'INSERT' THEN\n                    IF NEW.status <> 'drafted' THEN\n                        RAISE EXCEPTION 'notice: may not begin as %', NEW.status\n                            USING ERRCODE = 'check_violation';\n                    END IF;\n                ELSIF OLD.status <> NEW.status\n                      AND (OLD.status, NEW.status) NOT IN (('drafted', 'published'), ('published', 'closed'), ('published', 'withdrawn')) THEN\n                    RAISE EXCEPTION 'notice: no move from % to %', OLD.status, NEW.status\n                        USING ERRCODE = 'check_violation';\n                END IF;\n                RETURN NEW;\n            ",
                    hash="2ef2fe0070c41f2f61e96ee31dabb6d40059024e",
                    operation='INSERT OR UPDATE OF "status"',
                    pgid="pgtrigger_lifecycle_guard_b34e0",
                    table="notices_notice",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="notice",
            trigger=pgtrigger.compiler.Trigger(
                name="frozen_fields",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."body" IS DISTINCT FROM (NEW."body") OR OLD."closes_on" IS DISTINCT FROM (NEW."closes_on") OR OLD."columns" IS DISTINCT FROM (NEW."columns") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."opens_on" IS DISTINCT FROM (NEW."opens_on") OR OLD."region_code" IS DISTINCT FROM (NEW."region_code") OR OLD."title" IS DISTINCT FROM (NEW."title"))',
                    func='RAISE EXCEPTION \'pgtrigger: Cannot update of "number", "title", "body", "columns", "region_code", "opens_on", "closes_on" rows from % table\', TG_TABLE_NAME;',
                    hash="ea0cfebacde6623a774ed379c5941ed6b638b3b6",
                    operation='UPDATE OF "number", "title", "body", "columns", "region_code", "opens_on", "closes_on"',
                    pgid="pgtrigger_frozen_fields_6c568",
                    table="notices_notice",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddField(
            model_name="noticerow",
            name="notice",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="rows",
                to="notices.notice",
                verbose_name="公示",
            ),
        ),
        migrations.AddField(
            model_name="objection",
            name="notice",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="objections",
                to="notices.notice",
                verbose_name="公示",
            ),
        ),
        migrations.AddField(
            model_name="objection",
            name="row",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="objections",
                to="notices.noticerow",
                verbose_name="公示条目",
            ),
        ),
        migrations.AddConstraint(
            model_name="noticerow",
            constraint=models.UniqueConstraint(
                fields=("notice", "sequence"), name="notice_row_sequence_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="noticerow",
            constraint=models.UniqueConstraint(
                fields=("notice", "subject_reference"), name="notice_row_subject_once"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="noticerow",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="0ef214ca061efe2fa05e8b8b2e35eb50c421663c",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_b3a8c",
                    table="notices_noticerow",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="noticerow",
            trigger=pgtrigger.compiler.Trigger(
                name="never_truncated",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'append-only: % may not be truncated', TG_TABLE_NAME;",
                    hash="fee93c9f52266664b280d66402e0c09689273d47",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_truncated_c475f",
                    table="notices_noticerow",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="objection",
            index=models.Index(
                condition=models.Q(("status", "received")),
                fields=["region_code", "received_at"],
                name="objection_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="objection",
            constraint=models.CheckConstraint(
                condition=models.Q(("content", ""), _negated=True), name="objection_says_something"
            ),
        ),
        migrations.AddConstraint(
            model_name="objection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answer", ""), ("answered_at__isnull", True)),
                    models.Q(models.Q(("answer", ""), _negated=True), ("answered_at__isnull", False)),
                    _connector="OR",
                ),
                name="objection_answer_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="objection",
            constraint=models.CheckConstraint(
                condition=models.Q(("status", "received"), ("answered_at__isnull", False), _connector="OR"),
                name="objection_settled_is_answered",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="objection",
            trigger=pgtrigger.compiler.Trigger(
                name="lifecycle_guard",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                IF TG_OP = 'INSERT' THEN\n                    IF NEW.status <> 'received' THEN\n                        RAISE EXCEPTION 'objection: may not begin as %', NEW.status\n                            USING ERRCODE = 'check_violation';\n                    END IF;\n                ELSIF OLD.status <> NEW.status\n                      AND (OLD.status, NEW.status) NOT IN (('received', 'dismissed'), ('received', 'upheld')) THEN\n                    RAISE EXCEPTION 'objection: no move from % to %', OLD.status, NEW.status\n                        USING ERRCODE = 'check_violation';\n                END IF;\n                RETURN NEW;\n            ",
                    hash="4584f10425a84a2b3b1abfe88b7286e88e17b694",
                    operation='INSERT OR UPDATE OF "status"',
                    pgid="pgtrigger_lifecycle_guard_526fb",
                    table="notices_objection",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="objection",
            trigger=pgtrigger.compiler.Trigger(
                name="frozen_fields",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."content" IS DISTINCT FROM (NEW."content") OR OLD."received_at" IS DISTINCT FROM (NEW."received_at"))',
                    func='RAISE EXCEPTION \'pgtrigger: Cannot update of "content", "received_at" rows from % table\', TG_TABLE_NAME;',
                    hash="b9b67359fc6880cdec54f281deb0647c4be91175",
                    operation='UPDATE OF "content", "received_at"',
                    pgid="pgtrigger_frozen_fields_35e06",
                    table="notices_objection",
                    when="BEFORE",
                ),
            ),
        ),
    ]
