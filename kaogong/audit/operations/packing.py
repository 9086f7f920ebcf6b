"""Packs: asked for with a reason, made from one instant's data, kept, taken along. Every look is told."""

import base64
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import date, datetime
from pathlib import Path

from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction
from django.db.models import Model
from django.utils.timezone import localdate

from kaogong.access.permissions import Permission
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import ReasonMissing
from kaogong.kernel.region_code import RegionCode
from kaogong.ledger.operations import seal_ledger
from kaogong.trail.operations import begin, move, next_number, record, require_may, seal_entries

from .. import queries, verifier
from ..models import AuditPack, AuditPackPart
from ..states import AUDIT_PACK
from .archive import Archive, copy_to, file_digest
from .guide import guide
from .refusals import AuthorityMissing, DaysNotPossible, PackNotKept, RegionOutOfReach

PIECE = 512 << 10
Progress = Callable[[int, int], None]


@transaction.atomic
def ask_for_pack(
    *,
    from_on: date,
    to_on: date,
    by: Actor,
    at: datetime,
    reason: str,
    region_code: str = "",
    is_full: bool = False,
    authority: str = "",
) -> AuditPack:
    """Take up the wish for a pack of these days; ``build_pack`` makes it. A full one names its authority."""
    step = AUDIT_PACK.move("ask")
    require_may(by, step.may, str(step.label))
    if is_full:
        require_may(by, Permission.UNMASK_PERSON, "查看完整个人信息")
        if not authority.strip():
            raise AuthorityMissing()
    if not reason.strip():
        raise ReasonMissing(label=str(step.label))
    region_code = region_code or by.region_code
    if by.role != "system" and not (by.region_code and RegionCode(by.region_code).covers(region_code)):
        raise RegionOutOfReach()
    if not from_on <= to_on <= localdate(at):
        raise DaysNotPossible(from_on=from_on, to_on=to_on)
    pack = AuditPack.objects.create(
        number=next_number(AuditPack, f"SJ-{localdate(at).year}-", 4),
        region_code=region_code,
        from_on=from_on,
        to_on=to_on,
        is_full=is_full,
        authority=authority.strip() if is_full else "",
        reason=reason.strip(),
        asked_at=at,
        asked_by_account_id=by.account_id,
        asked_by_name=by.name,
    )
    begin(
        pack, "asked", by=by, at=at, reason=reason, from_on=from_on.isoformat(), to_on=to_on.isoformat(),
        full=is_full, authority=pack.authority,
    )  # fmt: skip
    return pack


def build_pack(pack_id: int, *, by: Actor, at: datetime, to: Path | None = None) -> AuditPack:
    """Make the pack that was asked for, from the data of one instant; one that is made stays as it is.

    With ``to`` the archive goes into that file, else it is kept for download. A pack with personal data tells
    the trail of each person it holds.
    """
    pack = queries.pack(pack_id, by=by)
    if pack.status != "asked":
        return pack
    if not connection.in_atomic_block:
        seal_entries(at=at)
        seal_ledger(at=at)
    with tempfile.TemporaryDirectory(prefix="kaogong-audit-") as folder:
        path = Path(folder) / f"{pack.number}.zip"
        try:
            with _progress_of(pack) as progress, _one_instant():
                rows, digest = _write(path, pack, by=by, at=at, progress=progress)
                people = _looked_at(pack)
        except Exception as failure:
            _fail(pack, str(failure) or type(failure).__name__, by=by, at=at)
            raise
        with transaction.atomic():
            for person in people:
                record(
                    "person.looked", person, by=by, at=at, reason=f"{pack.reason}（{pack.authority}）",
                    field="audit_pack", pack=pack.number,
                )  # fmt: skip
            pack.rows, pack.size, pack.finished_at = rows, path.stat().st_size, at
            pack.content_digest, pack.file_digest = digest, file_digest(path)
            pack.is_kept, pack.done = to is None, pack.total
            if to is None:
                _keep(pack, path)
            pack.save(
                update_fields=["rows", "size", "finished_at", "content_digest", "file_digest", "is_kept"]
            )
            move(
                pack, "finish", by=by, at=at, rows=rows, size=pack.size, digest=digest,
                file=pack.file_digest, **queries.last_seals(),
            )  # fmt: skip
        if to is not None:
            copy_to(path, to)
    return pack


@contextmanager
def _one_instant() -> Iterator[None]:
    """All the files show the same instant: whatever is committed meanwhile is not in any of them."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


@contextmanager
def _progress_of(pack: AuditPack) -> Iterator[Progress]:
    """Tells how far the work is over a connection of its own, so that it is seen while the work goes on."""
    with closing(connections.create_connection(DEFAULT_DB_ALIAS)) as beside:

        def progress(done: int, total: int) -> None:
            pack.total = total
            with beside.cursor() as cursor:
                cursor.execute(
                    "UPDATE audit_auditpack SET done = %s, total = %s WHERE id = %s", [done, total, pack.pk]
                )

        yield progress


def _write(path: Path, pack: AuditPack, *, by: Actor, at: datetime, progress: Progress) -> tuple[int, str]:
    period = queries.Period(pack.region_code, pack.from_on, pack.to_on, pack.is_full)
    tables = queries.tables(period)
    total = len(tables) + 5
    with Archive(path) as archive:
        days = {"from_on": pack.from_on.isoformat(), "to_on": pack.to_on.isoformat()}
        archive.add_text("README.txt", guide(region=pack.region_code, authority=pack.authority, **days))
        archive.add_text("verify.py", Path(verifier.__file__).read_text(encoding="utf-8"))
        accounts, balances = queries.written_accounts(period), queries.written_balances(period)
        sums = ("opening_fen", "moved_fen", "closing_fen")
        archive.add_rows("data/ledger/accounts", accounts, sums=sums, flat=_itself)
        sums = ("until_fen", "after_fen", "kept_fen")
        archive.add_rows("data/made/balances", balances, sums=sums, flat=_itself)
        progress(1, total)
        archive.add_rows("data/ledger/entries", queries.written_entries(period), flat=queries.legs_of)
        progress(2, total)
        archive.add_rows("data/ledger/seals", queries.written_ledger_seals(period))
        for done, table in enumerate(tables, 3):
            rows = table.written(period)
            archive.add_rows(
                f"data/{table.path}", rows, sums=table.sums, flat=_itself if table.is_flat else None
            )
            progress(done, total)
        archive.add_rows("data/trail/entries", queries.written_trail(period))
        archive.add_rows("data/trail/seals", queries.written_seals(period))
        about = {
            "region_code": pack.region_code,
            **days,
            "is_full": pack.is_full,
            "authority": pack.authority,
        }
        made = {"made_at": at, "made_by": by.name, "number": pack.number}
        digest = archive.close_with(about, made | {"database_at": queries.database_now()})
        progress(total, total)
        return archive.rows, digest


def _itself(row: dict) -> list[dict]:
    return [row]


def _looked_at(pack: AuditPack) -> list[Model]:
    """Whom the pack shows in full."""
    if not pack.is_full:
        return []
    period = queries.Period(pack.region_code, pack.from_on, pack.to_on, is_full=True)
    return list(queries.people_of(period).only("id", "name", "id_number_masked", "region_code"))


def _keep(pack: AuditPack, path: Path) -> None:
    with path.open("rb") as file:
        for sequence in range(1 << 31):
            data = file.read(PIECE)
            if not data:
                break
            AuditPackPart.objects.create(
                pack=pack, sequence=sequence, content=base64.b64encode(data).decode()
            )


@transaction.atomic
def _fail(pack: AuditPack, problem: str, *, by: Actor, at: datetime) -> None:
    pack.refusal, pack.finished_at = problem[:1000], at
    pack.save(update_fields=["refusal", "finished_at"])
    move(pack, "fail", by=by, at=at, problem=problem[:200])


@transaction.atomic
def take_pack(pack_id: int, *, by: Actor, at: datetime) -> tuple[AuditPack, Iterator[bytes]]:
    """The archive to take along, piece by piece; who took it is told."""
    require_may(by, Permission.MAKE_AUDIT_PACK, "下载审计包")
    pack = queries.pack(pack_id, by=by)
    if pack.is_full:
        require_may(by, Permission.UNMASK_PERSON, "查看完整个人信息")
    if not pack.is_kept:
        raise PackNotKept(number=pack.number)
    record("audit_pack.taken", pack, by=by, at=at, full=pack.is_full, file=pack.file_digest)
    return pack, queries.pieces(pack)
