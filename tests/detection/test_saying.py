"""What a finding says: two languages, figures filled in, how it could be innocent and what to ask."""

import ast
import re
from pathlib import Path

import pytest

from kaogong.detection import DETECTORS, Finding, Settings, Severity, detect
from kaogong.detection.planting import plant
from tests.detection.making import settings

ROOT = Path(__file__).resolve().parents[2]
FIELD = re.compile(r"\{(\w+)\}")


def has_chinese(text):
    return any("\u4e00" <= char <= "\u9fff" for char in text)


@pytest.mark.parametrize("kind", DETECTORS)
def test_every_sentence_is_said_in_both_languages_with_the_same_figures(kind):
    one = DETECTORS[kind]
    for say in (one.title, one.says, one.innocent, one.ask):
        assert has_chinese(say.zh)
        assert say.en
        assert not has_chinese(say.en)
        assert set(FIELD.findall(say.zh)) == set(FIELD.findall(say.en))


@pytest.fixture(scope="module")
def findings():
    return detect(plant(2, people=1500).frames, settings()).findings


def test_every_finding_can_be_said_and_kept(findings):
    assert len({one.kind for one in findings}) > 20
    assert len({one.key for one in findings}) == len(findings)
    for one in findings:
        detector = DETECTORS[one.kind]
        for english in (False, True):
            said = detector.sentence(one, english)
            assert not FIELD.search(said)
            assert has_chinese(said) != english
        assert one.rows
        assert one.rows_in_all >= len(one.rows)
        assert set(one.plain_figures()) == set(one.figures)
        assert len(one.digest) == 64
    assert [one.severity.rank for one in findings] == sorted(
        (one.severity.rank for one in findings), reverse=True
    )


def test_a_finding_found_again_has_the_same_key_and_another_digest_when_it_says_more():
    one = Finding("ring", Severity.SERIOUS, people=(4, 9), figures={"people": 2})
    again = Finding("ring", Severity.SERIOUS, people=(4, 9), figures={"people": 2})
    more = Finding("ring", Severity.SEVERE, people=(4, 9, 11), figures={"people": 3})
    assert (one.key, one.digest) == (again.key, again.digest)
    assert more.key == one.key
    assert more.digest != one.digest


class Watched(Settings):
    def __init__(self, values):
        super().__init__(values)
        self.read = set()

    def __getattr__(self, name):
        if not name.startswith("_"):
            self.read.add(name)
        return super().__getattr__(name)


def test_detectors_declare_every_threshold_they_read_and_the_rulebook_has_no_other():
    known = settings()._values
    frames = plant(2, people=600).frames
    declared = set()
    for kind, one in DETECTORS.items():
        watched = Watched(known)
        detect(frames, watched, kinds=[kind])
        assert watched.read <= set(one.settings), kind
        declared |= set(one.settings)
    assert declared == set(known)


def test_detectors_know_nothing_of_the_generator():
    """What looks must not know how the fraud it is measured on was made."""
    for path in (ROOT / "kaogong/detection").glob("*.py"):
        if path.stem.startswith(("planting", "measuring")):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom):
                assert "planting" not in (node.module or "")
                assert "measuring" not in (node.module or "")


def test_the_guide_lists_every_detector_with_its_frames():
    text = (ROOT / "docs/howto/add_a_detector.md").read_text()
    rows = dict(re.findall(r"^\| `(\w+)` \| (.*?) \|$", text, flags=re.M))
    assert rows == {kind: one.row for kind, one in DETECTORS.items()}
