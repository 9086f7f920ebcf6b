"""Money asked back, as shown behind every door; what a debtor sees and may say behind their own."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.access.permissions import Permission as P
from kaogong.kernel.errors import NotFound
from kaogong.recoveries import operations, queries
from kaogong.trail.operations import require_may

from .lists import download
from .pages import FormPage
from .recovery_papers import notice_pdf, receipt_pdf


def told(recoupment, today) -> dict:
    """What every page about one recoupment shows."""
    receipts = list(queries.receipts(recoupment.pk))
    return {
        "recoupment": recoupment,
        "parts": queries.parts(recoupment.pk),
        "receipts": receipts,
        "plan": queries.instalments(recoupment.pk),
        "objections": queries.objections(recoupment.pk),
        "interest": queries.interest(recoupment, today),
        "left_fen": recoupment.left_fen,
        "given_up_fen": recoupment.amount_fen - recoupment.back_fen - recoupment.left_fen,
        "overdue": recoupment.is_overdue(today),
    }


def owing(request: HttpRequest, *, institution_ids=(), person_ids=()) -> dict:
    """What ``parts/owing.html`` warns of: money these payees should have paid back by now."""
    if not request.actor.may(P.VIEW_LEDGER):
        return {}
    rows = list(
        queries.overdue_of(
            request.actor, request.today, institution_ids=institution_ids, person_ids=person_ids
        )
    )
    return {
        "owing": rows[:3],
        "owing_count": len(rows),
        "owing_fen": sum(row.left_fen for row in rows),
    }


def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """The notice as a paper."""
    require_may(request.actor, _looking(request), gettext("追回"))
    recoupment = queries.recoupment(pk, by=request.actor)
    return download(notice_pdf(recoupment, on=request.today), f"{recoupment.number}.pdf", "application/pdf")


def receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """One receipt as a paper."""
    require_may(request.actor, _looking(request), gettext("收据"))
    found = queries.receipt(pk, by=request.actor)
    return download(receipt_pdf(found), f"{found.number}.pdf", "application/pdf")


def _looking(request: HttpRequest) -> str:
    inside = request.actor.organisation_id is None and request.actor.person_id is None
    return P.VIEW_LEDGER if inside else P.OBJECT_TO_RECOUPMENT


def own(request: HttpRequest, *, door: str, layout: str) -> HttpResponse:
    """What is asked back from whoever is logged in."""
    require_may(request.actor, P.OBJECT_TO_RECOUPMENT, gettext("应退补贴"))
    rows = list(queries.recoupments(request.actor)[:200])
    for row in rows:
        row.overdue = row.is_overdue(request.today)
    return render(request, "parts/recoupments_own.html", {"page_base": layout, "door": door, "rows": rows})


def own_detail(request: HttpRequest, pk: int, *, door: str, layout: str) -> HttpResponse:
    """One of them: the notice, the plan, the receipts, and how to object."""
    require_may(request.actor, P.OBJECT_TO_RECOUPMENT, gettext("应退补贴"))
    recoupment = queries.recoupment(pk, by=request.actor)
    found = told(recoupment, request.today)
    late = recoupment.objection_until is not None and request.today > recoupment.objection_until
    open_one = any(one.status == "raised" for one in found["objections"])
    may_object = recoupment.status in ("served", "paying") and not late and not open_one
    return render(
        request,
        "parts/recoupment_own.html",
        found | {"page_base": layout, "door": door, "may_object": may_object, "objection_over": late},
    )


class ObjectionForm(forms.Form):
    """What is said against it."""

    content = forms.CharField(
        label=_("异议和理由"), max_length=2000, widget=forms.Textarea(attrs={"rows": 6})
    )


class ObjectTo(FormPage):
    """Say why it should not be paid back."""

    title = _("提出异议")
    form_class = ObjectionForm
    may = P.OBJECT_TO_RECOUPMENT
    submit_label = _("提交异议")
    next_story = _("承办部门会答复，答复显示在这一页；答复前退款期限不变。")
    done_story = _("异议已提交。")
    door = ""

    def start(self, request, pk):
        self.recoupment = queries.recoupment(pk, by=request.actor)
        if self.recoupment.status not in ("served", "paying") and request.method == "GET":
            raise NotFound()
        self.subtitle = self.recoupment.number
        self.cancel_url = reverse(f"{self.door}:recoveries:detail", args=[pk])

    def act(self, request, form):
        operations.object_to_recoupment(
            self.recoupment.pk, content=form.cleaned_data["content"], by=request.actor, at=request.at
        )
        return self.cancel_url


def addresses(door: str, layout: str) -> list:
    """The addresses of a debtor's own pages behind one door."""
    where = {"door": door, "layout": layout}
    return [
        path("", own, where, name="list"),
        path("<int:pk>/", own_detail, where, name="detail"),
        path("<int:pk>/notice.pdf", notice, name="notice"),
        path("<int:pk>/object/", ObjectTo.as_view(door=door, page_base=layout), name="object"),
        path("receipts/<int:pk>/receipt.pdf", receipt, name="receipt"),
    ]
