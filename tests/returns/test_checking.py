"""Relations between cells: which hold, which fail, and that each failure names two cells."""

from kaogong.returns.queries import checked, standing_in_the_way
from kaogong.returns.queries.checking import carried_over, rules
from kaogong.returns.queries.figures import Gathered
from kaogong.returns.queries.placeholders import Placeholder

NAMES = {"training.person_times": ("补贴性职业技能培训人次", "人次")}


def gathered(values: dict[str, int | None], rows: dict[str, int] | None = None) -> Gathered:
    """Cells by key, every other figure the rules ask for nothing."""
    found = Gathered()
    for rule in rules("quarterly"):
        for side in (rule.left, rule.right):
            if side is not None:
                put(found, side, values.get(side.key, 0))
    for key, value in values.items():
        if key not in found.cells:
            what, _mark, span = key.partition("|")
            put(found, Placeholder("", "figure", what, span or "period"), value)
    found.rows = {"region": [(code, code) for code in rows or {}]}
    for code, value in (rows or {}).items():
        asked = Placeholder("", "figure", "training.person_times", "year_to_date").within("region", code)
        put(found, asked, value)
    return found


def put(found: Gathered, asked: Placeholder, value: int | None) -> None:
    starts = "2026-01-01" if asked.span == "year_to_date" else "2026-07-01"
    found.cells[asked.key] = {
        "key": asked.key, "indicator": asked.what, "name": NAMES.get(asked.what, (asked.what, ""))[0],
        "unit": "人次", "span": asked.span, "where": dict(asked.where), "part": "value", "value": value,
        "places": [f"表!{len(found.cells)}"], "starts_on": starts, "ends_on": "2026-09-30",
    }  # fmt: skip


def of(findings: list[dict], code: str) -> dict:
    return next(one for one in findings if one["code"] == code)


def test_checked_at_most_names_both_cells_and_their_places():
    values = {"training.certified|year_to_date": 9, "training.person_times|year_to_date": 5}
    found = of(checked("quarterly", gathered(values), {}), "certified_within_trained")
    assert found["outcome"] == "fails"
    assert found["left"]["value"] == "9人次" and found["right"]["value"] == "5人次"
    assert found["left"]["places"] and found["right"]["places"]
    assert "大于" in found["words"]
    assert standing_in_the_way([found]) == [found]


def test_checked_rows_that_do_not_add_up_say_by_how_much():
    values = {"training.person_times|year_to_date": 13}
    whole = gathered(values, {"370202": 3, "370203": 3, "370211": 8})
    found = of(checked("quarterly", whole, {}), "regions_add_up")
    assert found["outcome"] == "fails"
    assert "3行之和 14人次，相差 -1人次" in found["words"]
    right = gathered(values, {"370202": 3, "370203": 3, "370211": 7})
    assert of(checked("quarterly", right, {}), "regions_add_up")["outcome"] == "holds"


def test_checked_year_continues_what_was_frozen():
    values = {"training.person_times|year_to_date": 90, "training.person_times|period": 30}
    earlier = gathered({"training.person_times|year_to_date": 70}).cells
    found = of(checked("quarterly", gathered(values), {"before": earlier}), "continues_person_times")
    assert found["outcome"] == "fails"
    assert "应为100人次" in found["words"] and "更正表" in found["words"]
    earlier = gathered({"training.person_times|year_to_date": 60}).cells
    assert (
        of(checked("quarterly", gathered(values), {"before": earlier}), "continues_person_times")["outcome"]
        == "holds"
    )
    assert of(checked("quarterly", gathered(values), {}), "continues_person_times")["outcome"] == "not_asked"


def test_checked_part_above_its_whole_is_found_without_a_rule():
    values = {"training.online|period": 8, "training.person_times|period": 5}
    found = of(checked("quarterly", gathered(values), {}), "within:training.online|period")
    assert (found["outcome"], found["verdict"]) == ("fails", "must")


def test_checked_unknown_figure_is_explained_before_signing():
    findings = checked("quarterly", gathered({"talent.skilled|period": None}), {})
    found = of(findings, "unknown")
    assert "没有数据" in found["words"]
    assert found in standing_in_the_way(findings)
    (kept,) = carried_over([found], [found | {"explanation": "未报送"}])
    assert standing_in_the_way([kept]) == []


def test_explanation_falls_when_the_finding_says_something_else():
    values = {"training.person_times|year_to_date": 13}
    first = of(checked("quarterly", gathered(values, {"370202": 3}), {}), "regions_add_up")
    later = of(checked("quarterly", gathered(values, {"370202": 4}), {}), "regions_add_up")
    (kept,) = carried_over([later], [first | {"explanation": "有3人没有填区县"}])
    assert kept["explanation"] == ""
