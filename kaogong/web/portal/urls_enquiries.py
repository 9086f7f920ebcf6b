"""Addresses of online enquiries and common questions."""

from django.urls import URLPattern, URLResolver, include, path

from .views import enquiries

_enquiries = [
    path("", enquiries.questions, name="list"),
    path("ask/", enquiries.Ask.as_view(), name="ask"),
    path("follow/", enquiries.follow, name="follow"),
    path("questions/<int:pk>/", enquiries.question, name="question"),
]

urlpatterns: list[URLPattern | URLResolver] = [path("enquiries/", include((_enquiries, "enquiries")))]
