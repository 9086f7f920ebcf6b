"""技能人才市场供需信息: drafted each quarter, seekers brought by sheet, reviewed by another person, published."""

from datetime import date

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong import sheets
from kaogong.access.permissions import Permission as P
from kaogong.demand import operations, queries
from kaogong.kernel.period import add_months
from kaogong.sheets.demand_layouts import SEEKERS
from kaogong.trail.operations import require_may
from kaogong.web.bureau.tables_demand import MarketTable
from kaogong.web.parts.demand import tell_problems
from kaogong.web.parts.forms import SheetField, TidyField
from kaogong.web.parts.lists import Action, ListPage, download
from kaogong.web.parts.market import lines_told, title_of
from kaogong.web.parts.pages import FormPage, act
from kaogong.web.parts.records import Act, acts_of

NEXT = {
    "drafted": _("下一步：导入本季度求职人数，核对后提请复核。提请时计数并把人数太少的隐去。"),
    "proposed": _("下一步：由另一人核对后发布，或退回修改。"),
    "published": _("已在门户公布，任何人可以查看和下载。"),
    "withdrawn": _("已撤回，门户不再显示；这个季度可以重新起草。"),
}
QUARTERS_BACK = 8


class NewBulletinForm(forms.Form):
    """Which quarter."""

    quarter = forms.ChoiceField(label=_("季度"))

    def __init__(self, *args, today: date, **kwargs):
        super().__init__(*args, **kwargs)
        now = date(today.year, (today.month - 1) // 3 * 3 + 1, 1)
        starts = [add_months(now, -3 * back) for back in range(1, QUARTERS_BACK + 1)]
        self.fields["quarter"].choices = [(one.isoformat(), operations.quarter_name(one)) for one in starts]


class SeekersForm(forms.Form):
    """The quarter's people seeking posts."""

    source = TidyField(label=_("来源"), max_length=120, help_text=_("例如：区公共就业服务中心三季度求职登记"))
    sheet = SheetField(label=_("表格"), help_text=_("用下面的模板，或自己的表格，标题对得上即可"))


class Bulletins(ListPage):
    """Every quarter in reach."""

    title = _("市场供需信息")
    subtitle = _("每季度一期：招聘人数来自调查和招聘清单，求职人数来自求职登记；一人起草、另一人发布")
    table_class = MarketTable
    may = P.VIEW_PEOPLE
    empty_title = _("还没有供需信息")
    empty_text = _("一个季度结束后，起草这个季度的供需信息。")

    def rows(self, request):
        return queries.market_bulletins(request.actor)

    def prepare(self, records):
        for row in records:
            row.title = title_of(row)

    def actions(self, request):
        if not request.actor.may(P.PROPOSE_MARKET_BULLETIN):
            return []
        return [Action(gettext("起草一期"), reverse("bureau:market_bulletins:draft"), primary=True)]


class Draft(FormPage):
    """Begin a quarter's bulletin."""

    title = _("起草供需信息")
    form_class = NewBulletinForm
    may = P.PROPOSE_MARKET_BULLETIN
    submit_label = _("起草")
    next_story = _("只能起草已经结束的季度。")

    def start(self, request):
        self.cancel_url = reverse("bureau:market_bulletins:list")

    def form_arguments(self, request):
        return {"today": request.today}

    def act(self, request, form):
        found = operations.draft_market_bulletin(
            date.fromisoformat(form.cleaned_data["quarter"]), by=request.actor, at=request.at
        )
        return reverse("bureau:market_bulletins:detail", args=[found.pk])


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One quarter as it will stand on the portal."""
    require_may(request.actor, P.VIEW_PEOPLE, gettext("市场供需信息"))
    found = queries.market_bulletin(pk, by=request.actor)
    acts = acts_of(found, "bureau:market_bulletins", request.actor, primary="propose")
    if found.status == "drafted" and request.actor.may(P.PROPOSE_MARKET_BULLETIN):
        seekers = reverse("bureau:market_bulletins:seekers", args=[pk])
        acts.append(Act(gettext("导入求职人数"), seekers, is_link=True))
    replies, lists = queries.told_in(found) if found.status == "drafted" else (found.replies, found.lists)
    return render(
        request,
        "bureau/demand/bulletin.html",
        {
            "page_base": "rail.html",
            "title": title_of(found),
            "number": title_of(found),
            "thing": found,
            "crumb": gettext("市场供需信息"),
            "crumb_url": reverse("bureau:market_bulletins:list"),
            "said": [
                gettext("来自 {replies} 家企业的填报和 {lists} 份招聘清单").format(
                    replies=replies, lists=lists
                ),
                gettext("求职人数来自{source}").format(source=found.seekers_source)
                if found.seekers_source
                else gettext("还没有导入求职人数"),
            ],
            "next_story": NEXT[found.status],
            "acts": acts,
            "lines": lines_told(found),
            "story": "market_bulletin",
        },
    )


class ImportSeekers(FormPage):
    """Bring the quarter's numbers of people seeking."""

    title = _("导入求职人数")
    template_name = "parts/demand_import.html"
    form_class = SeekersForm
    may = P.PROPOSE_MARKET_BULLETIN
    submit_label = _("导入")
    next_story = _("只要人数，不要姓名；再导入一次会替换先前的。看不懂的行逐行说明。")

    def start(self, request, pk):
        self.found = queries.market_bulletin(pk, by=request.actor)
        self.subtitle = title_of(self.found)
        self.cancel_url = reverse("bureau:market_bulletins:detail", args=[pk])

    def more(self, request):
        return {"form_url": reverse("bureau:market_bulletins:form")}

    def act(self, request, form):
        given = form.cleaned_data
        taken = operations.import_seekers(
            self.found.pk, given["sheet"].read(), given["sheet"].name, source=given["source"],
            by=request.actor, at=request.at,
        )  # fmt: skip
        messages.success(request, gettext("已导入 {n} 行求职人数。").format(n=taken.kept))
        tell_problems(request, taken)
        return self.cancel_url


def seekers_form(request: HttpRequest) -> HttpResponse:
    """The sheet to fill in."""
    require_may(request.actor, P.PROPOSE_MARKET_BULLETIN, gettext("导入求职人数"))
    return download(sheets.write_form(SEEKERS, title=SEEKERS.label), f"{SEEKERS.label}.xlsx")


def _to_bulletin(_request: HttpRequest, found) -> str:
    return reverse("bureau:market_bulletins:detail", args=[found.pk])


propose = act(operations.propose_market_bulletin, to=_to_bulletin, done=_("已提请复核。"))
return_bulletin = act(operations.return_market_bulletin, to=_to_bulletin, done=_("已退回修改。"))
publish = act(operations.publish_market_bulletin, to=_to_bulletin, done=_("已发布。"))
withdraw = act(operations.withdraw_market_bulletin, to=_to_bulletin, done=_("已撤回。"))
