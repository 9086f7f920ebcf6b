"""Addresses of questions about risk findings."""

from django.urls import URLPattern, URLResolver, include, path

from .views import risk

_risk = [
    path("", risk.Questions.as_view(), name="list"),
    path("<int:pk>/", risk.detail, name="detail"),
    path("<int:pk>/answer/", risk.AnswerQuestion.as_view(), name="answer"),
    path("<int:pk>/document/", risk.document, name="document"),
]

urlpatterns: list[URLPattern | URLResolver] = [path("risk/", include((_risk, "risk")))]
