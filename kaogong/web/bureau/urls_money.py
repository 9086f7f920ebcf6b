"""Addresses of claims, notices, payments, the ledger and the rulebook."""

from django.urls import URLPattern, URLResolver, include, path

from .urls_funds import fund_urls, waterfall_urls
from .urls_reconciling import reconciling_urls
from .views import (
    batches,
    claim_acts,
    claim_batches,
    claim_detail,
    claim_line,
    claims,
    conflicts,
    ledger,
    notices,
    payments,
    returns,
    rulebook,
    rulebook_compare,
    rulebook_conduct,
    rulebook_papers,
)

claim_urls = [
    path("", claims.Claims.as_view(), name="list"),
    path("<int:pk>/", claim_detail.detail, name="detail"),
    path("<int:pk>/lines/", claims.Lines.as_view(), name="lines"),
    path("review/", claim_batches.review_many, name="review_many"),
    path("<int:pk>/review/", claim_acts.review, name="review"),
    path("<int:pk>/second/", claim_batches.second, name="second"),
    path("<int:pk>/approve/", claim_acts.Approve.as_view(), name="approve"),
    path("<int:pk>/return/", claim_acts.send_back, name="return"),
    path("<int:pk>/rejudge/", claim_acts.rejudge, name="rejudge"),
    path("<int:pk>/queue/", claim_acts.queue_payments, name="queue"),
    path("lines/<int:pk>/", claim_line.line, name="line"),
    path("lines/<int:pk>/evidence/", claim_acts.SupplyEvidence.as_view(), name="evidence"),
    path("lines/<int:pk>/waive/<slug:rule>/", claim_acts.WaiveRule.as_view(), name="waive"),
    path("lines/<int:pk>/release/", claim_acts.release_line, name="release_line"),
    path("lines/<int:pk>/decision.pdf", claim_acts.decision_paper, name="decision_pdf"),
]

conflict_urls = [
    path("", conflicts.Conflicts.as_view(), name="list"),
    path("<int:pk>/", conflicts.Conflict.as_view(), name="detail"),
]

notice_urls = [
    path("", notices.Notices.as_view(), name="list"),
    path("preview/", notices.Publish.as_view(), name="preview"),
    path("<int:pk>/", notices.detail, name="detail"),
    path("<int:pk>/notice.pdf", notices.paper, name="pdf"),
    path("<int:pk>/close/", notices.Close.as_view(), name="close"),
    path("<int:pk>/withdraw/", notices.withdraw, name="withdraw"),
]

objection_urls = [
    path("<int:pk>/", notices.Objection.as_view(), name="detail"),
    path("<int:pk>/contact/", notices.contact, name="contact"),
]

payment_urls = [
    path("", payments.Payments.as_view(), name="list"),
    path("queue/", payments.Queue.as_view(), name="queue"),
    path("<int:pk>/", payments.detail, name="detail"),
    path("<int:pk>/correct/", payments.CorrectAccount.as_view(), name="correct"),
    path("<int:pk>/void/", payments.void, name="void"),
]

batch_urls = [
    path("", batches.Batches.as_view(), name="list"),
    path("prepare/", batches.PrepareBatch.as_view(), name="prepare"),
    path("terms/", batches.terms, name="terms"),
    path("terms/<int:pk>/", batches.SetTerms.as_view(), name="set_terms"),
    path("<int:pk>/", batches.Batch.as_view(), name="detail"),
    path("<int:pk>/check/", batches.check, name="check"),
    path("<int:pk>/release/", batches.release, name="release"),
    path("<int:pk>/stop/", batches.stop, name="stop"),
    path("<int:pk>/dissolve/", batches.dissolve, name="dissolve"),
    path("<int:pk>/reject/", batches.reject, name="reject"),
    path("<int:pk>/bank-file/", batches.bank_file, name="bank_file"),
]

return_urls = [
    path("", returns.Returns.as_view(), name="list"),
    path("read/", returns.ReadReturn.as_view(), name="read"),
    path("<int:pk>/", returns.Return.as_view(), name="detail"),
    path("works/<int:pk>/", returns.work, name="work"),
    path("works/<int:pk>/progress/", returns.progress, name="work_progress"),
]

ledger_urls = [
    path("", ledger.Trial.as_view(), name="list"),
    path("journal/", ledger.Journal.as_view(), name="journal"),
    path("entries/<int:pk>/", ledger.entry, name="entry"),
    path("explain/", ledger.explain, name="explain"),
    path("recount/", ledger.recount, name="recount"),
    path("", include("kaogong.web.bureau.urls_books")),
]

rulebook_urls = [
    path("", rulebook.schemes, name="list"),
    path("schemes/<slug:code>/", rulebook.scheme, name="scheme"),
    path("search/", rulebook.search, name="search"),
    path("compare/", rulebook_compare.compare, name="compare"),
    path("conduct/", rulebook_conduct.topics, name="topics"),
    path("conduct/<slug:topic>/", rulebook_conduct.topic, name="topic"),
    path("documents/<path:number>/clauses/<str:clause_id>/", rulebook_papers.clause, name="clause"),
    path("documents/<path:number>/", rulebook_papers.document, name="document"),
]

# What belongs to one line of the rail lies under its address, so that the line shows where one is.
urlpatterns: list[URLPattern | URLResolver] = [
    path("claims/", include((claim_urls, "claims"))),
    path("claims/conflicts/", include((conflict_urls, "conflicts"))),
    path("notices/", include((notice_urls, "notices"))),
    path("notices/objections/", include((objection_urls, "objections"))),
    path("payments/", include((batch_urls, "batches"))),
    path("payments/items/", include((payment_urls, "payments"))),
    path("payments/returns/", include((return_urls, "returns"))),
    path("reconciling/", include((reconciling_urls, "reconciling"))),
    path("funds/", include((fund_urls, "funds"))),
    path("funds/waterfalls/", include((waterfall_urls, "waterfalls"))),
    path("ledger/", include((ledger_urls, "ledger"))),
    path("rulebook/", include((rulebook_urls, "rulebook"))),
]
