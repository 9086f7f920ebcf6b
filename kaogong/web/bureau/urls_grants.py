"""Addresses of grants at the bureau."""

from django.urls import URLPattern, URLResolver, include, path

from .views import grant_acts, grant_projects, grant_yearly, grants, sponsorships

grant_urls = [
    path("", grants.Grants.as_view(), name="list"),
    path("appeals/", grants.Appeals.as_view(), name="appeals"),
    path("appeals/<int:pk>/", grant_acts.AnswerAppeal.as_view(), name="answer"),
    path("publish/", grant_acts.Publish.as_view(), name="publish_many"),
    path("together/", grant_acts.together, name="together"),
    path("lists/", grant_yearly.GrantLists.as_view(), name="lists"),
    path("lists/<int:pk>/", grant_yearly.DetermineList.as_view(), name="award_list"),
    path("papers/<int:pk>/", grants.paper, name="paper"),
    path("<int:pk>/", grants.detail, name="detail"),
    path("<int:pk>/decision.pdf", grants.decision, name="decision_pdf"),
    path("<int:pk>/determine/", grant_acts.Determine.as_view(), name="determine"),
    path("<int:pk>/rejudge/", grant_acts.rejudge, name="rejudge"),
    path("<int:pk>/review/", grant_acts.review, name="review"),
    path("<int:pk>/return/", grant_acts.send_back, name="return"),
    path("<int:pk>/refuse/", grant_acts.refuse, name="refuse"),
    path("<int:pk>/approve/", grant_acts.approve, name="approve"),
    path("<int:pk>/publish/", grant_acts.Publish.as_view(), name="publish_one"),
    path("<int:pk>/end/", grant_acts.end, name="end"),
    path("<int:pk>/queue/", grant_acts.queue_payments, name="queue"),
]

project_urls = [
    path("", grant_projects.Projects.as_view(), name="list"),
    path("register/", grant_projects.Register.as_view(), name="register"),
    path("papers/<int:pk>/", grant_projects.paper, name="paper"),
    path("<int:pk>/", grant_projects.detail, name="detail"),
    path("<int:pk>/record/", grant_projects.Record.as_view(), name="record"),
]

sponsorship_urls = [
    path("", sponsorships.Sponsorships.as_view(), name="list"),
    path("register/", sponsorships.Register.as_view(), name="register"),
    path("<int:pk>/", sponsorships.detail, name="detail"),
    path("<int:pk>/paper/", sponsorships.paper, name="paper"),
    path("<int:pk>/confirm/", sponsorships.confirm, name="confirm"),
    path("<int:pk>/discard/", sponsorships.discard, name="discard"),
    path("<int:pk>/close/", sponsorships.close, name="close"),
    path("<int:pk>/receive/", sponsorships.Receive.as_view(), name="receive"),
    path(
        "<int:pk>/receipts/<int:receipt>/correct/",
        sponsorships.CorrectReceipt.as_view(),
        name="correct_receipt",
    ),
    path("<int:pk>/spend/", sponsorships.Spend.as_view(), name="spend"),
    path("<int:pk>/give-back/", sponsorships.GiveBack.as_view(), name="give_back"),
    path("<int:pk>/report/", sponsorships.report, name="report"),
]

spending_urls = [
    path("<int:pk>/approve/", sponsorships.approve, name="approve"),
    path("<int:pk>/refuse/", sponsorships.refuse, name="refuse"),
    path("<int:pk>/withdraw/", sponsorships.withdraw, name="withdraw"),
    path("<int:pk>/drop/", sponsorships.drop, name="drop"),
]

performance_urls = [
    path("", grant_yearly.Performance.as_view(), name="list"),
    path("score/", grant_yearly.Score.as_view(), name="score"),
    path("<int:pk>/", grant_yearly.performance, name="detail"),
    path("<int:pk>/confirm/", grant_yearly.confirm, name="confirm"),
    path("<int:pk>/withdraw/", grant_yearly.withdraw, name="withdraw"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("grants/", include((grant_urls, "grants"))),
    path("grants/projects/", include((project_urls, "projects"))),
    path("grants/sponsorships/", include((sponsorship_urls, "sponsorships"))),
    path("grants/sponsored-spendings/", include((spending_urls, "sponsored_spendings"))),
    path("grants/performance/", include((performance_urls, "performance"))),
    path("grants/surplus/", grant_yearly.Surplus.as_view(), name="surplus"),
]
