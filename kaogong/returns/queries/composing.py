"""What a return or an answer is drawn from: its facts in words, its cells, its paragraphs."""

from datetime import datetime
from typing import Any

from django.utils import timezone, translation

from kaogong.catalog import queries as catalog
from kaogong.kernel.period import Period
from kaogong.papers.letters import LetterPaper, letter_pdf

from ..models import PeriodReturn, Proposal
from .drawing import Content, Drawn, draw, sources
from .figures import period_name
from .finding import cells_of, period_of_return
from .linking import typed_by_hand
from .restated import restated_lines
from .templates import TemplateFile, template_drawn_from

OFFICE = "人力资源和社会保障局"


def office_of(region_code: str) -> str:
    """The bureau of a region, as it signs."""
    return f"{catalog.region_name(region_code)}{OFFICE}"


@translation.override("zh-hans")
def return_facts(one: PeriodReturn) -> dict[str, str]:
    """The words of a return's placeholders."""
    period = period_of_return(one)
    return _shared_facts(one, period, period_name(one.kind, period)) | {
        "year_number": str(period.start.year),
        "digest": one.content_digest[:16],
        "revision": f"第{one.revision}次更正：{one.why}" if one.revision else "",
        "frozen_by": one.frozen_by,
        "frozen_on": _day(one.frozen_at),
    }


@translation.override("zh-hans")
def answer_facts(one: Proposal) -> dict[str, str]:
    """The words of an answer's placeholders."""
    days = (
        Period.from_days(one.starts_on, one.ends_on)
        if one.starts_on
        else Period(one.received_on, one.received_on)
    )
    return _shared_facts(one, days, stretch_name(days)) | {
        "year_number": str(days.start.year),
        "digest": one.content_digest[:16],
        "frozen_by": one.issued_by,
        "frozen_on": _day(one.issued_at),
        "session": one.session,
        "number": one.number,
        "deputies": addressee(one).rstrip("："),
        "subject": one.subject,
        "document_number": one.document_number,
        "copies": one.copies,
        "contact": one.contact,
        "title_words": answer_title(one),
    }


def answer_title(one: Proposal) -> str:
    """第291号建议的答复."""
    return f"第{one.number}号{'建议' if one.category == 'suggestion' else '提案'}的答复"


def stretch_name(days: Period) -> str:
    """A whole year, a quarter, or from day to day."""
    if days.start.month == days.start.day == 1 and days.end == days.start.replace(year=days.start.year + 1):
        return period_name("yearly", days)
    return period_name("stretch", days)


def _shared_facts(one: PeriodReturn | Proposal, period: Period, name: str) -> dict[str, str]:
    return {
        "region_name": catalog.region_name(one.region_code),
        "period_name": name,
        "first_day": period.start.isoformat(),
        "last_day": period.last.isoformat() if period.last else "",
        "office": office_of(one.region_code),
        "as_of": f"{timezone.localtime(one.as_of):%Y-%m-%d %H:%M}" if one.as_of else "",
        "snapshot": f"第{one.snapshot}号（{one.snapshot_digest[:12]}）" if one.snapshot else "",
        "drafted_by": one.drafted_by,
        "signed_by": one.signed_by,
    }


def _day(at: datetime | None) -> str:
    if at is None:
        return ""
    day = timezone.localtime(at)
    return f"{day.year}年{day.month}月{day.day}日"


def content_of(one: PeriodReturn) -> Content:
    """What a return's files are answered from."""
    return Content(
        facts=return_facts(one), cells=cells_of(one), rows=one.rows,
        narrative=[part["text"] for part in one.narrative],
        changes=[*change_lines(one.changes), *_restated(one)], notes=_notes(one, one.narrative),
        stated={link["cell"] for part in one.narrative for link in part["links"]},
    )  # fmt: skip


def _restated(one: PeriodReturn) -> list[str]:
    """Figures of earlier returns that were restated and are part of this one's."""
    lines = restated_lines(one.cells)
    return ["本表所含期间的更正：", *lines] if lines else []


def change_lines(changes: list[dict[str, Any]]) -> list[str]:
    """A restatement's table in sentences: where, old, new, why."""
    if not changes:
        return ["无更正。"]
    return [
        f"{number}. {one['label']}（{'、'.join(one['places'][:2]) or '未印出'}）："
        f"原 {one['old']}，现 {one['new']}；{one['why']}"
        for number, one in enumerate(changes, start=1)
    ]


def files_drawn(one: PeriodReturn) -> list[tuple[TemplateFile, Drawn]]:
    """Every file of a return as it stands now."""
    found = []
    for told in one.templates:
        template = template_drawn_from(one.kind, told)
        found.append((template, draw(template.layout, template.content, content_of(one))))
    return found


def places_of(drawn: list[tuple[TemplateFile, Drawn]]) -> dict[str, list[str]]:
    """For each cell's key where it is printed in all files."""
    places: dict[str, list[str]] = {}
    for template, one in drawn:
        name = "Excel" if template.layout == "xlsx" else "Word"
        for key, found in one.places.items():
            places.setdefault(key, []).extend(f"{name} {place}" for place in dict.fromkeys(found))
    return places


def answer_content(one: Proposal) -> Content:
    """What an answer's document is answered from."""
    cells = cells_of(one)
    stated = {link["cell"] for part in one.body for link in part["links"]}
    shown = {key: cell | {"places": ["正文"] if key in stated else []} for key, cell in cells.items()}
    return Content(
        facts=answer_facts(one),
        cells=shown,
        rows={},
        narrative=[part["text"] for part in one.body],
        notes=_notes(one, one.body),
    )


def answer_sources(one: Proposal) -> list[str]:
    """Where each figure of an answer comes from, then those typed by hand."""
    content = answer_content(one)
    return [*sources(content.cells), *content.notes]


def _notes(one: PeriodReturn | Proposal, paragraphs: list[dict[str, Any]]) -> list[str]:
    """Which snapshot, and which numbers nobody has checked."""
    by_hand = typed_by_hand(paragraphs)
    lines = []
    if one.snapshot:
        as_of = f"{timezone.localtime(one.as_of):%Y-%m-%d %H:%M}"
        lines.append(
            f"以上取自统计数据第{one.snapshot}号，数据截至{as_of}，摘要 {one.snapshot_digest[:16]}。"
        )
    if by_hand:
        lines.append(f"由经办人手工填写、未与统计数据核对的数字：{'、'.join(by_hand)}。")
    return lines


def answer_docx(one: Proposal, template: TemplateFile) -> bytes:
    """The answer in the bureau's own template."""
    return draw("docx", template.content, answer_content(one)).content


@translation.override("zh-hans")
def answer_pdf(one: Proposal, *, at: datetime, is_issued: bool = False) -> bytes:
    """The answer as it goes out; a draft says that it is one."""
    issued = one.issued_at or at
    return letter_pdf(
        LetterPaper(
            issuer=office_of(one.region_code), title=answer_title(one), document_number=one.document_number,
            signatory=one.issued_by, session=f"对{one.session}", addressee=addressee(one),
            body=[part["text"] for part in one.body], issued_on=timezone.localdate(issued), copies=one.copies,
            contact=one.contact, sources=answer_sources(one), draft=not is_issued,
            synthetic=catalog.is_fictional_region(one.region_code),
        )
    )  # fmt: skip


def addressee(one: Proposal) -> str:
    """尊敬的……代表：."""
    title = "代表" if one.category == "suggestion" else "委员"
    names = one.deputies if one.deputies.rstrip("：:").endswith(title) else f"{one.deputies}{title}"
    return f"{names.rstrip('：:')}："


def opening_lines(one: Proposal) -> list[str]:
    """How answers begin and are laid out, to be written on."""
    kind = "建议" if one.category == "suggestion" else "提案"
    return [
        f"您提出的“{one.subject}”（第{one.number}号{kind}）收悉。现答复如下：",
        "一、目前工作开展情况",
        "二、对所提问题的答复",
        f"（一）“{one.subject}”提出的问题",
        "三、下一步工作打算",
    ]
