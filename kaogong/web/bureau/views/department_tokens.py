"""Tokens of departments' systems: given, shown once, taken back."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.access.permissions import Permission as P
from kaogong.catalog import queries as catalog
from kaogong.departments import operations, queries
from kaogong.kernel.errors import NotFound, NotPermitted, Refused
from kaogong.trail.operations import require_may
from kaogong.web.bureau.forms_departments import TokenForm, a_year_on
from kaogong.web.bureau.tables_tokens import TokenTable
from kaogong.web.parts.lists import Action, ListPage
from kaogong.web.parts.pages import FormPage, act
from kaogong.web.parts.wording import told


class Tokens(ListPage):
    """Tokens in reach."""

    title = _("报送令牌")
    subtitle = _("部门自己的系统凭令牌报送数据：一个系统一个，只在发放时显示一次，用过几时、被谁吊销都有记录")
    table_class = TokenTable
    may = P.ISSUE_DEPARTMENT_TOKEN
    empty_title = _("还没有发放令牌")
    empty_text = _("部门来函要求由自己的系统报送的，在这里发放；没有系统的，由部门经办登录上传。")

    def rows(self, request):
        return queries.department_tokens(request.actor)

    def prepare(self, records):
        for record in records:
            record.is_over = record.last_on < self.request.today

    def actions(self, request):
        return [Action(gettext("发放令牌"), reverse("bureau:department_tokens:issue"), primary=True)]


class Issue(FormPage):
    """Give one system a token; the page that answers is the only one that ever shows it."""

    title = _("发放报送令牌")
    form_class = TokenForm
    may = P.ISSUE_DEPARTMENT_TOKEN
    submit_label = _("发放并显示令牌")
    next_story = _("令牌只显示这一次。请当面或用加密邮件交给系统的管理人，不要写进群聊或公开的文档。")

    def start(self, request, **_):
        self.cancel_url = reverse("bureau:department_tokens:list")

    def form_arguments(self, request):
        return {"by": request.actor}

    def initial(self, request):
        return {"last_on": a_year_on(request.today)}

    def post(self, request: HttpRequest, **_) -> HttpResponse:
        form = self.form_class(request.POST, by=request.actor)
        if form.is_valid():
            try:
                kept, secret = operations.issue_department_token(
                    **form.cleaned_data, by=request.actor, at=request.at
                )
            except (NotFound, NotPermitted):
                raise
            except Refused as refusal:
                form.add_error(None, told(refusal))
            else:
                return self.told_once(request, kept, secret)
        return self.shown(request, form, status=422)

    def told_once(self, request: HttpRequest, kept, secret: str) -> HttpResponse:
        where = settings.PUBLIC_ADDRESS.rstrip("/") + reverse("exchange_department_file")
        response = render(
            request,
            "bureau/departments/token_issued.html",
            {"token": kept, "department": queries.department_name(kept.department_code),
             "secret": secret, "where": where},
        )  # fmt: skip
        response["Cache-Control"] = "no-store"
        return response


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Whose it is, until when, and every use."""
    require_may(request.actor, P.ISSUE_DEPARTMENT_TOKEN, gettext("报送令牌"))
    kept = queries.department_token(pk, by=request.actor)
    return render(
        request,
        "bureau/departments/token.html",
        {
            "token": kept,
            "department": queries.department_name(kept.department_code),
            "region": catalog.region_name(kept.region_code),
            "is_over": kept.last_on < request.today,
        },
    )


revoke = act(
    operations.revoke_department_token,
    to=lambda request, kept: reverse("bureau:department_tokens:detail", args=[kept.pk]),
    done=_("已吊销，从现在起不能再用它报送。"),
)
