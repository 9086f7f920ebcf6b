"""The people of a team grant: named one by one, checked on the register, in one team a year unless it is said why."""

from datetime import date

import pytest

from kaogong.grants import operations, queries
from kaogong.kernel.errors import NotFound, WrongState
from kaogong.people.operations import NameDiffers
from kaogong.trail.models import Entry
from tests.factories import an_actor, make_institution, make_person
from tests.factories.paper import A_PDF
from tests.factories.people import an_id_number
from tests.factories.training import a_day_at

pytestmark = pytest.mark.django_db
ON, PLACE = date(2026, 7, 10), "510700"
AT = a_day_at(ON)


def a_team_grant(*, at=AT):
    """A body's draft of a team grant, with who acts for the body."""
    own = an_actor("provider_clerk", organisation_id=make_institution(region_code=PLACE).pk)
    return operations.draft_grant("excellence_plan", region_code=PLACE, by=own, at=at), own


def submitted(grant, own, at=AT):
    """The same handed in with every paper it asks for."""
    for kind in queries.terms_of(PLACE, "excellence_plan", ON).paper_kinds:
        operations.add_grant_paper(grant.pk, kind=kind, filename="a.pdf", content=A_PDF, by=own, at=at)
    return operations.submit_grant(grant.pk, by=own, at=at)


def add(grant, own, person, at=AT, **more):
    return operations.add_team_member(
        grant.pk, name=person.name, id_number=person.id_number, by=own, at=at, **more
    )


def test_add_team_member_checks_the_register_and_names_one_leader():
    grant, own = a_team_grant()
    leader = make_person("张领队")
    member = add(grant, own, leader, leads=True)
    assert (member.person_id, member.leads, member.although) == (leader.pk, True, "")
    number = an_id_number().value
    fresh = operations.add_team_member(grant.pk, name="新成员", id_number=number, by=own, at=AT)
    assert fresh.person.id_number == number  # registered with the team
    assert [one.person.name for one in queries.team_of(grant.pk)] == ["张领队", "新成员"]
    with pytest.raises(NameDiffers):
        operations.add_team_member(grant.pk, name="别的名字", id_number=leader.id_number, by=own, at=AT)
    with pytest.raises(operations.TeamMemberThere):
        add(grant, own, leader)
    with pytest.raises(operations.TeamLedAlready):
        add(grant, own, make_person("李二"), leads=True)
    entries = Entry.objects.filter(verb="grant.member_added").order_by("id")
    assert [entry.detail["leads"] for entry in entries] == [True, False]


def test_add_team_member_of_another_team_is_told_and_needs_a_reason():
    (first, own), (second, other) = a_team_grant(), a_team_grant()
    person = make_person("两头跑")
    add(first, own, person)
    with pytest.raises(operations.InAnotherTeam, match="两头跑"):
        add(second, other, person)
    member = add(second, other, person, although="两个团队分工不同")
    assert member.although == "两个团队分工不同"
    assert queries.other_teams(second, [person.pk]) == {person.pk: [first]}
    next_year = a_day_at(date(2027, 3, 1))
    later, third = a_team_grant(at=next_year)
    assert add(later, third, person, at=next_year, although="不必写").although == ""  # another round


def test_add_team_member_of_a_team_that_was_let_go_needs_no_reason():
    (first, own), (second, other) = a_team_grant(), a_team_grant()
    person = make_person("李改投")
    add(first, own, person)
    operations.withdraw_grant(first.pk, by=own, at=AT, reason="不申请了")
    assert add(second, other, person).although == ""
    with pytest.raises(WrongState):
        add(first, own, make_person("王晚到"))


def test_only_the_applicant_names_a_team_and_only_of_a_team_grant():
    grant, own = a_team_grant()
    member = add(grant, own, make_person("张领队"))
    stranger = an_actor("provider_clerk", organisation_id=make_institution(region_code=PLACE).pk)
    with pytest.raises(NotFound):
        add(grant, stranger, make_person("李二"))
    with pytest.raises(NotFound):
        operations.remove_team_member(member.pk, by=stranger, at=AT)
    operations.remove_team_member(member.pk, by=own, at=AT)
    assert not queries.team_of(grant.pk).exists()
    plain = operations.draft_grant("skill_base_grant", region_code=PLACE, by=own, at=AT)
    with pytest.raises(operations.NotForTeams):
        add(plain, own, make_person("赵五"))
