"""What needs the person logged in among returns and answers to proposals."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext

from kaogong.access.permissions import Permission as P
from kaogong.returns import queries
from kaogong.web.bureau.todo import SHOWN, Item, Todo, gathered, with_days


def waiting(request) -> list[Todo]:
    """Returns nobody has drawn up, drafts to put right or to sign, signed ones to freeze; proposals to answer."""
    by, today = request.actor, request.today
    found = []
    returns, proposals = reverse("bureau:period_returns:list"), reverse("bureau:proposals:list")
    if by.may(P.DRAFT_RETURN):
        due = [
            Item(
                label=queries.period_title(kind, start, by.region_code),
                url=reverse("bureau:period_returns:draft"),
                since=queries.period_of(kind, start).end,
            )
            for kind, start in queries.periods_undrawn(by, today)
        ]
        found.append(
            _todo(
                gettext("待起草的报表"), gettext("起草"), reverse("bureau:period_returns:draft"), due, today
            )
        )
    if by.may(P.SIGN_RETURN):
        drafts = [(one, len(queries.standing_in_the_way(one.checks))) for one in queries.returns_drafted(by)]
        listed = f"{returns}?status=drafted"
        failing = [_draft(one, gettext("{n} 项不成立").format(n=n)) for one, n in drafts if n]
        found += [
            _todo(gettext("审核关系不成立的报表"), gettext("改正"), listed, failing, today),
            _todo(gettext("待签字的报表"), gettext("签字"), listed, [_draft(one) for one, n in drafts if not n], today),
        ]  # fmt: skip
    if by.may(P.FREEZE_RETURN):
        found.append(
            gathered(
                gettext("待复核冻结的报表"), gettext("复核"), f"{returns}?status=signed",
                queries.returns_to_freeze(by).order_by("signed_at", "id"), _signed, today,
            )
        )  # fmt: skip
    if by.may(P.DRAFT_ANSWER):
        found.append(
            gathered(
                gettext("待答复的建议提案"), gettext("答复"), proposals,
                queries.proposals_open(by).exclude(status="signed").order_by("due_on", "id"), _proposals, today,
            )
        )  # fmt: skip
    if by.may(P.ISSUE_ANSWER):
        found.append(
            gathered(
                gettext("待签发的答复"), gettext("签发"), f"{proposals}?status=signed",
                queries.proposals_open(by).filter(status="signed").order_by("due_on", "id"), _proposals, today,
            )
        )  # fmt: skip
    return found


def _todo(title: str, act: str, url: str, items: list[Item], today) -> Todo:
    return Todo(title, act, url, len(items), [with_days(one, today) for one in items[:SHOWN]])


def _draft(one, note: str = "") -> Item:
    url = reverse("bureau:period_returns:detail", args=[one.pk])
    return Item(label=queries.title_of(one), url=url, note=note, since=one.drafted_at.date())


def _signed(rows: list) -> Iterable[Item]:
    for row in rows:
        url = reverse("bureau:period_returns:detail", args=[row.pk])
        yield Item(label=queries.title_of(row), url=url, note=row.signed_by, since=row.signed_at.date())


def _proposals(rows: list) -> Iterable[Item]:
    for row in rows:
        url = reverse("bureau:proposals:detail", args=[row.pk])
        yield Item(
            label=f"{queries.answer_title(row)} {row.subject}", url=url, note=row.session, due_on=row.due_on
        )
