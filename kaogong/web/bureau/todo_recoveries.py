"""What needs the person logged in among money asked back."""

from collections.abc import Iterable
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext

from kaogong.access.permissions import Permission as P
from kaogong.recoveries import queries
from kaogong.web.bureau.todo import Item, Todo, gathered
from kaogong.web.parts.templatetags.parts import yuan


def waiting(request) -> list[Todo]:
    """Leads to open, steps that wait for this actor, and what should be back and is not."""
    by, today = request.actor, request.today

    def at(status: str):
        return lambda: queries.recoupments(by).filter(status=status).order_by("opened_at", "id")

    kinds = (
        (
            P.OPEN_RECOUPMENT, gettext("待立项追回"), gettext("立项"), reverse("bureau:recoveries:leads"),
            lambda: queries.leads(by), _leads,
        ),
        (
            P.APPROVE_RECOUPMENT, gettext("待批准的追回"), gettext("批准"), _list(status="opened"),
            at("opened"), _steps,
        ),
        (
            P.SERVE_RECOUPMENT, gettext("待送达的追回通知"), gettext("送达"), _list(status="approved"),
            at("approved"), _steps,
        ),
        (
            P.ANSWER_RECOUPMENT, gettext("待答复的追回异议"), gettext("答复"), _list(),
            lambda: queries.objections_waiting(by), _objections,
        ),
        (
            P.SERVE_RECOUPMENT, gettext("逾期未退的追回"), gettext("催退"), _list(overdue="yes"),
            lambda: queries.overdue(by, today), _overdue,
        ),
        (
            P.WRITE_OFF_RECOUPMENT, gettext("待决定的核销"), gettext("作出决定"), _list(status="proposed"),
            at("proposed"), _steps,
        ),
    )  # fmt: skip
    return [
        gathered(title, act, url, rows(), shown, today)
        for may, title, act, url, rows, shown in kinds
        if by.may(may)
    ]


def _list(**filters: str) -> str:
    address = reverse("bureau:recoveries:list")
    return f"{address}?{urlencode(filters)}" if filters else address


def _leads(rows: list) -> Iterable[Item]:
    for row in rows:
        yield Item(
            label=f"{row.debtor_name} {yuan(row.amount_fen)}",
            url=reverse("bureau:recoveries:lead", args=[row.pk]),
            note=f"{row.get_cause_display()} · {row.why}"[:40],
            since=localdate(row.found_at),
        )


def _steps(rows: list) -> Iterable[Item]:
    for row in rows:
        yield _of(row, row.get_cause_display(), since=localdate(row.opened_at))


def _overdue(rows: list) -> Iterable[Item]:
    for row in rows:
        left = gettext("尚欠本金 {left}").format(left=yuan(row.left_fen))
        yield _of(row, left, due_on=row.due_on)


def _objections(rows: list) -> Iterable[Item]:
    for row in rows:
        yield _of(row.recoupment, row.content[:40], since=localdate(row.raised_at))


def _of(recoupment, note: str, **when) -> Item:
    return Item(
        label=f"{recoupment.number} {recoupment.debtor_name} {yuan(recoupment.amount_fen)}",
        url=reverse("bureau:recoveries:detail", args=[recoupment.pk]),
        note=note,
        **when,
    )
