"""Accounts: who may log in, in which post and reach."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from kaogong.access import operations
from kaogong.access import queries as access
from kaogong.access.permissions import Permission
from kaogong.departments import queries as departments
from kaogong.institutions import queries as institutions
from kaogong.web.bureau.filters import AccountFilter
from kaogong.web.bureau.forms import AccountForm
from kaogong.web.bureau.tables import AccountTable
from kaogong.web.parts.lists import Action, ListPage
from kaogong.web.parts.pages import FormPage


class Accounts(ListPage):
    """Accounts in the administrator's reach."""

    title = _("账号")
    subtitle = _("一人一号一岗；停用后轨迹保留")
    table_class = AccountTable
    filter_class = AccountFilter
    may = Permission.MANAGE_ACCOUNTS

    def rows(self, request):
        return access.accounts(request.actor)

    def actions(self, request):
        return [Action(gettext("开设账号"), reverse("bureau:accounts:open"), primary=True)]

    def prepare(self, records):
        names = institutions.institution_names([r.organisation_id for r in records if r.organisation_id])
        for record in records:
            department = departments.department_name(record.department_code) if record.department_code else ""
            record.organisation_name = names.get(record.organisation_id, "") or department or record.unit_name
            record.dom_id = str(record.pk)


class OpenAccount(FormPage):
    """Open one account in one role."""

    title = _("开设账号")
    form_class = AccountForm
    may = Permission.MANAGE_ACCOUNTS
    submit_label = _("开设")
    next_story = _("请当面把登录名和初始密码交给本人。")
    done_story = _("账号已开设。")

    def start(self, request, **_):
        self.cancel_url = reverse("bureau:accounts:list")

    def initial(self, request):
        return {name: request.GET.get(name, "") for name in ("role", "organisation")}

    def form_arguments(self, request):
        return {"by": request.actor}

    def act(self, request, form):
        given = form.cleaned_data
        operations.open_account(
            username=given["username"],
            name=given["name"],
            role=given["role"],
            password=given["password"],
            organisation_id=given["organisation_id"],
            department_code=given["department"],
            unit_name=given["unit"],
            region_code=request.actor.region_code,
            by=request.actor,
            at=request.at,
        )
        return self.cancel_url


@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Switch an account off, saying why."""
    reason = request.POST.get("reason", "")
    operations.close_account(pk, by=request.actor, at=request.at, reason=reason)
    messages.success(request, gettext("账号已停用。"))
    return redirect("bureau:accounts:list")
