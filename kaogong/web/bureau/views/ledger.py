"""专账: the trial balance, the journal, one entry, and the story of any fen."""

from datetime import date, datetime, time, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.access.permissions import Permission as P
from kaogong.claims import queries as claims
from kaogong.funds import queries as funds
from kaogong.kernel.errors import NotFound
from kaogong.ledger import queries as ledger
from kaogong.ledger.states import KINDS, SOURCE_LEVELS, STATES
from kaogong.trail.operations import require_may
from kaogong.web.bureau.filters_money import JournalFilter
from kaogong.web.bureau.judged import programme_label
from kaogong.web.bureau.tables_money import JournalTable, TrialTable
from kaogong.web.parts.forms import day_asked
from kaogong.web.parts.lists import Action, ListPage

TITLE = _("专账")
WHERE = ("reserved", "payable", "in_transit", "paid", "returned")


def fund_codes(by) -> list[str]:
    """The funds whose accounts the actor may read."""
    return sorted(set(funds.funds(by).values_list("code", flat=True)))


def _instant(on: date, moment: str) -> tuple[datetime, str]:
    """The instant asked about and its time of day as told; without one, the end of the day."""
    try:
        told = time.fromisoformat(moment)
    except ValueError:
        return ledger.end_of(on), ""
    told = told.replace(tzinfo=None)
    return timezone.make_aware(datetime.combine(on, told)), f"{told:%H:%M}"


class Trial(ListPage):
    """The trial balance: every source of every programme adds up to nothing."""

    title = TITLE
    subtitle = _("试算平衡：每一级资金的预算等于各状态之和，分录只增不改")
    template_name = "bureau/ledger/trial.html"
    table_class = TrialTable
    may = P.VIEW_LEDGER
    per_page = 100
    empty_title = _("专账还没有分录")
    empty_text = _("开立资金并下达预算后，这里出现科目和余额。")

    @property
    def empty_url(self):
        return reverse("bureau:funds:board")

    empty_label = _("资金看板")

    def rows(self, request):
        asked, mine = request.GET.get("year", ""), fund_codes(request.actor)
        self.on, self.basis = day_asked(request.GET.get("on", "")), request.GET.get("basis", "dated")
        self.moment = ""
        if self.on is None:
            rows = ledger.trial_balance(fund_codes=mine)
        else:
            # What is dated or recorded at the very instant is told after it.
            instant, self.moment = _instant(self.on, request.GET.get("moment", ""))
            if self.basis == "recorded":
                rows = ledger.trial_balance_recorded(mine, instant - timedelta(microseconds=1))
            else:
                rows = ledger.trial_balance_dated(mine, instant)
        self.all_rows = [row for row in rows if not asked.isdecimal() or row.year == int(asked)]
        return self.all_rows

    def actions(self, request):
        return [
            Action(gettext("分录"), reverse("bureau:ledger:journal")),
            Action(gettext("说明一笔钱"), reverse("bureau:ledger:explain")),
            Action(gettext("科目"), reverse("bureau:ledger:accounts")),
            Action(gettext("会计期间"), reverse("bureau:ledger:periods")),
            Action(gettext("账务核对"), reverse("bureau:ledger:checks")),
        ]

    def more(self, request, page_rows):
        rows = self.all_rows
        return {
            "totals": [sum(getattr(row, f"{state}_fen") for row in rows) for state in STATES],
            "difference": sum(row.difference_fen for row in rows),
            "years": sorted({row.year for row in rows}, reverse=True),
            "year_now": request.GET.get("year", ""),
            "on": self.on,
            "moment": self.moment,
            "as_of": f"{self.on} {self.moment}".strip(),
            "basis": self.basis,
            "bases": [("dated", gettext("按业务日期")), ("recorded", gettext("按记账时间"))],
        }


class Journal(ListPage):
    """Entries, newest first."""

    title = _("专账分录")
    subtitle = _("每一笔资金变动一条；借贷相等，只增不改")
    table_class = JournalTable
    filter_class = JournalFilter
    may = P.VIEW_LEDGER
    per_page = 50
    empty_title = _("还没有分录")

    def rows(self, request):
        return ledger.journal().filter(fund_code__in=fund_codes(request.actor))

    def actions(self, request):
        return [Action(gettext("试算平衡"), reverse("bureau:ledger:list"))]

    def prepare(self, records):
        for record in records:
            record.total_fen = sum(record.amounts.values())
            record.programme_label = programme_label(record.programme)


def entry(request: HttpRequest, pk: int) -> HttpResponse:
    """One entry with its legs."""
    require_may(request.actor, P.VIEW_LEDGER, gettext("专账"))
    found = ledger.journal().filter(fund_code__in=fund_codes(request.actor), pk=pk).first()
    if found is None:
        raise NotFound()
    legs = [
        (SOURCE_LEVELS[leg.account.source_level], STATES[leg.account.state], leg.amount_fen)
        for leg in found.legs.all()
    ]
    return render(
        request,
        "bureau/ledger/entry.html",
        {
            "entry": found,
            "fund": funds.fund_names().get(found.fund_code, found.fund_code),
            "kind": KINDS[found.kind],
            "programme": programme_label(found.programme),
            "legs": legs,
            "sum_fen": sum(fen for _source, _state, fen in legs),
            "reversed_by": ledger.journal().filter(reverses_id=found.pk).first(),
        },
    )


def explain(request: HttpRequest) -> HttpResponse:
    """Any fen by its reference: the decision, the reservation, the payment, the bank's line."""
    require_may(request.actor, P.VIEW_LEDGER, gettext("专账"))
    reference = request.GET.get("reference", "").strip()
    context: dict = {"reference": reference}
    if reference:
        batch = funds.batches(request.actor).filter(number=reference).first()
        if batch is not None:
            return redirect("bureau:batches:detail", batch.pk)
        context |= _story(reference, request.actor) or _entries(reference, request.actor)
    return render(request, "bureau/ledger/explain.html", context)


def _story(reference: str, by) -> dict:
    try:
        claim = claims.claim_numbered(reference.partition("/")[0], by=by)
    except NotFound:
        return {}
    story = claims.money_story(claim.pk, by=by)
    return {
        "story": story,
        "standing": [(STATES[state], story.standing[state]) for state in WHERE if state in story.standing],
        "entries": [(KINDS[e.kind], sum(e.amounts.values()), e) for e in story.entries],
        "asked_line": next(
            (row.line.pk for row in story.lines if reference.startswith(row.line.reference)), None
        ),
    }


def _entries(reference: str, by) -> dict:
    """What the journal alone says, for a budget or a payment outside claims."""
    codes = fund_codes(by)
    entries = [e for e in ledger.journal(reference).order_by("id") if e.fund_code in codes]
    return {
        "entries": [(KINDS[e.kind], sum(e.amounts.values()), e) for e in entries],
        "nothing": not entries,
    }


def recount(request: HttpRequest) -> HttpResponse:
    """Every leg added again, against the balances."""
    require_may(request.actor, P.VIEW_LEDGER, gettext("专账"))
    return render(request, "bureau/ledger/recount.html", {"differences": ledger.recount()})
