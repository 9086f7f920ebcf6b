"""Deputies' proposals and the answers to them."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.access.permissions import Permission as P
from kaogong.kernel.errors import NotFound
from kaogong.returns import operations, queries
from kaogong.trail.operations import require_may
from kaogong.web.bureau.filters_returns import ProposalFilter
from kaogong.web.bureau.forms_returns import AnswerFiguresForm, AnswerForm, ProposalForm
from kaogong.web.bureau.tables_returns import ProposalTable
from kaogong.web.parts.lists import Action, ListPage, download
from kaogong.web.parts.pages import FormPage, act

from .period_returns import TYPES, opened, told_pieces


class Proposals(ListPage):
    """Every proposal in reach, the latest first."""

    title = _("建议提案")
    subtitle = _("人大代表建议、政协委员提案的办理和答复；答复里的数字都有出处")
    table_class = ProposalTable
    filter_class = ProposalFilter
    may = P.VIEW_BUREAU
    empty_title = _("还没有登记建议提案")
    empty_text = _("收到交办后登记编号、会议、代表和答复期限。")

    def rows(self, request):
        return queries.proposals(request.actor)

    def actions(self, request):
        if not request.actor.may(P.REGISTER_PROPOSAL):
            return []
        return [Action(gettext("登记建议提案"), reverse("bureau:proposals:register"), primary=True)]


class RegisterProposal(FormPage):
    """Write down what was handed over."""

    title = _("登记建议提案")
    form_class = ProposalForm
    may = P.REGISTER_PROPOSAL
    done_story = _("已登记。")

    @property
    def cancel_url(self):
        return reverse("bureau:proposals:list")

    def initial(self, request):
        return {"category": "suggestion", "received_on": request.today}

    def act(self, request, form):
        made = operations.register_proposal(**form.cleaned_data, by=request.actor, at=request.at)
        return reverse("bureau:proposals:detail", args=[made.pk])


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One proposal, its answer with every number's source, and its files."""
    require_may(request.actor, P.VIEW_BUREAU, gettext("建议提案"))
    one = queries.proposal(pk, request.actor)
    cells = queries.cells_of(one)
    numbers = {key: place for place, key in enumerate(cells, start=1)}
    may_draft = one.status in ("registered", "drafted") and request.actor.may(P.DRAFT_ANSWER)
    return render(
        request,
        "bureau/returns/proposal.html",
        {
            "one": one,
            "title": queries.answer_title(one),
            "paragraphs": [told_pieces(part, numbers, cells) for part in one.body],
            "by_hand": queries.typed_by_hand(one.body),
            "contradictions": [found["words"] for found in queries.in_words(one.body)],
            "cells": [
                {
                    "number": numbers[key],
                    "label": queries.label_of(cell),
                    "value": queries.value_words(cell),
                    "days": f"{cell['starts_on']} — {cell['ends_on']}",
                    "url": opened(one.region_code, one.snapshot, cell)
                    if request.actor.may(P.VIEW_PEOPLE)
                    else "",
                }
                for key, cell in cells.items()
            ],
            "files": queries.files_of(one),
            "may_draft": may_draft,
            "overdue": one.status != "answered" and one.due_on < request.today,
        },
    )


class _OfProposal(FormPage):
    """A form about one proposal nobody has signed."""

    may = P.DRAFT_ANSWER

    def start(self, request, pk):
        self.one = queries.proposal(pk, request.actor)
        self.subtitle = self.one.subject
        self.cancel_url = reverse("bureau:proposals:detail", args=[pk])


class DraftAnswer(_OfProposal):
    """Choose days and figures; the answer's frame is assembled."""

    title = _("取数起草答复")
    form_class = AnswerFiguresForm
    submit_label = _("取数")
    next_story = _("数字取自同一份统计数据，这份数据随答复长期保存。已有正文会保留，新选的指标加在最后。")

    def initial(self, request):
        year = self.one.received_on.year - 1
        return {
            "starts_on": self.one.starts_on or date(year, 1, 1),
            "ends_on": self.one.ends_on or date(year, 12, 31),
        }

    def act(self, request, form):
        operations.draft_answer(self.one.pk, **form.cleaned_data, by=request.actor, at=request.at)
        return reverse("bureau:proposals:word", args=[self.one.pk])


class WordAnswer(_OfProposal):
    """Write the answer."""

    title = _("修改答复")
    form_class = AnswerForm
    done_story = _("答复已保存。")

    def initial(self, request):
        return {
            "seen": self.one.content_digest,
            "document_number": self.one.document_number,
            "text": "\n".join(part["text"] for part in self.one.body),
            "contact": self.one.contact,
            "copies": self.one.copies,
        }

    def act(self, request, form):
        operations.word_answer(self.one.pk, **form.cleaned_data, by=request.actor, at=request.at)
        return reverse("bureau:proposals:detail", args=[self.one.pk])


def file(request: HttpRequest, pk: int, layout: str) -> HttpResponse:
    """The answer as it went out; before that a draft of it."""
    require_may(request.actor, P.VIEW_BUREAU, gettext("建议提案"))
    one = queries.proposal(pk, request.actor)
    if one.status == "answered":
        found = queries.answer_file(pk, layout, request.actor)
        return download(bytes(found.content), found.filename, TYPES[found.layout])
    if not one.body or layout not in ("docx", "pdf"):
        raise NotFound()
    name = gettext("草稿-{title}").format(title=queries.answer_title(one))
    if layout == "pdf":
        return download(queries.answer_pdf(one, at=request.at), f"{name}.pdf", TYPES["pdf"])
    template = queries.template_in_use("proposal", "docx", one.region_code, request.today)
    return download(queries.answer_docx(one, template), f"{name}.docx", TYPES["docx"])


def _back(request: HttpRequest, one) -> str:
    return reverse("bureau:proposals:detail", args=[one.pk])


sign = act(operations.sign_answer, to=_back, done="已签字，等待另一人签发。", with_seen=True)
send_back = act(operations.send_back_answer, to=_back, done="已退回。")
issue = act(operations.issue_answer, to=_back, done="已签发。", with_seen=True)
