"""Groups and standings: what held of whom on which day (A5, A6)."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from kaogong.kernel.actor import system_actor
from kaogong.kernel.errors import NotFound, NotPermitted, ReasonMissing
from kaogong.people import queries
from kaogong.people.models import GroupMembership, Standing
from kaogong.people.operations import (
    GroupOverlaps,
    GroupUnknown,
    NewGroup,
    NewStanding,
    StandingOverlaps,
    StandingUnknown,
    end_group,
    record_group,
    record_groups,
    record_standing,
    record_standings,
)
from tests.factories import an_actor, make_person

pytestmark = pytest.mark.django_db
BY = system_actor()
D = date


def _group(person, start, end=None, code="rural_transferred_worker", **more):
    more = {"by": BY} | more
    return record_group(
        person.pk, group_code=code, start_on=start, end_on=end, source="农村劳动力系统", **more
    )


def test_record_group_holds_from_its_first_day_up_to_its_end(now):
    person = make_person()
    _group(person, D(2026, 1, 1), D(2026, 7, 1), at=now)
    on = lambda day: queries.groups_on([person.pk], day)[person.pk]  # noqa: E731
    assert on(D(2025, 12, 31)) == []
    assert on(D(2026, 1, 1)) == on(D(2026, 6, 30)) == ["rural_transferred_worker"]
    assert on(D(2026, 7, 1)) == []


def test_record_group_the_same_again_is_no_change(now):
    person = make_person()
    first = _group(person, D(2026, 1, 1), at=now)
    assert _group(person, D(2026, 1, 1), at=now).pk == first.pk


def test_record_group_overlapping_is_refused_by_name(now):
    person = make_person()
    _group(person, D(2026, 1, 1), at=now)
    with pytest.raises(GroupOverlaps) as refused:
        _group(person, D(2026, 3, 1), D(2026, 4, 1), at=now)
    assert "农村转移就业劳动者" in refused.value.message


def test_record_group_overlapping_is_refused_by_the_database_too(now):
    person = make_person()
    _group(person, D(2026, 1, 1), at=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        GroupMembership.objects.create(
            person=person,
            group_code="rural_transferred_worker",
            start_on=D(2026, 2, 1),
            source="x",
            recorded_at=now,
        )


def test_record_group_unknown_is_refused(now):
    with pytest.raises(GroupUnknown):
        _group(make_person(), D(2026, 1, 1), code="lucky_person", at=now)


def test_record_group_needs_the_right_and_the_reach(now):
    person = make_person()
    with pytest.raises(NotPermitted):
        _group(person, D(2026, 1, 1), by=an_actor("cashier"), at=now)
    with pytest.raises(NotFound):
        _group(person, D(2026, 1, 1), by=an_actor("bureau_clerk", region_code="510700"), at=now)


def test_record_groups_leaves_out_what_overlaps(now):
    old, new = make_person(), make_person("李四")
    _group(old, D(2026, 1, 1), at=now)
    groups = [NewGroup(p.pk, "rural_transferred_worker", D(2026, 3, 1), None, "花名册") for p in (old, new)]
    assert record_groups(groups, by=an_actor("provider_clerk"), at=now) == 1
    assert record_groups(groups, by=BY, at=now) == 0
    assert GroupMembership.objects.get(person=old).source == "农村劳动力系统"


def test_end_group_needs_a_reason_and_ends_it(now):
    person, clerk = make_person(), an_actor("bureau_clerk")
    membership = _group(person, D(2026, 1, 1), at=now)
    with pytest.raises(ReasonMissing):
        end_group(membership.pk, end_on=D(2026, 5, 1), by=clerk, at=now, reason=" ")
    end_group(membership.pk, end_on=D(2026, 5, 1), by=clerk, at=now, reason="已进城落户")
    assert queries.groups_on([person.pk], D(2026, 5, 1)) == {person.pk: []}


def test_standing_on_tells_unknown_from_no(now):
    insured, idle, unknown = make_person(), make_person(), make_person()
    for person, holds in ((insured, True), (idle, False)):
        record_standing(
            person.pk, kind="insured", holds=holds, start_on=D(2026, 1, 1), source="社保", by=BY, at=now
        )
    ids = [insured.pk, idle.pk, unknown.pk]
    assert queries.standing_on(ids, "insured", D(2026, 2, 1)) == {insured.pk: True, idle.pk: False}
    assert queries.standing_on(ids, "insured", D(2025, 2, 1)) == {}
    assert queries.standing_on(ids, "pension", D(2026, 2, 1)) == {}


def test_record_standing_ends_the_open_one_before_it(now):
    person = make_person(standings={"insured": True})
    record_standing(
        person.pk, kind="insured", holds=False, start_on=D(2026, 6, 1), source="社保", by=BY, at=now
    )
    assert queries.standing_on([person.pk], "insured", D(2026, 5, 31)) == {person.pk: True}
    assert queries.standing_on([person.pk], "insured", D(2026, 6, 1)) == {person.pk: False}
    with pytest.raises(StandingOverlaps):
        record_standing(
            person.pk, kind="insured", holds=True, start_on=D(2026, 1, 1), source="社保", by=BY, at=now
        )


def test_record_standing_unknown_kind_is_refused(now):
    with pytest.raises(StandingUnknown):
        record_standing(
            make_person().pk, kind="rich", holds=True, start_on=D(2026, 1, 1), source="x", by=BY, at=now
        )


def test_record_standings_again_adds_nothing(now):
    people = [make_person() for _ in range(3)]
    standings = [NewStanding(p.pk, "pension", False, D(2020, 1, 1), None, "社保") for p in people]
    assert record_standings(standings, by=BY, at=now) == 3
    assert record_standings(standings, by=BY, at=now) == 0
    assert Standing.objects.count() == 3
