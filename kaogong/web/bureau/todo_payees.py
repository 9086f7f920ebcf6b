"""What needs the person logged in among account changes and appeals about claims."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext

from kaogong.access.permissions import Permission as P
from kaogong.claims import queries as claims
from kaogong.web.bureau.todo import Item, Todo, gathered


def waiting(request) -> list[Todo]:
    """Changes to decide, appeals to answer."""
    by, today = request.actor, request.today
    found = []
    if by.may(P.DECIDE_ACCOUNT_CHANGE):
        found.append(
            gathered(
                gettext("待审核的收款账户变更"), gettext("审核"),
                f"{reverse('bureau:account_changes:list')}?status=asked",
                claims.account_changes(by, status="asked"), _changes, today,
            )
        )  # fmt: skip
    if by.may(P.SETTLE_CLAIM_APPEAL):
        found.append(
            gathered(
                gettext("待答复的申领申诉"), gettext("答复"),
                f"{reverse('bureau:claim_appeals:list')}?status=filed",
                claims.claim_appeals(by, status="filed"), _appeals, today,
            )
        )  # fmt: skip
    return found


def _changes(rows: list) -> Iterable[Item]:
    for row in rows:
        yield Item(
            label=row.payee_name,
            url=reverse("bureau:account_changes:detail", args=[row.pk]),
            note=str(row),
            since=localdate(row.asked_at),
            due_on=None,
        )


def _appeals(rows: list) -> Iterable[Item]:
    for row in rows:
        yield Item(
            label=row.named,
            url=reverse("bureau:claim_appeals:settle", args=[row.pk]),
            note=row.institution.name,
            since=localdate(row.filed_at),
            due_on=row.answer_by_on,
        )
