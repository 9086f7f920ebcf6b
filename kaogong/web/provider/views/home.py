"""What needs this institution now."""

from dataclasses import dataclass, field

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from kaogong.access.permissions import Permission as P
from kaogong.assessment import queries as assessment
from kaogong.claims import queries as claims
from kaogong.funds import queries as funds
from kaogong.institutions import queries as institutions
from kaogong.kernel.money import yuan
from kaogong.notices import queries as notices
from kaogong.risk import queries as risk
from kaogong.trail import queries as trail
from kaogong.trail.operations import require_may
from kaogong.training import queries as training
from kaogong.training.queries import waiting
from kaogong.web.parts import risk as risk_words

from .. import stories

SHOWN = 5


@dataclass
class Task:
    """One kind of thing that waits: how many, the oldest few, and where the whole list is."""

    title: str
    count: int
    url: str
    tone: str
    items: list[tuple[str, str, str]] = field(default_factory=list)  # text, small text, address


def home(request: HttpRequest) -> HttpResponse:
    """Counts that open to the list, the oldest first; then money on its way."""
    require_may(request.actor, P.VIEW_OWN_INSTITUTION, gettext("今日待办"))
    by = request.actor
    tasks: list[Task] = []
    if by.may(P.DRAFT_CLASS):
        tasks += _training(by, request.today)
    if by.may(P.SCHEDULE_EXAM):
        tasks += _assessing(by)
    if by.may(P.SUBMIT_CLAIM):
        tasks += _money(by)
    if by.may(P.ANSWER_RISK_FINDING):
        tasks.append(_questions(by, request.today))
    waiting_now = [task for task in tasks if task.count]
    return render(
        request,
        "provider/home.html",
        {
            "institution": institutions.institution(by.organisation_id, by=by),
            "tasks": waiting_now,
            "total": sum(task.count for task in waiting_now),
            "coming": _coming(by) if by.may(P.SUBMIT_CLAIM) else [],
            "may_draft": by.may(P.DRAFT_CLASS),
            "may_schedule": by.may(P.SCHEDULE_EXAM),
        },
    )


def _questions(by, today) -> Task:
    """What the bureau asks about signs of risk, the one due first first."""
    rows = risk.risk_questions(by, answered=False)
    listed = reverse("provider:risk:list")
    return Task(
        gettext("需要说明的风险核实"),
        rows.count(),
        listed,
        "no" if rows.filter(due_on__lt=today).exists() else "ask",
        [
            (
                risk_words.title_of(row.finding.kind),
                stories.deadline(row.due_on, today),
                reverse("provider:risk:detail", args=[row.pk]),
            )
            for row in rows[:SHOWN]
        ],
    )


def _training(by, today) -> list[Task]:
    returned = training.training_classes(by, status="returned").order_by("starts_on")
    drafts = training.training_classes(by, status="drafted").order_by("starts_on")
    ready = (
        training.training_classes(by, status="approved").filter(starts_on__lte=today).order_by("starts_on")
    )
    rosters = waiting.rosters_waiting(by)
    unrecorded = waiting.classes_unrecorded(by, today)
    classes = reverse("provider:classes:list")
    return [
        Task(
            gettext("退回修改的班次"),
            returned.count(),
            f"{classes}?status=returned",
            "no",
            [
                (row.title, _reason("class", row.pk) or stories.deadline(row.starts_on, today), _class(row))
                for row in returned[:SHOWN]
            ],
        ),
        Task(
            gettext("花名册待处理"),
            rosters.count(),
            reverse("provider:rosters:list"),
            "ask",
            [
                (
                    row.training_class.title,
                    gettext("{file}：{problem} 行有问题，{good} 行可录入").format(
                        file=row.filename, problem=row.rows_problem, good=row.rows_good
                    )
                    if row.status == "checked"
                    else gettext("{file}：等待核验").format(file=row.filename),
                    reverse("provider:rosters:detail", args=[row.pk]),
                )
                for row in rosters[:SHOWN]
            ],
        ),
        Task(
            gettext("考勤没有记完"),
            unrecorded.count(),
            reverse("provider:attendance:list"),
            "ask",
            [
                (
                    row.title,
                    gettext("{count} 次课，最早 {day}").format(
                        count=row.unrecorded_count, day=row.unrecorded_since
                    ),
                    reverse("provider:attendance:grid", args=[row.pk]),
                )
                for row in unrecorded[:SHOWN]
            ],
        ),
        Task(
            gettext("到期待开班"),
            ready.count(),
            f"{classes}?status=approved",
            "ask",
            [(row.title, stories.deadline(row.starts_on, today), _class(row)) for row in ready[:SHOWN]],
        ),
        Task(
            gettext("草稿待申报"),
            drafts.count(),
            f"{classes}?status=drafted",
            "now",
            [
                (
                    row.title,
                    gettext("开班日期 {day}").format(day=stories.deadline(row.starts_on, today)),
                    _class(row),
                )
                for row in drafts[:SHOWN]
            ],
        ),
    ]


def _assessing(by) -> list[Task]:
    waiting_classes = assessment.classes_to_assess(by)
    open_exams = assessment.exams(by).exclude(status="certified").order_by("assessed_on", "id")
    return [
        Task(
            gettext("待安排考核的班次"),
            waiting_classes.count(),
            reverse("provider:exams:classes"),
            "ask",
            [
                (
                    row.title,
                    f"{row.institution} · {row.ends_on}",
                    reverse("provider:exams:schedule", args=[row.pk]),
                )
                for row in waiting_classes[:SHOWN]
            ],
        ),
        Task(
            gettext("待录成绩或发证的考核"),
            open_exams.count(),
            reverse("provider:exams:list"),
            "ask",
            [
                (
                    row.training_class.title,
                    f"{row.assessed_on} · {row.get_status_display()}",
                    reverse("provider:exams:detail", args=[row.pk]),
                )
                for row in open_exams[:SHOWN]
            ],
        ),
    ]


def _money(by) -> list[Task]:
    returned = claims.claims(by, status="returned").order_by("submitted_at")
    claimable = claims.claimable_classes(by)
    failed = funds.payments(by, status="unpaid").order_by("id")
    return [
        Task(
            gettext("付款失败或被银行退回，请更正账户"),
            failed.count(),
            reverse("provider:payments:list") + "?status=unpaid",
            "no",
            [
                (
                    f"{row.reference} {yuan(row.amount_fen)}",
                    row.failure_reason,
                    reverse("provider:payments:correct", args=[row.pk]),
                )
                for row in failed[:SHOWN]
            ],
        ),
        Task(
            gettext("退回的申领"),
            returned.count(),
            reverse("provider:claims:list") + "?status=returned",
            "no",
            [
                (
                    f"{row.number} {row.subject}",
                    _reason("claim", row.pk),
                    reverse("provider:claims:detail", args=[row.pk]),
                )
                for row in returned[:SHOWN]
            ],
        ),
        Task(
            gettext("可以申领的班次"),
            claimable.count(),
            reverse("provider:claims:claimable"),
            "ask",
            [
                (
                    row.title,
                    gettext("{day} 结业").format(day=row.ends_on),
                    reverse("provider:claims:submit", args=[row.pk]),
                )
                for row in claimable[:SHOWN]
            ],
        ),
    ]


def _coming(by) -> list[tuple[str, str, str, str]]:
    """Money on its way: (what, how much, where it stands and until when, address)."""
    rows = claims.claims(by).filter(status__in=("reviewed", "approved", "published", "cleared"))
    rows = list(rows.order_by("submitted_at")[:SHOWN])
    closing = {row.published_notice_id: None for row in rows if row.published_notice_id}
    closing = {pk: notices.notice(pk).closes_on for pk in closing}
    said = {
        "reviewed": gettext("待复核"),
        "approved": gettext("已核准，待公示"),
        "cleared": gettext("公示期满，正在拨付"),
    }
    return [
        (
            f"{row.number} {row.subject}",
            yuan(row.amount_fen),
            gettext("公示至 {day}，期满后拨付").format(day=closing[row.published_notice_id])
            if row.status == "published"
            else said[row.status],
            reverse("provider:claims:detail", args=[row.pk]),
        )
        for row in rows
    ]


def _reason(kind: str, pk: int) -> str:
    entry = trail.last_doer(kind, pk, "returned")
    return entry.reason if entry else ""


def _class(row) -> str:
    return reverse("provider:classes:detail", args=[row.pk])
