"""Addresses of surveys, follow-ups and rates."""

from django.urls import include, path

from .views import outcomes

_surveys = [
    path("", outcomes.Surveys.as_view(), name="list"),
    path("<int:pk>/", outcomes.survey, name="detail"),
    path("<int:pk>/restore/", outcomes.restore_answers, name="restore"),
]
_answers = [
    path("<int:pk>/restore/", outcomes.restore_answer, name="restore"),
    path("<int:pk>/set-aside/", outcomes.set_aside_answer, name="set_aside"),
]
_follow_ups = [
    path("", outcomes.FollowUps.as_view(), name="list"),
    path("rates/", outcomes.Rates.as_view(), name="rates"),
    path("<int:pk>/", outcomes.follow_up, name="detail"),
    path("<int:pk>/document/", outcomes.document, name="document"),
    path("<int:pk>/confirm/", outcomes.confirm, name="confirm"),
    path("<int:pk>/decline/", outcomes.decline, name="decline"),
]

urlpatterns = [
    path("surveys/", include((_surveys, "surveys"))),
    path("survey-answers/", include((_answers, "survey_answers"))),
    path("follow-ups/", include((_follow_ups, "follow_ups"))),
]
