"""Addresses of account changes and of appeals about claims."""

from django.urls import URLPattern, URLResolver, include, path

from .views import claim_appeals, payees

change_urls = [
    path("", payees.Changes.as_view(), name="list"),
    path("person/<int:pk>/ask/", payees.AskFor.as_view(kind="person"), name="ask_person"),
    path("institution/<int:pk>/ask/", payees.AskFor.as_view(kind="institution"), name="ask_institution"),
    path("<int:pk>/", payees.detail, name="detail"),
    path("<int:pk>/reveal/", payees.reveal, name="reveal"),
    path("<int:pk>/approve/", payees.approve, name="approve"),
    path("<int:pk>/return/", payees.send_back, name="return"),
    path("<int:pk>/again/", payees.AskAgain.as_view(), name="ask_again"),
    path("<int:pk>/withdraw/", payees.withdraw, name="withdraw"),
    path("papers/<int:pk>/", payees.paper, name="paper"),
]
appeal_urls = [
    path("", claim_appeals.Appeals.as_view(), name="list"),
    path("<int:pk>/", claim_appeals.Settle.as_view(), name="settle"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("account-changes/", include((change_urls, "account_changes"))),
    path("claim-appeals/", include((appeal_urls, "claim_appeals"))),
]
