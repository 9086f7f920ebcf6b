"""Who pays what: versions, the editor with its trial, and switching on."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.access.permissions import Permission as P
from kaogong.funds import operations
from kaogong.funds import queries as funds
from kaogong.funds.operations import ProgrammeAlreadyFunded, ProgrammeOutsideUses
from kaogong.ledger.states import PUBLIC_LEVELS, SOURCE_LEVELS
from kaogong.trail.operations import require_may
from kaogong.web.bureau.filters_funds import WaterfallFilter
from kaogong.web.bureau.forms_funds import WaterfallForm, initial_tiers
from kaogong.web.bureau.judged import programme_label
from kaogong.web.bureau.tables_funds import WaterfallTable, period_words
from kaogong.web.parts.charts import money_bars
from kaogong.web.parts.lists import Action, ListPage
from kaogong.web.parts.pages import FormPage, act
from kaogong.web.parts.policy import schemes_in_force
from kaogong.web.parts.templatetags.parts import yuan

from .funds import named


class Waterfalls(ListPage):
    """Every version, by programme, newest first."""

    title = _("列支顺序")
    subtitle = _("每个项目由哪些资金、哪一级、按什么顺序和比例支付；按认定日期用当时的版本")
    table_class = WaterfallTable
    filter_class = WaterfallFilter
    may = P.VIEW_LEDGER
    per_page = 50
    empty_title = _("还没有列支顺序")
    empty_text = _("开立资金时填写的分担比例就是第一版。")

    @property
    def empty_url(self):
        return reverse("bureau:funds:board")

    empty_label = _("资金看板")

    def rows(self, request):
        return funds.waterfalls(request.actor)

    def actions(self, request):
        if not request.actor.may(P.DRAFT_WATERFALL):
            return []
        return [Action(gettext("起草新的列支顺序"), reverse("bureau:waterfalls:draft"), primary=True)]

    def prepare(self, records):
        names = funds.fund_names()
        for record in records:
            record.programme_label, record.fund_names = programme_label(record.programme), names


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One version: its tiers, what its trial showed, and what may be done with it."""
    require_may(request.actor, P.VIEW_LEDGER, gettext("列支顺序"))
    found = funds.waterfall(pk, request.actor)
    preview = funds.preview_of(found)
    names = {fund.code: fund.name for fund in funds.funds(request.actor)}
    tiers = [
        {
            "fund": names.get(tier.fund_code, tier.fund_code),
            "code": tier.fund_code,
            "shares": [tier.shares.get(level) for level in PUBLIC_LEVELS],
            "most_fen": tier.most_fen,
        }
        for tier in funds.tiers_of(found.tiers)
    ]
    others = funds.waterfalls(request.actor).filter(region_code=found.region_code, programme=found.programme)
    return render(
        request,
        "bureau/funds/waterfall.html",
        {
            "waterfall": found,
            "programme": programme_label(found.programme),
            "period": period_words(found),
            "tiers": tiers,
            "levels": list(PUBLIC_LEVELS.values()),
            "preview": preview,
            "figures": _figures(preview) if preview else None,
            "sources": _sources(preview, names) if preview else [],
            "option": _chart(preview, names) if preview and preview.claims else None,
            "others": [(one, period_words(one)) for one in others],
            "may_change": found.status in ("drafted", "simulated") and request.actor.may(P.DRAFT_WATERFALL),
            "explain_url": reverse("bureau:ledger:explain"),
        },
    )


def _figures(preview) -> list[dict]:
    result = preview.result
    return [
        {"label": gettext("试算的申领"), "value": result["claims"]},
        {"label": gettext("试算金额"), "value": yuan(result["total_fen"])},
        {"label": gettext("资金不足的申领"), "value": result["short_claims"]},
        {"label": gettext("付不出的金额"), "value": yuan(result["unpaid_fen"])},
    ]


def _label(row, names) -> str:
    return f"{names.get(row['fund'], row['fund'])} {gettext(str(SOURCE_LEVELS[row['level']]))}"


def _sources(preview, names) -> list[dict]:
    return [
        row | {"label": _label(row, names), "change_fen": row["after_fen"] - row["before_fen"]}
        for row in preview.result["sources"]
    ]


def _chart(preview, names) -> dict:
    rows = preview.result["sources"]
    series = [
        {
            "name": label,
            "itemStyle": {"color": colour},
            "barMaxWidth": 18,
            "data": [round(row[key] / 1_000_000, 4) for row in rows],
        }
        for key, label, colour in (
            ("before_fen", gettext("实际"), "#c9c2b4"),
            ("after_fen", gettext("按这一版"), "#286459"),
        )
    ]
    return money_bars(
        [_label(row, names) for row in rows], series, label_style={"width": 120, "overflow": "break"}
    )


class _Editor(FormPage):
    """The tiers of a version; saving tries them at once."""

    template_name = "bureau/funds/waterfall_form.html"
    form_class = WaterfallForm
    may = P.DRAFT_WATERFALL
    submit_label = _("保存并试算")
    next_story = _("保存后立即用近期真实申领试算，不动任何资金；要由另一人批准，到起始日才启用。")
    done_story = _("已保存并试算，请核对下面的结果。")

    def choices(self, request) -> dict:
        region = request.actor.region_code[:6]
        programmes = {
            s.fund_programme: s.fund_programme_label for s in schemes_in_force(region, request.today)
        }
        for row in funds.waterfalls(request.actor):
            programmes.setdefault(row.programme, programme_label(row.programme))
        codes = {fund.code: f"{fund.name} {fund.code}" for fund in funds.funds(request.actor)}
        return {"programmes": list(programmes.items()), "codes": sorted(codes.items())}

    def tried(self, request, found) -> str:
        operations.simulate_waterfall(found.pk, by=request.actor, at=request.at)
        return reverse("bureau:waterfalls:detail", args=[found.pk])


class DraftWaterfall(_Editor):
    """Write down a new version of one programme's."""

    title = _("起草列支顺序")

    def start(self, request):
        self.cancel_url = reverse("bureau:waterfalls:list")

    def form_arguments(self, request):
        return self.choices(request)

    def initial(self, request):
        programme = request.GET.get("programme", "")
        standing = (
            funds.waterfall_on(request.actor.region_code, programme, request.today) if programme else None
        )
        return {"programme": programme} | (initial_tiers(funds.tiers_of(standing.tiers)) if standing else {})

    def act(self, request, form):
        try:
            found = operations.draft_waterfall(
                **form.cleaned_data, region_code=request.actor.region_code, by=request.actor, at=request.at
            )
        except (ProgrammeAlreadyFunded, ProgrammeOutsideUses) as refusal:
            raise named(refusal) from None
        return self.tried(request, found)


class ChangeWaterfall(_Editor):
    """Write a version not yet approved anew."""

    title = _("修改列支顺序")

    def start(self, request, pk):
        self.found = funds.waterfall(pk, request.actor)
        self.subtitle = programme_label(self.found.programme)
        self.cancel_url = reverse("bureau:waterfalls:detail", args=[pk])

    def form_arguments(self, request):
        return self.choices(request) | {"fixed": True}

    def initial(self, request):
        found = self.found
        return {
            "programme": found.programme,
            "starts_on": found.starts_on,
            "document": found.document,
            "reason": found.reason,
        } | initial_tiers(funds.tiers_of(found.tiers))

    def act(self, request, form):
        given = {name: value for name, value in form.cleaned_data.items() if name != "programme"}
        try:
            found = operations.change_waterfall(self.found.pk, **given, by=request.actor, at=request.at)
        except ProgrammeOutsideUses as refusal:
            raise named(refusal) from None
        return self.tried(request, found)


def _back(request: HttpRequest, found) -> str:
    return reverse("bureau:waterfalls:detail", args=[getattr(found, "waterfall_id", found.pk)])


simulate = act(operations.simulate_waterfall, to=_back, done="已试算。", with_reason=False)
approve = act(operations.approve_waterfall, to=_back, done="已批准。")
send_back = act(operations.return_waterfall, to=_back, done="已退回。")
enforce = act(operations.enforce_waterfall, to=_back, done="已启用。")
discard = act(operations.discard_waterfall, to=_back, done="已作废。")
