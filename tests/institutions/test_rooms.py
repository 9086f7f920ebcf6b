"""Rooms of sites."""

from datetime import timedelta

import pytest
from django.utils import timezone

from kaogong.institutions import queries
from kaogong.institutions.models import Room
from kaogong.institutions.operations import RoomHoldsNobody, RoomNameMissing, RoomNameTaken, add_room
from kaogong.kernel.errors import NotFound, NotPermitted
from tests.factories import an_actor, make_institution, make_site
from tests.factories.institutions import make_room
from tests.factories.people import AT

pytestmark = pytest.mark.django_db


def test_add_room_by_the_institution_itself():
    institution = make_institution()
    site = make_site(institution)
    clerk = an_actor("provider_clerk", organisation_id=institution.pk)
    room = add_room(site.pk, name="焊接车间", kind="workshop", capacity=30, accessible=True, by=clerk, at=AT)
    assert list(queries.rooms(institution.pk)) == [room]
    assert (room.kind, room.capacity, room.accessible) == ("workshop", 30, True)


def test_add_room_refuses_a_bad_name_or_capacity():
    site = make_site(make_institution())
    make_room(site, "一号教室")
    clerk = an_actor("bureau_clerk")
    with pytest.raises(RoomNameTaken):
        add_room(site.pk, name=" 一号教室 ", capacity=10, by=clerk, at=AT)
    with pytest.raises(RoomNameMissing):
        add_room(site.pk, name=" ", capacity=10, by=clerk, at=AT)
    with pytest.raises(RoomHoldsNobody):
        add_room(site.pk, name="二号教室", capacity=0, by=clerk, at=AT)


def test_add_room_refuses_strangers():
    site = make_site(make_institution())
    other = make_institution()
    with pytest.raises(NotFound):
        add_room(
            site.pk, name="A", capacity=1, by=an_actor("provider_clerk", organisation_id=other.pk), at=AT
        )
    with pytest.raises(NotFound):
        add_room(site.pk, name="A", capacity=1, by=an_actor("bureau_clerk", region_code="510700"), at=AT)
    with pytest.raises(NotPermitted):
        add_room(site.pk, name="A", capacity=1, by=an_actor("auditor"), at=AT)


def test_rooms_leaves_out_what_was_given_up():
    institution = make_institution()
    room = make_room(make_site(institution))
    today = timezone.localdate(AT)
    Room.objects.filter(pk=room.pk).update(left_on=today)
    assert list(queries.rooms(institution.pk, today)) == []
    assert list(queries.rooms(institution.pk, today - timedelta(days=1))) == [room]
