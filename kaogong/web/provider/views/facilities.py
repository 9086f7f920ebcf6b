"""One's own rooms, equipment and staff: one by one, or a whole sheet at once."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong import sheets
from kaogong.access.permissions import Permission
from kaogong.catalog import queries as catalog
from kaogong.institutions import operations
from kaogong.institutions import queries as institutions
from kaogong.sheets.provider_layouts import EQUIPMENT, TRAINERS
from kaogong.trail.operations import require_may
from kaogong.web.parts.lists import download, exported
from kaogong.web.parts.pages import FormPage, act

from ..forms_institution import (
    DevelopmentForm,
    EquipmentForm,
    QualificationForm,
    RoomForm,
    StaffSheetForm,
)
from ..stories import level_label
from .institution import OwnForm

_LEVELS = {"1": "一级", "2": "二级", "3": "三级", "4": "四级", "5": "五级"}
_EMPLOYMENTS = {"full": "专职", "part": "兼职", "expert": "企业专家"}


class AddRoom(OwnForm):
    """A room in which a class can sit."""

    title = _("登记教室或实训场所")
    form_class = RoomForm
    done_story = _("教室已登记。")

    def form_arguments(self, request):
        return {"sites": [(site.pk, site.name) for site in institutions.sites(self.own.pk)]}

    def keep(self, request, given):
        operations.add_room(**given, by=request.actor, at=request.at)


class AddEquipment(OwnForm):
    """One line of equipment."""

    title = _("登记设备")
    form_class = EquipmentForm
    done_story = _("设备已登记。")

    def keep(self, request, given):
        given = dict(given)
        operations.add_equipment(
            self.own.pk, occupation_code=given.pop("occupation"), **given, by=request.actor, at=request.at
        )


class _Import(OwnForm):
    """A whole sheet: good rows are kept, bad rows are named."""

    template_name = "provider/import_sheet.html"
    form_class = StaffSheetForm
    submit_label = _("导入")
    next_story = _("看得懂的行直接登记，看不懂的逐行说明原因；改好后把整份文件再传一次，已登记的不会重复。")
    form_url = ""

    def more(self, request):
        return {"form_url": reverse(self.form_url)}

    def take(self, request, upload):
        raise NotImplementedError

    def keep(self, request, given):
        taken = self.take(request, given["sheet"])
        messages.success(request, gettext("已登记 {n} 行。").format(n=taken.kept))
        for row, said in list(taken.problems.items())[:50]:
            messages.warning(request, gettext("第 {row} 行：{said}").format(row=row, said="；".join(said)))


class ImportTrainers(_Import):
    """The 教师花名册."""

    title = _("导入教师花名册")
    form_url = "provider:institution:trainer_form"

    def take(self, request, upload):
        return operations.import_trainers(
            self.own.pk, upload.read(), upload.name, by=request.actor, at=request.at
        )


class ImportEquipment(_Import):
    """The 主要设施设备清单."""

    title = _("导入设备清单")
    form_url = "provider:institution:equipment_form"

    def take(self, request, upload):
        return operations.import_equipment(
            self.own.pk, upload.read(), upload.name, by=request.actor, at=request.at
        )


def trainer_form(request: HttpRequest) -> HttpResponse:
    """The blank 教师花名册."""
    require_may(request.actor, Permission.EDIT_OWN_INSTITUTION, gettext("下载模板"))
    return download(sheets.write_form(TRAINERS, title=TRAINERS.label), f"{TRAINERS.label}.xlsx")


def equipment_form(request: HttpRequest) -> HttpResponse:
    """The blank 主要设施设备清单."""
    require_may(request.actor, Permission.EDIT_OWN_INSTITUTION, gettext("下载模板"))
    return download(sheets.write_form(EQUIPMENT, title=EQUIPMENT.label), f"{EQUIPMENT.label}.xlsx")


def trainer_sheet(request: HttpRequest) -> HttpResponse:
    """Everyone who teaches here, in the columns of the form; numbers masked, taking it out is recorded."""
    require_may(request.actor, Permission.EXPORT_LIST, gettext("导出"))
    rows = [
        {
            "sequence": n,
            "name": one.name,
            "id_number": one.id_number_masked,
            "education": one.education,
            "major": one.major,
            "title": one.title,
            "qualification": one.qualification,
            "level": _LEVELS.get(one.level_code, ""),
            "courses": one.courses,
            "employment": _EMPLOYMENTS[one.employment],
            "manager": "是" if one.is_manager else "否",
        }
        for n, one in enumerate(institutions.trainers(request.actor.organisation_id, request.today), 1)
    ]
    return _taken_out(request, TRAINERS, rows)


def equipment_sheet(request: HttpRequest) -> HttpResponse:
    """Equipment in the columns of the form."""
    require_may(request.actor, Permission.EXPORT_LIST, gettext("导出"))
    rows = [
        {
            "sequence": n,
            "occupation": catalog.occupation_name(one.occupation_code),
            "title": one.title,
            "model": one.model,
            "quantity": one.quantity,
        }
        for n, one in enumerate(institutions.equipment(request.actor.organisation_id, request.today), 1)
    ]
    return _taken_out(request, EQUIPMENT, rows)


def _taken_out(request: HttpRequest, layout: sheets.Layout, rows: list[dict]) -> HttpResponse:
    given = {name for row in rows for name in row}
    columns = [
        (column.field, column.label, "integer" if column.kind == "integer" else "text")
        for column in layout.columns
        if column.field in given
    ] or [("sequence", "序号", "integer")]
    data = sheets.write_table(columns, rows, title=layout.label)
    return exported(request, data, title=layout.label, rows=len(rows))


def trainer(request: HttpRequest, pk: int) -> HttpResponse:
    """One trainer: certificates with their terms, and what was done to teach better."""
    require_may(request.actor, Permission.EDIT_OWN_INSTITUTION, gettext("教师"))
    found = institutions.trainer(pk, by=request.actor)
    return render(
        request,
        "provider/trainer.html",
        {
            "trainer": found,
            "level": level_label(found.level_code) if found.level_code else "",
            "qualifications": [
                (row, level_label(row.level_code) if row.level_code else "",
                 row.valid_until is not None and row.valid_until <= request.today)
                for row in institutions.qualifications(pk)
            ],
            "developments": institutions.developments(pk),
            "may_edit": request.actor.may(Permission.EDIT_OWN_INSTITUTION) and found.left_on is None,
        },
    )  # fmt: skip


class _TrainerForm(FormPage):
    """A form about one trainer."""

    may = Permission.EDIT_OWN_INSTITUTION

    def start(self, request, pk):
        self.trainer = institutions.trainer(pk, by=request.actor)
        self.subtitle = self.trainer.name
        self.cancel_url = reverse("provider:institution:trainer", args=[pk])


class AddQualification(_TrainerForm):
    """One more certificate."""

    title = _("登记教师资格")
    form_class = QualificationForm
    done_story = _("资格已登记。")

    def act(self, request, form):
        operations.add_qualification(
            self.trainer.pk, operations.Qualification(**form.cleaned_data), by=request.actor, at=request.at
        )
        return self.cancel_url


class RecordDevelopment(_TrainerForm):
    """One more course, visit or programme."""

    title = _("登记教师素质提升")
    form_class = DevelopmentForm
    done_story = _("已登记。")

    def act(self, request, form):
        operations.record_development(
            self.trainer.pk, operations.Development(**form.cleaned_data), by=request.actor, at=request.at
        )
        return self.cancel_url


def _home(_request, _thing) -> str:
    return reverse("provider:institution:detail")


remove_trainer = act(operations.remove_trainer, to=_home, done=_("已登记离岗，以前的课次不变。"))
remove_equipment = act(operations.remove_equipment, to=_home, done=_("设备已停用。"))
