"""Addresses of checking in and of objecting to a mark."""

from django.urls import URLPattern, URLResolver, include, path

from .views import check_in, check_in_api, disputes, faces

check_in_urls = [
    path("", check_in.page, name="page"),
    path("record/", check_in_api.record, name="record"),
    path("calls/", check_in.calls, name="calls"),
    path("kept/", check_in.kept, name="kept"),
    path("<int:pk>/face/", faces.PhotographFace.as_view(), name="photograph"),
    path("worker.js", check_in.worker, name="worker"),
]

dispute_urls = [
    path("session/<int:pk>/", disputes.DisputeMark.as_view(), name="dispute"),
    path("<int:pk>/", disputes.detail, name="detail"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("check-in/", include((check_in_urls, "check_in"))),
    path("disputes/", include((dispute_urls, "disputes"))),
]
