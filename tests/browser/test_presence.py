"""A class checks in: the room's screen, old phones with and without a position or a network, the live board."""

import subprocess
import sys
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone

from kaogong.demo.accounts import DEMO_PASSWORD
from kaogong.kernel import rotating_code
from kaogong.presence.queries import room_key
from tests.browser.conftest import ROOT, wait_until
from tests.browser.test_pages import WCAG

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(600)]

# A session of a running class is moved to this hour, and four of its learners get log-ins.
PREPARE = """
import django; django.setup()
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo
from kaogong.access.models import Account
from kaogong.access.operations import open_account
from kaogong.kernel.actor import system_actor
from kaogong.training.models import Session, TrainingClass
now = datetime.now(ZoneInfo("Asia/Shanghai"))
begins = max(now - timedelta(minutes=20), datetime.combine(now.date(), time(0, 0), now.tzinfo))
ends = min(now + timedelta(minutes=70), datetime.combine(now.date(), time(23, 59), now.tzinfo))
one = TrainingClass.objects.filter(status="running").order_by("pk").first()
Session.objects.filter(on=now.date()).update(cancelled=True)  # nothing else is on
session = one.sessions.filter(cancelled=False).order_by("-on").first()
Session.objects.filter(pk=session.pk).update(on=now.date(), starts_at=begins.time(), ends_at=ends.time())
school = Account.objects.get(organisation_id=one.institution_id, role="provider_clerk")
known = Account.objects.filter(person_id__isnull=False).values("person_id")
enrolled = one.enrolments.filter(status="enrolled").exclude(person_id__in=known)
people = [row.person for row in enrolled.order_by("sequence")[:5]]
for place, person in enumerate(people):
    open_account(username=f"pupil{{place}}", name=person.name, role="learner", password={password!r},
                 person_id=person.pk, by=system_actor(), at=now)
print(session.pk, one.pk, school.username, session.site.latitude, session.site.longitude)
"""


@pytest.fixture(scope="module")
def room(site_environment):
    """(session, class, the school's log-in, the site's position) of a session that is on."""
    words = [sys.executable, "-c", PREPARE.format(password=DEMO_PASSWORD)]
    told = subprocess.run(words, env=site_environment, cwd=ROOT, check=True, capture_output=True, text=True)
    session, training_class, school, latitude, longitude = told.stdout.split()
    return {
        "session": int(session),
        "class": int(training_class),
        "school": school,
        "at": {"latitude": float(latitude), "longitude": float(longitude), "accuracy": 20},
    }


CODE_SECONDS = 30
PHONE = {"width": 360, "has_touch": True}
SCREEN, LEARN = "/provider/sessions/{session}/screen/", "/learner/check-in/"


def token(room, ago: timedelta = timedelta()) -> str:
    """What the square code on the room's screen says, or said some time ago."""
    window = rotating_code.window_of(timezone.now() - ago, CODE_SECONDS)
    return rotating_code.token(room_key(room["session"]), room["session"], window)


def said(page, words: str) -> None:
    """Wait until the page says these words, aloud for a screen reader too."""
    page.locator("[data-says]", has_text=words).wait_for()
    assert page.locator("[data-says]").get_attribute("role") == "status"


def faults_of(page) -> list[str]:
    """What is wrong with a page for people who cannot see it well, and for small screens."""
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": WCAG}})
    faults = [f"{one['id']} {one['nodes'][0]['html'][:160]}" for one in found.response["violations"]]
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth + 1"):
        faults.append("wider than the screen")
    if page.locator("h1").count() != 1:
        faults.append(f"{page.locator('h1').count()} h1")
    return faults + page.complaints


def came(open_page, room) -> int:
    """How many the room's screen says have come."""
    page = open_page(room["school"], SCREEN.format(**room))
    count = int(page.locator("#screen-came").inner_text())
    page.context.close()
    return count


def test_screen_shows_a_code_that_changes_and_nobodys_name(open_page, room):
    page = open_page(room["school"], SCREEN.format(**room))
    first, short = page.locator("#screen-qr").get_attribute("src"), page.locator("#screen-short").inner_text()
    assert len(short.replace(" ", "")) == 8
    assert faults_of(page) == []
    wait_until(page, "(old) => document.getElementById('screen-qr').src !== old", first, seconds=40)
    assert page.locator("#screen-short").inner_text() != short
    page.context.set_offline(True)
    page.get_by_text("网络断了，正在重连").wait_for(timeout=30_000)
    page.context.set_offline(False)
    page.get_by_text("码在自动更换").wait_for(timeout=30_000)


def test_check_in_with_a_position_counts_once_however_often_pressed(open_page, room):
    before = came(open_page, room)
    page = open_page(
        "pupil0", f"{LEARN}?c={token(room)}", geolocation=room["at"], permissions=["geolocation"], **PHONE
    )
    assert faults_of(page) == []
    page.get_by_role("button", name="签到", exact=True).dblclick()
    said(page, "签到成功")
    page.reload()
    page.get_by_role("button", name="签到", exact=True).click()
    said(page, "签到成功")
    assert came(open_page, room) == before + 1
    roll = open_page(room["school"], "/provider/sessions/{session}/".format(**room))
    assert roll.get_by_text("扫码 · 在培训地点").count() == 1
    assert faults_of(roll) == []


def test_check_in_without_a_position_after_the_log_in(open_page, room):
    page = open_page(None, f"{LEARN}?c={token(room)}", **PHONE)
    page.locator("#id_username").fill("pupil1")
    page.locator("#id_password").fill(DEMO_PASSWORD)
    page.locator("form", has=page.locator("#id_password")).get_by_role("button").click()
    page.get_by_role("button", name="签到", exact=True).click()  # the position is refused
    said(page, "签到成功")
    assert "c=" in page.url


def test_expired_code_is_refused_in_words_and_the_short_code_typed_instead(open_page, room):
    page = open_page("pupil2", f"{LEARN}?c={token(room, timedelta(minutes=5))}", **PHONE)
    page.get_by_role("button", name="签到", exact=True).click()
    said(page, "分钟前就已换掉")
    assert page.evaluate("JSON.parse(localStorage['kaogong-presses']).length") == 0
    screen = open_page(room["school"], SCREEN.format(**room))
    page.goto(LEARN)
    page.locator("#short").fill(screen.locator("#screen-short").inner_text().lower())
    page.get_by_role("button", name="签到", exact=True).click()
    said(page, "签到成功")


def test_press_without_network_is_kept_and_sent_when_it_is_back(open_page, room):
    page = open_page(
        "pupil3", f"{LEARN}?c={token(room)}", geolocation=room["at"], permissions=["geolocation"], **PHONE
    )
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.context.set_offline(True)
    page.get_by_role("button", name="签到", exact=True).click()
    said(page, "已存在手机里，等网络恢复自动上传")
    kept = page.evaluate("JSON.parse(localStorage['kaogong-presses'])")
    page.get_by_role("button", name="签到", exact=True).click()
    said(page, "已存在手机里，等网络恢复自动上传")
    assert (
        page.evaluate("JSON.parse(localStorage['kaogong-presses'])")[0]["client_key"] == kept[0]["client_key"]
    )
    assert page.evaluate("JSON.parse(localStorage['kaogong-presses']).length") == 1
    page.context.set_offline(False)
    said(page, "签到成功")
    assert page.evaluate("JSON.parse(localStorage['kaogong-presses']).length") == 0


def test_page_opens_without_network_and_sends_for_whom_it_was_opened_before(open_page, room):
    page = open_page("pupil4", LEARN, **PHONE)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    wait_until(page, "caches.match('/learner/check-in/kept/').then((kept) => Boolean(kept))")
    scanned = token(room)
    page.context.set_offline(True)
    page.goto(f"{LEARN}?c={scanned}")
    page.get_by_text("现在没有网络").wait_for()
    page.get_by_role("button", name="签到", exact=True).click()
    said(page, "已存在手机里，等网络恢复自动上传")
    page.reload()
    said(page, "已存在手机里，等网络恢复自动上传")
    page.context.set_offline(False)
    said(page, "签到成功")
    page.goto(LEARN)
    page.locator("#main .tag.ok", has_text="签到").wait_for()


def test_somebody_elses_press_is_not_sent_by_who_logs_in_next(open_page, room):
    page = open_page("pupil0", LEARN, **PHONE)
    page.evaluate(
        """localStorage['kaogong-presses'] = JSON.stringify([{client_key: crypto.randomUUID(), who: 'another',
           device_key: 'x', token: 'x', short_code: '', taken_at: new Date().toISOString()}])"""
    )
    page.reload()
    page.wait_for_timeout(1500)
    assert page.locator("[data-says]").is_hidden()
    assert page.evaluate("JSON.parse(localStorage['kaogong-presses']).length") == 1


def test_call_over_is_answered_with_the_code_on_the_screen(open_page, room):
    roll = open_page(room["school"], "/provider/sessions/{session}/".format(**room))
    roll.get_by_role("button", name="点名", exact=True).click()
    roll.locator("dialog[open] .go").click()
    roll.get_by_text("次点名已开始").wait_for()
    page = open_page("pupil0", f"{LEARN}?c={token(room)}", **PHONE)
    page.get_by_role("heading", name="正在点名").wait_for()
    assert faults_of(page) == []
    page.get_by_role("button", name="答到").click()
    said(page, "点名已应答")


def test_board_shows_what_is_on_and_keeps_its_filter_when_it_renews_itself(open_page, room):
    page = open_page("clerk", "/bureau/live/")
    assert page.locator("#now table tbody tr").count() == page.locator("#now svg a").count() == 1
    assert faults_of(page) == []
    page.locator("#show").select_option("begun")
    page.wait_for_url("**/live/?*show=begun*")
    with page.expect_response(lambda answer: "show=begun" in answer.url, timeout=40_000) as renewed:
        pass
    assert renewed.value.request.headers["x-kaogong-poll"] == "1"
    assert page.locator("#show").input_value() == "begun"
    page.locator("#now svg a").click()
    page.get_by_role("heading", name="学员").wait_for()
    assert faults_of(page) == []


@pytest.mark.parametrize(("width", "dark"), [(360, True), (1440, False)])
def test_pages_of_presence_are_accessible_and_fit(open_page, room, width, dark):
    faults = []
    for who, path in (
        (room["school"], "/provider/sessions/"),
        (room["school"], "/provider/sessions/{session}/"),
        (room["school"], "/provider/sessions/{session}/assist/"),
        (room["school"], "/provider/sessions/class/{class}/import/"),
        (room["school"], "/provider/sessions/disputes/"),
        (room["school"], "/provider/attendance/class/{class}/"),
        ("clerk", "/bureau/live/"),
        ("clerk", "/bureau/live/sessions/{session}/"),
        ("clerk", "/bureau/disputes/"),
        ("pupil0", "/learner/check-in/"),
        ("pupil0", "/learner/check-in/kept/"),
        ("pupil0", "/learner/disputes/session/{session}/"),
    ):
        page = open_page(who, path.format(**room), width=width, dark=dark)
        faults += [f"{path}: {fault}" for fault in faults_of(page)]
    assert faults == []
