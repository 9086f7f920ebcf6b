"""Differences after a change of rules that reaches back: found, looked at side by side, decided by a second person."""

from datetime import datetime, time

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.access.permissions import Permission as P
from kaogong.catalog import queries as catalog
from kaogong.claims import operations
from kaogong.claims import queries as claims
from kaogong.rules import LEVELS
from kaogong.rules import Decision as Judged
from kaogong.rules.vocabulary import PAYEES
from kaogong.trail.operations import require_may
from kaogong.web.bureau import judged as told_by
from kaogong.web.bureau.filters_looking import AdjustmentFilter
from kaogong.web.bureau.forms_looking import FindAdjustmentsForm
from kaogong.web.bureau.tables_looking import AdjustmentTable
from kaogong.web.parts.lists import Action, ListPage
from kaogong.web.parts.pages import FormPage, act
from kaogong.web.parts.templatetags.parts import yuan


class Adjustments(ListPage):
    """Every line that would be paid otherwise today, with the clause that makes it so."""

    title = _("补差追回")
    subtitle = _("政策追溯变动后应付金额不同的明细；同意后等待结算，系统不会自动补发或追回")
    template_name = "bureau/adjustments/list.html"
    table_class = AdjustmentTable
    filter_class = AdjustmentFilter
    may = P.VIEW_PEOPLE
    empty_title = _("没有应补应追的明细")
    empty_text = _("规则库有追溯到以前的变动时，在这里查找受影响的人。")

    def rows(self, request):
        return claims.adjustments(request.actor).defer("again")

    def prepare(self, records):
        side = "title_en" if told_by.is_english() else "title_zh"
        for record in records:
            record.why = "；".join(f"{cause['rule_id']} {cause[side]}" for cause in record.causes) or "—"

    def actions(self, request):
        if not request.actor.may(P.FIND_ADJUSTMENTS):
            return []
        return [Action(gettext("查找"), reverse("bureau:adjustments:find"), primary=True)]

    def more(self, request, page_rows):
        sums = claims.adjustment_sums(request.actor)
        return {
            "figures": [
                {
                    "label": label,
                    "value": yuan(sums[kind]["fen"]),
                    "note": gettext("{n} 条待处理").format(n=sums[kind]["count"]),
                }
                for kind, label in (("top_up", gettext("待补发")), ("recovery", gettext("待追回")))
            ]
        }


class FindAdjustments(FormPage):
    """Look which settled lines come out otherwise under the rulebook now in use."""

    title = _("查找补差追回")
    form_class = FindAdjustmentsForm
    may = P.FIND_ADJUSTMENTS
    submit_label = _("按现行规则库重新测算")
    next_story = _("用留存的事实重新测算，只把金额不同的列出来，由另一人决定；不改动原结论和资金。")

    def start(self, request, **_):
        self.cancel_url = reverse("bureau:adjustments:list")

    def initial(self, request):
        return {"since": request.today.replace(month=1, day=1)}

    def act(self, request, form):
        given = form.cleaned_data
        since = timezone.make_aware(datetime.combine(given["since"], time.min))
        found = operations.find_adjustments(since, by=request.actor, at=request.at, reason=given["reason"])
        words = gettext("新发现 {n} 条金额不同的明细。") if found else gettext("没有新的金额不同的明细。")
        messages.success(request, words.format(n=len(found)))
        return reverse("bureau:adjustments:list")


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What stood and what comes out today, side by side, and why."""
    require_may(request.actor, P.VIEW_PEOPLE, gettext("补差追回"))
    found = claims.adjustment(pk, by=request.actor)
    line, side = found.line, told_by.is_english()
    return render(
        request,
        "bureau/adjustments/detail.html",
        {
            "adjustment": found,
            "line": line,
            "occupation": catalog.occupation_name(line.occupation_code),
            "level": LEVELS[line.level][side],
            "parts": [
                {
                    "label": part["label_en" if side else "label"],
                    "payee": PAYEES[part["payee"]][side] if part["payee"] in PAYEES else part["payee"],
                    "before_fen": part["before_fen"],
                    "after_fen": part["after_fen"],
                    "difference_fen": part["after_fen"] - part["before_fen"],
                }
                for part in found.parts
            ],
            "causes": [_cause(cause, side) for cause in found.causes],
            "sides": [
                _side(gettext("原结论"), found.decision.decision, found.old_digest),
                _side(gettext("按现行规则库"), found.again, found.new_digest),
            ],
        },
    )


def _cause(cause: dict, side: bool) -> dict:
    language = "en" if side else "zh"
    return {
        "rule_id": cause["rule_id"],
        "title": cause[f"title_{language}"],
        "clause": cause["clause"],
        "was": cause[f"was_{language}"] or gettext("没有这条规则"),
        "now": cause[f"now_{language}"] or gettext("没有这条规则"),
    }


def _side(title: str, decision: dict, digest: str) -> dict:
    judged = Judged.from_dict(decision)
    return {
        "title": title,
        "digest": digest,
        "verdict": judged.verdict,
        "amount_fen": judged.amount_fen,
        "amounts": told_by.amounts(judged),
        "against": [card for card in told_by.cards(judged) if card["outcome"] in ("failed", "unknown")],
    }


def _address(request, adjustment) -> str:
    return reverse("bureau:adjustments:detail", args=[adjustment.pk])


approve = act(
    operations.approve_adjustment, to=_address, done="已同意调整，等待结算；没有付出或追回任何资金。"
)
dismiss = act(operations.dismiss_adjustment, to=_address, done="已记入不作调整的理由。")
