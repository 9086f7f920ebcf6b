"""Addresses of what anyone may read of demand, and of the link by which an enterprise answers."""

from django.urls import include, path

from kaogong.web.parts.demand import reply_urls

from .views import demand, market

_wages = [
    path("", demand.wage_guides, name="list"),
    path("<int:pk>/", demand.wage_guide, name="detail"),
    path("<int:pk>/xlsx/", demand.sheet, name="sheet"),
    path("<int:pk>/csv/", demand.table, name="table"),
]

_market = [
    path("", market.bulletins, name="list"),
    path("<int:pk>/", market.bulletin, name="detail"),
    path("<int:pk>/xlsx/", market.sheet, name="sheet"),
    path("<int:pk>/csv/", market.table, name="table"),
]

urlpatterns = [
    path("shortages/", demand.shortages, name="shortages"),
    path("wages/", include((_wages, "wages"))),
    path("market/", include((_market, "market"))),
    path("demand/", include((reply_urls("<str:token>"), "demand"))),
]
