"""The shortage index with its working, and where classes are wanted."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from kaogong.access.permissions import Permission as P
from kaogong.catalog import queries as catalog
from kaogong.demand import operations, queries
from kaogong.trail.operations import require_may
from kaogong.web.bureau.tables_demand import LevelTable, OpeningTable, RunTable, ShortageTable
from kaogong.web.parts.demand import level_name
from kaogong.web.parts.lists import Action, ListPage
from kaogong.web.parts.records import Act, Section
from kaogong.web.parts.templatetags.parts import permille

WEIGHED = {
    "now": _("现在缺人"),
    "year": _("未来12个月还要招"),
    "certified": _("近12个月新发证"),
    "pipeline": _("在培和已批准"),
    "holders": _("持证人数"),
}


def formula(weights: dict) -> str:
    """The index in words, with the weights it was counted by, or that none is set."""
    if any(weights.get(name) is None for name in queries.WEIGHTS):
        return gettext("本区没有规定紧缺指数的权重，只列数据，不算指数。权重写在办理要求“需求与供给”里。")
    return gettext(
        "需求＝{now}%×现在缺人＋{year}%×未来12个月还要招；供给＝{certified}%×近12个月新发证＋"
        "{pipeline}%×在培和已批准人数＋{holders}%×持证人数；紧缺指数＝（需求－供给）÷需求，小于0的记0。"
        "同一单位在调查和招聘清单里都有的，取较大的一个。"
    ).format(**{name: weights[name] for name in queries.WEIGHTS})


class Runs(ListPage):
    """Every counting kept."""

    title = _("紧缺指数")
    subtitle = _("企业调查和招聘清单对证书、在培人数；每次计算都留下全部数据，可以回看")
    table_class = RunTable
    template_name = "bureau/demand/runs.html"
    may = P.VIEW_PEOPLE
    empty_title = _("还没有算过紧缺指数")
    empty_text = _("有企业填报或导入招聘清单后，点“现在计算”。")

    def rows(self, request):
        return queries.shortage_runs(request.actor)

    def more(self, request, page_rows):
        return {"may_compute": request.actor.may(P.COMPUTE_SHORTAGE)}


@require_POST
def compute(request: HttpRequest) -> HttpResponse:
    """Count now."""
    run = operations.compute_shortage(by=request.actor, at=request.at)
    messages.success(request, gettext("已计算。"))
    return redirect("bureau:shortage:detail", run.pk)


class _OfRun(ListPage):
    """A list drawn from one counting of the actor's region."""

    may = P.VIEW_PEOPLE

    def get(self, request, pk):
        require_may(request.actor, self.may, str(self.title))
        self.run = queries.shortage_run(pk, by=request.actor)
        return super().get(request)

    def actions(self, request):
        return [Action(gettext("返回紧缺指数"), reverse("bureau:shortage:detail", args=[self.run.pk]))]


class Rows(_OfRun):
    """One counting, occupation by district, the shortest first."""

    title = _("紧缺指数")
    table_class = ShortageTable
    template_name = "bureau/demand/shortage.html"

    @property
    def subtitle(self):
        return gettext("{region}，截至 {on}").format(
            region=catalog.region_name(self.run.region_code), on=self.run.as_of
        )

    def rows(self, request):
        return queries.shortage_rows(self.run.pk)

    def actions(self, request):
        found = [
            Action(gettext("按等级看"), reverse("bureau:shortage:levels", args=[self.run.pk])),
            Action(gettext("哪里该开班"), reverse("bureau:shortage:openings", args=[self.run.pk])),
        ]
        if request.actor.may(P.PROPOSE_SHORTAGE_LIST):
            page = f"{reverse('bureau:shortage_lists:draft')}?run={self.run.pk}"
            found.append(Action(gettext("据此拟紧缺目录"), page, primary=True))
        return found

    def more(self, request, page_rows):
        return {
            "formula": formula(self.run.weights),
            "illustrative": self.run.sources.get("illustrative"),
            "sources": gettext("计入 {replies} 家企业的填报和 {lists} 份招聘清单").format(
                replies=self.run.sources["replies"], lists=len(self.run.sources["vacancy_lists"])
            ),
        }


class Levels(_OfRun):
    """One counting by occupation, district and level."""

    title = _("紧缺指数（按等级）")
    subtitle = _(
        "每人按持有的最高等级算；没有写等级的岗位哪一级的人都可以做，不单独算指数；各等级相加等于这个职业"
    )
    table_class = LevelTable
    empty_title = _("没有分等级的数据")
    empty_text = _("重新计算一次紧缺指数。")

    def rows(self, request):
        return queries.shortage_levels(self.run.pk)


class Openings(_OfRun):
    """Where classes are wanted: the gap, who may train there, how many places their contracts hold."""

    title = _("哪里该开班")
    subtitle = _("缺口已减去在培和已批准的班；建议人数不超过协议剩余人数")
    table_class = OpeningTable
    empty_title = _("没有缺口")
    empty_text = _("每个职业的供给都够，或者没有规定权重、算不出缺口。")

    def rows(self, request):
        return queries.openings(self.run.pk, by=request.actor, on=request.today)


def row(request: HttpRequest, pk: int) -> HttpResponse:
    """One occupation in one district: every number, its weight and what they come to."""
    require_may(request.actor, P.VIEW_PEOPLE, gettext("紧缺指数"))
    found = queries.shortage_row(pk, by=request.actor)
    weights = found.run.weights
    numbers = {
        "now": found.needed_now,
        "year": found.needed_in_year,
        "certified": found.certified,
        "pipeline": found.pipeline,
        "holders": found.holders,
    }
    name = catalog.occupation_name(found.occupation_code)
    working = [
        [
            gettext("需求") if part in ("now", "year") else gettext("供给"),
            WEIGHED[part],
            number,
            "—" if weights.get(part) is None else f"{weights[part]}%",
            "—" if weights.get(part) is None else f"{weights[part] * number / 100:,.2f}",
        ]
        for part, number in numbers.items()
    ]
    result = [
        (gettext("需求（加权）"), _persons(found.demand_hundredths)),
        (gettext("供给（加权）"), _persons(found.supply_hundredths)),
        (gettext("紧缺指数"), "—" if found.index_permille is None else permille(found.index_permille)),
        (gettext("用人单位数"), str(found.employers)),
        (gettext("样本"), gettext("样本少，只供参考") if found.is_small else gettext("够用")),
    ]
    behind = [
        (gettext("调查：现在缺人"), str(found.surveyed_now)),
        (gettext("清单：招聘人数"), str(found.vacancies)),
        (gettext("合并后现在缺人"), str(found.needed_now)),
        (gettext("近12个月结业"), str(found.trained)),
        (gettext("想学的人"), str(found.wishes)),
    ]
    by_level = [
        [
            level_name(one.level_code) if one.level_code else gettext("没有写等级"),
            one.needed_now, one.needed_in_year, one.certified, one.pipeline, one.holders,
            _persons(one.demand_hundredths), _persons(one.supply_hundredths),
            "—" if one.index_permille is None else permille(one.index_permille),
            gettext("样本少") if one.is_small else "",
        ]
        for one in queries.levels_of_row(found.pk)
    ]  # fmt: skip
    back = reverse("bureau:shortage:detail", args=[found.run_id])
    return render(
        request,
        "bureau/demand/page.html",
        {
            "page_base": "rail.html",
            "title": name,
            "said": [catalog.region_name(found.region_code), gettext("截至 {on}").format(on=found.run.as_of)],
            "next_story": formula(weights),
            "crumb": gettext("紧缺指数"),
            "crumb_url": back,
            "acts": [Act(gettext("返回紧缺指数"), back, is_link=True)],
            "sections": [
                Section(
                    "working",
                    gettext("怎么算的"),
                    head=[
                        gettext("方面"),
                        gettext("数据"),
                        gettext("人数"),
                        gettext("权重"),
                        gettext("加权"),
                    ],
                    rows=working,
                ),
                Section("result", gettext("结果"), facts=result),
                Section(
                    "levels",
                    gettext("按等级"),
                    head=[
                        gettext("技能等级"),
                        gettext("现在缺人"),
                        gettext("未来12个月还要招"),
                        gettext("近12个月新发证"),
                        gettext("在培和已批准"),
                        gettext("持证人数"),
                        gettext("需求（加权）"),
                        gettext("供给（加权）"),
                        gettext("紧缺指数"),
                        gettext("样本"),
                    ],
                    rows=by_level,
                    hint=gettext(
                        "每人按持有的最高等级算；没有写等级的岗位哪一级的人都可以做，不单独算指数；"
                        "同一单位在调查和清单里都有的，取人数多的那一份的等级；各等级相加等于这个职业。"
                    ),
                    empty=gettext("这次计算没有分等级，重新计算一次即可。"),
                ),
                Section("behind", gettext("背后的数"), facts=behind),
            ],
        },
    )


def _persons(hundredths: int | None) -> str:
    return "—" if hundredths is None else f"{hundredths / 100:,.2f}"
