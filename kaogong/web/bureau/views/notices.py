"""Public notices: what stands before the public, objections to it, publishing, closing, withdrawing."""

from datetime import date, timedelta

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from kaogong.access.permissions import Permission as P
from kaogong.claims import operations as claim_operations
from kaogong.claims import queries as claims
from kaogong.claims.operations import NothingToPublish
from kaogong.claims.states import CLAIM
from kaogong.grants import operations as grant_operations
from kaogong.grants import queries as grants
from kaogong.grants.states import GRANT
from kaogong.kernel.errors import Refused
from kaogong.kernel.working_days import add_working_days, working_days_between
from kaogong.notices import operations
from kaogong.notices import queries as notices
from kaogong.notices.states import NOTICE
from kaogong.papers import NoticePaper, notice_pdf
from kaogong.risk import operations as risk_operations
from kaogong.risk import queries as risk
from kaogong.trail.operations import moves_open_to, require_may
from kaogong.web.bureau import judged as told_by
from kaogong.web.bureau.filters_money import NoticeFilter
from kaogong.web.bureau.forms_money import ObjectionAnswerForm, PublishForm
from kaogong.web.bureau.tables_money import NoticeTable
from kaogong.web.parts.lists import Action, ListPage, download
from kaogong.web.parts.notices import notice_columns
from kaogong.web.parts.pages import FormPage

from .addresses import issuer


def notice_address(pk: int) -> str:
    return reverse("bureau:notices:detail", args=[pk])


class Notices(ListPage):
    """What stands or stood before the public, with days left and objections waiting."""

    title = _("公示")
    subtitle = _("公示期满且异议全部答复后，才能结束公示、转入拨付")
    table_class = NoticeTable
    filter_class = NoticeFilter
    may = P.VIEW_PEOPLE
    empty_title = _("还没有公示")
    empty_text = _("核准后的申领可以列入公示。")

    @property
    def empty_url(self):
        return reverse("bureau:claims:list") + "?status=approved"

    empty_label = _("选择要公示的申领")

    def rows(self, request):
        self.today = request.today
        return notices.notices(request.actor)

    def actions(self, request):
        if not request.actor.may(P.PUBLISH_NOTICE):
            return []
        return [Action(gettext("选择要公示的申领"), self.empty_url, primary=True)]

    def prepare(self, records):
        for record in records:
            standing = record.status == "published"
            record.days_left = working_days_between(self.today, record.closes_on) if standing else None


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One notice: its rows, the objections and their answers, and what can be done now."""
    require_may(request.actor, P.VIEW_PEOPLE, gettext("公示"))
    notice = notices.notice(pk, by=request.actor)
    found = list(notices.objections(request.actor, notice_id=pk))
    waiting = sum(objection.status == "received" for objection in found)
    over = request.today > notice.closes_on
    moves = {move.verb for move in moves_open_to(notice, request.actor)}
    listed = list(claims.claims_of_notice(pk))
    granted = list(grants.grants_of_notice(pk))
    unpublishing = CLAIM if listed else GRANT if granted else None
    withdrawing = (unpublishing.move("unpublish") if unpublishing else NOTICE.move("withdraw")).confirm
    return render(
        request,
        "bureau/notices/detail.html",
        {
            "notice": notice,
            "columns": notice.columns,
            "rows": _rows(notice),
            "objections": found,
            "waiting": waiting,
            "claims": listed,
            "grants": granted,
            "withdraw_effect": gettext(withdrawing),
            "days_left": working_days_between(request.today, notice.closes_on),
            "is_over": over,
            "closable_on": notice.closes_on + timedelta(days=1),
            "moves": moves,
            "may_close_now": "close" in moves and over and not waiting,
            "may_answer": request.actor.may(P.ANSWER_OBJECTION),
        },
    )


def _rows(notice) -> list[list[str]]:
    keys = [key for key, _label in notice.columns]
    return [[row.cells.get(key, "") for key in keys] for row in notices.rows_of(notice.pk)]


def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The notice as it is put on the board."""
    require_may(request.actor, P.VIEW_PEOPLE, gettext("公示"))
    notice = notices.notice(pk, by=request.actor)
    rows = _rows(notice)
    shown = list(claims.claims_of_notice(pk))
    data = notice_pdf(
        NoticePaper(
            title=notice.title,
            document_number=notice.number,
            body=[line for line in notice.body.splitlines() if line.strip()],
            issuer=issuer(notice.region_code),
            issued_on=notice.opens_on,
            starts_on=notice.opens_on,
            ends_on=notice.closes_on,
            working_days=notice.working_days,
            complaint_phone=notice.complaint_phone,
            complaint_address=notice.complaint_address,
            columns=notice_columns(notice.columns),
            rows=rows,
            illustrative=any(claim.illustrative for claim in shown),
            synthetic=any(claim.synthetic for claim in shown),
        )
    )
    return download(data, f"{notice.number}.pdf", "application/pdf")


class Publish(FormPage):
    """Choose approved claims, see what the public will see, then publish."""

    title = _("列入公示")
    template_name = "bureau/notices/publish.html"
    form_class = PublishForm
    may = P.PUBLISH_NOTICE
    submit_label = _("发布公示")

    def start(self, request):
        picked = request.POST.getlist("picked") or request.GET.getlist("picked")
        ids = sorted({int(pk) for pk in picked if pk.isdecimal()})
        if not ids:
            raise NothingToPublish()
        self.claims = [claims.claim(pk, by=request.actor) for pk in ids]
        self.ready = [claim for claim in self.claims if claim.status == "approved"]
        self.cancel_url = reverse("bureau:claims:list") + "?status=approved"
        self.scheme = self._scheme(request.today)

    def _scheme(self, today: date):
        if not self.ready:
            return None
        first = self.ready[0]
        try:
            return claims.scheme(first.region_code[:6], first.scheme_code, today)
        except Refused:
            return None

    def initial(self, request):
        title = f"{self.scheme.region_label}{self.scheme.label}补贴公示" if self.scheme else ""
        return {"title": title, "opens_on": request.today}

    def post(self, request, **where):
        if "title" not in request.POST:  # come from the list
            return self.get(request)
        return super().post(request, **where)

    def more(self, request):
        lines = [
            line
            for claim in self.ready
            for line in claims.lines(claim.pk).filter(status__in=("approved", "held"))
        ]
        days = self.scheme.publish_working_days if self.scheme else None
        return {
            "claims": self.claims,
            "ready": self.ready,
            "held_back": [claim for claim in self.claims if claim.status != "approved"],
            "mixed": len({(c.region_code, c.scheme_code) for c in self.ready}) > 1,
            "scheme_labels": sorted(
                {told_by.scheme_label(c.region_code, c.scheme_code, c.event_on) for c in self.ready}
            ),
            "people": len(lines),
            "amount_fen": sum(claim.amount_fen for claim in self.ready),
            "days": days,
            "closes_on": add_working_days(request.today, days) if days else None,
            "is_illustrative": any(claim.illustrative for claim in self.ready),
            "sample": lines[:5],
            "can_publish": bool(self.ready and days),
        }

    def act(self, request, form):
        published = claim_operations.publish_claims(
            [claim.pk for claim in self.ready], by=request.actor, at=request.at, **form.cleaned_data
        )
        notice_id = published[0].published_notice_id
        messages.success(request, gettext("公示已发布。公示期满且异议全部答复后，在这里结束公示。"))
        return notice_address(notice_id)


class Close(FormPage):
    """Close a notice, with what happens to whom shown first."""

    title = _("结束公示")
    template_name = "bureau/notices/close.html"
    form_class = forms.Form
    may = P.CLOSE_NOTICE
    submit_label = _("结束公示，转入拨付")
    done_story = _("公示已结束。没有异议的人已转入拨付。")

    def start(self, request, pk):
        self.notice = notices.notice(pk, by=request.actor)
        self.claims = list(claims.claims_of_notice(pk))
        self.grants = list(grants.grants_of_notice(pk))
        self.subtitle = f"{self.notice.number} · {self.notice.title}"
        self.cancel_url = notice_address(pk)

    def more(self, request):
        upheld = notices.upheld_references(self.notice.pk)
        lines = [
            line
            for claim in self.claims
            for line in claims.lines(claim.pk).filter(status__in=("approved", "held"))
        ]
        dropped = [line for line in lines if line.reference in upheld]
        cleared = [line for line in lines if line.reference not in upheld and line.status == "approved"]
        over = claims.holds_of_lines(cleared)
        waiting = [line for line in cleared if line.pk in over]
        cleared = [line for line in cleared if line.pk not in over]
        unanswered = notices.objections(request.actor, notice_id=self.notice.pk, unanswered=True).count()
        is_over = request.today > self.notice.closes_on
        return {
            "notice": self.notice,
            "claims": self.claims,
            "grants": self.grants,
            "grants_dropped": [grant for grant in self.grants if grant.number in upheld],
            "not_yet": bool(unanswered) or not is_over,
            "closable_on": self.notice.closes_on + timedelta(days=1),
            "dropped": dropped,
            "cleared": cleared,
            "held": [line for line in lines if line.reference not in upheld and line.status == "held"],
            "money_held": waiting,
            "money_held_fen": sum(line.total_fen for line in waiting),
            "not_looked_at": [
                claim
                for claim in self.claims
                if claim.training_class_id and risk.last_look(claim.training_class) is None
            ],
            "cleared_fen": sum(line.total_fen for line in cleared),
            "dropped_fen": sum(line.total_fen for line in dropped),
            "waiting": unanswered,
            "is_over": is_over,
            "days_left": working_days_between(request.today, self.notice.closes_on),
        }

    def act(self, request, form):
        if self.claims:
            risk_operations.close_checked_notice(self.notice.pk, by=request.actor, at=request.at)
        elif self.grants:
            grant_operations.close_grants_notice(self.notice.pk, by=request.actor, at=request.at)
        else:
            operations.close_notice(self.notice.pk, by=request.actor, at=request.at)
        return notice_address(self.notice.pk)


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw a notice, with the reason; the claims on it wait to be published again."""
    notice = notices.notice(pk, by=request.actor)
    given = {"by": request.actor, "at": request.at, "reason": request.POST.get("reason", "")}
    if claims.claims_of_notice(notice.pk).exists():
        claim_operations.withdraw_claims_notice(notice.pk, **given)
        messages.success(request, gettext("公示已撤回，申领回到“已核准”，可以重新列入公示。"))
    elif grants.grants_of_notice(notice.pk).exists():
        grant_operations.withdraw_grants_notice(notice.pk, **given)
        messages.success(request, gettext("公示已撤回，申请回到“已批准”，可以重新列入公示。"))
    else:
        operations.withdraw_notice(notice.pk, **given)
        messages.success(request, gettext("公示已撤回。"))
    return redirect(notice_address(pk))


class Objection(FormPage):
    """One objection and its answer."""

    title = _("答复异议")
    template_name = "bureau/notices/objection.html"
    form_class = ObjectionAnswerForm
    may = P.VIEW_PEOPLE
    may_act = P.ANSWER_OBJECTION
    submit_label = _("答复")
    next_story = _("答复后不能再改。异议成立的，结束公示时对应的人停拨，款项退回预算。")
    done_story = _("异议已答复。")

    def start(self, request, pk):
        self.objection = notices.objection(pk, by=request.actor)
        self.cancel_url = notice_address(self.objection.notice_id)

    def more(self, request):
        row = self.objection.row
        cells = (
            [(label, row.cells.get(key, "")) for key, label in self.objection.notice.columns] if row else []
        )
        return {
            "objection": self.objection,
            "notice": self.objection.notice,
            "cells": cells,
            "may_answer": self.objection.status == "received" and request.actor.may(P.ANSWER_OBJECTION),
            "may_look": request.actor.may(P.ANSWER_OBJECTION),
        }

    def act(self, request, form):
        operations.answer_objection(self.objection.pk, by=request.actor, at=request.at, **form.cleaned_data)
        return self.cancel_url


@require_POST
def contact(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how to reach the one who objected; the look is recorded."""
    reason = gettext("答复异议时联系异议人")
    said = operations.reveal_contact(pk, by=request.actor, at=request.at, reason=reason)
    return HttpResponse(said or "—", content_type="text/plain; charset=utf-8")
