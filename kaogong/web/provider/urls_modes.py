"""Addresses of vouchers, months of employment, stages, and what proves who paid first."""

from django.urls import URLPattern, URLResolver, include, path

from .views import apprentices, fee_documents, months, vouchers

_vouchers = [
    path("", vouchers.Bound.as_view(), name="list"),
    path("class/<int:pk>/bind/", vouchers.Bind.as_view(), name="bind"),
    path("<int:pk>/unbind/", vouchers.Unbind.as_view(), name="unbind"),
]
_months = [
    path("", months.Months.as_view(), name="list"),
    path("submit/", months.SubmitMonth.as_view(), name="submit"),
    path("form/", months.blank, name="form"),
]
_stages = [path("", months.Stages.as_view(), name="list")]
_papers = [path("<int:pk>/", months.document, name="document")]
_fee_documents = [
    path("class/<int:pk>/", fee_documents.listed, name="list"),
    path("class/<int:pk>/add/", fee_documents.AddFeeDocument.as_view(), name="add"),
    path("<int:pk>/", fee_documents.document, name="document"),
    path("<int:pk>/withdraw/", fee_documents.WithdrawFeeDocument.as_view(), name="withdraw"),
]

_apprentices = [
    path("class/<int:pk>/", apprentices.listed, name="list"),
    path("class/<int:class_pk>/<int:pk>/check/", apprentices.CheckYear.as_view(), name="check"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("vouchers/", include((_vouchers, "vouchers"))),
    path("apprentices/", include((_apprentices, "apprentices"))),
    path("months/", include((_months, "months"))),
    path("stages/", include((_stages, "stages"))),
    path("claim-papers/", include((_papers, "claim_papers"))),
    path("fee-documents/", include((_fee_documents, "fee_documents"))),
]
