"""The English switch: every sentence keeps its placeholders, says it in English, and says it one way."""

import importlib.util
import re
import shutil
from collections import defaultdict
from pathlib import Path

import pytest
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
CATALOGUES = sorted(ROOT.glob("kaogong/**/locale/en/LC_MESSAGES/django.po"))
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*\}")
QUOTED = re.compile(
    r"“[^”]*”|《[^》]*》"
)  # what the reader must type or find as it stands, and laws by title
FULL_WIDTH = "，；：、（）"
CHINESE_MARKS = re.compile("[，。；：！？、（）]")


def entries() -> list[tuple[str, str, str]]:
    """Where, the Chinese, the English, of every catalogue entry."""
    found = []
    for path in CATALOGUES:
        with path.open("rb") as handle:
            catalogue = read_po(handle, locale="en")
        place = str(path.relative_to(ROOT / "kaogong").parents[3])
        found += [(place, message.id, message.string) for message in catalogue if message.id]
    return found


ENTRIES = entries()


def has_chinese(text: str) -> bool:
    return any("\u3400" <= char <= "\u9fff" or ord(char) > 0x20000 for char in text)


def faults_of(chinese: str, english: str) -> list[str]:
    """What is wrong with one entry, in words."""
    if not english.strip():
        return ["no English"]
    found = []
    if set(PLACEHOLDER.findall(chinese)) != set(PLACEHOLDER.findall(english)):
        found.append("other placeholders")
    if has_chinese(QUOTED.sub("", english)):
        found.append("Chinese characters")
    if CHINESE_MARKS.search(QUOTED.sub("", english)):
        found.append("Chinese punctuation")
    # A full-width mark carries its own space; the English one beside a value needs a real one.
    if chinese[0].isspace() != english[0].isspace() and chinese[0] not in FULL_WIDTH:
        found.append("space at the beginning")
    if chinese[-1].isspace() != english[-1].isspace() and chinese[-1] not in FULL_WIDTH:
        found.append("space at the end")
    if "  " in english:
        found.append("two spaces")
    return found


def test_catalogues_are_found():
    assert len(CATALOGUES) > 15
    assert len(ENTRIES) > 1000


def test_every_entry_is_english_with_the_same_placeholders():
    wrong = [
        f"{place}: “{chinese}” → “{english}”: {fault}"
        for place, chinese, english in ENTRIES
        for fault in faults_of(chinese, english)
    ]
    assert wrong == []


def test_one_sentence_has_one_english_in_all_catalogues():
    """Django lays the catalogues over each other, so a second English would be lost or win by chance."""
    said: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for place, chinese, english in ENTRIES:
        said[chinese][english].append(place)
    assert {chinese: dict(ways) for chinese, ways in said.items() if len(ways) > 1} == {}


@pytest.mark.parametrize(
    ("chinese", "english", "fault"),
    [
        ("还有 {n} 人", "more people", "other placeholders"),
        ("共 %(n)s 人", "%(m)s people", "other placeholders"),
        ("公示", "公示 notice", "Chinese characters"),
        ("状态", "Status：", "Chinese punctuation"),
        ("状态", " Status", "space at the beginning"),
        ("状态", "Status ", "space at the end"),
        ("状态", "", "no English"),
    ],
)
def test_a_faulty_entry_is_noticed(chinese, english, fault):
    assert fault in faults_of(chinese, english)


def test_build_compiles_what_the_catalogues_say(tmp_path):
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    build = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(build)
    copies = []
    for path in CATALOGUES:
        copies.append(tmp_path / path.relative_to(ROOT))
        copies[-1].parent.mkdir(parents=True)
        shutil.copy(path, copies[-1])
    build.compile_translations(tmp_path)
    answers = {}
    for copy in copies:
        with copy.with_suffix(".mo").open("rb") as handle:
            answers |= {message.id: message.string for message in read_mo(handle) if message.id}
    assert answers == {chinese: english for _, chinese, english in ENTRIES}


@pytest.mark.parametrize(
    ("chinese", "english"),
    [
        ("公示", "Public notice"),
        ("班次", "Class"),
        ("花名册", "Roster"),
        ("申领", "Claim"),
        ("专账", "Earmarked fund"),
        ("拨付", "Payment"),
        ("经办", "Clerk"),
        ("开班备案", "Class filing"),
        ("认定", "Recognise"),
        ("示例标准", "Illustrative rate"),
        ("待核实", "To be verified"),
    ],
)
def test_words_of_the_policy_are_those_of_the_glossary(chinese, english):
    assert {said for _, text, said in ENTRIES if text == chinese} == {english}
