"""The files of a new snapshot: those that changed written, the others linked from the one before."""

import os
import secrets
import shutil
from collections.abc import Iterable
from contextlib import contextmanager
from pathlib import Path

import polars as pl

from kaogong.indicators.facts import FACTS, Fact, fitted, write_year, year_path
from kaogong.ledger.states import SOURCE_LEVELS

from .. import queries
from ..models import Snapshot

MAKING = ".making-"


@contextmanager
def new_folder(day: str):
    """A folder in the making; it gets its lasting name when all went well, and goes when not."""
    home = queries.home()
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    token = secrets.token_hex(6)
    making = home / f"{MAKING}{token}"
    making.mkdir(mode=0o700)
    try:
        yield making, (name := f"{day}-{token}")
        if making.is_dir():
            making.replace(home / name)
    finally:
        shutil.rmtree(making, ignore_errors=True)


class Parts:
    """Frames of one fact as they come, put down by year so that never more than one year is held."""

    def __init__(self, fact: Fact, folder: Path) -> None:
        self.fact, self.folder, self.count = fact, folder / f".parts-{fact.name}", 0
        self.years: dict[int, list[Path]] = {}

    def add(self, frame: pl.DataFrame) -> None:
        self.folder.mkdir(exist_ok=True)
        on = frame[self.fact.on].dt.year().fill_null(0)
        for year in sorted(on.unique().to_list()):
            path = self.folder / f"{year:04}-{self.count}.parquet"
            frame.filter(on == year).write_parquet(path, compression="lz4")
            self.years.setdefault(year, []).append(path)
            self.count += 1

    def of(self, year: int) -> pl.DataFrame:
        """One year's rows, in the fact's order."""
        paths = self.years.get(year, [])
        frames = [pl.read_parquet(path) for path in paths]
        return fitted(self.fact, pl.concat(frames) if frames else pl.DataFrame(schema=self.fact.schema))

    def done(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)


def write_all(parts: Parts, folder: Path) -> None:
    """Every year of one fact, from nothing."""
    for year in sorted(parts.years):
        write_year(parts.fact, parts.of(year), folder, year)
    parts.done()


def write_changed(parts: Parts, dropped: pl.Expr, last: Snapshot, folder: Path) -> bool:
    """The years in which rows go or come, written anew; the others linked. Says whether any row differs."""
    fact, earlier, changed = parts.fact, queries.folder_of(last), False
    years = {int(Path(name).stem) for name in last.files if name.startswith(f"{fact.name}/")}
    for year in sorted(years | set(parts.years)):
        coming = parts.of(year)
        if year not in years:
            write_year(fact, coming, folder, year)
            changed = True
            continue
        path = year_path(fact, earlier, year)
        going = pl.scan_parquet(path).filter(dropped).collect()
        if going.equals(coming):
            link(path, year_path(fact, folder, year))
            continue
        changed = True
        kept = pl.scan_parquet(path).filter(~dropped).collect()
        whole = fitted(fact, pl.concat([kept, coming]))
        if whole.height:
            write_year(fact, whole, folder, year)
    parts.done()
    return changed


def never_without(fact: Fact, folder: Path) -> None:
    """A fact nothing is known of has one empty file, so that it is counted as nothing; any other has none."""
    paths = sorted((folder / fact.name).glob("*.parquet"))
    if not paths:
        write_year(fact, fitted(fact, pl.DataFrame(schema=fact.schema)), folder, 0)
    undated = year_path(fact, folder, 0)
    if len(paths) > 1 and undated in paths and not pl.scan_parquet(undated).select(pl.len()).collect().item():
        undated.unlink()


def link_fact(fact: Fact, last: Snapshot, folder: Path) -> None:
    """A fact nothing happened to: its files are those of the snapshot before."""
    for name in last.files:
        if name.startswith(f"{fact.name}/"):
            link(queries.folder_of(last) / name, folder / name)


def link(source: Path, target: Path) -> None:
    """The same file under another name; a copy where the disk has no links."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def files_in(folder: Path, last: Snapshot | None) -> dict[str, dict]:
    """Each file of a snapshot with its digest, rows and bytes; what is linked was measured before."""
    told = {}
    earlier = queries.folder_of(last) if last else None
    for path in sorted(folder.glob("*/*.parquet")):
        name = path.relative_to(folder).as_posix()
        if last and name in last.files and (earlier / name).is_file() and path.samefile(earlier / name):
            told[name] = last.files[name]
            continue
        rows = pl.scan_parquet(path).select(pl.len()).collect().item()
        told[name] = {"digest": queries.file_digest(path), "rows": rows, "bytes": path.stat().st_size}
    return told


def rows_in(files: dict[str, dict]) -> dict[str, int]:
    """How many rows each fact has."""
    counts = dict.fromkeys(FACTS, 0)
    for name, told in files.items():
        counts[name.split("/")[0]] += told["rows"]
    return counts


def rows_dropped(source: str, keys: Iterable[int], people: dict[int, int]) -> pl.Expr:
    """Which rows of the snapshot before those gathered anew of these keys stand in for."""
    keys = sorted(keys)
    table = queries.tables()[source]
    if table.dropped_by == "person":
        return pl.col("person").is_in(sorted({*keys, *(people.get(key, key) for key in keys)}))
    if table.dropped_by == "class_id":
        dropped = pl.col("class_id").is_in(keys)
        return dropped & (pl.col("origin") == queries.OWN)
    if source in queries.handed_in():
        return pl.col("record").is_in([f"{queries.handed_in()[source].letter}{key}" for key in keys])
    if source == "outcome":
        return pl.col("record").is_in([f"f{key}" for key in keys])
    if source == "receipt":  # one row for each payment and level it came back from
        return pl.col("record").str.extract(r"^r(\d+)-").cast(pl.Int64).is_in(keys).fill_null(value=False)
    return pl.col("record").is_in(
        [f"{kind}{key}-{level}" for key in keys for kind in "pb" for level in SOURCE_LEVELS]
    )
