"""Snapshots, and where their files lie."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.conf import settings
from django.db.models import Q, QuerySet

from kaogong.access.permissions import Permission
from kaogong.access.queries import in_reach
from kaogong.gateways.postgres import default_data_dir
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound, NotPermitted

from ..models import Snapshot, StatedFigure, StatedPaper

MISSING, CHANGED = "missing", "changed"


@dataclass(frozen=True, slots=True)
class FileFault:
    """One file of a snapshot that is not what it was; ``kind`` is ``missing`` or ``changed``."""

    file: str
    kind: str


def home() -> Path:
    """Where this installation keeps its snapshots."""
    return Path(settings.SNAPSHOTS_DIR) if settings.SNAPSHOTS_DIR else default_data_dir() / "snapshots"


def folder_of(snapshot: Snapshot) -> Path:
    """The folder of one snapshot's files."""
    return home() / snapshot.folder


def latest_snapshot() -> Snapshot | None:
    """The newest snapshot, None before the first was taken."""
    return Snapshot.objects.order_by("-number").first()


def snapshots(by: Actor) -> QuerySet[Snapshot]:
    """All snapshots, the newest first."""
    require_may_look(by)
    return Snapshot.objects.order_by("-number")


def snapshot(number: int, *, by: Actor) -> Snapshot:
    """One snapshot by its number, or NotFound: those not frozen go after a while."""
    found = snapshots(by).filter(number=number).first()
    if found is None:
        raise NotFound()
    return found


def snapshot_for_update(number: int) -> Snapshot | None:
    return Snapshot.objects.select_for_update().filter(number=number).first()


def require_may_look(by: Actor, permission: Permission = Permission.VIEW_BUREAU, label: str = "") -> None:
    """Figures are the bureau's to look at, and the system's."""
    if by.role != "system" and not by.may(permission):
        raise NotPermitted(label=label or "查看统计数据")


def file_digest(path: Path) -> str:
    """SHA-256 of one file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def faults_of(snapshot: Snapshot) -> list[FileFault]:
    """The files of a snapshot that are gone or no longer what they were; reads all of them."""
    folder, faults = folder_of(snapshot), []
    for name, told in sorted(snapshot.files.items()):
        path = folder / name
        if not path.is_file():
            faults.append(FileFault(name, MISSING))
        elif path.stat().st_size != told["bytes"] or file_digest(path) != told["digest"]:
            faults.append(FileFault(name, CHANGED))
    return faults


def is_whole(snapshot: Snapshot) -> bool:
    """Whether every file is there with its size: enough to go on from, not to swear by."""
    folder = folder_of(snapshot)
    return all(
        (folder / name).is_file() and (folder / name).stat().st_size == told["bytes"]
        for name, told in snapshot.files.items()
    )


def outdated_snapshots(before: datetime) -> QuerySet[Snapshot]:
    """Snapshots not frozen, followed by a newer one, and as of before that instant."""
    newest = Snapshot.objects.order_by("-number").values_list("number", flat=True)[:1]
    return Snapshot.objects.filter(status="taken", as_of__lt=before).exclude(number__in=list(newest))


def stated_figures(by: Actor) -> QuerySet[StatedFigure]:
    """Stated figures in reach that hold, the newest first."""
    require_may_look(by)
    rows = StatedFigure.objects.filter(replaced_by__isnull=True).order_by("-id")
    return in_reach(rows, by, organisation=None)


def stated_figure(pk: int, *, by: Actor) -> StatedFigure:
    """One stated figure in reach, also one that was corrected since."""
    require_may_look(by)
    rows = StatedFigure.objects.filter(pk=pk).select_related("paper").defer("paper__content")
    found = in_reach(rows, by, organisation=None).first()
    if found is None:
        raise NotFound()
    return found


def stated_history(pk: int, *, by: Actor) -> list[StatedFigure]:
    """All that was ever stated of the same thing, the first one first."""
    one = stated_figure(pk, by=by)
    same = StatedFigure.objects.filter(
        indicator_code=one.indicator_code,
        region_code=one.region_code,
        start_on=one.start_on,
        end_on=one.end_on,
    )
    return list(same.select_related("paper").defer("paper__content").order_by("id"))


def stated_paper(pk: int, *, by: Actor) -> StatedPaper:
    """The document kept with a stated figure in reach; not found where none was attached."""
    one = stated_figure(pk, by=by)
    found = StatedPaper.objects.filter(figure=one).select_related("figure").first()
    if found is None:
        raise NotFound()
    return found


def stated_value(
    indicator_code: str,
    region_code: str,
    start_on: date,
    end_on: date,
    *,
    as_known_at: datetime | None = None,
) -> StatedFigure | None:
    """What holds of one region and period; with ``as_known_at`` what held then."""
    rows = StatedFigure.objects.filter(
        indicator_code=indicator_code, region_code=region_code, start_on=start_on, end_on=end_on
    )
    if as_known_at is not None:
        rows = rows.filter(stated_at__lte=as_known_at)
        return rows.order_by("-id").first()
    return rows.filter(Q(replaced_by__isnull=True)).first()
