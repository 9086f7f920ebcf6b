"""A city's target split over its districts: previewed, drafted, set; each district's course under the city's."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.access.permissions import Permission as P
from kaogong.catalog import queries as catalog
from kaogong.kernel.errors import NotFound
from kaogong.planning import operations, queries
from kaogong.web.bureau.forms_planning import SplitTargetForm
from kaogong.web.bureau.plan_sections import METHOD
from kaogong.web.bureau.tables_planning import how_far
from kaogong.web.parts.figures import figure_words
from kaogong.web.parts.pages import FormPage, act
from kaogong.web.parts.records import Act, Section, link
from kaogong.web.parts.templatetags.parts import tag


def is_divisible(target) -> bool:
    """Whether a target can be split: a number to be reached, of a region with parts."""
    counts = target.kind == "target" and target.unit != "%" and target.direction == "at_least"
    return counts and target.status == "set" and bool(queries.parts_of_region(target.region_code))


def shares_section(request: HttpRequest, target) -> Section | None:
    """Each district's share with how far it is, and whether they add up; nothing where it is not split."""
    by = request.actor
    shares = list(queries.shares_of(target.pk, by=by))
    split_url = reverse("bureau:targets:split", args=[target.pk])
    if not shares:
        if not (is_divisible(target) and by.may(P.DRAFT_TARGET)):
            return None
        return Section(
            "shares", gettext("区市分解"), empty=gettext("还没有分解到区市。"),
            acts=[Act(gettext("分解到区市…"), split_url, is_link=True)],
        )  # fmt: skip
    rows, done_in_all = [], 0
    standings = queries.standings(shares, request.today)
    for one in standings:
        share, told = one.target, one.progress
        done = told.done if told else None
        done_in_all += done or 0
        rows.append(
            (
                link(
                    catalog.region_name(share.region_code), reverse("bureau:targets:detail", args=[share.pk])
                ),
                figure_words(share.value, share.unit),
                figure_words(done, share.unit),
                figure_words(told.share if told else None, "%"),
                figure_words(told.straight if told else None, share.unit),
                tag(*how_far(one)) if share.status == "set" else gettext(share.get_status_display()),
            )
        )
    total = sum(share.value for share in shares)
    whole = done_in_all * 10_000 // total if total else None
    known = any(one.progress and one.progress.done is not None for one in standings)
    rows.append(
        (
            gettext("合计"), figure_words(total, target.unit),
            figure_words(done_in_all if known else None, target.unit),
            figure_words(whole if known else None, "%"), "", "",
        )
    )  # fmt: skip
    text = ""
    if total != target.value:
        text = gettext("各区市合计与本级目标相差 {n}。").format(
            n=figure_words(abs(target.value - total), target.unit)
        )
    acts = []
    if by.may(P.SET_TARGET):
        if any(share.status == "drafted" for share in shares):
            acts.append(
                Act(
                    gettext("下达各区市目标"),
                    reverse("bureau:targets:set_shares", args=[target.pk]),
                    is_primary=True,
                )
            )
        acts.append(
            Act(
                gettext("撤销分解"), reverse("bureau:targets:withdraw_shares", args=[target.pk]), needs_reason=True,
                dialog_id=f"ask-withdraw-shares-{target.pk}",
            )
        )  # fmt: skip
    return Section(
        "shares",
        gettext("区市分解"),
        head=[
            gettext("区市"), gettext("目标值"), gettext("完成"), gettext("完成率"), gettext("时间进度应为"),
            gettext("进度"),
        ],
        rows=rows,
        text=text,
        hint=gettext("合计等于本级目标") if total == target.value else "",
        acts=acts,
    )  # fmt: skip


def working_section(target) -> Section | None:
    """How one district's share was worked out of its city's target."""
    said = target.working
    if not said:
        return None
    return Section(
        "working",
        gettext("分解测算"),
        facts=[
            (gettext("分解自"), target.parent.title),
            (gettext("需求"), f"{said['need']:,}"),
            (gettext("培训能力"), f"{said['capacity']:,}"),
            (gettext("产能权重"), f"{said['capacity_percent']}%"),
            (gettext("权重"), f"{said['weight']}%"),
            (gettext("应分"), said["exact"]),
        ],
    )


class SplitTarget(FormPage):
    """Look at the split before drafting it."""

    title = _("分解到区市")
    template_name = "bureau/planning/split_target.html"
    form_class = SplitTargetForm
    may = P.DRAFT_TARGET
    submit_label = _("按此分解")
    done_story = _("已拟定各区市的目标，等另一人下达。")
    next_story = _("先看测算，再按此分解；拟定后由另一人下达，各区市就能看到。")

    def start(self, request, pk):
        self.target = queries.target(pk, by=request.actor)
        if not queries.is_own(self.target, request.actor):
            raise NotFound()
        if not is_divisible(self.target):
            raise operations.TargetNotDivisible(title=self.target.title)
        self.asks, self.basis = queries.share_basis(self.target, by=request.actor)
        goal = figure_words(self.target.value, self.target.unit)
        self.subtitle = f"{self.target.title}{gettext('：')}{goal}"
        self.cancel_url = reverse("bureau:targets:detail", args=[pk])
        self.preview = None

    def form_arguments(self, request):
        return {"asks": self.asks}

    def initial(self, request):
        given = {"capacity_percent": 50 if any(ask.capacity for ask in self.asks) else 0}
        for ask in self.asks:
            given |= {f"need_{ask.region_code}": ask.need, f"capacity_{ask.region_code}": ask.capacity}
        return given

    def post(self, request, **where):
        if "preview" not in request.POST:
            return super().post(request, **where)
        form = self.form_class(request.POST, initial=self.initial(request), asks=self.asks)
        form.fields["reason"].required = False
        if form.is_valid():
            self.preview = self._worked(form)
        return self.shown(request, form, status=200 if self.preview else 422)

    def _worked(self, form) -> Section:
        given = form.given
        worked = queries.share_split(self.target.value, given, form.cleaned_data["capacity_percent"])
        shown = lambda value: figure_words(value, self.target.unit)  # noqa: E731
        scale = 100 if self.target.unit == "元" else 1
        rows = [
            (
                ask.name, f"{ask.need:,}", f"{ask.capacity:,}", f"{float(row.weight * 100):.2f}%",
                f"{float(row.exact) / scale:,.2f}", shown(row.people),
            )
            for ask, row in zip(given, worked.rows, strict=True)
        ]  # fmt: skip
        rows.append((gettext("合计"), f"{sum(a.need for a in given):,}", f"{sum(a.capacity for a in given):,}",
                     "100%", shown(self.target.value), shown(worked.given)))  # fmt: skip
        return Section(
            "preview",
            gettext("测算过程"),
            head=[
                gettext("区市"), gettext("需求"), gettext("培训能力"), gettext("权重"), gettext("应分"),
                gettext("目标值"),
            ],
            rows=rows,
            text=str(METHOD),
        )  # fmt: skip

    def more(self, request):
        return {
            "basis": gettext(queries.BASES[self.basis]), "sections": [self.preview] if self.preview else [],
        }  # fmt: skip

    def act(self, request, form):
        operations.split_target(
            self.target.pk, asks=form.given, capacity_percent=form.cleaned_data["capacity_percent"],
            reason=form.cleaned_data["reason"], by=request.actor, at=request.at,
        )  # fmt: skip
        return self.cancel_url


def _to_parent(_request, shares) -> str:
    return reverse("bureau:targets:detail", args=[shares[0].parent_id])


set_shares = act(operations.set_shares, to=_to_parent, done=_("已下达各区市目标。"))
withdraw_shares = act(operations.withdraw_shares, to=_to_parent, done=_("已撤销分解。"))
