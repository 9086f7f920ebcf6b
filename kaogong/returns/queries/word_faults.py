"""What is wrong with a Word template that can be read: placeholders where they would be printed as they stand."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext
from docx.document import Document as Word
from docx.oxml.ns import qn
from docx.oxml.parser import parse_xml

from . import documents
from .placeholders import Placed, Problem

_NOTES = ("/word/footnotes.xml", "/word/endnotes.xml")


def faults_of(content: bytes, found: list[Placed]) -> list[Problem]:
    """Placeholders that would be printed as they stand, and repeated rows merged with those below."""
    document = documents.opened(content)
    repeated = {one.place.rpartition("第")[0] for one in found if one.placeholder.kind == "each"}
    unread = dict.fromkeys((place, words) for place, words in _unread(document))
    return [
        *(Problem(place, words, gettext("填不进去：在文本框、嵌套表格、内容控件、超链接、修订或脚注里；"
                                        "请改成正文、表格或页眉页脚里的普通文字")) for place, words in unread),
        *_merged_rows(document, repeated),
    ]  # fmt: skip


def texts_of(content: bytes) -> list[tuple[str, str]]:
    """(where, text) of every paragraph that is filled in."""
    return [
        (place, paragraph.text) for place, paragraph, _row in documents.paragraphs(documents.opened(content))
    ]


def _unread(document: Word) -> Iterator[tuple[str, str]]:
    """(where, text) of every paragraph with braces that drawing does not reach, or not all of."""
    filled = {paragraph._p: (place, paragraph) for place, paragraph, _row in documents.paragraphs(document)}
    for root in _stories(document):
        for element in root.iter(qn("w:p")):
            text = _own_text(element)
            if "{{" not in text:
                continue
            place, paragraph = filled.get(element, ("", None))
            if paragraph is None:
                yield gettext("正文之外"), text.strip()[:60]
            elif documents.run_text(paragraph).count("{{") != text.count("{{"):
                yield place, text.strip()[:60]


def _stories(document: Word) -> Iterator[Any]:
    yield document.element.body
    for _where, part in documents.margins(document):
        yield part._element
    for part in document.part.package.iter_parts():
        if str(part.partname) in _NOTES:
            yield parse_xml(part.blob)


def _own_text(paragraph: Any) -> str:
    """The words of a paragraph, those of paragraphs inside it (a text box) left out."""
    return "".join(
        one.text or "" for one in paragraph.iter(qn("w:t")) if next(one.iterancestors(qn("w:p"))) is paragraph
    )


def _merged_rows(document: Word, repeated: set[str]) -> Iterator[Problem]:
    """A cell merged with the row below cannot be repeated: the rows would run into one another."""
    for place, paragraph, row in documents.paragraphs(document):
        if row is None or place.rpartition("第")[0] not in repeated:
            continue
        cell = paragraph._p.getparent()
        merge = cell.tcPr.find(qn("w:vMerge")) if cell.tcPr is not None else None
        if merge is not None:
            words = paragraph.text.strip()[:60]
            yield Problem(place, words, gettext("这一格与上下的行合并了，展开后会丢数；请取消合并"))
