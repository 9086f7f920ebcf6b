"""What needs the person logged in: per kind the oldest few, how many in all, and by when."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext

from kaogong.access import queries as access
from kaogong.access.permissions import Permission as P
from kaogong.certificates import queries as certificates
from kaogong.institutions import queries as institutions
from kaogong.kernel.working_days import add_working_days, working_days_between
from kaogong.trail import queries as trail
from kaogong.training import queries as training

SHOWN = 5


@dataclass(frozen=True, slots=True)
class Item:
    """One thing waiting: what, of whom, since when, and the day it should be done by."""

    label: str
    url: str
    note: str = ""
    since: date | None = None
    due_on: date | None = None
    days_left: int | None = None
    days_waited: int | None = None

    @property
    def tone(self) -> str:
        if self.days_left is None:
            return "now"
        return "no" if self.days_left < 0 else "ask" if self.days_left <= 1 else "now"

    @property
    def deadline(self) -> str:
        """The deadline in working days; where none is set, how long it has waited."""
        if self.days_left is None:
            return gettext("已等 {n} 个工作日").format(n=self.days_waited) if self.days_waited else ""
        if self.days_left < 0:
            return gettext("已超 {n} 个工作日").format(n=-self.days_left)
        if self.days_left == 0:
            return gettext("今天到期")
        return gettext("剩 {n} 个工作日").format(n=self.days_left)


@dataclass(frozen=True, slots=True)
class Todo:
    """One kind of work: its list, how many wait, the oldest few."""

    title: str
    act: str
    url: str
    count: int
    items: list[Item]


def gathered(
    title: str, act: str, url: str, rows: QuerySet, shown: Callable[[list], Iterable[Item]], today: date
) -> Todo:
    """One kind of work from its query, oldest first; counts only when more wait than are shown."""
    oldest = list(rows[: SHOWN + 1])
    count = len(oldest) if len(oldest) <= SHOWN else rows.count()
    items = [with_days(item, today) for item in shown(oldest[:SHOWN])]
    return Todo(title, act, url, count, items)


def with_days(item: Item, today: date) -> Item:
    """The item with its working days left, or waited."""
    if item.due_on is None:
        return replace(item, days_waited=working_days_between(item.since, today)) if item.since else item
    left = working_days_between(today, item.due_on)
    if left == 0 and item.due_on < today:
        left = -1
    return replace(item, days_left=left)


def waiting(request) -> list[Todo]:
    """Training, certificates and accounts; the money's part comes from ``todo_money``."""
    by, today = request.actor, request.today
    found = []
    if by.may(P.APPROVE_CLASS):
        found.append(
            gathered(
                gettext("待审批的开班"),
                gettext("审批"),
                f"{reverse('bureau:classes:list')}?status=filed",
                training.classes_awaiting_approval(by),
                _classes,
                today,
            )
        )
    if by.may(P.REVOKE_CERTIFICATE):
        found.append(
            gathered(
                gettext("暂停中待处理的证书"),
                gettext("处理"),
                f"{reverse('bureau:certificates:list')}?status=held",
                certificates.certificates(by).filter(status="held").order_by("id"),
                _certificates,
                today,
            )
        )
    if by.may(P.VIEW_TRAIL) and by.may(P.UNMASK_PERSON) and not by.may(P.APPROVE_CLASS):
        month = today.replace(day=1)
        found.append(
            gathered(
                gettext("本月查看个人信息的记录"),
                gettext("查阅"),
                f"{reverse('bureau:trail:list')}?verb=person.looked&from_on={month:%Y-%m-%d}",
                trail.entries_visible(by).filter(verb="person.looked", at__date__gte=month),
                _looks,
                today,
            )
        )
    if by.may(P.MANAGE_ACCOUNTS):
        found.append(
            gathered(
                gettext("已认定、还没有账号的机构"),
                gettext("开设账号"),
                reverse("bureau:accounts:open"),
                institutions.providers_without_account(by),
                _without_account,
                today,
            )
        )
        found.append(
            gathered(
                gettext("从未登录过的账号"),
                gettext("核对"),
                f"{reverse('bureau:accounts:list')}?is_active=true",
                access.accounts(by).filter(is_active=True, last_login__isnull=True).order_by("created_at"),
                _accounts,
                today,
            )
        )
    return found


def _classes(rows: list) -> Iterable[Item]:
    filed = trail.latest_entries("class", [row.pk for row in rows], ("class.filed", "class.refiled"))
    for row in rows:
        entry = filed.get(str(row.pk))
        yield Item(
            label=row.title,
            url=reverse("bureau:classes:detail", args=[row.pk]),
            note=f"{row.institution.name} · " + gettext("{day} 开班").format(day=row.starts_on.isoformat()),
            since=localdate(entry.at) if entry else None,
            due_on=add_working_days(row.starts_on, -1),
        )


def _certificates(rows: list) -> Iterable[Item]:
    for row in rows:
        yield Item(
            label=row.number, url=reverse("bureau:certificates:detail", args=[row.pk]), note=row.holder_name
        )


def _looks(rows: list) -> Iterable[Item]:
    for row in rows:
        yield Item(
            label=f"{row.actor_name} · {row.subject_label}",
            url=f"{reverse('bureau:trail:list')}?verb=person.looked",
            note=row.reason,
            since=localdate(row.at),
        )


def _without_account(rows: list) -> Iterable[Item]:
    for row in rows:
        yield Item(
            label=row.name,
            url=account_of_provider(row.credit_code),
            note=row.credit_code,
            since=localdate(row.recognised_at),
        )


def account_of_provider(credit_code: str) -> str:
    """Where a provider's first account is opened, its post and body filled in."""
    filled = urlencode({"role": "provider_clerk", "organisation": credit_code})
    return f"{reverse('bureau:accounts:open')}?{filled}"


def _accounts(rows: list) -> Iterable[Item]:
    for row in rows:
        yield Item(
            label=f"{row.name} · {row.username}",
            url=f"{reverse('bureau:accounts:list')}?q={row.username}",
            since=localdate(row.created_at),
        )
