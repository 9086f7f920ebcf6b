"""A learner's phone says: I am here."""

import pytest

from kaogong.presence import operations
from kaogong.presence.models import CheckIn
from tests.presence.rooms import NINE, ago, make_room

pytestmark = pytest.mark.django_db


def test_check_in_by_the_code_on_the_screen_is_taken_and_answered():
    room = make_room()
    receipt = room.check_in(0, NINE - ago(3))
    assert receipt.accepted and receipt.phase == "in" and "签到成功" in receipt.sentence
    row = CheckIn.objects.get()
    assert (row.place, row.is_first_use, row.is_queued, row.source) == ("inside", True, False, "phone")
