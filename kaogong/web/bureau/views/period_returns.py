"""Quarterly and yearly returns: drawn up, worded, explained, signed by two, frozen, restated."""

from base64 import b64encode
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.access.permissions import Permission as P
from kaogong.kernel.errors import NotFound
from kaogong.returns import operations, queries
from kaogong.trail.operations import require_may
from kaogong.web.bureau.filters_returns import ReturnFilter
from kaogong.web.bureau.forms_returns import DraftReturnForm, ExplainChangesForm, ExplainForm, WordsForm
from kaogong.web.bureau.tables_returns import ReturnTable
from kaogong.web.parts.forms import ReasonForm
from kaogong.web.parts.lists import XLSX, Action, ListPage, download
from kaogong.web.parts.pages import FormPage, act

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PDF = "application/pdf"
TYPES = {"xlsx": XLSX, "docx": DOCX, "pdf": PDF}
OUTCOMES = {
    "holds": ("ok", _("成立")),
    "fails": ("no", _("关系不成立")),
    "unknown": ("ask", _("不能核对")),
    "not_asked": ("off", _("不核对")),
}
TIMES = ("month", "quarter", "year")


class Returns(ListPage):
    """Every return in reach, the latest period first."""

    title = _("季报年报")
    subtitle = _("按模板取数，审核、两人签字后冻结；冻结后只能出更正表")
    table_class = ReturnTable
    filter_class = ReturnFilter
    may = P.VIEW_BUREAU
    empty_title = _("还没有报表")
    empty_text = _("一个季度或一年结束后，由经办起草报表。")

    def rows(self, request):
        return queries.period_returns(request.actor)

    def prepare(self, records):
        for record in records:
            record.title = queries.title_of(record)

    def actions(self, request):
        found = [Action(gettext("报表模板"), reverse("bureau:return_templates:list"))]
        if request.actor.may(P.DRAFT_RETURN):
            found.append(Action(gettext("起草报表"), reverse("bureau:period_returns:draft"), primary=True))
        return found


class DraftReturn(FormPage):
    """Choose a period that is over; everything is counted at once."""

    title = _("起草报表")
    form_class = DraftReturnForm
    may = P.DRAFT_RETURN
    submit_label = _("取数并生成草稿")
    next_story = _("按现用模板取数、审核并起草文字说明；这份统计数据随报表长期保存。")
    done_story = _("草稿已生成，请核对审核结果和文字说明。")

    @property
    def cancel_url(self):
        return reverse("bureau:period_returns:list")

    def form_arguments(self, request):
        return {"today": request.today}

    def act(self, request, form):
        kind, starts_on = form.cleaned_data["period"]
        made = operations.draft_return(kind=kind, starts_on=starts_on, by=request.actor, at=request.at)
        return reverse("bureau:period_returns:detail", args=[made.pk])


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One return: what stands in it, what was checked, who signed, and its files."""
    require_may(request.actor, P.VIEW_BUREAU, gettext("季报年报"))
    one = queries.period_return(pk, request.actor)
    cells = queries.cells_of(one)
    numbers = {key: place for place, key in enumerate(cells, start=1)}
    may_draft = one.status == "drafted" and request.actor.may(P.DRAFT_RETURN)
    revisions, files = queries.revisions_of(one), queries.files_of(one)
    return render(
        request,
        "bureau/returns/return.html",
        {
            "one": one,
            "title": queries.title_of(one),
            "steps": _steps(one),
            "findings": [finding_shown(found, numbers) for found in one.checks],
            "standing": len(queries.standing_in_the_way(one.checks)),
            "to_explain": any(
                found["outcome"] == "fails" and found["verdict"] == "explain" for found in one.checks
            ),
            "paragraphs": [told_pieces(part, numbers, cells) for part in one.narrative],
            "by_hand": queries.typed_by_hand(one.narrative),
            "pages": pages_shown(one, numbers),
            "cells": [_cell(cell, numbers[key]) for key, cell in cells.items() if cell["places"]],
            "restated": queries.restated_lines(one.cells),
            "revisions": revisions if len(revisions) > 1 else [],
            "files": [
                (file, queries.is_whole(queries.return_file(pk, file.layout, request.actor))) for file in files
            ],
            "is_whole": queries.is_as_signed(one),
            "may_draft": may_draft,
            "may_restate": one.status == "frozen"
            and one.pk == revisions[-1].pk
            and request.actor.may(P.DRAFT_RETURN),
            "layouts": [*(told["layout"] for told in one.templates), *_paper(one, files)],
        },
    )  # fmt: skip


def _paper(one, files: list) -> list[str]:
    """A return frozen before there were papers has none."""
    return ["pdf"] if one.status != "frozen" or any(file.layout == "pdf" for file in files) else []


def _steps(one) -> list[tuple[str, str, str]]:
    order = ["drafted", "signed", "frozen"]
    at = order.index(one.status) if one.status in order else 0
    told = [
        (gettext("起草"), one.drafted_by),
        (gettext("签字"), one.signed_by),
        (gettext("复核冻结"), one.frozen_by),
    ]
    return [
        (label, who, "done" if place < at or one.status == "frozen" else "here" if place == at else "later")
        for place, (label, who) in enumerate(told)
    ]


def finding_shown(found: dict, numbers: dict[str, int]) -> dict:
    """A check with its outcome in words, and the number of the cell on each side."""
    tone, label = OUTCOMES[found["outcome"]]
    sides = {
        name: found[name] | {"number": numbers.get(found[name]["key"])}
        for name in ("left", "right")
        if found[name] is not None
    }
    return found | sides | {"tone": tone, "outcome_label": label}


def told_pieces(part: dict, numbers: dict[str, int], cells: dict) -> list[dict]:
    """A paragraph cut at its numbers, each with the row that states it."""
    return [
        {
            "words": words,
            "is_number": key is not None,
            "place": numbers.get(key or ""),
            "label": queries.label_of(cells[key]) if key in cells else "",
        }
        for words, key in queries.pieces(part["text"], part["links"])
    ]


def _cell(cell: dict, number: int) -> dict:
    return {
        "number": number,
        "label": queries.label_of(cell),
        "value": queries.value_words(cell),
        "note": cell["note"],
        "places": cell["places"],
        "restated": queries.restated_words(cell),
    }


def pages_shown(one, numbers: dict[str, int]) -> list[dict]:
    """Each sheet and the document, every number with the place of its cell among the return's."""
    return [
        {
            "name": page.name,
            "is_sheet": page.layout == "xlsx",
            "count": sum(bool(printed.key) for part in page.parts for row in part.rows for printed in row),
            "parts": [
                {
                    "kind": part.kind,
                    "text": part.text,
                    "cell": numbers.get(part.key),
                    "bars": part.bars,
                    "picture": b64encode(part.picture).decode() if part.picture else "",
                    "rows": [[(printed, numbers.get(printed.key)) for printed in row] for row in part.rows],
                }
                for part in page.parts
            ],
        }
        for page in queries.pages_of(one)
    ]


def opened(region_code: str, snapshot: int, cell: dict) -> str:
    """Where a figure is opened to its rows, from the same snapshot."""
    if cell.get("of") or any(name in TIMES or not code for name, code in cell["where"].items()):
        return ""
    where = {name: code for name, code in cell["where"].items() if name != "region"}
    asked = {
        "region": cell["where"].get("region", region_code),
        "period": f"{cell['starts_on']}~{cell['ends_on']}",
        "snapshot": snapshot,
        **where,
    }
    # Sums of departments have no people: they stand on the page of the figure they are beside.
    page = "table" if cell["part"] == queries.BESIDE else "rows"
    return f"{reverse(f'bureau:figures:{page}', args=[cell['indicator']])}?{urlencode(asked)}"


class _OfReturn(FormPage):
    """A form about one draft."""

    may = P.DRAFT_RETURN

    def start(self, request, pk):
        self.one = queries.period_return(pk, request.actor)
        self.subtitle = queries.title_of(self.one)
        self.cancel_url = reverse("bureau:period_returns:detail", args=[pk])

    def initial(self, request):
        return {"seen": self.one.content_digest}

    def back(self) -> str:
        return reverse("bureau:period_returns:detail", args=[self.one.pk])


class WordReturn(_OfReturn):
    """Write the narrative."""

    title = _("修改文字说明")
    form_class = WordsForm
    done_story = _("文字说明已保存。")

    def initial(self, request):
        words = "\n".join(part["text"] for part in self.one.narrative)
        return super().initial(request) | {"text": words}

    def act(self, request, form):
        given = form.cleaned_data
        operations.word_return(
            self.one.pk, given["text"], by=request.actor, at=request.at, seen=given["seen"]
        )
        return self.back()


class ExplainReturn(_OfReturn):
    """Say why a relation does not hold."""

    title = _("说明审核关系")
    form_class = ExplainForm
    next_story = _("必须成立的关系不能用说明代替，请核对数据后重新取数。")
    done_story = _("说明已保存。")

    def findings(self) -> list[dict]:
        return [
            found
            for found in self.one.checks
            if found["outcome"] == "fails" and found["verdict"] == "explain"
        ]

    def form_arguments(self, request):
        return {"findings": self.findings()}

    def act(self, request, form):
        said = {found["code"]: form.cleaned_data[f"why{n}"] for n, found in enumerate(self.findings())}
        seen = form.cleaned_data["seen"]
        operations.explain_checks(self.one.pk, said, by=request.actor, at=request.at, seen=seen)
        return self.back()


class ExplainChanges(_OfReturn):
    """Say of single cells why they differ."""

    title = _("逐项写明更正原因")
    form_class = ExplainChangesForm
    done_story = _("说明已保存。")

    def form_arguments(self, request):
        return {"changes": self.one.changes}

    def act(self, request, form):
        whys = {change["key"]: form.cleaned_data[f"why{n}"] for n, change in enumerate(self.one.changes)}
        seen = form.cleaned_data["seen"]
        operations.explain_changes(self.one.pk, whys, by=request.actor, at=request.at, seen=seen)
        return self.back()


class RestateReturn(_OfReturn):
    """Draw up a restatement of a frozen return."""

    title = _("出更正表")
    form_class = ReasonForm
    submit_label = _("取数并比较")
    next_story = _(
        "按现在的统计数据重新取数，列出每一个变化的数：原数、新数、原因。原报表不变，更正表同样两人签字。"
    )

    def act(self, request, form):
        made = operations.restate_return(
            self.one.pk, by=request.actor, at=request.at, reason=form.cleaned_data["reason"]
        )
        return reverse("bureau:period_returns:detail", args=[made.pk])


def preview(request: HttpRequest, pk: int, layout: str) -> HttpResponse:
    """The file as it would come out now; of a frozen return the file that was signed."""
    require_may(request.actor, P.VIEW_BUREAU, gettext("季报年报"))
    one = queries.period_return(pk, request.actor)
    if one.status == "frozen":
        file = queries.return_file(pk, layout, request.actor)
        return download(bytes(file.content), file.filename, TYPES[file.layout])
    name = gettext("草稿-{title}").format(title=queries.title_of(one))
    if layout == "pdf":
        return download(queries.return_pdf(one), f"{name}.pdf", PDF)
    for template, drawn in queries.files_drawn(one):
        if template.layout == layout:
            return download(drawn.content, f"{name}.{layout}", TYPES[layout])
    raise NotFound()


def _back(request: HttpRequest, one) -> str:
    return reverse("bureau:period_returns:detail", args=[one.pk])


refresh = act(operations.refresh_return, to=_back, done="已重新取数。", with_reason=False)
sign = act(operations.sign_return, to=_back, done="已签字，等待另一人复核。", with_seen=True)
send_back = act(operations.send_back_return, to=_back, done="已退回。")
freeze = act(operations.freeze_return, to=_back, done="已冻结。", with_seen=True)
discard = act(operations.discard_return, to=_back, done="已作废。")
