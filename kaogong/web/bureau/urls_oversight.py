"""Addresses of complaints, cases, sanctions and duties."""

from django.urls import URLPattern, URLResolver, include, path

from .views import cases, complaints, duties, sanctions

complaint_urls = [
    path("", complaints.Complaints.as_view(), name="list"),
    path("receive/", complaints.ReceiveComplaint.as_view(), name="receive"),
    path("<int:pk>/", complaints.detail, name="detail"),
    path("<int:pk>/accept/", complaints.AcceptComplaint.as_view(), name="accept"),
    path("<int:pk>/forward/", complaints.ForwardComplaint.as_view(), name="forward"),
    path("<int:pk>/investigate/", complaints.investigate, name="investigate"),
    path("<int:pk>/ask/", complaints.AskProvider.as_view(), name="ask"),
    path("<int:pk>/answer/", complaints.AnswerComplaint.as_view(), name="answer"),
    path("<int:pk>/close/", complaints.close, name="close"),
    path("<int:pk>/reopen/", complaints.reopen, name="reopen"),
    path("<int:pk>/reveal/", complaints.reveal, name="reveal"),
    path("photos/<int:pk>/", complaints.photo, name="photo"),
]

case_urls = [
    path("", cases.Cases.as_view(), name="list"),
    path("open/", cases.OpenCase.as_view(), name="open"),
    path("<int:pk>/", cases.detail, name="detail"),
    path("<int:pk>/grade/", cases.GradeCase.as_view(), name="grade"),
    path("<int:pk>/return/", cases.send_back, name="return"),
    path("<int:pk>/confirm/", cases.confirm, name="confirm"),
    path("<int:pk>/dismiss/", cases.dismiss, name="dismiss"),
    path("<int:pk>/close/", cases.close, name="close"),
    path("<int:pk>/hand-over/", cases.HandOverCase.as_view(), name="hand_over"),
    path("<int:pk>/demand/", cases.DemandRecovery.as_view(), name="demand"),
]

recovery_urls = [
    path("<int:pk>/settle/", cases.SettleRecovery.as_view(), name="settle"),
    path("<int:pk>/waive/", cases.waive, name="waive"),
]

sanction_urls = [
    path("", sanctions.Sanctions.as_view(), name="list"),
    path("propose/", sanctions.ProposeSanction.as_view(), name="propose"),
    path("<int:pk>/", sanctions.detail, name="detail"),
    path("<int:pk>/withdraw/", sanctions.withdraw, name="withdraw"),
    path("<int:pk>/confirm/", sanctions.ConfirmSanction.as_view(), name="confirm"),
    path("<int:pk>/tell/", sanctions.TellSanction.as_view(), name="tell"),
    path("<int:pk>/start/", sanctions.start, name="start"),
    path("<int:pk>/end/", sanctions.end, name="end"),
    path("<int:pk>/restore/", sanctions.restore, name="restore"),
    path("<int:pk>/lift/", sanctions.lift, name="lift"),
]

duty_urls = [
    path("", duties.duties, name="list"),
    path("<slug:matter>/", duties.NameSupervisor.as_view(), name="name"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("complaints/", include((complaint_urls, "complaints"))),
    path("cases/", include((case_urls, "cases"))),
    path("case-recoveries/", include((recovery_urls, "case_recoveries"))),
    path("sanctions/", include((sanction_urls, "sanctions"))),
    path("duties/", include((duty_urls, "duties"))),
]
