"""The four front doors and what they share."""

from importlib.util import find_spec

from django.contrib.auth.views import LogoutView
from django.urls import include, path

from .parts import exchange, views

urlpatterns = [
    path("", views.home, name="home"),
    path("login/", views.Login.as_view(), name="login"),
    path("logout/", LogoutView.as_view(next_page="/portal/"), name="logout"),
    path("language/", views.change_language, name="language"),
    path("reveal/<int:person_id>/<slug:field>/", views.reveal, name="reveal"),
    path("exchange/department-files/", exchange.receive_department_file, name="exchange_department_file"),
    path("healthz", views.health, name="health"),
    *(
        path(f"{door}/", include(f"kaogong.web.{door}.urls", namespace=door))
        for door in ("bureau", "provider", "learner", "portal")
        if find_spec(f"kaogong.web.{door}")
    ),
]
