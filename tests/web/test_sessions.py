"""A session ends after half an hour without use, and twelve hours after the log-in however busy."""

import pytest
from django.test import Client
from django.urls import reverse

from kaogong.access.queries import accounts
from kaogong.kernel.actor import system_actor
from kaogong.web import sessions
from tests.factories import an_actor

pytestmark = pytest.mark.django_db
HOME, MINUTE, HOUR = "/bureau/", 60, 3600
BEGAN = 1_800_000_000


@pytest.fixture
def clock(monkeypatch):
    """A function that sets the clock sessions go by, in seconds after the log-in."""

    def after(seconds: int) -> None:
        monkeypatch.setattr(sessions, "_now", lambda: BEGAN + seconds)

    after(0)
    return after


@pytest.fixture
def browser(clock):
    actor = an_actor("bureau_clerk")
    client = Client()
    client.force_login(
        accounts(system_actor()).get(pk=actor.account_id), backend="django.contrib.auth.backends.ModelBackend"
    )
    return client


def test_a_session_ends_after_half_an_hour_without_use(browser, clock):
    clock(29 * MINUTE)
    assert browser.get(HOME).status_code == 200
    clock(58 * MINUTE)
    assert browser.get(HOME).status_code == 200
    clock(58 * MINUTE + 30 * MINUTE + 1)
    answer = browser.get(HOME, follow=True)
    assert answer.redirect_chain == [("/login/?next=/bureau/", 302)]
    assert "30 分钟没有操作" in answer.content.decode()
    assert browser.get(HOME).status_code == 302


def test_a_session_ends_twelve_hours_after_the_log_in_however_busy(browser, clock):
    for minutes in range(20, 12 * 60 + 1, 20):
        clock(minutes * MINUTE)
        assert browser.get(reverse("portal:help")).status_code == 200
    assert browser.get(HOME).status_code == 200
    clock(12 * HOUR + 1)
    answer = browser.get(HOME, follow=True)
    assert "登录已满 12 小时" in answer.content.decode()
    assert browser.get(HOME).status_code == 302


def test_an_act_after_the_session_ended_is_not_done(browser, clock):
    clock(31 * MINUTE)
    answer = browser.post("/bureau/people/find/", {"id_number": "110101199003070000"})
    assert answer.status_code == 302
    assert answer["Location"].startswith("/login/")


def test_reading_pages_within_a_minute_writes_nothing(browser, clock):
    browser.get(HOME)
    before = dict(browser.session.items())
    clock(59)
    browser.get(HOME)
    assert dict(browser.session.items()) == before
    clock(61)
    browser.get(HOME)
    assert browser.session[sessions.SEEN] == BEGAN + 61
    assert browser.session[sessions.BEGAN] == BEGAN


def test_the_cookie_does_not_outlive_the_browser(browser):
    answer = browser.get(HOME)
    assert "sessionid" not in answer.cookies or not answer.cookies["sessionid"]["max-age"]
    assert browser.session.get_expire_at_browser_close()


def test_a_page_that_renews_itself_is_nobodys_use_of_it(browser, clock):
    clock(20 * MINUTE)
    assert browser.get(HOME, headers={sessions.POLL: "1"}).status_code == 200
    clock(31 * MINUTE)
    assert browser.get(HOME).status_code == 302
