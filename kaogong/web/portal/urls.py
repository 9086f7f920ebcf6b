"""Addresses of the public portal."""

from django.urls import include, path
from django.views.generic import TemplateView

from . import urls_data, urls_demand, urls_enquiries
from .views import complaints, entitled, home, notices, papers, policy, providers, seals, supervision, verify

app_name = "portal"

_providers = [
    path("", providers.providers, name="list"),
    path("<int:pk>/", providers.provider, name="detail"),
]
_notices = [
    path("", notices.notices_page, name="list"),
    path("<int:pk>/", notices.detail, name="detail"),
    path("<int:pk>/pdf/", notices.pdf, name="pdf"),
    path("<int:pk>/object/", notices.Objecting.as_view(), name="object"),
    path("received/<str:token>/", notices.receipt, name="receipt"),
]
_inspections = [path("", supervision.inspections, name="list")]
_draws = [
    path("<int:pk>/", supervision.draw, name="detail"),
    path("<int:pk>/package.json", supervision.package, name="package"),
]
_complaints = [
    path("", complaints.Complain.as_view(), name="complain"),
    path("follow/", complaints.follow, name="follow"),
]
_policy = [
    path("", policy.schemes, name="list"),
    path("occupations/", policy.occupations, name="occupations"),
    path("documents/", policy.documents, name="documents"),
    path("<slug:code>/", policy.scheme, name="scheme"),
]

urlpatterns = [
    path("", home.home, name="home"),
    path("verify/", verify.verify_form, name="verify_form"),
    path("seals/", seals.seals, name="seals"),
    path("seals/digests.txt", seals.text, name="seals_text"),
    path("verify/<str:code>/", verify.verify, name="verify"),
    path("papers/", include(([path("", papers.verify, name="verify")], "papers"))),
    path("providers/", include((_providers, "providers"))),
    path("classes/", providers.classes, name="classes"),
    path("notices/", include((_notices, "notices"))),
    path("inspections/", include((_inspections, "inspections"))),
    path("draws/", include((_draws, "draws"))),
    path("complaints/", include((_complaints, "complaints"))),
    path("sanctions/", complaints.sanctions, name="sanctions"),
    path("policy/", include((_policy, "policy"))),
    *urls_demand.urlpatterns,
    *urls_enquiries.urlpatterns,
    path("data/", include((urls_data.data_urls, "data"))),
    path("entitled/", entitled.entitled, name="entitled"),
    path("help/", TemplateView.as_view(template_name="portal/help.html"), name="help"),
    path(
        "accessibility/",
        TemplateView.as_view(template_name="portal/accessibility.html"),
        name="accessibility",
    ),
]
