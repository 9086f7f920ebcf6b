"""Institutions and their contracts."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.access.permissions import Permission
from kaogong.catalog import queries as catalog
from kaogong.grants.queries import inventory_bought
from kaogong.institutions import operations
from kaogong.institutions import queries as institutions
from kaogong.supervision.operations import recognise_unless_barred
from kaogong.trail.operations import require_may
from kaogong.training import queries as training
from kaogong.web.bureau.filters import InstitutionFilter
from kaogong.web.bureau.forms import ContractForm, InstitutionForm
from kaogong.web.bureau.forms_providers import EndContractForm
from kaogong.web.bureau.tables import InstitutionTable, level_label
from kaogong.web.bureau.todo import account_of_provider
from kaogong.web.parts.lists import Action, ListPage
from kaogong.web.parts.pages import FormPage, act
from kaogong.web.parts.recovering import owing

from .catalog import picked_scopes


class Institutions(ListPage):
    """Schools, enterprises and assessment bodies in reach."""

    title = _("机构与协议")
    subtitle = _("培训机构、企业和评价机构，以及是否在认定期内")
    table_class = InstitutionTable
    filter_class = InstitutionFilter
    may = Permission.VIEW_PEOPLE
    empty_title = _("还没有登记机构")
    empty_text = _("先登记机构，再签订培训协议并认定，机构才能申报开班。")

    def rows(self, request):
        return institutions.institutions(request.actor, request.GET.get("q", ""))

    def actions(self, request):
        if not request.actor.may(Permission.REGISTER_INSTITUTION):
            return []
        return [Action(gettext("登记机构"), reverse("bureau:institutions:register"), primary=True)]

    def get(self, request, **where):
        self.today = request.today
        return super().get(request, **where)

    def prepare(self, records):
        recognised = institutions.recognised_among([r.pk for r in records], self.today)
        for record in records:
            record.is_recognised = record.pk in recognised


class RegisterInstitution(FormPage):
    """Register one body by its credit code."""

    title = _("登记机构")
    subtitle = _("信用代码按国家标准校验，填错会说明错在哪里；已填的内容不会丢。")
    form_class = InstitutionForm
    may = Permission.REGISTER_INSTITUTION
    submit_label = _("登记")
    next_story = _("登记后请签订培训协议；协议认定后机构即可申报开班。")
    done_story = _("机构已登记。")

    def form_arguments(self, request):
        self.cancel_url = reverse("bureau:institutions:list")
        return {"region_code": request.actor.region_code}

    def act(self, request, form):
        given = dict(form.cleaned_data)
        duties = given.pop("duties")
        institution = operations.register_institution(
            **given,
            is_provider="provider" in duties,
            is_assessor="assessor" in duties,
            by=request.actor,
            at=request.at,
        )
        return reverse("bureau:institutions:detail", args=[institution.pk])


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One institution: what it is, what it is recognised for, where, with whom, and its classes."""
    require_may(request.actor, Permission.VIEW_PEOPLE, gettext("机构与协议"))
    institution = institutions.institution(pk, by=request.actor)
    contracts = list(institutions.contracts(request.actor, pk))
    for contract in contracts:
        contract.covers = _covers(contract.scopes.all())
        contract.is_open = contract.starts_on <= request.today < contract.ends_on
    classes = training.training_classes(request.actor).filter(institution_id=pk)
    bought = inventory_bought(pk)
    return render(
        request,
        "bureau/institutions/detail.html",
        {
            "institution": institution,
            "may_change_account": request.actor.may(Permission.ASK_ACCOUNT_CHANGE),
            "region_name": catalog.region_path(institution.region_code),
            "is_recognised": institutions.is_recognised_on(pk, request.today),
            "contracts": contracts,
            "sites": institutions.sites(pk),
            "trainers": institutions.trainers(pk, request.today),
            "classes": classes[:10],
            "open_account": account_of_provider(institution.credit_code)
            if request.actor.may(Permission.MANAGE_ACCOUNTS)
            else "",
            "lacks_account": institutions.providers_without_account(request.actor).filter(pk=pk).exists(),
            "rooms": institutions.rooms(pk, request.today),
            "equipment": [(row, bought.get(row.pk)) for row in institutions.equipment(pk, request.today)],
            "pilots": institutions.pilots(pk),
            "brands": institutions.brands_of(pk, request.today),
            "grades": institutions.grades_of(pk),
            "may_end": request.actor.may(Permission.SUSPEND_PROVIDER),
            "may_keep": request.actor.may(Permission.KEEP_REGISTERS),
            "may_contract": institution.is_provider and request.actor.may(Permission.RECOGNISE_PROVIDER),
            **owing(request, institution_ids=[pk]),
        },
    )


def _covers(scopes) -> list[tuple[str, str]]:
    """Occupation name → its levels in words, in the order of the catalogue."""
    levels: dict[str, list[str]] = {}
    for scope in sorted(scopes, key=lambda s: (s.occupation_code, s.level_code), reverse=True):
        levels.setdefault(scope.occupation_code, []).append(level_label(scope.level_code))
    return [
        (catalog.occupation_name(code), gettext("、").join(words)) for code, words in sorted(levels.items())
    ]


class DraftContract(FormPage):
    """Draft a contract: term, head-count, occupations and levels."""

    title = _("签订培训协议")
    template_name = "bureau/institutions/contract_form.html"
    form_class = ContractForm
    may = Permission.RECOGNISE_PROVIDER
    submit_label = _("保存协议")
    next_story = _("保存后协议为“拟签”，在机构页面认定后生效。")
    done_story = _("协议已保存，请核对后认定。")

    def start(self, request, pk):
        self.institution = institutions.institution(pk, by=request.actor)
        self.subtitle = self.institution.name
        self.cancel_url = reverse("bureau:institutions:detail", args=[pk])

    def more(self, request):
        return {"scopes": picked_scopes(request.POST.getlist("scope"))}

    def act(self, request, form):
        pairs = [tuple(value.split(":", 1)) for value in request.POST.getlist("scope") if ":" in value]
        operations.draft_contract(
            self.institution.pk, **form.cleaned_data, scopes=pairs, by=request.actor, at=request.at
        )
        return self.cancel_url


def _to_institution(_request, contract) -> str:
    return reverse("bureau:institutions:detail", args=[contract.institution_id])


recognise = act(recognise_unless_barred, to=_to_institution, done=_("协议已认定，机构可以申报开班。"))
suspend = act(operations.suspend_provider, to=_to_institution, done=_("协议已暂停，暂停期间不能开新班。"))
resume = act(operations.resume_provider, to=_to_institution, done=_("协议已恢复。"))


class EndContract(FormPage):
    """End a contract, seeing which classes are under way and saying what happens to them."""

    title = _("终止协议")
    template_name = "bureau/institutions/end_contract.html"
    form_class = EndContractForm
    may = Permission.SUSPEND_PROVIDER
    submit_label = _("终止协议")
    next_story = _("终止后不能恢复，机构须重新签约。没有开班的申报不再办理。")
    done_story = _("协议已终止。")

    def start(self, request, pk):
        self.contract = institutions.contract(pk, by=request.actor)
        self.classes = list(training.classes_under_way(self.contract.pk))
        self.subtitle = f"{self.contract.number} {self.contract.institution.name}"
        self.cancel_url = reverse("bureau:institutions:detail", args=[self.contract.institution_id])

    def form_arguments(self, request):
        return {"classes": self.classes}

    def more(self, request):
        return {"classes": self.classes}

    def act(self, request, form):
        operations.end_contract(
            self.contract.pk,
            **form.cleaned_data,
            open_classes=len(self.classes),
            by=request.actor,
            at=request.at,
        )
        return self.cancel_url
