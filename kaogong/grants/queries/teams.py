"""Reading the teams of team grants: who is in one, in which others, and with which certificate on the day."""

from collections.abc import Iterable

from django.db.models import QuerySet

from kaogong.certificates import queries as certificates
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound
from kaogong.kernel.levels import level_of
from kaogong.people import queries as people

from ..models import Grant, TeamMember
from ..states import LET_GO
from .fetching import grants


def team_of(grant_id: int) -> QuerySet[TeamMember]:
    """The people of one grant's team, who leads it first."""
    rows = TeamMember.objects.filter(grant_id=grant_id).select_related("person")
    rows = rows.defer("person__id_number", "person__phone", "person__bank_account")
    return rows.order_by("-leads", "id")


def team_member(member_id: int, *, by: Actor) -> TeamMember:
    """One member of a grant in reach, or NotFound."""
    rows = TeamMember.objects.filter(grant__in=grants(by).order_by().values("pk"))
    found = rows.select_related("grant").filter(pk=member_id).first()
    if found is None:
        raise NotFound()
    return found


def other_teams(grant: Grant, person_ids: Iterable[int]) -> dict[int, list[Grant]]:
    """Person → other grants of the same scheme, place and year whose team has them, under whichever row."""
    same = people.same_person_ids(person_ids)
    rows = TeamMember.objects.filter(
        grant__scheme_code=grant.scheme_code,
        grant__region_code=grant.region_code,
        grant__event_on__year=grant.event_on.year,
        person_id__in={pk for several in same.values() for pk in several},
    )
    rows = rows.exclude(grant=grant).exclude(grant__status__in=LET_GO).select_related("grant__institution")
    found: dict[int, list[Grant]] = {}
    for row in rows.order_by("id"):
        for person_id, several in same.items():
            if row.person_id in several:
                found.setdefault(person_id, []).append(row.grant)
    return found


def teams_of_person(person_id: int, *, by: Actor) -> QuerySet[TeamMember]:
    """The teams one person is in, of grants in reach, the latest first."""
    rows = TeamMember.objects.filter(person_id__in=people.same_person_ids([person_id])[person_id])
    rows = rows.filter(grant__in=grants(by).order_by().values("pk"))
    return rows.select_related("grant__institution").order_by("-id")


def certificate_held(person_id: int, on) -> object | None:
    """The highest certificate that stood on the day; None where there is none on file."""
    held = [
        one
        for one in certificates.certificates_of(person_id)
        if one.issued_on <= on and one.status == "issued" and one.level_code
    ]
    return max(held, key=lambda one: level_of(one.level_code), default=None)
