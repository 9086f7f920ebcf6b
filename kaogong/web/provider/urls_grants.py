"""Addresses of grants a body applies for, lists of people, and the report of a school's surplus."""

from django.urls import URLPattern, URLResolver, include, path

from kaogong.web.parts.granting_views import addresses

from .views import grants

_grants = [
    *addresses("provider", "rail.html"),
    path("lists/form/", grants.award_form, name="award_form"),
    path("lists/<int:pk>/", grants.award_list, name="award_list"),
    path("lists/new/<slug:code>/", grants.ImportAwardList.as_view(), name="import_list"),
    path("surplus/", grants.FileSurplus.as_view(), name="surplus"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("grants/", include((_grants, "grants"))),
]
