"""Addresses of recognition, registers of providers, and their yearly evaluation."""

from django.urls import URLPattern, URLResolver, include, path

from .views import applications, evaluations, registers

application_urls = [
    path("", applications.Applications.as_view(), name="list"),
    path("ending/", applications.Ending.as_view(), name="ending"),
    path("<int:pk>/", applications.detail, name="detail"),
    path("<int:pk>/return/", applications.send_back, name="return"),
    path("<int:pk>/accept/", applications.accept, name="accept"),
    path("<int:pk>/visit/", applications.RecordVisit.as_view(), name="record_visit"),
    path("<int:pk>/approve/", applications.Approve.as_view(), name="decide"),
    path("<int:pk>/refuse/", applications.refuse, name="refuse"),
    path("<int:pk>/contract/", applications.MakeContract.as_view(), name="make_contract"),
    path("<int:pk>/publish/", applications.Publish.as_view(), name="put_up"),
    path("<int:pk>/enforce/", applications.enforce, name="enforce"),
    path("<int:pk>/reopen/", applications.reopen, name="reopen"),
    path("condition/<int:pk>/", applications.Judge.as_view(), name="judge"),
    path("paper/<int:pk>/", applications.paper, name="paper"),
]

register_urls = [
    path("", registers.kinds, name="kinds"),
    path("brands/", registers.brands, name="brands"),
    path("brands/register/", registers.RegisterBrand.as_view(), name="register_brand"),
    path("brands/<int:pk>/join/", registers.JoinBrand.as_view(), name="join_brand"),
    path("brands/members/<int:pk>/leave/", registers.leave, name="leave_brand"),
    path("tenders/", registers.Tenders.as_view(), name="tenders"),
    path("tenders/file/", registers.FileTender.as_view(), name="file_tender"),
    path("pilots/<int:pk>/grant/", registers.GrantPilot.as_view(), name="grant_pilot"),
    path("pilots/<int:pk>/end/", registers.end_pilot, name="end_pilot"),
    path("close/<int:pk>/", registers.close, name="close_institution"),
]

evaluation_urls = [
    path("", evaluations.Rounds.as_view(), name="list"),
    path("open/", evaluations.OpenEvaluation.as_view(), name="open"),
    path("<int:pk>/", evaluations.detail, name="detail"),
    path("<int:pk>/table/", evaluations.Grades.as_view(), name="table"),
    path("<int:pk>/measure/", evaluations.measure, name="measure"),
    path("<int:pk>/import/", evaluations.ImportScores.as_view(), name="import"),
    path("<int:pk>/form/", evaluations.blank_form, name="form"),
    path("<int:pk>/propose/", evaluations.propose, name="propose"),
    path("<int:pk>/rescore/", evaluations.rescore, name="rescore"),
    path("<int:pk>/publish/", evaluations.Publish.as_view(), name="put_up"),
    path("<int:pk>/finalise/", evaluations.finalise, name="finalise"),
    path("provider/<int:pk>/", evaluations.provider, name="provider"),
    path("provider/<int:pk>/score/", evaluations.Score.as_view(), name="score"),
]

appeal_urls = [
    path("", evaluations.Appeals.as_view(), name="list"),
    path("<int:pk>/", evaluations.Settle.as_view(), name="settle"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("applications/", include((application_urls, "applications"))),
    path("registers/", include((register_urls, "registers"))),
    path("evaluations/", include((evaluation_urls, "evaluations"))),
    path("appeals/", include((appeal_urls, "appeals"))),
]
