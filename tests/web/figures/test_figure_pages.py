"""The catalogue, a figure by a dimension, its rows and its files, as the bureau's posts see them."""

import csv
import io
from datetime import date, timedelta

import openpyxl
import pypdf
import pytest
from django.urls import reverse
from django.utils import timezone

from kaogong.indicators.register import indicators
from kaogong.statistics import operations as statistics_operations
from kaogong.statistics import queries as statistics
from kaogong.trail.models import Entry
from kaogong.web.parts import figures_period as periods
from tests.factories.statistics import make_snapshot
from tests.indicators.making import row
from tests.web.figures.conftest import CITY, EARLIER, LARGE, MEN, PERSON_TIMES, SMALL

pytestmark = pytest.mark.django_db
TIMES, PEOPLE = "training.person_times", "training.persons"


def text_of(response) -> str:
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def table(client, code=TIMES, **query):
    return client.get(reverse("bureau:figures:table", args=[code]), query)


def rows(client, code=TIMES, **query):
    return client.get(reverse("bureau:figures:rows", args=[code]), query)


def test_catalogue_lists_every_indicator_with_its_definition(known, browse):
    page = text_of(browse().get(reverse("bureau:indicators:list")))
    assert all(f"/bureau/indicators/{one.code}/" in page for one in indicators())
    assert "同一人参加两期计两人次" in page


def test_catalogue_is_searched_by_words_owner_source_and_paper(known, browse):
    client = browse()

    def found(**query) -> set[str]:
        response = client.get(reverse("bureau:indicators:list"), query)
        return {one["name"] for group in response.context["groups"] for one in group["indicators"]}

    every = found()
    assert 0 < len(found(q="农民工")) < len(every)
    assert found(q="农民工 取消") == set() or found(q="农民工 取消") < found(q="农民工")
    assert found(fact="payment") < every
    stated = found(fact="stated")
    assert "产业工人数" in stated
    assert not stated & found(fact="training")
    papers = dict(client.get(reverse("bureau:indicators:list")).context["filters"][2]["options"])
    assert papers
    for paper in papers:
        assert 0 < len(found(paper=paper)) < len(every)
    assert found(q="没有这样的指标") == set()


def test_an_indicators_page_shows_definition_figure_freshness_and_how_it_is_counted(known, browse):
    page = text_of(browse().get(reverse("bureau:indicators:detail", args=[TIMES])))
    assert "班级已批准且未取消" in page
    assert f"{known.total} 人次" in page
    assert page.count("SELECT") >= 2
    assert "DuckDB" in page
    assert "Spark SQL" in page
    assert f"test_indicator_of_these_rows[{TIMES}]" in page
    assert "tests/indicators/test_definitions.py" in page
    assert "数据截至" in page
    assert "时期数" in page
    stock = text_of(browse().get(reverse("bureau:indicators:detail", args=["talent.high"])))
    assert "时点数" in stock


def test_every_indicators_page_and_table_open_whatever_it_is_made_of(known, browse):
    client = browse()
    for one in indicators():
        text_of(client.get(reverse("bureau:indicators:detail", args=[one.code])))
        text_of(table(client, one.code))
        text_of(rows(client, one.code))


def test_a_figure_by_district_is_what_statistics_counts(known, browse):
    client = browse()
    response = table(client)
    counted = statistics.breakdown(
        TIMES, by=client.actor, region_code=CITY, period=periods.year(known.year).period, dimension="region"
    )
    shown = {row.code: row.words for row in response.context["rows"]}
    assert shown == {code: f"{figure.value:,}" for code, _label, figure in counted.rows}
    assert shown[LARGE] == str(PERSON_TIMES[LARGE])
    page = text_of(response)
    assert f"{known.total} 人次" in page
    assert "各行相加等于合计" in page
    assert "黄岛区 最多，40 人次，占 58.8%" in page
    assert page.count("<path") >= 10
    assert response.context["total"].before == str(EARLIER)
    assert f"+{(known.total - EARLIER) * 100 / EARLIER:.1f}%" in response.context["total"].change


def test_what_is_planned_for_later_is_not_counted_yet(known, browse):
    today = timezone.localdate()
    later = row("training", 77, today + timedelta(days=1), region=LARGE, year=today.year)
    now = row("training", 78, today, region=LARGE, year=today.year)
    make_snapshot(timezone.now(), training=[now, later])
    client = browse()
    assert table(client).context["total"].value == "1"
    assert len(rows(client).context["rows"]) == 1


def test_distinct_people_say_why_they_do_not_add_up(known, browse):
    page = text_of(table(browse(), PEOPLE, by="month"))
    assert "各行相加不等于合计" in page
    assert "同一人可能出现在不同分组中" in page


def test_a_row_of_the_table_opens_to_the_same_figure_of_that_row(known, browse):
    client = browse()
    for line in table(client).context["rows"]:
        inside = client.get(line.narrow_url)
        assert inside.context["total"].value == line.words
        assert inside.context["question"].region_code == line.code
    by_sex = table(client, region=LARGE, by="sex").context
    men = next(row for row in by_sex["rows"] if row.code == "1")
    assert men.words == str(MEN[LARGE])
    inside = client.get(men.narrow_url)
    assert inside.context["total"].value == men.words
    assert [one["value"] for one in inside.context["conditions"]] == ["男"]
    assert client.get(inside.context["conditions"][0]["without"]).context["total"].value == str(
        PERSON_TIMES[LARGE]
    )
    months = table(client, by="month", period=str(known.year)).context["rows"]
    january = months[0]
    assert january.before == str(EARLIER)
    assert client.get(january.narrow_url).context["question"].span.key == f"{known.year}-01"


def test_rows_behind_a_figure_are_the_figure_masked_and_the_look_is_kept(known, browse):
    client = browse()
    response = rows(client, region=SMALL)
    page = text_of(response)
    assert len(response.context["rows"]) == PERSON_TIMES[SMALL]
    assert f"由下列 {PERSON_TIMES[SMALL]} 条记录构成" in page
    for person in known.people:
        assert person.name not in page
        assert person.id_number not in page
        assert person.id_number_masked in page
        assert reverse("bureau:people:detail", args=[person.pk]) in page
    told = Entry.objects.filter(verb="figure.opened")
    assert [(one.subject_id, one.actor_account_id) for one in told] == [(TIMES, client.actor.account_id)]
    assert told[0].detail["rows"] == PERSON_TIMES[SMALL]


def test_rows_are_paged_and_every_one_is_shown_once(known, browse):
    client = browse()
    first, second = rows(client).context, rows(client, page=2).context
    assert len(first["rows"]) + len(second["rows"]) == known.total
    assert first["next"] == 2
    assert second["next"] is None
    assert second["previous"] == 1


def test_people_are_opened_one_row_each(known, browse):
    client = browse()
    whole = table(client, PEOPLE).context["total"].value
    assert rows(client, PEOPLE).context["story"].count(f"{whole} 条") == 1
    assert int(whole) < known.total


def test_a_share_opens_numerator_and_denominator(known, browse):
    client = browse()
    total = table(client, "training.pass_share").context["total"]
    for part, shown in (("numerator", total.numerator), ("denominator", total.denominator)):
        assert f"由下列 {shown} 条记录构成" in rows(client, "training.pass_share", part=part).context["story"]


def test_a_table_is_taken_as_sheet_and_text_and_read_again(known, browse):
    client = browse()
    book = openpyxl.load_workbook(io.BytesIO(table(client, export="xlsx").content))
    lines = [[cell.value for cell in line] for line in book.active.iter_rows()]
    read = {line[0]: line[2] for line in lines if str(line[0]).isdigit()}
    assert read == PERSON_TIMES
    assert [line[2] for line in lines if line[1] == "合计"] == [known.total]
    assert "口径" in lines[1][0]
    text = table(client, "money.paid", export="csv").content.decode("utf-8-sig")
    read = {line[0]: line[2] for line in csv.reader(io.StringIO(text))}
    assert float(read[LARGE]) == round(PERSON_TIMES[LARGE] * 1200.5, 2)
    assert Entry.objects.filter(verb="list.exported").count() == 2


def printed(response) -> str:
    assert response.status_code == 200
    pages = pypdf.PdfReader(io.BytesIO(response.content)).pages
    return "".join("".join(page.extract_text().split()) for page in pages)


def test_a_table_and_the_picture_are_printed_as_they_stand(known, browse):
    client = browse()
    paper = printed(table(client, export="pdf"))
    assert f"{known.total}人次" in paper
    assert "黄岛区最多，40人次，占58.8%" in paper
    assert "各行相加等于合计" in paper
    assert "口径：" in paper
    assert client.actor.name in paper
    share = table(client, "training.pass_share", by="sex").context["rows"]
    paper = printed(table(client, "training.pass_share", by="sex", export="pdf"))
    assert all(row.words in paper and row.denominator in paper for row in share)
    paper = printed(client.get(reverse("bureau:picture:home"), {"export": "pdf"}))
    assert f"补贴性职业技能培训人次{known.total}人次" in paper or f"{known.total}人次" in paper
    assert "黄岛区40" in paper
    assert "目标进度" in paper or "未办结的风险发现" in paper
    assert Entry.objects.filter(verb="list.exported").count() == 3


def test_figures_that_cannot_stand_together_are_said_on_the_table(known, browse):
    client = browse()
    assert table(client).context["contradictions"] == []
    assert table(client, PEOPLE, by="month").context["contradictions"] == []
    clerk = browse("bureau_clerk").actor
    for code, value in (("workforce.skilled", 200), ("workforce.employed", 160)):
        statistics_operations.state_figure(
            indicator_code=code, region_code=CITY, start_on=date(2025, 1, 1), end_on=date(2026, 1, 1),
            value=value, document="公报", by=clerk, at=timezone.now(),
        )  # fmt: skip
    page = text_of(table(client, "workforce.skilled_share_of_employed", period="2025"))
    assert "不可能同时成立" in page
    assert "的比例125%大于100%" in page


def test_rows_are_taken_masked_by_who_may_export(known, browse):
    client = browse()
    response = rows(client, region=SMALL, export="xlsx")
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    words = {str(cell.value) for line in book.active.iter_rows() for cell in line}
    for person in known.people:
        assert person.id_number_masked in words
        assert not any(person.name in word or person.id_number in word for word in words)
    assert Entry.objects.get(verb="list.exported").detail["rows"] == PERSON_TIMES[SMALL]


@pytest.mark.parametrize("role", ["inspector", "administrator"])
def test_posts_without_the_right_are_refused(known, browse, role):
    client = browse(role)
    for path in (
        reverse("bureau:indicators:list"),
        reverse("bureau:indicators:detail", args=[TIMES]),
        reverse("bureau:figures:table", args=[TIMES]),
        reverse("bureau:figures:rows", args=[TIMES]),
        reverse("bureau:picture:home"),
        reverse("bureau:picture:screen"),
    ):
        assert client.get(path).status_code == 403
    assert not Entry.objects.filter(verb="figure.opened").exists()


def test_another_region_is_not_there(known, browse):
    client = browse(region_code=LARGE)
    assert table(client).context["total"].value == str(PERSON_TIMES[LARGE])
    text_of(table(client, "workforce.employed"))
    text_of(client.get(reverse("bureau:indicators:detail", args=["workforce.employed"])))
    for region in (CITY, SMALL, "370000", "510700", "abc", "000000"):
        assert table(client, region=region).status_code == 404
        assert rows(client, region=region).status_code == 404
        assert client.get(reverse("bureau:picture:home"), {"region": region}).status_code == 404


@pytest.mark.parametrize(
    "query",
    [{"period": "2026-13"}, {"by": "person"}, {"by": "amount_fen"}, {"snapshot": "x"}, {"snapshot": "-1"}],
)
def test_a_question_nobody_can_ask_is_not_found(known, browse, query):
    assert table(browse(), **query).status_code == 404


def test_before_the_first_facts_the_pages_say_so(db, browse):
    client = browse()
    page = text_of(table(client))
    assert "还没有统计数据" in page
    text_of(rows(client))
    text_of(client.get(reverse("bureau:indicators:detail", args=[TIMES])))
    text_of(client.get(reverse("bureau:picture:home")))
    text_of(client.get(reverse("bureau:picture:screen")))


def test_a_snapshot_that_is_gone_is_told_in_words(known, browse):
    page = text_of(table(browse(), snapshot=999))
    assert "已经清理" in page


def test_a_page_of_figures_asks_the_database_little(known, browse, django_assert_max_num_queries):
    client = browse()
    table(client)
    for ask in (
        lambda: table(client),
        lambda: rows(client),
        lambda: client.get(reverse("bureau:indicators:list")),
    ):
        with django_assert_max_num_queries(14):
            assert ask().status_code == 200
