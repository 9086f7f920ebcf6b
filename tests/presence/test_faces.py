"""The photograph of one's own face: asked for by data, kept sealed, compared by the register, never a refusal."""

import hashlib
import json
from base64 import b64decode
from dataclasses import replace

import pytest
from django.db import Error, connection, transaction
from django.test import override_settings

from kaogong.gateways import registers
from kaogong.kernel.actor import system_actor
from kaogong.kernel.errors import NotFound
from kaogong.papers.pictures import picture
from kaogong.people.models import RegisterAnswer, RegisterAsking
from kaogong.presence import operations, queries
from kaogong.presence.models import FacePhoto
from kaogong.presence.operations.faces import LONGEST_SIDE
from kaogong.presence.tasks import compare_faces_every_minute, weigh_every_five_minutes
from tests.factories import an_actor, make_person
from tests.presence.pictures import a_picture
from tests.presence.rooms import NINE, ago, make_room

pytestmark = pytest.mark.django_db
SOON = NINE + ago(2)


@pytest.fixture
def face_register(tmp_path):
    """A register of faces in a file: ``knows(person, photo, percent)`` teaches it one."""
    path = tmp_path / "facts.json"
    pairs: list[dict] = []

    def write() -> None:
        told = {"source": "示例人脸库（虚构）", "as_of": "2026-06-01", "face": pairs}
        path.write_text(json.dumps(told), encoding="utf-8")

    def knows(person, photo: bytes, percent: int) -> None:
        sent = picture(photo, longest=LONGEST_SIDE).content
        digest = hashlib.sha256(sent).hexdigest()
        pairs.append({"photo": digest, "id_number": person.id_number, "percent": percent})
        write()

    write()
    with override_settings(REGISTERS=f"face=facts:{path}"):
        yield knows


def who(room, place: int):
    """The link “who” of one learner as the session is weighed now."""
    weighed = operations.weigh_session(room.session.pk, by=system_actor(), at=NINE + ago(5))
    return next(row.links["who"] for row in weighed if row.enrolment_id == room.enrolment(place).pk)


def take(room, place: int, photo: bytes, at=SOON) -> FacePhoto:
    return operations.photograph_face(room.session.pk, photo=photo, by=room.learners[place], at=at)


def compare(at=SOON) -> int:
    return operations.compare_faces(by=system_actor(), at=at)


def test_photograph_face_that_matches_is_the_strongest_proof(face_register):
    room, photo = make_room(), a_picture(1)
    face_register(room.people[0], photo, 93)
    room.check_in(0, NINE)
    taken = take(room, 0, photo)
    assert (taken.said, taken.number, taken.is_used_before) == ("waiting", 1, False)
    assert who(room, 0)["reasons"] == ["first_phone"]  # 80, below the 88 of a photograph not compared yet
    assert compare() == 1
    assert who(room, 0) == {"points": 100, "reasons": ["face_matched"]}
    taken.refresh_from_db()
    assert (taken.likeness, taken.source, taken.compared_at) == (93, "示例人脸库（虚构）", SOON)


def test_photograph_face_is_kept_sealed_small_and_without_notes(face_register):
    room = make_room()
    room.check_in(0, NINE)
    taken = take(room, 0, a_picture(2, size=(3000, 2000)))
    with connection.cursor() as cursor:
        cursor.execute("SELECT photo FROM presence_facephoto WHERE id = %s", [taken.pk])
        stored = bytes(cursor.fetchone()[0])
    kept = b64decode(FacePhoto.objects.get(pk=taken.pk).photo)
    assert kept.startswith(b"\xff\xd8\xff") and len(kept) < 60_000
    assert kept[:40] not in stored and taken.photo.encode()[:40] not in stored


def test_photograph_face_of_another_lowers_and_refuses_nothing(face_register):
    room, photo = make_room(), a_picture(3)
    face_register(room.people[0], photo, 12)
    assert room.check_in(0, NINE).accepted
    take(room, 0, photo)
    compare()
    assert who(room, 0)["points"] == 30 and "face_differs" in who(room, 0)["reasons"]
    better = a_picture(4)
    face_register(room.people[0], better, 91)  # the light was bad: the better one counts
    take(room, 0, better)
    compare()
    assert who(room, 0)["points"] == 100


def test_photograph_face_register_down_is_told_and_asked_again(face_register, tmp_path):
    room, photo = make_room(), a_picture(5)
    room.check_in(0, NINE)
    before = who(room, 0)["points"]
    take(room, 0, photo)
    face_register(room.people[0], photo, 95)
    down = tmp_path / "facts.json"
    kept = down.read_text()
    down.write_text("{")
    assert compare() == 0
    assert FacePhoto.objects.get().said == "unavailable"
    assert who(room, 0)["points"] == before == 80
    down.write_text(kept + " ")
    assert compare(SOON + ago(1)) == 1
    assert FacePhoto.objects.get().likeness == 95
    assert compare(SOON + ago(2)) == 0  # answered once, not asked again


def test_codes_of_faces_say_what_could_not_be_compared_and_what_was_not_taken():
    settings = queries.settings_of("370299", NINE.date())
    one = FacePhoto(check_in_id=1, number=1)
    assert queries.codes_of_faces(settings, [one], {"in"}) == {"face_unchecked"}
    assert queries.codes_of_faces(settings, [], {"in"}) == {"face_not_taken"}
    assert queries.codes_of_faces(settings, [], {"out"}) == set()
    assert queries.codes_of_faces(settings, [], {"out", "recall-1"}) == {"face_not_taken"}
    assert queries.codes_of_faces(replace(settings, faces_at=frozenset()), [], {"in"}) == set()
    better, worse = FacePhoto(check_in_id=2, likeness=90), FacePhoto(check_in_id=2, likeness=10)
    assert queries.codes_of_faces(settings, [worse, better], {"in"}) == {"face_matched"}
    elsewhere = FacePhoto(check_in_id=3, likeness=10)
    assert queries.codes_of_faces(settings, [better, elsewhere], {"in"}) == {"face_matched", "face_differs"}


def test_photograph_face_not_connected_and_no_portrait_lower_nothing_that_was_lower():
    room = make_room()
    room.check_in(0, NINE)
    take(room, 0, a_picture(6))
    with override_settings(REGISTERS=""):
        assert compare() == 0
    assert FacePhoto.objects.get().said == "not_connected"
    assert who(room, 0)["points"] == 80


def test_photograph_face_used_before_is_taken_and_told(face_register):
    room, photo = make_room(), a_picture(7)
    for place in (0, 1):
        face_register(room.people[place], photo, 90)
        room.check_in(place, NINE)
        take(room, place, photo)
    compare()
    assert who(room, 0)["points"] == 100
    assert who(room, 1)["points"] == 40 and "face_repeated" in who(room, 1)["reasons"]


def test_photograph_face_refuses_by_name_and_leaves_the_check_in(face_register, monkeypatch):
    room = make_room()
    with pytest.raises(operations.FaceNotAsked):  # not checked in
        take(room, 0, a_picture(8))
    room.check_in(0, NINE)
    with pytest.raises(operations.FacePhotoUnreadable):
        take(room, 0, b"GIF89a")
    with pytest.raises(operations.FaceClosed):
        take(room, 0, a_picture(8), at=NINE + ago(16))
    for seed in (10, 11, 12):
        face_register(room.people[0], a_picture(seed), 20)
        take(room, 0, a_picture(seed))
        with pytest.raises((operations.FaceClosed, operations.FaceTriesUsed)):  # the last is being compared
            take(room, 0, a_picture(seed + 50))
        compare()
    with pytest.raises(operations.FaceTriesUsed):
        take(room, 0, a_picture(13))
    stranger = an_actor("learner", person_id=make_person("外人").pk)
    with pytest.raises(NotFound):
        operations.photograph_face(room.session.pk, photo=a_picture(1), by=stranger, at=SOON)
    assert queries.check_ins_of(room.session.pk, room.clerk).count() == 1


def test_photograph_face_where_the_region_asks_for_none(monkeypatch):
    room = make_room()
    off = replace(queries.settings_of("370299", room.session.on), faces_at=frozenset())
    for module in ("faces", "sessions", "facts"):
        name = "settings_for" if module != "facts" else "settings_of"
        monkeypatch.setattr(f"kaogong.presence.queries.{module}.{name}", lambda *_: off)
    monkeypatch.setattr("kaogong.presence.queries.settings_for", lambda *_: off)
    room.check_in(0, NINE)
    with pytest.raises(operations.FaceNotAsked):
        take(room, 0, a_picture(9))
    assert who(room, 0) == {"points": 80, "reasons": ["first_phone"]}
    assert queries.settings_of("370211", room.session.on).faces_at == frozenset()


def test_who_has_no_camera_loses_next_to_nothing(face_register):
    room = make_room()
    room.check_in(0, NINE)
    assert who(room, 0)["points"] == 80  # a new phone is the lower limit of the two
    operations.assist_check_in(
        room.session.pk, [room.enrolment(1).pk], by=room.clerk, at=NINE + ago(1), reason="没有手机"
    )
    assert "face_not_taken" not in who(room, 1)["reasons"]


def test_photograph_face_at_a_recall_belongs_to_the_recall(face_register):
    room = make_room()
    room.check_in(0, NINE)
    called = operations.call_recall(room.session.pk, by=room.clerk, at=NINE + ago(60))
    now = NINE + ago(61)
    room.check_in(0, now, recall_id=called.pk)
    taken = take(room, 0, a_picture(20), at=now + ago(1))
    assert taken.check_in.phase == "recall-1"


def test_compare_faces_keeps_no_photograph_in_what_was_asked(face_register):
    room, photo = make_room(), a_picture(21)
    face_register(room.people[0], photo, 88)
    room.check_in(0, NINE)
    take(room, 0, photo)
    compare_faces_every_minute.func(timestamp=int(SOON.timestamp()))
    asked = RegisterAsking.objects.get()
    assert (asked.kind, asked.asked, asked.known) == ("face", 1, 1)
    assert not RegisterAnswer.objects.exists()
    weigh_every_five_minutes.func(timestamp=int((SOON + ago(3)).timestamp()))
    assert who(room, 0)["points"] == 100


def test_face_photo_is_never_removed_nor_exchanged(face_register):
    room = make_room()
    room.check_in(0, NINE)
    taken = take(room, 0, a_picture(22))
    for words in ({"look": 1}, {"digest": "x"}, {"is_used_before": True}):
        with pytest.raises(Error), transaction.atomic():
            FacePhoto.objects.filter(pk=taken.pk).update(**words)
    with pytest.raises(Error), transaction.atomic():
        FacePhoto.objects.all().delete()


def test_of_face_is_told_the_number_and_no_name():
    told = registers.of_face("1", b"photo", "37021119900101001X").told
    assert set(told) == {"photo", "id_number"}
