"""Statements, receipts and year's certificates issued at the counter for whoever was paid."""

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from kaogong.access.permissions import Permission as P
from kaogong.institutions import queries as institutions
from kaogong.kernel.errors import Malformed
from kaogong.kernel.id_number import tidy_id_number
from kaogong.people import queries as people
from kaogong.statements import operations, queries
from kaogong.trail.operations import require_may
from kaogong.web.bureau.filters_statements import PaperFilter
from kaogong.web.bureau.tables_statements import PaperTable
from kaogong.web.parts.lists import Action, ListPage, download
from kaogong.web.parts.pages import act
from kaogong.web.parts.statement_views import SpanForm
from kaogong.web.parts.statements import paper_file

FOUND = 20
RECEIPTS_SHOWN = 50


class Papers(ListPage):
    """Every paper issued in reach."""

    title = _("对账单、收据、年度证明")
    subtitle = _("每份有编号和查验码，任何人可在门户核对真伪")
    table_class = PaperTable
    filter_class = PaperFilter
    may = P.VIEW_LEDGER
    empty_title = _("还没有开具过")
    empty_text = _("点“为收款人开具”，先找到机构或个人。")

    def rows(self, request):
        return queries.papers_named(request.actor, request.GET.get("q", ""))

    def actions(self, request):
        if not request.actor.may(P.ISSUE_PAPER):
            return []
        return [Action(gettext("为收款人开具"), reverse("bureau:statements:find"), primary=True)]


def find(request: HttpRequest) -> HttpResponse:
    """Whose paper: an institution by name or code, a person by name or whole identity number."""
    require_may(request.actor, P.ISSUE_PAPER, gettext("对账单与收据"))
    # A whole identity number travels in the body, never in an address.
    words = (request.POST if request.method == "POST" else request.GET).get("q", "").strip()
    shown = {"words": "" if request.method == "POST" else words, "looked": bool(words)}
    if words:
        number = tidy_id_number(words)
        is_number = len(number) in (15, 18) and number[:-1].isdecimal()
        shown["people"] = list(people.people(request.actor, words)[:FOUND]) if len(words) > 1 else []
        if is_number and len(shown["people"]) == 1:
            return redirect("bureau:statements:person", shown["people"][0].pk)
        shown["institutions"] = list(institutions.institutions(request.actor, words)[:FOUND])
    return render(request, "bureau/statements/find.html", shown)


@require_GET
def payee(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """What a statement of these days would say, what was paid, and what was issued before."""
    require_may(request.actor, P.ISSUE_PAPER, gettext("对账单与收据"))
    first = {"starts_on": date(request.today.year, 1, 1), "ends_on": request.today}
    asked = SpanForm(request.GET) if "starts_on" in request.GET else None
    span = asked.cleaned_data if asked is not None and asked.is_valid() else first
    whose = {f"{kind}_id": pk}
    told, account = operations.look_at_account(**whose, **span, by=request.actor, at=request.at)
    papers = list(queries.papers_of(request.actor, **whose)[:100])
    receipts = {one.payment_id: one for one in papers if one.kind == "receipt" and one.status == "issued"}
    payments = queries.payments_with_receipts(request.actor).filter(
        institution_id=whose.get("institution_id"), person_id=whose.get("person_id")
    )
    return render(
        request,
        "bureau/statements/payee.html",
        {
            "payee": told,
            "account": account,
            "events": [(one, queries.WHAT[one.what]) for one in account.events],
            "totals": [(queries.WHAT[name], fen) for name, fen in account.totals.items() if fen],
            "span": span,
            "form": asked or SpanForm(initial=first),
            "papers": papers,
            "payments": [(row, receipts.get(row.pk)) for row in payments[:RECEIPTS_SHOWN]],
            "years": range(request.today.year - 1, request.today.year - 6, -1),
            "issue_url": reverse(f"bureau:statements:issue_to_{kind}", args=[pk]),
            "certify_url": reverse(f"bureau:statements:certify_{kind}", args=[pk]),
        },
    )


def _require_payee(request: HttpRequest, what: str, kind: str, pk: int) -> None:
    """Somebody in reach, before what was typed is looked at."""
    require_may(request.actor, P.ISSUE_PAPER, what)
    if kind == "person":
        people.person(pk, by=request.actor)
    else:
        institutions.institution(pk, by=request.actor)


@require_POST
def issue(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """A statement over the days seen."""
    _require_payee(request, gettext("开具对账单"), kind, pk)
    form = SpanForm(request.POST)
    if not form.is_valid():
        raise Malformed(field=gettext("日期"), value="", problem=gettext("请填写起始日和截止日"))
    made = operations.issue_statement(
        **{f"{kind}_id": pk}, **form.cleaned_data, by=request.actor, at=request.at
    )
    return _told(request, made)


@require_POST
def certify(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """A year's certificate."""
    _require_payee(request, gettext("开具年度证明"), kind, pk)
    year = request.POST.get("year", "")
    if not (year.isdecimal() and len(year) == 4):
        raise Malformed(field=gettext("年度"), value=year, problem=gettext("请选择年度"))
    made = operations.issue_year_certificate(int(year), **{f"{kind}_id": pk}, by=request.actor, at=request.at)
    return _told(request, made)


@require_POST
def receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """The receipt of one payment."""
    return _told(request, operations.issue_receipt(pk, by=request.actor, at=request.at))


def _told(request: HttpRequest, made) -> HttpResponse:
    messages.success(request, gettext("{number} 已开具，可以下载。").format(number=made.number))
    return redirect("bureau:statements:detail", made.pk)


def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """One paper: whose, what it says, how to verify it, what became of it."""
    require_may(request.actor, P.VIEW_LEDGER, gettext("对账单与收据"))
    found = queries.paper(pk, request.actor)
    kind = "person" if found.person_id is not None else "institution"
    return render(
        request,
        "bureau/statements/paper.html",
        {
            "paper": found,
            "whole": queries.is_whole(found),
            "corrections": queries.corrections_of(found),
            "payee_url": reverse(f"bureau:statements:{kind}", args=[found.person_id or found.institution_id])
            if request.actor.may(P.ISSUE_PAPER)
            else "",
            "may_issue": request.actor.may(P.ISSUE_PAPER),
        },
    )


def _to_paper(_request: HttpRequest, result) -> str:
    return reverse("bureau:statements:detail", args=[getattr(result, "paper_id", result.pk)])


reissue = act(operations.reissue_paper, to=_to_paper, done=_("已记下补发，下载的文件上会写明第几次。"))
revoke = act(operations.revoke_paper, to=_to_paper, done=_("已作废，门户查验时即显示。"))


def pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The paper as a file to print."""
    require_may(request.actor, P.VIEW_LEDGER, gettext("对账单与收据"))
    name, data = paper_file(queries.paper(pk, request.actor))
    return download(data, name, "application/pdf")
