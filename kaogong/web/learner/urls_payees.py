"""Addresses of one's own account and appeals."""

from django.urls import URLPattern, URLResolver, include, path

from kaogong.web.parts.payee_views import appeal_addresses, change_addresses

urlpatterns: list[URLPattern | URLResolver] = [
    path("account-changes/", include((change_addresses("learner", "phone.html"), "account_changes"))),
    path("claim-appeals/", include((appeal_addresses("learner", "phone.html"), "claim_appeals"))),
]
