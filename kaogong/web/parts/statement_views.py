"""Statements, receipts and year's certificates: the pages both doors of payees show."""

from datetime import date

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from kaogong.access.permissions import Permission as P
from kaogong.kernel.errors import Malformed
from kaogong.statements import operations, queries
from kaogong.statements.states import KINDS
from kaogong.trail.operations import require_may

from .forms import DateField
from .lists import download
from .statements import paper_file

RECEIPTS_SHOWN = 50


class SpanForm(forms.Form):
    """Over which days."""

    starts_on = DateField(label=_("起始日"))
    ends_on = DateField(label=_("截止日"))


def pages(door: str, page_base: str, whose) -> dict:
    """The views of one door; ``whose(actor)`` names the payee: institution_id or person_id."""

    def own(request: HttpRequest) -> HttpResponse:
        """My papers, and what I may ask for."""
        require_may(request.actor, P.ISSUE_PAPER, gettext("对账单与收据"))
        papers = list(queries.papers(request.actor)[:100])
        receipts = {paper.payment_id: paper for paper in papers if paper.kind == "receipt"}
        return render(
            request,
            "parts/statements.html",
            {
                "page_base": page_base,
                "door": door,
                "papers": papers,
                "payments": [
                    (row, receipts.get(row.pk))
                    for row in queries.payments_with_receipts(request.actor)[:RECEIPTS_SHOWN]
                ],
                "form": SpanForm(
                    initial={"starts_on": date(request.today.year, 1, 1), "ends_on": request.today}
                ),
                "years": range(request.today.year - 1, request.today.year - 6, -1),
                "kinds": KINDS,
            },
        )

    @require_POST
    def issue(request: HttpRequest) -> HttpResponse:
        """A statement over the days asked for."""
        require_may(request.actor, P.ISSUE_PAPER, gettext("开具对账单"))
        form = SpanForm(request.POST)
        if not form.is_valid():
            raise Malformed(field=gettext("日期"), value="", problem=gettext("请填写起始日和截止日"))
        made = operations.issue_statement(
            **whose(request.actor), **form.cleaned_data, by=request.actor, at=request.at
        )
        return _told(request, made)

    @require_POST
    def certify(request: HttpRequest) -> HttpResponse:
        """A year's certificate."""
        require_may(request.actor, P.ISSUE_PAPER, gettext("开具年度证明"))
        year = request.POST.get("year", "")
        if not (year.isdecimal() and len(year) == 4):
            raise Malformed(field=gettext("年度"), value=year, problem=gettext("请选择年度"))
        made = operations.issue_year_certificate(
            int(year), **whose(request.actor), by=request.actor, at=request.at
        )
        return _told(request, made)

    @require_POST
    def receipt(request: HttpRequest, pk: int) -> HttpResponse:
        """The receipt of one payment."""
        return _told(request, operations.issue_receipt(pk, by=request.actor, at=request.at))

    @require_POST
    def reissue(request: HttpRequest, pk: int) -> HttpResponse:
        """A paper once more, under its own number."""
        again = operations.reissue_paper(
            pk, by=request.actor, at=request.at, reason=request.POST.get("reason", "")
        )
        return _told(request, again.paper)

    def _told(request: HttpRequest, made) -> HttpResponse:
        messages.success(request, gettext("{number} 已开具，可以下载。").format(number=made.number))
        return redirect(f"{door}:statements:list")

    def pdf(request: HttpRequest, pk: int) -> HttpResponse:
        """The paper as a file."""
        require_may(request.actor, P.ISSUE_PAPER, gettext("对账单与收据"))
        name, data = paper_file(queries.paper(pk, request.actor))
        return download(data, name, "application/pdf")

    return {
        "own": own, "issue": issue, "certify": certify, "receipt": receipt, "reissue": reissue, "pdf": pdf
    }  # fmt: skip
