"""Addresses of money asked back at the bureau."""

from django.urls import URLPattern, URLResolver, include, path

from kaogong.web.parts import recovering

from .views import recoveries

recovery_urls = [
    path("", recoveries.Recoupments.as_view(), name="list"),
    path("leads/", recoveries.Leads.as_view(), name="leads"),
    path("leads/<int:pk>/", recoveries.lead, name="lead"),
    path("open/", recoveries.Open.as_view(), name="open"),
    path("<int:pk>/", recoveries.detail, name="detail"),
    path("<int:pk>/notice.pdf", recovering.notice, name="notice"),
    path("<int:pk>/approve/", recoveries.approve, name="approve"),
    path("<int:pk>/notify/", recoveries.Serve.as_view(), name="notify"),
    path("<int:pk>/agree/", recoveries.Plan.as_view(), name="agree"),
    path("<int:pk>/receive/", recoveries.Receive.as_view(), name="receive"),
    path("<int:pk>/set-off/", recoveries.Offset.as_view(), name="set_off"),
    path("<int:pk>/give-up/", recoveries.WriteOff.as_view(), name="give_up"),
    path("<int:pk>/write-off/", recoveries.write_off, name="write_off"),
    path("<int:pk>/keep/", recoveries.keep, name="keep"),
    path("<int:pk>/drop/", recoveries.drop, name="drop"),
    path("receipts/<int:pk>/receipt.pdf", recovering.receipt, name="receipt"),
]
receipt_urls = [
    path("<int:pk>/reverse/", recoveries.reverse_receipt, name="reverse"),
    path("<int:pk>/give-back/", recoveries.give_back, name="give_back"),
]
objection_urls = [
    path("<int:pk>/uphold/", recoveries.uphold, name="uphold"),
    path("<int:pk>/dismiss/", recoveries.dismiss, name="dismiss"),
]
lead_urls = [path("<int:pk>/dismiss/", recoveries.dismiss_lead, name="dismiss")]

urlpatterns: list[URLPattern | URLResolver] = [
    path("recoveries/", include((recovery_urls, "recoveries"))),
    path("recovery-receipts/", include((receipt_urls, "recovery_receipts"))),
    path("recovery-objections/", include((objection_urls, "recovery_objections"))),
    path("recovery-leads/", include((lead_urls, "recovery_leads"))),
]
