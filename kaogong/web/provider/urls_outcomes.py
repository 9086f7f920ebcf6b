"""Addresses of what became of the institution's learners."""

from django.urls import include, path

from .views import outcomes

_outcomes = [
    path("", outcomes.results, name="list"),
    path("surveys/<int:pk>/", outcomes.survey, name="survey"),
]

urlpatterns = [path("outcomes/", include((_outcomes, "outcomes")))]
