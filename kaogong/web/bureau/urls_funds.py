"""Addresses of the funds: at a glance, their papers, and who pays what."""

from django.urls import path

from .views import funds, funds_papers, funds_rows, funds_waterfalls

fund_urls = [
    path("", funds.board, name="board"),
    path("open/", funds.OpenFund.as_view(), name="open"),
    path("rows/", funds_rows.Rows.as_view(), name="rows"),
    path("coming/", funds_rows.coming, name="coming"),
    path("execution/", funds_rows.execution, name="execution"),
    path("versions/", funds_papers.Versions.as_view(), name="versions"),
    path("uses/", funds_papers.uses, name="uses"),
    path("transfers/", funds_papers.Transfers.as_view(), name="transfers"),
    path("transfers/<int:pk>/correct/", funds_papers.CorrectTransfer.as_view(), name="correct_transfer"),
    path("surcharge/", funds_papers.Surcharge.as_view(), name="surcharge"),
    path("surcharge/record/", funds_papers.RecordSurcharge.as_view(), name="record_surcharge"),
    path("surcharge/<int:pk>/correct/", funds_papers.CorrectSurcharge.as_view(), name="correct_surcharge"),
    path("<int:pk>/budget/", funds.SetBudget.as_view(), name="budget"),
    path("<int:pk>/transfer/", funds_papers.RecordTransfer.as_view(), name="record_transfer"),
    path("<int:pk>/freeze/", funds_papers.FreezeBudget.as_view(), name="freeze"),
    path("<int:pk>/unfreeze/", funds_papers.UnfreezeBudget.as_view(), name="unfreeze"),
    path("<int:pk>/carry-over/", funds_papers.CarryOver.as_view(), name="carry_over"),
]

waterfall_urls = [
    path("", funds_waterfalls.Waterfalls.as_view(), name="list"),
    path("draft/", funds_waterfalls.DraftWaterfall.as_view(), name="draft"),
    path("<int:pk>/", funds_waterfalls.detail, name="detail"),
    path("<int:pk>/edit/", funds_waterfalls.ChangeWaterfall.as_view(), name="edit"),
    path("<int:pk>/simulate/", funds_waterfalls.simulate, name="simulate"),
    path("<int:pk>/approve/", funds_waterfalls.approve, name="approve"),
    path("<int:pk>/return/", funds_waterfalls.send_back, name="return"),
    path("<int:pk>/enforce/", funds_waterfalls.enforce, name="enforce"),
    path("<int:pk>/discard/", funds_waterfalls.discard, name="discard"),
]
