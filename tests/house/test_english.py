"""The English switch: every sentence keeps its placeholders, says it in English, and the pages show it."""

import importlib.util
import re
import shutil
from collections import defaultdict
from html.parser import HTMLParser
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


def key_of(message) -> str:
    """The Chinese, behind its context if it has one: what a timeline tells has an English of its own."""
    context = message.context.decode() if isinstance(message.context, bytes) else message.context
    return f"{context}：{message.id}" if context else message.id


def entries() -> list[tuple[str, str, str]]:
    """Where, the Chinese, the English, of every catalogue entry."""
    found = []
    for path in CATALOGUES:
        with path.open("rb") as handle:
            catalogue = read_po(handle, locale="en")
        place = str(path.relative_to(ROOT / "kaogong").parents[3])
        found += [(place, key_of(message), message.string) for message in catalogue if message.id]
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
            answers |= {key_of(message): message.string for message in read_mo(handle) if message.id}
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


class Furniture(HTMLParser):
    """The words of a page that are the product's own: navigation, headings of columns, labels, buttons."""

    OURS = ("nav", "label", "button", "legend")  # an h2 may be a name
    VOID = ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr")

    def __init__(self):
        super().__init__()
        self.open: list[tuple[str, bool, bool]] = []
        self.words: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, name, attrs):
        told = dict(attrs)
        in_nav = any(tag == "nav" for tag, *_ in self.open)
        if name == "a" and in_nav and (told.get("href") or "").startswith("/"):
            self.links.append(told["href"])
        # A name in the head of a row is data; the other language is named in its own.
        ours = name in self.OURS or (name == "th" and told.get("scope") == "col")
        if name not in self.VOID:
            self.open.append((name, ours, told.get("lang", "en") != "en"))

    def handle_endtag(self, name):
        while self.open and self.open.pop()[0] != name:
            pass

    def handle_data(self, text):
        in_other = any(other for *_, other in self.open)
        if text.strip() and not in_other and any(ours for _, ours, _ in self.open):
            self.words.append(" ".join(text.split()))


@pytest.mark.django_db
def test_furniture_of_every_page_on_the_rail_is_english(client, settings):
    from django.utils import timezone

    from kaogong.access.models import Account
    from kaogong.demo.accounts import LOGINS
    from kaogong.demo.seed import seed_city

    seed_city(people=100, seed=7, on=timezone.localdate())
    client.cookies["kaogong_language"] = "en"
    names = re.compile("|".join(sorted({account.name for account in Account.objects.all()}, key=len)[::-1]))
    seen, wrong = set(), []
    for login in {login.role: login for login in LOGINS}.values():
        client.force_login(
            Account.objects.get(username=login.username), backend=settings.AUTHENTICATION_BACKENDS[-1]
        )
        ways, walked = ["/"], set()
        while ways:
            way = ways.pop()
            if way in walked:
                continue
            walked.add(way)
            response = client.get(way, follow=True)
            assert response.status_code == 200, way
            page = Furniture()
            page.feed(response.content.decode())
            ways += page.links
            seen.update(page.words)
            wrong += [
                f"{login.username} {way}: {words}"
                for words in page.words
                if has_chinese(names.sub("", words))
            ]
        assert len(walked) > 3, login.username
    assert wrong == []
    assert {"Log out", "Status", "Filter"} <= seen
