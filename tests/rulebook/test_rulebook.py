"""What the rulebook says on a day, where each value came from, and the digest."""

import csv
import shutil
from datetime import date

import pytest

from kaogong import rules
from kaogong.rules.loading import read, shipped_folder

ON = date(2026, 11, 9)


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(shipped_folder(), tmp_path / "rulebook")


def test_the_same_folder_is_loaded_once():
    assert rules.load() is rules.load(shipped_folder())


def test_an_inherited_value_shows_where_it_came_from():
    scheme = rules.load().at("370299", ON).scheme("employment_training")
    limit = scheme.values("at_most_so_many_a_year")["limit"]
    assert (limit.value, limit.region, limit.region_label) == (3, "370211", "青岛西海岸新区")
    rate = scheme.values()["training.rate"]
    assert (rate.region, rate.illustrative, rate.value["kinds"]["skill_level"]["5"]) == (
        "370299",
        True,
        120000,
    )
    assert (scheme.illustrative, scheme.publish_working_days, scheme.payee) == (True, 5, "provider")


def test_the_real_district_has_no_invented_number():
    for scheme in rules.load().schemes("370211", ON):
        assert not scheme.illustrative
        assert scheme.publish_working_days is None
        for name, value in scheme.values().items():
            assert value.value is None or value.by or (not value.verified and value.source), (
                scheme.code,
                name,
            )
    for code in ("employment_training", "insured_upgrade"):
        assert rules.load().at("370211", ON).scheme(code).values()["training.rate"].value is None


def test_schemes_begin_with_the_paper():
    book = rules.load()

    def in_force(region, on):
        return {scheme.code for scheme in book.schemes(region, on)}

    begun = in_force("370299", date(2020, 1, 20)) - in_force("370299", date(2020, 1, 19))
    assert {"employment_training", "insured_upgrade"} <= begun
    assert "settling_grant" in in_force("370200", date(2018, 3, 26)) - in_force("370200", date(2018, 3, 25))
    assert "apprenticeship" in in_force("510700", date(2017, 12, 31)) - in_force("510700", date(2018, 1, 1))
    with pytest.raises(rules.SchemeUnknown):
        book.at("370299", ON).scheme("no_such")
    with pytest.raises(rules.RegionUnknown, match="999999"):
        book.at("999999", ON)


def test_five_and_five_groups_with_their_clause():
    groups = rules.load().groups
    scheme = rules.load().at("370211", ON).scheme("employment_training")
    allowed = scheme.values("in_an_entitled_group")["allowed_groups"].value
    allowance = scheme.values("in_a_living_allowance_group")["allowance_groups"].value
    assert (len(allowed), len(allowance), set(allowed) & set(allowance)) == (5, 5, set())
    assert all(groups[code].clause == "青西新管办发〔2020〕2号#2" for code in (*allowed, *allowance))


def test_the_digest_ignores_comments_and_sees_every_number(folder):
    path = folder / "370299" / "employment_training.yaml"
    before = read(folder).digest
    assert before == rules.load().digest
    text = path.read_text(encoding="utf-8")
    path.write_text("# another comment\n" + text, encoding="utf-8")
    assert read(folder).digest == before
    path.write_text(text.replace("五级: 1500", "五级: 1501"), encoding="utf-8")
    assert read(folder).digest != before


def test_a_later_value_takes_over_on_its_day_and_a_child_can_leave_a_rule_out(folder):
    path = folder / "370299" / "employment_training.yaml"
    text = path.read_text(encoding="utf-8")
    added = (
        "rules:\n"
        "  provider_paid_first: {left_out: true}\n"
        "  at_most_so_many_a_year:\n"
        "    values:\n"
        "      limit:\n"
        "        2027-01-01: {value: 2, unit: 次/年, illustrative: true, note: 示例}\n"
    )
    path.write_text(text.replace("rules:\n", added, 1), encoding="utf-8")
    book = read(folder)

    def limit(on):
        scheme = book.at("370299", on).scheme("employment_training")
        assert "provider_paid_first" not in {use.rule.name for use in scheme.rules}
        resolved = scheme.values("at_most_so_many_a_year")["limit"]
        return resolved.value, resolved.region

    assert limit(date(2026, 12, 31)) == (3, "370211")
    assert limit(date(2027, 1, 1)) == (2, "370299")


def test_the_groups_are_those_of_the_reference_catalogue():
    path = shipped_folder().parent / "reference" / "groups.csv"
    with path.open(encoding="utf-8") as file:
        known = {row["code"] for row in csv.DictReader(file)}
    assert set(rules.load().groups) <= known
