"""Who is in the team a team grant is asked for: named one by one while it is with its applicant (L13)."""

from datetime import datetime

from django.db import transaction

from kaogong.access.permissions import Permission
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import Refused
from kaogong.kernel.writing import compact, tidy
from kaogong.people import operations as people
from kaogong.people.operations import NewPerson
from kaogong.trail.operations import record, require_may

from .. import queries
from ..models import TeamMember
from .applying import own_draft, terms_of_grant

MOST_MEMBERS = 50


class NotForTeams(Refused):
    """“{scheme}”不是团队项目，不列团队成员。"""


class TeamMemberThere(Refused):
    """这个人已经在团队里。"""

    form_field = "id_number"


class TeamLedAlready(Refused):
    """团队已经有带头人，一个团队一位。"""

    form_field = "leads"


class TeamTooLarge(Refused):
    """一个团队最多{most}人。"""


class InAnotherTeam(Refused):
    """{name}本年度已在同一项目另一个团队里；确要列入，请写明理由。"""

    form_field = "although"


@transaction.atomic
def add_team_member(
    grant_id: int, *, name: str, id_number: str, by: Actor, at: datetime, leads: bool = False,
    although: str = "",
) -> TeamMember:  # fmt: skip
    """Name one person of the team; checked on the real-name register, who is not on file yet is registered.

    Somebody in another team of the same scheme, place and year is refused unless ``although`` says why.
    """
    grant = own_draft(grant_id, "填写团队成员", by=by)
    terms = terms_of_grant(grant)
    if not terms.by_team:
        raise NotForTeams(scheme=terms.scheme.label)
    person = people.register_person(
        NewPerson(name=name, id_number=compact(id_number).upper(), region_code=grant.region_code[:6]),
        by=by, at=at, reason="团队成员登记",
    )  # fmt: skip
    team = list(queries.team_of(grant.pk))
    if any(one.person_id == person.pk for one in team):
        raise TeamMemberThere()
    if leads and any(one.leads for one in team):
        raise TeamLedAlready()
    if len(team) >= MOST_MEMBERS:
        raise TeamTooLarge(most=MOST_MEMBERS)
    elsewhere = queries.other_teams(grant, [person.pk])
    if elsewhere and not tidy(although):
        raise InAnotherTeam(name=person.name)
    member = TeamMember.objects.create(
        grant=grant, person=person, leads=leads, although=tidy(although)[:200] if elsewhere else ""
    )
    record("grant.member_added", grant, by=by, at=at, reason=member.although, leads=leads)
    return member


@transaction.atomic
def remove_team_member(member_id: int, *, by: Actor, at: datetime, reason: str = "") -> TeamMember:
    """Take one person out of the team again while the application is with its applicant."""
    require_may(by, Permission.SUBMIT_GRANT, "填写团队成员")
    found = queries.team_member(member_id, by=by)
    grant = own_draft(found.grant_id, "填写团队成员", by=by)
    found.delete()
    record("grant.member_removed", grant, by=by, at=at, reason=reason)
    return found
