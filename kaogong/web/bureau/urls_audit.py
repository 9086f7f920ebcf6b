"""Addresses of audit packs and samples."""

from django.urls import URLPattern, URLResolver, include, path

from .views import audits

pack_urls = [
    path("", audits.Packs.as_view(), name="list"),
    path("ask/", audits.AskPack.as_view(), name="ask"),
    path("<int:pk>/", audits.pack, name="detail"),
    path("<int:pk>/progress/", audits.progress, name="progress"),
    path("<int:pk>/file/", audits.take, name="take"),
]

sample_urls = [
    path("", audits.Samples.as_view(), name="list"),
    path("prepare/", audits.PrepareSample.as_view(), name="prepare"),
    path("<int:pk>/", audits.sample, name="detail"),
    path("<int:pk>/draw/", audits.DrawSample.as_view(), name="draw"),
    path("<int:pk>/paper/", audits.paper, name="paper"),
    path("<int:pk>/package/", audits.package, name="package"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("audit-packs/", include((pack_urls, "audit_packs"))),
    path("audit-samples/", include((sample_urls, "audit_samples"))),
]
