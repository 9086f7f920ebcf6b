"""A return as one paper: the same tables, words, checks, restatements, signatures and digests as its page."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils import timezone, translation

from kaogong.catalog import queries as catalog
from kaogong.papers.returns import ReturnPaper
from kaogong.papers.returns import return_pdf as printed_return

from ..models import PeriodReturn
from .checking import HOLDS, NOT_ASKED
from .composing import files_drawn, office_of, return_facts
from .figures import beside_lines, period_name
from .finding import cells_of, period_of_return, title_of
from .laid_out import LaidOut, Part, keys_by_place, laid_out
from .linking import typed_by_hand
from .restated import restated_lines

OUTCOMES = {"holds": "成立", "fails": "不成立", "unknown": "不能核对", "not_asked": "不核对"}


def pages_of(one: PeriodReturn, files: Iterable[tuple[str, bytes]] | None = None) -> list[LaidOut]:
    """Each sheet and the document as they stand in the files: of a frozen return those that were signed."""
    if files is None:
        files = _files(one)
    keys = keys_by_place(cells_of(one))
    return [page for layout, content in files for page in laid_out(layout, content, keys)]


def _files(one: PeriodReturn) -> list[tuple[str, bytes]]:
    if one.status == "frozen":
        kept = one.files.filter(layout__in=["xlsx", "docx"]).order_by("-layout")
        return [(file.layout, bytes(file.content)) for file in kept]
    return [(template.layout, drawn.content) for template, drawn in files_drawn(one)]


@translation.override("zh-hans")
def return_pdf(
    one: PeriodReturn, files: Iterable[tuple[str, bytes]] | None = None, *, is_frozen: bool = False
) -> bytes:
    """The return on paper; before it is frozen it says that it is a draft."""
    facts = return_facts(one)
    drawn_on = timezone.localdate(one.frozen_at or one.as_of)
    pages = pages_of(one, files)
    words = {part["text"] for part in one.narrative}
    return printed_return(
        ReturnPaper(
            title=title_of(one), issuer=office_of(one.region_code), printed_on=drawn_on,
            facts=[
                ("填报单位", office_of(one.region_code)),
                ("期间", period_name(one.kind, period_of_return(one))),
                ("数据截至", facts["as_of"]), ("统计数据", f"第{one.snapshot}号"),
                *([("更正", facts["revision"])] if one.revision else []),
            ],
            narrative=[part["text"] for part in one.narrative],
            sheets=[
                (_name(page), parts) for page in pages if (parts := _parts(page, words))
            ],
            changes=[
                [change["label"], "、".join(change["places"][:2]) or "—", change["old"], change["new"], change["why"]]
                for change in one.changes
            ],
            notes=[*restated_lines(one.cells), *beside_lines(one.cells), *_by_hand(one)],
            checks=[_check(found) for found in one.checks if found["outcome"] not in (HOLDS, NOT_ASKED)],
            held=sum(found["outcome"] == HOLDS for found in one.checks),
            signatures=[
                ("制表人", one.drafted_by), ("签字人", _signed(one.signed_by, one.signed_at)),
                ("复核人", _signed(one.frozen_by, one.frozen_at)),
            ],
            digests=[("内容摘要", one.content_digest), ("统计数据摘要", one.snapshot_digest)],
            reference=one.content_digest[:16], draft=not is_frozen,
            synthetic=catalog.is_fictional_region(one.region_code),
        )
    )  # fmt: skip


def _name(page: LaidOut) -> str:
    return page.name if page.layout == "xlsx" else "文稿中的表"


def _parts(page: LaidOut, words: set[str]) -> list[dict[str, Any]]:
    """A sheet without its title and signature lines, which the paper has of its own; of the document its tables."""
    kept = page.parts
    tables = [at for at, part in enumerate(kept) if part.kind == "table"]
    if page.layout == "docx":
        kept = [part for part in kept if part.kind == "table"]
    elif tables:
        kept = [*kept[tables[0] :][: tables[-1] - tables[0] + 1], *_after(kept[tables[-1] + 1 :])]
    return [_told(part) for part in kept if part.text not in words or part.kind != "text"]


def _after(parts: Sequence[Part]) -> list[Part]:
    """Notes under a table; who signed and what was counted from stand once, at the end of the paper."""
    own = ("制表人", "填表人", "数据截至", "第")
    return [part for part in parts if part.kind != "text" or not part.text.startswith(own)]


def _told(part: Part) -> dict[str, Any]:
    return {
        "kind": part.kind, "text": part.text, "widths": list(part.widths),
        "rows": [
            [
                {"text": one.text, "span": one.span, "down": one.down, "is_number": one.is_number,
                 "is_heading": one.is_heading}
                for one in row
            ]
            for row in part.rows
        ],
        "bars": [{"label": bar.label, "words": bar.words, "share": bar.share} for bar in part.bars],
    }  # fmt: skip


def _check(found: dict[str, Any]) -> list[str]:
    said = [found["words"], f"原因：{found['explanation']}" if found["explanation"] else ""]
    return [
        found["title"], OUTCOMES[found["outcome"]], _side(found["left"]), _side(found["right"]),
        "\n".join(filter(None, said)),
    ]  # fmt: skip


def _side(side: dict[str, Any] | None) -> str:
    if side is None:
        return "—"
    place = f"（{side['places'][0]}）" if side["places"] else ""
    return f"{side['label']} {side['value']}{place}"


def _signed(name: str, at: Any) -> str:
    return f"{name} {timezone.localtime(at):%Y-%m-%d %H:%M}" if name else "—"


def _by_hand(one: PeriodReturn) -> list[str]:
    by_hand = typed_by_hand(one.narrative)
    return [f"由经办人手工填写、未与统计数据核对的数字：{'、'.join(by_hand)}。"] if by_hand else []
