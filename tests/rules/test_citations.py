"""Every place that names a clause is found, and nothing else."""

from datetime import date

from kaogong.rules import Rulebook, load
from kaogong.rules.citations import citations

PLAN = "青西新管办发〔2020〕2号"


def test_every_citation_is_of_a_clause_of_the_rulebook():
    book = load()
    assert len(book.citations) > 20
    for reference in book.citations:
        assert book.document(reference).text


def test_rules_parts_values_and_funds_are_found_under_their_clause():
    book = load()
    found = {
        (one.kind, one.part, one.use, one.value)
        for one in book.citations[f"{PLAN}#15"]
        if (one.region, one.scheme) == ("370211", "employment_training")
    }
    assert {
        ("scheme", "", "", ""),
        ("part", "training", "", ""),
        ("rule", "", "at_most_so_many_a_year", ""),
        ("value", "", "at_most_so_many_a_year", "limit"),
        ("value", "training", "", "rate"),
    } <= found
    assert ("fund", "", "", "") in {
        (one.kind, one.part, one.use, one.value) for one in book.citations[f"{PLAN}#16"]
    }


def test_an_illustrative_number_rests_on_no_clause():
    content = load().content
    assert not [
        one
        for cited in citations(content).values()
        for one in cited
        if (one.region, one.scheme, one.part, one.value)
        == ("370299", "employment_training", "training", "rate")
    ]


def test_labels_and_days_of_change_are_read_from_all_layers():
    book = load()
    assert book.scheme_labels["employment_training"] == ("就业技能培训", "Employment skills training")
    assert book.programme_labels["employment_training"] == "五类人员就业技能培训补贴"
    days = book.days_of_change("370299", "employment_training")
    assert date(2020, 1, 20) in days and days == sorted(days)
    assert Rulebook(book.content).citations == book.citations
