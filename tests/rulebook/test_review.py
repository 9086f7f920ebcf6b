"""The review of a rulebook: what it finds, where, and that it cries no wolf."""

from datetime import date

import pytest
import yaml

from kaogong.rules import loading
from kaogong.rules.review import review

from .writing import BY, PASS, part, scheme, use, value, write

ON = date(2026, 11, 9)


def reviewed(root, *schemes, on=ON, **files):
    book, located = loading.opened(write(root, *schemes, **files))
    return review(book, located, on=on)


def only(remarks, kind):
    (found,) = [remark for remark in remarks if remark.kind == kind]
    return found


def line_of(root, name, words, after=""):
    """The number of the line with these words, the first after the line with ``after``."""
    lines = (root / name).read_text(encoding="utf-8").split("\n")
    begin = next(n for n, line in enumerate(lines) if after in line)
    return next(n for n, line in enumerate(lines, 1) if n > begin and words in line)


def kinds(remarks):
    return {remark.kind for remark in remarks}


def test_the_shipped_rulebook_has_no_errors_and_names_every_unset_value_once():
    book, files = loading.opened(loading.shipped_folder())
    remarks = review(book, files, on=ON)
    assert [remark for remark in remarks if remark.severity == "error"] == []
    unset = [remark for remark in remarks if remark.kind == "unset"]
    said = sum(
        file.content is not None and text.count("unset: true")
        for name, file in files.items()
        for text in [(loading.shipped_folder() / name).read_text(encoding="utf-8")]
        if not name.startswith("documents/")
    )
    assert len(unset) == said > 0
    for remark in remarks:
        text = (loading.shipped_folder() / remark.file).read_text(encoding="utf-8").split("\n")
        assert 1 <= remark.line <= len(text)
        if remark.kind == "unset":
            assert "unset: true" in "".join(text[remark.line - 1 : remark.line + 4])


def test_a_plain_scheme_has_nothing_to_remark(tmp_path):
    assert reviewed(tmp_path, scheme()) == []


def test_without_files_a_remark_names_the_file_and_no_line(tmp_path):
    book = loading.read(write(tmp_path, scheme(components=[part(rate=value("元/项", 0))])))
    (remark,) = review(book, on=ON)
    assert (remark.file, remark.line, remark.place) == ("990000/plain.yaml", 0, "990000/plain.yaml")


# Dates


def dated(*entries):
    return {
        since: {"value": 100, "unit": "元/项", "by": BY} | ({"until": until} if until else {})
        for since, until in entries
    }


@pytest.mark.parametrize(
    ("entries", "kind", "words", "at"),
    [
        ([("2020-01-01", "2021-01-01"), ("2022-01-01", "")], "gap", "在 2021-01-01 到 2022-01-01 之间", 0),
        ([("2020-01-01", "2021-01-01")], "gap", "到 2021-01-01 止，此后没有数值", 0),
        ([("2020-06-01", "")], "begins_later", "从 2020-06-01 才有，项目从 2020-01-01 施行", 0),
        (
            [("2020-01-01", ""), ("2021-01-01", "2022-01-01")],
            "returns",
            "2021-01-01 起的一段到 2022-01-01 止，此后 2020-01-01 起的旧值再次生效",
            1,
        ),
    ],
)
def test_dates_of_a_series(tmp_path, entries, kind, words, at):
    series = dated(*entries)
    remark = only(reviewed(tmp_path, scheme(components=[part(rate=series)])), kind)
    assert words in remark.text
    begins = line_of(tmp_path, "990000/plain.yaml", entries[at][0], after="rate:")
    assert begins <= remark.line <= begins + 4


@pytest.mark.parametrize(
    "entries",
    [
        [("2020-01-01", "2021-01-01"), ("2021-01-01", "")],
        [("2020-01-01", ""), ("2021-01-01", "")],
        [("2019-01-01", "2021-01-01"), ("2021-01-01", "2022-01-01"), ("2022-01-01", "")],
    ],
)
def test_seamless_dates_are_left_alone(tmp_path, entries):
    assert reviewed(tmp_path, scheme(components=[part(rate=dated(*entries))])) == []


def test_a_gap_after_the_schemes_end_is_none(tmp_path):
    series = dated(("2020-01-01", "2021-01-01"))
    ended = scheme(in_force={"from": "2020-01-01", "until": "2021-01-01"}, components=[part(rate=series)])
    assert reviewed(tmp_path, ended) == []


def test_a_gap_that_a_childs_value_fills_is_the_parents_alone(tmp_path):
    series = dated(("2020-01-01", "2021-01-01"))
    child = {"region": "990100", "scheme": "plain"}
    child["components"] = [{"code": "main", "rate": dated(("2021-01-01", ""))}]
    regions = {"990000": {}, "990100": {"inherits": "990000"}}
    parents = scheme(components=[part(rate=series)])
    remarks = reviewed(tmp_path, parents, child, regions=regions)
    assert [(remark.kind, remark.file) for remark in remarks if remark.kind == "gap"] == [
        ("gap", "990000/plain.yaml")
    ]


# Conditions nobody can meet


AGE = {"of_working_age": use(min_age=value("岁", 40)), "not_older_than": use(max_age=value("岁", 39))}


def by_sex(least):
    return use(min_age=value("岁", least), male_until=value("岁", 60), female_until=value("岁", 50))


@pytest.mark.parametrize(
    ("rules", "named"),
    [
        (AGE, ("of_working_age：min_age = 40", "not_older_than：max_age = 39")),
        ({"of_working_age_by_sex": by_sex(60)}, ("of_working_age_by_sex",)),
        (
            {"of_working_age_by_sex": by_sex(16), "of_working_age": use(min_age=value("岁", 60))},
            ("of_working_age_by_sex", "min_age = 60"),
        ),
        ({"of_working_age": use(min_age=value("岁", 200))}, ("min_age = 200",)),
        ({"at_most_so_many_in_all": use(limit=value("次", 0))}, ("limit = 0", "对任何事实都不成立")),
        ({"within_months_of_hiring": use(months=value("个月", 0))}, ("months = 0",)),
        (
            {"provider_paid_first": use(), "employer_paid_first": use()},
            ("provider_paid_first", "employer_paid_first"),
        ),
        ({"works_full_time": use(), "works_part_time": use()}, ("works_full_time", "works_part_time")),
        (
            {
                "certificate_of_an_accepted_kind": use(
                    accepted_kinds=value("证书种类", ["专项职业能力证书"])
                ),
                "certificate_of_an_accepted_level": use(levels=value("等级", ["五级", "四级"])),
            },
            ("专项职业能力证书", "五级（初级工）"),
        ),
    ],
)
def test_conditions_nobody_can_meet_are_named_with_their_numbers(tmp_path, rules, named):
    remark = only(reviewed(tmp_path, scheme(rules=PASS | rules)), "never_applies")
    assert remark.severity == "error"
    assert all(words in remark.text for words in named)
    assert "real_name_verified" not in remark.text
    assert remark.line in {line_of(tmp_path, "990000/plain.yaml", f"  {name}:") for name in rules}


def test_conditions_of_a_part_against_those_of_the_whole(tmp_path):
    mine = part("extra", rules={"works_part_time": use()})
    whole = scheme(rules=PASS | {"works_full_time": use()}, components=[part(), mine])
    remark = only(reviewed(tmp_path, whole), "never_applies")
    assert "的“补贴”谁也得不到" in remark.text
    assert remark.line == line_of(tmp_path, "990000/plain.yaml", "works_part_time:")


def test_two_parts_that_exclude_each_other_are_quite_right(tmp_path):
    parts = [part("a", rules={"works_part_time": use()}), part("b", rules={"works_full_time": use()})]
    assert reviewed(tmp_path, scheme(components=parts)) == []


def test_only_the_stretch_of_time_with_the_clash_is_named(tmp_path):
    limits = value("岁", 50) | value("岁", 30, since="2023-01-01")
    rules = PASS | {"of_working_age": use(min_age=value("岁", 40)), "not_older_than": use(max_age=limits)}
    assert "从 2023-01-01 起" in only(reviewed(tmp_path, scheme(rules=rules)), "never_applies").text


# Money


TABLE = {"kinds": {"职业技能等级证书": {"五级": 1200, "四级": 1600}, "专项职业能力证书": {"不分等级": 600}}}


def training(kinds, rate, **rules):
    accepted = {"certificate_of_an_accepted_kind": use(accepted_kinds=value("证书种类", kinds))}
    paid = part(amount="rate_table", rate=value("元/人", rate))
    return scheme(rules=PASS | accepted | rules, components=[paid])


def test_levels_of_an_accepted_kind_without_a_rate(tmp_path):
    said = training(["职业技能等级证书", "专项职业能力证书", "培训合格证书"], TABLE)
    remark = only(reviewed(tmp_path, said), "no_rate")
    assert (
        "职业技能等级证书 三级（高级工）、二级（技师）、一级（高级技师）；培训合格证书 不分等级"
        in remark.text
    )
    assert "专项" not in remark.text
    assert remark.line == line_of(tmp_path, "990000/plain.yaml", "2020-01-01", after="rate:")


def test_levels_that_are_not_accepted_need_no_rate(tmp_path):
    levels = use(levels=value("等级", ["五级", "四级"]))
    said = training(["职业技能等级证书"], TABLE, certificate_of_an_accepted_level=levels)
    assert reviewed(tmp_path, said) == []


def test_an_occupations_own_table_is_enough_for_it(tmp_path):
    own = {"occupations": {"4-10-01-05": {"培训合格证书": {"不分等级": 400}}}}
    listed = use(occupations=value("职业代码", ["4-10-01-05"]))
    assert reviewed(tmp_path, training(["培训合格证书"], own, occupation_on_the_list=listed)) == []
    assert "never_pays" in kinds(reviewed(tmp_path, training(["培训合格证书"], own)))


def test_no_accepted_kind_has_a_rate(tmp_path):
    remark = only(reviewed(tmp_path, training(["培训合格证书", "职业资格证书"], TABLE)), "never_pays")
    assert "永远付不出" in remark.text
    assert remark.severity == "error"


@pytest.mark.parametrize(
    ("rule", "amount", "unit", "rate", "missing"),
    [
        (
            {"of_an_accepted_tier": use(tiers=value("级别", ["国家级", "省级"]))},
            "by_tier",
            "元/级别",
            {"国家级": 100},
            "省级",
        ),
        ({"scored_at_least": use(min_score=value("分", 60))}, "by_score", "元/分段", {"80": 100}, "60 分"),
    ],
)
def test_a_tier_or_a_score_without_a_rate(tmp_path, rule, amount, unit, rate, missing):
    said = scheme(rules=PASS | rule, components=[part(amount=amount, rate=value(unit, rate))])
    assert f"没有写：{missing}" in only(reviewed(tmp_path, said), "no_rate").text


def test_sums_that_are_always_nought(tmp_path):
    capped = part(limits={"cap_per_claim": use(cap=value("元", 0))})
    remark = only(reviewed(tmp_path, scheme(components=[capped])), "pays_zero")
    assert remark.line == line_of(tmp_path, "990000/plain.yaml", "cap_per_claim")


def test_a_scheme_whose_rates_come_after_its_end_never_pays(tmp_path):
    late = part(rate=value("元/项", 100, since="2022-01-01"))
    over = scheme(in_force={"from": "2020-01-01", "until": "2021-01-01"}, components=[late])
    assert only(reviewed(tmp_path, over), "never_pays").severity == "error"


def test_a_scheme_for_anybody(tmp_path):
    assert "谁都可以领" in only(reviewed(tmp_path, scheme(rules={})), "no_conditions").text


# Two schemes for one thing


def pair(rules_a=None, rules_b=None, **changes_b):
    return scheme("aaa", rules=PASS | (rules_a or {})), scheme(
        "bbb", rules=PASS | (rules_b or {}), **changes_b
    )


def excluding(code):
    return {"none_of_the_excluding_schemes": use(schemes=value("补贴项目", [code]))}


def group(code):
    return {"in_an_entitled_group": use(allowed_groups=value("人员类别", [code]))}


ONCE = {"never_twice_at_one_level": use()}


def test_two_schemes_for_one_thing_are_named_both(tmp_path):
    remark = only(reviewed(tmp_path, *pair()), "same_thing")
    assert "“aaa”（aaa）和“bbb”（bbb）" in remark.text
    assert remark.severity == "warning"


@pytest.mark.parametrize(
    "schemes",
    [
        pair(excluding("bbb"), excluding("aaa")),
        pair(ONCE, ONCE),
        pair({"at_most_so_many_in_all": use(limit=value("次", 1))}, ONCE),
        pair(group("farmer"), group("veteran")),
        pair({"works_full_time": use()}, {"works_part_time": use()}),
        pair(counts_as="grant"),
        pair(components=[part(payee="employer")]),
        pair(
            in_force={"from": "2019-01-01", "until": "2020-01-01"},
            components=[part(rate=dated(("2019-01-01", "")))],
        ),
    ],
    ids=["both exclude", "never twice", "once in all", "groups", "conditions", "kind", "payee", "time"],
)
def test_schemes_that_cannot_meet_are_left_alone(tmp_path, schemes):
    assert "same_thing" not in kinds(reviewed(tmp_path, *schemes))


def test_an_exclusion_one_way_only_is_told_as_such(tmp_path):
    remark = only(reviewed(tmp_path, *pair(excluding("bbb"))), "same_thing")
    assert "先领“bbb”的不能再领“aaa”，先领“aaa”的却还能领“bbb”" in remark.text


def test_a_pair_is_told_once_where_it_comes_from(tmp_path):
    regions = {"990000": {}, "990100": {"inherits": "990000"}}
    own = {"region": "990100", "scheme": "bbb", "label": "bbb"}
    remarks = reviewed(tmp_path, *pair(), own, regions=regions)
    assert only(remarks, "same_thing").file == "990000/bbb.yaml"


# Papers and cautions


@pytest.mark.parametrize("field", ["valid_until", "repealed_on"])
def test_a_paper_past_its_validity_still_in_use(tmp_path, field):
    ended = {"paper": {field: "2024-12-31"}}
    remarks = [r for r in reviewed(tmp_path, scheme(), **ended) if r.kind == "expired"]
    assert {"项目“plain”", "规则“实名核验”", "补贴“补贴”", "数值 rate"} == {
        r.text.split("的依据")[0] for r in remarks
    }
    assert all("已于 2024-12-31 失效，2026-11-09 仍在使用" in r.text and r.line for r in remarks)
    assert reviewed(tmp_path, scheme(), on=date(2024, 12, 31), **ended) == []
    over = scheme(in_force={"from": "2020-01-01", "until": "2024-12-31"})
    assert reviewed(tmp_path, over, **ended) == []


def test_unset_unverified_and_invented_numbers_are_told_apart(tmp_path):
    parts = [
        part("a", rate={"2020-01-01": {"unset": True, "unit": "元/项", "note": "文件未给"}}),
        part("b", rate=value("元/项", 1, verified=False, source="某公开资料")),
        part("c", rate=value("元/项", 1, illustrative=True, note="示例")),
    ]
    remarks = reviewed(tmp_path, scheme(components=parts))
    assert [(r.kind, r.severity) for r in remarks] == [
        ("invented", "error"),
        ("unset", "note"),
        ("unverified", "note"),
    ]
    assert "文件未给" in only(remarks, "unset").text
    fictional = reviewed(tmp_path, scheme(components=parts), regions={"990000": {"fictional": True}})
    assert "illustrative" in kinds(fictional)
    assert "invented" not in kinds(fictional)


def test_figures_that_are_no_subsidy_are_looked_over_too(tmp_path):
    share = {"id": "C10", "label": "比例", "label_en": "share", "bound": "at_least", "by": BY}
    values = {
        "2020-01-01": {"value": 50, "unit": "%", "by": BY, "until": "2021-01-01"},
        "2022-01-01": {"unset": True, "unit": "%", "by": BY},
    }
    root = write(tmp_path, paper={"repealed_on": "2023-01-01"})
    path = root / "990000/parameters.yaml"
    path.write_text(yaml.safe_dump({"parameters": {"share": share | {"values": values}}}, allow_unicode=True))
    book, files = loading.opened(root)
    remarks = review(book, files, on=ON)
    assert [(r.kind, r.file) for r in remarks] == [
        (kind, "990000/parameters.yaml") for kind in ("expired", "gap", "unset")
    ]
    assert "“比例”在 2021-01-01 到 2022-01-01 之间没有数值" in only(remarks, "gap").text
    assert only(remarks, "gap").line == line_of(root, "990000/parameters.yaml", "2020-01-01")
