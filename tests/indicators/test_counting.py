"""Every measure against plain Python over the same rows, one by one and all at once."""

import tempfile
from datetime import date, timedelta
from pathlib import Path
from random import Random

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kaogong.indicators.cells import count_all
from kaogong.indicators.counting import (
    DimensionUnfit,
    NotCounted,
    PartUnknown,
    break_down,
    count_one,
    rows_of,
    sql_of,
)
from kaogong.indicators.register import IndicatorUnknown, indicator_of
from kaogong.indicators.snapshots import FactMissing
from kaogong.kernel.period import Period
from tests.indicators import oracle
from tests.indicators.making import DAY, YEAR, row, snapshot

DAYS = st.dates(date(2023, 1, 1), date(2024, 12, 31))
PEOPLE = st.one_of(st.none(), st.integers(1, 4))
PLACES = st.sampled_from(["370202", "370211", "371302", ""])
FLAG = st.booleans()
DAYS_OF_A_CLASS = st.one_of(st.none(), DAYS)


def kept(fact: str, **said):
    return st.fixed_dictionaries(
        {"person": PEOPLE, "region": PLACES, "sex": st.sampled_from(["", "1", "2"]), **said}
    ).map(lambda known: row(fact, **known))


FACTS = st.fixed_dictionaries(
    {
        "training": st.lists(
            kept(
                "training", on=DAYS_OF_A_CLASS, starts_on=DAYS_OF_A_CLASS, counted=st.sampled_from([True, True, False]),
                finished=FLAG, certified=FLAG, hours_attended=st.integers(0, 9000),
            ),
            max_size=14,
        ),
        "certificate": st.lists(
            kept(
                "certificate", on=DAYS, stands=st.sampled_from([True, True, False]),
                kind=st.sampled_from(["skill_level", "qualification", "training_completion"]),
                level=st.sampled_from(["5", "3", "2", "1", "0"]), high=FLAG,
                steps_from=st.sampled_from(["0", "5", "3"]),
            ),
            max_size=12,
        ),
        "payment": st.lists(
            kept(
                "payment", on=DAYS, amount_fen=st.integers(-500_00, 900_00), provider=st.sampled_from(["", "7", "8"])
            ),
            max_size=8,
        ),
        "class": st.lists(
            kept("class", on=DAYS_OF_A_CLASS, starts_on=DAYS_OF_A_CLASS, approved=FLAG, cancelled=FLAG), max_size=6
        ),
    }
)  # fmt: skip
CALM = settings(
    max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def of_place(facts: dict, column: str, key: str) -> dict:
    return {name: [one for one in rows if one[column] == key] for name, rows in facts.items()}


@CALM
@given(facts=FACTS, data=st.data())
def test_count_one_and_break_down_give_what_plain_python_gives(facts, data):
    start = data.draw(DAYS)
    period = Period(start, start + timedelta(days=data.draw(st.integers(1, 500))))
    with tempfile.TemporaryDirectory() as folder:
        where = snapshot(
            Path(folder), **{("class_" if name == "class" else name): rows for name, rows in facts.items()}
        )
        for code in oracle.FIGURES:
            found = count_one(code, where, period=period)
            assert (found.numerator, found.denominator, found.value) == oracle.figure(code, facts, period), (
                code
            )
            city = {
                name: [one for one in rows if one["region"][:4] == "3702"] for name, rows in facts.items()
            }
            found = count_one(code, where, period=period, region="370200")
            assert found.value == oracle.figure(code, city, period)[2], code
            for key, part in break_down(code, where, dimension="sex", period=period).rows:
                expected = oracle.figure(code, of_place(facts, "sex", key), period)
                assert (part.numerator, part.denominator, part.value) == expected, (code, key)


@CALM
@given(facts=FACTS)
def test_count_all_gives_what_plain_python_gives(facts):
    with tempfile.TemporaryDirectory() as folder:
        where = snapshot(
            Path(folder), **{("class_" if name == "class" else name): rows for name, rows in facts.items()}
        )
        found = count_all(where, codes=oracle.FIGURES, dimensions=("", "region"))
        for code in oracle.FIGURES:
            held = set()
            for one in found.filter(pl.col("indicator") == code).iter_rows(named=True):
                [period] = oracle.periods(one["grain"], one["start"], one["start"])
                rows = of_place(facts, "region", one["key"]) if one["dimension"] else facts
                got = (one["numerator"], one["denominator"], one["value"])
                assert got == oracle.figure(code, rows, period), (code, one)
                held.add((one["grain"], one["dimension"], one["start"]))
            for grain in ("month", "quarter", "year"):
                for period in oracle.periods(grain, date(2023, 1, 1), date(2023, 12, 31)):
                    above, below, _ = oracle.figure(code, facts, period)
                    if indicator_of(code).time != "stock" and (above or below):
                        assert (grain, "", period.start) in held, (code, period)


def test_count_all_of_people_who_come_often_in_several_years_and_places(tmp_path):
    draw = Random(11)

    def some(fact: str, **said) -> dict:
        on = date(2022 + draw.randrange(3), draw.randrange(1, 13), draw.randrange(1, 29))
        return row(
            fact, draw.choice((None, *range(40))), on=on, region=draw.choice(("370202", "370211")), **said
        )

    facts: dict[str, list[dict]] = {
        "training": [
            some(
                "training",
                counted=draw.random() < 0.9,
                certified=draw.random() < 0.5,
                hours_attended=draw.randrange(9000),
            )
            for _ in range(300)
        ],
        "certificate": [
            some(
                "certificate",
                level=draw.choice("5321"),
                high=draw.random() < 0.5,
                steps_from=draw.choice("035"),
            )
            for _ in range(200)
        ],
        "payment": [
            some("payment", amount_fen=draw.randrange(1, 999), provider=draw.choice("123")) for _ in range(80)
        ],
        "class": [some("class", starts_on=date(2022, 1, 1)) for _ in range(30)],
    }
    where = snapshot(
        tmp_path, **{("class_" if name == "class" else name): rows for name, rows in facts.items()}
    )
    found = count_all(where, codes=oracle.FIGURES, dimensions=("", "region"))
    assert set(found["indicator"]) == set(oracle.FIGURES)
    for one in found.iter_rows(named=True):
        [period] = oracle.periods(one["grain"], one["start"], one["start"])
        rows = of_place(facts, "region", one["key"]) if one["dimension"] else facts
        got = (one["numerator"], one["denominator"], one["value"])
        assert got == oracle.figure(one["indicator"], rows, period), one


@CALM
@given(facts=FACTS)
def test_rows_of_a_figure_are_as_many_as_it_says(facts):
    with tempfile.TemporaryDirectory() as folder:
        where = snapshot(
            Path(folder), **{("class_" if name == "class" else name): rows for name, rows in facts.items()}
        )
        for code in (
            "training.persons",
            "training.person_times",
            "talent.high",
            "talent.senior",
            "class.running",
        ):
            opened = rows_of(code, where, period=YEAR, size=1000)
            number = oracle.figure(code, facts, YEAR)[0]
            if code != "class.running":  # a class may be said to end before it begins
                assert opened.count == opened.rows.height == number, code


def test_rows_of_people_show_each_once_with_the_newest_row(tmp_path):
    old, new = row("training", 1), row("training", 1, on=date(2024, 9, 9), region="370211")
    folder = snapshot(tmp_path, training=[old, new, row("training", 2)])
    opened = rows_of("training.persons", folder, period=YEAR)
    assert (opened.count, opened.one_a) == (2, "person")
    assert opened.rows["record"].to_list()[-1] == new["record"]
    assert (
        rows_of("training.persons", folder, region="370202", period=YEAR).rows["record"][0] == old["record"]
    )


def test_rows_of_share_opens_either_part_page_by_page(tmp_path):
    rows = [row("training", number, certified=number > 3) for number in range(1, 6)]
    folder = snapshot(tmp_path, training=rows)
    assert rows_of("training.certified_share", folder, period=YEAR).count == 2
    below = rows_of("training.certified_share", folder, period=YEAR, part="denominator", page=2, size=3)
    assert (below.count, below.rows.height) == (5, 2)
    past = rows_of("training.certified_share", folder, period=YEAR, part="denominator", page=9, size=3)
    assert (past.count, past.rows.height) == (5, 0)
    with pytest.raises(PartUnknown):
        rows_of("training.certified_share", folder, period=YEAR, part="other")


def test_ratio_of_a_stated_figure_shows_both_sides_or_says_what_lacks(tmp_path):
    folder = snapshot(
        tmp_path, certificate=[row("certificate", 1), row("certificate", 2, level="3", high=True)]
    )
    told = {"workforce.industrial": 8}

    def stated(code, region, period):
        assert (region, period) == ("370200", YEAR)
        return told.get(code)

    known = count_one(
        "talent.skilled_share_of_industrial", folder, region="370200", period=YEAR, stated=stated
    )
    assert (known.value, known.numerator, known.denominator) == (25_00, 2, 8)
    other = count_one(
        "talent.high_share_of_skilled_workers", folder, region="370200", period=YEAR, stated=stated
    )
    assert (other.value, other.numerator, other.denominator) == (None, 1, None)
    assert other.note.format(**other.note_facts) == "没有查到公布的数：技能劳动者数。"
    assert count_one("workforce.industrial", folder, region="370200", period=YEAR, stated=stated).value == 8


def test_the_two_shares_of_high_skill_have_two_denominators(tmp_path):
    """002:49 counts 技能人才, 001:27 counts 技能劳动者: 32 % of one is not 32 % of the other."""
    papers = [
        row("certificate", number, level="3" if number <= 32 else "5", high=number <= 32)
        for number in range(1, 101)
    ]
    folder = snapshot(tmp_path, certificate=papers)
    of_talent = count_one("talent.high_share_of_skilled", folder, period=YEAR)
    of_workers = count_one("talent.high_share_of_skilled_workers", folder, period=YEAR, stated=lambda *_: 128)
    assert (of_talent.value, of_workers.value) == (32_00, 25_00)


def test_share_of_honours_rests_on_two_stated_figures(tmp_path):
    told = {"talent.honour_quota_skilled": 12, "talent.honour_quota": 80}
    found = count_one("talent.honour_share", tmp_path, period=YEAR, stated=lambda code, *_: told[code])
    assert (found.value, found.numerator, found.denominator) == (15_00, 12, 80)


def test_ratio_by_region_asks_the_stated_figure_of_each(tmp_path):
    folder = snapshot(tmp_path, certificate=[row("certificate", 1), row("certificate", 2, region="370211")])
    told = {"370202": 4, "370211": 2, None: 6}
    broken = break_down("talent.skilled_share_of_industrial", folder, dimension="region", period=YEAR,
                        stated=lambda _, region, __: told[region])  # fmt: skip
    assert {key: part.value for key, part in broken.rows} == {"370202": 25_00, "370211": 50_00}
    assert not broken.adds_up


def test_break_down_by_quarter_cuts_the_ends_to_the_period(tmp_path):
    folder = snapshot(
        tmp_path, training=[row("training", on=date(2024, month, 10)) for month in (1, 2, 5, 12)]
    )
    broken = break_down("training.person_times", folder, dimension="quarter",
                        period=Period(date(2024, 2, 1), date(2024, 12, 1)))  # fmt: skip
    assert [(key, part.value) for key, part in broken.rows] == [
        ("2024Q1", 1),
        ("2024Q2", 1),
        ("2024Q3", 0),
        ("2024Q4", 0),
    ]
    assert (broken.total.value, broken.adds_up) == (2, True)


def test_people_of_two_districts_are_one_in_the_total_and_the_table_says_why(tmp_path):
    folder = snapshot(tmp_path, training=[row("training", 1), row("training", 1, region="370211")])
    broken = break_down("training.persons", folder, dimension="region", period=YEAR)
    assert [part.value for _, part in broken.rows] == [1, 1]
    assert (broken.total.value, broken.adds_up) == (1, False)
    assert "合计只算一次" in broken.why


def test_a_class_cancelled_after_the_quarter_is_gone_from_a_new_snapshot_and_stays_in_the_old(tmp_path):
    quarter = Period(date(2024, 4, 1), date(2024, 7, 1))
    before = snapshot(tmp_path / "before", training=[row("training", 1), row("training", 2)])
    after = snapshot(tmp_path / "after", training=[row("training", 1), row("training", 2, counted=False)])
    assert [count_one("training.person_times", one, period=quarter).value for one in (before, after)] == [
        2,
        1,
    ]


def test_refusals_name_what_is_wrong(tmp_path):
    folder = snapshot(tmp_path, training=[row("training")])
    with pytest.raises(IndicatorUnknown, match=r"no\.such"):
        count_one("no.such", folder, period=YEAR)
    with pytest.raises(DimensionUnfit):
        break_down("training.persons", folder, dimension="colour", period=YEAR)
    with pytest.raises(DimensionUnfit):
        count_one("training.persons", folder, period=YEAR, where={"record": "r1"})
    with pytest.raises(FactMissing, match="证书"):
        count_one("talent.high", folder, period=YEAR)
    with pytest.raises(NotCounted):
        rows_of("workforce.employed", folder, period=YEAR)


def test_sql_of_names_the_region_as_a_range_and_days_as_dates():
    text = sql_of("training.persons", region="370200", period=YEAR)
    assert "'3702:'" in text
    assert "COUNT(DISTINCT" in text
    assert sql_of("money.per_person_time").count("SELECT") >= 2
    assert sql_of("workforce.employed") == ""


def test_where_narrows_by_a_dimension(tmp_path):
    rows = [row("training", 1, sex="1"), row("training", 2, sex="2"), row("training", 3, sex="2")]
    folder = snapshot(tmp_path, training=rows)
    assert count_one("training.persons", folder, period=YEAR, where={"sex": "2"}).value == 2
    assert rows_of("training.persons", folder, period=YEAR, where={"sex": "2"}).count == 2


def test_rows_without_a_day_are_in_no_period(tmp_path):
    folder = snapshot(tmp_path, training=[row("training", on=None), row("training", on=DAY)])
    assert count_one("training.person_times", folder, period=Period(date(1900, 1, 1))).value == 1
    assert isinstance(pl.read_parquet(folder / "training" / "0000.parquet"), pl.DataFrame)
