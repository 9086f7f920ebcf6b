"""The lists of short occupations proposed from a counting, reviewed and published."""

from collections import defaultdict
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from kaogong.access.permissions import Permission
from kaogong.catalog import operations as catalog_operations
from kaogong.catalog import queries as catalog
from kaogong.demand import queries
from kaogong.demand.models import LIST_KINDS, ShortageList, ShortageListItem, ShortageRun
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound, Refused
from kaogong.kernel.writing import tidy
from kaogong.notices import operations as notices
from kaogong.trail.operations import begin, move, record, require_may

from .lines import occupation_of

FROM_INDEX = ("shortage", "award_occupations")  # drafted with what the counting shows short enough
IN_CATALOGUE = ("shortage", "award_occupations")  # asked by rules on a day
FIXED_SIZES = {"award_occupations": "award_occupations", "award_majors": "award_majors"}


class ListKindUnknown(Refused):
    """目录种类不正确。"""


class ListDaysWrong(Refused):
    """目录的结束日期应晚于开始日期。"""

    form_field = "ends_on"


class ListNotEditable(Refused):
    """目录已经提请复核，退回以后才能修改。"""


class EntryTwice(Refused):
    """“{name}”已在目录里。"""


class EntryReasonMissing(Refused):
    """请写明列入理由。"""

    form_field = "because"


class ListEmpty(Refused):
    """目录里还没有条目。"""


class ListSizeWrong(Refused):
    """{source}规定这个目录是{size}个，现有{count}个。"""


class NoticeDaysUnset(Refused):
    """本区没有规定目录公示多少个工作日，请填写。"""

    form_field = "working_days"


@transaction.atomic
def draft_shortage_list(
    run_id: int | None,
    *,
    kind: str,
    starts_on: date,
    by: Actor,
    at: datetime,
    ends_on: date | None = None,
    reason: str = "",
) -> ShortageList:
    """Begin a new version; a list of occupations begins with those the counting shows short enough.

    Occupations with a small sample are left to a person to add, and so are all where no standard is set.
    """
    require_may(by, Permission.PROPOSE_SHORTAGE_LIST, "拟定紧缺目录")
    if not by.region_code:
        raise NotFound()
    if kind not in dict(LIST_KINDS):
        raise ListKindUnknown()
    run = queries.shortage_run(run_id, by=by) if run_id is not None else None
    if ends_on is not None and ends_on <= starts_on:
        raise ListDaysWrong()
    found = ShortageList.objects.create(
        kind=kind,
        region_code=by.region_code,
        version=queries.last_version(kind, by.region_code) + 1,
        run=run,
        starts_on=starts_on,
        ends_on=ends_on,
        created_at=at,
    )
    listed_from = queries.number("listed_from", by.region_code, run.as_of) if run else None
    if run is not None and kind in FROM_INDEX and listed_from is not None:
        ShortageListItem.objects.bulk_create(
            ShortageListItem(
                shortage_list=found, code=code, index_permille=index,
                because=f"紧缺指数{index / 10:.1f}%，达到列入标准{listed_from}%",
            )
            for code, index in _short_enough(run, 10 * listed_from)
        )  # fmt: skip
    ShortageListItem.objects.bulk_create(
        ShortageListItem(shortage_list=found, code=code, because=because[:200])
        for code, because in queries.entries_suggested(kind, by=by, on=starts_on)
    )
    begin(found, "drafted", by=by, at=at, reason=reason, entries=found.items.count())
    return found


@transaction.atomic
def add_list_entry(
    list_id: int, *, name: str, because: str, by: Actor, at: datetime, reason: str = ""
) -> ShortageListItem:
    """Put an occupation (or a major) on a draft by hand, saying why."""
    found = _editable(list_id, by)
    code = tidy(name)[:60] if found.kind == "award_majors" else occupation_of(name)
    if not tidy(because):
        raise EntryReasonMissing()
    if not code or found.items.filter(code=code).exists():
        raise EntryTwice(name=tidy(name))
    index = None
    if found.run is not None:
        index = dict(_indexes(found.run)).get(code)
    item = ShortageListItem.objects.create(
        shortage_list=found, code=code, index_permille=index, because=tidy(because)[:200]
    )
    record("shortage_list.entry_added", found, by=by, at=at, reason=because, entry=code)
    return item


@transaction.atomic
def drop_list_entry(list_id: int, code: str, *, by: Actor, at: datetime, reason: str) -> ShortageList:
    """Take an entry off a draft, saying why."""
    found = _editable(list_id, by)
    if not tidy(reason):
        raise EntryReasonMissing()
    dropped, _ = ShortageListItem.objects.filter(shortage_list=found, code=code).delete()
    if not dropped:
        raise NotFound()
    record("shortage_list.entry_dropped", found, by=by, at=at, reason=reason, entry=code)
    return found


@transaction.atomic
def propose_shortage_list(list_id: int, *, by: Actor, at: datetime, reason: str = "") -> ShortageList:
    """Hand a list to another person to review."""
    require_may(by, Permission.PROPOSE_SHORTAGE_LIST, "提请复核目录")
    found = queries.shortage_list_for_update(list_id, by=by)
    if not found.items.exists():
        raise ListEmpty()
    move(found, "propose", by=by, at=at, reason=reason, entries=found.items.count())
    return found


@transaction.atomic
def return_shortage_list(list_id: int, *, by: Actor, at: datetime, reason: str) -> ShortageList:
    """Give a proposed list back to be changed."""
    found = queries.shortage_list_for_update(list_id, by=by)
    move(found, "return", by=by, at=at, reason=reason)
    return found


@transaction.atomic
def withdraw_shortage_list(list_id: int, *, by: Actor, at: datetime, reason: str) -> ShortageList:
    """Give a list up before it is published; its number is not used again."""
    found = queries.shortage_list_for_update(list_id, by=by)
    move(found, "withdraw", by=by, at=at, reason=reason)
    return found


@transaction.atomic
def publish_shortage_list(
    list_id: int, *, by: Actor, at: datetime, working_days: int | None = None, reason: str = ""
) -> ShortageList:
    """Put a list before the public and, when it lists short occupations, into the catalogue from its first day.

    A list whose size a paper fixes (B4) is refused while it holds more or fewer.
    """
    require_may(by, Permission.PUBLISH_SHORTAGE_LIST, "发布目录")
    found = queries.shortage_list_for_update(list_id, by=by)
    today = timezone.localdate(at)
    items = list(queries.items_of(found.pk))
    _require_size(found, len(items), today)
    days = queries.number("notice_days", found.region_code, today) or working_days
    if not days:
        raise NoticeDaysUnset()
    kind = str(dict(LIST_KINDS)[found.kind])
    if found.status == "proposed":
        notice = notices.publish_notice(
            kind="catalogue",
            title=f"{catalog.region_name(found.region_code)}{kind}（第{found.version}版）",
            body=f"自{found.starts_on:%Y年%m月%d日}起执行。",
            region_code=found.region_code,
            rows=[
                (
                    item.code,
                    {
                        "code": item.code,
                        "name": catalog.occupation_name(item.code),
                        "because": item.because,
                    },
                )
                for item in items
            ],
            columns=[("code", "代码"), ("name", "名称"), ("because", "列入理由")],
            opens_on=today,
            working_days=days,
            by=by.may_also(Permission.PUBLISH_NOTICE),  # the right to publish the list holds its one notice
            at=at,
            subject_reference=f"shortage_list:{found.pk}",
        )
        found.notice_id = notice.pk
        found.save(update_fields=["notice_id"])
    move(found, "publish", by=by, at=at, reason=reason, entries=len(items))
    if found.kind in IN_CATALOGUE:
        catalog_operations.list_shortage_occupations(
            found.region_code,
            [item.code for item in items],
            starts_on=found.starts_on,
            ends_on=found.ends_on,
            list_kind=found.kind,
            reference_text=f"{kind}第{found.version}版",
            by=by,
            at=at,
        )
    return found


def _require_size(found: ShortageList, count: int, on: date) -> None:
    if not count:
        raise ListEmpty()
    if found.kind in FIXED_SIZES:
        fixed = queries.said(FIXED_SIZES[found.kind], found.region_code, on)
        if fixed is not None and fixed.value is not None and fixed.value != count:
            raise ListSizeWrong(source=fixed.by, size=fixed.value, count=count)


def _editable(list_id: int, by: Actor) -> ShortageList:
    require_may(by, Permission.PROPOSE_SHORTAGE_LIST, "修改紧缺目录")
    found = queries.shortage_list_for_update(list_id, by=by)
    if found.status != "drafted":
        raise ListNotEditable()
    return found


def _indexes(run: ShortageRun) -> list[tuple[str, int]]:
    """The index of each occupation over all districts of a counting, the shortest first."""
    by_code: dict[str, list] = defaultdict(list)
    for row in run.rows.all():
        by_code[row.occupation_code].append(
            queries.Working(row.needed_now, row.needed_in_year, row.certified, row.pipeline, row.holders)
        )
    found = {
        code: queries.weigh(queries.added(parts), run.weights).index_permille
        for code, parts in by_code.items()
    }
    known = [(code, index) for code, index in found.items() if index is not None]
    return sorted(known, key=lambda pair: (-pair[1], pair[0]))


def _short_enough(run: ShortageRun, least_permille: int) -> list[tuple[str, int]]:
    least = run.weights.get("least_employers") or 0
    employers: dict[str, int] = defaultdict(int)
    for code, count in run.rows.values_list("occupation_code", "employers"):
        employers[code] += count
    return [
        (code, index) for code, index in _indexes(run) if index >= least_permille and employers[code] >= least
    ]
