"""What needs the person logged in among departments' lists and people registered twice."""

from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext

from kaogong.access.permissions import Permission as P
from kaogong.departments import queries as departments
from kaogong.departments.operations import differences
from kaogong.people import queries as people
from kaogong.web.bureau.todo import SHOWN, Item, Todo, gathered, with_days
from kaogong.web.parts.templatetags.parts import permille


def waiting(request) -> list[Todo]:
    """Lists to accept, duplicates and merges to decide on."""
    by, today = request.actor, request.today
    found = []
    if by.may(P.SEND_DEPARTMENT_FILE):
        found += [
            gathered(
                gettext("列待确认的部门数据"), gettext("确认列"), _listed("received"),
                departments.files_to_confirm(by).order_by("id"), _files, today,
            ),
            gathered(
                gettext("合计不符的部门数据"), gettext("说明或更正"), _listed("checked"),
                departments.files_to_explain(by).order_by("id"), _differing, today,
            ),
        ]  # fmt: skip
    if by.may(P.ACCEPT_DEPARTMENT_FILE):
        falling = departments.falling(by)
        found.append(
            Todo(
                gettext("报送质量明显下降的部门"), gettext("看质量"), reverse("bureau:department_quality"),
                len(falling), [with_days(one, today) for one in _falling(falling[:SHOWN])],
            )
        )  # fmt: skip
    if by.may(P.ACCEPT_DEPARTMENT_FILE):
        found.append(
            gathered(
                gettext("待接纳的部门数据"), gettext("接纳"), reverse("bureau:department_files:list"),
                departments.files_to_accept(by).order_by("id"), _files, today,
            )
        )  # fmt: skip
    if by.may(P.ACCEPT_DEPARTMENT_FILE):
        found.append(
            gathered(
                gettext("待接纳的部门合计表"), gettext("接纳"), reverse("bureau:sum_sheets:list"),
                departments.sum_sheets_to_accept(by).order_by("id"), _sheets, today,
            )
        )  # fmt: skip
    if by.may(P.DECIDE_DUPLICATE):
        found.append(
            gathered(
                gettext("待核定的疑似重复"), gettext("核定"), reverse("bureau:record_duplicates:list"),
                departments.duplicates_to_decide(by), _duplicates, today,
            )
        )  # fmt: skip
    if by.may(P.DECIDE_MERGE):
        found.append(
            gathered(
                gettext("待核定的档案合并"), gettext("核定"), reverse("bureau:person_merges:list"),
                people.merges_to_decide(by), _merges, today,
            )
        )  # fmt: skip
    return found


def _files(rows: list) -> Iterable[Item]:
    for row in rows:
        yield Item(
            label=f"{departments.department_name(row.department_code)} {row.filename}",
            url=reverse("bureau:department_files:detail", args=[row.pk]),
            note=f"{row.from_on} — {row.to_on}",
            since=localdate(row.sent_at),
        )


def _sheets(rows: list) -> Iterable[Item]:
    for item, row in zip(_files(rows), rows, strict=True):
        yield replace(item, url=reverse("bureau:sum_sheets:detail", args=[row.pk]))


def _differing(rows: list) -> Iterable[Item]:
    for item, row in zip(_files(rows), rows, strict=True):
        yield replace(item, note="；".join(differences(row)))


def _falling(rows: list) -> Iterable[Item]:
    for row in rows:
        said = gettext("可用的行 {last}，此前 {before}")
        yield Item(
            label=f"{departments.department_name(row.department_code)} {row.file.filename}",
            url=reverse("bureau:department_files:detail", args=[row.file.pk]),
            note=said.format(last=permille(row.last_share), before=permille(row.before_share)),
            since=localdate(row.file.sent_at),
        )


def _listed(status: str) -> str:
    return f"{reverse('bureau:department_files:list')}?{urlencode({'status': status})}"


def _duplicates(rows: list) -> Iterable[Item]:
    for row in rows:
        yield Item(
            label=f"{row.record.name} {row.record.occupation_name}",
            url=reverse("bureau:record_duplicates:detail", args=[row.pk]),
            note=departments.department_name(row.department_code),
            since=localdate(row.found_at),
        )


def _merges(rows: list) -> Iterable[Item]:
    for row in rows:
        yield Item(
            label=str(row.kept),
            url=reverse("bureau:person_merges:detail", args=[row.pk]),
            note=str(row.merged),
            since=localdate(row.proposed_at),
        )
