"""What anyone may read of demand: the shortage list in force, and the guides of wages."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from kaogong import sheets
from kaogong.catalog import queries as catalog
from kaogong.demand import queries
from kaogong.web.parts.demand import forms_told, level_name
from kaogong.web.parts.figures_files import CSV, csv_lines
from kaogong.web.parts.lists import download


def shortages(request: HttpRequest) -> HttpResponse:
    """The occupations the region is short of today (B3)."""
    rows = catalog.shortage_occupations(settings.REGION_CODE, request.today)
    for row in rows:
        row.occupation_name = catalog.occupation_name(row.occupation_code)
    return render(
        request,
        "portal/shortages.html",
        {"rows": rows, "region_name": catalog.region_name(settings.REGION_CODE)},
    )


def wage_guides(request: HttpRequest) -> HttpResponse:
    """Every published guide of wages, the latest first."""
    guides = queries.public_wage_guides(settings.REGION_CODE)
    return render(request, "portal/wage_guides.html", {"guides": guides})


def wage_guide(request: HttpRequest, pk: int) -> HttpResponse:
    """One guide: quartiles by sequence, occupation and level; what is hidden says why."""
    guide = queries.public_wage_guide(pk)
    return render(
        request, "portal/wage_guide.html", {"guide": guide, "cells": _told(pk), "forms": forms_told(pk)}
    )


def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """The guide as .xlsx."""
    guide = queries.public_wage_guide(pk)
    columns = [
        ("band", gettext("岗位序列"), "text"),
        ("code", gettext("职业代码"), "text"),
        ("occupation", gettext("职业（工种）"), "text"),
        ("level", gettext("技能等级"), "text"),
        ("form", gettext("分配方式"), "text"),
        ("firms", gettext("企业数"), "integer"),
        ("people", gettext("人数"), "integer"),
        ("lower", gettext("下四分位"), "money"),
        ("median", gettext("中位数"), "money"),
        ("upper", gettext("上四分位"), "money"),
        ("note", gettext("说明"), "text"),
    ]
    rows = (
        {
            "band": cell.get_sequence_display(), "code": cell.occupation_code,
            "occupation": cell.occupation_name, "level": cell.level, "firms": cell.firms,
            "people": cell.people, "lower": cell.lower_fen, "median": cell.median_fen,
            "upper": cell.upper_fen, "note": cell.why,
        }
        for cell in _told(pk)
    )  # fmt: skip
    ways = (
        {
            "band": one.get_sequence_display(), "form": one.get_form_display(), "firms": one.firms,
            "people": one.people, "note": one.why,
        }
        for one in forms_told(pk)
    )  # fmt: skip
    title = gettext("工资价位：{title}").format(title=guide.round.title)
    return download(sheets.write_table(columns, [*rows, *ways], title=title), f"{title}.xlsx")


def table(request: HttpRequest, pk: int) -> HttpResponse:
    """The guide as CSV, with the codes a program needs."""
    guide = queries.public_wage_guide(pk)
    lines = [
        ["sequence", "occupation_code", "occupation", "level_code", "firms", "people", "lower_quartile_yuan",
         "median_yuan", "upper_quartile_yuan", "hidden_because", "pay_form"]
    ]  # fmt: skip
    for cell in _told(pk):
        lines.append(
            [cell.sequence, cell.occupation_code, cell.occupation_name, cell.level_code, cell.firms or "",
             cell.people or "", *(_plain(fen) if fen is not None else ""
                                  for fen in (cell.lower_fen, cell.median_fen, cell.upper_fen)),
             cell.hidden_because, ""]
        )  # fmt: skip
    for one in forms_told(pk):
        numbers = [one.firms or "", one.people or "", "", "", ""]
        lines.append([one.sequence, "", "", "", *numbers, one.hidden_because, one.form])
    name = gettext("工资价位：{title}").format(title=guide.round.title)
    return download(csv_lines(lines), f"{name}.csv", CSV)


def _told(pk: int) -> list:
    cells = list(queries.cells_of_guide(pk))
    for cell in cells:
        cell.occupation_name = catalog.occupation_name(cell.occupation_code)
        cell.level = level_name(cell.level_code)
        cell.why = gettext(queries.HIDDEN[cell.hidden_because]) if cell.hidden_because else ""
    return cells


def _plain(fen: int) -> str:
    """Yuan as a program reads them, without separators."""
    return f"{fen // 100}.{fen % 100:02d}"
