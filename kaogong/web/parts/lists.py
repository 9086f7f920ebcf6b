"""One list page for the whole product: filters in the address, sort, paging, export of what is filtered."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import quote

import django_tables2 as tables
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.views import View

from kaogong import sheets
from kaogong.access.permissions import Permission
from kaogong.trail.operations import record, require_may
from kaogong.web.parts.cells import rows_for_sheet, rows_of_cells

COUNT_UP_TO = 10_000


class CappedPaginator(Paginator):
    """Counts no further than COUNT_UP_TO rows, so a million rows cost no more than ten thousand."""

    @cached_property
    def counted(self) -> int:
        rows = self.object_list
        # Without order: to count a slice in order the database would sort what it is not asked to show.
        return rows.order_by()[: COUNT_UP_TO + 1].count() if hasattr(rows, "query") else len(rows)

    @cached_property
    def count(self) -> int:
        return min(self.counted, COUNT_UP_TO)

    @property
    def is_capped(self) -> bool:
        return self.counted > COUNT_UP_TO


@dataclass(frozen=True, slots=True)
class Action:
    """A button above a list (``url``) or under a batch (``name``)."""

    label: str
    url: str = ""
    name: str = ""
    primary: bool = False


class ListTable(tables.Table):
    """Columns of a list page. Only columns with an index behind them are orderable."""

    look = ""  # how the page draws it, beside the usual: "dense"

    def on_page(self, records: list) -> None:
        """Leave out what would only make a page of these records wide; the sheet keeps every column."""

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("orderable", False)  # a Meta here would not reach the tables of the doors
        super().__init__(*args, **kwargs)

    def export_columns(self) -> list[tuple[str, str, str]]:
        """(accessor, heading, kind) for the sheet; ``kind`` from the column's ``attrs["kind"]``."""
        return [
            (name, str(column.header), column.column.attrs.get("kind", "text"))
            for name, column in self.columns.items()
            if not column.column.attrs.get("screen_only")
        ]


class ListPage(View):
    """Subclass with ``title``, ``table_class``, ``rows(request)`` and, where wanted, ``filter_class``.

    ``may`` guards it; ``page_base`` is the layout; ``empty_*`` say what to do when there is nothing.
    """

    title = ""
    subtitle = ""
    page_base = "rail.html"
    template_name = "parts/list.html"
    table_class: type[ListTable]
    filter_class = None
    may = ""
    default_sort = ""
    per_page = 25
    can_export = True
    export_limit = 50_000
    empty_title = ""
    empty_text = ""
    empty_url = ""
    empty_label = ""
    batch_url = ""

    def rows(self, request: HttpRequest):
        """The rows in the actor's reach, before filters."""
        raise NotImplementedError

    def actions(self, request: HttpRequest) -> list[Action]:
        return []

    def batch_actions(self, request: HttpRequest) -> list[Action]:
        return []

    def more(self, request: HttpRequest, page_rows: list) -> dict:
        """Extra context; ``page_rows`` are the records of this page, for bulk look-ups."""
        return {}

    def prepare(self, records: list) -> None:
        """Attach to a page's records what their cells need, in bulk."""

    def get(self, request: HttpRequest, **_) -> HttpResponse:
        if self.may:
            require_may(request.actor, self.may, str(self.title))
        rows = self.rows(request)
        chosen = self.filter_class(request.GET, queryset=rows, request=request) if self.filter_class else None
        errors: list[str] = []
        if chosen is not None:
            if chosen.form.is_valid():
                rows = chosen.qs
            else:
                errors = [
                    f"{chosen.form[name].label}{gettext('：')}{' '.join(found)}"
                    for name, found in chosen.form.errors.items()
                ]
                rows = rows.none()
        if request.GET.get("export") == "xlsx" and self.can_export:
            return self.export(request, rows)
        per_page = self._per_page(request)
        if "sort" not in request.GET and self.default_sort and hasattr(rows, "query"):
            rows = rows.order_by(*self.default_sort.split(","))
        # Not told of the request: the table would page by itself, and count every row to do so.
        ordered = self.table_class(rows, order_by=request.GET.get("sort") or None)
        pages = CappedPaginator(ordered.data.data, per_page)
        page = pages.get_page(request.GET.get("page"))
        records = list(page.object_list)
        self.prepare(records)
        table = self.table_class(records)
        table.request = request
        table.order_by = ordered.order_by
        table.on_page(records)
        return render(
            request,
            self.template_name,
            {
                "title": self.title,
                "subtitle": self.subtitle,
                "page_base": self.page_base,
                "table": table,
                "page_rows": list(rows_of_cells(table, records)),
                "page": page,
                "page_story": self._page_story(page, pages),
                "filter": chosen,
                "filter_errors": errors,
                "is_filtered": any(
                    v for k, v in request.GET.items() if k not in {"page", "sort", "per_page"}
                ),
                "actions": self.actions(request),
                "batch_actions": self.batch_actions(request),
                "batch_url": self.batch_url,
                "can_export": self.can_export and request.actor.may(Permission.EXPORT_LIST) and bool(records),
                "empty_title": self.empty_title or gettext("这里还没有记录"),
                "empty_text": self.empty_text,
                "empty_url": self.empty_url,
                "empty_label": self.empty_label,
                **self.more(request, records),
            },
        )

    def _per_page(self, request) -> int:
        asked = request.GET.get("per_page", "")
        return int(asked) if asked in {"10", "25", "50", "100"} else self.per_page

    def _page_story(self, page, pages: CappedPaginator) -> str:
        if pages.is_capped:
            return gettext("第 {start}–{end} 条，共 {count} 条以上；请用筛选缩小范围").format(
                start=page.start_index(), end=page.end_index(), count=f"{COUNT_UP_TO:,}"
            )
        return gettext("第 {start}–{end} 条，共 {count} 条").format(
            start=page.start_index(), end=page.end_index(), count=f"{pages.count:,}"
        )

    def export(self, request: HttpRequest, rows: Iterable) -> HttpResponse:
        """The filtered rows as .xlsx, personal columns masked as on the page; recorded in the trail."""
        require_may(request.actor, Permission.EXPORT_LIST, gettext("导出"))
        if hasattr(rows, "query"):
            if self.default_sort and "sort" not in request.GET:
                rows = rows.order_by(*self.default_sort.split(","))
            rows = rows[: self.export_limit]
        records = list(rows)
        self.prepare(records)
        table = self.table_class(records)
        columns = table.export_columns()
        values = (
            {name: _cell(value) for name, value in row.items()}
            for row in rows_for_sheet(table, records, (name for name, _heading, _kind in columns))
        )
        data = sheets.write_table(
            columns,
            values,
            title=str(self.title),
            subtitle=gettext("导出时间 {at}　导出人 {name}").format(
                at=timezone.localtime(request.at).strftime("%Y-%m-%d %H:%M"), name=request.actor.name
            ),
        )
        return exported(request, data, title=str(self.title), rows=len(records))


def _cell(value):
    """What a spreadsheet cell can hold."""
    if value is None or isinstance(value, (int, float, date, datetime)):
        return value
    return str(value)


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def exported(
    request: HttpRequest, data: bytes, *, title: str, rows: int, ending: str = "xlsx", kind: str = XLSX
) -> HttpResponse:
    """A list as a file to keep; who took it out, and under which filters, is kept in the trail."""
    record(
        "list.exported",
        by=request.actor,
        at=request.at,
        subject_kind="list",
        subject_id=request.resolver_match.view_name,
        label=title,
        title=title,
        rows=rows,
        filters=request.GET.urlencode(),
    )
    return download(data, f"{title}-{request.today:%Y%m%d}.{ending}", kind)


def handed_in(file) -> HttpResponse:
    """A file as it was handed in (``content``, ``content_type``), shown in the browser and never guessed at."""
    response = HttpResponse(bytes(file.content), content_type=file.content_type)
    response["X-Content-Type-Options"] = "nosniff"
    return response


def download(data: bytes, filename: str, content_type: str = XLSX) -> HttpResponse:
    """A file to keep, under a Chinese name that every browser understands."""
    response = HttpResponse(data, content_type=content_type)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(filename)}"
    return response
