"""Phones and the people who use them."""

import pytest

from kaogong.kernel.errors import NotFound, ReasonMissing
from kaogong.presence import operations, queries
from kaogong.presence.models import DeviceBinding
from tests.factories import an_actor
from tests.presence.rooms import NINE, make_room

pytestmark = pytest.mark.django_db


def test_bind_device_again_changes_nothing():
    room = make_room()
    first = operations.bind_device("phone", by=room.learners[0], at=NINE)
    again = operations.bind_device("phone", by=room.learners[0], at=NINE)
    assert first.pk == again.pk and DeviceBinding.objects.count() == 1


def test_bind_device_of_a_family_is_allowed_and_told():
    room = make_room()
    operations.bind_device("phone", by=room.learners[0], at=NINE)
    operations.bind_device("phone", by=room.learners[1], at=NINE)
    assert [use.others for use in queries.devices_of(room.people[0].pk)] == [1]


def test_release_device_needs_a_reason_and_reach():
    room, other = make_room(), an_actor("provider_clerk")
    binding = operations.bind_device("phone", by=room.learners[0], at=NINE)
    with pytest.raises(ReasonMissing):
        operations.release_device(binding.pk, by=room.clerk, at=NINE, reason=" ")
    with pytest.raises(NotFound):
        operations.release_device(binding.pk, by=other, at=NINE, reason="丢了")
    released = operations.release_device(binding.pk, by=room.clerk, at=NINE, reason="丢了")
    assert released.released_by and queries.devices_of(room.people[0].pk) == []
    again = operations.bind_device("phone", by=room.learners[0], at=NINE)
    assert again.pk != binding.pk
