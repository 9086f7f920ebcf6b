"""What the pages of funds have in common: what was asked for, the board's rows, the forecast, addresses of rows."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext

from kaogong.access.permissions import Permission as P
from kaogong.catalog import queries as catalog
from kaogong.claims import queries as claims
from kaogong.funds import queries as funds
from kaogong.web.parts.charts import money_bars

from .judged import programme_label

# Where money can stand as the page tells it; each opens to the entries that moved it there.
GROUPS: dict[str, tuple[str, ...]] = {
    "budget": ("budgeted",),
    "reserved": ("reserved",),
    "paying": ("payable", "in_transit", "returned"),
    "paid": ("paid",),
    "left": ("available",),
    "frozen": ("frozen",),
    # as the rate of execution counts
    "net_budget": ("budgeted", "carried"),
    "committed": ("reserved", "payable", "in_transit", "returned"),
}
TOLD_AS_POSITIVE = ("budget", "net_budget")  # a budget's spring only ever goes below zero
COLOURS = {
    "paid": "#286459",
    "paying": "#24507a",
    "reserved": "#d8a33c",
    "frozen": "#a63a2b",
    "left": "#c9c2b4",
}
NOT_DECIDED = ("submitted", "reviewed")
NOT_CLAIMED = ("returned", "withdrawn", "lapsed")


def group_label(group: str) -> str:
    return {
        "budget": gettext("预算"),
        "net_budget": gettext("预算"),
        "committed": gettext("已预留和支付中"),
        "received": gettext("已到位"),
        "reserved": gettext("已预留"),
        "paying": gettext("支付中"),
        "paid": gettext("已支付"),
        "left": gettext("可用"),
        "frozen": gettext("已冻结"),
    }[group]


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for; an unknown year falls to the one to open."""

    years: tuple[int, ...]
    year: int | None
    programme: str
    district: str
    department: str

    def query(self, **more: Any) -> str:
        """The same question, as the end of an address."""
        said = {
            "year": self.year,
            "programme": self.programme,
            "district": self.district,
            "department": self.department,
        } | more
        return urlencode({name: value for name, value in said.items() if value not in ("", None)})


def asked(request: HttpRequest) -> Asked:
    years = sorted({fund.year for fund in funds.funds(request.actor)}, reverse=True)
    text = request.GET.get("year", "")
    year = int(text) if text.isdecimal() and int(text) in years else _year_to_open(years, request.today.year)
    said = {name: request.GET.get(name, "")[:60] for name in ("programme", "district", "department")}
    return Asked(tuple(years), year, **said)


def _year_to_open(years: list[int], this_year: int) -> int | None:
    """This year, else the last one before it, else the first to come; ``years`` newest first."""
    return next((year for year in years if year <= this_year), years[-1] if years else None)


def board(request: HttpRequest, question: Asked) -> list[funds.BoardRow]:
    """The rows of the year that are asked for."""
    if question.year is None:
        return []
    return [
        row
        for row in funds.fund_board(request.actor, question.year)
        if question.programme in ("", row.programme)
        and question.district in ("", row.fund.region_code[:6])
        and question.department in ("", row.fund.department)
    ]


def of_group(row: funds.BoardRow, group: str) -> int:
    """What stands of one row in one group of states."""
    if group == "net_budget":
        return row.budgeted_fen - row.carried_fen
    return sum(getattr(row, f"{state}_fen") for state in GROUPS[group])


def forecast(request: HttpRequest, question: Asked, rows: list[funds.BoardRow]) -> funds.Forecast | None:
    """When the pots run dry, the claims not decided yet included; None for a year that is over."""
    if question.year is None or question.year < request.today.year:
        return None
    mine = claims.claims(request.actor)
    waiting = [
        funds.Coming(
            kind="claim",
            pk=claim.pk,
            label=claim.number,
            programme=claims.scheme(claim.region_code[:6], claim.scheme_code, claim.event_on).fund_programme,
            region_code=claim.region_code,
            expected_on=request.today,
            event_on=claim.event_on,
            heads=0,
            amount_fen=claim.amount_fen,
        )
        for claim in mine.filter(status__in=NOT_DECIDED, year=question.year)
    ]
    claimed = mine.exclude(status__in=NOT_CLAIMED).exclude(training_class__isnull=True)
    return funds.forecast(
        request.actor,
        question.year,
        request.today,
        claimed=list(claimed.values_list("training_class_id", flat=True)),
        waiting=waiting,
        board=rows,
    )


def rows_url(question: Asked, group: str, **more: Any) -> str:
    """Where a figure opens to what it is made of."""
    if group == "received":
        said = {"year": question.year, **more}
        return f"{reverse('bureau:funds:transfers')}?{urlencode({k: v for k, v in said.items() if v})}"
    return f"{reverse('bureau:funds:rows')}?{question.query(of=group, **more)}"


def choices(request: HttpRequest, question: Asked) -> list[dict[str, Any]]:
    """The filters above the page, with what can be chosen."""
    rows = funds.fund_board(request.actor, question.year) if question.year else []
    programmes = {row.programme: programme_label(row.programme) for row in rows}
    districts = {row.fund.region_code[:6]: region_label(row.fund.region_code[:6]) for row in rows}
    departments = {row.fund.department: row.fund.department for row in rows if row.fund.department}
    return [
        {"name": name, "label": label, "options": sorted(found.items()), "chosen": getattr(question, name)}
        for name, label, found in (
            ("programme", gettext("项目"), programmes),
            ("district", gettext("区域"), districts),
            ("department", gettext("使用单位"), departments),
        )
        if len(found) > 1 or getattr(question, name)
    ]


def region_label(code: str) -> str:
    """A region's name in the rulebook, else in the catalogue, else its code."""
    known = claims.rulebook().regions.get(code)
    return known or catalog.region_name(code)


def bars(rows: list[funds.BoardRow], labels: list[str]) -> dict[str, Any]:
    """Where each row's money stands, one bar a row."""
    series = [
        {
            "name": group_label(group),
            "stack": "fund",
            "barMaxWidth": 28,
            "itemStyle": {"color": colour},
            "data": [round(of_group(row, group) / 1_000_000, 4) for row in rows],
        }
        for group, colour in COLOURS.items()
        if group != "frozen" or any(row.frozen_fen for row in rows)
    ]
    return money_bars(labels, series, label_style={"width": 104, "overflow": "break"})


def may_write(request: HttpRequest) -> dict[str, bool]:
    """Which buttons the pages show."""
    may = request.actor.may
    return {
        "may_set": may(P.SET_BUDGET),
        "may_transfer": may(P.RECORD_TRANSFER),
        "may_freeze": may(P.FREEZE_BUDGET),
        "may_carry": may(P.CARRY_OVER_BUDGET),
        "may_draft": may(P.DRAFT_WATERFALL),
        "may_surcharge": may(P.RECORD_SURCHARGE),
    }
