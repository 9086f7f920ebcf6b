"""Frozen statistical data beside the database's backup: kept once, held against its digests, brought back."""

import hashlib
import os
import shutil
from pathlib import Path

import psycopg

from kaogong.gateways.postgres import APP, EmbeddedPostgres
from kaogong.kernel.errors import Refused

FOLDER = "snapshots"
FROZEN = "SELECT number, folder, files FROM statistics_snapshot WHERE status = 'frozen' ORDER BY number"


class FrozenDamaged(Refused):
    """数据库已备份，但已冻结的统计数据有文件缺失或与摘要不符，没有备份：{files}。
    请从以前的备份恢复这些文件，再重新备份。"""


def keep_frozen(server: EmbeddedPostgres, folder: Path) -> int:
    """Copy what is frozen and not yet kept, each file held against its digest; how many snapshots are kept in all.

    A frozen file never changes, so one that is kept is not copied again. Raises FrozenDamaged, after all others.
    """
    source = Path(os.environ.get("KAOGONG_SNAPSHOTS") or server.data_dir / FOLDER)
    faults, frozen = [], _frozen(server)
    for number, name, files in frozen:
        for file, told in files.items():
            if not _kept(source / name / file, folder / FOLDER / name / file, told):
                faults.append(f"{number}/{file}")
    if faults:
        raise FrozenDamaged(files="、".join(faults))
    return len(frozen)


def bring_back(folder: Path, to: Path, *, live: Path | None) -> None:
    """Put the kept snapshots into a restored data folder; ``live`` gives those frozen since the last backup."""
    homes = [folder / FOLDER, *([live / FOLDER] if live is not None else [])]
    for home in homes:
        for snapshot in sorted(home.glob("[!.]*")) if home.is_dir() else []:
            target = to / FOLDER / snapshot.name
            if snapshot.is_dir() and not target.exists():
                target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                shutil.copytree(snapshot, target)


def _frozen(server: EmbeddedPostgres) -> list[tuple[int, str, dict]]:
    with psycopg.connect(server.url(APP)) as connection:
        if connection.execute("SELECT to_regclass('statistics_snapshot')").fetchone() == (None,):
            return []
        return connection.execute(FROZEN).fetchall()


def _kept(source: Path, target: Path, told: dict) -> bool:
    """Whether the file is kept now, as it was frozen; what is broken off in the middle is copied anew."""
    if target.is_file() and target.stat().st_size == told["bytes"]:
        return True
    if not source.is_file():
        return False
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = target.with_suffix(".new")
    shutil.copy2(source, fresh)
    with fresh.open("rb") as file:
        is_whole = hashlib.file_digest(file, "sha256").hexdigest() == told["digest"]
    if is_whole:
        fresh.replace(target)
    else:
        fresh.unlink()
    return is_whole
