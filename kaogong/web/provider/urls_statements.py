"""Addresses of statements, receipts and year's certificates."""

from django.urls import include, path

from kaogong.web.parts.statement_views import pages

_views = pages("provider", "rail.html", lambda actor: {"institution_id": actor.organisation_id})
_statements = [
    path("", _views["own"], name="list"),
    path("issue/", _views["issue"], name="issue"),
    path("year/", _views["certify"], name="certify"),
    path("receipt/<int:pk>/", _views["receipt"], name="receipt"),
    path("<int:pk>/reissue/", _views["reissue"], name="reissue"),
    path("<int:pk>/pdf/", _views["pdf"], name="pdf"),
]

urlpatterns = [path("statements/", include((_statements, "statements")))]
