"""Addresses of the surveys an enterprise is asked."""

from django.urls import include, path

from kaogong.web.parts.demand import reply_urls

from .views import demand, talents

_demand = [path("", demand.Replies.as_view(), name="list"), *reply_urls("<int:pk>")]

_talents = [
    path("", talents.Talents.as_view(), name="list"),
    path("tell/", talents.Tell.as_view(), name="tell"),
    path("import/", talents.ImportTalents.as_view(), name="import"),
    path("form/", talents.talent_form, name="form"),
    path("<int:pk>/affirm/", talents.affirm, name="affirm"),
    path("<int:pk>/leave/", talents.Leave.as_view(), name="leave"),
]

urlpatterns = [
    path("demand/", include((_demand, "demand"))),
    path("talents/", include((_talents, "talents"))),
]
