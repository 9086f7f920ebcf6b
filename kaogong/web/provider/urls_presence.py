"""Addresses of check-in in the room, of sheets brought in, and of objections to marks."""

from django.urls import URLPattern, URLResolver, include, path

from .views import check_in_sheets, disputes, screens, sessions

session_urls = [
    path("", sessions.today, name="list"),
    path("<int:pk>/", sessions.detail, name="detail"),
    path("<int:pk>/screen/", screens.screen, name="screen"),
    path("<int:pk>/code/", screens.code, name="code"),
    path("<int:pk>/assist/", sessions.Assist.as_view(), name="assist"),
    path("<int:pk>/call/", sessions.call, name="call"),
    path("<int:pk>/weigh/", sessions.weigh, name="weigh"),
    path("class/<int:pk>/import/", check_in_sheets.Import.as_view(), name="import"),
    path("devices/<int:pk>/release/", sessions.release, name="release"),
]

dispute_urls = [
    path("", disputes.Disputes.as_view(), name="list"),
    path("<int:pk>/", disputes.detail, name="detail"),
    path("<int:pk>/uphold/", disputes.uphold, name="uphold"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("sessions/", include((session_urls, "sessions"))),
    path("sessions/disputes/", include((dispute_urls, "disputes"))),
]
