"""Addresses of a learner's surveys and of how they fare after a class."""

from django.urls import include, path

from .views import outcomes

_surveys = [path("<int:pk>/", outcomes.AnswerSurvey.as_view(), name="answer")]
_follow_ups = [
    path("", outcomes.follow_ups, name="list"),
    path("<int:pk>/declare/", outcomes.DeclareEmployment.as_view(), name="declare"),
    path("<int:pk>/document/", outcomes.document, name="document"),
]

urlpatterns = [
    path("surveys/", include((_surveys, "surveys"))),
    path("follow-ups/", include((_follow_ups, "follow_ups"))),
]
