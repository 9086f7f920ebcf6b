"""Addresses of the live board and of learners' objections to marks."""

from django.urls import URLPattern, URLResolver, include, path

from .views import disputes, live

live_urls = [
    path("", live.board, name="board"),
    path("sessions/<int:pk>/", live.session, name="session"),
    path("sessions/<int:pk>/call/", live.call, name="call"),
    path("sessions/<int:pk>/weigh/", live.weigh, name="weigh"),
]

dispute_urls = [
    path("", disputes.Disputes.as_view(), name="list"),
    path("<int:pk>/", disputes.detail, name="detail"),
    path("<int:pk>/uphold/", disputes.uphold, name="uphold"),
    path("<int:pk>/dismiss/", disputes.dismiss, name="dismiss"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("live/", include((live_urls, "live"))),
    path("disputes/", include((dispute_urls, "disputes"))),
]
