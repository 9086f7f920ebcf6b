"""Addresses of the bureau's pages of statistics."""

from django.urls import URLPattern, URLResolver, include, path

from .views import figures, indicators, picture, snapshots, stated_figures

indicator_urls = [
    path("", indicators.catalogue, name="list"),
    path("<str:code>/", indicators.detail, name="detail"),
]

figure_urls = [
    path("<str:code>/", figures.table, name="table"),
    path("<str:code>/rows/", figures.rows, name="rows"),
]

picture_urls = [
    path("", picture.home, name="home"),
    path("screen/", picture.screen, name="screen"),
]

snapshot_urls = [
    path("", snapshots.Snapshots.as_view(), name="list"),
    path("<int:number>/", snapshots.detail, name="detail"),
    path("<int:number>/freeze/", snapshots.Freeze.as_view(), name="freeze"),
    path("<int:number>/since/<str:code>/", snapshots.differences, name="differences"),
]

stated_urls = [
    path("", stated_figures.StatedFigures.as_view(), name="list"),
    path("state/", stated_figures.State.as_view(), name="state"),
    path("<int:pk>/", stated_figures.detail, name="detail"),
    path("<int:pk>/restate/", stated_figures.Restate.as_view(), name="restate"),
    path("<int:pk>/paper/", stated_figures.paper, name="paper"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("indicators/", include((indicator_urls, "indicators"))),
    path("figures/", include((figure_urls, "figures"))),
    path("picture/", include((picture_urls, "picture"))),
    path("snapshots/", include((snapshot_urls, "snapshots"))),
    path("stated-figures/", include((stated_urls, "stated_figures"))),
]
