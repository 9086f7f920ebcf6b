"""What the figures of funds are made of: entries of the journal, sums still to come, rates of execution."""

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong import sheets
from kaogong.access.permissions import Permission as P
from kaogong.funds import queries as funds
from kaogong.kernel.errors import NotFound
from kaogong.ledger import queries as ledger
from kaogong.ledger.states import SOURCE_LEVELS
from kaogong.trail.operations import require_may
from kaogong.web.bureau import fund_figures as figures
from kaogong.web.bureau.judged import programme_label
from kaogong.web.bureau.tables_funds import RowTable
from kaogong.web.parts.charts import money_bars
from kaogong.web.parts.lists import Action, ListPage, exported
from kaogong.web.parts.templatetags.parts import permille

ASPECT_LABELS = {"programme": _("按项目"), "department": _("按使用单位"), "district": _("按区域")}
WHY_UNTOLD = {
    "unset": _("标准没有公布"),
    "depends": _("取决于结业后才知道的事实"),
    "personal": _("只给部分学员，开班时不知道是谁"),
    "tallied": _("上限要看每人以前享受过多少"),
    "scheme": _("规则库里没有这个项目"),
}


class Rows(ListPage):
    """The entries one figure of the board is the sum of."""

    table_class = RowTable
    may = P.VIEW_LEDGER
    per_page = 50
    title = _("金额构成")
    template_name = "bureau/funds/rows.html"
    empty_title = _("没有分录")
    empty_text = _("这一格还没有发生过资金变动。")

    def rows(self, request):
        self.asked = figures.asked(request)
        self.group = request.GET.get("of", "")
        if self.group not in figures.GROUPS:
            raise NotFound()
        self.source = request.GET.get("source", "")
        fund = request.GET.get("fund", "")
        board = [
            row
            for row in figures.board(request, self.asked)
            if self.source in ("", row.source_level) and fund in ("", str(row.fund.pk))
        ]
        self.total = sum(figures.of_group(row, self.group) for row in board)
        self.codes = {row.fund.code for row in board}
        wanted = Q(
            legs__account__state__in=figures.GROUPS[self.group],
            legs__account__programme__in={row.programme for row in board},
            legs__account__year=self.asked.year,
        )
        if self.source:
            wanted &= Q(legs__account__source_level=self.source)
        found = ledger.journal().filter(fund_code__in=self.codes)
        return found.filter(pk__in=found.order_by().filter(wanted).values("pk"))

    def actions(self, request):
        return [Action(gettext("资金看板"), f"{reverse('bureau:funds:board')}?{self.asked.query()}")]

    def prepare(self, records):
        states = figures.GROUPS[self.group]
        sign = -1 if self.group in figures.TOLD_AS_POSITIVE else 1
        for record in records:
            record.programme_label = programme_label(record.programme)
            record.moved_fen = sign * sum(
                leg.amount_fen
                for leg in record.legs.all()
                if leg.account.state in states and self.source in ("", leg.account.source_level)
            )

    def more(self, request, page_rows):
        about = [
            str(self.asked.year or ""),
            programme_label(self.asked.programme) if self.asked.programme else "",
            gettext(str(SOURCE_LEVELS[self.source])) if self.source in SOURCE_LEVELS else "",
        ]
        return {
            "what": figures.group_label(self.group),
            "about": " · ".join(filter(None, about)),
            "total": self.total,
        }


def coming(request: HttpRequest) -> HttpResponse:
    """The sums still to come, of one pot or all, what falls short and what cannot be told."""
    require_may(request.actor, P.VIEW_LEDGER, gettext("资金预测"))
    question = figures.asked(request)
    rows = figures.board(request, question)
    found = figures.forecast(request, question, rows)
    fund, source = request.GET.get("fund", ""), request.GET.get("source", "")
    pots = [
        pot
        for pot in (found.pots.values() if found else ())
        if fund in ("", str(pot.fund.pk)) and source in ("", pot.source_level)
    ]
    return render(
        request,
        "bureau/funds/coming.html",
        {
            "asked": question,
            "found": found,
            "board_url": f"{reverse('bureau:funds:board')}?{question.query()}",
            "pots": [(programme_label(pot.programme), pot) for pot in pots],
            "coming": [(_thing(one), pot, fen) for pot in pots for one, fen in pot.coming],
            "short": [(_thing(one), fen) for one, fen in (found.short if found else ())],
            "untold": [
                (_thing(one), [(part, WHY_UNTOLD[why]) for part, why in one.untold])
                for one in (found.untold if found else ())
            ],
            "unfunded": [_thing(one) for one in (found.unfunded if found else ())],
        },
    )


def _thing(one) -> dict:
    """A sum to come with the address of what it is for."""
    name = "bureau:classes:detail" if one.kind == "class" else "bureau:claims:detail"
    return {"one": one, "url": reverse(name, args=[one.pk]), "programme": programme_label(one.programme)}


def execution(request: HttpRequest) -> HttpResponse:
    """The rate of execution by programme, department and district; each figure opens to its rows."""
    require_may(request.actor, P.VIEW_LEDGER, gettext("预算执行"))
    question = figures.asked(request)
    board = figures.board(request, question)
    aspects = [_aspect(question, aspect, funds.execution(board, aspect)) for aspect in ASPECT_LABELS]
    if request.GET.get("export") == "xlsx":
        return _execution_sheet(request, aspects)
    return render(
        request,
        "bureau/funds/execution.html",
        {"asked": question, "filters": figures.choices(request, question), "aspects": aspects},
    )


def _aspect(question, aspect: str, rows) -> dict:
    labels = {"programme": programme_label, "district": figures.region_label}
    told = [
        {
            "label": labels.get(aspect, str)(row.key) if row.key else gettext("未登记"),
            "row": row,
            "urls": {
                name: figures.rows_url(question, name, **{aspect: row.key})
                for name in ("net_budget", "committed", "paid", "left")
            },
        }
        for row in rows
    ]
    series = [
        {
            "name": figures.group_label(name),
            "itemStyle": {"color": colour},
            "barMaxWidth": 18,
            "data": [round(getattr(one["row"], f"{name}_fen") / 1_000_000, 4) for one in told],
        }
        for name, colour in (("budget", "#c9c2b4"), ("paid", figures.COLOURS["paid"]))
    ]
    return {
        "code": aspect,
        "label": ASPECT_LABELS[aspect],
        "rows": told,
        "title": gettext("预算与已支付"),
        "option": money_bars(
            [one["label"] for one in told], series, label_style={"width": 104, "overflow": "break"}
        )
        if 1 < len(told) <= 24
        else None,
    }


def _execution_sheet(request, aspects) -> HttpResponse:
    require_may(request.actor, P.EXPORT_LIST, gettext("导出"))
    columns = [
        ("aspect", gettext("口径"), "text"),
        ("label", gettext("名称"), "text"),
        *((name, figures.group_label(name), "money") for name in ("budget", "committed", "paid", "left")),
        ("rate", gettext("执行率"), "text"),
    ]
    rows = [
        {
            "aspect": str(aspect["label"]),
            "label": one["label"],
            "budget": one["row"].budget_fen,
            "committed": one["row"].reserved_fen,
            "paid": one["row"].paid_fen,
            "left": one["row"].available_fen,
            "rate": permille(one["row"].permille),
        }
        for aspect in aspects
        for one in aspect["rows"]
    ]
    data = sheets.write_table(columns, rows, title=gettext("预算执行"))
    return exported(request, data, title=gettext("预算执行"), rows=len(rows))
