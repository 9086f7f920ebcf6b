"""The generated pages and the schema say what the registers say, and every example on them is read."""

import json
import re
import shutil
from dataclasses import fields

import pytest
import yaml

from kaogong.rules import RULES, Facts, loading
from kaogong.rules.amounts import AMOUNT_KINDS, LIMIT_KINDS
from kaogong.rules.measures import MEASURES
from kaogong.rules.reference_examples import CLAUSE
from kaogong.rules.reference_text import WRITTEN_AS, reference_pages, reference_text
from kaogong.rules.schema_text import schema_text
from kaogong.rules.tallies import TALLIES
from kaogong.rules.vocabulary import PAYEES, UNITS

from .writing import PAPER, part, scheme

PAGES = reference_pages()
SCHEMA = json.loads((loading.shipped_folder() / "schema.json").read_text(encoding="utf-8"))["$defs"]
FACTS = {field.name for field in fields(Facts)}


def test_the_index_has_every_rule_and_leads_to_its_page():
    text = reference_text()
    for rule in RULES.values():
        assert f"| {rule.id} | [`{rule.name}`](rules/{rule.name}.md) | {rule.passed.zh}" in text
    linked = set(re.findall(r"\]\((rules/[a-z_/]+\.md)\)", text))
    assert linked == set(PAGES)
    assert len(PAGES) == len(RULES) + len(AMOUNT_KINDS) + len(LIMIT_KINDS)
    assert "half up" in text


def test_a_page_says_what_the_rule_says():
    page = PAGES["rules/at_most_so_many_a_year.md"]
    rule = RULES["at_most_so_many_a_year"]
    for words in (
        *rule.passed,
        *rule.failed,
        *rule.remedy,
        "G2",
        "`limit`",
        "次/年",
        "例外批准",
        "used_this_year",
    ):
        assert words in page
    assert "From [rulebook/3702" in page
    assert "`hired_on`" in PAGES["rules/within_months_of_hiring.md"]


def test_every_figure_a_page_names_can_be_written_in_a_case():
    worked_out = {name for name in MEASURES if name not in FACTS} - set(TALLIES)
    worked_out -= {tally.shown for tally in TALLIES.values()}
    assert set(WRITTEN_AS) == worked_out
    assert {fact for names in WRITTEN_AS.values() for fact in names} <= FACTS


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The shipped rulebook with the paper that built examples cite."""
    root = shutil.copytree(loading.shipped_folder(), tmp_path_factory.mktemp("pages") / "rulebook")
    number, clause = CLAUSE.split("#")
    paper = PAPER | {"document": number, "clauses": [{"id": clause, "lines": [1], "text": ["示例。"]}]}
    (root / "documents" / "paper.yaml").write_text(
        yaml.safe_dump(paper, allow_unicode=True), encoding="utf-8"
    )
    return root


@pytest.mark.parametrize("name", PAGES)
def test_the_example_of_a_page_is_read_as_it_stands(folder, name):
    (text,) = re.findall(r"```yaml\n(.*?)```", PAGES[name], flags=re.S)
    code = "tried_here"
    said = scheme(code, clauses=[CLAUSE], rules={}, components=[part(by=CLAUSE)])
    said["fund_programme"] = said["fund_programme"] | {"by": CLAUSE}
    said["components"][0]["rate"] = {"2020-01-01": {"value": 1, "unit": "元/项", "by": CLAUSE}}
    example = yaml.safe_load(text)
    (key,) = example
    if key == "limits":
        said["components"][0]["limits"] = "HERE"
    else:
        said[key] = "HERE"
    dumped = yaml.safe_dump(said, allow_unicode=True, sort_keys=False)
    ((indent, before),) = re.findall(rf"^( *)((?:- )?){key}: HERE$", dumped, flags=re.M)
    assert not before
    block = "\n".join(indent + line for line in text.rstrip().split("\n"))
    path = folder / "370200" / f"{code}.yaml"
    path.write_text(dumped.replace(f"{indent}{key}: HERE", block), encoding="utf-8")
    try:
        found = loading.read(folder).content["regions"]["370200"]["schemes"][code]
    finally:
        path.unlink()
    kind = name.rsplit("/", 1)[1].removesuffix(".md")
    holder = found["components"][0] if key in ("limits", "components") else found
    assert holder["amount"] == kind if key == "components" else kind in holder[key]


def test_the_schemas_words_are_those_of_the_registers():
    component, entry = SCHEMA["component"]["properties"], SCHEMA["entry"]["properties"]
    assert entry["unit"]["enum"] == list(UNITS)
    assert component["payee"]["enum"] == SCHEMA["scheme"]["properties"]["payee"]["enum"] == list(PAYEES)
    assert component["amount"]["enum"] == list(AMOUNT_KINDS)
    assert component["limits"] == {"$ref": "#/$defs/limits"}
    for name, register in (("rules", RULES), ("limits", LIMIT_KINDS)):
        assert SCHEMA[name]["propertyNames"]["enum"] == list(register) == list(SCHEMA[name]["properties"])
        for kind in register.values():
            offered = SCHEMA[name]["properties"][kind.name].get("properties", {})
            assert set(offered.get("values", {}).get("properties", {})) == set(kind.values)
    assert set(SCHEMA["facts"]["propertyNames"]["enum"]) == FACTS


def test_the_schema_is_written_anew_and_nothing_else_in_it_changes():
    kept = (loading.shipped_folder() / "schema.json").read_text(encoding="utf-8")
    assert schema_text(kept) == kept
    torn = json.loads(kept)
    torn["$defs"]["entry"]["properties"]["unit"]["enum"] = ["元"]
    torn["$defs"]["rules"] = {}
    torn["$defs"]["scheme"]["properties"]["kept"] = {"type": "string"}
    again = json.loads(schema_text(json.dumps(torn)))
    assert again["$defs"]["scheme"]["properties"].pop("kept") == {"type": "string"}
    assert again == json.loads(kept)
