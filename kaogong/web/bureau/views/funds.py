"""Where the money of the funds stands, and setting their budgets."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.access.permissions import Permission as P
from kaogong.funds import operations
from kaogong.funds import queries as funds
from kaogong.funds.operations import ProgrammeAlreadyFunded
from kaogong.ledger.states import SOURCE_LEVELS, STATES
from kaogong.trail.operations import require_may
from kaogong.web.bureau.forms_money import BudgetForm
from kaogong.web.bureau.forms_policy import FundForm
from kaogong.web.bureau.judged import programme_label
from kaogong.web.parts.charts import money_bars
from kaogong.web.parts.pages import FormPage
from kaogong.web.parts.policy import schemes_in_force
from kaogong.web.parts.templatetags.parts import yuan

BAR_STATES = ("paid", "in_transit", "payable", "reserved", "available")
BAR_COLOURS = {
    "paid": "#286459",
    "in_transit": "#24507a",
    "payable": "#7fa8cc",
    "reserved": "#d8a33c",
    "available": "#c9c2b4",
}


def board(request: HttpRequest) -> HttpResponse:
    """Where the money of every fund stands, by programme and source."""
    require_may(request.actor, P.VIEW_LEDGER, gettext("资金看板"))
    mine = list(funds.funds(request.actor))
    years = sorted({fund.year for fund in mine}, reverse=True)
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isdigit() and int(asked) in years else _year_to_open(years, request.today.year)
    rows = funds.fund_board(request.actor, year)
    cards = [
        _fund_card(fund, [row for row in rows if row.fund == fund]) for fund in mine if fund.year == year
    ]
    return render(
        request,
        "bureau/payments/board.html",
        {
            "years": years,
            "year": year,
            "cards": cards,
            "states": [
                STATES[state]
                for state in ("available", "reserved", "payable", "in_transit", "paid", "returned")
            ],
            "may_set": request.actor.may(P.SET_BUDGET),
        },
    )


def _year_to_open(years: list[int], this_year: int) -> int | None:
    """This year, else the last one before it, else the first to come; ``years`` newest first."""
    return next((year for year in years if year <= this_year), years[-1] if years else None)


def _fund_card(fund, rows) -> dict:
    """One fund: its rows, its totals, and a bar for each source."""
    budget = sum(row.budgeted_fen for row in rows)
    paid = sum(row.paid_fen for row in rows)
    available = sum(row.available_fen for row in rows)
    share = f"{paid * 1000 // budget / 10:.1f}%" if budget else "0%"
    title = gettext("预算 {budget}，已支付 {share}，还可用 {available}").format(
        budget=yuan(budget), share=share, available=yuan(available)
    )
    labels = [f"{programme_label(row.programme)} {row.source_label}" for row in rows]
    return {
        "fund": fund,
        "rows": [(programme_label(row.programme), row) for row in rows],
        "budget_fen": budget,
        "totals": [
            sum(getattr(row, f"{state}_fen") for row in rows)
            for state in ("available", "reserved", "payable", "in_transit", "paid", "returned")
        ],
        "title": title,
        "dom_id": f"fund-{fund.pk}",
        "option": _bars(labels, rows) if rows else None,
    }


def _bars(labels: list[str], rows) -> dict:
    series = [
        {
            "name": str(STATES[state]),
            "stack": "fund",
            "barMaxWidth": 28,
            "itemStyle": {"color": BAR_COLOURS[state]},
            "data": [round(getattr(row, f"{state}_fen") / 1_000_000, 4) for row in rows],
        }
        for state in BAR_STATES
    ]
    return money_bars(labels, series, label_style={"width": 104, "overflow": "break"})


class OpenFund(FormPage):
    """Open a fund of the actor's own region for one year."""

    title = _("开立资金")
    subtitle = _("一个专账一年开立一次；同一项目同一年度只能由一个资金列支")
    template_name = "bureau/payments/open_fund.html"
    form_class = FundForm
    may = P.SET_BUDGET
    submit_label = _("开立资金")
    next_story = _("开立后请接着下达预算，才能核准申领。分担比例开立后不能修改。")
    done_story = _("资金已开立，请下达预算。")

    def start(self, request):
        self.cancel_url = reverse("bureau:funds:board")

    def form_arguments(self, request):
        schemes = schemes_in_force(request.actor.region_code[:6], request.today)
        return {"programmes": list({s.fund_programme: s.fund_programme_label for s in schemes}.items())}

    def initial(self, request):
        return {"year": request.today.year}

    def more(self, request):
        return {"sources": list(SOURCE_LEVELS.values())}

    def act(self, request, form):
        try:
            fund = operations.open_fund(
                **form.cleaned_data, region_code=request.actor.region_code, by=request.actor, at=request.at
            )
        except ProgrammeAlreadyFunded as refusal:
            label = programme_label(refusal.facts["programme"])
            raise ProgrammeAlreadyFunded(**refusal.facts | {"programme": label}) from None
        return reverse("bureau:funds:budget", args=[fund.pk])


class SetBudget(FormPage):
    """Make one source's budget of one programme this much in all."""

    title = _("调整预算")
    form_class = BudgetForm
    may = P.SET_BUDGET
    submit_label = _("下达预算")
    next_story = _("立即记入专账；调低时只能动用还没有预留的部分。")
    done_story = _("预算已记入专账。")

    def start(self, request, pk):
        self.fund = funds.fund(pk, request.actor)
        self.subtitle = str(self.fund)
        self.cancel_url = reverse("bureau:funds:board")

    def form_arguments(self, request):
        return {
            "programmes": [
                (programme, programme_label(programme)) for programme in funds.programmes_of(self.fund)
            ]
        }

    def act(self, request, form):
        operations.set_budget(self.fund.pk, by=request.actor, at=request.at, **form.cleaned_data)
        return f"{self.cancel_url}?year={self.fund.year}"
