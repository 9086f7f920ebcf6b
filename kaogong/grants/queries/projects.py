"""Projects in reach, and where their money stands."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet, Sum

from kaogong.access.queries import in_reach
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound

from ..models import Project, ProjectEntry


@dataclass(frozen=True, slots=True)
class ProjectSums:
    """What a project received and what was paid on."""

    received_fen: int = 0
    paid_fen: int = 0

    @property
    def balance_fen(self) -> int:
        return self.received_fen - self.paid_fen


def projects(by: Actor, *, text: str = "") -> QuerySet[Project]:
    """Projects in reach, the latest awarded first."""
    rows = in_reach(Project.objects.select_related("institution"), by).order_by("-awarded_on", "-id")
    rows = rows.defer("institution__bank_account")
    if wanted := text.strip():
        rows = rows.filter(Q(title__icontains=wanted) | Q(institution__name__icontains=wanted))
    return rows


def project(project_id: int, *, by: Actor) -> Project:
    """One project in reach, or NotFound."""
    found = projects(by).filter(pk=project_id).first()
    if found is None:
        raise NotFound()
    return found


def project_for_update(project_id: int, *, by: Actor) -> Project:
    """The same project, locked until the transaction ends."""
    found = projects(by).select_for_update(of=("self",), no_key=True).filter(pk=project_id).first()
    if found is None:
        raise NotFound()
    return found


def project_sums(project_ids: Iterable[int]) -> dict[int, ProjectSums]:
    """Project id → its sums, in one query."""
    ids = list(project_ids)
    rows = (
        ProjectEntry.objects.filter(project_id__in=ids)
        .values("project_id")
        .annotate(
            received=Sum("amount_fen", filter=Q(kind="received")),
            paid=Sum("amount_fen", filter=Q(kind="paid")),
        )
        .order_by()
    )
    found = {row["project_id"]: ProjectSums(row["received"] or 0, row["paid"] or 0) for row in rows}
    return {pk: found.get(pk, ProjectSums()) for pk in ids}


def project_entries(project_id: int) -> QuerySet[ProjectEntry]:
    """What happened to one project, oldest first, without the files."""
    return ProjectEntry.objects.filter(project_id=project_id).defer("content").order_by("on", "id")


def project_paper(entry_id: int, *, by: Actor) -> ProjectEntry:
    """The file of one entry of a project in reach, or NotFound."""
    found = ProjectEntry.objects.filter(pk=entry_id, content__isnull=False).first()
    if found is None:
        raise NotFound()
    project(found.project_id, by=by)
    return found
