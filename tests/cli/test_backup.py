"""``kaogong backup`` and ``kaogong restore``: money posted after the chosen second is not there, money before is."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import psycopg
import pytest

from kaogong.access.sealing import kept_file, unseal
from kaogong.cli.backup_snapshots import FrozenDamaged, keep_frozen
from kaogong.gateways.machine import WINDOWS
from kaogong.gateways.postgres import APP, OWNER, EmbeddedPostgres
from kaogong.indicators.facts import FACTS
from kaogong.statistics.models import StatedPaper, StatedPaperChanged

pytestmark = [pytest.mark.fault, pytest.mark.skipif(WINDOWS, reason="the archive's scripts want a shell")]
TOLD = ("DATABASE_URL", "KAOGONG_DATA", "KAOGONG_SNAPSHOTS")
SHANGHAI = ZoneInfo("Asia/Shanghai")
POST = """
from kaogong.cli.framework import set_up_django
set_up_django()
from datetime import datetime, UTC
from kaogong.kernel.actor import system_actor
from kaogong.ledger import operations
operations.set_budget(
    "FUND", programme="p", year=2026, source_level="city", amount_fen=int("{fen}"), key="budget:{fen}",
    by=system_actor(), at=datetime.now(UTC), reason="{fen}",
)
"""


BULLETIN = b"%PDF-1.7\n1 0 obj\n2025"
FREEZE = (
    POST
    + """
from datetime import date
from kaogong.access.permissions import Permission
from kaogong.statistics import operations as statistics
at = datetime.now(UTC)
statistics.refresh_facts(at=at)
frozen = statistics.freeze_snapshot(by=system_actor().may_also(Permission.FREEZE_SNAPSHOT), at=at, reason="季报")
statistics.state_figure(
    indicator_code="workforce.employed", region_code="370299", start_on=date(2025, 1, 1), end_on=date(2026, 1, 1),
    value=300_000, document="2025年统计公报", paper=("公报.pdf", {bulletin!r}),
    by=system_actor().may_also(Permission.STATE_FIGURE), at=at,
)
print(frozen.folder)
"""
)


@pytest.fixture(scope="module")
def folder():
    made = Path(tempfile.mkdtemp(prefix="kaogong-restore-", dir="/var/tmp" if os.geteuid() == 0 else None))
    made.chmod(0o711)
    yield made
    shutil.rmtree(made)


def run(
    *words: str, server: EmbeddedPostgres | None = None, owner: bool = False
) -> subprocess.CompletedProcess:
    environment = {k: v for k, v in os.environ.items() if k not in TOLD}
    environment["KAOGONG_REQUIRE_SECRETS"] = "0"
    if server is not None:
        environment["DATABASE_URL"] = server.url(APP)
        environment["KAOGONG_DATA"] = str(server.data_dir)
    if owner:
        environment["DATABASE_OWNER_URL"] = server.url(OWNER)
    return subprocess.run(
        [sys.executable, *words], env=environment, capture_output=True, text=True, check=False
    )


def kaogong(*words: str, **options) -> str:
    done = run("-m", "kaogong.cli", *words, **options)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def stated_papers(data_dir: Path) -> list[tuple[int, str, bytes]]:
    """Each stated figure of a restored database with its document, opened and held to its digest."""
    server = EmbeddedPostgres(data_dir)
    server.start()
    try:
        with psycopg.connect(server.url(APP)) as connection:
            rows = connection.execute(
                "SELECT f.value, p.filename, p.content, p.digest FROM statistics_statedpaper p"
                " JOIN statistics_statedfigure f ON f.id = p.figure_id"
            ).fetchall()
    finally:
        server.stop()
    changed = StatedPaperChanged(filename="")
    return [
        (value, name, kept_file(unseal(content, StatedPaper.content.field.purpose), digest, changed))
        for value, name, content, digest in rows
    ]


def test_restore_brings_the_ledger_back_to_the_chosen_second_and_adds_it_up(folder, monkeypatch):
    monkeypatch.delenv("KAOGONG_SNAPSHOTS", raising=False)
    server = EmbeddedPostgres(folder / "data")
    server.start()
    try:
        kaogong("migrate", server=server, owner=True)
        done = run("-c", FREEZE.format(fen=100_00, bulletin=BULLETIN), server=server)
        assert done.returncode == 0, done.stderr
        frozen = done.stdout.strip()
        said = kaogong("backup", "--data", str(server.data_dir), "--to", str(folder / "kept"))
        assert "可恢复到任意一秒" in said
        assert "已冻结的统计数据 1 份" in said
        assert run("-c", POST.format(fen=250_00), server=server).returncode == 0
        time.sleep(1.1)
        instant = datetime.now(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")
        time.sleep(1.1)
        assert run("-c", POST.format(fen=999_00), server=server).returncode == 0
        kaogong("backup", "--data", str(server.data_dir), "--to", str(folder / "kept"), "--flush")
        damaged = sorted((server.data_dir / "snapshots" / frozen).rglob("*.parquet"))[0]
        damaged.write_bytes(b"x" * damaged.stat().st_size)
        with pytest.raises(FrozenDamaged, match=f"1/{damaged.parent.name}/{damaged.name}"):
            keep_frozen(server, folder / "another")
        assert keep_frozen(server, folder / "kept") == 1
    finally:
        server.stop()

    said = kaogong("restore", "--from", str(folder / "kept"), "--data", str(folder / "back"), "--at", instant)
    assert "逐笔复算一致" in said
    assert "留痕链条完整" in said
    assert "1份统计数据" in said
    assert "摘要全部一致" in said
    kept = [
        path.stat().st_size for path in sorted((folder / "back" / "snapshots" / frozen).rglob("*.parquet"))
    ]
    assert len(kept) == len(FACTS)
    assert "250.00" in said
    assert "999.00" not in said
    assert stated_papers(folder / "back") == [(300_000, "公报.pdf", BULLETIN)]


def test_restore_names_an_instant_it_cannot_read(folder):
    done = run(
        "-m", "kaogong.cli", "restore", "--from", str(folder), "--data", str(folder / "x"), "--at", "昨天"
    )
    assert done.returncode == 1
    assert "昨天" in done.stderr
    assert not (folder / "x").exists()


def test_backup_of_a_foreign_database_is_refused(folder, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://somebody@127.0.0.1:1/theirs")
    done = subprocess.run(
        [sys.executable, "-m", "kaogong.cli", "backup", "--to", str(folder / "kept")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "DATABASE_URL" in done.stderr
