"""Addresses of the bureau's pages of planning: targets, supervision, plans, duties, meetings, assessments."""

from django.urls import URLPattern, URLResolver, include, path

from .views import (
    assessed_units,
    duty_items,
    meetings,
    plan_done,
    plan_lines,
    plan_overlaps,
    plans,
    supervisions,
    target_shares,
    targets,
    unit_assessments,
)

target_urls = [
    path("", targets.Targets.as_view(), name="list"),
    path("draft/", targets.DraftTarget.as_view(), name="draft"),
    path("load/", targets.LoadTargets.as_view(), name="load"),
    path("bulletin.pdf", targets.bulletin, name="bulletin"),
    path("<int:pk>/", targets.detail, name="detail"),
    path("<int:pk>/set/", targets.set_target, name="set"),
    path("<int:pk>/close/", targets.close, name="close"),
    path("<int:pk>/withdraw/", targets.withdraw, name="withdraw"),
    path("<int:pk>/read/", targets.read, name="read"),
    path("<int:pk>/split/", target_shares.SplitTarget.as_view(), name="split"),
    path("<int:pk>/set-shares/", target_shares.set_shares, name="set_shares"),
    path("<int:pk>/withdraw-shares/", target_shares.withdraw_shares, name="withdraw_shares"),
    path("<int:pk>/supervise/", supervisions.IssueSupervision.as_view(), name="supervise"),
]

supervision_urls = [
    path("", supervisions.Supervisions.as_view(), name="list"),
    path("<int:pk>/", supervisions.detail, name="detail"),
    path("<int:pk>/notice.pdf", supervisions.notice, name="notice"),
    path("<int:pk>/reply/", supervisions.ReplySupervision.as_view(), name="reply"),
    path("<int:pk>/accept/", supervisions.accept, name="accept"),
    path("<int:pk>/return/", supervisions.send_back, name="return"),
    path("<int:pk>/cancel/", supervisions.cancel, name="cancel"),
    path("replies/<int:pk>/paper/", supervisions.paper, name="paper"),
]

plan_urls = [
    path("", plans.Plans.as_view(), name="list"),
    path("open/", plans.OpenPlan.as_view(), name="open"),
    path("<int:pk>/", plans.detail, name="detail"),
    path("<int:pk>/merge/", plans.merge, name="merge"),
    path("<int:pk>/reopen/", plans.reopen, name="reopen"),
    path("<int:pk>/split/", plans.ChooseSplit.as_view(), name="split"),
    path("<int:pk>/overlaps/", plan_overlaps.DecideOverlaps.as_view(), name="overlaps"),
    path("<int:pk>/overlaps/undo/", plan_overlaps.UndoOverlaps.as_view(), name="undo_overlaps"),
    path("<int:pk>/propose/", plans.ProposePlan.as_view(), name="propose"),
    path("<int:pk>/return/", plans.send_back, name="return"),
    path("<int:pk>/publish/", plans.PublishPlan.as_view(), name="publish"),
    path("<int:pk>/revise/", plans.revise, name="revise"),
    path("<int:pk>/withdraw/", plans.withdraw, name="withdraw"),
    path("<int:pk>/done/", plan_done.done, name="done"),
    path("<int:pk>/sheet/", plan_done.sheet, name="sheet"),
    path("<int:pk>/ask/", plan_lines.DraftSubmission.as_view(), name="ask"),
]

submission_urls = [
    path("form/", plan_lines.form, name="form"),
    path("<int:pk>/", plan_lines.detail, name="detail"),
    path("<int:pk>/add/", plan_lines.AddLine.as_view(), name="add"),
    path("<int:pk>/import/", plan_lines.ImportLines.as_view(), name="import"),
    path("<int:pk>/submit/", plan_lines.submit, name="submit"),
    path("<int:pk>/return/", plan_lines.send_back, name="return"),
]

line_urls = [
    path("<int:pk>/remove/", plan_lines.remove, name="remove"),
    path("<int:pk>/restore/", plan_lines.restore, name="restore"),
    path("<int:pk>/take-back/", plan_lines.take_back, name="take_back"),
]

duty_item_urls = [
    path("", duty_items.tree, name="list"),
    path("load/", duty_items.load, name="load"),
    path("new/", duty_items.ListDuty.as_view(), name="new"),
    path("<int:pk>/", duty_items.detail, name="detail"),
    path("<int:pk>/assign/", duty_items.AssignDuty.as_view(), name="assign"),
    path("<int:pk>/report/", duty_items.ReportDuty.as_view(), name="report"),
    path("<int:pk>/return/", duty_items.send_back, name="return"),
    path("<int:pk>/finish/", duty_items.finish, name="finish"),
    path("<int:pk>/reopen/", duty_items.reopen, name="reopen"),
    path("reports/<int:pk>/paper/", duty_items.paper, name="paper"),
]

meeting_urls = [
    path("", meetings.Meetings.as_view(), name="list"),
    path("call/", meetings.CallMeeting.as_view(), name="call"),
    path("decisions/", meetings.Decisions.as_view(), name="decisions"),
    path("<int:pk>/", meetings.detail, name="detail"),
    path("<int:pk>/minutes.pdf", meetings.minutes, name="minutes"),
    path("<int:pk>/raise/", meetings.RaiseItem.as_view(), name="raise"),
    path("<int:pk>/hold/", meetings.HoldMeeting.as_view(), name="hold"),
    path("<int:pk>/cancel/", meetings.cancel, name="cancel"),
]

meeting_item_urls = [
    path("<int:pk>/decide/", meetings.DecideItem.as_view(), name="decide"),
    path("<int:pk>/report/", meetings.ReportItem.as_view(), name="report"),
    path("<int:pk>/return/", meetings.return_item, name="return"),
    path("<int:pk>/finish/", meetings.FinishItem.as_view(), name="finish"),
    path("<int:pk>/reopen/", meetings.reopen, name="reopen"),
    path("<int:pk>/drop/", meetings.drop, name="drop"),
]

unit_assessment_urls = [
    path("", unit_assessments.Assessments.as_view(), name="list"),
    path("open/", unit_assessments.OpenAssessment.as_view(), name="open"),
    path("<int:pk>/", unit_assessments.detail, name="detail"),
    path("<int:pk>/measure/", unit_assessments.measure, name="measure"),
    path("<int:pk>/tell/", unit_assessments.TellAssessment.as_view(), name="tell"),
    path("<int:pk>/rescore/", unit_assessments.rescore, name="rescore"),
    path("<int:pk>/confirm/", unit_assessments.confirm, name="confirm"),
    path("<int:pk>/publish/", unit_assessments.PublishAssessment.as_view(), name="publish"),
    path("<int:pk>/cancel/", unit_assessments.cancel, name="cancel"),
    path("<int:pk>/bulletin.pdf", unit_assessments.bulletin, name="bulletin"),
    path("<int:pk>/sheet/", unit_assessments.sheet, name="sheet"),
]

assessed_unit_urls = [
    path("<int:pk>/", assessed_units.detail, name="detail"),
    path("<int:pk>/score/", assessed_units.ScoreUnit.as_view(), name="score"),
    path("<int:pk>/object/", assessed_units.ObjectToScore.as_view(), name="object"),
    path("scores/<int:pk>/paper/", assessed_units.paper, name="paper"),
]

unit_objection_urls = [
    path("<int:pk>/settle/", assessed_units.SettleObjection.as_view(), name="settle"),
    path("<int:pk>/paper/", assessed_units.objection_paper, name="paper"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("targets/", include((target_urls, "targets"))),
    path("supervision-notices/", include((supervision_urls, "supervision_notices"))),
    path("plans/", include((plan_urls, "plans"))),
    path("plan-submissions/", include((submission_urls, "plan_submissions"))),
    path("plan-lines/", include((line_urls, "plan_lines"))),
    path("duty-items/", include((duty_item_urls, "duty_items"))),
    path("meetings/", include((meeting_urls, "meetings"))),
    path("meeting-items/", include((meeting_item_urls, "meeting_items"))),
    path("unit-assessments/", include((unit_assessment_urls, "unit_assessments"))),
    path("assessed-units/", include((assessed_unit_urls, "assessed_units"))),
    path("unit-objections/", include((unit_objection_urls, "unit_objections"))),
]
