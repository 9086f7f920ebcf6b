"""The rows behind a figure on a page: values by their kind, people masked, each row tied to what it was read from."""

from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext

from kaogong.web.bureau.figure_question import Question
from kaogong.web.parts import figures
from kaogong.web.parts import figures_register as register
from kaogong.web.parts.templatetags.parts import hours, yuan

NUMBERS = ("money", "hours", "number")
_SHEET_KINDS = {"money": "money", "hours": "decimal", "number": "integer", "day": "date"}
PERSON, CLASS = "person_name", "class_number"
# Where the record behind a row is read.
_PAGES = {
    "certificate": "bureau:certificates:detail",
    "payment": "bureau:payments:detail",
    "recoupment_receipt": "bureau:recoveries:receipt",
    "follow_up": "bureau:follow_ups:detail",
    "class": "bureau:classes:detail",
    "department_record": "bureau:department_records:detail",
    "enquiry": "bureau:enquiries:detail",
}
SHOWN_BY_RECORD = {
    "certificate": "kind",
    "payment": "paid_on",
    "follow_up": "due_on",
    "class": CLASS,
    "enquiry": "number",
}


def columns(found) -> list[dict[str, Any]]:
    """The columns of the page and of the sheet."""
    return [
        {"name": name, "label": label, "is_number": kind in NUMBERS, "kind": _SHEET_KINDS.get(kind, "text")}
        for name, label, kind in found.columns
    ]


def cells(found) -> list[list[dict[str, Any]]]:
    """The rows as cells: ``words`` for the page, ``plain`` for the sheet, ``url`` where it opens."""
    return [[_cell(row, *column) for column in found.columns] for row in found.rows]


def _cell(row, name: str, label: str, kind: str) -> dict[str, Any]:
    value = row.values[name]
    return {
        "label": label,
        "words": _words(value, kind),
        "plain": _plain(value, kind),
        "is_number": kind in NUMBERS,
        "url": _url(row, name) if value not in (None, "") else "",
    }


def _words(value, kind: str) -> str:
    if value is None or value == "":
        return ""
    if kind == "flag":
        return gettext("是") if value else gettext("否")
    if kind == "money":
        return yuan(value)
    return hours(value) if kind == "hours" else f"{value:%Y-%m-%d}" if kind == "day" else str(value)


def _plain(value, kind: str):
    if kind == "hours" and value is not None:
        return value / 100
    return _words(value, kind) if kind == "flag" else value


def _url(row, name: str) -> str:
    if name == PERSON:
        return _reversed("bureau:people:detail", row.person_id)
    if name == CLASS:
        return _reversed("bureau:classes:detail", row.class_id)
    if name == SHOWN_BY_RECORD.get(row.kind):
        return _reversed(_PAGES[row.kind], row.pk)
    return ""


def _reversed(name: str, pk: int | None) -> str:
    try:
        return reverse(name, args=[pk]) if pk is not None else ""
    except NoReverseMatch:
        return ""


def parts_of(question: Question, part: str) -> list[dict[str, Any]]:
    """Numerator and denominator as two tabs; nothing for a plain figure."""
    if question.indicator.percent is None:
        return []
    names = (("numerator", gettext("分子")), ("denominator", gettext("分母")))
    return [
        {"label": label, "url": question.rows_url(name), "is_here": name == part} for name, label in names
    ]


def story(question: Question, figure, found, part: str) -> str:
    """How the rows make the figure, in a sentence."""
    unit = question.indicator.unit
    if question.indicator.percent is not None:
        return gettext("{name}：{value}，{part}由下列 {n} 条记录构成。").format(
            name=register.name_of(question.indicator),
            value=figures.told(figure.value, unit),
            part=gettext("分母") if part == "denominator" else gettext("分子"),
            n=f"{found.count:,}",
        )
    return gettext("{name}：{value}，由下列 {n} 条记录构成。").format(
        name=register.name_of(question.indicator),
        value=figures.told(figure.value, unit),
        n=f"{found.count:,}",
    )
