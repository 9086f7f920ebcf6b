"""Payments held back: which, why, until when; placed and lifted by people."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.access.permissions import Permission as P
from kaogong.claims import operations
from kaogong.claims import queries as claims
from kaogong.institutions import queries as institutions
from kaogong.kernel.errors import NotFound
from kaogong.kernel.working_days import working_days_between
from kaogong.risk import queries
from kaogong.trail.operations import moves_open_to, require_may
from kaogong.training import queries as training
from kaogong.web.bureau.filters_risk import HoldFilter
from kaogong.web.bureau.forms_risk import PlaceHoldForm
from kaogong.web.bureau.tables_risk import HoldTable
from kaogong.web.parts.lists import ListPage
from kaogong.web.parts.pages import FormPage, act


class Holds(ListPage):
    """Standing holds, the one due first first."""

    title = _("暂缓支付")
    subtitle = _("暂缓只是等一等：有期限，由人写明理由解除；不因分数或等级拒绝任何人。")
    table_class = HoldTable
    filter_class = HoldFilter
    may = P.VIEW_PEOPLE
    empty_title = _("没有暂缓支付的款项")
    empty_text = _("严重而未办结的风险发现会自动暂缓；也可以在班次、机构页面上暂缓。")

    def rows(self, request):
        self.today = request.today
        return claims.payment_holds(request.actor)

    def prepare(self, records):
        for hold in records:
            hold.days_left = working_days_between(self.today, hold.due_on)
            hold.overdue = hold.is_overdue(self.today)
            hold.named = _named(hold)


def _named(hold) -> str:
    """What is held; a person by name too, as everywhere inside the bureau."""
    return f"{hold.person.name} {hold.subject}" if hold.person_id else hold.subject


def _address(hold) -> str:
    return reverse("bureau:holds:detail", args=[hold.pk])


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One hold: what waits, why, from what, until when."""
    require_may(request.actor, P.VIEW_PEOPLE, gettext("暂缓支付"))
    hold = claims.payment_hold(pk, by=request.actor)
    kind, _colon, number = hold.cause.partition(":")
    finding = None
    if kind == "risk_finding" and number.isdecimal():
        finding = queries.risk_findings(request.actor).filter(pk=int(number)).first()
    lines = list(claims.lines_held(hold)[:200])
    return render(
        request,
        "bureau/holds/detail.html",
        {
            "hold": hold,
            "named": _named(hold),
            "finding": finding,
            "lines": lines,
            "waiting_fen": sum(line.total_fen for line in lines),
            "days_left": working_days_between(request.today, hold.due_on),
            "overdue": hold.is_overdue(request.today),
            "moves": {move.verb for move in moves_open_to(hold, request.actor)},
        },
    )


class PlaceHold(FormPage):
    """Hold the money of ?class= or ?institution= back."""

    title = _("暂缓支付")
    form_class = PlaceHoldForm
    may = P.PLACE_PAYMENT_HOLD
    submit_label = _("暂缓")
    next_story = _("暂缓后，公示期满不转入拨付，已生成的付款不能组批和发放；其他人的款项照常。")
    done_story = _("已暂缓。")

    def start(self, request, **_where):
        self.held, number = next(
            ((kind, request.GET[kind]) for kind in ("class", "institution") if request.GET.get(kind)),
            ("", ""),
        )
        if not number.isdecimal() or len(number) > 18:
            raise NotFound()
        self.subject_id = int(number)
        if self.held == "class":
            chosen = training.training_class(self.subject_id, by=request.actor)
            self.subtitle = str(chosen)
            self.cancel_url = reverse("bureau:classes:detail", args=[chosen.pk])
        else:
            chosen = institutions.institution(self.subject_id, by=request.actor)
            self.subtitle = chosen.name
            self.cancel_url = reverse("bureau:institutions:detail", args=[chosen.pk])

    def act(self, request, form):
        placed = operations.place_payment_hold(
            held=self.held, subject_id=self.subject_id, **form.cleaned_data, by=request.actor, at=request.at
        )
        return _address(placed)


lift = act(
    operations.lift_payment_hold,
    to=lambda request, hold: _address(hold),
    done="已解除暂缓，款项可以继续拨付。",
)
