"""Lists of other departments: sent, columns confirmed, problems row by row, totals explained, accepted, corrected."""

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
from kaogong.access.permissions import Permission as P
from kaogong.catalog import queries as catalog
from kaogong.departments import operations, queries
from kaogong.departments.queries import RowFinding
from kaogong.kernel.errors import WrongState
from kaogong.kernel.writing import mask_digits
from kaogong.trail.operations import require_may
from kaogong.web.bureau.filters_departments import FileFilter
from kaogong.web.bureau.forms_departments import CorrectedListForm, ListForm, last_quarter
from kaogong.web.bureau.tables_departments import FileTable
from kaogong.web.parts.lists import Action, ListPage, download
from kaogong.web.parts.pages import FormPage, act
from kaogong.web.parts.values import scheme_name
from kaogong.web.parts.wording import filled, told

LAYOUT = sheets.DEPARTMENT_RECORDS
TEMPLATE = tuple(name for name in LAYOUT.fields if name not in ("stretch", "remark"))


class Files(ListPage):
    """What departments sent."""

    title = _("部门数据")
    subtitle = _("政府各有关部门开展的培训全部纳入统计：一人次一行，核验后由另一人接纳，接纳后计入")
    table_class = FileTable
    filter_class = FileFilter
    may = P.VIEW_DEPARTMENT_FILES
    empty_title = _("还没有部门报送的数据")
    empty_text = _("下载明细表模板，由部门按期报送；部门经办登录后也可以自己上传。")

    def rows(self, request):
        return queries.department_files(request.actor)

    def actions(self, request):
        found = [Action(gettext("下载明细表模板"), reverse("bureau:department_files:form"))]
        if request.actor.may(P.SEND_DEPARTMENT_FILE):
            found.append(Action(gettext("报送"), reverse("bureau:department_files:send"), primary=True))
        return found


class _Upload(FormPage):
    """A sheet a department hands in; ``door`` names its pages, ``send`` the operation that keeps it."""

    may = P.SEND_DEPARTMENT_FILE
    submit_label = _("上传并核验")
    door = "bureau:department_files"
    send = staticmethod(operations.send_department_file)

    def about(self) -> dict:
        """What the sheet is about besides what the form says."""
        return {}

    def act(self, request, form):
        given = form.cleaned_data | self.about()
        sheet = given.pop("sheet")
        kept = self.send(sheet.read(), sheet.name, **given, by=request.actor, at=request.at)
        return reverse(f"{self.door}:detail", args=[kept.pk])


class Send(_Upload):
    """Send one list."""

    title = _("报送部门数据")
    form_class = ListForm
    next_story = _("先核验，不计入：您会看到每一行的问题，以及合计与各行是否相符。同一个文件传两次不会重复。")

    def start(self, request, **_):
        self.cancel_url = reverse(f"{self.door}:list")

    def form_arguments(self, request):
        return {"by": request.actor}

    def initial(self, request):
        first, last = last_quarter(request.today)
        return {"from_on": first, "to_on": last}


class Correct(_Upload):
    """Send the corrected list of a file."""

    title = _("报送更正文件")
    form_class = CorrectedListForm
    next_story = _(
        "已接纳的文件，在更正文件被接纳以前照旧计入；接纳以后由它代替。还没有接纳的，立即由它代替。"
    )
    find = staticmethod(queries.department_file)

    def start(self, request, pk, **_):
        self.corrected = self.find(pk, by=request.actor)
        self.subtitle = self.corrected.filename
        self.cancel_url = reverse(f"{self.door}:detail", args=[pk])

    def about(self) -> dict:
        named = ("department_code", "region_code", "from_on", "to_on")
        return {name: getattr(self.corrected, name) for name in named} | {"replaces_id": self.corrected.pk}


@dataclass
class Row:
    """One row of the list as the preview shows it."""

    number: int
    name: str
    id_masked: str
    findings: list[tuple[str, str, str]] = field(default_factory=list)  # severity, column heading, sentence

    @property
    def is_fine(self) -> bool:
        return not any(severity == queries.ERROR for severity, _heading, _said in self.findings)


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One list: where it stands, its totals, its rows with what is wrong, its words, what became of it."""
    require_may(request.actor, P.VIEW_DEPARTMENT_FILES, gettext("部门数据"))
    file = queries.department_file(pk, by=request.actor)
    if file.status == "received" or (request.GET.get("columns") and file.status == "checked"):
        return _columns_page(request, file)
    findings = queries.file_problems(pk, by=request.actor)
    shown = _rows(request, file, findings) if file.status == "checked" else None
    return render(
        request,
        "bureau/departments/file.html",
        {
            "file": file,
            "department": queries.department_name(file.department_code),
            "region": catalog.region_name(file.region_code),
            "differences": operations.differences(file),
            "successor": file.successors.order_by("-id").only("pk", "filename", "status").first(),
            "may_send": request.actor.may(P.SEND_DEPARTMENT_FILE),
            "may_map": request.actor.may(P.ACCEPT_DEPARTMENT_FILE),
            "unknown": _unknown_words(findings),
            "schemes": sorted((scheme_name(code), code) for code in queries.scheme_codes().values()),
            "counts": queries.record_counts(request.actor).get(pk, (0, 0)),
            **(shown or {}),
        },
    )


@require_POST
def columns(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the columns as a person says they are, and check (again)."""
    require_may(request.actor, P.SEND_DEPARTMENT_FILE, gettext("确认列对应"))
    file = queries.department_file(pk, by=request.actor)
    if file.status not in ("received", "checked"):
        raise WrongState(state=file.get_status_display(), label=gettext("确认列对应"))
    mapping = {key[2:]: value for key, value in request.POST.items() if key.startswith("c-")}
    chosen = [name for name in mapping.values() if name]
    twice = next((name for name in chosen if chosen.count(name) > 1), None)
    if twice:
        said = gettext("有两列都选了“{label}”，请只选一列。").format(
            label=gettext(LAYOUT.column(twice).label)
        )
        return _columns_page(request, file, said=said, chosen=mapping)
    try:
        operations.check_department_file(pk, mapping=mapping, by=request.actor, at=request.at)
    except (operations.DepartmentColumnsMissing, sheets.SheetRefused) as refusal:
        return _columns_page(request, file, said=told(refusal), chosen=mapping)
    return redirect("bureau:department_files:detail", pk)


@require_POST
def map_word(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what one word of the department means here, then check the list again by hand."""
    require_may(request.actor, P.ACCEPT_DEPARTMENT_FILE, gettext("指定用语对照"))
    file = queries.department_file(pk, by=request.actor)
    kind, code = request.POST.get("kind", ""), request.POST.get("code", "").strip()
    if kind == "occupation" and code:
        named = [one for one in catalog.occupations_matching(code, limit=3) if code in (one.name, one.code)]
        code = named[0].code if named else code
    kept = operations.map_word(
        department_code=file.department_code,
        region_code=file.region_code,
        kind="occupation" if kind == "occupation" else "programme",
        word=request.POST.get("word", ""),
        code=code,
        by=request.actor,
        at=request.at,
    )
    said = gettext("已指定“{word}”的对应。接纳时按新的对应核验；要先看结果，请重新核验。")
    messages.success(request, said.format(word=kept.word))
    return redirect("bureau:department_files:detail", pk)


def problems(request: HttpRequest, pk: int) -> HttpResponse:
    """The rows not fit to take, as the same sheet with a 问题 column."""
    require_may(request.actor, P.VIEW_DEPARTMENT_FILES, gettext("下载问题行"))
    name, data = queries.file_problem_sheet(pk, by=request.actor)
    return download(data, name)


def blank_form(request: HttpRequest) -> HttpResponse:
    """The list with the real headings, to be filled in."""
    require_may(request.actor, P.VIEW_DEPARTMENT_FILES, gettext("下载明细表模板"))
    data = sheets.write_form(LAYOUT, title=LAYOUT.label, header_facts=[], rows=[], fields=TEMPLATE)
    return download(data, f"{LAYOUT.label}.xlsx")


def _to_file(request: HttpRequest, file) -> str:
    return reverse("bureau:department_files:detail", args=[file.pk])


check = act(operations.check_department_file, to=_to_file, done=_("已重新核验。"))
explain = act(operations.explain_totals, to=_to_file, done=_("已记下说明，可以接纳了。"))
accept = act(operations.accept_department_file, to=_to_file, done=_("已接纳，合格的行已计入统计。"))
withdraw = act(operations.withdraw_department_file, to=_to_file, done=_("已撤回，没有计入任何一行。"))
set_aside = act(operations.set_aside_department_file, to=_to_file, done=_("已取消接纳，各行不再计入。"))


def _unknown_words(findings: list[RowFinding]) -> list[tuple[str, str, int]]:
    """(kind, word, rows) the list uses and nobody has given a meaning, the most frequent first."""
    kinds = {"programme_unknown": "programme", "occupation_unknown": "occupation"}
    counts: dict[tuple[str, str], int] = {}
    for finding in findings:
        if finding.code in kinds:
            key = (kinds[finding.code], finding.facts["text"])
            counts[key] = counts.get(key, 0) + 1
    return [(*key, n) for key, n in sorted(counts.items(), key=lambda item: -item[1])]


def _rows(request: HttpRequest, file, findings: list[RowFinding]) -> dict:
    kept = queries.department_file_with_content(file.pk, by=request.actor)
    table = sheets.read(kept.content, kept.filename, layout=LAYOUT, mapping=kept.mapping or None)
    headings = {match.field: match.heading for match in table.columns if match.field}
    by_row: dict[int, list[tuple[str, str, str]]] = {}
    for finding in findings:
        said = filled(finding.template, finding.facts)
        by_row.setdefault(finding.row_number, []).append(
            (finding.severity, headings.get(finding.column, ""), said)
        )
    rows = [
        Row(number, name or "", mask_digits(id_number or "", head=6, tail=4), by_row.get(number, []))
        for number, name, id_number in table.frame.select("row_number", "name", "id_number").iter_rows()
    ]
    wanted = request.GET.get("show") or ("problem" if file.rows_problem else "all")
    chosen = {
        "problem": [row for row in rows if not row.is_fine],
        "warning": [row for row in rows if row.is_fine and row.findings],
    }.get(wanted, rows)
    return {
        "page": Paginator(chosen, 50).get_page(request.GET.get("page")),
        "show": wanted,
        "warned": sum(row.is_fine and bool(row.findings) for row in rows),
        "notes": table.notes,
        "columns": [(m.heading, gettext(LAYOUT.column(m.field).label)) for m in table.columns if m.field],
        "ignored": [m.heading for m in table.columns if not m.field and m.heading],
    }


def _columns_page(request: HttpRequest, file, *, said: str = "", chosen: dict | None = None) -> HttpResponse:
    kept = queries.department_file_with_content(file.pk, by=request.actor)
    table = sheets.read(kept.content, kept.filename, layout=LAYOUT, mapping=kept.mapping or None)
    first = table.raw.filter(table.raw["row_number"] > table.header_row + table.header_rows - 1).head(3)
    shown = [
        {
            "match": match,
            "name": f"c-{match.column_letter}",
            "chosen": (chosen or {}).get(match.column_letter, match.field or ""),
            "samples": [_sample(value) for value in first[match.column_letter].to_list() if value],
            "is_sure": match.field is not None and match.certainty >= 0.8,
        }
        for match in table.columns
    ]
    return render(
        request,
        "bureau/departments/columns.html",
        {
            "file": file,
            "columns": shown,
            "options": [(column.field, column.label, column.required) for column in LAYOUT.columns],
            "missing": table.missing_labels,
            "said": said,
            "notes": table.notes,
            "may_send": request.actor.may(P.SEND_DEPARTMENT_FILE),
        },
        status=422 if said else 200,
    )


def _sample(value: str) -> str:
    """A cell as an example; long numbers show only their ends."""
    text = str(value)[:24]
    return mask_digits(text, head=6, tail=4) if sum(sign.isdecimal() for sign in text) >= 11 else text
