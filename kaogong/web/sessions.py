"""Nobody stays logged in at an empty desk: a session ends after a while without use, and after a day's work."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext

BEGAN, SEEN = "began_at", "seen_at"
POLL = "X-Kaogong-Poll"  # a page that renews itself is nobody's use of it
NOTED_EVERY = 60  # seconds; a use is noted no oftener, so that reading a page writes nothing


@receiver(user_logged_in)
def begin(request: HttpRequest, **_: object) -> None:
    """Note when somebody logged in."""
    request.session[BEGAN] = request.session[SEEN] = _now()


class SessionsEnd:
    """Logs out whoever has done nothing for too long, or been logged in for longer than a day's work."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith("/static/") and request.user.is_authenticated:
            self._look_at(request)
        return self.get_response(request)

    def _look_at(self, request: HttpRequest) -> None:
        now = _now()
        began, seen = request.session.get(BEGAN, now), request.session.get(SEEN, now)
        if now - began > settings.SESSION_COOKIE_AGE:
            logout(request)
            messages.info(request, gettext("登录已满 12 小时，已自动退出，请重新登录。"))
        elif now - seen > settings.SESSION_IDLE_SECONDS:
            logout(request)
            messages.info(request, gettext("您已有 30 分钟没有操作，已自动退出，请重新登录。"))
        elif BEGAN not in request.session or (now - seen > NOTED_EVERY and POLL not in request.headers):
            request.session[BEGAN], request.session[SEEN] = began, now


def _now() -> int:
    return int(timezone.now().timestamp())
