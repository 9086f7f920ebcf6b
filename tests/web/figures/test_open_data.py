"""Open data: what is told adds up, says what it means, and shows nobody of a small number."""

import csv
import io
import json
from dataclasses import replace
from datetime import date
from itertools import product

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kaogong.indicators.suppression import K
from kaogong.web.portal import open_tables
from tests.factories.statistics import make_snapshot
from tests.indicators.making import row

pytestmark = pytest.mark.django_db
LAST = timezone.localdate().year - 1
REGION = "370299"
# programme → person-times in each quarter of last year
TOLD = {
    "large": (40, 30, 20, 25),
    "other": (22, 18, 15, 30),
    "third": (12, 14, 0, 11),
    "few": (0, 4, 0, 0),
    "creeping": (12, 3, 15, 12),  # no small sum, but three came in one quarter
}


def rows_of(told: dict[str, tuple[int, ...]], **said) -> list[dict]:
    return [
        row(
            "training", number + quarter * 1000 + place * 10_000, date(LAST, quarter * 3 + 1, 15),
            region=REGION, programme=programme, year=LAST, sex="1" if number % 2 else "2", **said,
        )
        for place, (programme, counts) in enumerate(told.items())
        for quarter, count in enumerate(counts)
        for number in range(count)
    ]  # fmt: skip


@pytest.fixture
def told(db) -> dict[str, tuple[int, ...]]:
    """Last year's person-times of one district, by programme."""
    training = rows_of(TOLD)
    payments = [
        row(
            "payment",
            one["person"],
            one["ends_on"],
            region=REGION,
            programme=one["programme"],
            amount_fen=100_000,
        )
        for one in training
    ]
    make_snapshot(timezone.now(), training=training, payment=payments)
    return TOLD


def opened(name: str, slug: str, **query):
    response = Client().get(reverse(f"portal:data:{name}", args=[slug]), {"year": str(LAST)} | query)
    assert response.status_code == 200
    return response


def cells(slug: str) -> dict[str, dict]:
    return {one["code"]: one for one in json.loads(opened("json", slug).content)["rows"]}


def test_every_dataset_is_listed_and_opens_in_three_shapes(told):
    page = Client().get(reverse("portal:data:list")).content.decode()
    for slug in open_tables.DATASETS:
        assert reverse("portal:data:detail", args=[slug]) in page
        for name in ("detail", "csv", "json"):
            opened(name, slug)


def test_a_small_number_is_hidden_with_another_so_that_the_total_does_not_give_it_away(told):
    found = cells("training-by-programme")
    assert found["few"] == {"code": "few", "label": "few", "value": None, "hidden": True}
    hidden = {code for code, one in found.items() if one["hidden"]}
    assert hidden >= {"few", "creeping"}
    shown = {code: one["value"] for code, one in found.items() if not one["hidden"]}
    assert shown == {code: sum(told[code]) for code in shown}
    assert shown["large"] == 115


def test_what_is_hidden_cannot_be_worked_out_from_what_is_shown(told):
    body = json.loads(opened("json", "training-by-programme").content)
    total = body["total"]["value"]
    known = sum(one["value"] for one in body["rows"] if not one["hidden"])
    left, hidden = total - known, [one["code"] for one in body["rows"] if one["hidden"]]
    assert len(hidden) >= 2
    could_be = {code: set() for code in hidden}
    for guess in product(range(1, left), repeat=len(hidden) - 1):
        last = left - sum(guess)
        if last >= 1:
            for code, value in zip(hidden, (*guess, last), strict=True):
                could_be[code].add(value)
    assert all(max(values) >= K for values in could_be.values())


def test_what_one_quarter_added_is_not_told_when_it_is_small(told):
    span = open_tables.span_of(LAST, date(LAST + 1, 2, 1))
    now = {
        one.code: one for one in open_tables.table(open_tables.DATASETS["training-by-programme"], span).rows
    }
    half = open_tables.span_of(LAST, date(LAST, 8, 1))
    then = {
        one.code: one for one in open_tables.table(open_tables.DATASETS["training-by-programme"], half).rows
    }
    first = open_tables.span_of(LAST, date(LAST, 5, 1))
    before = {
        one.code: one for one in open_tables.table(open_tables.DATASETS["training-by-programme"], first).rows
    }
    assert half.period.last == date(LAST, 6, 30)
    assert first.period.last == date(LAST, 3, 31)
    for earlier, later in ((before, then), (then, now)):
        for code in earlier.keys() & later.keys():
            if earlier[code].value is not None and later[code].value is not None:
                added = later[code].value - earlier[code].value
                assert added == 0 or added >= K, code


def test_what_an_earlier_reading_hid_is_not_given_away_by_a_later_one(db):
    # By June only the second quarter can stand beside the first; by September the third would do as well.
    make_snapshot(timezone.now(), training=rows_of({"only": (5, 40, 20, 30)}))
    hidden = []
    for month in (5, 8, 11):
        span = open_tables.span_of(LAST, date(LAST, month, 1))
        found = open_tables.table(open_tables.DATASETS["training-by-quarter"], span)
        hidden.append({one.code for one in found.rows if one.hidden})
    hidden.append({code for code, one in cells("training-by-quarter").items() if one["hidden"]})
    first, second = f"{LAST}Q1", f"{LAST}Q2"
    assert hidden == [{first}, {first, second}, {first, second}, {first, second}]


def test_money_is_hidden_where_few_payments_stand_behind_it(told):
    found = cells("money-by-programme")
    assert found["few"]["hidden"]
    assert found["large"]["value"] == 115_000


def test_a_table_of_too_few_is_withheld_whole(db):
    make_snapshot(timezone.now(), training=rows_of({"few": (4, 0, 0, 0), "lone": (2, 0, 0, 0)}))
    body = json.loads(opened("json", "training-by-programme").content)
    assert all(one["hidden"] and one["value"] is None for one in body["rows"])
    assert body["total"] == {"code": "", "label": "合计", "value": None, "hidden": True}
    for name in ("detail", "csv"):
        text = opened(name, "training-by-programme").content.decode()
        assert "隐去" in text
        assert ">4<" not in text
        assert ">6<" not in text


def test_text_and_page_tell_what_json_tells(told):
    body = json.loads(opened("json", "training-by-programme").content)
    lines = list(csv.reader(io.StringIO(opened("csv", "training-by-programme").content.decode("utf-8-sig"))))
    read = {line[0]: line[2] for line in lines[1:] if len(line) == 3 and line[0]}
    assert read == {one["code"]: "隐去" if one["hidden"] else str(one["value"]) for one in body["rows"]}
    page = opened("detail", "training-by-programme").content.decode()
    assert body["definition"] in page
    assert body["licence"] in page
    assert "数据截至" in page
    assert body["period"] == {"start": f"{LAST}-01-01", "last": f"{LAST}-12-31"}
    assert body["as_of"]


def test_only_what_is_over_is_told():
    assert open_tables.span_of(2026, date(2026, 3, 31)) is None
    assert open_tables.span_of(2026, date(2026, 11, 22)).period.last == date(2026, 9, 30)
    assert open_tables.span_of(2025, date(2026, 1, 1)).key == "2025"


@pytest.mark.parametrize("query", [{"year": "1990"}, {"year": "x"}, {"year": str(LAST + 1)}])
def test_a_year_that_is_not_told_is_not_found(told, query, monkeypatch):
    if query["year"] == str(LAST + 1) and timezone.localdate().month > 3:
        query = {"year": str(LAST + 2)}
    for name in ("detail", "csv", "json"):
        assert Client().get(reverse(f"portal:data:{name}", args=["people-by-sex"]), query).status_code == 404
    assert Client().get(reverse("portal:data:json", args=["no-such-set"])).status_code == 404


def test_open_data_before_the_first_facts(db):
    page = opened("detail", "people-by-sex").content.decode()
    assert "没有可以公布的数" in page
    assert json.loads(opened("json", "people-by-sex").content)["rows"] == []


def test_open_data_asks_the_database_little(told, django_assert_max_num_queries):
    opened("json", "training-by-programme")
    with django_assert_max_num_queries(14):
        opened("detail", "training-by-programme")


def test_a_published_table_that_cannot_be_says_so_without_telling_what_is_hidden(told, monkeypatch):
    broken = open_tables.statistics.breakdown

    def lacking(code, **asked):
        found = broken(code, **asked)
        kept = [one for one in found.rows if one[0] != "large"]
        return replace(found, rows=kept)

    assert json.loads(opened("json", "training-by-programme").content)["contradictions"] == []
    monkeypatch.setattr(open_tables.statistics, "breakdown", lacking)
    body = json.loads(opened("json", "training-by-programme").content)
    assert any(one["hidden"] for one in body["rows"])
    assert body["contradictions"] == ["这张表里有互相矛盾的数，正在核对。"]
    assert "互相矛盾" in opened("detail", "training-by-programme").content.decode()
    assert "互相矛盾" in opened("csv", "training-by-programme").content.decode()
