"""Which template a return is drawn from, and what is wrong with one somebody uploads."""

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from django.db.models import QuerySet
from django.utils.translation import gettext

from kaogong.access.permissions import Permission
from kaogong.access.queries import in_reach
from kaogong.indicators.register import TIMES, indicator_of
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound
from kaogong.kernel.file_kinds import ZIP, kind_of
from kaogong.kernel.reference import reference_dir
from kaogong.kernel.region_code import RegionCode
from kaogong.sheets import SheetRefused, archives
from kaogong.trail.operations import require_may

from ..models import ReturnTemplate
from ..states import TEMPLATE_KINDS
from . import documents, sheet_faults, word_faults, workbooks
from .figures import indicator_named
from .placeholders import (
    BESIDE,
    DIMENSIONS,
    NEARLY,
    PROPOSAL_FACTS,
    RETURN_FACTS,
    Placed,
    Placeholder,
    Problem,
    Unreadable,
    read,
)

BYTES_AT_MOST = 5 * 2**20
UNPACKED_AT_MOST = 80 * 2**20
CELLS_AT_MOST = 200_000
# Without these a return of the kind cannot be told from another.
REQUIRED = {
    ("quarterly", "xlsx"): ("region_name", "period_name", "training.person_times"),
    ("quarterly", "docx"): ("region_name", "period_name"),
    ("yearly", "xlsx"): ("region_name", "period_name", "training.person_times"),
    ("yearly", "docx"): ("region_name", "period_name"),
    ("proposal", "docx"): ("deputies", "subject", "body"),
}
_REQUIRED_WORDS = {
    "region_name": "地区名称", "period_name": "期间", "deputies": "代表", "subject": "标题", "body": "正文",
    "training.person_times": "补贴性职业技能培训人次",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class TemplateFile:
    """A template to draw from: a clerk's version, or the one shipped (number 0)."""

    kind: str
    layout: str
    number: int
    filename: str
    content: bytes
    digest: str
    pk: int | None = None

    def told(self) -> dict:
        """What a return keeps of the template it was drawn from."""
        return {
            "layout": self.layout, "number": self.number, "filename": self.filename, "digest": self.digest,
            "pk": self.pk,
        }  # fmt: skip


def shipped(kind: str, layout: str) -> TemplateFile | None:
    """The template the product comes with."""
    path = reference_dir() / "returns" / f"{kind}.{layout}"
    if not path.is_file():
        return None
    content = path.read_bytes()
    name = f"{TEMPLATE_KINDS[kind]}.{layout}"
    return TemplateFile(kind, layout, 0, name, content, sha256(content).hexdigest())


def template_in_use(kind: str, layout: str, region_code: str, on: date) -> TemplateFile | None:
    """The newest version in use on that day: the region's own, else of those above it, else the shipped one."""
    code = RegionCode(region_code)
    for place in (code.value, *(parent.value for parent in code.parents())):
        found = (
            ReturnTemplate.objects.filter(kind=kind, layout=layout, region_code=place, starts_on__lte=on)
            .order_by("-starts_on", "-number")
            .first()
        )
        if found is not None:
            return _file(found)
    return shipped(kind, layout)


def templates_in_use(kind: str, region_code: str, on: date) -> list[TemplateFile]:
    """One file for each layout there is."""
    found = (template_in_use(kind, layout, region_code, on) for layout in ("xlsx", "docx"))
    return [one for one in found if one is not None]


def template_drawn_from(kind: str, told: dict) -> TemplateFile:
    """The very template a return says it was drawn from."""
    if told["pk"] is not None:
        return _file(ReturnTemplate.objects.get(pk=told["pk"]))
    found = shipped(kind, told["layout"])
    if found is None:
        raise NotFound()
    return found


def _file(row: ReturnTemplate) -> TemplateFile:
    return TemplateFile(
        row.kind, row.layout, row.number, row.filename, bytes(row.content), row.digest, row.pk
    )


def return_templates(by: Actor) -> QuerySet[ReturnTemplate]:
    """Versions uploaded in reach, the newest first."""
    require_may(by, Permission.VIEW_BUREAU, "报表模板")
    return in_reach(ReturnTemplate.objects.defer("content").order_by("-id"), by, organisation=None)


def return_template(pk: int, by: Actor) -> ReturnTemplate:
    """One version in reach with its content, or NotFound."""
    require_may(by, Permission.VIEW_BUREAU, "报表模板")
    found = in_reach(ReturnTemplate.objects.filter(pk=pk), by, organisation=None).first()
    if found is None:
        raise NotFound()
    return found


def looked_through(
    kind: str, layout: str, content: bytes, filename: str
) -> tuple[list[Placed], list[Problem]]:
    """The placeholders of a file, and everything wrong with it, each with its sheet and cell or paragraph."""
    fault = _not_a(layout, content)
    if fault:
        return [], [Problem(filename, "", fault)]
    problems: list[Problem] = []
    seen: set[tuple[str, str]] = set()

    def reads(place: str, text: str) -> Placeholder | None:
        try:
            asked = read(text, indicator=indicator_named)
        except Unreadable as unreadable:
            if (place, text) not in seen and place:
                problems.append(Problem(place, f"{{{{ {text} }}}}", str(unreadable)))
                seen.add((place, text))
            return None
        return asked

    try:
        found = _placed(layout, content, reads)
    except Exception as broken:
        return [], [
            Problem(
                filename,
                "",
                gettext("打不开，文件可能已损坏（{fault}）。请在 Office 中另存后再上传").format(
                    fault=type(broken).__name__
                ),
            )
        ]
    problems += [problem for one in found if (problem := _unfit(one, kind, layout)) is not None]
    problems += _open_marks(layout, content)
    problems += (sheet_faults if layout == "xlsx" else word_faults).faults_of(content, found)
    if layout == "xlsx" and not problems:
        problems += _charts_without_rows(content, found, reads)
    if not found and not problems:
        return [], [Problem(filename, "", gettext("没有任何占位符，数字填不进去；请从现用模板下载修改"))]
    there = {one.placeholder.what for one in found}
    problems += [
        Problem(filename, f"{{{{ {_REQUIRED_WORDS[word]} }}}}", gettext("必须有，模板里没有找到"))
        for word in REQUIRED.get((kind, layout), ())
        if word not in there
    ]
    return found, problems


def _placed(layout: str, content: bytes, reads: Callable) -> list[Placed]:
    if layout == "xlsx":
        return workbooks.placed(workbooks.opened(content), reads)
    return documents.placed(documents.opened(content), reads)


def _not_a(layout: str, content: bytes) -> str:
    """Why the bytes cannot be a file of the layout; "" when they can."""
    if not content:
        return gettext("文件是空的，请重新保存后再上传")
    if len(content) > BYTES_AT_MOST:
        return gettext("超过 {n} MB").format(n=BYTES_AT_MOST // 2**20)
    if kind_of(content, (ZIP,)) is None:
        return gettext("不是 .{layout} 文件；旧的 .xls、.doc 请先另存为 .{layout}").format(layout=layout)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
            unpacked = sum(one.file_size for one in archive.infolist())
            has_macros = "[Content_Types].xml" in names and (
                b"macroEnabled" in archive.open("[Content_Types].xml").read(1 << 20)
            )
    except zipfile.BadZipFile:
        return gettext("文件不完整，请重新保存后再上传")
    if unpacked > UNPACKED_AT_MOST:
        return gettext("展开后过大，请删去图片和空白行")
    if ("xl/workbook.xml" if layout == "xlsx" else "word/document.xml") not in names:
        return gettext("不是 .{layout} 文件").format(layout=layout)
    if has_macros or any(name.endswith("vbaProject.bin") for name in names):
        return gettext("带有宏，请另存为不带宏的 .{layout}").format(layout=layout)
    if layout == "xlsx":
        try:
            archives.inspect(content, "模板.xlsx", cell_limit=CELLS_AT_MOST)
        except SheetRefused as refusal:
            return gettext(refusal.template).format(**refusal.facts)
    return ""


def _unfit(one: Placed, kind: str, layout: str) -> Problem | None:
    """What can be read and does not belong where it stands."""
    asked, shown = one.placeholder, f"{{{{ {one.placeholder.text} }}}}"
    facts = PROPOSAL_FACTS if kind == "proposal" else RETURN_FACTS
    if asked.kind == "fact" and asked.what not in facts:
        return Problem(one.place, shown, _not_in(kind))
    if asked.kind == "row" and not one.row:
        return Problem(one.place, shown, gettext("只能写在“每行”的那一行里"))
    if asked.kind == "each" and not one.row:
        return Problem(one.place, shown, gettext("只能写在表格的一行里"))
    if asked.part == BESIDE and one.row:
        return Problem(one.place, shown, gettext("部门合计数不能写在“每行”的那一行里，请另占一格"))
    split = _cannot_be_split(one)
    if split:
        return Problem(one.place, shown, gettext("这个指标不能按{words}分").format(words=split))
    if asked.kind == "chart" and layout == "docx" and not one.alone:
        return Problem(one.place, shown, gettext("图要单独占一段"))
    if asked.kind == "block" and layout == "docx" and not one.alone:
        return Problem(one.place, shown, gettext("要单独占一段"))
    if asked.kind == "block" and asked.what == "body" and kind != "proposal":
        return Problem(one.place, shown, _not_in(kind))
    return None


def _not_in(kind: str) -> str:
    return gettext("不能用在{kind}里").format(kind=TEMPLATE_KINDS[kind])


def _cannot_be_split(one: Placed) -> str:
    """The dimension by which the indicator has no figures; "" when there is none."""
    asked = one.placeholder
    if asked.kind not in ("figure", "change", "chart"):
        return ""
    wanted = {name for name, _code in asked.where} | {asked.dimension, one.row} - {""}
    allowed = {*indicator_of(asked.what).dimensions, "region", *TIMES}
    return "、".join(DIMENSIONS[name][0] for name in sorted(wanted - allowed))


def _open_marks(layout: str, content: bytes) -> list[Problem]:
    """A brace opened and never closed would be printed as it stands."""
    if layout == "xlsx":
        texts = [
            (f"{sheet}!{cell}", str(value))
            for sheet, cells in workbooks.cells_as_text(content).items()
            for cell, value in cells.items()
        ]
    else:
        texts = word_faults.texts_of(content)
    return [
        Problem(place, "{{", gettext("括号没有成对，或不是两个连着的半角花括号；请检查两边"))
        for place, text in texts
        if text.count("{{") != text.count("}}") or NEARLY.search(text)
    ]


def _charts_without_rows(content: bytes, found: list[Placed], reads: Callable) -> list[Problem]:
    """A chart of a sheet draws the figures of its repeated rows; without them it has nothing to draw."""
    book = workbooks.opened(content)
    columns = {sheet.title: workbooks.columns_of(sheet, reads) for sheet in book.worksheets}
    return [
        Problem(
            one.place,
            f"{{{{ {one.placeholder.text} }}}}",
            gettext("本表按这个维度展开的行里，要有这个指标和“行.名称”"),
        )
        for one in found
        if one.placeholder.kind == "chart"
        and not {
            (one.placeholder.dimension, one.placeholder.what, one.placeholder.span),
            (one.placeholder.dimension, "label", ""),
        }
        <= set(columns[one.place.rpartition("!")[0]])
    ]
