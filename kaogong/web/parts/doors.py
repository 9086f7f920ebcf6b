"""Each front door opens to its own roles only; whoever is not logged in is asked to log in first."""

from collections.abc import Callable, Iterable
from functools import wraps

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from kaogong.access.roles import ROLES
from kaogong.kernel.errors import NotPermitted

DOORS = {"bureau": _("经办服务"), "provider": _("机构服务"), "learner": _("个人服务")}


def for_door(door: str) -> Callable:
    """A decorator of views: anonymous goes to log-in and back, a role of another door is refused."""

    def decorated(view: Callable) -> Callable:
        @wraps(view)
        def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
            role = ROLES.get(request.actor.role)
            if role is None:
                return _to_login(request)
            if role.front_door != door:
                raise NotPermitted(label=gettext(DOORS[door]))
            return view(request, *args, **kwargs)

        return guarded

    return decorated


def behind_door(door: str, patterns: Iterable[URLPattern | URLResolver]) -> list[URLPattern | URLResolver]:
    """The same addresses with every view behind the door, included ones too, so that none is forgotten."""
    patterns = list(patterns)
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            behind_door(door, pattern.url_patterns)
        else:
            pattern.callback = for_door(door)(pattern.callback)
    return patterns


def _to_login(request: HttpRequest) -> HttpResponse:
    if not request.htmx:
        return redirect_to_login(request.get_full_path())
    response = HttpResponse(status=401)
    response["HX-Redirect"] = redirect_to_login(request.headers.get("HX-Current-URL", "/")).url
    return response
