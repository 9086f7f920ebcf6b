"""Looking into a zipped workbook before anything parses it: real sizes, entities, stretched grids."""

import io
import re
import zipfile
from dataclasses import dataclass, field

from kaogong.sheets.refusals import NotASpreadsheet, PasswordProtected, TooLarge, UnsafeContent

UNPACKED_LIMIT = 600 * 1024 * 1024
RATIO_LIMIT = 200  # real sheets stay below 40; only text repeated by a machine packs tighter
RATIO_COUNTED_FROM = 20 * 1024 * 1024
PARTS_LIMIT = 5_000
_CHUNK = 1 << 20

_LONG_NUMBER = re.compile(rb"<v>-?(?:\d{16,}|[\d.]+[eE]\+?(?:1[5-9]|[2-9]\d))")
_FORMULA = re.compile(
    rb'<c [^>]*?r="([A-Z]{1,3}\d{1,7})"[^>]*>\s*<f(?:[^>]*/>|[^>]*>[^<]*</f>)\s*(?:<v\s*/>|<v></v>)?\s*</c>'
)
_WIDE = re.compile(rb'r="(?:[A-Z]{3}|[B-Z][A-Z])\d+"[^>/]*>\s*<')
_DEEP = re.compile(rb'r="[A-Z]{0,3}(?:[3-9]\d{5}|\d{7,})"')
_CELL_IN_USE = re.compile(
    rb'<c [^>]*?r="([A-Z]+)(\d+)"[^>/]*>\s*<|<row [^>]*?r="(\d+)"[^>/]*>\s*<c(?: (?!r=)[^>/]*)?>'
)
_ODS_ROW = re.compile(
    rb'<table:table-row(?:[^>]*?number-rows-repeated="(\d+)")?[^>]*?(?:/>|>(.*?)</table:table-row>)', re.S
)
_ODS_CELL = re.compile(rb'<table:table-cell(?:[^>]*?number-columns-repeated="(\d+)")?')


@dataclass(frozen=True)
class SheetPart:
    """What the bytes of one sheet say that a reader would not."""

    long_numbers: bool = False
    uncached_formulas: tuple[str, ...] = ()


@dataclass
class Inspection:
    """A zipped workbook found safe to parse."""

    format: str
    from_1904: bool = False
    sheets: dict[str, SheetPart] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)  # what its author keeps out of sight

    def sheet(self, name: str) -> SheetPart | None:
        return self.sheets.get(name)


def inspect(data: bytes, filename: str, *, cell_limit: int) -> Inspection:
    """Unpack every part within bounds and refuse what would swell, expand or loop."""
    archive = zipfile.ZipFile(io.BytesIO(data))
    names = archive.namelist()
    with archive:
        found = _format(archive, names, filename)
        if any(info.flag_bits & 1 for info in archive.infolist()):
            raise PasswordProtected(filename=filename)
        parts = _unpack(archive, len(data), filename)
    inspection = Inspection(found)
    for name, part in parts.items():
        if name.endswith(".bin"):
            _refuse_vast_records(part, filename, cell_limit)
    if found == "xlsx":
        _look_into_xlsx(inspection, parts, filename, cell_limit)
    elif found == "ods":
        _look_into_ods(parts, filename, cell_limit)
    return inspection


def _format(archive: zipfile.ZipFile, names: list[str], filename: str) -> str:
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "xl/workbook.bin" in names:
        return "xlsb"
    if "content.xml" in names and "mimetype" in names:
        if b"spreadsheet" not in archive.open("mimetype").read(200):
            raise NotASpreadsheet(filename=filename, found="是 OpenDocument 的其它文件")
        manifest = (
            archive.open("META-INF/manifest.xml").read(1 << 20) if "META-INF/manifest.xml" in names else b""
        )
        if b"encryption-data" in manifest:
            raise PasswordProtected(filename=filename)
        return "ods"
    if any(name.startswith("word/") for name in names):
        raise NotASpreadsheet(filename=filename, found="是 Word 文件")
    if any(name.startswith("ppt/") for name in names):
        raise NotASpreadsheet(filename=filename, found="是 PowerPoint 文件")
    if any(name.endswith("workbook.xml") for name in names):
        return "xlsx"
    raise NotASpreadsheet(filename=filename, found="是压缩包")


def _unpack(archive: zipfile.ZipFile, packed: int, filename: str) -> dict[str, bytes]:
    """Count the bytes that really come out, not those declared; keep the parts looked at later."""
    infos = archive.infolist()
    if len(infos) > PARTS_LIMIT:
        raise TooLarge(filename=filename, found=f"{len(infos)} 个部件", limit=f"{PARTS_LIMIT} 个")
    declared = sum(info.file_size for info in infos)
    _bounded(declared, packed, filename)
    parts: dict[str, bytes] = {}
    total = 0
    for info in infos:
        is_xml = info.filename.lower().endswith((".xml", ".rels"))
        is_records = bool(re.search(r"worksheets/[^/]*\.bin$", info.filename))
        kept = bytearray()
        with archive.open(info) as stream:
            while chunk := stream.read(_CHUNK):
                total += len(chunk)
                _bounded(total, packed, filename)
                if is_xml or is_records:
                    kept += chunk
        if is_records:
            parts[info.filename] = bytes(kept)
        if is_xml:
            if b"<!ENTITY" in kept or b"<!DOCTYPE" in kept[:4096]:
                raise UnsafeContent(filename=filename, found="XML 实体定义")
            if re.search(r"(?:^|/)(?:workbook\.xml(?:\.rels)?|sheet[^/]*\.xml|content\.xml)$", info.filename):
                parts[info.filename] = bytes(kept)
    return parts


def _bounded(unpacked: int, packed: int, filename: str) -> None:
    ratio = unpacked / max(packed, 1)
    if unpacked > UNPACKED_LIMIT or (unpacked > RATIO_COUNTED_FROM and ratio > RATIO_LIMIT):
        raise TooLarge(
            filename=filename,
            found=f"展开后至少 {unpacked / 1024 / 1024:.0f} MB，是文件的 {ratio:.0f} 倍",
            limit=f"{UNPACKED_LIMIT / 1024 / 1024:.0f} MB、{RATIO_LIMIT} 倍",
        )


def _look_into_xlsx(inspection: Inspection, parts: dict[str, bytes], filename: str, cell_limit: int) -> None:
    workbook = parts.get("xl/workbook.xml", b"")
    inspection.from_1904 = bool(re.search(rb'date1904="(?:1|true)"', workbook))
    targets = {}
    for relation in re.findall(rb"<Relationship [^>]*>", parts.get("xl/_rels/workbook.xml.rels", b"")):
        identity, target = _attribute(relation, "Id"), _attribute(relation, "Target")
        targets[identity] = target.lstrip("/") if target.startswith("/") else "xl/" + target
    for name, part in parts.items():
        if "worksheets/" in name:
            _refuse_vast_grid(part, filename, cell_limit)
    for sheet in re.findall(rb"<(?:\w+:)?sheet [^>]*>", workbook):
        if _attribute(sheet, "state") in ("hidden", "veryHidden"):
            inspection.hidden.add(_attribute(sheet, "name"))
        part = parts.get(targets.get(_attribute(sheet, "r:id"), ""))
        if part is None:
            continue
        has_formula = b"<f>" in part or b"<f " in part
        uncached = tuple(cell.decode() for cell in _FORMULA.findall(part)) if has_formula else ()
        inspection.sheets[_attribute(sheet, "name")] = SheetPart(bool(_LONG_NUMBER.search(part)), uncached)


def _attribute(tag: bytes, name: str) -> str:
    match = re.search(rb"\s" + name.encode() + rb'\s*=\s*"([^"]*)"', tag)
    text = match.group(1).decode("utf-8", "replace") if match else ""
    for entity, sign in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&")):
        text = text.replace(entity, sign)
    return text


def _refuse_vast_grid(part: bytes, filename: str, cell_limit: int) -> None:
    """A sheet with one cell at A1 and one at XFD1048576 is small on disk and vast in memory."""
    if not (_WIDE.search(part) or _DEEP.search(part)):
        return
    last_row, last_column = 1, 1
    for match in _CELL_IN_USE.finditer(part):
        letters, row, bare_row = match.groups()
        last_row = max(last_row, int(row or bare_row))
        if letters and len(letters) > 1:
            number = 0
            for letter in letters:
                number = number * 26 + letter - 64
            last_column = max(last_column, number)
    cells = last_row * max(last_column, 26)
    if last_row > 1_048_576 or last_column > 16_384 or cells > cell_limit * 2:
        raise TooLarge(
            filename=filename, found=f"{last_row} 行 × {last_column} 列", limit=f"{cell_limit:,} 格"
        )


def _refuse_vast_records(part: bytes, filename: str, cell_limit: int) -> None:
    """The same for the records of an .xlsb sheet: row headers (0) give the row, cells (2-11) the column."""
    at, row, last_row, last_column, end = 0, 0, 0, 0, len(part)
    while at < end:
        kind = part[at]
        at += 1
        if kind & 0x80 and at < end:
            kind = (kind & 0x7F) | (part[at] << 7)
            at += 1
        size = shift = 0
        while at < end:
            byte = part[at]
            at += 1
            size |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80 or shift > 21:
                break
        if kind == 0:
            row = int.from_bytes(part[at : at + 4], "little")
        elif 2 <= kind <= 11:
            last_row = max(last_row, row)
            last_column = max(last_column, int.from_bytes(part[at : at + 4], "little"))
        at += size
    if (last_row + 1) * (last_column + 1) > cell_limit * 2:
        raise TooLarge(
            filename=filename, found=f"{last_row + 1} 行 × {last_column + 1} 列", limit=f"{cell_limit:,} 格"
        )


def _look_into_ods(parts: dict[str, bytes], filename: str, cell_limit: int) -> None:
    cells = 0
    for repeated, inner in _ODS_ROW.findall(parts.get("content.xml", b"")):
        if b"<text:p" not in inner and b"office:value" not in inner:
            continue
        # Blank cells repeated to the sheet's edge at the end of a row are how every .ods is written.
        content_end = max(inner.rfind(b"<text:p"), inner.rfind(b"office:value"))
        width = sum(int(count or 1) for count in _ODS_CELL.findall(inner[:content_end]))
        cells += int(repeated or 1) * width
        if cells > cell_limit:
            raise TooLarge(filename=filename, found="重复的行列过多", limit=f"{cell_limit:,} 格")
