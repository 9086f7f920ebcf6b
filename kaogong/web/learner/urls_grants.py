"""Addresses of grants a person applies for."""

from django.urls import URLPattern, URLResolver, include, path

from kaogong.web.parts.granting_views import addresses

urlpatterns: list[URLPattern | URLResolver] = [
    path("grants/", include((addresses("learner", "phone.html"), "grants"))),
]
