"""Addresses of what classes are filed with, of their changes, and of the veterans trained."""

from django.urls import URLPattern, URLResolver, include, path

from .views import class_changes, filing, veterans

of_class = [
    path("<int:pk>/filing/", filing.detail, name="filing"),
    path("<int:pk>/passes/", filing.passes, name="passes"),
    path("<int:pk>/changes/", class_changes.of_class, name="changes"),
]
_documents = [path("<int:pk>/", filing.document, name="file")]
_changes = [
    path("", class_changes.Changes.as_view(), name="list"),
    path("<int:pk>/approve/", class_changes.approve, name="approve"),
    path("<int:pk>/refuse/", class_changes.refuse, name="refuse"),
]
_veterans = [path("", veterans.Veterans.as_view(), name="list")]

urlpatterns: list[URLPattern | URLResolver] = [
    path("evidence/", include((_documents, "evidence"))),
    path("class-changes/", include((_changes, "class_changes"))),
    path("veterans/", include((_veterans, "veterans"))),
]
