"""An enterprise answers a survey: behind its own door, or by the link it was given. The same pages for both."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from kaogong import sheets
from kaogong.access.permissions import Permission as P
from kaogong.catalog import queries as catalog
from kaogong.demand import operations, queries
from kaogong.kernel.errors import NotFound
from kaogong.kernel.levels import CHOICES as LEVELS
from kaogong.kernel.levels import level_of
from kaogong.kernel.writing import tidy
from kaogong.sheets.demand_layouts import POSTS, WAGES
from kaogong.trail.operations import require_may

from .forms import MoneyField, SheetField, TidyField
from .lists import download
from .pages import FormPage

SHOWN_PROBLEMS = 50
LEVEL_CHOICES = [("", _("不分等级")), *LEVELS]


def level_name(code: str) -> str:
    """A level in words; training or a post without one says so."""
    return gettext(level_of(code).label) if code else gettext("不分等级")


def forms_told(guide_id: int) -> list:
    """How many are paid which way in a guide, each with why it is hidden where it is."""
    found = queries.forms_of_guide(guide_id)
    for one in found:
        one.why = gettext(queries.HIDDEN[one.hidden_because]) if one.hidden_because else ""
    return found


def pay_forms(line: dict) -> str:
    """年薪制 3、股权制 1: of a line's people how many are paid which way; a dash where none is."""
    told = [f"{name} {line[key]}" for form, name in queries.PAY_FORMS if line.get(key := f"{form}_people")]
    return "、".join(told) or "—"


def tell_problems(request: HttpRequest, taken) -> None:
    """The rows a sheet lost, each with what to do, and what was left out of it."""
    for note in taken.notes:
        messages.info(request, note)
    for row, said in list(taken.problems.items())[:SHOWN_PROBLEMS]:
        messages.warning(request, gettext("第 {row} 行：{said}").format(row=row, said="；".join(said)))
    if len(taken.problems) > SHOWN_PROBLEMS:
        messages.warning(
            request,
            gettext("还有 {n} 行有问题，没有逐行列出。").format(n=len(taken.problems) - SHOWN_PROBLEMS),
        )


class OccupationForm(forms.Form):
    """An occupation typed; where several fit, they are offered to pick from."""

    occupation = TidyField(
        label=_("职业（工种）"), max_length=60, help_text=_("写几个字即可查找，例如焊工、护理")
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        typed = tidy(self.data.get("occupation", "")) if self.is_bound else ""
        found = catalog.occupations_matching(typed, limit=12) if typed else []
        exact = [row for row in found if typed in (row.name, row.code)]
        if len(found) > 1 and len(exact) != 1:
            choices = [(row.code, f"{row.name} {row.code}") for row in found]
            picking = forms.ChoiceField(
                label=_("请选择一个职业"), choices=choices, widget=forms.RadioSelect, required=False
            )
            fields = list(self.fields.items())
            place = [name for name, _field in fields].index("occupation") + 1
            self.fields = type(self.fields)([*fields[:place], ("picked", picking), *fields[place:]])

    def clean(self):
        given = super().clean()
        if given.get("picked"):
            given["occupation"] = given["picked"]
        return given


class PostForm(OccupationForm):
    """One post: whom the enterprise lacks."""

    post = TidyField(label=_("岗位"), max_length=60)
    level_code = forms.ChoiceField(
        label=_("技能等级"), choices=LEVEL_CHOICES, required=False,
        help_text=_("写明等级，缺口才能算到等级；哪一级都可以的选“不分等级”"),
    )  # fmt: skip
    needed_now = forms.IntegerField(label=_("现在缺人"), min_value=0, max_value=100_000, initial=0)
    needed_in_year = forms.IntegerField(
        label=_("未来12个月还要招"), min_value=0, max_value=100_000, initial=0,
        help_text=_("除了现在缺的，今后12个月里还要增加的人数"),
    )  # fmt: skip
    wage_fen = MoneyField(label=_("月工资"), required=False)

    field_order = ["post", "occupation", "level_code", "needed_now", "needed_in_year", "wage_fen"]


class WageForm(OccupationForm):
    """What people of one post were paid."""

    sequence = forms.ChoiceField(label=_("岗位序列"), choices=queries.SEQUENCES)
    level_code = forms.ChoiceField(label=_("技能等级"), choices=LEVEL_CHOICES, required=False)
    people = forms.IntegerField(label=_("人数"), min_value=1, max_value=100_000)
    yearly_fen = MoneyField(label=_("人均全年工资"))
    annual_people = forms.IntegerField(
        label=_("年薪制人数"), min_value=0, max_value=100_000, required=False,
        help_text=_("这些人里实行年薪制的，没有不填"),
    )  # fmt: skip
    equity_people = forms.IntegerField(
        label=_("股权制人数"), min_value=0, max_value=100_000, required=False,
        help_text=_("这些人里因技能持有本企业股权的，没有不填"),
    )  # fmt: skip
    option_people = forms.IntegerField(
        label=_("期权制人数"), min_value=0, max_value=100_000, required=False,
        help_text=_("这些人里因技能持有本企业期权的，没有不填"),
    )  # fmt: skip

    field_order = [
        "sequence", "occupation", "level_code", "people", "yearly_fen", "annual_people", "equity_people",
        "option_people",
    ]  # fmt: skip


def reply_asked(request: HttpRequest, pk: int | None, token: str):
    """The reply and the link it is written by ("" behind the enterprise's own door)."""
    if token:
        return queries.reply_of_link(token)
    require_may(request.actor, P.SUBMIT_DEMAND_REPLY, gettext("填报企业调查"))
    return queries.demand_reply(pk, by=request.actor)


def address(name: str, reply, token: str, *more) -> str:
    """Where a page of one reply stands for whoever writes it."""
    if token:
        return reverse(f"portal:demand:{name}", args=[token, *more])
    return reverse(f"provider:demand:{name}", args=[reply.pk, *more])


def detail(request: HttpRequest, pk: int | None = None, token: str = "") -> HttpResponse:
    """One reply: what is written so far, what was sent, and what to do next."""
    reply = reply_asked(request, pk, token)
    asked = reply.round
    lines = [
        {
            **line,
            "occupation": catalog.occupation_name(line["occupation_code"]),
            "level": level_name(line["level_code"]),
            "band": dict(queries.SEQUENCES).get(line.get("sequence"), ""),
            "forms": pay_forms(line),
            "edit_url": f"{address('line', reply, token, index)}?seen={queries.line_mark(line)}",
            "drop_url": f"{address('drop', reply, token, index)}?seen={queries.line_mark(line)}",
        }
        for index, line in enumerate(reply.draft)
    ]
    is_open = asked.status == "opened" and asked.opens_on <= request.today <= asked.closes_on
    return render(
        request,
        "parts/demand_reply.html",
        {
            "page_base": "plain.html" if token else "rail.html",
            "reply": reply,
            "asked": asked,
            "lines": lines,
            "is_open": is_open,
            "is_changed": reply.revision > 0 and not queries.is_as_sent(reply),
            "add_url": address("add", reply, token),
            "import_url": address("import", reply, token),
            "submit_url": address("submit", reply, token),
            "list_url": "" if token else reverse("provider:demand:list"),
        },
    )


class DemandLine(FormPage):
    """One line of a reply, new or changed; saved into the draft at once."""

    submit_label = _("保存这一行")
    next_story = _("保存后还没有提交；都写好以后再提交。")

    def start(self, request, pk=None, token="", index=None):
        self.reply, self.token, self.index = reply_asked(request, pk, token), token, index
        self.seen = request.GET.get("seen", "")
        if index is not None and request.method == "GET":
            self.require_seen()
        posts = self.reply.round.kind == "posts"
        self.form_class = PostForm if posts else WageForm
        self.title = gettext("用工岗位") if posts else gettext("工资数据")
        self.subtitle = self.reply.round.title
        self.page_base = "plain.html" if token else "rail.html"
        self.cancel_url = address("detail", self.reply, token)

    def require_seen(self):
        """The line asked for is still where its link says."""
        if self.index >= len(self.reply.draft):
            raise operations.LineChanged() if self.seen else NotFound()
        if self.seen and queries.line_mark(self.reply.draft[self.index]) != self.seen:
            raise operations.LineChanged()

    def initial(self, request):
        if self.index is None or self.index >= len(self.reply.draft):
            return {}
        line = dict(self.reply.draft[self.index])
        line["occupation"] = catalog.occupation_name(line["occupation_code"])
        for name in ("wage_fen", "yearly_fen"):
            if line.get(name):
                line[name] = f"{line[name] / 100:.2f}"
        return line

    def act(self, request, form):
        operations.save_demand_line(
            self.reply.pk,
            form.cleaned_data,
            index=self.index,
            seen=self.seen,
            by=request.actor,
            at=request.at,
            link=self.token,
        )
        return self.cancel_url


class LinesForm(forms.Form):
    """A sheet of lines."""

    sheet = SheetField(label=_("表格"), help_text=_("用下面的模板，或自己的表格，标题对得上即可"))


class ImportLines(FormPage):
    """Many lines at once from a sheet."""

    template_name = "parts/demand_import.html"
    form_class = LinesForm
    submit_label = _("导入")
    next_story = _("看得懂的行存入草稿，看不懂的逐行说明；改好后可以再传。")
    title = _("从表格导入")

    def start(self, request, pk=None, token=""):
        self.reply, self.token = reply_asked(request, pk, token), token
        self.subtitle = self.reply.round.title
        self.page_base = "plain.html" if token else "rail.html"
        self.cancel_url = address("detail", self.reply, token)

    def more(self, request):
        return {"form_url": address("form", self.reply, self.token)}

    def act(self, request, form):
        given = form.cleaned_data["sheet"]
        taken = operations.import_demand_lines(
            self.reply.pk, given.read(), given.name, by=request.actor, at=request.at, link=self.token
        )
        messages.success(request, gettext("已存入草稿 {n} 行。").format(n=taken.kept))
        tell_problems(request, taken)
        return self.cancel_url


def blank_form(request: HttpRequest, pk: int | None = None, token: str = "") -> HttpResponse:
    """The sheet to fill in."""
    reply = reply_asked(request, pk, token)
    layout = POSTS if reply.round.kind == "posts" else WAGES
    return download(sheets.write_form(layout, title=layout.label), f"{layout.label}.xlsx")


@require_POST
def drop(request: HttpRequest, index: int, pk: int | None = None, token: str = "") -> HttpResponse:
    """Take a line out of the draft."""
    reply = reply_asked(request, pk, token)
    operations.drop_demand_line(
        reply.pk, index, by=request.actor, at=request.at, link=token, seen=request.GET.get("seen", "")
    )
    return redirect(address("detail", reply, token))


@require_POST
def submit(request: HttpRequest, pk: int | None = None, token: str = "") -> HttpResponse:
    """Send what is written."""
    reply = reply_asked(request, pk, token)
    operations.submit_demand_reply(
        reply.pk, by=request.actor, at=request.at, link=token,
        nothing_needed=request.POST.get("nothing_needed") == "yes",
    )  # fmt: skip
    messages.success(request, gettext("已提交。截止以前可以修改后重新提交。"))
    return redirect(address("detail", reply, token))


def reply_urls(key: str) -> list:
    """The pages of one reply below ``key``: ``<int:pk>`` behind a door, ``<str:token>`` by link."""
    return [
        path(f"{key}/", detail, name="detail"),
        path(f"{key}/line/", DemandLine.as_view(), name="add"),
        path(f"{key}/line/<int:index>/", DemandLine.as_view(), name="line"),
        path(f"{key}/line/<int:index>/drop/", drop, name="drop"),
        path(f"{key}/import/", ImportLines.as_view(), name="import"),
        path(f"{key}/form/", blank_form, name="form"),
        path(f"{key}/submit/", submit, name="submit"),
    ]
