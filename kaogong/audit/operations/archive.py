"""The archive of a pack: plain files of lines and sheets, written as they come, hashed as they are written."""

import csv
import hashlib
import io
import json
import shutil
import tempfile
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

FORMAT = "kaogong-audit-pack-1"
MANIFEST = "manifest.json"
# What is told as it is at the making; all else reads as it stood at the end of the pack's days.
OF_TODAY = ("data/made/", "README.txt", "verify.py")
_ALWAYS = (1980, 1, 1, 0, 0, 0)  # a file's time says nothing, so that equal packs are equal
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")

Row = dict[str, Any]


def plain(value: Any) -> Any:
    """A value JSON does not know, as text."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(type(value))


def line_of(row: Any) -> str:
    """One row the one way it is written: keys in order, no blanks, Chinese as it is."""
    return json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=plain)


def cell_of(value: Any) -> str:
    """One value as a sheet shows it; text never becomes a formula."""
    if value is None:
        return ""
    if isinstance(value, (date, Decimal)):
        value = plain(value)
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_FORMULA_STARTS) else value
    return line_of(value)


class Archive:
    """One archive being written. Memory does not grow with the rows."""

    def __init__(self, path: Path) -> None:
        self.files: dict[str, dict[str, Any]] = {}
        self._zip = ZipFile(path, "w", ZIP_DEFLATED, compresslevel=6, allowZip64=True)

    def __enter__(self) -> "Archive":
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    @property
    def rows(self) -> int:
        return sum(file.get("rows", 0) for name, file in self.files.items() if name.endswith(".jsonl"))

    def add_text(self, name: str, text: str) -> None:
        """One small file as it is."""
        data = text.encode()
        with self._zip.open(_entry(name), "w") as file:
            file.write(data)
        self.files[name] = {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}

    def add_rows(
        self,
        name: str,
        rows: Iterable[Row],
        *,
        sums: tuple[str, ...] = (),
        flat: Callable[[Row], list[Row]] | None = None,
    ) -> None:
        """``name``.jsonl, one row a line, and with ``flat`` a sheet beside it with what it makes of each row."""
        digest, size, count, added = hashlib.sha256(), 0, 0, dict.fromkeys(sums, 0)
        with tempfile.TemporaryFile("w+", encoding="utf-8-sig", newline="") as sheet:
            table = csv.writer(sheet)
            columns: list[str] = []
            flat_count = 0
            with self._zip.open(_entry(f"{name}.jsonl"), "w", force_zip64=True) as file:
                for row in rows:
                    data = f"{line_of(row)}\n".encode()
                    file.write(data)
                    digest.update(data)
                    size, count = size + len(data), count + 1
                    for column in sums:
                        added[column] += row.get(column) or 0
                    for told in flat(row) if flat else ():
                        if not columns:
                            columns = list(told)
                            table.writerow(columns)
                        table.writerow([cell_of(told[column]) for column in columns])
                        flat_count += 1
            about = {"sha256": digest.hexdigest(), "bytes": size, "rows": count}
            self.files[f"{name}.jsonl"] = {**about, "sums": added} if sums else about
            if flat:
                self._add_sheet(f"{name}.csv", sheet, flat_count)

    def _add_sheet(self, name: str, sheet: io.TextIOBase, rows: int) -> None:
        sheet.flush()
        raw = sheet.buffer  # type: ignore[attr-defined]
        raw.seek(0)
        digest, size = hashlib.sha256(), 0
        with self._zip.open(_entry(name), "w", force_zip64=True) as file:
            while data := raw.read(1 << 20):
                file.write(data)
                digest.update(data)
                size += len(data)
        self.files[name] = {"sha256": digest.hexdigest(), "bytes": size, "rows": rows}

    def close_with(self, about: Row, stamped: Row) -> str:
        """Write the manifest and return the digest of everything but what is stamped."""
        closed = {name: told for name, told in self.files.items() if not name.startswith(OF_TODAY)}
        closed_digest = hashlib.sha256(
            line_of({"format": FORMAT, **about, "files": closed}).encode()
        ).hexdigest()
        whole = {"format": FORMAT, **about, "files": self.files, "closed_digest": closed_digest}
        digest = hashlib.sha256(line_of(whole).encode()).hexdigest()
        told = {**whole, "content_digest": digest, "stamped": stamped}
        text = json.dumps(told, ensure_ascii=False, sort_keys=True, indent=1, default=plain)
        with self._zip.open(_entry(MANIFEST), "w") as file:
            file.write(text.encode())
        return digest


def file_digest(path: Path) -> str:
    """SHA-256 of a file of any size."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def copy_to(path: Path, target: Path) -> None:
    """Put a finished archive where it was asked for; half of one is never seen there."""
    part = target.with_name(f"{target.name}.part")
    shutil.copyfile(path, part)
    part.replace(target)


def _entry(name: str) -> ZipInfo:
    info = ZipInfo(name, _ALWAYS)
    info.compress_type = ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    return info
