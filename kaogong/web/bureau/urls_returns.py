"""Addresses of the bureau's pages of returns and of answers to proposals."""

from django.urls import URLPattern, URLResolver, include, path

from .views import period_returns, proposals, return_cells, return_templates

return_urls = [
    path("", period_returns.Returns.as_view(), name="list"),
    path("draft/", period_returns.DraftReturn.as_view(), name="draft"),
    path("<int:pk>/", period_returns.detail, name="detail"),
    path("<int:pk>/cells/<int:number>/", return_cells.cell, name="cell"),
    path("<int:pk>/words/", period_returns.WordReturn.as_view(), name="word"),
    path("<int:pk>/explain/", period_returns.ExplainReturn.as_view(), name="explain"),
    path("<int:pk>/changes/", period_returns.ExplainChanges.as_view(), name="explain_changes"),
    path("<int:pk>/restate/", period_returns.RestateReturn.as_view(), name="restate"),
    path("<int:pk>/refresh/", period_returns.refresh, name="refresh"),
    path("<int:pk>/sign/", period_returns.sign, name="sign"),
    path("<int:pk>/send-back/", period_returns.send_back, name="send_back"),
    path("<int:pk>/freeze/", period_returns.freeze, name="freeze"),
    path("<int:pk>/discard/", period_returns.discard, name="discard"),
    path("<int:pk>/file/<str:layout>/", period_returns.preview, name="file"),
]

template_urls = [
    path("", return_templates.Templates.as_view(), name="list"),
    path("upload/", return_templates.UploadTemplate.as_view(), name="upload"),
    path("<int:pk>/", return_templates.file, name="file"),
    path("shipped/<str:kind>/<str:layout>/", return_templates.shipped, name="shipped"),
]

proposal_urls = [
    path("", proposals.Proposals.as_view(), name="list"),
    path("register/", proposals.RegisterProposal.as_view(), name="register"),
    path("<int:pk>/", proposals.detail, name="detail"),
    path("<int:pk>/figures/", proposals.DraftAnswer.as_view(), name="figures"),
    path("<int:pk>/words/", proposals.WordAnswer.as_view(), name="word"),
    path("<int:pk>/sign/", proposals.sign, name="sign"),
    path("<int:pk>/send-back/", proposals.send_back, name="send_back"),
    path("<int:pk>/issue/", proposals.issue, name="issue"),
    path("<int:pk>/file/<str:layout>/", proposals.file, name="file"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("period-returns/", include((return_urls, "period_returns"))),
    path("return-templates/", include((template_urls, "return_templates"))),
    path("proposals/", include((proposal_urls, "proposals"))),
]
