"""Addresses of the learner front door."""

from django.urls import include, path

from kaogong.web.parts.doors import behind_door
from kaogong.web.parts.enquiry_views import addresses

from . import urls_grants, urls_outcomes, urls_payees, urls_presence, urls_recoveries, urls_statements
from .views import account, certificates, complaints, file, home, hours, payments, vouchers, wishes

app_name = "learner"

_hours = [
    path("", hours.classes, name="list"),
    path("<int:pk>/", hours.detail, name="detail"),
]
_payments = [
    path("", payments.own, name="list"),
    path("<int:pk>/", payments.detail, name="detail"),
    path("failed/<int:pk>/", account.CorrectAccount.as_view(), name="correct"),
]
_certificates = [
    path("", certificates.own, name="list"),
    path("<int:pk>/", certificates.detail, name="detail"),
    path("<int:pk>/pdf/", certificates.pdf, name="pdf"),
]
_vouchers = [path("", vouchers.own, name="list")]
_complaints = [
    path("", complaints.own, name="list"),
    path("file/", complaints.FileComplaint.as_view(), name="file"),
]
_file = [
    path("", file.entries, name="list"),
    path("pdf/", file.pdf, name="pdf"),
]

urlpatterns = behind_door(
    "learner",
    [
        path("", home.home, name="home"),
        path("more/", home.more, name="more"),
        path("wish/", wishes.StateWish.as_view(), name="wish"),
        path("account/", account.SetAccount.as_view(), name="account"),
        *urls_presence.urlpatterns,
        *urls_outcomes.urlpatterns,
        *urls_grants.urlpatterns,
        *urls_statements.urlpatterns,
        *urls_recoveries.urlpatterns,
        *urls_payees.urlpatterns,
        path("hours/", include((_hours, "hours"))),
        path("payments/", include((_payments, "payments"))),
        path("certificates/", include((_certificates, "certificates"))),
        path("vouchers/", include((_vouchers, "vouchers"))),
        path("file/", include((_file, "file"))),
        path("complaints/", include((_complaints, "complaints"))),
        path("enquiries/", include((addresses("learner", "phone.html"), "enquiries"))),
    ],
)
