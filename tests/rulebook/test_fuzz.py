"""Shipped files torn in every way: each is refused with its place, or read whole and fit to judge by."""

import copy
from datetime import date

import pytest
import yaml
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from kaogong import rules
from kaogong.kernel.errors import Refused
from kaogong.rules import loading
from kaogong.rules.located import Located
from kaogong.rules.review import review
from kaogong.rules.vocabulary import UNITS

from .writing import BY, part, scheme, use, value, write

ON = date(2026, 11, 9)
ROOT = loading.shipped_folder()
_, FILES = loading.opened(ROOT)
NAMES = sorted(FILES)
SCHEMES = [name for name in NAMES if loading.kind_of(name) == "scheme"]
PERSON = {
    "age_on_event": 30,
    "sex": "female",
    "identity_verified": True,
    "receives_pension": False,
    "insured": True,
    "groups": ["registered_unemployed"],
    "certificate_kind": "skill_level",
    "certificate_occupation_code": "4-09-06-04",
    "certificate_level": 5,
    "certificate_issued_on": ON.isoformat(),
    "certificate_verified": True,
    "certificate_revoked": False,
    "hours_planned": "80",
    "hours_attended": "80",
    "days_attended": "10",
    "paid_first_by": "provider",
    "heads": 3,
    "months": 12,
    "annual_pay_fen": 50_000_000,
    "tier": "national",
    "upper_grant_fen": 1,
    "approved": True,
    "approved_fen": 1,
    "cost_fen": 1,
    "score": 61,
    "stage": "completion",
    "hours_online": "8",
    "occupation_in_shortage": True,
    "history": [],
}


def read(name: str, raw: bytes) -> rules.Rulebook | None:
    """The rulebook with this one file replaced; None where it was refused, each time with a place."""
    try:
        file = loading.in_shape(name, raw)
        if isinstance(file, list):
            raise rules.RulebookMalformed(file)
        return loading.together(FILES | {name: file})
    except rules.RulebookMalformed as refusal:
        lines = raw.count(b"\n") + 2
        for problem in refusal.problems:
            assert problem.file in NAMES
            assert 1 <= problem.line <= (lines if problem.file == name else 10_000)
            assert problem.expected
        assert refusal.message
        return None


def judge_by(book: rules.Rulebook, name: str) -> None:
    """Whatever is read can be reviewed, and every scheme it touches judges or refuses by name."""
    for remark in review(book, FILES, on=ON):
        assert remark.text
    region = name.split("/")[0] if loading.kind_of(name) in ("scheme", "region", "parameters") else "370299"
    for place in {region, "370299"}:
        if place not in book.content["regions"]:
            continue
        for here in book.schemes(place, ON):
            decision = rules.decide(here, PERSON, ON)
            assert decision.verdict in ("payable", "refused", "needs_evidence")
            assert decision.amount_fen >= 0
            assert rules.Decision.from_dict(decision.to_dict()) == decision


# Text torn

PIECES = [
    *("", "~", "-1", "[]", "{}", "x", "true", "2020-02-31", "1e9", "[[", "- ", "：", "0x1f", "1.234", "'"),
    *(
        "12345678901234567890",
        "\t",
        "&a",
        "*a",
        "!!python/object:os.system",
        "!x",
        "---",
        "...",
        "%",
        "@",
        "|",
    ),
    *("\x00", "\x85", "\ufeff", "？", "null", "-0", "060", "六十", "１２", "<<", "9" * 400, "{a: 1, a: 2}"),
]


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_a_file_with_one_word_changed(data):
    name = data.draw(st.sampled_from(NAMES))
    lines = (ROOT / name).read_text(encoding="utf-8").split("\n")
    at = data.draw(st.integers(0, len(lines) - 1))
    words = lines[at].split(" ")
    words[data.draw(st.integers(0, len(words) - 1))] = data.draw(st.sampled_from(PIECES))
    lines[at] = " ".join(words)
    book = read(name, "\n".join(lines).encode("utf-8", "surrogatepass"))
    if book:
        judge_by(book, name)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_file_with_lines_lost_repeated_or_moved(data):
    name = data.draw(st.sampled_from(NAMES))
    lines = (ROOT / name).read_text(encoding="utf-8").split("\n")
    begin = data.draw(st.integers(0, len(lines) - 1))
    block = lines[begin : begin + data.draw(st.integers(1, 6))]
    rest = lines[:begin] + lines[begin + len(block) :]
    at = data.draw(st.integers(0, len(rest)))
    times = data.draw(st.integers(0, 2))
    indent = " " * data.draw(st.integers(0, 4))
    torn = rest[:at] + [indent + line for line in block] * times + rest[at:]
    book = read(name, "\n".join(torn).encode())
    if book:
        judge_by(book, name)


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from(NAMES), st.sampled_from(["gbk", "gb18030", "utf-16", "utf-8-sig", "utf-32"]), st.data()
)
def test_a_file_in_another_encoding_or_cut_off(name, encoding, data):
    raw = (ROOT / name).read_text(encoding="utf-8").encode(encoding, "replace")
    cut = data.draw(st.one_of(st.just(len(raw)), st.integers(0, len(raw))))
    book = read(name, raw[:cut])
    if encoding == "utf-8-sig" and cut == len(raw):
        assert book and book.digest == rules.load().digest


# Content torn

WORDS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.sampled_from(
        [-1, 0, 10**9, 10**18, "-5", "1.999", "5,000", "nan", "inf", "", " ", "五级", "none", "0000-00-00"]
    ),
    st.sampled_from(
        ["2020-01-20", "9999-12-31", "2024-02-29", "2023-02-29", "20200120", BY, "370299", "370000"]
    ),
    st.sampled_from([*UNITS, *rules.RULES, "person", "training", "fixed", "by_tier", "staged"]),
    st.text(max_size=8),
    st.lists(st.sampled_from(["五级", "职业资格证书", 5, "x", None, "registered_unemployed"]), max_size=3),
    st.dictionaries(
        st.sampled_from(["五级", "国家级", "60", "kinds", "value", "结业", "5"]),
        st.integers(-5, 9),
        max_size=3,
    ),
)
KEYS = st.sampled_from(
    [
        *(
            "value",
            "unset",
            "unit",
            "until",
            "by",
            "quote",
            "verified",
            "illustrative",
            "source",
            "note",
            "rate",
        ),
        *(
            "left_out",
            "values",
            "limits",
            "rules",
            "components",
            "counts_as",
            "amount",
            "inherits",
            "in_force",
        ),
        *("2021-06-01", "2020-01-20", "0001-01-01", "not_older_than", "cap_per_year", "kinds", "五级", "x"),
    ]
)


def holders(content):
    """Every mapping and list inside, itself first."""
    found = [content]
    for held in found:
        inside = held.values() if isinstance(held, dict) else held
        found += [item for item in inside if isinstance(item, dict | list)]
    return found


def tear(data, content):
    held = data.draw(st.sampled_from([held for held in holders(content) if held]))
    keys = list(held) if isinstance(held, dict) else list(range(len(held)))
    key = data.draw(st.sampled_from(keys))
    match data.draw(st.sampled_from(["lose", "retype", "rename", "add", "move", "repeat"])):
        case "lose":
            del held[key]
        case "retype":
            held[key] = data.draw(WORDS)
        case "rename" if isinstance(held, dict):
            held[data.draw(KEYS)] = held.pop(key)
        case "add" if isinstance(held, dict):
            held[data.draw(KEYS)] = data.draw(WORDS)
        case "move":
            other = data.draw(st.sampled_from(holders(content)))
            held[key] = copy.deepcopy(other)
        case _ if isinstance(held, list):
            held.append(copy.deepcopy(held[key]))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_a_file_with_its_content_torn(data):
    name = data.draw(st.sampled_from([*NAMES, *SCHEMES]))
    content = copy.deepcopy(FILES[name].content)
    for _ in range(data.draw(st.integers(1, 3))):
        assume(holders(content)[0])
        tear(data, content)
    raw = yaml.dump(content, Dumper=Plain, allow_unicode=True, sort_keys=False).encode("utf-8", "replace")
    book = read(name, raw)
    if book:
        judge_by(book, name)


class Plain(yaml.SafeDumper):
    """Writes everything out: a shared piece is written twice, never as an alias."""

    def ignore_aliases(self, data):
        return True


UNIT_VALUES = {
    "money": [-1, "1.999", 10**10, True, None, {}, [], "一百", "1e3", "100\n", "１００"],
    "count": [-1, 1.5, "3", True, None, {}, [3], 10**12],
    "percent": [-1, 101, "80", True, None, [80]],
    "kinds": [[], ["驾驶证"], "职业资格证书", [None], {}, [["职业资格证书"]], 5],
    "groups": [[], ["nobody"], "registered_unemployed", [1]],
    "levels": [[], ["九级"], "五级", [True], [None], [6]],
    "occupations": [[], ["4-1-1-1"], "4-10-01-05", ["4-10-01-05\n"], [4]],
    "tiers": [[], ["村级"], "国家级", [1]],
    "stages": [[], ["路上"], "结业", [1]],
    "schemes": [[], ["no_such"], "plain", [1]],
    "rates": [
        *([], {}, 5, {"other": {}}, {"kinds": 5}, {"kinds": {"驾驶证": {}}}, {"kinds": {"职业资格证书": 5}}),
        {"kinds": {"职业资格证书": {"九级": 5}}},
        {"kinds": {"职业资格证书": {"五级": -5}}},
        {"kinds": {"职业资格证书": {"五级": 5, "5": 6}}},
        {"kinds": {"职业资格证书": {}, "qualification": {}}},
        {"occupations": []},
        {"occupations": {"4-10-01-05": 5}},
    ],
    "by_tier": [{}, [], 5, {"村级": 5}, {"国家级": -5}, {"国家级": 5, "national": 6}, {"国家级": {}}],
    "bands": [{}, [], 5, {"及格": 5}, {"-1": 5}, {"060": 5}, {"６０": 5}, {"60": -5}, {"60": []}],
    "by_stage": [{}, [], 5, {"路上": 5}, {"结业": 101}, {"结业": "60"}, {"结业": 60, "completion": 40}],
}


def test_every_shape_of_value_is_torn():
    assert set(UNIT_VALUES) == {unit.shape for unit in UNITS.values()}


def placed(unit: str, said: object) -> dict:
    """A scheme with the value in the first rule, amount or limit that takes the unit."""
    from kaogong.rules.amounts import AMOUNT_KINDS, LIMIT_KINDS

    for rule in rules.RULES.values():
        if unit in rule.values.values():
            return scheme(rules={rule.name: use(**{key: value(unit, said) for key in rule.values})})
    for kind in AMOUNT_KINDS.values():
        if kind.unit == unit:
            return scheme(components=[part(amount=kind.name, rate=value(unit, said))])
    for kind in LIMIT_KINDS.values():
        if unit in kind.values.values():
            return scheme(
                components=[part(limits={kind.name: use(**{key: value(unit, said) for key in kind.values})})]
            )
    return scheme(publish_working_days=value(unit, said))


@pytest.mark.parametrize(
    ("unit", "said"),
    [(unit.label, said) for unit in UNITS.values() for said in UNIT_VALUES[unit.shape]],
    ids=str,
)
def test_a_value_of_the_wrong_shape_is_refused_at_its_place(tmp_path, unit, said):
    root = write(tmp_path, placed(unit, said))
    with pytest.raises(rules.RulebookMalformed) as refusal:
        loading.read(root)
    lines = (root / "990000/plain.yaml").read_text(encoding="utf-8").split("\n")
    for problem in refusal.value.problems:
        assert problem.file == "990000/plain.yaml"
        begin = next(n for n, line in enumerate(lines, 1) if unit in line or "value" in line)
        assert begin - 3 <= problem.line <= len(lines), str(problem)


# Facts

FACTS = st.one_of(
    WORDS, st.dates(), st.floats(allow_nan=True), st.decimals(allow_nan=True), st.binary(max_size=3)
)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from([*rules.Facts.__dataclass_fields__, "shoe_size"]), FACTS)
def test_facts_of_any_type_are_taken_or_refused_by_name(name, said):
    here = rules.load().at("370299", ON).scheme("employment_training")
    try:
        decision = rules.decide(here, PERSON | {name: said}, ON)
    except Refused as refusal:
        assert isinstance(refusal, rules.FactsMalformed)
        assert str(refusal.facts["field"]).split(".")[0] in (name, "history", "facts")
        assert name in refusal.message or "history" in refusal.message
    else:
        assert decision.verdict in ("payable", "refused", "needs_evidence")


def test_what_is_located_is_never_taken_for_a_problem():
    assert all(isinstance(file, Located) for file in FILES.values())
