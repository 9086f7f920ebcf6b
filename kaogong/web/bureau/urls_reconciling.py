"""Addresses of the reconciliation workbench."""

from django.urls import path

from .views import reconciling

reconciling_urls = [
    path("", reconciling.accounts, name="list"),
    path("follow/", reconciling.Follow.as_view(), name="follow"),
    path("<int:pk>/", reconciling.workbench, name="detail"),
    path("<int:pk>/read/", reconciling.Read.as_view(), name="read"),
    path("<int:pk>/accept/", reconciling.accept, name="accept"),
    path("<int:pk>/match/", reconciling.match, name="match"),
    path("<int:pk>/history/", reconciling.history, name="history"),
    path("<int:pk>/prepare/", reconciling.Prepare.as_view(), name="prepare"),
    path("matches/<int:pk>/undo/", reconciling.undo, name="undo"),
    path("lines/<int:pk>/reopen/", reconciling.reopen, name="reopen"),
    path("sheets/<int:pk>/", reconciling.sheet, name="sheet"),
    path("sheets/<int:pk>/close/", reconciling.close, name="close"),
    path("sheets/<int:pk>/return/", reconciling.send_back, name="return"),
    path("sheets/<int:pk>/file.<str:form>", reconciling.sheet_file, name="file"),
]
