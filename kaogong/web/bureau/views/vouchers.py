"""Vouchers: drafting a list, issuing it by another person, every voucher and where it stands."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong import sheets
from kaogong.access.permissions import Permission as P
from kaogong.catalog import queries as catalog
from kaogong.kernel.money import yuan
from kaogong.sheets.money_layouts import VOUCHERS
from kaogong.trail.operations import moves_open_to, require_may
from kaogong.vouchers import operations
from kaogong.vouchers import queries as vouchers
from kaogong.web.bureau import judged as told_by
from kaogong.web.bureau.filters_vouchers import IssueFilter, VoucherFilter
from kaogong.web.bureau.forms_vouchers import VoucherIssueForm
from kaogong.web.bureau.tables_vouchers import IssueTable, VoucherTable
from kaogong.web.parts.forms import ReasonForm
from kaogong.web.parts.lists import Action, ListPage, download
from kaogong.web.parts.pages import FormPage, act


class Issues(ListPage):
    """Every issue of the region."""

    title = _("培训券发放")
    subtitle = _("经办编制名单，复核发放；发放时即预留全部面值。")
    table_class = IssueTable
    filter_class = IssueFilter
    may = P.VIEW_PEOPLE
    empty_title = _("还没有发放过培训券")
    empty_text = _("编制一份名单，由另一人发放。")

    def rows(self, request):
        return vouchers.issues(request.actor)

    def actions(self, request):
        found = [Action(gettext("每张券"), url=reverse("bureau:vouchers:list"))]
        if request.actor.may(P.DRAFT_VOUCHERS):
            address = reverse("bureau:voucher_issues:draft")
            found.append(Action(gettext("编制发放名单"), url=address, primary=True))
        return found

    def prepare(self, records):
        for record in records:
            record.scheme_label = told_by.scheme_label(
                record.region_code, record.scheme_code, record.starts_on
            )


class Vouchers(ListPage):
    """Every voucher of the region, with filters and export."""

    title = _("培训券")
    subtitle = _("每张券在谁手里、绑定在哪个班、兑付了多少。")
    table_class = VoucherTable
    filter_class = VoucherFilter
    may = P.VIEW_PEOPLE
    empty_title = _("没有培训券")
    empty_text = _("发放以后，每张券会出现在这里。")
    empty_label = _("看发放名单")

    def rows(self, request):
        self.empty_url = reverse("bureau:voucher_issues:list")
        self.may_withdraw = request.actor.may(P.WITHDRAW_VOUCHER)
        return vouchers.vouchers(request.actor)

    def actions(self, request):
        return [Action(gettext("发放名单"), url=reverse("bureau:voucher_issues:list"))]

    def prepare(self, records):
        for record in records:
            record.shown_number = vouchers.shown(record.number)
            record.may_withdraw = self.may_withdraw and record.status in ("issued", "bound")


class Draft(FormPage):
    """Draft an issue from a list."""

    title = _("编制发放名单")
    template_name = "bureau/vouchers/draft.html"
    form_class = VoucherIssueForm
    may = P.DRAFT_VOUCHERS
    submit_label = _("读取名单")
    next_story = _("名单读入后由复核人员发放；发放前没有人拿到券，也不占资金。")

    def form_arguments(self, request):
        schemes = vouchers.schemes_with_vouchers(request.actor.region_code, request.today)
        label = "label_en" if told_by.is_english() else "label"
        return {
            "schemes": [(scheme.code, getattr(scheme, label)) for scheme in schemes],
            "groups": sorted(catalog.code_labels("group").items()),
        }

    def act(self, request, form):
        told = dict(form.cleaned_data)
        upload = told.pop("file")
        issue = operations.draft_vouchers(
            request.actor.region_code, operations.Terms(**told), upload.read(), upload.name,
            by=request.actor, at=request.at,
        )  # fmt: skip
        return reverse("bureau:voucher_issues:detail", args=[issue.pk])


def blank(request: HttpRequest) -> HttpResponse:
    """The blank list."""
    require_may(request.actor, P.DRAFT_VOUCHERS, gettext("下载模板"))
    return download(sheets.write_form(VOUCHERS, title=VOUCHERS.label), f"{VOUCHERS.label}.xlsx")


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One issue: its terms, its list, what was wrong, and where its vouchers stand."""
    require_may(request.actor, P.VIEW_PEOPLE, gettext("培训券发放"))
    issue = vouchers.issue(pk, by=request.actor)
    people = list(vouchers.listed(pk))
    counts = vouchers.status_counts(request.actor, issue_id=pk)
    total = gettext("{n} 人").format(n=len(people))
    return render(
        request,
        "bureau/vouchers/issue.html",
        {
            "issue": issue,
            "scheme": told_by.scheme_label(issue.region_code, issue.scheme_code, issue.starts_on),
            "group": catalog.code_labels("group").get(issue.group_code, ""),
            "occupations": [catalog.occupation_name(code) or code for code in issue.occupation_codes],
            "moves": {move.verb for move in moves_open_to(issue, request.actor)},
            "people": people[:200],
            "more_people": max(len(people) - 200, 0),
            "figures": [
                {"label": gettext("名单"), "value": total, "note": yuan(issue.face_fen * len(people))},
                *(
                    {"label": label, "value": f"{counts.get(code, 0)}", "note": "", "url": ""}
                    for code, label in vouchers.voucher_states()
                ),
            ],
        },
    )


class Withdraw(FormPage):
    """Take one voucher back with the reason."""

    title = _("收回培训券")
    form_class = ReasonForm
    may = P.WITHDRAW_VOUCHER
    submit_label = _("收回")
    next_story = _("收回后本券不能再用，预留的资金退回预算。")
    done_story = _("已收回。")

    def start(self, request, pk):
        self.voucher = vouchers.voucher(pk, by=request.actor)
        self.subtitle = f"{self.voucher.person.name} · {vouchers.shown(self.voucher.number)}"
        self.cancel_url = reverse("bureau:vouchers:list")

    def act(self, request, form):
        operations.withdraw_voucher(self.voucher.pk, by=request.actor, at=request.at, **form.cleaned_data)
        return self.cancel_url


def _to_issue(request, issue) -> str:
    return reverse("bureau:voucher_issues:detail", args=[issue.pk])


issue = act(operations.issue_vouchers, to=_to_issue, done=_("已发放，全部面值已在资金中预留。"))
discard = act(operations.discard_vouchers, to=_to_issue, done=_("已放弃这份名单。"))
