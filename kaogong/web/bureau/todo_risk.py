"""What needs the person logged in among risk findings and held payments."""

from collections.abc import Iterable
from datetime import date

from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext

from kaogong.access.permissions import Permission as P
from kaogong.claims import queries as claims
from kaogong.risk import queries
from kaogong.web.bureau.todo import Item, Todo, gathered
from kaogong.web.parts import risk


def waiting(request) -> list[Todo]:
    """Findings to look at, answers overdue, holds that should have been decided."""
    by, today = request.actor, request.today
    listed, held = reverse("bureau:risk:list"), reverse("bureau:holds:list")
    found = []
    if by.may(P.CLOSE_RISK_FINDING):
        found += [
            gathered(
                gettext("待处理的风险发现"), gettext("核实"), listed, queries.findings_to_handle(by), _findings, today
            ),
            gathered(
                gettext("逾期未说明的风险发现"), gettext("催办"), f"{listed}?overdue=yes",
                queries.answers_overdue(by, today), _findings, today,
            ),
        ]  # fmt: skip
    if by.may(P.LIFT_PAYMENT_HOLD):
        found.append(
            gathered(
                gettext("超期未处理的暂缓支付"), gettext("处理"), f"{held}?overdue=yes",
                claims.holds_overdue(by, today), _holds, today,
            )
        )  # fmt: skip
    return found


def _findings(rows: list) -> Iterable[Item]:
    for row in rows:
        yield Item(
            label=f"{risk.severity_words(row.severity)} · {risk.title_of(row.kind)}",
            url=reverse("bureau:risk:detail", args=[row.pk]),
            note=str(row.training_class or row.institution or row.number),
            since=localdate(row.first_seen_at),
            due_on=_due(row),
        )


def _due(row) -> date | None:
    return row.due_on if row.status == "asked" else None


def _holds(rows: list) -> Iterable[Item]:
    for row in rows:
        yield Item(
            label=str(row),
            url=reverse("bureau:holds:detail", args=[row.pk]),
            note=row.reason,
            since=localdate(row.placed_at),
            due_on=row.due_on,
        )
