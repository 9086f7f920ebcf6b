"""The roster: dropped, columns recognised, previewed row by row, taken, corrected and sent again."""

from dataclasses import dataclass, field

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from kaogong import sheets
from kaogong.access.permissions import Permission
from kaogong.catalog import queries as catalog
from kaogong.claims import queries as claims
from kaogong.kernel.errors import Refused, WrongState
from kaogong.kernel.writing import mask_digits
from kaogong.trail.operations import require_may
from kaogong.training import operations, tasks
from kaogong.training import queries as training
from kaogong.training.queries import waiting
from kaogong.training.queries.findings import RosterFinding
from kaogong.web.parts.lists import ListPage, download
from kaogong.web.parts.pages import FormPage
from kaogong.web.parts.wording import filled, told

from ..filters import RosterFilter
from ..forms import UploadForm
from ..stories import level_label
from ..tables import RosterTable

OPEN = ("drafted", "filed", "returned")
# The columns a school fills in; the template holds these, and a sheet may hold them all.
TEMPLATE = (
    "sequence",
    "name",
    "sex",
    "education",
    "id_number",
    "phone",
    "residence",
    "residence_kind",
    "person_kind",
    "promised_employer",
    "bank_holder",
    "bank_name",
    "bank_account",
    "remark",
)


class RosterList(ListPage):
    """Rosters neither taken nor put aside."""

    title = _("花名册")
    subtitle = _("还没有录入的花名册，先传的在前。要传新的，请打开班次。")
    table_class = RosterTable
    filter_class = RosterFilter
    may = Permission.UPLOAD_ROSTER
    empty_title = _("没有待处理的花名册")
    empty_text = _("打开一个草稿或已申报的班次，就可以上传花名册。")
    empty_label = _("看班次")

    def rows(self, request):
        self.empty_url = reverse("provider:classes:list")
        return waiting.rosters_waiting(request.actor)


class Upload(FormPage):
    """Drop the file."""

    title = _("上传花名册")
    template_name = "provider/roster_upload.html"
    form_class = UploadForm
    may = Permission.UPLOAD_ROSTER
    submit_label = _("上传并核验")
    next_story = _("先核验，不录入：您会看到每一行的问题，再决定录入哪些。同一个文件传两次不会重复。")

    def start(self, request, pk, **where):
        self.training_class = training.training_class(pk, by=request.actor)
        self.subtitle = str(self.training_class)
        self.cancel_url = reverse("provider:classes:detail", args=[pk])

    def more(self, request):
        return {
            "class": self.training_class,
            "is_open": self.training_class.status in OPEN,
            "uploads": list(training.roster_uploads(self.training_class.pk)[:10]),
            "learners": training.enrolments(self.training_class.pk).count(),
        }

    def act(self, request, form):
        given = form.cleaned_data["sheet"]
        upload = tasks.upload_roster(
            self.training_class.pk,
            given.read(),
            given.name,
            by=request.actor,
            at=request.at,
            earlier=claims.earlier_subsidies,
        )
        return reverse("provider:rosters:detail", args=[upload.pk])


@dataclass
class Row:
    """One row of the sheet as the preview shows it."""

    number: int
    name: str
    id_masked: str
    state: str
    findings: list[tuple[str, str, str]] = field(default_factory=list)  # severity, column heading, sentence

    @property
    def is_fine(self) -> bool:
        return not any(severity == "error" for severity, _heading, _said in self.findings)


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Where one roster stands: progress, columns to confirm, preview, receipt or put aside."""
    require_may(request.actor, Permission.UPLOAD_ROSTER, gettext("查看花名册"))
    upload = training.roster_upload(pk, by=request.actor)
    context = {"upload": upload, "class": upload.training_class}
    if upload.status in ("received", "checked") and request.GET.get("columns"):
        return _columns_page(request, upload, context)
    if upload.status == "received":
        table = _table(upload, request.actor)
        if table.unsure and not upload.mapping:
            return _columns_page(request, upload, context)
        return render(request, "provider/roster_progress.html", context | {"percent": _percent(upload)})
    if upload.status == "checked":
        if "show" not in request.GET and (request.GET.get("taking") or _is_taking(upload)):
            context |= {"percent": _percent(upload), "taking": True}
            return render(request, "provider/roster_progress.html", context)
        return _preview(request, upload, context)
    return render(
        request,
        "provider/roster_done.html",
        context | {"left": upload.rows_problem and upload.status == "taken"},
    )


def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The piece of the progress page that asks again; when it is over it sends the browser to the result."""
    require_may(request.actor, Permission.UPLOAD_ROSTER, gettext("查看花名册"))
    upload = training.roster_upload(pk, by=request.actor)
    taking = request.GET.get("taking") == "1"
    if (taking and upload.status == "checked") or (not taking and upload.status == "received"):
        context = {"upload": upload, "percent": _percent(upload), "taking": taking}
        return render(request, "provider/roster_progress_bar.html", context)
    response = HttpResponse(status=204)
    response["HX-Redirect"] = reverse("provider:rosters:detail", args=[pk])
    return response


@require_POST
def columns(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the columns as a person says they are, and check (again)."""
    require_may(request.actor, Permission.UPLOAD_ROSTER, gettext("确认列对应"))
    upload = training.roster_upload_with_content(pk, by=request.actor)
    if upload.status not in ("received", "checked"):
        raise WrongState(state=upload.get_status_display(), label=gettext("确认列对应"))
    mapping = {key[2:]: value for key, value in request.POST.items() if key.startswith("c-")}
    context = {"upload": upload, "class": upload.training_class}
    twice = [field for field in set(mapping.values()) if field and list(mapping.values()).count(field) > 1]
    if twice:
        label = gettext(sheets.ROSTER.column(twice[0]).label)
        said = gettext("有两列都选了“{label}”，请只选一列。").format(label=label)
        return _columns_page(request, upload, context, said=said, chosen=mapping)
    try:
        table = sheets.read(upload.content, upload.filename, layout=sheets.ROSTER, mapping=mapping)
        if table.missing:
            raise operations.RosterColumnsMissing(columns=gettext("、").join(table.missing_labels))
        if upload.status == "received" and upload.rows_total <= operations.ROWS_AT_ONCE:
            checked = operations.check_uploaded_roster(
                pk, mapping=mapping, earlier=claims.earlier_subsidies, by=request.actor, at=request.at
            )
        else:
            operations.discard_roster(
                pk, by=request.actor, at=request.at, reason=gettext("更改列对应后重新核验")
            )
            checked = tasks.upload_roster(
                upload.training_class_id,
                upload.content,
                upload.filename,
                mapping=mapping,
                earlier=claims.earlier_subsidies,
                by=request.actor,
                at=request.at,
            )
    except (operations.RosterColumnsMissing, sheets.SheetRefused) as refusal:
        return _columns_page(request, upload, context, said=told(refusal), chosen=mapping)
    return redirect("provider:rosters:detail", checked.pk)


@require_POST
def take(request: HttpRequest, pk: int) -> HttpResponse:
    """Enrol the good rows."""
    require_may(request.actor, Permission.UPLOAD_ROSTER, gettext("录入花名册"))
    upload = tasks.take_roster(pk, by=request.actor, at=request.at, earlier=claims.earlier_subsidies)
    if upload.status == "taken":
        messages.success(
            request,
            gettext("已录入：新增 {added} 人，更新 {changed} 人。").format(
                added=upload.rows_added, changed=upload.rows_changed
            ),
        )
        return redirect("provider:rosters:detail", pk)
    return redirect(reverse("provider:rosters:detail", args=[pk]) + "?taking=1")


@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the roster aside untaken."""
    upload = operations.discard_roster(pk, by=request.actor, at=request.at)
    messages.success(request, gettext("已放弃这份花名册，没有录入任何人。"))
    return redirect("provider:rosters:upload", upload.training_class_id)


def problems(request: HttpRequest, pk: int) -> HttpResponse:
    """The rows not fit to take, as the same sheet with a 问题 column."""
    require_may(request.actor, Permission.UPLOAD_ROSTER, gettext("下载问题行"))
    name, data = training.problem_sheet(pk, by=request.actor)
    return download(data, name)


def blank_form(request: HttpRequest, pk: int) -> HttpResponse:
    """The roster form with the real headings, holding the class's facts and the learners it has."""
    require_may(request.actor, Permission.UPLOAD_ROSTER, gettext("下载花名册模板"))
    training_class = training.training_class(pk, by=request.actor)
    groups = catalog.code_labels("group")
    rows = [
        {
            "sequence": str(place),
            "name": learner.person.name,
            "sex": {"1": "男", "2": "女"}.get(learner.person.sex, ""),
            "person_kind": groups.get(learner.group_code, ""),
            "promised_employer": learner.job_promise,
        }
        for place, learner in enumerate(training.enrolments(pk), start=1)
    ]
    occupation = catalog.occupation_name(training_class.occupation_code)
    data = sheets.write_form(
        sheets.ROSTER,
        title=f"{training_class.title} {sheets.ROSTER.label}",
        header_facts=[
            ("培训机构", training_class.institution.name),
            ("班期编号", training_class.number),
            ("职业等级", f"{occupation} {level_label(training_class.level_code)}"),
            ("起止日期", f"{training_class.starts_on} 至 {training_class.ends_on}"),
        ],
        rows=rows,
        fields=TEMPLATE,
    )
    return download(data, f"花名册-{training_class.number}.xlsx")


def _table(upload, by) -> sheets.Table:
    kept = training.roster_upload_with_content(upload.pk, by=by)
    return sheets.read(kept.content, kept.filename, layout=sheets.ROSTER, mapping=kept.mapping or None)


def _percent(upload) -> int:
    return min(100, upload.rows_done * 100 // upload.rows_total) if upload.rows_total else 0


def _is_taking(upload) -> bool:
    """A long roster whose rows are being taken now: the count of rows done has gone back below the whole."""
    return upload.rows_total > operations.ROWS_AT_ONCE and upload.rows_done < upload.rows_total


def _columns_page(request, upload, context, *, said="", chosen=None) -> HttpResponse:
    kept = training.roster_upload_with_content(upload.pk, by=request.actor)
    table = sheets.read(kept.content, kept.filename, layout=sheets.ROSTER, mapping=kept.mapping or None)
    first = table.raw.filter(table.raw["row_number"] > table.header_row + table.header_rows - 1).head(3)
    columns_shown = [
        {
            "match": match,
            "name": f"c-{match.column_letter}",
            "chosen": (chosen or {}).get(match.column_letter, match.field or ""),
            "samples": [
                _sample(value, match.field) for value in first[match.column_letter].to_list() if value
            ],
            "is_sure": match.field is not None and match.certainty >= 0.8,
        }
        for match in table.columns
    ]
    options = [(column.field, column.label, column.required) for column in sheets.ROSTER.columns]
    return render(
        request,
        "provider/roster_columns.html",
        context
        | {
            "columns": columns_shown,
            "options": options,
            "missing": table.missing_labels,
            "said": said,
            "notes": table.notes,
        },
        status=422 if said else 200,
    )


def _sample(value: str, kind: str | None) -> str:
    """A cell as an example; long numbers show only their ends."""
    text = str(value)[:24]
    return mask_digits(text, head=6, tail=4) if sum(sign.isdecimal() for sign in text) >= 11 else text


def _preview(request, upload, context) -> HttpResponse:
    kept = training.roster_upload_with_content(upload.pk, by=request.actor)
    rows, table = _rows(kept, request)
    warned = [row for row in rows if row.is_fine and any(f[0] == "warning" for f in row.findings)]
    wanted = request.GET.get("show") or ("problem" if upload.rows_problem else "good")
    chosen = {
        "problem": [row for row in rows if not row.is_fine],
        "warning": warned,
        "good": [row for row in rows if row.is_fine],
        "all": rows,
    }.get(wanted, rows)
    page = Paginator(chosen, 50).get_page(request.GET.get("page"))
    changed = [row for row in rows if row.is_fine and row.state == "changed"]
    return render(
        request,
        "provider/roster_preview.html",
        context
        | {
            "page": page,
            "show": wanted,
            "warned": len(warned),
            "changed": len(changed),
            "new": upload.rows_good - upload.rows_unchanged - len(changed),
            "has_states": any(row.state for row in rows),
            "columns": [
                (m.heading, gettext(sheets.ROSTER.column(m.field).label)) for m in table.columns if m.field
            ],
            "ignored": [m.heading for m in table.columns if not m.field and m.heading],
            "notes": table.notes,
            "is_open": upload.training_class.status in OPEN,
        },
    )


def _rows(kept, request) -> tuple[list[Row], sheets.Table]:
    """Every row with what was found: a short roster judged as things stand now, a long one as kept."""
    findings = training.roster_problems(kept.pk, by=request.actor)
    states: dict[int, str] = {}
    table = None
    if kept.rows_total <= operations.ROWS_AT_ONCE and kept.training_class.status in OPEN:
        try:
            checked = operations.check_roster(
                kept.content,
                kept.filename,
                class_id=kept.training_class_id,
                mapping=kept.mapping or None,
                earlier=claims.earlier_subsidies,
                by=request.actor,
                at=request.at,
            )
        except Refused:
            pass
        else:
            findings, table = checked.findings, checked.table
            states = dict(checked.rows.select("row_number", "state").iter_rows())
    if table is None:
        table = sheets.read(kept.content, kept.filename, layout=sheets.ROSTER, mapping=kept.mapping or None)
    by_row: dict[int, list[tuple[str, str, str]]] = {}
    headings = {match.field: match.heading for match in table.columns if match.field}
    for finding in findings:
        by_row.setdefault(finding.row_number, []).append(_said(finding, headings))
    return [
        Row(
            number,
            name or "",
            mask_digits(id_number or "", head=6, tail=4),
            states.get(number, ""),
            by_row.get(number, []),
        )
        for number, name, id_number in table.frame.select("row_number", "name", "id_number").iter_rows()
    ], table


def _said(finding: RosterFinding, headings: dict[str, str]) -> tuple[str, str, str]:
    return finding.severity, headings.get(finding.column, ""), filled(finding.template, finding.facts)
