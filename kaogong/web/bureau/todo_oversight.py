"""Inspections, complaints, cases and sanctions that need the person logged in."""

from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext

from kaogong.access.permissions import Permission as P
from kaogong.supervision import queries
from kaogong.web.bureau.todo import Item, Todo, gathered


def waiting(request) -> list[Todo]:
    """Each kind this actor can do something about, oldest first."""
    by, today = request.actor, request.today
    found = []
    if by.may(P.RECORD_INSPECTION):
        found.append(
            gathered(
                gettext("待做的检查"),
                gettext("办理"),
                reverse("bureau:inspections:list"),
                queries.inspections_waiting(by),
                lambda rows: [
                    Item(
                        f"{one.number} {one.title}",
                        reverse("bureau:inspections:detail", args=[one.pk]),
                        one.institution.name,
                        since=localdate(one.assigned_at),
                    )
                    for one in rows
                ],
                today,
            )
        )
    if by.may(P.ANSWER_COMPLAINT):
        found.append(
            gathered(
                gettext("投诉举报"),
                gettext("办理"),
                reverse("bureau:complaints:list"),
                queries.complaints_waiting(by).order_by("id"),
                lambda rows: [
                    Item(
                        one.number,
                        reverse("bureau:complaints:detail", args=[one.pk]),
                        one.accused.name if one.accused else one.about,
                        since=localdate(one.received_at),
                        due_on=queries.due_on(one),
                    )
                    for one in rows
                ],
                today,
            )
        )
    if by.may(P.GRADE_CASE):
        found.append(
            gathered(
                gettext("案件"),
                gettext("办理"),
                reverse("bureau:cases:list"),
                queries.cases_waiting(by).order_by("id"),
                lambda rows: [
                    Item(
                        one.number,
                        reverse("bureau:cases:detail", args=[one.pk]),
                        one.institution.name if one.institution else one.person.name,
                        since=localdate(one.opened_at),
                    )
                    for one in rows
                ],
                today,
            )
        )
    if by.may(P.TELL_SANCTION) or by.may(P.CONFIRM_SANCTION):
        found.append(
            gathered(
                gettext("处理决定"),
                gettext("办理"),
                reverse("bureau:sanctions:list"),
                queries.sanctions_waiting(by, today).order_by("id"),
                lambda rows: [
                    Item(
                        f"{one.number} {one.label}",
                        reverse("bureau:sanctions:detail", args=[one.pk]),
                        one.institution.name if one.institution else one.person.name,
                        since=localdate(one.proposed_at),
                    )
                    for one in rows
                ],
                today,
            )
        )
    return found
