"""Addresses of grants a body applies for."""

from django.urls import URLPattern, URLResolver, include, path

from kaogong.web.parts.granting_views import addresses

urlpatterns: list[URLPattern | URLResolver] = [
    path("grants/", include((addresses("provider", "rail.html"), "grants"))),
]
