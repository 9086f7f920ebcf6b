"""A figure's table and the bureau's picture on paper, as they stand on the screen."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext

from kaogong.papers import FiguresPaper, FiguresPart, PaperColumn, figures_pdf
from kaogong.papers.charts import Bar
from kaogong.web.bureau import figure_files
from kaogong.web.parts import figures
from kaogong.web.parts import figures_register as register
from kaogong.web.parts.lists import exported

PDF = "application/pdf"


def table_paper(request: HttpRequest, question, rows, found, here: dict) -> HttpResponse:
    """The table with its bars, what it means, and whether its rows make the total."""
    unit = question.indicator.unit
    is_share = found.total.denominator is not None
    head = [register.dimension_label(question.dimension), here["name"]]
    head += [gettext("分子"), gettext("分母")] if is_share else []
    head += [gettext("上年同期")] if any(row.before_value for row in rows) else []
    lines = [
        [row.label, row.words, *([row.numerator, row.denominator] if is_share else []), row.before][
            : len(head)
        ]
        for row in rows
    ]
    total = here["total"]
    sums = [
        gettext("合计"),
        total.value,
        *([total.numerator, total.denominator] if is_share else []),
        total.before,
    ][: len(head)]
    known = [row for row in rows if row.figure.value is not None]
    part = FiguresPart(
        title=here["finding"],
        columns=_columns(head),
        rows=lines,
        total=sums,
        bars=[Bar(row.label, float(row.figure.value), row.words) for row in known] if len(known) > 1 else [],
        note=gettext("各行相加等于合计")
        if found.adds_up
        else f"{gettext('各行相加不等于合计')} {gettext(found.why)}",
    )
    headlines = [(here["name"], total.words, total.change)]
    unit_words = figures.unit_words(unit)
    notes = [gettext("单位：{unit}").format(unit=unit_words)] if unit_words else []
    told = _paper(request, here["name"], here["place"], [part], headlines=headlines,
                  notes=[*notes, figure_files.subtitle(request, here), *here["contradictions"]])  # fmt: skip
    return _given_out(request, told, here["name"], rows=len(lines))


def picture_paper(request: HttpRequest, here: dict[str, Any]) -> HttpResponse:
    """The picture of this post and region, part by part in the order of the screen."""
    makers = {
        "targets": _targets,
        "money": _money,
        "classes": _classes,
        "risks": _risks,
        "paid": _months,
        "map": _mapped,
        "looks": _looks,
    }
    parts = []
    for name in here["layout"]:
        shown = here["months"] if name == "map" and here.get("months") else here.get(name)
        if name in makers and shown:
            maker = _months if name == "map" and here.get("months") else makers[name]
            parts.append(maker(shown))
    title = gettext("{region_name}全局图").format(region_name=here["region_name"])
    headlines = [(one["label"], one["value"], one["note"]) for one in here["headlines"]]
    as_of = here["as_of"]
    notes = [
        gettext("数据截至 {at}").format(at=timezone.localtime(as_of).strftime("%Y-%m-%d %H:%M"))
    ] if as_of else []  # fmt: skip
    told = _paper(request, title, here["span"].label, parts, headlines=headlines, notes=notes)
    return _given_out(request, told, title, rows=len(parts))


def _targets(targets: list[dict]) -> FiguresPart:
    return FiguresPart(
        title=gettext("目标进度"),
        columns=_columns([gettext("目标"), gettext("目标值"), gettext("已完成"), gettext("完成率"), gettext("进度")]),
        rows=[[one["title"], one["value"], one["done"], one["share"], _pace(one)] for one in targets],
    )  # fmt: skip


def _pace(one: dict) -> str:
    if one["reached"]:
        return gettext("已达到")
    if one["lags"]:
        return gettext("落后于时间进度")
    return gettext("赶得上") if one["on_time"] else one["behind"] or gettext("还没有判断")


def _money(money: dict) -> FiguresPart:
    title = gettext("资金：已支付占预算 {rate}").format(rate=money["executed"])
    return _tiles(title, money["tiles"])


def _classes(classes: dict) -> FiguresPart:
    return _tiles(gettext("现在的班次"), classes["tiles"])


def _risks(risks: dict) -> FiguresPart:
    return _tiles(gettext("未办结的风险发现 {n} 件").format(n=risks["total"]), risks["tiles"])


def _looks(looks: list[dict]) -> FiguresPart:
    return _tiles(gettext("本月谁看过、带走过什么"), looks)


def _tiles(title: str, tiles: list[dict]) -> FiguresPart:
    rows = [[one["label"], " ".join(filter(None, (one["value"], one.get("note", ""))))] for one in tiles]
    return FiguresPart(title=title, columns=_columns([gettext("项目"), gettext("数值")]), rows=rows)


def _months(months: dict) -> FiguresPart:
    return FiguresPart(
        title=months["finding"],
        columns=_columns([gettext("月份"), months["name"], gettext("上年同期")]),
        rows=[[row.label, row.words, row.before] for row in months["rows"]],
        bars=[
            Bar(row.label, float(row.figure.value), row.words) for row in months["rows"] if row.figure.value
        ],
    )


def _mapped(drawn: dict) -> FiguresPart:
    return FiguresPart(
        title=drawn["finding"],
        columns=_columns([gettext("区域"), drawn["name"]]),
        rows=[[row["label"], row["value"]] for row in drawn["rows"]],
        total=[gettext("合计"), drawn["total"]] if drawn["rows"] else [],
        bars=[Bar(row["label"], float(row["number"] or 0), row["value"]) for row in drawn["rows"]],
    )


def _columns(head: list[str]) -> list[PaperColumn]:
    return [
        PaperColumn(label=label, align="right" if place else "left", weight=1 if place else 1.8)
        for place, label in enumerate(head)
    ]


def _paper(request: HttpRequest, title: str, subtitle: str, parts, *, headlines, notes) -> FiguresPaper:
    return FiguresPaper(
        title=title,
        subtitle=subtitle,
        parts=parts,
        headlines=headlines,
        notes=notes,
        printed_by=request.actor.name,
        printed_on=request.today,
    )


def _given_out(request: HttpRequest, told: FiguresPaper, title: str, *, rows: int) -> HttpResponse:
    return exported(request, figures_pdf(told), title=title, rows=rows, ending="pdf", kind=PDF)
