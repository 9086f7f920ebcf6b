"""Registers of providers: counts by kind, brands and chains, tenders, pilots, closing."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.access.permissions import Permission as P
from kaogong.institutions import operations
from kaogong.institutions import queries as institutions
from kaogong.kernel.errors import NotFound
from kaogong.trail.operations import require_may
from kaogong.web.bureau.forms_providers import BrandForm, JoinBrandForm, PilotForm, TenderForm
from kaogong.web.bureau.tables_providers import TenderTable
from kaogong.web.parts.forms import day_asked
from kaogong.web.parts.lists import Action, ListPage
from kaogong.web.parts.pages import FormPage, act


def kinds(request: HttpRequest) -> HttpResponse:
    """How many bodies of each kind train here on a day; every count opens the list it counts."""
    require_may(request.actor, P.VIEW_PEOPLE, gettext("机构数量"))
    on = day_asked(request.GET.get("on", "")) or request.today
    counts = institutions.kind_counts(request.actor.region_code, on)
    return render(
        request,
        "bureau/registers/kinds.html",
        {
            "on": on,
            "counts": [count for count in counts if count.registered],
            "forces": institutions.force_counts(counts),
            "registered": sum(count.registered for count in counts),
            "recognised": sum(count.recognised for count in counts),
        },
    )


def brands(request: HttpRequest) -> HttpResponse:
    """Brands in reach and who runs under them."""
    require_may(request.actor, P.VIEW_PEOPLE, gettext("品牌和连锁"))
    return render(
        request,
        "bureau/registers/brands.html",
        {
            "brands": list(institutions.brands(request.actor, request.today)),
            "may_keep": request.actor.may(P.KEEP_REGISTERS),
        },
    )


class RegisterBrand(FormPage):
    """One more brand."""

    title = _("登记品牌")
    subtitle = _("统一形象标识、统一商标字号、统一经营模式、统一管理制度；一市一个市级品牌。")
    form_class = BrandForm
    may = P.KEEP_REGISTERS
    submit_label = _("登记")
    done_story = _("品牌已登记。")

    def start(self, request, **where):
        self.cancel_url = reverse("bureau:registers:brands")

    def act(self, request, form):
        given = dict(form.cleaned_data)
        owner = institutions.institution_by_credit_code(given.pop("owner"))
        if owner is None:
            raise NotFound()
        operations.register_brand(owner.pk, **given, by=request.actor, at=request.at)
        return self.cancel_url


class JoinBrand(FormPage):
    """A body runs under a brand."""

    title = _("机构加入品牌")
    form_class = JoinBrandForm
    may = P.KEEP_REGISTERS
    submit_label = _("加入")
    done_story = _("机构已加入品牌。")

    def start(self, request, pk):
        self.brand = institutions.brand(pk, by=request.actor, on=request.today)
        self.subtitle = self.brand.name
        self.cancel_url = reverse("bureau:registers:brands")

    def act(self, request, form):
        operations.join_brand(self.brand.pk, **form.cleaned_data, by=request.actor, at=request.at)
        return self.cancel_url


class Tenders(ListPage):
    """Filed results of tenders."""

    title = _("招标结果备案")
    subtitle = _("中标机构可以凭备案的招标结果申请认定")
    table_class = TenderTable
    may = P.VIEW_PEOPLE
    empty_title = _("还没有录入招标结果")
    empty_text = _("录入后，中标机构可以凭它申请认定。")

    def rows(self, request):
        return institutions.tenders(request.actor)

    def actions(self, request):
        if not request.actor.may(P.FILE_TENDER):
            return []
        return [Action(gettext("录入招标结果"), reverse("bureau:registers:file_tender"), primary=True)]


class FileTender(FormPage):
    """Enter the filed result of a tender."""

    title = _("录入招标结果")
    form_class = TenderForm
    may = P.FILE_TENDER
    submit_label = _("录入")
    done_story = _("招标结果已录入，中标机构可以申请认定。")

    def start(self, request, **where):
        self.cancel_url = reverse("bureau:registers:tenders")

    def act(self, request, form):
        operations.file_tender(**form.cleaned_data, by=request.actor, at=request.at)
        return self.cancel_url


class GrantPilot(FormPage):
    """Put a body on the list of a pilot."""

    title = _("列入试点")
    form_class = PilotForm
    may = P.KEEP_REGISTERS
    submit_label = _("列入")
    done_story = _("已列入试点。")

    def start(self, request, pk):
        self.institution = institutions.institution(pk, by=request.actor)
        self.subtitle = self.institution.name
        self.cancel_url = reverse("bureau:institutions:detail", args=[pk])

    def act(self, request, form):
        operations.grant_pilot(self.institution.pk, **form.cleaned_data, by=request.actor, at=request.at)
        return self.cancel_url


end_pilot = act(
    operations.end_pilot,
    to=lambda request, pilot: reverse("bureau:institutions:detail", args=[pilot.institution_id]),
    done=_("已退出试点。"),
)
leave = act(
    operations.leave_brand,
    to=lambda request, member: reverse("bureau:registers:brands"),
    done=_("已退出品牌。"),
)
close = act(
    operations.close_institution,
    to=lambda request, body: reverse("bureau:institutions:detail", args=[body.pk]),
    done=_("已登记停办。"),
)
