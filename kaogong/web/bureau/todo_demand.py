"""What needs the person logged in among surveys, lists, guides and bulletins of demand."""

from collections.abc import Iterable
from datetime import timedelta

from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext

from kaogong.access.permissions import Permission as P
from kaogong.demand import queries
from kaogong.web.bureau.todo import Item, Todo, gathered
from kaogong.web.parts.market import title_of

SOON = timedelta(days=7)


def waiting(request) -> list[Todo]:
    """Rounds over or soon over with enterprises silent; lists, guides and bulletins for the second person."""
    by, today = request.actor, request.today
    opened = queries.demand_rounds(by).filter(status="opened").order_by("closes_on", "id")
    kinds = (
        (
            P.CLOSE_DEMAND_ROUND, gettext("到期待截止的调查"), gettext("截止"),
            reverse("bureau:demand_rounds:list"), opened.filter(closes_on__lt=today), _rounds,
        ),
        (
            P.OPEN_DEMAND_ROUND, gettext("快到期、还有企业没填的调查"), gettext("提醒"),
            reverse("bureau:demand_rounds:list"), queries.rounds_unanswered(by, today, today + SOON), _rounds,
        ),
        (
            P.CONFIRM_INTRODUCED_TALENT, gettext("单位报来、待确认的引进人才"), gettext("核对"),
            f"{reverse('bureau:talents:list')}?status=told", queries.talents_to_confirm(by), _told,
        ),
        (
            P.KEEP_INTRODUCED_TALENT, gettext("合同到期、待核对是否在岗的引进人才"), gettext("核对"),
            f"{reverse('bureau:talents:list')}?ending=1", queries.contracts_ending(by, today), _talents,
        ),
        (
            P.PUBLISH_SHORTAGE_LIST, gettext("待复核的目录"), gettext("复核"),
            reverse("bureau:shortage_lists:list"),
            queries.shortage_lists(by).filter(status="proposed").order_by("starts_on", "id"), _lists,
        ),
        (
            P.PUBLISH_WAGE_GUIDE, gettext("待复核的工资价位"), gettext("复核"),
            reverse("bureau:wage_guides:list"),
            queries.wage_guides(by).filter(status="proposed").order_by("id"), _guides,
        ),
        (
            P.PUBLISH_MARKET_BULLETIN, gettext("待复核的供需信息"), gettext("复核"),
            reverse("bureau:market_bulletins:list"),
            queries.market_bulletins(by).filter(status="proposed").order_by("starts_on", "id"), _bulletins,
        ),
    )  # fmt: skip
    return [
        gathered(title, act, url, rows, shown, today)
        for may, title, act, url, rows, shown in kinds
        if by.may(may)
    ]


def _rounds(rows: list) -> Iterable[Item]:
    for row in rows:
        yield Item(
            label=row.title,
            url=reverse("bureau:demand_rounds:detail", args=[row.pk]),
            note=gettext("{n} 家企业没有填报").format(n=row.asked - row.answered),
            due_on=row.closes_on,
        )


def _talents(rows: list) -> Iterable[Item]:
    for row in rows:
        yield Item(
            label=f"{row.employer} {row.person.name}",
            url=f"{reverse('bureau:talents:list')}?ending=1",
            due_on=row.contract_ends_on,
        )


def _told(rows: list) -> Iterable[Item]:
    for row in rows:
        url = reverse("bureau:talents:judge", args=[row.pk])
        yield Item(label=f"{row.employer} {row.person.name}", url=url, since=localdate(row.created_at))


def _lists(rows: list) -> Iterable[Item]:
    for row in rows:
        yield Item(
            label=f"{row.get_kind_display()} {gettext('第 {n} 版').format(n=row.version)}",
            url=reverse("bureau:shortage_lists:detail", args=[row.pk]),
            due_on=row.starts_on,
        )


def _guides(rows: list) -> Iterable[Item]:
    for row in rows:
        url = reverse("bureau:wage_guides:detail", args=[row.pk])
        yield Item(label=row.round.title, url=url, since=row.created_at.date())


def _bulletins(rows: list) -> Iterable[Item]:
    for row in rows:
        url = reverse("bureau:market_bulletins:detail", args=[row.pk])
        yield Item(label=title_of(row), url=url, since=row.created_at.date())
