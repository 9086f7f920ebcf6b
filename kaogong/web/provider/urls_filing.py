"""Addresses of what a class is filed with, and of its changes after approval."""

from django.urls import include, path

from .views import changes, filing

of_class = [
    path("<int:pk>/filing/", filing.form, name="filing"),
    path("<int:pk>/evidence/", filing.evidence, name="evidence"),
    path("<int:pk>/mentors/", filing.mentors, name="mentors"),
    path("<int:pk>/passes/", filing.passes, name="passes"),
    path("<int:pk>/changes/", changes.index, name="changes"),
    path("<int:pk>/changes/new/", changes.Propose.as_view(), name="propose"),
    path("<int:pk>/changes/plan/", changes.plan, name="plan"),
]
_documents = [path("<int:pk>/", filing.document, name="file")]
_changes = [path("<int:pk>/withdraw/", changes.withdraw, name="withdraw")]

urlpatterns = [
    path("evidence/", include((_documents, "evidence"))),
    path("changes/", include((_changes, "class_changes"))),
]
