"""Where the money of the funds stands, at a glance; opening a fund and setting its budgets."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong import sheets
from kaogong.access.permissions import Permission as P
from kaogong.funds import operations
from kaogong.funds import queries as funds
from kaogong.funds.operations import ProgrammeAlreadyFunded, ProgrammeOutsideUses
from kaogong.ledger.states import PUBLIC_LEVELS
from kaogong.trail.operations import require_may
from kaogong.web.bureau import fund_figures as figures
from kaogong.web.bureau.forms_money import BudgetForm
from kaogong.web.bureau.forms_policy import FundForm
from kaogong.web.bureau.judged import programme_label
from kaogong.web.parts.lists import exported
from kaogong.web.parts.pages import FormPage
from kaogong.web.parts.policy import schemes_in_force
from kaogong.web.parts.templatetags.parts import permille, yuan

MONEY = ("budget", "received", "reserved", "paying", "paid", "left")
SEVERAL_BARS = 24


def board(request: HttpRequest) -> HttpResponse:
    """Where the money of every fund stands, by programme and source; each figure opens to its rows."""
    require_may(request.actor, P.VIEW_LEDGER, gettext("资金看板"))
    question = figures.asked(request)
    rows = figures.board(request, question)
    coming = figures.forecast(request, question, rows)
    came = funds.transferred({row.fund.pk for row in rows})
    told = [_told(row, question, came, coming) for row in rows]
    if request.GET.get("export") == "xlsx":
        return _sheet(request, told)
    mine = [fund for fund in funds.funds(request.actor) if fund.year == question.year]
    shown = {row.fund.pk for row in rows}
    cards = [
        _card(fund, question, [one for one in told if one["row"].fund == fund])
        for fund in mine
        if fund.pk in shown or not (question.programme or question.district or question.department)
    ]
    return render(
        request,
        "bureau/funds/board.html",
        {
            "asked": question,
            "filters": figures.choices(request, question),
            "cards": cards,
            "figures": _figures(question, told, coming),
            "alerts": _alerts(request, question, coming),
            "heads": [figures.group_label(name) for name in MONEY],
            **figures.may_write(request),
        },
    )


def _told(row, question, came, coming) -> dict:
    """One row with its figures, each with the address of what it is made of."""
    of = {"fund": row.fund.pk, "source": row.source_level, "programme": row.programme}
    received = came.get((row.fund.pk, row.programme, row.source_level), {}).get("received", 0)
    pot = coming.of(row.fund.pk, row.programme, row.source_level) if coming else None
    return {
        "row": row,
        "programme": programme_label(row.programme),
        "fen": {"received": received, **{name: figures.of_group(row, name) for name in figures.GROUPS}},
        "cells": [
            {
                "fen": received if name == "received" else figures.of_group(row, name),
                "url": figures.rows_url(question, name, **of),
                "label": figures.group_label(name),
            }
            for name in MONEY
        ],
        "pot": pot,
        "coming_url": f"{reverse('bureau:funds:coming')}?{question.query(**of)}",
    }


def _card(fund, question, told) -> dict:
    """One fund: its rows, its totals, and a bar for each source."""
    totals = [sum(one["cells"][n]["fen"] for one in told) for n in range(len(MONEY))]
    budget, _received, _reserved, _paying, paid, left = totals
    title = gettext("预算 {budget}，已支付 {share}，还可用 {available}").format(
        budget=yuan(budget), share=permille(paid * 1000 // budget if budget else 0), available=yuan(left)
    )
    rows = [one["row"] for one in told]
    labels = [f"{one['programme']} {one['row'].source_label}" for one in told]
    return {
        "fund": fund,
        "rows": told,
        "totals": [
            (fen, figures.rows_url(question, name, fund=fund.pk))
            for name, fen in zip(MONEY, totals, strict=True)
        ],
        "permille": paid * 1000 // budget if budget else None,
        "title": title,
        "dom_id": f"fund-{fund.pk}",
        "option": figures.bars(rows, labels) if 1 < len(rows) <= SEVERAL_BARS else None,
    }


def _figures(question, told, coming) -> list[dict]:
    """The sums of the page."""
    said = [
        {
            "label": figures.group_label(name),
            "value": yuan(sum(one["cells"][n]["fen"] for one in told)),
            "url": figures.rows_url(question, name),
        }
        for n, name in enumerate(MONEY)
    ]
    budget, paid = (sum(one["fen"][name] for one in told) for name in ("budget", "paid"))
    said[4]["note"] = gettext("执行率 {share}").format(
        share=permille(paid * 1000 // budget if budget else None)
    )
    if coming is not None:
        dry = min((pot.dry_on for pot in coming.pots.values() if pot.dry_on), default=None)
        said.append(
            {
                "label": gettext("最早用尽"),
                "value": f"{dry:%Y-%m-%d}" if dry else gettext("年内够用"),
                "url": f"{reverse('bureau:funds:coming')}?{question.query()}",
                "note": gettext("按已同意开班和待核准的申领"),
            }
        )
    return said


def _alerts(request, question, coming) -> list[dict]:
    """What needs somebody now."""
    said = []
    if coming is not None and coming.short:
        total = sum(one.amount_fen or 0 for one, _short in coming.short)
        said.append(
            {
                "text": gettext("照现在的预算，预计有 {n} 笔共 {fen} 没有资金可付。").format(
                    n=len(coming.short), fen=yuan(total)
                ),
                "url": f"{reverse('bureau:funds:coming')}?{question.query()}#short",
                "label": gettext("看是哪些"),
            }
        )
    waiting = funds.waterfalls(request.actor).filter(status="simulated").count()
    if waiting:
        said.append(
            {
                "text": gettext("{n} 版列支顺序已试算，等另一人批准。").format(n=waiting),
                "url": f"{reverse('bureau:waterfalls:list')}?status=simulated",
                "label": gettext("去看试算"),
            }
        )
    under = [row for row in funds.surcharge_monitor(request.actor, request.today) if row.is_kept is False]
    if under:
        said.append(
            {
                "text": gettext("教育附加用于职业教育没有达到下限：{which}。").format(
                    which=gettext("、").join(
                        f"{row.year} {gettext(str(row.source_label))} {permille(row.permille)}"
                        for row in under[:4]
                    )
                ),
                "url": reverse("bureau:funds:surcharge"),
                "label": gettext("看收支"),
            }
        )
    return said


def _sheet(request, told) -> HttpResponse:
    """The page's table as a sheet."""
    require_may(request.actor, P.EXPORT_LIST, gettext("导出"))
    columns = [
        ("fund", gettext("资金"), "text"),
        ("programme", gettext("项目"), "text"),
        ("source", gettext("资金来源"), "text"),
        *((name, figures.group_label(name), "money") for name in (*MONEY, "frozen")),
        ("executed", gettext("执行率（千分）"), "integer"),
        ("coming", gettext("预计还要用"), "money"),
        ("dry_on", gettext("预计用尽"), "date"),
    ]
    rows = [
        {
            "fund": str(one["row"].fund),
            "programme": one["programme"],
            "source": gettext(str(one["row"].source_label)),
            **one["fen"],
            "executed": one["row"].executed_permille,
            "coming": one["pot"].coming_fen if one["pot"] else None,
            "dry_on": one["pot"].dry_on if one["pot"] else None,
        }
        for one in told
    ]
    data = sheets.write_table(columns, rows, title=gettext("资金看板"), subtitle=request.GET.get("year", ""))
    return exported(request, data, title=gettext("资金看板"), rows=len(rows))


class OpenFund(FormPage):
    """Open a fund of the actor's own region for one year."""

    title = _("开立资金")
    subtitle = _("一个专账一年开立一次；还没有列支资金的项目由它首次列支")
    template_name = "bureau/funds/open_fund.html"
    form_class = FundForm
    may = P.SET_BUDGET
    submit_label = _("开立资金")
    next_story = _("开立后请接着下达预算，才能核准申领。以后要改由谁列支，起草新的列支顺序。")
    done_story = _("资金已开立，请下达预算。")

    def start(self, request):
        self.cancel_url = reverse("bureau:funds:board")

    def form_arguments(self, request):
        region = request.actor.region_code[:6]
        schemes = schemes_in_force(region, request.today)
        return {
            "programmes": list({s.fund_programme: s.fund_programme_label for s in schemes}.items()),
            "kinds": funds.kinds(region, request.today),
        }

    def initial(self, request):
        return {"year": request.today.year}

    def more(self, request):
        return {"sources": list(PUBLIC_LEVELS.values())}

    def act(self, request, form):
        try:
            fund = operations.open_fund(
                **form.cleaned_data, region_code=request.actor.region_code, by=request.actor, at=request.at
            )
        except (ProgrammeAlreadyFunded, ProgrammeOutsideUses) as refusal:
            raise named(refusal) from None
        return reverse("bureau:funds:budget", args=[fund.pk])


def named(refusal):
    """The same refusal with the programme by name."""
    return type(refusal)(**refusal.facts | {"programme": programme_label(refusal.facts["programme"])})


class SetBudget(FormPage):
    """Make one source's budget of one programme this much in all."""

    title = _("调整预算")
    form_class = BudgetForm
    may = P.SET_BUDGET
    submit_label = _("下达预算")
    next_story = _("立即记入专账，并留下一个预算版本；调低时只能动用还没有预留的部分。")
    done_story = _("预算已记入专账。")

    def start(self, request, pk):
        self.fund = funds.fund(pk, request.actor)
        self.subtitle = str(self.fund)
        self.cancel_url = reverse("bureau:funds:board")

    def form_arguments(self, request):
        return {"programmes": [(code, programme_label(code)) for code in funds.programmes_of(self.fund)]}

    def act(self, request, form):
        try:
            operations.set_budget(self.fund.pk, by=request.actor, at=request.at, **form.cleaned_data)
        except ProgrammeOutsideUses as refusal:
            raise named(refusal) from None
        return f"{self.cancel_url}?year={self.fund.year}"
