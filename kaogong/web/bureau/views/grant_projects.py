"""Projects and yearly performance at the bureau: what was awarded, came, went on, and how it did."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.access.permissions import Permission as P
from kaogong.grants import operations
from kaogong.grants import queries as grants
from kaogong.grants.states import ENTRY_KINDS, PROJECT_KINDS
from kaogong.institutions import queries as institutions
from kaogong.kernel.money import yuan
from kaogong.ledger.states import PUBLIC_LEVELS, SOURCE_LEVELS
from kaogong.trail.operations import require_may
from kaogong.web.bureau.tables_grants import ProjectTable
from kaogong.web.parts.forms import DateField, MoneyField, TidyField
from kaogong.web.parts.lists import Action, ListPage, handed_in
from kaogong.web.parts.pages import FormPage
from kaogong.web.parts.records import Act, Section, link


class InstitutionField(TidyField):
    """One body in reach, by its credit code or its whole name."""

    def found(self, value: str, by):
        """The body, or a refusal that says what was not found."""
        rows = institutions.institutions(by, value)
        exact = [row for row in rows[:20] if value in (row.credit_code, row.name)]
        if len(exact) != 1:
            raise forms.ValidationError(gettext("没有找到这个单位，请填完整的名称或统一社会信用代码。"))
        return exact[0]


class ByInstitution(forms.Form):
    """A form about one body."""

    institution = InstitutionField(label=_("单位"), max_length=120, help_text=_("完整名称或统一社会信用代码"))

    def __init__(self, *args, by, **kwargs):
        super().__init__(*args, **kwargs)
        self.by = by

    def clean_institution(self):
        return self.fields["institution"].found(self.cleaned_data["institution"], self.by)


class ProjectForm(ByInstitution):
    """One project as its award paper tells it."""

    title = TidyField(label=_("项目名称"), max_length=120)
    kind = forms.ChoiceField(label=_("项目类别"))
    document = TidyField(label=_("核定文件"), max_length=200, help_text=_("文件名称和文号"))
    awarded_on = DateField(label=_("核定日期"))
    awarded_fen = MoneyField(label=_("核定金额"))
    area_sqm = forms.IntegerField(label=_("建筑面积（平方米）"), required=False, min_value=0)
    investment_fen = MoneyField(label=_("总投资"), required=False)
    equipment_count = forms.IntegerField(label=_("购置设备（台套）"), required=False, min_value=0)
    central_fen = MoneyField(label=_("其中中央预算内投资"), required=False)

    field_order = ("title", "kind", "institution")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [
            (code, gettext(word)) for code, word in PROJECT_KINDS.items() if code != "sponsored"
        ]

    def clean(self):
        given = super().clean()
        built = ("area_sqm", "investment_fen", "equipment_count", "central_fen")
        if given.get("kind") != "capital" and any(given.get(name) for name in built):
            self.add_error("kind", gettext("填了建设内容的，应选“基建项目”。"))
        if given.get("central_fen") and given["central_fen"] > (given.get("investment_fen") or 0):
            self.add_error("central_fen", gettext("中央预算内投资不能超过总投资。"))
        return given


class EntryForm(forms.Form):
    """One receipt, payment or look at performance."""

    kind = forms.ChoiceField(label=_("事项"), widget=forms.RadioSelect)
    on = DateField(label=_("日期"))
    amount_fen = MoneyField(label=_("金额（绩效不填）"), required=False)
    source_level = forms.ChoiceField(label=_("资金来源（到位时填）"), required=False)
    payee = TidyField(label=_("付给（拨付时填）"), required=False, max_length=120)
    note = forms.CharField(
        label=_("说明或绩效情况"), required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )
    document = TidyField(label=_("凭证"), max_length=200, help_text=_("文件名称、文号或银行回单号"))
    paper = forms.FileField(
        label=_("凭证文件"),
        required=False,
        help_text=_("PDF、JPEG 或 PNG，不超过 10 MB。"),
        widget=forms.FileInput(attrs={"accept": "application/pdf,image/jpeg,image/png"}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(code, gettext(word)) for code, word in ENTRY_KINDS.items()]
        self.fields["source_level"].choices = [("", "—"), *PUBLIC_LEVELS.items()]


class Projects(ListPage):
    """Every project with what was awarded, came, went on and is left."""

    title = _("扶持项目")
    subtitle = _("核定、到位、拨付、绩效逐笔登记；拨付不能超过到位")
    table_class = ProjectTable
    may = P.VIEW_LEDGER
    empty_title = _("还没有登记项目")
    empty_text = _("按核定文件登记项目，再逐笔登记到位和拨付。")

    def rows(self, request):
        return grants.projects(request.actor, text=request.GET.get("q", ""))

    def actions(self, request):
        if not request.actor.may(P.KEEP_PROJECTS):
            return []
        return [Action(gettext("登记项目"), reverse("bureau:projects:register"), primary=True)]

    def prepare(self, records):
        sums = grants.project_sums(record.pk for record in records)
        for record in records:
            record.sums = sums[record.pk]


class Register(FormPage):
    """Keep a project somebody was awarded money for."""

    title = _("登记项目")
    form_class = ProjectForm
    may = P.KEEP_PROJECTS
    submit_label = _("登记")

    def start(self, request):
        self.cancel_url = reverse("bureau:projects:list")

    def form_arguments(self, request):
        return {"by": request.actor}

    def act(self, request, form):
        given = dict(form.cleaned_data)
        names = ("area_sqm", "investment_fen", "equipment_count", "central_fen")
        built = operations.Built(**{name: given.pop(name) for name in names})
        body = given.pop("institution")
        made = operations.register_project(body.pk, **given, built=built, by=request.actor, at=request.at)
        return reverse("bureau:projects:detail", args=[made.pk])


class Record(FormPage):
    """Keep one receipt, payment or look at performance of a project."""

    title = _("登记项目资金")
    form_class = EntryForm
    may = P.KEEP_PROJECTS
    submit_label = _("登记")
    next_story = _("登记后不能修改；登记错的另记一笔并说明。")

    def start(self, request, pk):
        self.project = grants.project(pk, by=request.actor)
        self.subtitle = str(self.project)
        self.cancel_url = reverse("bureau:projects:detail", args=[pk])

    def act(self, request, form):
        given = dict(form.cleaned_data)
        paper = given.pop("paper")
        given["amount_fen"] = given["amount_fen"] or 0
        if paper:
            given |= {"filename": paper.name, "content": paper.read()}
        operations.record_project_entry(self.project.pk, **given, by=request.actor, at=request.at)
        return self.cancel_url


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One project: its award, its money with the balance, its performance."""
    require_may(request.actor, P.VIEW_LEDGER, gettext("扶持项目"))
    project = grants.project(pk, by=request.actor)
    sums = grants.project_sums([pk])[pk]
    entries = list(grants.project_entries(pk))
    facts = [
        (gettext("承担单位"), project.institution.name),
        (gettext("项目类别"), gettext(project.get_kind_display())),
        *([(gettext("赞助方"), project.sponsor)] if project.sponsor else []),
        (gettext("核定文件"), project.document),
        (gettext("核定日期"), project.awarded_on),
    ]
    if project.kind == "capital":
        facts += [
            (gettext("建筑面积（平方米）"), f"{project.area_sqm:,}" if project.area_sqm else ""),
            (gettext("总投资"), yuan(project.investment_fen) if project.investment_fen else ""),
            (gettext("购置设备（台套）"), f"{project.equipment_count:,}" if project.equipment_count else ""),
            (gettext("其中中央预算内投资"), yuan(project.central_fen) if project.central_fen else ""),
        ]
    may_record = request.actor.may(P.KEEP_PROJECTS)
    record_url = reverse("bureau:projects:record", args=[pk])
    return render(
        request,
        "bureau/grants/project.html",
        {
            "project": project,
            "figures": [
                (gettext("核定"), project.awarded_fen),
                (gettext("到位"), sums.received_fen),
                (gettext("拨付"), sums.paid_fen),
                (gettext("结余"), sums.balance_fen),
            ],
            "acts": [Act(gettext("登记到位、拨付或绩效"), record_url, is_link=True, is_primary=True)]
            if may_record
            else [],
            "sections": [
                Section("about", gettext("核定"), facts=facts),
                Section(
                    "money",
                    gettext("资金和绩效"),
                    head=[
                        gettext("日期"),
                        gettext("事项"),
                        gettext("金额"),
                        gettext("来源或付给"),
                        gettext("凭证"),
                    ],
                    rows=[_row(entry) for entry in entries],
                    empty=gettext("还没有资金记录。"),
                ),
            ],
        },
    )


def _row(entry) -> list[object]:
    proof = entry.document
    if entry.filename:
        proof = link(entry.document, reverse("bureau:projects:paper", args=[entry.pk]))
    whence = SOURCE_LEVELS.get(entry.source_level, "") or entry.payee or entry.note
    return [
        entry.on,
        gettext(entry.get_kind_display()),
        yuan(entry.amount_fen) if entry.amount_fen else "—",
        whence,
        proof,
    ]


def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The file of one entry."""
    require_may(request.actor, P.VIEW_LEDGER, gettext("扶持项目"))
    return handed_in(grants.project_paper(pk, by=request.actor))
