"""Addresses of what is asked back from whoever is logged in."""

from django.urls import URLPattern, URLResolver, include, path

from kaogong.web.parts.recovering import addresses

urlpatterns: list[URLPattern | URLResolver] = [
    path("recoveries/", include((addresses("learner", "phone.html"), "recoveries"))),
]
