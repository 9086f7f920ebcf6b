"""Online enquiries at the bureau: the queue, one enquiry with its answers, and how they are answered in all."""

from datetime import date

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.access.permissions import Permission as P
from kaogong.catalog import queries as catalog
from kaogong.enquiries import operations, queries
from kaogong.enquiries.states import CHANNELS
from kaogong.kernel.writing import tidy
from kaogong.returns import queries as figures
from kaogong.trail.operations import require_may
from kaogong.web.bureau.filters_enquiries import EnquiryFilter
from kaogong.web.bureau.forms_enquiries import PeriodForm
from kaogong.web.bureau.tables_enquiries import EnquiryTable, handler_of
from kaogong.web.parts.lists import Action, ListPage
from kaogong.web.parts.records import Act, acts_of, link

from .period_returns import opened, told_pieces

FORMS = ("assign", "forward", "merge", "draft")


class Enquiries(ListPage):
    """What people ask, the latest first; ``?overdue=1`` what is late, ``?mine=1`` what waits for the actor."""

    title = _("网上咨询")
    table_class = EnquiryTable
    filter_class = EnquiryFilter
    may = P.VIEW_ENQUIRIES
    empty_title = _("没有咨询")
    empty_text = _("门户、学员和机构提出的咨询在这里。")

    def rows(self, request):
        self.today = request.today
        rows = queries.enquiries(request.actor)
        if request.actor.department_code:
            self.subtitle = gettext("转给本部门办理的咨询；咨询人的姓名和联系方式不显示")
        else:
            self.subtitle = gettext("咨询人的姓名和联系方式加密，每次查看都留下记录")
        if request.GET.get("overdue"):
            rows = queries.enquiries_overdue(request.actor, request.today)
        elif request.GET.get("mine"):
            rows = queries.enquiries_to_do(request.actor)
        for word in tidy(request.GET.get("q", ""))[:60].split()[:6]:
            rows = rows.filter(
                Q(number__iexact=word) | Q(subject__icontains=word) | Q(content__icontains=word)
            )
        return rows

    def prepare(self, records):
        for record in records:
            record.is_late = queries.is_overdue(record, self.today)
            record.waited = queries.days_waited(record, self.today)

    def actions(self, request):
        here = reverse("bureau:enquiries:list")
        return [
            Action(gettext("等我办理"), f"{here}?mine=1"),
            Action(gettext("只看超期"), f"{here}?overdue=1"),
            Action(gettext("办理统计"), reverse("bureau:enquiries:measures")),
        ]


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One enquiry: what was asked, what is answered with every number's source, and what may be done."""
    by = request.actor
    found = operations.look_at_enquiry(pk, by=by, at=request.at)
    draft = queries.open_reply(pk)
    replies = [_told(one, found, by) for one in queries.replies_of(pk, issued=True)]
    return render(
        request,
        "bureau/enquiries/detail.html",
        {
            "found": found,
            "category": queries.category_name(found.category),
            "region": catalog.region_name(found.region_code),
            "channel": CHANNELS[found.channel],
            "next_story": _next(found, request.today),
            "is_late": queries.is_overdue(found, request.today),
            "acts": _acts(found, by, request.today),
            "facts": _facts(found, request),
            "additions": queries.additions_of(pk),
            "draft": _told(draft, found, by) if draft is not None else None,
            "replies": replies,
            "alike": queries.alike(found, by=by)[:5] if by.may(P.ASSIGN_ENQUIRY) else [],
            "duplicates": queries.duplicates_of(found, by=by),
            "published": found.published.order_by("id") if not by.department_code else [],
            "reveal_acts": [_reveal(found)] if by.may(P.REVEAL_ASKER) else [],
        },
    )


def _acts(found, by, today) -> list[Act]:
    two = queries.needs_two(found.region_code, today)
    without = {"answer"} if two or by.department_code else set()
    primary = {
        "received": "assign", "reopened": "draft", "assigned": "draft", "forwarded": "draft",
        "drafted": "submit" if two or by.department_code else "answer", "checking": "issue", "answered": "close",
    }  # fmt: skip
    acts = acts_of(
        found, "bureau:enquiries", by, forms=FORMS, without=without, primary=primary.get(found.status, "")
    )
    if found.status == "drafted" and by.may(P.DRAFT_REPLY):
        acts.insert(
            0, Act(gettext("修改答复"), reverse("bureau:enquiries:draft", args=[found.pk]), is_link=True)
        )
    if found.first_answered_at and by.may(P.PUBLISH_COMMON_QUESTION):
        page = reverse("bureau:enquiries:publish", args=[found.pk])
        acts.append(Act(gettext("发布为常见问题"), page, is_link=True))
    return acts


def _reveal(found) -> Act:
    return Act(
        gettext("查看咨询人"),
        reverse("bureau:enquiries:reveal", args=[found.pk]),
        needs_reason=True,
        confirm=gettext("谁、何时、为什么查看都会记入经办轨迹。"),
        dialog_id="ask-reveal",
    )


def _next(found, today) -> str:
    two = queries.needs_two(found.region_code, today)
    return {
        "received": gettext("下一步：分给经办办理，或转给承办的部门；同一件事的合并。"),
        "assigned": gettext("下一步：起草答复。"),
        "forwarded": gettext("下一步：由承办部门起草答复，本局复核发出；不属于该部门的退回。"),
        "drafted": gettext("下一步：送复核，由另一人发出。")
        if two
        else gettext("下一步：直接答复，或送另一人复核。"),
        "checking": gettext("下一步：由起草人、送复核人以外的人核对后发出，或退回修改。"),
        "answered": gettext("已答复。对别人也有用的，可以改写后发布为常见问题。"),
        "reopened": gettext("咨询人有追问，或答复需要更正。下一步：再次起草答复。"),
        "closed": gettext("已办结。"),
        "dismissed": gettext("不予答复，理由咨询人可以看到。"),
        "merged": gettext("已合并，咨询人看到的是主件的答复。"),
    }[found.status]


def _facts(found, request) -> list[tuple[str, object]]:
    none = gettext("没有规定")
    last = queries.last_day_to_ask(found)
    facts: list[tuple[str, object]] = [
        (gettext("收到时间"), f"{localtime(found.received_at):%Y-%m-%d %H:%M}"),
        (gettext("答复期限"), found.answer_due_on or none),
        (gettext("承办"), handler_of(found) or gettext("还没有分办")),
    ]
    waited = queries.days_waited(found, request.today)
    if waited is not None:
        facts.append((gettext("已等"), gettext("{n} 个工作日").format(n=waited)))
    if found.first_answered_at:
        facts.append((gettext("首次答复用时"), gettext("{n} 个工作日").format(n=found.days_taken)))
        facts.append((gettext("追问期限"), last or none))
        said = {None: gettext("还没有评价"), True: gettext("有帮助"), False: gettext("没有帮助")}
        facts.append((gettext("咨询人评价"), said[found.is_helped]))
    if found.merged_into_id:
        page = reverse("bureau:enquiries:detail", args=[found.merged_into_id])
        facts.append((gettext("合并到"), link(found.merged_into.number, page)))
    if found.why_dismissed:
        facts.append((gettext("不予答复的理由"), found.why_dismissed))
    return facts


def _told(reply, found, by) -> dict:
    """A reply with the source of every number."""
    cells = operations.cells_of(reply)
    numbers = {key: place for place, key in enumerate(cells, start=1)}
    return {
        "reply": reply,
        "paragraphs": [told_pieces(part, numbers, cells) for part in reply.body],
        "by_hand": figures.typed_by_hand(reply.body),
        "cells": [
            {
                "number": numbers[key],
                "label": figures.label_of(cell),
                "value": figures.value_words(cell),
                "days": f"{cell['starts_on']} — {cell['ends_on']}",
                "url": opened(found.region_code, reply.snapshot, cell) if by.may(P.VIEW_PEOPLE) else "",
            }
            for key, cell in cells.items()
        ],
    }


def measures(request: HttpRequest) -> HttpResponse:
    """Asked, answered, in time, how long, whether it helped; each figure opens to its enquiries."""
    require_may(request.actor, P.VIEW_ENQUIRIES, gettext("网上咨询"))
    first, last = date(request.today.year, 1, 1), request.today
    form = PeriodForm(request.GET if "from_on" in request.GET else {"from_on": first, "until_on": last})
    if form.is_valid():
        first, last = form.cleaned_data["from_on"], form.cleaned_data["until_on"]
    rows = queries.measured(request.actor, first, last) if form.is_valid() else []
    for_region = request.actor.region_code
    return render(
        request,
        "bureau/enquiries/measures.html",
        {
            "form": form,
            "head": [words for words, _rows in queries.MEASURES.values()],
            "rows": [_measured_row(row, first, last) for row in rows],
            "has_term": queries.value_of("answer_days", for_region, last) is not None,
            "is_example": queries.is_illustrative("answer_days", for_region, last),
            "chosen": form.is_valid() and "from_on" in request.GET,
            "sees_figures": request.actor.may(P.VIEW_PEOPLE),
        },
    )


def _measured_row(row, first: date, last: date) -> dict:
    asked = {"from_on": first.isoformat(), "until_on": last.isoformat()}
    if row.category:
        asked["category"] = row.category
    here = reverse("bureau:enquiries:list")
    return {
        "name": queries.category_name(row.category) if row.category else gettext("合计"),
        "is_total": not row.category,
        "counts": [
            (words, row.counts[code], f"{here}?{urlencode(asked | {'measure': code})}")
            for code, (words, _rows) in queries.MEASURES.items()
        ],
        "median_days": row.median_days,
        "in_time_share": row.in_time_share,
        "helped_share": row.helped_share,
    }
