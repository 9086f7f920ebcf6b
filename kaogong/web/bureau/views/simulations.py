"""What-if: a proposed change of policy tried on real claims, with what it costs and whom it concerns."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.access.permissions import Permission as P
from kaogong.claims import queries as claims
from kaogong.claims import tasks
from kaogong.rules import RulebookMalformed
from kaogong.rules.proposing import numbers_of, proposal
from kaogong.trail.operations import require_may
from kaogong.web.bureau.forms_looking import ChangeForm, NumberForm
from kaogong.web.bureau.judged import is_english, unit_words
from kaogong.web.bureau.tables_looking import SimulationTable
from kaogong.web.parts.charts import money_bars
from kaogong.web.parts.lists import Action, ListPage, download
from kaogong.web.parts.pages import FormPage
from kaogong.web.parts.templatetags.parts import yuan

EXAMPLE = """\
title: …
why: …
period: {from: 2025-01-01, until: 2026-01-01}
files:
  370299/employment_training.yaml:
    rules:
      at_most_so_many_a_year:
        values:
          limit:
            2025-01-01: {value: 2, unit: 次/年}
      draws_no_monthly_pension: {left_out: true}
    components:
      - code: living
        rate:
          2025-01-01: {value: 8, unit: 元/学时}"""
MOST_BARS = 8
COLOURS = ("#c9c2b4", "#24507a")


class Simulations(ListPage):
    """Everything tried in this reach, newest first."""

    title = _("政策试算")
    subtitle = _("把拟议的改动套在真实申领上：花多少钱，谁增谁减。不改动任何申领、结论和资金。")
    table_class = SimulationTable
    may = P.VIEW_BUREAU
    empty_title = _("还没有试算过")
    empty_text = _("改一个数值，或上传一份改动文件，看看上一年度的申领会怎样。")

    def rows(self, request):
        return claims.simulations(request.actor)

    def actions(self, request):
        if not request.actor.may(P.SIMULATE_CHANGE):
            return []
        return [
            Action(gettext("上传或粘贴改动"), reverse("bureau:simulations:simulate")),
            Action(gettext("改一个数值"), reverse("bureau:simulations:propose"), primary=True),
        ]


def _address(simulation) -> str:
    return reverse("bureau:simulations:detail", args=[simulation.pk])


class SimulateChange(FormPage):
    """A change as a file or pasted, in the words of the rulebook files."""

    title = _("试算一份改动")
    template_name = "bureau/simulations/form.html"
    form_class = ChangeForm
    may = P.SIMULATE_CHANGE
    submit_label = _("检查并试算")
    next_story = _("先逐行检查改动；没有错误才试算。申领多时在后台测算，可以离开本页。")

    def start(self, request, **_):
        self.cancel_url = reverse("bureau:simulations:list")
        self.problems: tuple = ()

    def more(self, request):
        return {"problems": self.problems, "example": EXAMPLE}

    def act(self, request, form):
        given = form.cleaned_data
        return self.tried(request, given["text"], given["year"])

    def tried(self, request, text: str, year: int | None) -> str:
        try:
            found = tasks.simulate_change(
                text, today=request.today, by=request.actor, at=request.at, year=year
            )
        except RulebookMalformed as refusal:
            self.problems = refusal.problems
            raise
        return _address(found)


class ProposeNumber(SimulateChange):
    """The simple case: one number of one scheme, set otherwise."""

    title = _("改一个数值试算")
    template_name = "bureau/simulations/propose.html"
    form_class = NumberForm
    submit_label = _("试算")
    next_story = _("从所选年度的第一天起改用新数值，其余不变。生成的改动文件可以下载后继续编辑。")

    def start(self, request, **_):
        super().start(request)
        book = claims.rulebook()
        asked = request.GET.get("region", "")
        self.region = asked if asked in book.regions else _own_region(request, book)
        self.on = date(request.today.year - 1, 1, 1)
        self.schemes = book.schemes(self.region, self.on)
        codes = [scheme.code for scheme in self.schemes]
        wanted = request.GET.get("scheme", "")
        self.scheme = wanted if wanted in codes else next(iter(codes), "")
        self.numbers = numbers_of(book, self.region, self.scheme, self.on) if self.scheme else []

    def initial(self, request):
        return {"year": request.today.year - 1}

    def form_arguments(self, request):
        return {"numbers": [(one.key, _words(one)) for one in self.numbers]}

    def more(self, request):
        side = "label_en" if is_english() else "label"
        return super().more(request) | {
            "regions": claims.rulebook().regions.items(),
            "region": self.region,
            "schemes": [(scheme.code, getattr(scheme, side)) for scheme in self.schemes],
            "scheme": self.scheme,
            "has_numbers": bool(self.numbers),
        }

    def act(self, request, form):
        given = form.cleaned_data
        chosen = next(one for one in self.numbers if one.key == given["key"])
        year = given["year"]
        text = proposal(
            claims.rulebook(), self.region, self.scheme, given["key"], given["number"],
            period=(date(year, 1, 1), date(year + 1, 1, 1)), why=given["why"],
            title=gettext("{what}：{old} 改为 {new} {unit}").format(
                what=_words(chosen, value=False), old=chosen.written, new=given["number"],
                unit=unit_words(chosen.unit),
            ),
        )  # fmt: skip
        return self.tried(request, text, None)


def _own_region(request, book) -> str:
    own = request.actor.region_code[:6]
    return own if own in book.regions else next(iter(book.regions))


def _words(one, *, value: bool = True) -> str:
    """A number by its rule, its place in a table, and what it is now."""
    label = one.label_en if is_english() else one.label
    words = [word for word in one.words if word not in ("kinds", "occupations", "shortage")]
    words = [claims.heading_words("occupation", word) if word.count("-") == 3 else word for word in words]
    told = " · ".join([label, *words])
    if not value:
        return told
    return gettext("{what}（现为 {value} {unit}）").format(
        what=told, value=one.written, unit=unit_words(one.unit)
    )


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What came out, side by side; until then how far it is."""
    require_may(request.actor, P.VIEW_BUREAU, gettext("政策试算"))
    found = claims.simulation(pk, by=request.actor)
    context = {"simulation": found, "may_simulate": request.actor.may(P.SIMULATE_CHANGE)}
    if found.result is not None:
        context |= _shown(found.result)
    return render(request, "bureau/simulations/detail.html", context)


def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The piece that asks again; when it is over it sends the browser to the result."""
    require_may(request.actor, P.VIEW_BUREAU, gettext("政策试算"))
    found = claims.simulation(pk, by=request.actor)
    response = render(request, "bureau/simulations/progress.html", {"simulation": found})
    if found.finished_at is not None:
        response["HX-Redirect"] = _address(found)
    return response


def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """The figures as a spreadsheet."""
    require_may(request.actor, P.EXPORT_LIST, gettext("导出"))
    found = claims.simulation(pk, by=request.actor)
    if found.result is None:
        return detail(request, pk)
    return download(claims.simulation_sheet(found.result), f"{gettext('政策试算')}-{found.pk}.xlsx")


def change(request: HttpRequest, pk: int) -> HttpResponse:
    """The change as it was tried, to keep or to write on."""
    require_may(request.actor, P.VIEW_BUREAU, gettext("政策试算"))
    found = claims.simulation(pk, by=request.actor)
    return download(found.change.encode(), "CHANGE.yaml", "application/yaml; charset=utf-8")


def _shown(result: dict) -> dict:
    total = result["total"]
    difference = total["after_fen"] - total["before_fen"]
    words = {
        "payable": gettext("符合"),
        "refused": gettext("不符合"),
        "needs_evidence": gettext("需补证据"),
    }
    return {
        "figures": [
            {"label": gettext("现行政策"), "value": yuan(total["before_fen"])},
            {"label": gettext("改动后"), "value": yuan(total["after_fen"])},
            {"label": gettext("差额"), "value": f"{'+' if difference > 0 else ''}{yuan(difference)}",
             "note": _share(difference, total["before_fen"])},
            {"label": gettext("增加的人"), "value": f"{total['gaining']:,}"},
            {"label": gettext("减少的人"), "value": f"{total['losing']:,}"},
            {"label": gettext("申领"), "value": f"{total['lines']:,}",
             "note": gettext("{n} 人").format(n=f"{total['people']:,}")},
        ],
        "too_late": result["begins_on"] and result["begins_on"] >= result["until"],
        "moves": [
            {"before": move["before"], "after": move["after"], "lines": move["lines"],
             "words": f"{words[move['before']]} → {words[move['after']]}"}
            for move in result["moves"]
        ],
        "causes": result["causes"],
        "aspects": [_aspect(aspect, result[aspect]) for aspect in claims.ASPECT_TITLES],
    }  # fmt: skip


def _share(difference: int, before: int) -> str:
    return f"{100 * difference / before:+.1f}%" if before else ""


def _aspect(aspect: str, rows: list[dict]) -> dict:
    """One heading: its table whole, and a chart of what costs most."""
    told = [
        row
        | {
            "label": claims.heading_words(aspect, row["code"]),
            "difference_fen": row["after_fen"] - row["before_fen"],
        }
        for row in rows
    ]
    told.sort(key=lambda row: -max(row["before_fen"], row["after_fen"]))
    title = gettext(claims.ASPECT_TITLES[aspect])
    return {
        "code": aspect,
        "title": title,
        "rows": told,
        "dom_id": f"by-{aspect}",
        "option": _bars(told[:MOST_BARS]) if len(told) > 1 else None,
        "chart_title": gettext("{title}：现行与改动后的支出").format(title=title),
    }


def _bars(rows: list[dict]) -> dict:
    named = ((gettext("现行政策"), "before_fen"), (gettext("改动后"), "after_fen"))
    series = [
        {
            "name": name,
            "barMaxWidth": 16,
            "itemStyle": {"color": colour},
            "data": [round(row[figure] / 1_000_000, 4) for row in rows],
        }
        for (name, figure), colour in zip(named, COLOURS, strict=True)
    ]
    labels = [row["label"] for row in rows]
    return money_bars(labels, series, label_style={"width": 120, "overflow": "truncate"})
