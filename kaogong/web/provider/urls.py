"""Addresses of the provider front door."""

from django.urls import include, path

from kaogong.web.parts.doors import behind_door

from . import (
    urls_demand,
    urls_filing,
    urls_grants,
    urls_institution,
    urls_modes,
    urls_outcomes,
    urls_oversight,
    urls_payees,
    urls_presence,
    urls_recoveries,
    urls_risk,
    urls_statements,
)
from .views import (
    attendance,
    certificates,
    claims,
    classes,
    exams,
    fees,
    home,
    inspections,
    institution,
    learners,
    payments,
    rosters,
    timetable,
)

app_name = "provider"

_classes = [
    path("", classes.ClassList.as_view(), name="list"),
    path("new/", classes.Draft.as_view(), name="draft"),
    path("<int:pk>/", classes.detail, name="detail"),
    path("<int:pk>/edit/", classes.Edit.as_view(), name="edit"),
    path("<int:pk>/copy/", classes.Copy.as_view(), name="copy"),
    path("<int:pk>/check/", classes.check, name="check"),
    path("<int:pk>/cancel/", classes.cancel, name="cancel"),
    path("<int:pk>/start/", classes.start, name="start"),
    path("<int:pk>/finish/", classes.finish, name="finish"),
    path("<int:pk>/fee/", fees.ClassFee.as_view(), name="fee"),
    path("<int:pk>/timetable/", timetable.edit, name="timetable"),
    *urls_filing.of_class,
]
_rosters = [
    path("", rosters.RosterList.as_view(), name="list"),
    path("class/<int:pk>/", rosters.Upload.as_view(), name="upload"),
    path("class/<int:pk>/form/", rosters.blank_form, name="form"),
    path("<int:pk>/", rosters.detail, name="detail"),
    path("<int:pk>/progress/", rosters.progress, name="progress"),
    path("<int:pk>/columns/", rosters.columns, name="columns"),
    path("<int:pk>/take/", rosters.take, name="take"),
    path("<int:pk>/discard/", rosters.discard, name="discard"),
    path("<int:pk>/problems/", rosters.problems, name="problems"),
]
_learners = [
    path("class/<int:pk>/", learners.LearnerList.as_view(), name="list"),
    path("class/<int:class_pk>/<int:pk>/", learners.detail, name="detail"),
    path("class/<int:class_pk>/<int:pk>/fee/", fees.LearnerFee.as_view(), name="fee"),
    path("<int:pk>/withdraw/", learners.withdraw, name="withdraw"),
    path("<int:pk>/readmit/", learners.readmit, name="readmit"),
]
_attendance = [
    path("", attendance.ClassList.as_view(), name="list"),
    path("class/<int:pk>/", attendance.grid, name="grid"),
    path("class/<int:class_pk>/session/<int:pk>/", attendance.session, name="session"),
    path("class/<int:pk>/import/", attendance.Import.as_view(), name="import"),
    path("class/<int:pk>/form/", attendance.blank_form, name="form"),
]
_exams = [
    path("", exams.ExamList.as_view(), name="list"),
    path("classes/", exams.ClassesToAssess.as_view(), name="classes"),
    path("classes/<int:pk>/schedule/", exams.Schedule.as_view(), name="schedule"),
    path("<int:pk>/", exams.detail, name="detail"),
    path("<int:pk>/marks/", exams.marks, name="marks"),
    path("<int:pk>/import/", exams.Import.as_view(), name="import"),
    path("<int:pk>/form/", exams.blank_form, name="form"),
    path("<int:pk>/certify/", exams.certify, name="certify"),
]
_certificates = [
    path("", certificates.CertificateList.as_view(), name="list"),
    path("<int:pk>/", certificates.detail, name="detail"),
    path("<int:pk>/hold/", certificates.hold, name="hold"),
    path("<int:pk>/release/", certificates.release, name="release"),
]
_claims = [
    path("", claims.ClaimList.as_view(), name="list"),
    path("claimable/", claims.ClaimableList.as_view(), name="claimable"),
    path("class/<int:pk>/", claims.submit, name="submit"),
    path("<int:pk>/", claims.detail, name="detail"),
    path("<int:pk>/resubmit/", claims.resubmit, name="resubmit"),
    path("<int:pk>/withdraw/", claims.withdraw, name="withdraw"),
    path("line/<int:pk>/evidence/<slug:fact>/", claims.SupplyEvidence.as_view(), name="evidence"),
]
_payments = [
    path("", payments.PaymentList.as_view(), name="list"),
    path("<int:pk>/correct/", payments.Correct.as_view(), name="correct"),
]
_inspections = [
    path("", inspections.InspectionList.as_view(), name="list"),
    path("<int:pk>/", inspections.detail, name="detail"),
]
_findings = [
    path("<int:pk>/answer/", inspections.AnswerFinding.as_view(), name="answer"),
]
_institution = [
    path("", institution.detail, name="detail"),
    path("account/", institution.Account.as_view(), name="account"),
    path("sites/new/", institution.AddSite.as_view(), name="add_site"),
    path("trainers/new/", institution.AddTrainer.as_view(), name="add_trainer"),
    *urls_institution.of_institution,
]

urlpatterns = behind_door(
    "provider",
    [
        path("", home.home, name="home"),
        path("classes/", include((_classes, "classes"))),
        path("rosters/", include((_rosters, "rosters"))),
        path("learners/", include((_learners, "learners"))),
        path("attendance/", include((_attendance, "attendance"))),
        *urls_presence.urlpatterns,
        path("exams/", include((_exams, "exams"))),
        path("certificates/", include((_certificates, "certificates"))),
        path("claims/", include((_claims, "claims"))),
        path("payments/", include((_payments, "payments"))),
        path("inspections/", include((_inspections, "inspections"))),
        path("findings/", include((_findings, "findings"))),
        *urls_outcomes.urlpatterns,
        *urls_demand.urlpatterns,
        path("institution/", include((_institution, "institution"))),
        *urls_grants.urlpatterns,
        *urls_modes.urlpatterns,
        *urls_institution.urlpatterns,
        *urls_filing.urlpatterns,
        *urls_oversight.urlpatterns,
        *urls_risk.urlpatterns,
        *urls_statements.urlpatterns,
        *urls_recoveries.urlpatterns,
        *urls_payees.urlpatterns,
    ],
)
