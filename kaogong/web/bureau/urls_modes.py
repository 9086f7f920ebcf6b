"""Addresses of vouchers, and of the papers of claims."""

from django.urls import URLPattern, URLResolver, include, path

from .views import claim_papers, vouchers

issue_urls = [
    path("", vouchers.Issues.as_view(), name="list"),
    path("draft/", vouchers.Draft.as_view(), name="draft"),
    path("form/", vouchers.blank, name="form"),
    path("<int:pk>/", vouchers.detail, name="detail"),
    path("<int:pk>/issue/", vouchers.issue, name="issue"),
    path("<int:pk>/discard/", vouchers.discard, name="discard"),
]
voucher_urls = [
    path("", vouchers.Vouchers.as_view(), name="list"),
    path("<int:pk>/withdraw/", vouchers.Withdraw.as_view(), name="withdraw"),
]
paper_urls = [
    path("<int:pk>/", claim_papers.document, name="document"),
    path("fee/<int:pk>/", claim_papers.fee_document, name="fee_document"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("voucher-issues/", include((issue_urls, "voucher_issues"))),
    path("vouchers/", include((voucher_urls, "vouchers"))),
    path("claim-papers/", include((paper_urls, "claim_papers"))),
]
