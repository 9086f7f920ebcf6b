"""Addresses of the surveys an enterprise is asked."""

from django.urls import include, path

from kaogong.web.parts.demand import reply_urls

from .views import demand

_demand = [path("", demand.Replies.as_view(), name="list"), *reply_urls("<int:pk>")]

urlpatterns = [path("demand/", include((_demand, "demand")))]
