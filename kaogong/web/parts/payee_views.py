"""Changing one's account and appealing a decision: the same pages behind the provider's and the learner's door."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.access.permissions import Permission as P
from kaogong.claims import operations
from kaogong.claims import queries as claims
from kaogong.institutions import queries as institutions
from kaogong.kernel.errors import NotFound
from kaogong.people import queries as people
from kaogong.trail.operations import moves_open_to, require_may

from .forms import ReasonForm
from .pages import FormPage
from .papers import paper as paper_page
from .payees import AccountChangeForm, AnswerReturnForm, ClaimAppealForm

CHANGE_NEXT = {
    "asked": _("下一步：由经办人员核对证明。办结以前，给您的款项先不付。"),
    "returned": _("下一步：按退回理由补充材料后重新提交；不改了的，可以撤回，款项仍付原账户。"),
    "cooling": _("已经同意，冷静期满后改付新账户。不是您本人申请的，请立即撤回并联系经办部门。"),
    "in_force": _("已经生效，以后的款项付到新账户。"),
    "withdrawn": _("已经撤回，款项仍付原来登记的账户。"),
}


def own_payee(request: HttpRequest):
    """The person or institution logged in, as one who is paid: its kind and its row."""
    by = request.actor
    if by.person_id is not None:
        return "person", people.person(by.person_id, by=by)
    if by.organisation_id is not None:
        return "institution", institutions.institution(by.organisation_id, by=by)
    raise NotFound()


def changes(request: HttpRequest, *, door: str, layout: str) -> HttpResponse:
    """The account one is paid on, and every change of it asked for."""
    require_may(request.actor, P.ASK_ACCOUNT_CHANGE, gettext("收款账户"))
    kind, payee = own_payee(request)
    rows = list(claims.account_changes(request.actor).order_by("-id")[:50])
    return render(
        request,
        "parts/account_changes.html",
        {
            "page_base": layout,
            "door": f"{door}:account_changes",
            "payee": payee,
            "kind": kind,
            "rows": rows,
            "under_way": next((row for row in rows if row.status in ("asked", "returned", "cooling")), None),
            "first_url": reverse("learner:account" if kind == "person" else "provider:institution:account"),
        },
    )


def change(request: HttpRequest, pk: int, *, door: str, layout: str) -> HttpResponse:
    """One change: from which account to which, where it stands, what waits for it."""
    require_may(request.actor, P.ASK_ACCOUNT_CHANGE, gettext("收款账户变更"))
    found = claims.account_change(pk, by=request.actor)
    return render(
        request,
        "parts/account_change.html",
        {
            "page_base": layout,
            "door": f"{door}:account_changes",
            "change": found,
            "next": CHANGE_NEXT[found.status],
            "papers": claims.case_papers(change_id=pk),
            "paper_url": f"{door}:claim_appeals:paper",
            "waiting": list(claims.payments_waiting(found)[:20]) if found.status in CHANGE_OPEN else [],
            "moves": {move.verb for move in moves_open_to(found, request.actor)},
        },
    )


CHANGE_OPEN = ("asked", "returned", "cooling")


class _Own(FormPage):
    """A form behind one door."""

    door = ""

    def address(self, name: str, *args: int) -> str:
        return reverse(f"{self.door}:{name}", args=args)


class AskChange(_Own):
    """Ask to be paid on another account."""

    title = _("申请变更收款账户")
    form_class = AccountChangeForm
    may = P.ASK_ACCOUNT_CHANGE
    submit_label = _("提交申请")
    next_story = _("提交后由经办人员审核；审核和冷静期内，给您的款项先不付，原账户和新账户都不付。")
    done_story = _("变更申请已提交。")

    def start(self, request, **_where):
        self.kind, self.payee = own_payee(request)
        self.subtitle = gettext("现在登记的是 {bank} {account}").format(
            bank=self.payee.bank_name, account=self.payee.bank_account_masked or gettext("（没有）")
        )
        self.cancel_url = self.address("account_changes:list")

    def initial(self, request):
        return {"holder": self.payee.name}

    def act(self, request, form):
        asked = operations.ask_account_change(
            self.kind, self.payee.pk, **form.cleaned_data, by=request.actor, at=request.at
        )
        return self.address("account_changes:detail", asked.pk)


class AskChangeAgain(_Own):
    """Answer a returned change."""

    title = _("补正后重新提交")
    form_class = AnswerReturnForm
    may = P.ASK_ACCOUNT_CHANGE
    submit_label = _("重新提交")
    done_story = _("已重新提交。")

    def start(self, request, pk, **_where):
        self.change = claims.account_change(pk, by=request.actor)
        self.subtitle = gettext("退回理由：{reason}").format(reason=self.change.answer or "—")
        self.cancel_url = self.address("account_changes:detail", pk)

    def act(self, request, form):
        operations.ask_account_change_again(
            self.change.pk, **form.cleaned_data, by=request.actor, at=request.at
        )
        return self.cancel_url


class WithdrawChange(_Own):
    """Take a change back."""

    title = _("撤回变更")
    form_class = ReasonForm
    may = P.ASK_ACCOUNT_CHANGE
    submit_label = _("撤回变更")
    next_story = _("撤回后，补贴仍付到原来登记的账户。")
    done_story = _("变更已撤回。")

    def start(self, request, pk, **_where):
        self.change = claims.account_change(pk, by=request.actor)
        self.subtitle = str(self.change)
        self.cancel_url = self.address("account_changes:detail", pk)

    def act(self, request, form):
        operations.withdraw_account_change(
            self.change.pk, **form.cleaned_data, by=request.actor, at=request.at
        )
        return self.cancel_url


def appeals(request: HttpRequest, *, door: str, layout: str) -> HttpResponse:
    """One's own appeals about claims, with their answers."""
    require_may(request.actor, P.APPEAL_CLAIM, gettext("申领申诉"))
    rows = claims.claim_appeals(request.actor).order_by("-filed_at", "-id")[:100]
    return render(
        request,
        "parts/claim_appeals_own.html",
        {"page_base": layout, "door": f"{door}:claim_appeals", "rows": list(rows)},
    )


def appeal(request: HttpRequest, pk: int, *, door: str, layout: str) -> HttpResponse:
    """One appeal of one's own: what was decided, what was said against it, what was answered."""
    require_may(request.actor, P.APPEAL_CLAIM, gettext("申领申诉"))
    found = claims.claim_appeal(pk, by=request.actor)
    return render(
        request,
        "parts/claim_appeal_own.html",
        {
            "page_base": layout,
            "door": f"{door}:claim_appeals",
            "appeal": found,
            "papers": claims.case_papers(appeal_id=pk),
            "paper_url": f"{door}:claim_appeals:paper",
            "claim_url": _about_url(door, found),
        },
    )


def _about_url(door: str, found) -> str:
    if door == "learner":
        return reverse("learner:payments:detail", args=[found.line_id])
    return reverse("provider:claims:detail", args=[found.claim_id])


class AppealDecision(_Own):
    """Appeal against what was decided about a claim, or about one line of it."""

    title = _("对申领决定申诉")
    form_class = ClaimAppealForm
    may = P.APPEAL_CLAIM
    submit_label = _("提交申诉")
    next_story = _(
        "由没有参与原决定的人员答复。申诉成立的，申领恢复审核，或重新列入申领；一个决定只能申诉一次。"
    )
    done_story = _("申诉已提交。")

    def start(self, request, pk, about, **_where):
        if about == "line":
            subject = claims.line(pk, by=request.actor)
            self.claim_id, self.line_id = subject.claim_id, subject.pk
        else:
            subject = claims.claim(pk, by=request.actor)
            self.claim_id, self.line_id = subject.pk, None
        found = claims.appealable(subject)
        if found is None:
            raise operations.NothingToAppeal(subject=subject)
        self.subtitle = _decided(subject, found)
        self.cancel_url = (
            self.address("payments:detail", pk)
            if self.door == "learner"
            else self.address("claims:detail", self.claim_id)
        )

    def act(self, request, form):
        filed = operations.appeal_claim(
            self.claim_id, line_id=self.line_id, **form.cleaned_data, by=request.actor, at=request.at
        )
        return self.address("claim_appeals:detail", filed.pk)


def _decided(subject, found) -> str:
    """What was decided, when and why, and until when it may be appealed."""
    told = [
        str(subject),
        gettext("{day} 决定：{what}").format(
            day=timezone.localdate(found.entry.at), what=subject.get_status_display()
        ),
        found.entry.reason,
        gettext("申诉期到 {day}").format(day=found.until) if found.until else gettext("文件没有规定申诉期限"),
    ]
    return " · ".join(part for part in told if part)


def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """One paper as it was handed in."""
    if not request.actor.may(P.APPEAL_CLAIM):
        require_may(request.actor, P.ASK_ACCOUNT_CHANGE, gettext("变更和申诉材料"))
    return paper_page(operations.read_case_paper(pk, by=request.actor, at=request.at))


def change_addresses(door: str, layout: str) -> list[URLPattern]:
    """The pages of one's own account behind a door."""
    same = {"door": door, "layout": layout}
    own = {"door": door, "page_base": layout}
    return [
        path("", changes, same, name="list"),
        path("ask/", AskChange.as_view(**own), name="ask"),
        path("<int:pk>/", change, same, name="detail"),
        path("<int:pk>/again/", AskChangeAgain.as_view(**own), name="ask_again"),
        path("<int:pk>/withdraw/", WithdrawChange.as_view(**own), name="withdraw"),
    ]


def appeal_addresses(door: str, layout: str) -> list[URLPattern]:
    """The pages of one's own appeals behind a door."""
    same = {"door": door, "layout": layout}
    own = {"door": door, "page_base": layout}
    found = [
        path("", appeals, same, name="list"),
        path("line/<int:pk>/", AppealDecision.as_view(**own), {"about": "line"}, name="line"),
        path("<int:pk>/", appeal, same, name="detail"),
        path("papers/<int:pk>/", paper, name="paper"),
    ]
    if door == "provider":
        found.append(path("claim/<int:pk>/", AppealDecision.as_view(**own), {"about": "claim"}, name="claim"))
    return found
