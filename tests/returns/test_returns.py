"""The story of a quarter: drafted, checked, signed, sent back, frozen, restated."""

import io
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from openpyxl import load_workbook

from kaogong.departments import operations as departments
from kaogong.kernel.errors import NotFound, NotPermitted, SamePerson, WrongState
from kaogong.returns import operations, queries
from kaogong.returns.models import PeriodReturn, ReturnFile
from kaogong.returns.queries import documents, workbooks
from kaogong.statistics.models import Snapshot
from kaogong.statistics.operations import refresh_facts
from tests.factories.departments import send_sums
from tests.factories.people import REGION, an_actor
from tests.returns.people import acting, clerk, reviewer
from tests.returns.test_templates import sheet_bytes

pytestmark = pytest.mark.django_db
THIRD = date(2026, 7, 1)


def drafted(now):
    return operations.draft_return(kind="quarterly", starts_on=THIRD, by=clerk(), at=now)


def explained(one, now):
    explanations = {found["code"]: "没有填报数据" for found in one.checks if found["outcome"] == "fails"}
    return operations.explain_checks(one.pk, explanations, by=clerk(), at=now)


def frozen(now, one=None):
    one = explained(one or drafted(now), now)
    operations.sign_return(one.pk, by=clerk(), at=now)
    return operations.freeze_return(one.pk, by=reviewer(), at=now + timedelta(hours=1))


def test_draft_return_counts_every_cell_and_keeps_its_snapshot(quarter, now):
    one = drafted(now)
    cells = queries.cells_of(one)
    assert cells["training.person_times|period"]["value"] == 3
    assert cells["training.persons|period"]["value"] == 2
    assert cells["training.person_times|period"]["places"] == ["Excel 综合!C4"]
    assert cells["training.person_times|year_to_date|region=370299"]["value"] == 3
    kept = Snapshot.objects.get(number=one.snapshot)
    assert (kept.status, kept.digest) == ("frozen", one.snapshot_digest)
    assert "3人次，涉及2人" in one.narrative[0]["text"]
    linked = [link["cell"] for link in one.narrative[0]["links"]]
    assert linked[:3] == [
        "training.person_times|period", "training.persons|period", "training.person_times|year_to_date",
    ]  # fmt: skip
    assert queries.typed_by_hand(one.narrative) == []


def test_draft_return_shows_the_sums_of_departments_beside_its_figures_and_never_in_them(quarter, now):
    sheet = send_sums(f"{REGION},家政服务培训,12", f"{REGION},农民教育培训,30", at=now - timedelta(hours=2))
    departments.accept_sum_sheet(sheet.pk, by=reviewer(), at=now - timedelta(hours=1))
    asked = "补贴性职业技能培训人次 | 部门合计数"
    words = {"C5": f"{{{{ {asked} }}}}", "C6": f"{{{{ {asked} | 部门=hrss }}}}"}
    operations.upload_template(
        kind="quarterly",
        filename="季报.xlsx",
        content=sheet_bytes(words),
        starts_on=now.date(),
        by=clerk(),
        at=now,
    )
    one = drafted(now)
    cells = queries.cells_of(one)
    beside = cells["training.person_times|period||beside"]
    assert (beside["value"], beside["places"]) == (42, ["Excel 汇总!C5"])
    assert (cells["training.person_times|period"]["value"], beside["unit"]) == (3, "人次")
    assert beside["name"] == "补贴性职业技能培训人次（部门只报合计，不在统计数内）"
    assert "三季度合计.csv" in beside["note"] and "42人次" in beside["note"]
    none = cells["training.person_times|period|department=hrss|beside"]
    assert (none["value"], none["note"]) == (0, "没有部门报送合计数")
    drawn = next(drawn for template, drawn in queries.files_drawn(one) if template.layout == "xlsx")
    book = load_workbook(io.BytesIO(drawn.content))
    assert book["汇总"]["C5"].value == 42
    (line, nothing) = queries.beside_lines(one.cells)
    assert "42人次" in line and "三季度合计.csv" in line and nothing.endswith("没有部门报送合计数。")
    departments.set_aside_sum_sheet(sheet.pk, by=reviewer(), at=now + timedelta(hours=1), reason="改报名单")
    again = operations.refresh_return(one.pk, by=clerk(), at=now + timedelta(hours=2))
    assert queries.cells_of(again)[beside["key"]]["value"] == 42, "as it stood when the figures were frozen"


def test_draft_return_of_a_period_not_over_is_refused(quarter, now):
    with pytest.raises(operations.PeriodNotOver, match="2026-12-31"):
        operations.draft_return(kind="quarterly", starts_on=date(2026, 10, 1), by=clerk(), at=now)


def test_draft_return_twice_names_who_has_it(quarter, now):
    drafted(now)
    with pytest.raises(operations.ReturnStands, match="陈经办"):
        drafted(now)


def test_draft_return_before_any_figures_says_what_to_do(now):
    with pytest.raises(operations.SnapshotMissing, match="refresh"):
        drafted(now)


def test_draft_return_of_another_region_or_without_right_is_refused(quarter, now):
    with pytest.raises(NotFound):
        operations.draft_return(kind="quarterly", starts_on=THIRD, region_code="510700", by=clerk(), at=now)
    with pytest.raises(NotPermitted):
        operations.draft_return(kind="quarterly", starts_on=THIRD, by=an_actor("auditor"), at=now)


def test_a_quarter_signed_by_two_is_frozen_with_its_files(quarter, now):
    one = frozen(now)
    assert (one.status, one.signed_by, one.frozen_by) == ("frozen", "陈经办", "林复核")
    files = {file.layout: file for file in ReturnFile.objects.filter(period_return=one)}
    assert set(files) == {"xlsx", "docx", "pdf"}
    assert all(queries.is_whole(file) for file in files.values())
    sheet = workbooks.cells_as_text(bytes(files["xlsx"].content))
    assert sheet["综合"]["C4"] == 3
    assert sheet["分区县"]["C5"] == 3
    assert "林复核" in sheet["综合"]["A25"]
    words = documents.as_text(bytes(files["docx"].content))
    assert any("3人次，涉及2人" in line for line in words)
    assert not any("{{" in line for line in words)
    assert queries.is_as_signed(one)


def test_freeze_return_never_by_who_signed(quarter, now):
    one = explained(drafted(now), now)
    both = acting("reviewer", 101, "陈经办").may_also("sign_return")
    operations.sign_return(one.pk, by=both, at=now)
    with pytest.raises(SamePerson):
        operations.freeze_return(one.pk, by=both, at=now)


def test_freeze_return_twice_tells_the_second_who_did(quarter, now):
    one = frozen(now)
    with pytest.raises(operations.ReturnFrozenAlready, match="林复核"):
        operations.freeze_return(one.pk, by=acting("reviewer", 303, "赵复核"), at=now)


def test_freeze_return_is_refused_when_the_shipped_template_is_another_than_signed(quarter, now, monkeypatch):
    one = explained(drafted(now), now)
    operations.sign_return(one.pk, by=clerk(), at=now)
    newer = {
        layout: replace(queries.shipped("quarterly", layout), digest="f" * 64) for layout in ("xlsx", "docx")
    }
    monkeypatch.setattr("kaogong.returns.queries.templates.shipped", lambda _kind, layout: newer[layout])
    with pytest.raises(operations.TemplateReplaced, match="退回，重新取数"):
        operations.freeze_return(one.pk, by=reviewer(), at=now)
    assert not ReturnFile.objects.exists()


def test_frozen_return_is_refused_any_change_by_the_database(quarter, now):
    one = frozen(now)
    for change in ({"why": "x"}, {"cells": []}, {"frozen_by": "别人"}, {"narrative": []}):
        with pytest.raises(DatabaseError), transaction.atomic():
            PeriodReturn.objects.filter(pk=one.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        PeriodReturn.objects.filter(pk=one.pk).delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        ReturnFile.objects.filter(period_return=one).update(content=b"x")
    with pytest.raises(WrongState):
        operations.word_return(one.pk, "别的话", by=clerk(), at=now)


def test_signed_return_stands_until_sent_back(quarter, now):
    one = explained(drafted(now), now)
    operations.sign_return(one.pk, by=clerk(), at=now)
    with pytest.raises(WrongState):
        operations.word_return(one.pk, "别的话", by=clerk(), at=now)
    with pytest.raises(DatabaseError), transaction.atomic():
        PeriodReturn.objects.filter(pk=one.pk).update(cells=[])
    back = operations.send_back_return(one.pk, by=reviewer(), at=now, reason="第二段请补充")
    assert (back.status, back.signed_by) == ("drafted", "")
    changed = operations.word_return(one.pk, "本季培训3人次，新建基地8个。", by=clerk(), at=now)
    assert queries.typed_by_hand(changed.narrative) == ["8"]


def test_sign_return_waits_for_what_does_not_hold(quarter, now):
    one = drafted(now)
    assert any(found["code"] == "unknown" for found in one.checks) is False or one.checks
    broken = [
        found | {"outcome": "fails", "verdict": "must", "words": "甲大于乙"} if place == 0 else found
        for place, found in enumerate(one.checks)
    ]
    PeriodReturn.objects.filter(pk=one.pk).update(checks=broken)
    with pytest.raises(operations.ChecksStand, match="甲大于乙"):
        operations.sign_return(one.pk, by=clerk(), at=now)


def test_restate_return_shows_old_new_and_why_cell_by_cell(quarter, now):
    first = frozen(now)
    _july, august = quarter
    _revoke(august, now)
    refresh_facts(at=now + timedelta(days=3))
    later = now + timedelta(days=4)
    again = operations.restate_return(first.pk, by=clerk(), at=later, reason="8月班次经查实撤销备案")
    changed = {change["key"]: change for change in again.changes}
    one = changed["training.person_times|period"]
    assert (one["old"], one["new"], one["why"]) == ("3人次", "2人次", "8月班次经查实撤销备案")
    assert "Excel 综合!C4" in one["places"]
    assert again.revision == 1 and again.restates_id == first.pk
    frozen(later, again)
    first.refresh_from_db()
    assert queries.cells_of(first)["training.person_times|period"]["value"] == 3
    assert queries.latest_frozen("370299", "quarterly", THIRD).pk == again.pk
    with pytest.raises(operations.ReturnStands):
        operations.restate_return(first.pk, by=clerk(), at=later, reason="再改")


def test_restate_return_with_nothing_changed_is_refused(quarter, now):
    first = frozen(now)
    with pytest.raises(operations.NothingChanged):
        operations.restate_return(first.pk, by=clerk(), at=now, reason="看看")


def test_discard_return_makes_room_for_another(quarter, now):
    one = drafted(now)
    operations.discard_return(one.pk, by=clerk(), at=now, reason="重做")
    assert drafted(now).pk != one.pk


def _revoke(taught, now):
    """The class is struck out after the quarter closed."""
    from django.db import connection

    from kaogong.training.models import TrainingClass

    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        TrainingClass.objects.filter(pk=taught.pk).update(status="cancelled")
        cursor.execute("SET session_replication_role = origin")
    from kaogong.kernel.actor import system_actor
    from kaogong.trail.operations import record

    record("class.cancelled", taught, by=system_actor(), at=now, reason="撤销备案", subject_kind="class")


BASES = "新建培训基地 13 个（3+3+8）。"


def test_word_return_flags_a_total_that_is_not_its_parts_until_put_right_or_explained(quarter, now):
    one = explained(drafted(now), now)
    assert [found for found in one.checks if found["code"].startswith("words:")] == []
    one = operations.word_return(one.pk, f"本季培训3人次。\n{BASES}", by=clerk(), at=now)
    [found] = [found for found in one.checks if found["code"].startswith("words:")]
    assert (found["left"]["value"], found["right"]["value"]) == ("13", "14")
    with pytest.raises(operations.ChecksStand, match="文字第2段：合计13与各项之和14不一致"):
        operations.sign_return(one.pk, by=clerk(), at=now)
    operations.explain_checks(one.pk, {found["code"]: "有一个基地同时是省级和市级"}, by=clerk(), at=now)
    one = operations.word_return(one.pk, f"本季度培训3人次。\n{BASES}", by=clerk(), at=now)
    assert operations.sign_return(one.pk, by=clerk(), at=now).status == "signed"


def test_what_changed_since_it_was_seen_is_neither_signed_nor_written_over(quarter, now):
    one = operations.draft_return(kind="quarterly", starts_on=date(2026, 7, 1), by=clerk(), at=now)
    seen = one.content_digest
    changed = operations.word_return(one.pk, "本季培训3人次。", by=clerk(), at=now, seen=seen)
    assert changed.content_digest != seen
    for late in (
        lambda: operations.word_return(one.pk, "别的话。", by=clerk(), at=now, seen=seen),
        lambda: operations.explain_checks(one.pk, {}, by=clerk(), at=now, seen=seen),
        lambda: operations.sign_return(one.pk, by=clerk(), at=now, seen=seen),
    ):
        with pytest.raises(operations.ContentMoved, match="在您打开以后又改过"):
            late()
    said = {found["code"]: "没有数据" for found in changed.checks if found["outcome"] == "fails"}
    signed = operations.explain_checks(one.pk, said, by=clerk(), at=now, seen=changed.content_digest)
    operations.sign_return(one.pk, by=clerk(), at=now, seen=signed.content_digest)
    with pytest.raises(operations.ContentMoved):
        operations.freeze_return(one.pk, by=acting("reviewer", 202, "林复核"), at=now, seen=seen)


def test_word_return_put_right_says_nothing_more(quarter, now):
    one = explained(drafted(now), now)
    operations.word_return(one.pk, BASES, by=clerk(), at=now)
    one = operations.word_return(one.pk, BASES.replace("13", "14"), by=clerk(), at=now)
    assert not [found for found in one.checks if found["code"].startswith("words:")]
    assert operations.sign_return(one.pk, by=clerk(), at=now).status == "signed"
