"""The pages of how training is conducted: every topic of every region opens and says how certain it is."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils.html import escape

from kaogong.rules import load
from kaogong.rules.vocabulary import CONDUCT_UNITS, UNITS

pytestmark = pytest.mark.django_db
BOOK = load()
TODAY = date.today()  # the pages show the day they are asked on


def page(client, name: str, status: int = 200, *args, **query) -> str:
    answer = client.get(reverse(f"bureau:rulebook:{name}", args=args), query)
    assert answer.status_code == status
    return answer.content.decode()


@pytest.mark.parametrize("region", sorted(BOOK.regions))
def test_every_topic_of_a_region_opens_in_both_languages(logged_in, region):
    officer = logged_in("bureau_clerk")
    for language, side in (("zh-hans", 0), ("en", 1)):
        officer.cookies["kaogong_language"] = language
        listed = page(officer, "topics", region=region)
        for topic, labels in BOOK.conduct_topics(region).items():
            assert escape(labels[side]) in listed
            shown = page(officer, "topic", 200, topic, region=region)
            for value in BOOK.conduct(region, topic, TODAY).values.values():
                assert escape(value.label_en if side else value.label) in shown


def test_a_value_without_a_paper_says_so_and_a_technical_one_is_marked(logged_in):
    officer = logged_in("bureau_clerk")
    marks = {"待核实": False, "技术设定": False}
    for region in BOOK.regions:
        for topic in BOOK.conduct_topics(region):
            said = BOOK.conduct(region, topic, TODAY)
            shown = page(officer, "topic", 200, topic, region=region)
            sources = [*said.values.values(), *(t for t in said.tables.values() if t.rows)]
            if any(one.technical for one in sources):
                marks["技术设定"] = marks["技术设定"] or "技术设定" in shown
            if any(not one.verified and not one.illustrative and not one.technical for one in sources):
                assert "待核实" in shown
                marks["待核实"] = True
    assert all(marks.values()), marks


def test_a_topic_nobody_wrote_is_not_found(logged_in):
    page(logged_in("bureau_clerk"), "topic", 404, "no_such_topic")


def test_only_the_bureau_reads_it(logged_in):
    page(logged_in("provider_clerk", organisation_id=1), "topics", 403)


def _topics():
    """Every topic of every region as it stands today, with where it is."""
    for region in sorted(BOOK.regions):
        for topic in BOOK.conduct_topics(region):
            yield f"{region} {topic}", BOOK.conduct(region, topic, TODAY)


def test_every_unit_of_conduct_has_its_english():
    known = set(CONDUCT_UNITS) | set(UNITS)
    unknown = {
        (where, name, value.unit)
        for where, said in _topics()
        for name, value in said.values.items()
        if value.unit not in known
    }
    assert not unknown


def test_every_column_of_a_list_of_conduct_is_named_in_both_languages():
    unnamed = set()
    for where, said in _topics():
        for name, table in said.tables.items():
            shown = {column for row in table.rows for column in row}
            if any("label" in row for row in table.rows):
                shown -= {"label", "label_en", "code"}
            unnamed |= {(where, name, column) for column in shown - set(table.columns)}
    assert not unnamed


def test_a_list_shows_no_key_of_the_data(logged_in):
    officer = logged_in("bureau_clerk")
    shown = page(officer, "topic", 200, "sanctions", region="370299")
    assert "触发条件" in shown and "超期未整改的问题" in shown
    assert "此前已 整改函" in shown  # a step of the ladder, told by its own name
    for key in ("triggers", "overdue_findings", "contract_suspended"):
        assert key not in shown
    officer.cookies["kaogong_language"] = "en"
    assert "overdue findings" in page(officer, "topic", 200, "sanctions", region="370299")
    assert "minutes" in page(officer, "topic", 200, "presence", region="370299")
