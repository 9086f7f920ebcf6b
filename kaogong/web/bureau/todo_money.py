"""What needs the person logged in among claims, notices, payments, conflicts and money asked back."""

from collections.abc import Iterable
from datetime import date
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext

from kaogong.access.permissions import Permission as P
from kaogong.claims import queries as claims
from kaogong.claims.queries.waiting import lines_needing_evidence
from kaogong.funds import queries as funds
from kaogong.kernel.working_days import add_working_days
from kaogong.notices import queries as notices
from kaogong.trail import queries as trail
from kaogong.web.bureau import todo_recoveries
from kaogong.web.bureau.todo import Item, Todo, gathered
from kaogong.web.parts.templatetags.parts import yuan


def _due(since: date) -> date | None:
    """By when a step should be done: the bureau's own promise where it made one; the papers set none."""
    days = settings.STEP_WORKING_DAYS
    return add_working_days(since, days) if days else None


def waiting(request) -> list[Todo]:
    """One entry per kind of work open to this actor, in the order the work is done."""
    by, today = request.actor, request.today
    kinds = (
        (
            P.REVIEW_CLAIM, gettext("待审核的申领"), gettext("审核"),
            _list("claims:list", status="submitted"),
            lambda: claims.claims_awaiting_review(by).filter(status="submitted"), _claims,
        ),
        (
            P.APPROVE_CLAIM, gettext("待复核的申领"), gettext("复核"),
            _list("claims:list", status="reviewed"),
            lambda: claims.claims_awaiting_review(by).filter(status="reviewed"), _claims,
        ),
        (
            P.SUPPLY_EVIDENCE, gettext("需补证据的人"), gettext("补证据"),
            _list("claims:list", status="submitted"),
            lambda: lines_needing_evidence(by), _lines,
        ),
        (
            P.PUBLISH_NOTICE, gettext("已核准待公示的申领"), gettext("列入公示"),
            _list("claims:list", status="approved"), lambda: claims.claims_to_publish(by), _claims,
        ),
        (
            P.ANSWER_OBJECTION, gettext("待答复的异议"), gettext("答复"), _list("notices:list"),
            lambda: notices.objections(by, unanswered=True), _objections,
        ),
        (
            P.CLOSE_NOTICE, gettext("公示期满待结束"), gettext("结束"),
            _list("notices:list", status="published"),
            lambda: notices.notices(by).filter(status="published", closes_on__lt=today).order_by("closes_on"),
            _notices,
        ),
        (
            P.PREPARE_PAYMENT, gettext("待组批的付款"), gettext("组批"),
            _list("payments:queue"),
            lambda: funds.payments(by, status="queued").order_by("id"), _payments,
        ),
        (
            P.CHECK_PAYMENT, gettext("待复核的批次"), gettext("复核"),
            _list("batches:list", status="prepared"),
            lambda: funds.batches(by, status="prepared").order_by("id"), _batches,
        ),
        (
            P.RELEASE_PAYMENT, gettext("待发放的批次"), gettext("发放"),
            _list("batches:list", status="checked"),
            lambda: funds.batches(by, status="checked").order_by("id"), _batches,
        ),
        (
            P.READ_BANK_RETURN, gettext("等银行回盘的批次"), gettext("读取回盘"),
            _list("batches:list", status="released"),
            lambda: funds.batches(by, status="released").order_by("id"), _batches,
        ),
        (
            P.CORRECT_BANK_ACCOUNT, gettext("付款失败或退回待更正"), gettext("更正账户"),
            _list("payments:list", status="unpaid"),
            lambda: funds.payments(by, status="unpaid").order_by("id"), _payments,
        ),
        (
            P.RETURN_CLAIM, gettext("拨付后发现的冲突"), gettext("处理"), _list("conflicts:list"),
            lambda: claims.conflicts(by), _conflicts,
        ),
    )  # fmt: skip
    return [
        gathered(title, act, url, rows(), shown, today)
        for may, title, act, url, rows, shown in kinds
        if by.may(may)
    ] + todo_recoveries.waiting(request)


def _list(name: str, **filters: str) -> str:
    address = reverse(f"bureau:{name}")
    return f"{address}?{urlencode(filters)}" if filters else address


def _claims(rows: list) -> Iterable[Item]:
    verbs = ("claim.submitted", "claim.resubmitted", "claim.reviewed", "claim.approved")
    latest = trail.latest_entries("claim", [row.pk for row in rows], verbs)
    for row in rows:
        entry = latest.get(str(row.pk))
        since = localdate(entry.at) if entry else localdate(row.submitted_at)
        yield Item(
            label=f"{row.number} {row.subject}",
            url=reverse("bureau:claims:detail", args=[row.pk]),
            note=f"{row.institution.name} · {yuan(row.amount_fen)}",
            since=since,
            due_on=_due(since),
        )


def _lines(rows: list) -> Iterable[Item]:
    for row in rows:
        yield Item(
            label=f"{row.person.name} · {row.reference}",
            url=reverse("bureau:claims:detail", args=[row.claim_id]),
            note=row.claim.subject,
            since=localdate(row.claim.submitted_at),
            due_on=_due(localdate(row.claim.submitted_at)),
        )


def _objections(rows: list) -> Iterable[Item]:
    for row in rows:
        yield Item(
            label=row.notice.title,
            url=reverse("bureau:objections:detail", args=[row.pk]),
            note=row.content[:40],
            since=localdate(row.received_at),
            due_on=row.notice.closes_on,
        )


def _notices(rows: list) -> Iterable[Item]:
    for row in rows:
        yield Item(
            label=row.title,
            url=reverse("bureau:notices:detail", args=[row.pk]),
            note=row.number,
            since=row.closes_on,
            due_on=add_working_days(row.closes_on, 1),
        )


def _payments(rows: list) -> Iterable[Item]:
    for row in rows:
        since = localdate(row.came_back_at or row.answered_at or row.queued_at)
        yield Item(
            label=f"{row.payee_name} {yuan(row.amount_fen)}",
            url=reverse("bureau:payments:detail", args=[row.pk]),
            note=row.failure_reason or row.reference,
            since=since,
            due_on=_due(since),
        )


def _batches(rows: list) -> Iterable[Item]:
    for row in rows:
        yield Item(
            label=f"{row.number} {yuan(row.total_fen)}",
            url=reverse("bureau:batches:detail", args=[row.pk]),
            note=gettext("{n} 笔").format(n=row.count),
            since=localdate(row.prepared_at),
            due_on=_due(localdate(row.prepared_at)),
        )


def _conflicts(rows: list) -> Iterable[Item]:
    for row in rows:
        yield Item(
            label=f"{row.line.person.name} · {row.line.reference}",
            url=reverse("bureau:conflicts:detail", args=[row.pk]),
            note=row.message,
            since=localdate(row.found_at),
        )
