"""Where payees are paid: changes of accounts asked for, decided with the proof in view, and their history."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from kaogong.access.permissions import Permission as P
from kaogong.claims import operations
from kaogong.claims import queries as claims
from kaogong.claims.states import CHANGING
from kaogong.institutions import queries as institutions
from kaogong.kernel.working_days import working_days_between
from kaogong.people import queries as people
from kaogong.trail.operations import moves_open_to, require_may
from kaogong.web.bureau.filters_payees import AccountChangeFilter
from kaogong.web.bureau.tables_payees import AccountChangeTable
from kaogong.web.parts.lists import ListPage
from kaogong.web.parts.pages import FormPage, act
from kaogong.web.parts.papers import paper as paper_page
from kaogong.web.parts.payees import AccountChangeForm, AnswerReturnForm

NEXT = {
    "asked": _(
        "下一步：把新账号和证明材料逐位核对，同意，或写明缺什么退回。办结以前，给该收款人的款项不付。"
    ),
    "returned": _("下一步：由申请人补正后重新提交，或撤回。款项仍在等待。"),
    "cooling": _("已同意。冷静期满、没有款项留在批次中时，由系统改付新账户。"),
    "in_force": _("已生效，等待的款项已改付新账户。"),
    "withdrawn": _("已撤回，款项仍付原账户。"),
}


class Changes(ListPage):
    """Changes asked for, those waiting longest first."""

    title = _("收款账户变更")
    subtitle = _("变更须有证明、由申请人以外的人审核；审核和冷静期内，新旧账户都不付款。")
    table_class = AccountChangeTable
    filter_class = AccountChangeFilter
    may = P.VIEW_PEOPLE
    empty_title = _("没有收款账户变更")
    empty_text = _("学员和机构在自己的页面申请；窗口代办的，在人员或机构页面发起。")

    def rows(self, request):
        return claims.account_changes(request.actor)

    def prepare(self, records):
        for record in records:
            is_open = record.status in CHANGING
            record.waited = (
                working_days_between(localdate(record.asked_at), self.request.today) if is_open else None
            )


def detail(request: HttpRequest, pk: int, number: str = "") -> HttpResponse:
    """One change: from where to where, on what proof, who else is paid there, what waits for it."""
    require_may(request.actor, P.VIEW_PEOPLE, gettext("收款账户变更"))
    change = claims.account_change(pk, by=request.actor)
    is_open = change.status in CHANGING
    waiting = list(claims.payments_waiting(change)[:50]) if is_open else []
    return render(
        request,
        "bureau/payees/change.html",
        {
            "change": change,
            "next": NEXT[change.status],
            "papers": claims.case_papers(change_id=pk),
            "paper_url": "bureau:account_changes:paper",
            "shared": claims.others_on_account(change) if is_open else [],
            "waiting": waiting,
            "lines": list(claims.lines_waiting(change)[:50]) if is_open else [],
            "batches": sorted({row.batch.number for row in waiting if row.status == "batched"}),
            "moves": {move.verb for move in moves_open_to(change, request.actor)},
            "number": number,
            "may_reveal": request.actor.may(P.UNMASK_PERSON) and not number,
        },
    )


@require_POST
def reveal(request: HttpRequest, pk: int) -> HttpResponse:
    """The same page with the number asked for in clear; the look and its reason are kept."""
    require_may(request.actor, P.UNMASK_PERSON, gettext("查看完整账号"))
    reason = request.POST.get("reason", "")
    number = operations.reveal_changed_account(pk, by=request.actor, at=request.at, reason=reason)
    response = detail(request, pk, number)
    response["Cache-Control"] = "no-store"
    return response


def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """One paper handed in with a change or an appeal; the look is kept in the trail."""
    require_may(request.actor, P.VIEW_PEOPLE, gettext("变更和申诉材料"))
    return paper_page(operations.read_case_paper(pk, by=request.actor, at=request.at))


class AskFor(FormPage):
    """Ask for a change at the counter, for a person or an institution that came with the proof."""

    title = _("代办收款账户变更")
    form_class = AccountChangeForm
    may = P.ASK_ACCOUNT_CHANGE
    submit_label = _("提交申请")
    next_story = _("须由另一人审核；审核和冷静期内，给该收款人的款项先不付。")
    done_story = _("变更申请已提交，由另一人审核。")
    kind = ""

    def start(self, request, pk):
        if self.kind == "person":
            self.payee = people.person(pk, by=request.actor)
            self.cancel_url = reverse("bureau:people:detail", args=[pk])
        else:
            self.payee = institutions.institution(pk, by=request.actor)
            self.cancel_url = reverse("bureau:institutions:detail", args=[pk])
        self.subtitle = f"{self.payee.name} {self.payee.bank_name} {self.payee.bank_account_masked}"

    def initial(self, request):
        return {"holder": self.payee.name}

    def act(self, request, form):
        asked = operations.ask_account_change(
            self.kind, self.payee.pk, **form.cleaned_data, by=request.actor, at=request.at
        )
        return _address(request, asked)


class AskAgain(FormPage):
    """Answer a returned change at the counter."""

    title = _("补正后重新提交")
    form_class = AnswerReturnForm
    may = P.ASK_ACCOUNT_CHANGE
    submit_label = _("重新提交")
    done_story = _("已重新提交。")

    def start(self, request, pk):
        self.change = claims.account_change(pk, by=request.actor)
        self.subtitle = gettext("退回理由：{reason}").format(reason=self.change.answer or "—")
        self.cancel_url = _address(request, self.change)

    def act(self, request, form):
        operations.ask_account_change_again(
            self.change.pk, **form.cleaned_data, by=request.actor, at=request.at
        )
        return self.cancel_url


def _address(_request, change) -> str:
    return reverse("bureau:account_changes:detail", args=[change.pk])


@require_POST
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept the proof; says whether it is paid on at once or from which day."""

    def told(request, change) -> str:
        said = (
            gettext("已同意，并已生效：以后付到新账户。")
            if change.status == "in_force"
            else gettext("已同意，{day} 起改付新账户。").format(day=change.pays_from)
        )
        messages.success(request, said)
        return _address(request, change)

    return act(operations.approve_account_change, to=told)(request, pk=pk)


send_back = act(operations.return_account_change, to=_address, done=_("已退回，申请人会看到理由。"))
withdraw = act(operations.withdraw_account_change, to=_address, done=_("变更已撤回。"))
