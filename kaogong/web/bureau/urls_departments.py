"""Addresses of the bureau's pages of departments, and of people registered twice."""

from django.urls import include, path

from .views import department_files as files
from .views import department_records as records
from .views import department_tokens as tokens
from .views import merges, sum_sheets

_files = [
    path("", files.Files.as_view(), name="list"),
    path("send/", files.Send.as_view(), name="send"),
    path("form/", files.blank_form, name="form"),
    path("<int:pk>/", files.detail, name="detail"),
    path("<int:pk>/correct/", files.Correct.as_view(), name="correct"),
    path("<int:pk>/columns/", files.columns, name="columns"),
    path("<int:pk>/check/", files.check, name="check"),
    path("<int:pk>/explain/", files.explain, name="explain"),
    path("<int:pk>/accept/", files.accept, name="accept"),
    path("<int:pk>/withdraw/", files.withdraw, name="withdraw"),
    path("<int:pk>/set-aside/", files.set_aside, name="set_aside"),
    path("<int:pk>/problems/", files.problems, name="problems"),
    path("<int:pk>/words/", files.map_word, name="map_word"),
]
_sums = [
    path("", sum_sheets.Sheets.as_view(), name="list"),
    path("send/", sum_sheets.Send.as_view(), name="send"),
    path("form/", sum_sheets.blank_form, name="form"),
    path("<int:pk>/", sum_sheets.detail, name="detail"),
    path("<int:pk>/correct/", sum_sheets.Correct.as_view(), name="correct"),
    path("<int:pk>/accept/", sum_sheets.accept, name="accept"),
    path("<int:pk>/withdraw/", sum_sheets.withdraw, name="withdraw"),
    path("<int:pk>/set-aside/", sum_sheets.set_aside, name="set_aside"),
]
_tokens = [
    path("", tokens.Tokens.as_view(), name="list"),
    path("issue/", tokens.Issue.as_view(), name="issue"),
    path("<int:pk>/", tokens.detail, name="detail"),
    path("<int:pk>/revoke/", tokens.revoke, name="revoke"),
]
_duplicates = [
    path("", records.Duplicates.as_view(), name="list"),
    path("<int:pk>/", records.duplicate, name="detail"),
    path("<int:pk>/confirm/", records.confirm, name="confirm"),
    path("<int:pk>/dismiss/", records.dismiss, name="dismiss"),
]
_merges = [
    path("", merges.Merges.as_view(), name="list"),
    path("person/<int:pk>/", merges.Propose.as_view(), name="propose"),
    path("<int:pk>/", merges.detail, name="detail"),
    path("<int:pk>/approve/", merges.approve, name="approve"),
    path("<int:pk>/refuse/", merges.refuse, name="refuse"),
    path("<int:pk>/undo/", merges.undo, name="undo"),
]

urlpatterns: list = [
    path("department-files/", include((_files, "department_files"))),
    path("department-sums/", include((_sums, "sum_sheets"))),
    path("department-tokens/", include((_tokens, "department_tokens"))),
    path("department-records/", records.Records.as_view(), name="department_records"),
    path("department-quality/", records.Quality.as_view(), name="department_quality"),
    path("record-duplicates/", include((_duplicates, "record_duplicates"))),
    path("person-merges/", include((_merges, "person_merges"))),
]
