"""The inspection sheets on paper, with the headings of the real forms."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext

from kaogong.access.permissions import Permission as P
from kaogong.catalog import queries as catalog
from kaogong.kernel.errors import NotFound
from kaogong.kernel.levels import level_of
from kaogong.papers import PaperColumn, TablePaper, table_pdf
from kaogong.supervision import queries
from kaogong.trail.operations import require_may
from kaogong.training import queries as training
from kaogong.web.parts.lists import download

WORDS = {"yes": "是", "no": "否", "na": "不适用"}
# The headings stand as the forms have them, in Chinese whatever language the page is in.
VIDEO_COLUMNS = (
    PaperColumn(label="序号", align="center", weight=0.5),
    PaperColumn(label="日期", align="center", weight=1.2),
    PaperColumn(label="审查内容", align="left", weight=3.4),
    PaperColumn(label="应到人数", align="center", weight=0.9),
    PaperColumn(label="出勤人数", align="center", weight=0.9),
    PaperColumn(label="出勤率", align="center", weight=0.9),
    PaperColumn(label="合格/不合格", align="center", weight=1.1),
    PaperColumn(label="检查员", align="left", weight=1.6),
)
ACCEPTANCE_COLUMNS = (
    PaperColumn(label="序号", align="center", weight=0.5),
    PaperColumn(label="验收项目", align="left", weight=2.4),
    PaperColumn(label="验收和评价方法", align="left", weight=3.6),
    PaperColumn(label="得分", align="center", weight=1.0),
)


def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The sheet an inspection was filled in on: 视频监控检查表 with all its visits, or 验收表."""
    if not request.actor.may(P.VIEW_PEOPLE):
        require_may(request.actor, P.RECORD_INSPECTION, gettext("检查"))
    inspection = queries.inspection(pk, by=request.actor)
    if not inspection.sheet:
        raise NotFound()
    facts = sheet_facts(inspection, request.actor)
    made = (
        _video(inspection, request, facts) if inspection.sheet == "video" else _acceptance(inspection, facts)
    )
    return download(table_pdf(made), f"{made.title}-{inspection.number}.pdf", "application/pdf")


def sheet_facts(inspection, by) -> list[tuple[str, str]]:
    """The head of the sheet."""
    institution = inspection.institution
    facts = [("培训机构名称", institution.name)]
    if inspection.training_class_id:
        one = training.training_class(inspection.training_class_id, by=by)
        occupation = catalog.occupation(one.occupation_code)
        facts += [
            ("开班备案号", one.number),
            ("职业（工种）", occupation.name if occupation else one.occupation_code),
            ("培训等级", level_of(one.level_code).label if one.level_code else "—"),
            ("培训起止日期", f"{one.starts_on:%Y-%m-%d} 至 {one.ends_on:%Y-%m-%d}"),
            ("培训人数", str(one.learner_count)),
            ("总课时", str(one.hours_theory + one.hours_practice)),
            ("理论课时", str(one.hours_theory)),
            ("上课地点", one.site.address if one.site else "—"),
        ]
    return [*facts, ("负责人", institution.contact_name or "—"), ("联系电话", institution.phone or "—")]


def _video(inspection, request, facts) -> TablePaper:
    rows, rates = [], []
    visits = queries.visits_on_sheet(inspection, by=request.actor).prefetch_related("assignments__inspector")
    for n, visit in enumerate(visits, 1):
        rate = ""
        if visit.expected:
            rates.append(visit.present / visit.expected)
            rate = f"{100 * rates[-1]:.1f}%"
        there = [sent.inspector.name for sent in visit.assignments.all() if sent.attended]
        rows.append(
            [
                str(n),
                f"{visit.inspected_on:%Y-%m-%d}",
                str(visit.answers.get("content", "")),
                "—" if visit.expected is None else str(visit.expected),
                "—" if visit.present is None else str(visit.present),
                rate or "—",
                {"yes": "合格", "no": "不合格"}.get(visit.answers.get("conclusion"), "不适用"),
                "、".join(there),
            ]
        )
    notes = []
    if rates:
        notes.append(f"平均出勤率 {100 * sum(rates) / len(rates):.1f}%　最低出勤率 {100 * min(rates):.1f}%")
    return TablePaper(
        title="职业培训视频监控检查表",
        columns=VIDEO_COLUMNS,
        rows=rows,
        facts=facts,
        notes=notes,
        signatures=["检查员签字", "培训机构签字（盖章）"],
        landscape=True,
        printed_on=request.today,
        synthetic=catalog.is_fictional_region(inspection.region_code),
    )


def _acceptance(inspection, facts) -> TablePaper:
    rows = []
    for n, item in enumerate(queries.items_of("acceptance", inspection.inspected_on), 1):
        answer = inspection.answers.get(item.key, "")
        is_score = item.kind == "score60"
        told = WORDS.get(answer, str(answer)) if item.kind == "yes_no" else str(answer)
        rows.append([str(n), item.label, "现场核验" if is_score else told, str(answer) if is_score else "—"])
    return TablePaper(
        title="培训验收表",
        columns=ACCEPTANCE_COLUMNS,
        rows=rows,
        facts=[*facts, ("验收日期", f"{inspection.inspected_on:%Y-%m-%d}")],
        notes=[inspection.notes] if inspection.notes else [],
        signatures=["验收人签字", "培训机构签字（盖章）"],
        printed_on=inspection.inspected_on,
        synthetic=catalog.is_fictional_region(inspection.region_code),
    )
