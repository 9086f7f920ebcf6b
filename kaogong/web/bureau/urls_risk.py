"""Addresses of risk findings, looks and payment holds."""

from django.urls import URLPattern, URLResolver, include, path

from .views import holds, risk, risk_passes

risk_urls = [
    path("", risk.Findings.as_view(), name="list"),
    path("ask/", risk.ask_many, name="ask_many"),
    path("<int:pk>/", risk.detail, name="detail"),
    path("<int:pk>/ask/", risk.AskProvider.as_view(), name="ask"),
    path("<int:pk>/close/", risk.CloseFinding.as_view(), name="close"),
    path("<int:pk>/escalate/", risk.EscalateFinding.as_view(), name="escalate"),
    path("<int:pk>/reopen/", risk.reopen, name="reopen"),
    path("answers/<int:pk>/", risk.document, name="document"),
]

pass_urls = [
    path("", risk_passes.Passes.as_view(), name="list"),
    path("run/", risk_passes.run, name="run"),
    path("<int:pk>/", risk_passes.detail, name="detail"),
    path("<int:pk>/progress/", risk_passes.progress, name="progress"),
    path("class/<int:pk>/", risk_passes.run_class, name="run_class"),
]

hold_urls = [
    path("", holds.Holds.as_view(), name="list"),
    path("place/", holds.PlaceHold.as_view(), name="place"),
    path("<int:pk>/", holds.detail, name="detail"),
    path("<int:pk>/lift/", holds.lift, name="lift"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("risk/", include((risk_urls, "risk"))),
    path("risk-checks/", include((pass_urls, "risk_passes"))),
    path("holds/", include((hold_urls, "holds"))),
]
