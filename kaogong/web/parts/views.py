"""Views every front door shares: log-in, language, the way home, and the recorded look."""

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import views as auth_views
from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_POST

from kaogong.access.roles import ROLES
from kaogong.people.operations import reveal as reveal_person
from kaogong.web.middleware import LANGUAGE_COOKIE


class LoginForm(AuthenticationForm):
    """User name and password."""

    error_messages = {
        "invalid_login": gettext_lazy("登录名或密码不正确。请核对后重试。"),
        "inactive": gettext_lazy("该账号已停用，请联系系统管理员。"),
    }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["username"].label = gettext("登录名")
        self.fields["password"].label = gettext("密码")


class Login(auth_views.LoginView):
    """Log-in; the demo also lists one account per role."""

    template_name = "login.html"
    authentication_form = LoginForm

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        if settings.DEMO:
            from kaogong.demo.accounts import DEMO_PASSWORD, logins

            context |= {"logins": logins(), "demo_password": DEMO_PASSWORD}
        return context


@require_POST
def change_language(request: HttpRequest) -> HttpResponse:
    """Chinese or English, kept for a year."""
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure()):
        target = "/"
    response = redirect(target)
    response.set_cookie(
        LANGUAGE_COOKIE,
        "en" if request.POST.get("language") == "en" else "zh",
        max_age=365 * 86400,
        samesite="Lax",
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response


def home(request: HttpRequest) -> HttpResponse:
    """To the front door of the actor's role; the public goes to the portal."""
    role = ROLES.get(request.actor.role)
    return redirect((role.home or f"{role.front_door}:home") if role else "portal:home")


@require_POST
def reveal(request: HttpRequest, person_id: int, field: str) -> HttpResponse:
    """Show one masked value and record the look (who, which field, from which page)."""
    page = urlsplit(request.headers.get("HX-Current-URL", "")).path[:200]
    reason = gettext("在页面查看：{page}").format(page=page)
    value = reveal_person(person_id, field=field, by=request.actor, at=request.at, reason=reason)
    return HttpResponse(value or "—", content_type="text/plain; charset=utf-8")


def health(request: HttpRequest) -> JsonResponse:
    """Whether the server and its database answer."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"ok": True})
