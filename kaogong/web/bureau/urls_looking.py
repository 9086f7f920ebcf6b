"""Addresses of what-if, of differences after a change of rules, and of who is entitled without asking."""

from django.urls import URLPattern, URLResolver, include, path

from .views import adjustments, entitlements, simulations

simulation_urls = [
    path("", simulations.Simulations.as_view(), name="list"),
    path("simulate/", simulations.SimulateChange.as_view(), name="simulate"),
    path("propose/", simulations.ProposeNumber.as_view(), name="propose"),
    path("<int:pk>/", simulations.detail, name="detail"),
    path("<int:pk>/progress/", simulations.progress, name="progress"),
    path("<int:pk>/sheet.xlsx", simulations.sheet, name="sheet"),
    path("<int:pk>/change.yaml", simulations.change, name="change"),
]

adjustment_urls = [
    path("", adjustments.Adjustments.as_view(), name="list"),
    path("find/", adjustments.FindAdjustments.as_view(), name="find"),
    path("<int:pk>/", adjustments.detail, name="detail"),
    path("<int:pk>/approve/", adjustments.approve, name="approve"),
    path("<int:pk>/dismiss/", adjustments.dismiss, name="dismiss"),
]

entitlement_urls = [
    path("", entitlements.Entitlements.as_view(), name="list"),
    path("find/", entitlements.find, name="find"),
    path("tell/", entitlements.tell, name="tell"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("simulations/", include((simulation_urls, "simulations"))),
    path("adjustments/", include((adjustment_urls, "adjustments"))),
    path("entitlements/", include((entitlement_urls, "entitlements"))),
]
