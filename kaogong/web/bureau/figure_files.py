"""A table of figures, or the rows behind one, as files to take along."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext

from kaogong import sheets
from kaogong.web.bureau import figure_rows
from kaogong.web.parts import figures
from kaogong.web.parts import figures_register as register
from kaogong.web.parts.figures_files import CSV, csv_lines
from kaogong.web.parts.lists import exported

KINDS = ("xlsx", "csv")
MOST_ROWS = 50_000


def table_file(request: HttpRequest, question, rows, found, here: dict) -> HttpResponse:
    """The table as it is shown: .xlsx for people, CSV for programs; both say what the figure is."""
    columns = _columns(question, found)
    lines = [_line(question, row.code, row.label, row.figure, found) for row in rows]
    total = _line(question, "", gettext("合计"), found.total, found)
    title = f"{here['name']} {here['place']}"
    if request.GET["export"] == "xlsx":
        data = sheets.write_table(columns, [*lines, total], title=title, subtitle=subtitle(request, here))
        return exported(request, data, title=title, rows=len(lines))
    keys = [key for key, _label, _kind in columns]
    told = [_for_csv(question, line) for line in [*lines, total]]
    data = csv_lines(
        [[label for _key, label, _kind in columns], *([line[key] for key in keys] for line in told)]
    )
    return exported(request, data, title=title, rows=len(lines), ending="csv", kind=CSV)


def rows_file(request: HttpRequest, question, found, here: dict) -> HttpResponse:
    """The rows behind a figure as .xlsx, masked as on the page."""
    columns = [
        (str(place), one["label"], one["kind"]) for place, one in enumerate(figure_rows.columns(found))
    ]
    lines = [[cell["plain"] for cell in line] for line in figure_rows.cells(found)]
    title = gettext("{name}：构成明细").format(name=here["name"])
    data = sheets.write_table(columns, lines, title=title, subtitle=subtitle(request, here))
    return exported(request, data, title=title, rows=len(lines))


def subtitle(request: HttpRequest, here: dict) -> str:
    """Where, when, as of which instant and by which definition: a table that travels alone stays true."""
    as_of = here.get("as_of")
    told = [here["place"], *(f"{one['label']} {one['value']}" for one in here["conditions"])]
    if as_of:
        at = timezone.localtime(as_of).strftime("%Y-%m-%d %H:%M")
        told.append(gettext("数据截至 {at}").format(at=at))
    told.append(gettext("导出人 {name}").format(name=request.actor.name))
    told.append(gettext("口径：{words}").format(words=here["definition"]))
    return "　".join(told)


def _columns(question, found) -> list[tuple[str, str, str]]:
    unit = question.indicator.unit
    name = register.name_of(question.indicator)
    shown = figures.unit_words(unit) or register.unit_of(question.indicator)
    columns = [
        ("code", gettext("代码"), "text"),
        ("label", register.dimension_label(question.dimension), "text"),
        ("value", f"{name}（{shown}）", figures.sheet_kind(unit)),
    ]
    if found.total.denominator is not None:
        columns += [
            ("numerator", gettext("分子"), "integer"),
            ("denominator", gettext("分母"), "integer"),
        ]
    return columns


def _line(question, code: str, label: str, figure, found) -> dict:
    line = {"code": code, "label": label, "value": figures.in_sheet(figure.value, question.indicator.unit)}
    if found.total.denominator is not None:
        line |= {"numerator": figure.numerator, "denominator": figure.denominator}
    return line | {"figure": figure}


def _for_csv(question, line: dict) -> dict:
    """Values as programs read them: yuan, per cent, hours, counts."""
    return line | {"value": figures.plain(line["figure"].value, question.indicator.unit)}
