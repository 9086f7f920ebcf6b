"""Numbers in sentences: linked to the cell they state, or flagged as typed by hand."""

import pytest

from kaogong.returns.queries import linked, numbers_in, typed_by_hand

CELLS = {
    "times": {"value": 12345, "unit": "人次"},
    "people": {"value": 9876, "unit": "人"},
    "money": {"value": 123_456_700, "unit": "元"},
    "share": {"value": 4567, "unit": "%"},
    "change": {"value": -1230, "unit": "%"},
    "unknown": {"value": None, "unit": "人次"},
}


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("培训12,345人次", "times"),
        ("培训12345人次", "times"),
        ("培训1.23万人次", "times"),
        ("培训1.2万人次", "times"),
        ("培训12,346人次", ""),
        ("培训12,345人", ""),
        ("涉及9,876人", "people"),
        ("支出123.46万元", "money"),
        ("支出1,234,567.00元", "money"),
        ("支出123.46元", ""),
        ("取证率45.67%", "share"),
        ("取证率45.7%", "share"),
        ("下降12.3%", "change"),
        ("新建基地8个", ""),
    ],
)
def test_linked_number_states_the_cell_as_it_is_written(text, cell):
    assert [link["cell"] for link in linked(text, CELLS)] == [cell]


@pytest.mark.parametrize(
    "text",
    [
        "2026年第三季度",
        "2026年9月30日",
        "鲁人社〔2020〕2号",
        "第291号建议",
        "1. 培训情况",
        "“十四五”期间",
        "2021—2023年",
    ],
)
def test_days_ordinals_and_papers_are_no_figures(text):
    assert numbers_in(text) == []


def test_linked_takes_the_cell_the_sentence_had_before():
    cells = {"a": {"value": 5, "unit": "人"}, "b": {"value": 5, "unit": "人"}}
    text = "男5人，女5人，共5人"
    assert [link["cell"] for link in linked(text, cells, ["b", "a"])] == ["b", "a", "a"]


def test_typed_by_hand_lists_what_no_cell_states():
    text = "培训12,345人次，其中新增30人次"
    assert typed_by_hand([{"text": text, "links": linked(text, CELLS)}]) == ["30"]
