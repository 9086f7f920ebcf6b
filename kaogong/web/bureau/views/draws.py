"""Random draws: prepared, sealed, published, drawn, opened to everybody."""

from collections import Counter

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from kaogong.access.permissions import Permission as P
from kaogong.kernel.drawing import FEWEST_PARTIES
from kaogong.kernel.drawing_check import DIFFERENCES, verify
from kaogong.supervision import operations, queries
from kaogong.supervision.states import DRAW
from kaogong.trail.operations import require_may
from kaogong.web.bureau.forms_supervision import PrepareDrawForm
from kaogong.web.bureau.tables_supervision import DrawTable
from kaogong.web.parts.lists import Action, ListPage, download
from kaogong.web.parts.pages import FormPage, act
from kaogong.web.parts.strata import stratum_words

STEPS = ("prepared", "committed", "drawn", "published")


class Draws(ListPage):
    """Every draw of the region."""

    title = _("随机抽查")
    subtitle = _("双随机、一公开：名册摘要先公布，种子后公开，任何人都能重新抽取核对")
    table_class = DrawTable
    may = P.VIEW_PEOPLE
    empty_title = _("还没有抽查")
    empty_text = _("先登记检查员，再准备抽取。")

    def rows(self, request):
        return queries.draws(request.actor)

    def actions(self, request):
        if not request.actor.may(P.PREPARE_DRAW):
            return []
        return [Action(gettext("准备抽取"), reverse("bureau:draws:prepare"), primary=True)]


class PrepareDraw(FormPage):
    """Freeze what is drawn from."""

    title = _("准备抽取")
    form_class = PrepareDrawForm
    may = P.PREPARE_DRAW
    submit_label = _("冻结名册")
    next_story = _("名册冻结后不能再改。下一步：至少两方提交种子承诺，再公布名册摘要。准备人不能自己抽取。")
    done_story = _("名册已冻结。请两方以上各自提交种子承诺。")

    def start(self, request, **_):
        self.cancel_url = reverse("bureau:draws:list")

    def act(self, request, form):
        draw = operations.prepare_draw(**form.cleaned_data, by=request.actor, at=request.at)
        return _address(request, draw)


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Where a draw stands, who brings seeds, what came out, and whether it comes out again."""
    require_may(request.actor, P.VIEW_PEOPLE, gettext("随机抽查"))
    draw = queries.draw(pk, by=request.actor)
    rows = list(queries.frozen_rows(pk))
    counts = Counter(row.stratum for row in rows if not row.excluded_because)
    parties = list(queries.parties(pk))
    is_drawn = draw.status in ("drawn", "published")
    return render(
        request,
        "bureau/draws/detail.html",
        {
            "draw": draw,
            "steps": _steps(draw),
            "strata": [
                (stratum_words(draw.stratify_by, code), counts.get(code, 0), quota)
                for code, quota in sorted(draw.quotas.items())
            ],
            "excluded": [row for row in rows if row.excluded_because],
            "inspector_count": draw.inspectors_frozen.count(),
            "parties": parties,
            "own": queries.party_of(pk, request.actor),
            "may_seal": draw.status == "prepared" and request.actor.may(P.COMMIT_SEED),
            "may_reveal": draw.status == "committed" and request.actor.may(P.REVEAL_SEED),
            "missing": max(0, FEWEST_PARTIES - len(parties)),
            "unrevealed": [party for party in parties if party.revealed_at is None],
            "inspections": queries.drawn_rows(pk) if is_drawn else [],
            "is_drawn": is_drawn,
            "differences": [
                gettext(DIFFERENCES[one.code]).format(**one.facts)
                for one in (verify(queries.draw_package(draw)) if is_drawn else [])
            ],
        },
    )


def _steps(draw) -> list[tuple[str, str, str]]:
    reached = (
        len(STEPS) if draw.status == STEPS[-1] else STEPS.index(draw.status) if draw.status in STEPS else -1
    )
    return [
        (gettext(DRAW.label(step)), "", "done" if n < reached else "here" if n == reached else "later")
        for n, step in enumerate(STEPS)
    ]


def roster(request: HttpRequest, pk: int) -> HttpResponse:
    """The frozen roster as the file whose digest is published."""
    require_may(request.actor, P.VIEW_PEOPLE, gettext("随机抽查"))
    draw = queries.draw(pk, by=request.actor)
    return download(
        queries.roster_file(draw).encode(), f"{draw.number}.jsonl", "application/jsonl; charset=utf-8"
    )


@require_POST
def seed(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one party's commitment; the seed itself stays on their machine."""
    operations.commit_seed(pk, request.POST.get("commitment", ""), by=request.actor, at=request.at)
    messages.success(request, gettext("承诺已提交。种子和盐只在您的设备上，公开时要用，请妥善保存。"))
    return redirect("bureau:draws:detail", pk=pk)


@require_POST
def reveal(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one party's seed and salt."""
    given = (request.POST.get("seed", ""), request.POST.get("salt", ""))
    operations.reveal_seed(pk, *given, by=request.actor, at=request.at)
    messages.success(request, gettext("种子已公开，与承诺相符。"))
    return redirect("bureau:draws:detail", pk=pk)


def _address(request, draw) -> str:
    return reverse("bureau:draws:detail", args=[draw.pk])


commit = act(operations.commit_draw, to=_address, done="名册摘要已公布。请各方公开种子。")
make = act(operations.make_draw, to=_address, done="已抽取，检查任务已派给抽中的检查员。")
publish = act(operations.publish_draw, to=_address, done="抽查结果已公开，任何人都可以核对。")
void = act(operations.void_draw, to=_address, done="这次抽取已作废。")
