"""Addresses of grants at the bureau."""

from django.urls import URLPattern, URLResolver, include, path

from .views import grant_acts, grants

grant_urls = [
    path("", grants.Grants.as_view(), name="list"),
    path("appeals/", grants.Appeals.as_view(), name="appeals"),
    path("appeals/<int:pk>/", grant_acts.AnswerAppeal.as_view(), name="answer"),
    path("publish/", grant_acts.Publish.as_view(), name="publish_many"),
    path("papers/<int:pk>/", grants.paper, name="paper"),
    path("<int:pk>/", grants.detail, name="detail"),
    path("<int:pk>/decision.pdf", grants.decision, name="decision_pdf"),
    path("<int:pk>/determine/", grant_acts.Determine.as_view(), name="determine"),
    path("<int:pk>/rejudge/", grant_acts.rejudge, name="rejudge"),
    path("<int:pk>/review/", grant_acts.review, name="review"),
    path("<int:pk>/return/", grant_acts.send_back, name="return"),
    path("<int:pk>/refuse/", grant_acts.refuse, name="refuse"),
    path("<int:pk>/approve/", grant_acts.approve, name="approve"),
    path("<int:pk>/publish/", grant_acts.Publish.as_view(), name="publish_one"),
    path("<int:pk>/end/", grant_acts.end, name="end"),
    path("<int:pk>/queue/", grant_acts.queue_payments, name="queue"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("grants/", include((grant_urls, "grants"))),
]
