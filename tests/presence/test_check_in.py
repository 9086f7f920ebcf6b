"""A learner's phone says: I am here. Bad codes, bad clocks, bad networks, and people who share."""

from datetime import timedelta
from uuid import uuid4

import pytest

from kaogong.kernel import rotating_code
from kaogong.kernel.errors import NotPermitted
from kaogong.presence import operations, queries
from kaogong.presence.models import CheckIn, DeviceBinding, RefusedCheckIn
from kaogong.training.models import Session
from tests.factories import an_actor, make_person
from tests.presence.rooms import HERE, NINE, ago, make_room

pytestmark = pytest.mark.django_db


def refused() -> list[str]:
    return list(RefusedCheckIn.objects.order_by("id").values_list("why", flat=True))


def test_check_in_by_the_code_on_the_screen_is_taken_and_answered():
    room = make_room()
    receipt = room.check_in(0, NINE - ago(3))
    assert receipt.accepted and receipt.phase == "in" and "签到成功，08:57" in receipt.sentence
    row = CheckIn.objects.get()
    assert (row.place, row.is_first_use, row.is_queued, row.source) == ("inside", True, False, "phone")
    assert receipt.evidence.links["where"].points == 95
    assert str(row.latitude) == "36.0712"  # kept to about 11 m
    assert DeviceBinding.objects.get().person_id == room.people[0].pk


def test_check_in_by_the_typed_code_forgives_how_it_is_typed():
    room = make_room()
    code = room.shown(NINE).short_code
    typed = f" {code[:4].lower()} {code[4:].replace('0', 'O').replace('1', 'l')} "
    receipt = room.check_in(0, NINE + timedelta(seconds=20), short_code=typed, session_id=room.session.pk)
    assert receipt.accepted and CheckIn.objects.get().way == "typed"


def test_check_in_twice_with_one_key_changes_nothing_and_is_answered_alike():
    room, key = make_room(), uuid4()
    first = room.check_in(0, NINE, client_key=key)
    again = room.check_in(0, NINE + ago(0.1), client_key=key)
    assert (again.check_in_id, again.server_at, again.is_repeat) == (first.check_in_id, first.server_at, True)
    assert CheckIn.objects.count() == 1 and refused() == []


def test_check_in_retried_when_its_code_is_long_gone_is_answered_as_before():
    room, key = make_room(), uuid4()
    token = room.shown(NINE).token
    first = room.check_in(0, NINE, client_key=key, token=token)
    late = room.check_in(0, NINE + ago(90), client_key=key, token=token)
    assert late.check_in_id == first.check_in_id and refused() == []


def test_check_in_scanned_again_with_another_key_counts_once_and_is_kept():
    room = make_room()
    first = room.check_in(0, NINE)
    again = room.check_in(0, NINE + ago(2))
    assert again.check_in_id == first.check_in_id and again.is_repeat
    assert CheckIn.objects.count() == 1 and refused() == ["again"]


def test_check_in_from_a_second_phone_counts_once_and_is_told():
    room = make_room()
    room.check_in(0, NINE, device_key="old phone")
    receipt = room.check_in(0, NINE + ago(1), device_key="new phone")
    assert receipt.is_repeat and "另一部手机" in receipt.sentence
    assert CheckIn.objects.count() == 1 and refused() == ["other_phone"]


def test_check_in_with_a_record_of_another_person_is_refused():
    room, key = make_room(), uuid4()
    room.check_in(0, NINE, client_key=key)
    with pytest.raises(operations.CheckInReplayed):
        room.check_in(1, NINE, client_key=key)
    assert refused() == ["replayed"] and CheckIn.objects.count() == 1


@pytest.mark.parametrize("wrong", ["", "AAAA", "不是码", "AQMB4kAEA4l-QMkE5GdKvoS-IWlQxw", "x" * 5000])
def test_check_in_with_a_forged_token_is_refused_and_kept(wrong):
    room = make_room()
    with pytest.raises(operations.CheckInRefused):
        room.check_in(0, NINE, token=wrong)
    assert len(refused()) == 1 and not CheckIn.objects.exists()


def test_check_in_with_one_changed_letter_is_refused():
    room = make_room()
    token = room.shown(NINE).token
    for place in range(len(token)):
        letter = "A" if token[place] != "A" else "B"
        with pytest.raises(operations.CodeForged):
            room.check_in(0, NINE, token=token[:place] + letter + token[place + 1 :])


def test_check_in_with_a_guessed_short_code_is_refused():
    room = make_room()
    with pytest.raises(operations.CodeForged):
        room.check_in(0, NINE, short_code="00000000", session_id=room.session.pk)
    assert refused() == ["forged"]


def test_check_in_with_a_code_just_replaced_waits_for_a_slow_network():
    room = make_room()
    shown = room.shown(NINE)
    assert room.check_in(0, shown.valid_until + timedelta(seconds=19), token=shown.token).accepted
    with pytest.raises(operations.CodeExpired):
        room.check_in(1, shown.valid_until + timedelta(seconds=21), token=shown.token)
    assert refused() == ["expired"]


def test_check_in_with_a_photographed_code_is_refused_and_kept():
    room = make_room()
    token = room.shown(NINE + ago(1)).token
    with pytest.raises(operations.CodePhotographed) as told:
        room.check_in(0, NINE + ago(20), token=token)
    assert "18分钟前" in told.value.message and refused() == ["photographed"]


def test_check_in_kept_an_hour_without_network_is_taken_as_lower_evidence():
    room = make_room()
    seen = NINE - ago(2)
    token, sent = room.shown(seen).token, seen + ago(60)
    receipt = room.check_in(0, sent, token=token, taken_at=seen, sent_at=sent)
    row = CheckIn.objects.get()
    assert row.is_queued and row.phase == "in" and row.stands_for <= seen
    assert "补传" in receipt.sentence and receipt.evidence.links["when"].points == 70


def test_check_in_kept_on_a_phone_whose_clock_is_a_day_back_still_counts():
    room = make_room()
    seen, sent = NINE, NINE + ago(50)
    token, back = room.shown(seen).token, timedelta(days=1)
    receipt = room.check_in(0, sent, token=token, taken_at=seen - back, sent_at=sent - back)
    row = CheckIn.objects.get()
    assert row.skew_seconds == -86_400 and row.queue_gap_seconds < 60
    assert "clock_off" not in receipt.evidence.links["when"].reasons  # 70 is below what the clock allows


def test_check_in_whose_told_wait_does_not_fit_is_held_down():
    room = make_room()
    token = room.shown(NINE).token
    receipt = room.check_in(
        0, NINE + ago(120), token=token, taken_at=NINE + ago(115), sent_at=NINE + ago(120)
    )
    assert receipt.evidence.links["when"].points == 55
    assert "queue_unlikely" in receipt.evidence.links["when"].reasons


def test_check_in_live_takes_the_servers_time_whatever_the_phone_says():
    room = make_room()
    receipt = room.check_in(0, NINE, taken_at=NINE - ago(30), sent_at=NINE - ago(30))
    row = CheckIn.objects.get()
    assert receipt.server_at == row.received_at == NINE and row.skew_seconds == -1800
    assert receipt.evidence.links["when"].points == 95


def test_check_in_kept_longer_than_the_region_allows_is_refused():
    room = make_room()
    token = room.shown(NINE).token
    with pytest.raises(operations.QueuedTooLong):
        room.check_in(0, NINE + ago(25 * 60), token=token, taken_at=NINE, sent_at=NINE + ago(25 * 60))
    assert refused() == ["too_late"]


def test_check_in_by_a_stranger_is_refused_and_kept():
    room = make_room()
    stranger = an_actor("learner", person_id=make_person("过路人").pk)
    with pytest.raises(operations.NotOfThisClass):
        operations.check_in(
            client_key=uuid4(), device_key="p", by=stranger, at=NINE, token=room.shown(NINE).token
        )
    row = RefusedCheckIn.objects.get()
    assert (row.why, row.session_id, row.enrolment_id) == ("not_of_class", room.session.pk, None)


def test_check_in_needs_a_learner():
    room = make_room()
    with pytest.raises(NotPermitted):
        operations.check_in(
            client_key=uuid4(), device_key="p", by=room.clerk, at=NINE, token=room.shown(NINE).token
        )


def test_check_in_to_a_cancelled_session_is_refused():
    room = make_room()
    token = room.shown(NINE).token
    Session.objects.filter(pk=room.session.pk).update(cancelled=True)
    with pytest.raises(operations.SessionIsCancelled):
        room.check_in(0, NINE, token=token)


def test_check_in_phase_is_out_from_shortly_before_the_end():
    room = make_room()
    assert room.check_in(0, NINE + ago(159)).phase == "in"
    assert room.check_in(0, NINE + ago(160)).phase == "out"
    assert room.check_in(1, NINE + ago(200)).phase == "out"
    with pytest.raises(operations.SessionNotOn):
        room.shown(NINE + ago(210))


def test_check_in_with_the_first_and_the_last_code_that_is_shown():
    room = make_room()
    second = timedelta(seconds=1)
    assert room.check_in(0, NINE - ago(30)).phase == "in"
    assert room.check_in(1, NINE + ago(210) - second).phase == "out"
    assert room.shown(NINE + ago(160) - second).phase == "in"
    early = rotating_code.token(queries.room_key(room.session.pk), room.session.pk, _window(NINE - ago(32)))
    with pytest.raises(operations.CheckInNotOpen):
        room.check_in(2, NINE - ago(32), token=early)
    assert refused() == ["not_open"]


def _window(at):
    return rotating_code.window_of(at, 30)


@pytest.mark.parametrize(
    ("position", "place"),
    [
        (None, "absent"),
        ((None, None, None), "absent"),
        ((float("nan"), 1.0, 5.0), "absent"),
        ((91.0, 0.0, 5.0), "absent"),
        ((*HERE, 20.0), "inside"),
        ((*HERE, 0.0), "flat"),
        ((*HERE, None), "unclear"),
        ((*HERE, 3000.0), "unclear"),
        ((HERE[0] + 0.01, HERE[1], 20.0), "outside"),  # about 1.1 km
        ((HERE[0] + 0.0025, HERE[1], 150.0), "unclear"),  # 280 m, give or take 150
    ],
)
def test_check_in_position_is_evidence_and_refuses_nobody(position, place):
    room = make_room()
    assert room.check_in(0, NINE, position=position).accepted
    assert CheckIn.objects.get().place == place


def test_check_in_ten_people_on_one_phone_are_all_taken():
    room = make_room(10)
    for place in range(10):
        assert room.check_in(place, NINE + ago(place / 20), device_key="one phone").accepted
    assert CheckIn.objects.count() == 10 and DeviceBinding.objects.count() == 10


def test_refusals_of_one_person_in_a_day_are_kept_up_to_a_number():
    room = make_room()
    for _ in range(35):
        with pytest.raises(operations.CodeForged):
            room.check_in(0, NINE, short_code="00000000", session_id=room.session.pk)
    assert RefusedCheckIn.objects.count() == 30


def test_check_in_takes_two_look_ups(django_assert_num_queries):
    room = make_room()
    token = room.shown(NINE).token
    with django_assert_num_queries(2):
        room.check_in(0, NINE, token=token)


def test_check_in_is_never_changed():
    from django.db import Error, transaction

    room = make_room()
    room.check_in(0, NINE)
    for words in ({"phase": "out"}, {"place": "outside"}):
        with pytest.raises(Error), transaction.atomic():
            CheckIn.objects.update(**words)
    with pytest.raises(Error), transaction.atomic():
        CheckIn.objects.all().delete()
