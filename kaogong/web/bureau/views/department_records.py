"""Records of other departments, what was told twice, and how good what each sends is."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.access.permissions import Permission as P
from kaogong.catalog import queries as catalog
from kaogong.departments import operations, queries
from kaogong.kernel.money import yuan
from kaogong.trail.operations import require_may
from kaogong.web.bureau.filters_departments import DuplicateFilter, RecordFilter
from kaogong.web.bureau.tables_departments import LinkedRecordTable, QualityTable, RecordTable
from kaogong.web.bureau.tables_duplicates import DuplicateTable
from kaogong.web.parts.lists import ListPage
from kaogong.web.parts.pages import act


class Records(ListPage):
    """Every person-time of accepted lists."""

    title = _("部门培训记录")
    subtitle = _("已接纳的各部门培训：有身份证号码的对应到人；重复或待核定的不计入，对应不到人的只计人次")
    filter_class = RecordFilter
    may = P.VIEW_DEPARTMENT_FILES
    empty_title = _("没有部门培训记录")
    empty_text = _("部门报送的文件接纳以后，记录列在这里。换个条件再试，或清除筛选。")

    @property
    def table_class(self):
        return LinkedRecordTable if self.request.actor.may(P.VIEW_PEOPLE) else RecordTable

    def rows(self, request):
        return queries.records(request.actor)


class Duplicates(ListPage):
    """Person-times told twice, those to decide first."""

    title = _("疑似重复")
    subtitle = _(
        "同一个人、时间重叠、职业相同（或不详）的培训只计一次：本系统的在先，部门之间先接纳的在先。核定前后来的不计入"
    )
    table_class = DuplicateTable
    filter_class = DuplicateFilter
    may = P.VIEW_DEPARTMENT_FILES
    empty_title = _("没有疑似重复")
    empty_text = _("接纳部门数据时和每天夜里自动比对，发现后列在这里。")

    def rows(self, request):
        return queries.duplicates(request.actor)


class Quality(ListPage):
    """How good what each department sends is."""

    title = _("报送质量")
    subtitle = _(
        "质量得分 = 下列各率的平均：合格率（没有问题的行 ÷ 报送的行）、对应到人率（对应到人的记录 ÷ 接纳的记录）、"
        "按时率（按时的文件 ÷ 定有报送日期的文件）、不重复率（不重复的记录 ÷ 接纳的记录）；没有分母的不参加平均"
    )
    table_class = QualityTable
    may = P.VIEW_DEPARTMENT_FILES
    empty_title = _("还没有可以评的报送")
    empty_text = _("部门报送的文件核验以后，这里给出每个部门的质量。")

    def rows(self, request):
        return queries.quality(request.actor)


def duplicate(request: HttpRequest, pk: int) -> HttpResponse:
    """Both trainings side by side, to decide whether they are one."""
    require_may(request.actor, P.VIEW_DEPARTMENT_FILES, gettext("疑似重复"))
    found = queries.duplicate(pk, by=request.actor)
    sides = [(gettext("后来的记录"), *_of_record(found.record))]
    if found.other is not None:
        sides.append((gettext("已有的培训"), *_of_record(found.other)))
    else:
        taught = found.enrolment.training_class
        facts = [
            (gettext("班期编号"), taught.number),
            (gettext("职业（工种）"), catalog.occupation_name(taught.occupation_code)),
            (gettext("起止"), f"{taught.starts_on} — {taught.ends_on}"),
            (gettext("培训机构"), taught.institution.name),
        ]
        sides.append((gettext("已有的培训"), gettext("本系统"), facts))
    return render(request, "bureau/departments/duplicate.html", {"duplicate": found, "sides": sides})


def _of_record(record) -> tuple[str, list[tuple[str, str]]]:
    facts = [
        (gettext("文件"), f"{record.file.filename} · {gettext('第 {n} 行').format(n=record.row_number)}"),
        (gettext("培训项目"), record.programme_name or "—"),
        (gettext("职业（工种）"), record.occupation_name or "—"),
        (gettext("起止"), f"{record.starts_on} — {record.ends_on}"),
        (gettext("培训机构"), record.provider_name or "—"),
        (gettext("补贴金额"), yuan(record.subsidy_fen)),
    ]
    return queries.department_name(record.department_code), facts


def _to_duplicates(request: HttpRequest, found) -> str:
    return reverse("bureau:record_duplicates:detail", args=[found.pk])


confirm = act(operations.confirm_duplicate, to=_to_duplicates, done=_("已确认重复，这条记录不计入。"))
dismiss = act(operations.dismiss_duplicate, to=_to_duplicates, done=_("已判定不是重复，这条记录计入。"))
