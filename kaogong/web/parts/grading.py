"""Grades of the yearly evaluation in the reader's language."""

from .values import in_english


def words_of(row: dict) -> str:
    """A line of the criteria or grades in the reader's language."""
    return row.get("label_en") if in_english() and row.get("label_en") else row["label"]


def grade_words(evaluation) -> str:
    """A provider's grade as the round's own grades name it; as stored where they name it no more."""
    named = (words_of(row) for row in evaluation.round.grades if row["code"] == evaluation.grade_code)
    return next(named, evaluation.grade_label)
