"""What happens around every request: language, who acts, and refusals told as sentences."""

import sys
from urllib.parse import urlsplit

import structlog
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.functional import SimpleLazyObject

from kaogong.access.queries import actor_of
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound, NotPermitted, Refused
from kaogong.people import queries as people

from .parts.wording import told

LANGUAGE_COOKIE = "kaogong_language"
ANYONE = Actor(name="公众", role="public")
# What Python says of a number nobody writes: of more digits than it makes a number of.
TOO_LONG = f"limit ({sys.get_int_max_str_digits()} digits)"


class LanguageSwitch:
    """Chinese unless the reader switched to English; the browser's own preference is not guessed at."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = "en" if request.COOKIES.get(LANGUAGE_COOKIE) == "en" else "zh-hans"
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
            if hasattr(response, "render") and not getattr(response, "is_rendered", True):
                response = response.render()
        response.headers.setdefault("Content-Language", "en" if language == "en" else "zh-CN")
        return response


class Acting:
    """Gives each request its actor and its instant; operations never read a clock of their own."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.at = timezone.now()
        request.today = timezone.localtime(request.at).date()
        request.actor = SimpleLazyObject(
            lambda: people.whole(actor_of(request.user)) if request.user.is_authenticated else ANYONE
        )
        structlog.contextvars.clear_contextvars()
        response = self.get_response(request)
        if request.path.startswith("/static/"):
            return response
        response.headers.setdefault(
            "Cache-Control", "no-store" if request.user.is_authenticated else "no-cache"
        )
        return response


class RefusalsBecomeMessages:
    """A refusal is a sentence on the page the person came from, never a traceback."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "%00" in request.META.get("QUERY_STRING", ""):  # no text the database knows holds it
            return render(request, "400.html", status=400)
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, refusal: Exception) -> HttpResponse | None:
        if isinstance(refusal, ValueError) and TOO_LONG in str(refusal):
            return render(request, "400.html", status=400)
        if not isinstance(refusal, Refused):
            return None
        if isinstance(refusal, NotFound):
            return render(request, "refused.html", {"said": told(refusal), "code": 404}, status=404)
        if isinstance(refusal, NotPermitted):
            return render(request, "refused.html", {"said": told(refusal), "code": 403}, status=403)
        came_from = urlsplit(request.headers.get("Referer", ""))
        if request.method == "POST" and came_from.netloc == request.get_host() and not request.htmx:
            messages.error(request, told(refusal))
            return redirect(came_from.path + (f"?{came_from.query}" if came_from.query else ""))
        template = "parts/refusal.html" if request.htmx else "refused.html"
        return render(request, template, {"said": told(refusal), "code": 409}, status=409)
