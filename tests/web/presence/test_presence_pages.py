"""Check-in through the pages: the phone, the room, the school's roll and sheets, objections, the live board."""

import hashlib
import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kaogong.institutions.models import Site
from kaogong.kernel.actor import system_actor
from kaogong.papers.pictures import picture
from kaogong.presence import operations, queries
from kaogong.presence.models import CheckIn, CheckInImport, DeviceBinding, RefusedCheckIn
from kaogong.training import operations as training
from kaogong.training.models import Attendance, Session, TrainingClass
from tests.factories import an_actor
from tests.presence.pictures import a_picture
from tests.presence.rooms import HERE, NINE, ago, make_room
from tests.web.provider.conftest import browser_of

pytestmark = pytest.mark.django_db
LATER = NINE + ago(30)


@pytest.fixture
def clock(monkeypatch):
    """A function that sets the instant requests are answered at."""

    def at(instant):
        cache.clear()
        monkeypatch.setattr("kaogong.web.middleware.timezone.now", lambda: instant)

    monkeypatch.setattr("kaogong.web.sessions._now", lambda: 0)
    at(LATER)
    return at


@pytest.fixture
def room(clock):
    return make_room(4)


@pytest.fixture
def pupil(room):
    return browser_of(room.learners[0])


@pytest.fixture
def school(room):
    return browser_of(room.clerk)


@pytest.fixture
def bureau(room):
    return browser_of(an_actor("bureau_clerk", region_code=room.training_class.region_code))


def text(response) -> str:
    return response.content.decode()


def attempt(room, **more) -> dict:
    """What a phone sends."""
    told = {
        "client_key": str(uuid4()), "device_key": "my phone", "token": room.shown(LATER).token,
        "latitude": HERE[0], "longitude": HERE[1], "accuracy": 15.5,
        "taken_at": LATER.isoformat(), "sent_at": LATER.isoformat(),
    }  # fmt: skip
    return told | more


def send(browser, told: dict):
    return browser.post(reverse("learner:check_in:record"), json.dumps(told), content_type="application/json")


def test_photograph_after_check_in_from_the_answer_to_the_result(room, pupil, clock, tmp_path):
    photo = a_picture(31)
    face = send(pupil, attempt(room)).json()["face"]
    assert face == of("learner:check_in:photograph", room)
    page = text(pupil.get(face))
    assert 'capture="user"' in page and 'accept="image/*"' in page and "可以不拍" in page
    sent = pupil.post(face, {"photo": SimpleUploadedFile("me.jpg", photo, "image/jpeg")}, follow=True)
    assert "照片已收到，正在比对" in text(sent) and "交这张照片" not in text(sent)
    digest = hashlib.sha256(picture(photo, longest=480).content).hexdigest()
    facts = tmp_path / "facts.json"
    known = {"photo": digest, "id_number": room.people[0].id_number, "percent": 93}
    facts.write_text(json.dumps({"source": "示例", "as_of": "2026-06-01", "face": [known]}))
    with override_settings(REGISTERS=f"face=facts:{facts}"):
        operations.compare_faces(by=system_actor(), at=LATER)
    assert "比对一致" in text(pupil.get(face))


def test_photograph_refused_says_why_and_that_the_check_in_stands(room, pupil, clock):
    face = of("learner:check_in:photograph", room)
    assert "现在没有要拍的照片" in text(pupil.get(face))
    send(pupil, attempt(room))
    spoilt = pupil.post(face, {"photo": SimpleUploadedFile("me.gif", b"GIF89a", "image/gif")})
    assert spoilt.status_code == 422 and "不拍也不影响签到" in text(spoilt)
    with override_settings(REGISTERS=""):
        pupil.post(face, {"photo": SimpleUploadedFile("me.jpg", a_picture(32), "image/jpeg")})
        operations.compare_faces(by=system_actor(), at=LATER)
    assert "没有接入比对服务" in text(pupil.get(face)) and CheckIn.objects.count() == 1
    clock(LATER + ago(20))
    assert "交这张照片" not in text(pupil.get(face))


def test_photograph_of_another_class_is_not_found(room, pupil, clock):
    other = make_room()
    assert pupil.get(of("learner:check_in:photograph", other)).status_code == 404


def of(name: str, room) -> str:
    return reverse(name, args=[room.session.pk])


# -- the phone


def test_record_takes_a_check_in_once_and_answers_the_same_again(pupil, room):
    told = attempt(room)
    first, again = send(pupil, told), send(pupil, told)
    assert first.status_code == again.status_code == 200
    assert first.json()["said"] == again.json()["said"]
    assert first.json()["taken"]
    kept = CheckIn.objects.get()
    assert (kept.phase, kept.place, kept.accuracy_metres) == ("in", "inside", 16)


def test_record_takes_a_check_in_without_a_position(pupil, room):
    told = attempt(room, latitude=None, longitude=None, accuracy=None)
    assert send(pupil, told).json()["taken"]
    assert CheckIn.objects.get().place == "absent"


def test_record_takes_the_short_code_typed(pupil, room):
    short = room.shown(LATER).short_code.lower()
    assert send(pupil, attempt(room, token="", short_code=short, session=str(room.session.pk))).json()[
        "taken"
    ]
    assert CheckIn.objects.get().way == "typed"


def test_record_takes_a_press_kept_without_network(pupil, room, clock):
    told = attempt(room)
    clock(LATER + ago(45))
    assert send(pupil, told | {"sent_at": (LATER + ago(45)).isoformat()}).json()["taken"]
    assert CheckIn.objects.get().is_queued


def test_record_refuses_an_old_code_in_words_and_keeps_the_refusal(pupil, room):
    told = attempt(room, token=room.shown(NINE).token)
    answer = send(pupil, told)
    assert answer.status_code == 409
    assert "转发的照片不能用" in answer.json()["said"]
    assert RefusedCheckIn.objects.get().why == "photographed"


@pytest.mark.parametrize(
    "wrong",
    [
        "", "[]", "{", "null", '{"client_key": "1"}', '{"client_key": 5, "device_key": 5}', "x" * 9000,
        json.dumps({"client_key": str(uuid4()), "device_key": "p", "session": "99999999999999999999"}),
        json.dumps({"client_key": str(uuid4()), "device_key": "p", "latitude": "north", "longitude": 1}),
    ],
)  # fmt: skip
def test_record_says_when_it_does_not_understand(pupil, wrong):
    answer = pupil.post(reverse("learner:check_in:record"), wrong, content_type="application/json")
    assert answer.status_code == 409
    assert "没有读懂" in answer.json()["said"]
    assert not CheckIn.objects.exists()


def test_record_needs_the_mark_of_the_page_it_comes_from(room):
    browser = browser_of(room.learners[0])
    browser.handler.enforce_csrf_checks = True
    assert send(browser, attempt(room)).status_code == 403
    assert not CheckIn.objects.exists()


def test_record_asks_the_database_few_questions(pupil, room):
    send(pupil, attempt(room))
    other, told = browser_of(room.learners[1]), attempt(room, device_key="another")
    with CaptureQueriesContext(connection) as asked:
        assert send(other, told).json()["taken"]
    # session, account, whether two files became one, door, check-in
    assert len(asked) <= 5, [one["sql"][:90] for one in asked]


def test_page_tells_the_class_of_the_code_and_what_pressing_does(pupil, room, clock):
    page = text(pupil.get(reverse("learner:check_in:page"), {"c": room.shown(LATER).token}))
    assert room.training_class.title in page
    assert '<button class="press">签到</button>' in page
    leaving = NINE + ago(170)
    clock(leaving)
    page = text(pupil.get(reverse("learner:check_in:page"), {"c": room.shown(leaving).token}))
    assert '<button class="press">签退</button>' in page
    operations.call_recall(room.session.pk, by=room.clerk, at=leaving)
    page = text(pupil.get(reverse("learner:check_in:page"), {"c": room.shown(leaving).token}))
    assert '<button class="press">答到</button>' in page


def test_page_says_that_a_code_cannot_be_read(pupil):
    assert "没有认出这个码" in text(pupil.get(reverse("learner:check_in:page"), {"c": "rubbish"}))


def test_page_kept_for_lost_networks_knows_nobody(pupil, room):
    page = text(pupil.get(reverse("learner:check_in:kept")))
    assert room.people[0].name not in page
    assert 'data-who=""' in page
    assert "csrfmiddlewaretoken" not in page


def test_log_in_keeps_the_code(client, room):
    answer = client.get(reverse("learner:check_in:page"), {"c": "AbC-_1"})
    assert answer.url == "/login/?next=/learner/check-in/%3Fc%3DAbC-_1"


def test_call_over_is_told_to_who_has_not_answered(pupil, room):
    address = reverse("learner:check_in:calls")
    assert pupil.get(address).status_code == 204
    recall = operations.call_recall(room.session.pk, by=room.clerk, at=LATER)
    assert "正在点名" in text(pupil.get(address))
    assert send(pupil, attempt(room, recall=str(recall.pk))).json()["taken"]
    assert pupil.get(address).status_code == 204


# -- the room's screen


def test_screen_names_nobody_and_counts_who_came(school, room):
    room.check_in(0, LATER)
    page = text(school.get(of("provider:sessions:screen", room)))
    assert not [one.name for one in room.people if one.name in page]
    told = school.get(of("provider:sessions:code", room)).json()
    assert (told["came"], told["expected"]) == (1, 4)
    assert told["qr"].startswith("data:image/png")
    assert told["short"].replace(" ", "") == room.shown(LATER).short_code
    assert 0 < told["seconds"] <= 30


def test_screen_says_when_there_is_no_code_to_show(school, room, clock):
    clock(NINE + timedelta(hours=9))
    assert school.get(of("provider:sessions:code", room)).json()["over"]
    assert school.get(of("provider:sessions:screen", room)).status_code == 200


# -- the roll


def test_roll_shows_check_ins_evidence_and_what_was_refused(school, room, clock):
    room.check_in(0, LATER)
    send(browser_of(room.learners[1]), attempt(room, token=room.shown(NINE).token))
    page = text(school.get(of("provider:sessions:detail", room)))
    assert "扫码 · 在培训地点" in page
    assert "可能是照片转发" in page
    over = queries.hours_for(room.session).closes_at + ago(1)
    clock(over)
    school.post(of("provider:sessions:weigh", room))
    page = text(school.get(of("provider:sessions:detail", room)))
    assert "最弱" in page
    assert Attendance.objects.filter(session=room.session).count() == 4


def test_roll_lists_today_with_the_way_to_the_screen(school, room):
    page = text(school.get(reverse("provider:sessions:list")))
    assert of("provider:sessions:screen", room) in page


def test_assisted_check_in_takes_whom_the_teacher_names_with_a_reason(school, room):
    chosen = [room.enrolment(1).pk, room.enrolment(2).pk]
    address = of("provider:sessions:assist", room)
    assert school.post(address, {"enrolment_ids": chosen, "reason": ""}).status_code == 422
    answer = school.post(
        address, {"enrolment_ids": chosen, "reason": "没有智能手机", "is_signed": "on"}, follow=True
    )
    assert "已代签 2 人" in text(answer)
    assert set(CheckIn.objects.values_list("source", "is_signed", "note")) == {
        ("assisted", True, "没有智能手机")
    }


def test_call_over_from_the_roll(school, room):
    assert "第 1 次点名已开始" in text(school.post(of("provider:sessions:call", room), follow=True))
    assert queries.recalls_of(room.session.pk, room.clerk)[0].number == 1


def test_shared_phone_is_shown_and_given_back(school, room):
    room.check_in(0, LATER, device_key="one")
    room.check_in(1, LATER, device_key="one")
    page = text(school.get(of("provider:sessions:detail", room)))
    assert "还有 1 人用" in page
    binding = DeviceBinding.objects.first()
    school.post(
        reverse("provider:sessions:release", args=[binding.pk]),
        {"reason": "换了手机", "session": room.session.pk},
    )
    binding.refresh_from_db()
    assert binding.release_reason == "换了手机"


def sheet_of(room) -> bytes:
    on = f"{room.session.on:%Y-%m-%d}"
    lines = [
        "姓名,日期,签到时间,签退时间",
        f"{room.people[0].name},{on},08:55,12:01",
        f"查无此人,{on},08:50,12:00",
    ]
    return "\n".join(lines).encode()


def test_sheet_is_looked_over_before_it_is_taken(school, room, clock):
    clock(NINE + timedelta(hours=11))
    address = reverse("provider:sessions:import", args=[room.training_class.pk])
    given = {"source": "card_reader", "sheet": SimpleUploadedFile("刷卡.csv", sheet_of(room))}
    preview = school.post(address, given)
    assert "录入 2 次签到" in text(preview)
    assert not CheckIn.objects.exists()
    assert not CheckInImport.objects.exists()
    kept = {name: preview.context[name] for name in ("kept", "filename", "source")}
    taken = school.post(address, kept)
    assert "录入 2 次签到，另有 0 次以前录过" in text(taken)
    assert CheckIn.objects.filter(source="card_reader").count() == 2
    assert CheckInImport.objects.get().filename == "刷卡.csv"
    again = school.post(address, kept)
    assert "录入 0 次签到，另有 2 次以前录过" in text(again)
    assert "以前导入过" in text(again)


def test_sheet_that_is_none_is_refused_beside_the_field(school, room):
    address = reverse("provider:sessions:import", args=[room.training_class.pk])
    given = {"source": "paper", "sheet": SimpleUploadedFile("a.csv", "天气,心情\n晴,好".encode())}
    answer = school.post(address, given)
    assert answer.status_code == 422
    assert "field-error" in text(answer)


# -- objections


@pytest.fixture
def disputed(room, clock, pupil):
    """The first learner, marked absent, objects on the phone."""
    over = queries.hours_for(room.session).closes_at + ago(5)
    clock(over)
    training.record_attendance(room.session.pk, {room.enrolment(0).pk: "A"}, by=room.clerk, at=over)
    answer = pupil.post(
        of("learner:disputes:dispute", room), {"wanted_mark": "P", "reason": "我一直在第三排"}
    )
    assert answer.status_code == 302
    return queries.my_disputes(room.learners[0]).get()


def test_learner_objects_and_reads_the_answer(pupil, school, room, disputed):
    own = reverse("learner:disputes:detail", args=[disputed.pk])
    assert "答复期限" in text(pupil.get(own))
    listed = text(school.get(reverse("provider:disputes:list")))
    assert room.people[0].name in listed
    school.post(reverse("provider:disputes:uphold", args=[disputed.pk]), {"reason": "同桌和老师都证明在"})
    assert "同桌和老师都证明在" in text(pupil.get(own))
    assert Attendance.objects.get(enrolment=room.enrolment(0), session=room.session).mark == "P"


def test_bureau_sees_objections_with_their_deadline_and_may_answer(bureau, room, disputed):
    listed = text(bureau.get(reverse("bureau:disputes:list"), {"status": "received"}))
    assert room.people[0].name in listed
    assert "个工作日" in listed
    page = text(bureau.get(reverse("bureau:disputes:detail", args=[disputed.pk])))
    assert "我一直在第三排" in page
    bureau.post(reverse("bureau:disputes:dismiss", args=[disputed.pk]), {"reason": "监控显示不在"})
    disputed.refresh_from_db()
    assert (disputed.status, disputed.answer) == ("dismissed", "监控显示不在")


def test_bureau_grants_an_objection_after_the_class_has_finished(bureau, room, disputed):
    TrainingClass.objects.filter(pk=room.training_class.pk).update(status="finished")
    bureau.post(reverse("bureau:disputes:uphold", args=[disputed.pk]), {"reason": "监控显示在"})
    disputed.refresh_from_db()
    assert disputed.status == "upheld"
    assert Attendance.objects.get(enrolment=room.enrolment(0), session=room.session).mark == "P"


def test_learner_sees_each_session_with_its_evidence_and_the_way_to_object(pupil, room, clock):
    room.check_in(0, LATER)
    over = queries.hours_for(room.session).closes_at + ago(1)
    operations.weigh_session(room.session.pk, by=room.clerk, at=over)
    training.record_attendance(
        room.session.pk, {room.enrolment(0).pk: "L"}, by=room.clerk, at=over, reason="请假"
    )
    clock(over)
    page = text(pupil.get(reverse("learner:hours:detail", args=[room.enrolment(0).pk])))
    assert "09:30 签到" in page
    assert "最弱" in page
    assert of("learner:disputes:dispute", room) in page


# -- the board


def test_board_shows_the_same_on_the_map_and_in_the_table(bureau, room):
    room.check_in(0, LATER)
    page = text(bureau.get(reverse("bureau:live:board")))
    assert "1 / 4" in page
    assert page.count(of("bureau:live:session", room)) >= 1
    Site.objects.update(latitude="35.81", longitude="120.80")  # in the fictional district
    page = text(bureau.get(reverse("bureau:live:board")))
    assert page.count(of("bureau:live:session", room)) == 2
    assert "到课不足八成" in page


def test_board_answers_htmx_with_the_part_that_changes_and_the_same_filters(bureau, room):
    address = reverse("bureau:live:board") + "?show=begun"
    part = text(bureau.get(address, headers={"HX-Request": "true"}))
    assert "<html" not in part
    assert 'hx-get="/bureau/live/?show=begun"' in part
    assert room.training_class.title in part
    assert "没有符合条件的课" in text(bureau.get(reverse("bureau:live:board"), {"provider": "999999"}))
    assert "没有符合条件的课" in text(bureau.get(reverse("bureau:live:board"), {"area": "370211"}))


def test_board_says_when_nothing_is_on(bureau, clock):
    clock(NINE - timedelta(hours=3))
    assert "现在没有在上的课" in text(bureau.get(reverse("bureau:live:board")))


def test_board_asks_no_more_for_more_classes(bureau, room):
    def asked() -> int:
        bureau.get(reverse("bureau:live:board"))
        with CaptureQueriesContext(connection) as questions:
            assert bureau.get(reverse("bureau:live:board")).status_code == 200
        return len(questions)

    few = asked()
    for _ in range(3):
        make_room(2)
    assert asked() == few <= 12


def test_session_of_the_board_shows_evidence_and_lets_the_bureau_call_over(bureau, room):
    room.check_in(0, LATER)
    page = text(bureau.get(of("bureau:live:session", room)))
    assert room.people[0].name in page
    assert "扫码 · 在培训地点" in page
    assert f"{reverse('bureau:inspections:order')}?session={room.session.pk}" in page
    assert "次点名已开始" in text(bureau.post(of("bureau:live:call", room), follow=True))


def test_class_page_sums_up_the_evidence_of_each_learner(bureau, school, room):
    room.check_in(0, LATER)
    over = queries.hours_for(room.session).closes_at + ago(1)
    operations.weigh_session(room.session.pk, by=room.clerk, at=over)
    for browser, name in ((bureau, "bureau:classes:attendance"), (school, "provider:attendance:grid")):
        page = text(browser.get(reverse(name, args=[room.training_class.pk])))
        assert "到课依据和计入课时" in page
        assert "全程在场" in page


def test_another_school_reaches_none_of_it(room, clock):
    other = browser_of(make_room(1).clerk)
    for name in ("detail", "screen", "code", "assist"):
        assert other.get(of(f"provider:sessions:{name}", room)).status_code == 404
    assert other.post(of("provider:sessions:call", room)).status_code == 404
    assert not Session.objects.filter(pk=room.session.pk, recalls__isnull=False).exists()
