"""The reconciliation workbench: bank beside books, what is proposed, what is matched by hand, the sheet."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from kaogong.access.permissions import Permission as P
from kaogong.funds import queries as funds
from kaogong.funds.operations import reconciling as operations
from kaogong.funds.operations import statements
from kaogong.funds.queries import bank_open
from kaogong.funds.queries import reconciling as queries
from kaogong.funds.queries.bank_books import BookItem
from kaogong.funds.states import EXPLANATIONS, ITEM_KINDS, MATCH_RULES
from kaogong.grants import tasks
from kaogong.trail.operations import moves_open_to, require_may
from kaogong.trail.queries import timeline
from kaogong.web.bureau.forms_reconciling import FollowAccountForm, SpanForm, StatementForm
from kaogong.web.parts.lists import download
from kaogong.web.parts.pages import FormPage
from kaogong.web.parts.reconciling import sheet_pdf, sheet_rows, sheet_xlsx
from kaogong.web.parts.templatetags.parts import yuan

SIDES = {"in": 1, "out": -1}


def accounts(request: HttpRequest) -> HttpResponse:
    """Every account followed: how far the bank has told, how much is open, what was closed last."""
    require_may(request.actor, P.VIEW_LEDGER, gettext("银行对账"))
    rows = [
        {
            "account": account,
            "covered": queries.covered_until(account),
            "closed": queries.closed_until(account),
            "open": queries.statement_lines(account, status="open").count(),
        }
        for account in queries.fund_accounts(request.actor)
    ]
    return render(
        request,
        "bureau/reconciling/accounts.html",
        {"rows": rows, "may": request.actor.may(P.RECONCILE_BANK)},
    )


class Follow(FormPage):
    """Follow the bank account of a fund."""

    title = _("登记资金账户")
    form_class = FollowAccountForm
    may = P.RECONCILE_BANK
    submit_label = _("登记")
    next_story = _("登记后即可读取对账单；启用日期和期初余额不能再改。")
    done_story = _("已登记。")

    def start(self, request):
        self.cancel_url = reverse("bureau:reconciling:list")

    def form_arguments(self, request):
        return {"funds": [(str(fund.pk), str(fund)) for fund in funds.funds(request.actor)]}

    def act(self, request, form):
        given = form.cleaned_data
        account = statements.follow_account(
            int(given["fund"]), number=given["number"], bank=given["bank"], begins_on=given["begins_on"],
            opening_fen=given["opening"], by=request.actor, at=request.at,
        )  # fmt: skip
        return reverse("bureau:reconciling:detail", args=[account.pk])


class Read(FormPage):
    """Read a statement; what is sure is matched at once."""

    title = _("读取银行对账单")
    form_class = StatementForm
    may = P.RECONCILE_BANK
    submit_label = _("读取并核对")
    next_story = _("期初加发生额应等于期末，否则不读入。写明流水号、批次号的自动核对，其余列出建议。")

    def start(self, request, pk):
        self.account = queries.fund_account(pk, request.actor)
        self.subtitle = f"{self.account.fund} · {self.account}"
        self.cancel_url = reverse("bureau:reconciling:detail", args=[pk])

    def act(self, request, form):
        given = form.cleaned_data
        statement = statements.read_bank_statement(
            self.account.pk, given["sheet"].read(), given["sheet"].name, starts_on=given["starts_on"],
            ends_on=given["ends_on"], opening_fen=_fen(given["opening"]), closing_fen=_fen(given["closing"]),
            by=request.actor, at=request.at,
        )  # fmt: skip
        made = operations.accept_proposals(self.account.pk, by=request.actor, at=request.at)
        messages.success(
            request,
            gettext("对账单 {span}：新读入 {fresh} 笔，此前已有 {known} 笔；自动核对 {made} 组。").format(
                span=statement, fresh=statement.line_count, known=statement.known_count, made=len(made)
            ),
        )
        return reverse("bureau:reconciling:detail", args=[self.account.pk])


def _fen(value):
    return value if isinstance(value, int) else None


def item_label(item: BookItem) -> str:
    """What moved in the books; money from above that goes out again is a correction of what was written down."""
    if item.kind == "transfer" and item.amount_fen < 0:
        return gettext("更正资金到位")
    return gettext(str(ITEM_KINDS[item.kind]))


def workbench(request: HttpRequest, pk: int) -> HttpResponse:
    """Bank on one side, books on the other: proposals first, then what is left for a person."""
    require_may(request.actor, P.VIEW_LEDGER, gettext("银行对账"))
    account = queries.fund_account(pk, request.actor)
    words, side = request.GET.get("q", "").strip(), SIDES.get(request.GET.get("side", ""), 0)
    told = queries.workbench(account, request.today, text=words, side=side)
    covered = queries.covered_until(account)
    return render(
        request,
        "bureau/reconciling/workbench.html",
        {
            "account": account,
            "told": told,
            "proposals": [(one, MATCH_RULES[one.rule_code]) for one in told.proposals],
            "items": [(item, item_label(item)) for item in told.items],
            "explained": queries.statement_lines(account, status="explained").order_by("-booked_on")[:20],
            "explanations": list(EXPLANATIONS.items()),
            "ages": bank_open.ageing(account, request.today),
            "covered": covered,
            "closed": queries.closed_until(account),
            "sheet": queries.sheet_totals(account, covered) if covered else None,
            "may": request.actor.may(P.RECONCILE_BANK),
            "q": words,
            "side": request.GET.get("side", ""),
        },
    )


def _back(pk: int) -> HttpResponse:
    return redirect("bureau:reconciling:detail", pk)


@require_POST
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the proposals picked, or all that is sure."""
    picked = None if request.POST.get("all") else request.POST.getlist("picked")
    made = operations.accept_proposals(pk, picked, by=request.actor, at=request.at)
    if any(one.rule_code == "come_back" for one in made):
        tasks.mark_paid(by=request.actor, at=request.at)
    messages.success(request, gettext("已核对 {n} 组。").format(n=len(made)))
    return _back(pk)


@require_POST
def match(request: HttpRequest, pk: int) -> HttpResponse:
    """Match what was picked on both sides, or say what the picked lines are."""
    picked = [int(line) for line in request.POST.getlist("line") if line.isdecimal()]
    reason = request.POST.get("reason", "")
    if request.POST.get("explain"):
        require_may(request.actor, P.RECONCILE_BANK, gettext("说明"))
        if not picked:
            raise operations.NothingChosen()
        for line in picked:
            operations.explain_line(
                line, kind=request.POST["explain"], reason=reason, by=request.actor, at=request.at
            )
        messages.success(request, gettext("已说明 {n} 笔；只作记录，没有记账。").format(n=len(picked)))
        return _back(pk)
    if reference := request.POST.get("returned", "").strip():
        if len(picked) != 1:
            raise operations.NothingChosen()
        operations.return_by_statement(
            picked[0], reference=reference, reason=reason, by=request.actor, at=request.at
        )
        tasks.mark_paid(by=request.actor, at=request.at)
        messages.success(request, gettext("已记为退汇，付款列入“失败或退回，待更正”。"))
        return _back(pk)
    made = operations.match_by_hand(
        pk, line_ids=picked, item_keys=request.POST.getlist("item"), reason=reason, by=request.actor,
        at=request.at,
    )  # fmt: skip
    messages.success(request, gettext("已核对 {fen}。").format(fen=yuan(made.amount_fen)))
    return _back(pk)


@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a match back."""
    made = operations.undo_match(pk, by=request.actor, at=request.at, reason=request.POST.get("reason", ""))
    messages.success(request, gettext("已撤销，两边重新列为未核对。"))
    return redirect("bureau:reconciling:history", made.account_id)


@require_POST
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an explanation back."""
    line = operations.reopen_line(pk, by=request.actor, at=request.at, reason=request.POST.get("reason", ""))
    return _back(line.account_id)


def history(request: HttpRequest, pk: int) -> HttpResponse:
    """Statements read, sheets made, matches made and taken back."""
    require_may(request.actor, P.VIEW_LEDGER, gettext("银行对账"))
    account = queries.fund_account(pk, request.actor)
    made = queries.matches(account)[:100]
    return render(
        request,
        "bureau/reconciling/history.html",
        {
            "account": account,
            "statements": queries.statements(account)[:50],
            "sheets": queries.reconciliations(request.actor).filter(account=account)[:50],
            "matches": [(one, *_sides(one)) for one in made],
            "may": request.actor.may(P.RECONCILE_BANK),
        },
    )


def _sides(made) -> tuple[list, list]:
    parts = list(made.parts.all())
    return [part for part in parts if part.line_id], [part for part in parts if not part.line_id]


class Prepare(FormPage):
    """Make the sheet of a span."""

    title = _("编制银行存款余额调节表")
    form_class = SpanForm
    may = P.RECONCILE_BANK
    submit_label = _("编制，送复核")
    next_story = _("由另一人复核；复核后此期间的核对不能再改动。")

    def start(self, request, pk):
        self.account = queries.fund_account(pk, request.actor)
        self.subtitle = f"{self.account.fund} · {self.account}"
        self.cancel_url = reverse("bureau:reconciling:detail", args=[pk])

    def initial(self, request):
        return {"starts_on": self.account.begins_on, "ends_on": queries.covered_until(self.account)}

    def act(self, request, form):
        made = operations.prepare_reconciliation(
            self.account.pk, **form.cleaned_data, by=request.actor, at=request.at
        )
        return reverse("bureau:reconciling:sheet", args=[made.pk])


def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """One sheet as it was made."""
    require_may(request.actor, P.VIEW_LEDGER, gettext("银行对账"))
    made = queries.reconciliation(pk, request.actor)
    return render(
        request,
        "bureau/reconciling/sheet.html",
        {
            "made": made,
            "rows": sheet_rows(made.sheet),
            "moves": {one.verb for one in moves_open_to(made, request.actor)},
        },
    )


def sheet_file(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """The sheet as PDF or xlsx."""
    require_may(request.actor, P.VIEW_LEDGER, gettext("银行对账"))
    made = queries.reconciliation(pk, request.actor)
    name = f"余额调节表-{made.account.number[-4:]}-{made.ends_on:%Y%m%d}"
    if form == "xlsx":
        return download(sheet_xlsx(made), f"{name}.xlsx")
    people = [
        (label, entry.actor_name)
        for verb, label in (("prepared", "编制"), ("closed", "复核"))
        for entry in timeline("reconciliation", made.pk)
        if entry.verb == f"reconciliation.{verb}"
    ]
    data = sheet_pdf(made, people=people, printed_on=made.ends_on)
    return download(data, f"{name}.pdf", "application/pdf")


@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm a sheet somebody else made."""
    operations.close_reconciliation(pk, by=request.actor, at=request.at)
    messages.success(request, gettext("已复核。"))
    return redirect("bureau:reconciling:sheet", pk)


@require_POST
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Return a sheet with a reason."""
    operations.return_reconciliation(
        pk, by=request.actor, at=request.at, reason=request.POST.get("reason", "")
    )
    return redirect("bureau:reconciling:sheet", pk)
