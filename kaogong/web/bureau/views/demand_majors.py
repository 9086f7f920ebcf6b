"""School majors, the chains they serve, and how many match the leading industries (N3)."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong import sheets
from kaogong.access.permissions import Permission as P
from kaogong.catalog import queries as catalog
from kaogong.demand import operations, queries
from kaogong.kernel.errors import NotFound
from kaogong.sheets.demand_layouts import MAJORS
from kaogong.trail.operations import require_may
from kaogong.web.bureau.tables_demand import MajorTable
from kaogong.web.parts.demand import tell_problems
from kaogong.web.parts.forms import DateField, ReasonForm, SheetField
from kaogong.web.parts.lists import Action, ListPage, download
from kaogong.web.parts.pages import FormPage


class MajorsForm(forms.Form):
    """A sheet of majors."""

    sheet = SheetField(label=_("表格"), help_text=_("用下面的模板，或自己的表格，标题对得上即可"))


class TagForm(forms.Form):
    """The chain a major serves."""

    chain_code = forms.ChoiceField(label=_("产业链"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        chains = catalog.code_labels("industry_chain").items()
        self.fields["chain_code"].choices = [("", _("不服务于列出的产业链")), *chains]


class EndForm(ReasonForm):
    """The first day a major is no longer offered."""

    ends_on = DateField(label=_("从哪天起停办"))

    field_order = ["ends_on", "reason"]


class Majors(ListPage):
    """Majors in reach, with the share that matches on top."""

    title = _("专业匹配")
    subtitle = _("院校专业标注到产业链，匹配的专业数 ÷ 全部专业数")
    table_class = MajorTable
    template_name = "bureau/demand/majors.html"
    may = P.VIEW_PEOPLE
    empty_title = _("还没有院校专业")
    empty_text = _("导入院校专业设置表，或让院校报来后导入。")

    def rows(self, request):
        self.may_change = request.actor.may(P.KEEP_MAJORS)
        return queries.school_majors(request.actor)

    def prepare(self, records):
        for row in records:
            row.may_change = self.may_change and row.ends_on is None

    def actions(self, request):
        if not request.actor.may(P.KEEP_MAJORS):
            return []
        return [Action(gettext("导入院校专业"), reverse("bureau:majors:import"), primary=True)]

    def more(self, request, page_rows):
        match = queries.major_match(request.actor, request.actor.region_code, request.today)
        return {"match": match, "leading": "、".join(match.leading.values())}


class ImportMajors(FormPage):
    """Bring a sheet of majors."""

    title = _("导入院校专业")
    template_name = "parts/demand_import.html"
    form_class = MajorsForm
    may = P.KEEP_MAJORS
    submit_label = _("导入")
    next_story = _("已有的专业按代码更新，新的从今天起计；看不懂的行逐行说明。")

    def start(self, request):
        self.cancel_url = reverse("bureau:majors:list")

    def more(self, request):
        return {"form_url": reverse("bureau:majors:form")}

    def act(self, request, form):
        given = form.cleaned_data["sheet"]
        taken = operations.import_majors(given.read(), given.name, by=request.actor, at=request.at)
        messages.success(request, gettext("已导入 {n} 个专业。").format(n=taken.kept))
        tell_problems(request, taken)
        return self.cancel_url


def major_form(request: HttpRequest) -> HttpResponse:
    """The sheet to fill in."""
    require_may(request.actor, P.KEEP_MAJORS, gettext("导入院校专业"))
    return download(sheets.write_form(MAJORS, title=MAJORS.label), f"{MAJORS.label}.xlsx")


class OfMajor(FormPage):
    """A form about one major."""

    may = P.KEEP_MAJORS

    def start(self, request, pk):
        self.major = queries.school_majors(request.actor).filter(pk=pk).first()
        if self.major is None:
            raise NotFound()
        self.subtitle = f"{self.major.institution.name} {self.major.name}"
        self.cancel_url = reverse("bureau:majors:list")


class TagMajor(OfMajor):
    """Say which chain it serves."""

    title = _("标注产业链")
    form_class = TagForm

    def initial(self, request):
        return {"chain_code": self.major.chain_code}

    def act(self, request, form):
        operations.tag_major(self.major.pk, **form.cleaned_data, by=request.actor, at=request.at)
        return self.cancel_url


class EndMajor(OfMajor):
    """Let it end."""

    title = _("停办专业")
    form_class = EndForm

    def act(self, request, form):
        operations.end_major(self.major.pk, **form.cleaned_data, by=request.actor, at=request.at)
        return self.cancel_url
