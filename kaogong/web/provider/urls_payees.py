"""Addresses of the institution's own account and appeals."""

from django.urls import URLPattern, URLResolver, include, path

from kaogong.web.parts.payee_views import appeal_addresses, change_addresses

urlpatterns: list[URLPattern | URLResolver] = [
    path("account-changes/", include((change_addresses("provider", "rail.html"), "account_changes"))),
    path("claim-appeals/", include((appeal_addresses("provider", "rail.html"), "claim_appeals"))),
]
