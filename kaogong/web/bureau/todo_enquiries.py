"""Online enquiries that need the person logged in."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext

from kaogong.access.permissions import Permission as P
from kaogong.enquiries import queries
from kaogong.web.bureau.todo import SHOWN, Item, Todo, gathered


def waiting(request) -> list[Todo]:
    """What is late, what is to be given out or answered, what waits for a second person, what a policy overtook."""
    by, today = request.actor, request.today
    here = reverse("bureau:enquiries:list")
    found = []
    if by.may(P.DRAFT_REPLY):
        late = queries.enquiries_overdue(by, today)
        late_keys = late.order_by().values("pk")
        found += [
            gathered(gettext("超期的网上咨询"), gettext("办理"), f"{here}?overdue=1", late, _items, today),
            gathered(
                gettext("待办的网上咨询"), gettext("办理"), f"{here}?mine=1",
                queries.enquiries_to_do(by).exclude(pk__in=late_keys), _items, today,
            ),
        ]  # fmt: skip
    if by.may(P.ISSUE_REPLY):
        found.append(
            gathered(
                gettext("待复核的咨询答复"), gettext("复核"), f"{here}?status=checking",
                queries.enquiries_to_check(by), _items, today,
            )
        )  # fmt: skip
    if by.may(P.PUBLISH_COMMON_QUESTION):
        overtaken = queries.overtaken(by, today)
        items = [
            Item(one.question, reverse("bureau:common_questions:detail", args=[one.pk]), one.number)
            for one in overtaken[:SHOWN]
        ]
        listed = f"{reverse('bureau:common_questions:list')}?status=published"
        found.append(Todo(gettext("依据有变动的常见问题"), gettext("核对"), listed, len(overtaken), items))
    return found


def _items(rows: list) -> Iterable[Item]:
    for row in rows:
        yield Item(
            f"{row.number} {row.subject}",
            reverse("bureau:enquiries:detail", args=[row.pk]),
            queries.category_name(row.category),
            since=localdate(row.received_at),
            due_on=row.answer_due_on,
        )
