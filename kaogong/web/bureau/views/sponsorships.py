"""Sponsors' money at the bureau: agreements with their closed uses, receipts, spending by two people, the rest."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from kaogong.access.permissions import Permission as P
from kaogong.grants import operations
from kaogong.grants import queries as grants
from kaogong.grants.states import SPENDING_KINDS
from kaogong.kernel.money import yuan
from kaogong.statements import operations as statements
from kaogong.trail.operations import require_may
from kaogong.web.bureau.filters_grants import SponsorshipFilter
from kaogong.web.bureau.forms_sponsored import (
    CorrectionForm,
    GiveBackForm,
    ReceiptForm,
    SpendingForm,
    SponsorshipForm,
)
from kaogong.web.bureau.tables_grants import SponsorshipTable
from kaogong.web.parts.lists import Action, ListPage
from kaogong.web.parts.pages import FormPage, act
from kaogong.web.parts.records import Act, Section, acts_of, link


def _address(pk: int) -> str:
    return reverse("bureau:sponsorships:detail", args=[pk])


class Sponsorships(ListPage):
    """Every agreement with what was agreed, came, was spent, went back and is left."""

    title = _("赞助资金")
    subtitle = _("每份赞助协议一个单独的资金，只按协议所列用途支出，不与财政资金混用")
    table_class = SponsorshipTable
    filter_class = SponsorshipFilter
    may = P.VIEW_LEDGER
    empty_title = _("还没有登记赞助协议")
    empty_text = _("登记协议和它列明的用途，由另一人确认后开立资金。")

    def rows(self, request):
        return grants.sponsorships(request.actor, text=request.GET.get("q", ""))

    def actions(self, request):
        if not request.actor.may(P.KEEP_SPONSORSHIPS):
            return []
        return [Action(gettext("登记赞助协议"), reverse("bureau:sponsorships:register"), primary=True)]

    def prepare(self, records):
        standing = grants.standing_of_many(list(records))
        for record in records:
            rows = standing[record.pk]
            record.received_fen = sum(row.received_fen for row in rows)
            record.spent_fen = sum(row.spent_fen for row in rows)
            record.given_back_fen = sum(row.given_back_fen for row in rows)
            record.left_fen = sum(row.left_fen + row.under_way_fen for row in rows)


class Register(FormPage):
    """Keep one agreement with its paper and the closed list of uses."""

    title = _("登记赞助协议")
    form_class = SponsorshipForm
    may = P.KEEP_SPONSORSHIPS
    submit_label = _("登记")
    next_story = _("登记后由另一人确认；确认后用途清单不能再改，资金单独开立。")

    def start(self, request):
        self.cancel_url = reverse("bureau:sponsorships:list")

    def form_arguments(self, request):
        return {"by": request.actor}

    def act(self, request, form):
        given = dict(form.cleaned_data)
        sponsor, paper = given.pop("institution"), given.pop("paper")
        made = operations.register_sponsorship(
            sponsor.pk, **given, filename=paper.name, content=paper.read(), by=request.actor, at=request.at
        )
        return _address(made.pk)


class _About(FormPage):
    """A form about one agreement."""

    may = P.KEEP_SPONSORSHIPS

    def start(self, request, pk):
        self.sponsorship = grants.sponsorship(pk, by=request.actor)
        self.subtitle = f"{self.sponsorship} · {self.sponsorship.sponsor.name}"
        self.cancel_url = _address(pk)


class Receive(_About):
    """What the sponsor paid, use by use."""

    title = _("登记赞助到账")
    form_class = ReceiptForm
    submit_label = _("登记到账")
    next_story = _("到账即可按用途支出；登记错的由复核人更正，不能修改。")

    def form_arguments(self, request):
        return {"standing": grants.standing_of(self.sponsorship)}

    def act(self, request, form):
        operations.receive_sponsored(
            self.sponsorship.pk, **form.cleaned_data, by=request.actor, at=request.at
        )
        return self.cancel_url


class Spend(_About):
    """Ask for one sum for one use."""

    title = _("申请支出")
    form_class = SpendingForm
    submit_label = _("提交，等另一人批准")

    def form_arguments(self, request):
        return {"by": request.actor, "standing": grants.standing_of(self.sponsorship)}

    def act(self, request, form):
        operations.ask_spending(self.sponsorship.pk, **form.asked(), by=request.actor, at=request.at)
        return self.cancel_url


class GiveBack(_About):
    """Ask that what is left go back to the sponsor."""

    title = _("退还余款")
    form_class = GiveBackForm
    submit_label = _("提交，等另一人批准")
    next_story = _("每个用途的可用余额各生成一笔，批准后付到赞助方登记的账户。")

    def act(self, request, form):
        operations.ask_give_back(self.sponsorship.pk, **form.cleaned_data, by=request.actor, at=request.at)
        return self.cancel_url


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One agreement: its uses with their balances, receipts, sums asked for, its story."""
    require_may(request.actor, P.VIEW_LEDGER, gettext("赞助资金"))
    found = grants.sponsorship(pk, by=request.actor)
    uses = grants.standing_of(found)
    spendings = list(grants.spendings(request.actor, sponsorship_id=pk))
    paid = grants.payments_of_spendings(spendings)
    total = {name: sum(getattr(row, f"{name}_fen") for row in uses) for name in _FIGURES}
    running = found.status == "confirmed"
    return render(
        request,
        "bureau/grants/sponsorship.html",
        {
            "sponsorship": found,
            "figures": [(gettext("协议金额"), found.agreed_fen)]
            + [(gettext(str(label)), total[name]) for name, label in _FIGURES.items()],
            "acts": _acts(request, found, running),
            "sections": [_about(found), _uses(found, uses), _receipts(request, found, running)],
            "spendings": [_spending(request, row, paid.get(row.payment)) for row in spendings],
        },
    )


_FIGURES = {
    "received": _("到账"), "spent": _("已支出"), "given_back": _("已退还"), "under_way": _("办理中"), "left": _("可用"),
}  # fmt: skip


def _acts(request: HttpRequest, found, running: bool) -> list[Act]:
    acts = acts_of(found, "bureau:sponsorships", request.actor, primary="confirm")
    if running and request.actor.may(P.KEEP_SPONSORSHIPS):
        acts = [
            Act(gettext(label), reverse(f"bureau:sponsorships:{name}", args=[found.pk]), is_link=True,
                is_primary=name == "spend")
            for name, label in (("spend", "申请支出"), ("receive", "登记赞助到账"), ("give_back", "退还余款"))
        ] + acts  # fmt: skip
    if found.fund_id and request.actor.may(P.ISSUE_PAPER):
        acts.append(Act(gettext("开具赞助资金报告"), reverse("bureau:sponsorships:report", args=[found.pk])))
    return acts


def _about(found) -> Section:
    facts = [
        (
            gettext("赞助方"),
            link(found.sponsor.name, reverse("bureau:institutions:detail", args=[found.sponsor_id])),
        ),
        (gettext("赞助协议"), link(found.document, reverse("bureau:sponsorships:paper", args=[found.pk]))),
        (gettext("签订日期"), found.agreed_on),
        (gettext("专账资金"), found.fund.code if found.fund_id else gettext("确认后开立")),
    ]
    return Section("about", gettext("协议"), facts=facts)


def _uses(found, uses) -> Section:
    def opened(row, group: str, fen: int) -> object:
        if not found.fund_id or not fen:
            return yuan(fen)
        query = {"year": found.fund.year, "fund": found.fund_id, "programme": row.use.name, "of": group}
        return link(yuan(fen), f"{reverse('bureau:funds:rows')}?{urlencode(query)}")

    return Section(
        "uses",
        gettext("用途和余额"),
        head=[gettext(word) for word in ("用途", "协议金额", "到账", "办理中", "已支付", "其中退还", "可用")],
        rows=[
            [
                row.use.name, yuan(row.use.most_fen), opened(row, "budget", row.received_fen),
                opened(row, "committed", row.under_way_fen), opened(row, "paid", row.paid_fen),
                yuan(row.given_back_fen), opened(row, "left", row.left_fen),
            ]
            for row in uses
        ],
        hint=gettext("用途清单以协议为准，不能增加；金额点开是专账分录"),
    )  # fmt: skip


def _receipts(request: HttpRequest, found, running: bool) -> Section:
    may_correct = running and request.actor.may(P.DECIDE_SPONSORSHIP)
    rows = [
        [
            row.told_on, row.programme, yuan(row.amount_fen), row.document,
            link(gettext("更正"), reverse("bureau:sponsorships:correct_receipt", args=[found.pk, row.pk]))
            if may_correct and row.corrects_id is None and not hasattr(row, "corrected_by")
            else gettext("更正") if row.corrects_id else "—",
        ]
        for row in grants.receipts_of(found)
    ]  # fmt: skip
    return Section(
        "receipts",
        gettext("到账"),
        head=[gettext(word) for word in ("到账日期", "用途", "金额", "凭证", "更正")],
        rows=rows,
        empty=gettext("还没有到账。"),
    )


def _spending(request: HttpRequest, row, payment) -> dict[str, object]:
    """One sum with what became of it and what may be done."""
    return {
        "row": row,
        "kind": gettext(str(SPENDING_KINDS[row.kind])),
        "payment": payment,
        "acts": acts_of(row, "bureau:sponsored_spendings", request.actor, primary="approve"),
    }


class CorrectReceipt(_About):
    """Answer one receipt by its opposite."""

    title = _("更正赞助到账")
    form_class = CorrectionForm
    may = P.DECIDE_SPONSORSHIP
    submit_label = _("更正")
    next_story = _("原来的一笔保留，另记一笔相反的；已经支出的不能更正。")

    def start(self, request, pk, receipt):
        super().start(request, pk)
        self.receipt = receipt

    def act(self, request, form):
        operations.correct_sponsored_receipt(
            self.sponsorship.pk, self.receipt, **form.cleaned_data, by=request.actor, at=request.at
        )
        return self.cancel_url


def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The agreement's paper as it came."""
    require_may(request.actor, P.VIEW_LEDGER, gettext("赞助资金"))
    kept = grants.sponsorship_paper(pk, by=request.actor)
    response = HttpResponse(kept.data, content_type=kept.content_type)
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_POST
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """A numbered report to the sponsor of what came of its money."""
    made = statements.issue_sponsor_statement(pk, by=request.actor, at=request.at)
    messages.success(request, gettext("{number} 已开具，可以下载。").format(number=made.number))
    return redirect("bureau:statements:detail", made.pk)


def _to_it(_request: HttpRequest, made) -> str:
    return _address(getattr(made, "sponsorship_id", made.pk))


confirm = act(operations.confirm_sponsorship, to=_to_it, done=_("已确认，资金已单独开立。"))
discard = act(operations.discard_sponsorship, to=_to_it, done=_("已不予确认。"))
close = act(operations.close_sponsorship, to=_to_it, done=_("已结清。"))
approve = act(operations.approve_spending, to=_to_it, done=_("已批准，款项已预留并等待组批。"))
refuse = act(operations.refuse_spending, to=_to_it, done=_("已不予批准。"))
withdraw = act(operations.withdraw_spending, to=_to_it, done=_("已撤回。"))
drop = act(operations.drop_spending, to=_to_it, done=_("不再支付，款项已退回可用。"))
