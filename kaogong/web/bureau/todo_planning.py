"""What needs the person logged in among targets, plans, duties, decisions of meetings and assessments."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext

from kaogong.access.permissions import Permission as P
from kaogong.planning import queries
from kaogong.web.bureau.tables_planning import department_name
from kaogong.web.bureau.todo import Item, Todo, gathered


def waiting(request) -> list[Todo]:
    """Notices to reply to or accept, lines and plans waiting, decisions and duties past their day, points to hear."""
    by, today = request.actor, request.today
    notices = reverse("bureau:supervision_notices:list")
    kinds = (
        (
            P.REPLY_SUPERVISION, gettext("待回复的督办"), gettext("回复"), f"{notices}?status=issued",
            lambda: queries.supervisions(by).filter(status="issued").order_by("due_on", "id"), _notices,
        ),
        (
            P.ACCEPT_SUPERVISION, gettext("待审的督办回复"), gettext("审核"), f"{notices}?status=replied",
            lambda: queries.supervisions(by).filter(status="replied").order_by("due_on", "id"), _notices,
        ),
        *_of_own_unit(by),
        (
            P.ASSIGN_DUTY, gettext("已逾期的责任事项"), gettext("催办"), reverse("bureau:duty_items:list"),
            lambda: queries.duties_overdue(by, today), _duties,
        ),
        (
            P.SUBMIT_PLAN_LINES, gettext("征集中的计划提报"), gettext("提报"), reverse("bureau:plans:list"),
            lambda: queries.submissions_open(by), _submissions,
        ),
        (
            P.SET_TARGET, gettext("待下达的目标"), gettext("下达"), f"{reverse('bureau:targets:list')}?status=drafted",
            lambda: queries.targets_to_set(by), _targets,
        ),
        (
            P.OBJECT_TO_SCORE, gettext("告知本单位的考核得分"), gettext("查看"),
            reverse("bureau:unit_assessments:list"), lambda: queries.told_units(by, today), _units,
        ),
        (
            P.CONFIRM_ASSESSMENT, gettext("待答复的考核意见"), gettext("答复"),
            reverse("bureau:unit_assessments:list"), lambda: queries.objections_waiting(by), _objections,
        ),
        (
            P.CONFIRM_ASSESSMENT, gettext("待确认的单位考核"), gettext("确认"),
            reverse("bureau:unit_assessments:list"), lambda: queries.assessments_to_confirm(by, today), _assessments,
        ),
        (
            P.PUBLISH_PLAN, gettext("待审定的年度计划"), gettext("审定"), reverse("bureau:plans:list"),
            lambda: queries.plans_to_decide(by).order_by("year", "id"), _plans,
        ),
        (
            P.FOLLOW_UP_DUTY, gettext("待确认的责任事项报告"), gettext("确认"),
            reverse("bureau:duty_items:list"), lambda: queries.duties_reported(by).order_by("code"), _duties,
        ),
        (
            P.DECIDE_ITEM, gettext("待落实的会议决定"), gettext("登记落实"),
            f"{reverse('bureau:meetings:decisions')}?status=decided", lambda: queries.decisions_open(by), _items,
        ),
        (
            P.DECIDE_ITEM, gettext("待确认的落实情况"), gettext("确认"),
            f"{reverse('bureau:meetings:decisions')}?status=reported", lambda: queries.decisions_reported(by), _items,
        ),
    )  # fmt: skip
    return [
        gathered(title, act, url, rows(), shown, today)
        for may, title, act, url, rows, shown in kinds
        if by.may(may)
    ]


def lagging(request) -> dict | None:
    """How many targets that run today lag, and the list of them; None where there are none, or for a unit."""
    by = request.actor
    if by.own_unit or not by.may(P.VIEW_PEOPLE):
        return None
    count = queries.lagging_seen(by, request.today)
    return (
        {"count": count, "url": f"{reverse('bureau:targets:list')}?running=yes&far=lagging"}
        if count
        else None
    )


def _of_own_unit(by) -> tuple:
    """What a unit that is not the bureau is to report of and to carry out."""
    if not by.own_unit:
        return ()
    return (
        (
            P.REPORT_DUTY, gettext("待报告的责任事项"), gettext("报告"), reverse("bureau:duty_items:list"),
            lambda: queries.duties_to_report(by), _duties,
        ),
        (
            P.REPORT_ITEM, gettext("会议交办的事项"), gettext("报告落实情况"),
            f"{reverse('bureau:meetings:decisions')}?status=decided", lambda: queries.decisions_open(by), _items,
        ),
    )  # fmt: skip


def _notices(rows: list) -> Iterable[Item]:
    for row in rows:
        url = reverse("bureau:supervision_notices:detail", args=[row.pk])
        yield Item(label=f"{row.number} {row.unit}", url=url, note=row.title, due_on=row.due_on)


def _plans(rows: list) -> Iterable[Item]:
    for row in rows:
        yield Item(label=row.title, url=reverse("bureau:plans:detail", args=[row.pk]))


def _duties(rows: list) -> Iterable[Item]:
    for row in rows:
        url = reverse("bureau:duty_items:detail", args=[row.pk])
        yield Item(label=row.title, url=url, note=row.lead_unit, due_on=row.due_on)


def _items(rows: list) -> Iterable[Item]:
    for row in rows:
        url = reverse("bureau:meetings:detail", args=[row.meeting_id])
        yield Item(label=row.subject, url=url, note=row.owner, due_on=row.due_on)


def _submissions(rows: list) -> Iterable[Item]:
    for row in rows:
        url = reverse("bureau:plan_submissions:detail", args=[row.pk])
        yield Item(
            label=f"{department_name(row.department)} {row.plan.title}", url=url,
            note=gettext(row.get_status_display()), due_on=row.plan.due_on,
        )  # fmt: skip


def _targets(rows: list) -> Iterable[Item]:
    for row in rows:
        yield Item(label=row.title, url=reverse("bureau:targets:detail", args=[row.pk]), note=row.owner)


def _units(rows: list) -> Iterable[Item]:
    for row in rows:
        url = reverse("bureau:assessed_units:detail", args=[row.pk])
        label = gettext("{year}年度单位考核").format(year=row.assessment.year)
        yield Item(label=label, url=url, note=row.name, due_on=row.assessment.object_until)


def _objections(rows: list) -> Iterable[Item]:
    for row in rows:
        url = reverse("bureau:unit_objections:settle", args=[row.pk])
        yield Item(label=row.unit.name, url=url, note=row.content[:40], since=localdate(row.received_at))


def _assessments(rows: list) -> Iterable[Item]:
    for row in rows:
        url = reverse("bureau:unit_assessments:detail", args=[row.pk])
        yield Item(label=gettext("{year}年度单位考核").format(year=row.year), url=url, since=row.object_until)
