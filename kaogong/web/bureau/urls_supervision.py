"""Addresses of random draws, inspections, findings and inspectors."""

from django.urls import URLPattern, URLResolver, include, path

from .views import draws, inspection_papers, inspections, inspectors, ordering

draw_urls = [
    path("", draws.Draws.as_view(), name="list"),
    path("prepare/", draws.PrepareDraw.as_view(), name="prepare"),
    path("<int:pk>/", draws.detail, name="detail"),
    path("<int:pk>/roster.jsonl", draws.roster, name="roster"),
    path("<int:pk>/seed/", draws.seed, name="seed"),
    path("<int:pk>/reveal/", draws.reveal, name="reveal"),
    path("<int:pk>/commit/", draws.commit, name="commit"),
    path("<int:pk>/make/", draws.make, name="make"),
    path("<int:pk>/publish/", draws.publish, name="publish"),
    path("<int:pk>/void/", draws.void, name="void"),
]

inspection_urls = [
    path("", inspections.Inspections.as_view(), name="list"),
    path("order/", ordering.OrderInspection.as_view(), name="order"),
    path("<int:pk>/", inspections.detail, name="detail"),
    path("<int:pk>/record/", inspections.RecordInspection.as_view(), name="record"),
    path("<int:pk>/publish/", inspections.publish, name="publish"),
    path("<int:pk>/paper/", inspection_papers.paper, name="paper"),
    path("photos/<int:pk>/", inspections.photo, name="photo"),
]

finding_urls = [
    path("<int:pk>/settle/", inspections.settle, name="settle"),
    path("<int:pk>/reject/", inspections.RejectFinding.as_view(), name="reject"),
    path("<int:pk>/escalate/", ordering.EscalateFinding.as_view(), name="escalate"),
]

inspector_urls = [
    path("", inspectors.Inspectors.as_view(), name="list"),
    path("enlist/", inspectors.EnlistInspector.as_view(), name="enlist"),
    path("affiliation/", inspectors.RecordAffiliation.as_view(), name="affiliation"),
    path("<int:pk>/interest/", inspectors.DeclareInterest.as_view(), name="interest"),
    path("<int:pk>/retire/", inspectors.retire, name="retire"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("draws/", include((draw_urls, "draws"))),
    path("inspections/", include((inspection_urls, "inspections"))),
    path("findings/", include((finding_urls, "findings"))),
    path("inspectors/", include((inspector_urls, "inspectors"))),
]
