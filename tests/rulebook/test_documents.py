"""The quoted words are the papers' own words, at the lines named."""

import pytest

from kaogong import rules
from kaogong.rules.loading import shipped_folder

BOOK = rules.load()
REPOSITORY = shipped_folder().parent
SOURCES = next(
    (
        folder
        for folder in (
            shipped_folder().parent.parent / "shared" / "sources",
            shipped_folder().parent / "sources",
        )
        if folder.is_dir()
    ),
    None,
)


def test_the_five_papers_are_there_with_their_clauses():
    assert len(BOOK.documents) == 5
    for document in BOOK.documents.values():
        assert document.clauses
        for clause in document.clauses.values():
            assert clause.text
            assert len(clause.lines) == len(clause.texts)
            assert list(clause.lines) == sorted(set(clause.lines))


def test_the_plan_has_its_twenty_clauses():
    plan = BOOK.documents["青西新管办发〔2020〕2号"]
    assert [clause for clause in plan.clauses if clause.isdigit()] == [str(n) for n in range(1, 21)]
    fifteen = BOOK.document("青西新管办发〔2020〕2号#15")
    assert fifteen.lines == (73,)
    assert "同一职业同一等级不可重复享受" in fifteen.text


@pytest.mark.skipif(SOURCES is None, reason="the papers are not beside this checkout")
@pytest.mark.parametrize("number", sorted(BOOK.documents))
def test_each_quoted_line_is_the_line_of_the_paper(number):
    document = BOOK.documents[number]
    lines = (SOURCES / document.source).read_bytes().decode("utf-8").split("\n")
    for clause in document.clauses.values():
        assert [lines[line - 1] for line in clause.lines] == list(clause.texts), clause.reference


def test_no_such_clause_is_refused_by_name():
    with pytest.raises(rules.errors.DocumentUnknown, match="#99"):
        BOOK.document("青西新管办发〔2020〕2号#99")
