"""This institution: what it is, what it may train, where and with whom, and where it is paid."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.access.permissions import Permission
from kaogong.catalog import queries as catalog
from kaogong.grants.queries import inventory_bought
from kaogong.institutions import operations
from kaogong.institutions import queries as institutions
from kaogong.trail.operations import require_may
from kaogong.training.queries import waiting
from kaogong.web.parts.pages import FormPage

from ..forms import AccountForm, SiteForm, TrainerForm
from ..stories import deadline, level_label


def detail(request: HttpRequest) -> HttpResponse:
    """Everything on file about one's own institution."""
    require_may(request.actor, Permission.VIEW_OWN_INSTITUTION, gettext("查看本机构"))
    own = institutions.institution(request.actor.organisation_id, by=request.actor)
    contracts = list(institutions.contracts(request.actor, own.pk))
    taken = waiting.places_taken([contract.pk for contract in contracts])
    bought = inventory_bought(own.pk)
    return render(
        request,
        "provider/institution.html",
        {
            "institution": own,
            "may_edit": request.actor.may(Permission.EDIT_OWN_INSTITUTION),
            "facts": [
                (gettext("统一社会信用代码"), own.credit_code),
                (gettext("机构类型"), own.get_kind_display()),
                (gettext("所在区域"), catalog.region_name(own.region_code)),
                (gettext("地址"), own.address),
                (gettext("联系人"), own.contact_name),
                (gettext("联系电话"), own.phone),
                *([(gettext("证书编号机构代码"), own.certificate_body_code)] if own.is_assessor else []),
            ],
            "account": [
                (gettext("开户银行"), own.bank_name),
                (gettext("银行账号"), own.bank_account_masked),
                (gettext("户名"), own.bank_account_holder),
            ],
            "contracts": [
                {
                    "contract": contract,
                    "scopes": [
                        (catalog.occupation_name(scope.occupation_code), level_label(scope.level_code))
                        for scope in contract.scopes.all()
                    ],
                    "taken": taken.get(contract.pk, 0),
                    "left": max(contract.head_count - taken.get(contract.pk, 0), 0),
                    "until": deadline(contract.ends_on, request.today)
                    if contract.status == "recognised"
                    else "",
                }
                for contract in contracts
            ],
            "sites": list(institutions.sites(own.pk)),
            "rooms": list(institutions.rooms(own.pk, request.today)),
            "equipment": [
                (row, catalog.occupation_name(row.occupation_code), bought.get(row.pk))
                for row in institutions.equipment(own.pk, request.today)
            ],
            "pilots": institutions.pilots(own.pk, request.today),
            "brands": institutions.brands_of(own.pk, request.today),
            "grade": institutions.final_grades([own.pk]).get(own.pk),
            "trainers": [
                (row, level_label(row.level_code) if row.level_code else "")
                for row in institutions.trainers(own.pk, request.today)
            ],
        },
    )


class OwnForm(FormPage):
    """A form about one's own institution."""

    may = Permission.EDIT_OWN_INSTITUTION
    submit_label = _("保存")

    def start(self, request, **where):
        self.own = institutions.institution(request.actor.organisation_id, by=request.actor)
        self.subtitle = self.own.name
        self.cancel_url = reverse("provider:institution:detail")

    def keep(self, request, given: dict) -> None:
        raise NotImplementedError

    def act(self, request, form):
        self.keep(request, form.cleaned_data)
        return reverse("provider:institution:detail")


class Account(OwnForm):
    """The first account the institution is paid on; another one is a change, on a page of its own."""

    title = _("登记银行账户")
    form_class = AccountForm
    next_story = _("补贴付到本机构名下的账户。账号加密保存，只显示首尾几位；以后更换须申请变更。")
    done_story = _("银行账户已登记。")

    def get(self, request, **where):
        if self.own.bank_account_masked:
            return redirect("provider:account_changes:list")
        return super().get(request, **where)

    def initial(self, request):
        return {"holder": self.own.name}

    def keep(self, request, given):
        operations.set_institution_bank_account(self.own.pk, **given, by=request.actor, at=request.at)


class AddSite(OwnForm):
    """A place of teaching."""

    title = _("登记培训地点")
    form_class = SiteForm
    done_story = _("培训地点已登记。")

    def keep(self, request, given):
        operations.add_site(self.own.pk, **given, by=request.actor, at=request.at)


class AddTrainer(OwnForm):
    """A person who teaches."""

    title = _("登记教师")
    form_class = TrainerForm
    done_story = _("教师已登记。")

    def keep(self, request, given):
        operations.add_trainer(self.own.pk, **given, by=request.actor, at=request.at)
