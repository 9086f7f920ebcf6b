"""Addresses of statements, receipts and year's certificates issued at the bureau's counter."""

from django.urls import include, path

from .views import statements

_statements = [
    path("", statements.Papers.as_view(), name="list"),
    path("find/", statements.find, name="find"),
    path("institution/<int:pk>/", statements.payee, {"kind": "institution"}, name="institution"),
    path(
        "institution/<int:pk>/issue/", statements.issue, {"kind": "institution"}, name="issue_to_institution"
    ),
    path(
        "institution/<int:pk>/year/", statements.certify, {"kind": "institution"}, name="certify_institution"
    ),
    path("person/<int:pk>/", statements.payee, {"kind": "person"}, name="person"),
    path("person/<int:pk>/issue/", statements.issue, {"kind": "person"}, name="issue_to_person"),
    path("person/<int:pk>/year/", statements.certify, {"kind": "person"}, name="certify_person"),
    path("receipt/<int:pk>/", statements.receipt, name="receipt"),
    path("<int:pk>/", statements.paper, name="detail"),
    path("<int:pk>/reissue/", statements.reissue, name="reissue"),
    path("<int:pk>/revoke/", statements.revoke, name="revoke"),
    path("<int:pk>/paper.pdf", statements.pdf, name="pdf"),
]

urlpatterns = [path("statements/", include((_statements, "statements")))]
