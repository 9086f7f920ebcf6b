"""Statistical data frozen, verified and corrected since; figures documents give, and their corrections: as pages."""

import hashlib
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from kaogong.statistics import queries as statistics
from kaogong.statistics.models import StatedFigure
from kaogong.trail.models import Entry
from tests.factories.statistics import make_snapshot
from tests.indicators.making import row
from tests.web.figures.conftest import CITY, LARGE

pytestmark = pytest.mark.django_db
SNAPSHOTS, STATED = "bureau:snapshots", "bureau:stated_figures"
EMPLOYED, SKILLED_SHARE = "workforce.employed", "workforce.skilled_share_of_employed"


def url(name: str, *args) -> str:
    return reverse(name, args=args)


def text_of(response, status: int = 200) -> str:
    assert response.status_code == status, response.status_code
    return response.content.decode()


def freeze(client, number: int, reason: str = "三季度季报"):
    return client.post(url(f"{SNAPSHOTS}:freeze", number), {"reason": reason})


def test_a_snapshot_is_frozen_by_right_with_a_reason_and_the_second_is_told_who_was_first(known, browse):
    clerk, reviewer, leader = browse("bureau_clerk"), browse("reviewer"), browse("leader")
    number = known.snapshot.number
    assert "冻结最新数据" in text_of(clerk.get(url(f"{SNAPSHOTS}:list")))
    assert "冻结最新数据" not in text_of(leader.get(url(f"{SNAPSHOTS}:list")))
    assert leader.get(url(f"{SNAPSHOTS}:freeze", number)).status_code == 403
    assert freeze(leader, number).status_code == 403
    for post in (clerk, reviewer):
        assert "永久保存" in text_of(post.get(url(f"{SNAPSHOTS}:freeze", number)))
    assert "理由" in text_of(freeze(clerk, number, ""), 422)
    assert freeze(clerk, number)["Location"] == url(f"{SNAPSHOTS}:detail", number)
    said = text_of(freeze(reviewer, number, "另一份报表"), 422)
    assert f"已由{clerk.actor.name}于" in said
    assert "另一份报表" in said
    page = text_of(leader.get(url(f"{SNAPSHOTS}:detail", number)))
    assert "三季度季报" in page
    assert clerk.actor.name in page
    assert known.snapshot.digest in page
    shown = leader.get(url(f"{SNAPSHOTS}:list"), {"status": "frozen", "frozen_because": "季报"})
    assert f"第 {number} 号" in text_of(shown)
    assert "没有符合条件" in text_of(leader.get(url(f"{SNAPSHOTS}:list"), {"frozen_by": "查无此人"}))
    assert freeze(clerk, 999).status_code == 404


def test_a_snapshots_files_are_held_against_their_digests(known, browse):
    client, at = browse(), url(f"{SNAPSHOTS}:detail", known.snapshot.number)
    assert "尚未核对摘要" in text_of(client.get(at))
    assert "摘要全部一致" in text_of(client.get(at, {"verify": 1}))
    path = statistics.folder_of(known.snapshot) / "training" / f"{known.year}.parquet"
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    page = text_of(client.get(at, {"verify": 1}))
    assert "有 1 个文件与保存时不符" in page
    assert page.count("内容与保存时的摘要不符") == 1


def test_what_was_corrected_since_a_frozen_snapshot_is_shown_row_by_row(db, browse):
    now = timezone.now()
    day = timezone.localdate() - timedelta(days=1)
    people = [row("training", n, day, region=LARGE, year=day.year, record=f"e{n}", sex="1") for n in range(4)]
    first = make_snapshot(now, training=people)
    clerk = browse("bureau_clerk")
    assert freeze(clerk, first.number).status_code == 302
    later = row("training", 9, day, region=LARGE, year=day.year, record="e9")
    tomorrow = row("training", 10, day + timedelta(days=2), region=LARGE, year=day.year, record="e10")
    make_snapshot(now, training=[people[1] | {"sex": "2"}, *people[2:], later, tomorrow])
    page = text_of(clerk.get(url(f"{SNAPSHOTS}:detail", first.number)))
    assert "此后更正了什么" in page
    assert "没有变化" in page
    response = clerk.get(
        url(f"{SNAPSHOTS}:differences", first.number, "training.person_times"), {"period": str(day.year)}
    )
    page = text_of(response)
    counts = {one["name"]: one["count"] for one in response.context["tables"]}
    assert counts == {"gone": 1, "come": 1, "changed": 1}
    assert "性别：男 → 女" in page
    assert "当时 4 人次，现在 4 人次" in page
    men = clerk.get(
        url(f"{SNAPSHOTS}:differences", first.number, "training.person_times"),
        {"period": str(day.year), "sex": "1"},
    )
    assert "当时 4 人次，现在 2 人次（-2）" in text_of(men)
    assert "没有更正过" in text_of(clerk.get(url(f"{SNAPSHOTS}:differences", first.number, "money.paid")))
    frozen = clerk.get(
        url("bureau:figures:table", "training.person_times"),
        {"snapshot": first.number, "sex": "1", "period": str(day.year)},
    )
    assert frozen.context["total"].value == "4"
    assert f"按第 {first.number} 号统计数据计算" in text_of(frozen)
    refused = text_of(clerk.get(url(f"{SNAPSHOTS}:differences", first.number, EMPLOYED)))
    assert "由文件公布" in refused
    for query in ({"region": "510000"}, {"part": "whole"}):
        at = url(f"{SNAPSHOTS}:differences", first.number, "training.person_times")
        assert clerk.get(at, query).status_code == 404


def state(client, **said):
    given = {
        "indicator_code": EMPLOYED, "region_code": CITY, "period": "2025", "value": "300,000",
        "document": "2025年统计公报", "clause": "第九部分",
    }  # fmt: skip
    return client.post(url(f"{STATED}:state"), given | said)


def test_a_figure_is_stated_with_its_document_and_corrected_openly(known, browse):
    clerk, leader = browse("bureau_clerk"), browse("leader")
    assert "还没有引用数据" in text_of(leader.get(url(f"{STATED}:list")))
    assert state(leader).status_code == 403
    for wrong, said in (
        ({"value": "三十万"}, "请填写数字"),
        ({"value": "1.5"}, "只能是整数"),
        ({"document": ""}, "来源文件"),
        ({"period": ""}, "请选择时间"),
        ({"period": "", "from_on": "2025-02-01", "to_on": "2025-01-01"}, "止日早于起日"),
        ({"region_code": "510700"}, "510700"),
    ):
        assert said in text_of(state(clerk, **wrong), 422)
    assert not StatedFigure.objects.exists()
    there = state(clerk)["Location"]
    one = StatedFigure.objects.get()
    assert (one.value, one.start_on, one.end_on) == (300_000, date(2025, 1, 1), date(2026, 1, 1))
    assert "已由" in text_of(state(clerk, value="1"), 422)
    page = text_of(leader.get(there))
    assert "300,000 人" in page
    assert "第九部分" in page
    assert "更正…" not in page
    restate = url(f"{STATED}:restate", one.pk)
    assert leader.get(restate).status_code == 403
    assert "更正原因" in text_of(clerk.post(restate, {"value": "310000", "document": "公报"}), 422)
    given = {"value": "310000", "document": "公报修订", "reason": "快报数已订正"}
    after = clerk.post(restate, given)["Location"]
    page = text_of(leader.get(after))
    assert "快报数已订正" in page
    assert "<del>300,000 人</del>" in page
    assert "已经更正" in text_of(leader.get(there))
    assert "已由" in text_of(clerk.post(restate, given), 422)
    listed = leader.get(url(f"{STATED}:list"), {"year": 2025, "document": "修订"})
    assert "310,000 人" in text_of(listed)
    assert "2025 年" in text_of(listed)
    assert "没有符合条件" in text_of(leader.get(url(f"{STATED}:list"), {"year": 2019}))
    period = {"period": "2025"}
    table = leader.get(url("bureau:figures:table", EMPLOYED), period)
    assert table.context["total"].words == "310,000 人"
    for page in (table, leader.get(url("bureau:indicators:detail", EMPLOYED), period)):
        assert "公报修订" in text_of(page)
        assert after in text_of(page)
        assert "?indicator=" not in text_of(page)
    to = table.context["question"]
    offered = clerk.get(url("bureau:figures:table", EMPLOYED), {"period": "2024"}).context["state_url"]
    form = clerk.get(offered).context["form"]
    assert (form["indicator_code"].value(), form["region_code"].value()) == (EMPLOYED, to.region_code)
    assert form["period"].value() == "2024"


def test_a_share_is_typed_as_people_write_it(known, browse):
    from kaogong.web.bureau.forms_statistics import read_value, typed

    assert [read_value(text, "%") for text in ("32.5", "32.5%", "32")] == [3250, 3250, 3200]
    assert [read_value(text, "元") for text in ("1,234.56", "0.01")] == [123456, 1]
    assert typed(3250, "%") == "32.5"
    state(browse("bureau_clerk"), period="", from_on="2021-01-01", to_on="2025-12-31")
    assert "2021—2025 年" in text_of(browse().get(url(f"{STATED}:list")))


def test_lists_of_what_is_kept_ask_the_database_little(known, browse, django_assert_max_num_queries):
    client = browse("bureau_clerk")
    state(client)
    for name in (f"{SNAPSHOTS}:list", f"{STATED}:list"):
        client.get(url(name))
        with django_assert_max_num_queries(14):
            client.get(url(name))


def test_the_paper_of_a_stated_figure_is_attached_opened_and_told_where_it_is_missing(known, browse):
    clerk, leader = browse("bureau_clerk"), browse("leader")
    assert "不是PDF" in text_of(state(clerk, paper=SimpleUploadedFile("公报.doc", b"\xd0\xcf\x11\xe0")), 422)
    assert not StatedFigure.objects.exists()
    bulletin = b"%PDF-1.7\n2025"
    there = state(clerk, paper=SimpleUploadedFile("公报.pdf", bulletin))["Location"]
    one = StatedFigure.objects.get()
    page, digest = text_of(leader.get(there)), hashlib.sha256(bulletin).hexdigest()
    assert digest in page
    assert "未附文件" not in page
    opened = leader.get(url(f"{STATED}:paper", one.pk))
    assert (opened.status_code, opened.content, opened["Content-Type"]) == (200, bulletin, "application/pdf")
    look = Entry.objects.get(verb="stated_figure.paper_looked")
    assert (look.actor_account_id, look.detail["paper"]) == (leader.actor.account_id, digest)
    asked = {"period": "2025"}
    table = text_of(leader.get(url("bureau:figures:table", EMPLOYED), asked))
    assert url(f"{STATED}:paper", one.pk) in table
    given = {"value": "310000", "document": "公报修订", "reason": "快报数已订正"}
    after = clerk.post(url(f"{STATED}:restate", one.pk), given)["Location"]
    page = text_of(leader.get(after))
    assert "未附文件" in page
    assert url(f"{STATED}:paper", one.pk) in page
    assert "未附文件" in text_of(leader.get(url("bureau:figures:table", EMPLOYED), asked))
    assert leader.get(url(f"{STATED}:paper", StatedFigure.objects.latest("pk").pk)).status_code == 404
