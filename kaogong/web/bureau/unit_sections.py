"""What the pages of an assessment are made of: the table of points, criteria, grades, one unit's working."""

from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext

from kaogong.access.permissions import Permission as P
from kaogong.planning import queries
from kaogong.planning.states import SCORE_SOURCES, UNIT_KINDS
from kaogong.web.bureau.tables_planning import department_name
from kaogong.web.parts.grading import words_of
from kaogong.web.parts.records import Act, Section, link
from kaogong.web.parts.templatetags.parts import badge

# What a line of a working is about → the page that shows it, and whether a unit's own account may open it.
PAGES = {
    "target": ("bureau:targets:detail", False),
    "plan": ("bureau:plans:detail", True),
    "fund": ("bureau:funds:execution", False),
    "submission": ("bureau:plan_submissions:detail", True),
    "duty": ("bureau:duty_items:detail", True),
    "notice": ("bureau:supervision_notices:detail", True),
    "return": ("bureau:period_returns:detail", False),
}


def points_words(score) -> str:
    """Points as people read them; nothing given yet is a dash."""
    if score is None:
        return "—"
    return gettext("不适用") if score.is_excluded else f"{score.points / 100:.2f}"


def unit_name(unit) -> str:
    """A department in the reader's language; a district by its own name."""
    return department_name(unit.department) if unit.department else unit.name


def total_words(unit) -> str:
    return "—" if unit.total is None else f"{unit.total / 100:.2f}"


def grade_of_unit(assessment, unit) -> str:
    """A unit's grade in the reader's language."""
    named = (words_of(row) for row in assessment.grades if row["code"] == unit.grade_code)
    return next(named, unit.grade_label) or "—"


def result_table(assessment, units) -> Section:
    """What every unit's points add up to, its place and grade."""
    rows = []
    for unit in units:
        scores = queries.standing_scores(unit)
        total, _weight = queries.total_of(assessment.criteria, scores)
        left = len(assessment.criteria) - len(scores)
        rows.append(
            (
                link(unit_name(unit), reverse("bureau:assessed_units:detail", args=[unit.pk])),
                gettext(UNIT_KINDS[unit.kind]),
                gettext("还差 {n} 项").format(n=left) if left else f"{total / 100:.2f}",
                unit.rank or "—",
                grade_of_unit(assessment, unit),
                unit.consequence or "—",
            )
        )
    return Section(
        "result",
        gettext("结果"),
        head=[
            gettext("被考核单位"), gettext("类别"), gettext("总分"), gettext("名次"), gettext("考核等级"),
            gettext("后果"),
        ],
        rows=rows,
        hint=gettext("区市和部门分别排名；不适用的标准不计，总分按其余标准折算成百分"),
    )  # fmt: skip


def points_table(assessment, units) -> Section:
    """Every unit's points, a criterion a row, a unit a column."""
    there = [queries.standing_scores(unit) for unit in units]
    rows = [
        (words_of(row), row["weight"], *(points_words(scores.get(row["code"])) for scores in there))
        for row in assessment.criteria
    ]
    head = [gettext("考核标准"), gettext("满分"), *(unit_name(unit) for unit in units)]
    return Section("points", gettext("得分"), head=head, rows=rows)


def criteria_table(assessment) -> Section:
    """The criteria as they were kept when the assessment was opened."""
    rows = [
        (
            words_of(row),
            row["weight"],
            gettext(SCORE_SOURCES[row["source"]]),
            gettext(queries.MEASURES[row["measure"]]) if row.get("measure") in queries.MEASURES else "—",
            "—" if row.get("nothing_at") is None else f"{row['nothing_at']}% — {row['full_at']}%",
        )
        for row in assessment.criteria
    ]
    return Section(
        "criteria",
        gettext("考核标准"),
        head=[gettext("考核标准"), gettext("满分"), gettext("来源"), gettext("取自"), gettext("零分至满分")],
        rows=rows,
        text=f"{gettext('依据')}{gettext('：')}{assessment.source}",
    )


def grades_table(assessment) -> Section:
    rows = [(words_of(row), row["at_least"], row.get("consequence") or "—") for row in assessment.grades]
    return Section(
        "grades",
        gettext("等级和后果"),
        head=[gettext("考核等级"), gettext("不低于"), gettext("后果")],
        rows=rows,
        hint=gettext("后果只写明，由人另行办理"),
    )


def objections_table(assessment, rows, by) -> Section:
    labels = {row["code"]: words_of(row) for row in assessment.criteria}
    return Section(
        "objections",
        gettext("单位的意见"),
        head=[
            gettext("被考核单位"),
            gettext("考核标准"),
            gettext("意见"),
            gettext("收到时间"),
            gettext("状态"),
        ],
        rows=[
            (
                unit_name(one.unit),
                labels.get(one.criterion_code, one.criterion_code),
                link(one.content[:60], reverse("bureau:unit_objections:settle", args=[one.pk]))
                if by.may(P.CONFIRM_ASSESSMENT)
                else one.content[:60],
                f"{localtime(one.received_at):%Y-%m-%d}",
                badge(one),
            )
            for one in rows
        ],
        empty=gettext("没有收到意见。"),
    )


def board_table(assessment) -> Section:
    """The published result as every unit sees it: by place with points, or only the grade."""
    by_rank = assessment.shown_as == "rank"
    units = queries.board(assessment)
    if not by_rank:
        units = sorted(units, key=lambda unit: (unit.kind, unit.grade_code, unit.pk))
    rows = [
        (
            *((unit.rank,) if by_rank else ()),
            unit_name(unit),
            gettext(UNIT_KINDS[unit.kind]),
            *((total_words(unit),) if by_rank else ()),
            grade_of_unit(assessment, unit),
        )
        for unit in units
    ]
    head = [gettext("被考核单位"), gettext("类别"), gettext("考核等级")]
    if by_rank:
        head = [gettext("名次"), gettext("被考核单位"), gettext("类别"), gettext("总分"), gettext("考核等级")]
    return Section("board", gettext("考核通报"), head=head, rows=rows)


def unit_points(assessment, unit) -> Section:
    """One unit's points with what each rests on."""
    scores = queries.standing_scores(unit)
    rows = []
    for row in assessment.criteria:
        score = scores.get(row["code"])
        grounds = "—" if score is None else (score.figure or score.ground)
        paper = "—"
        if score is not None and score.paper_title:
            paper = link(score.paper_title, reverse("bureau:assessed_units:paper", args=[score.pk]))
        rows.append(
            (
                words_of(row),
                row["weight"],
                points_words(score),
                gettext(SCORE_SOURCES[score.source]) if score else "—",
                grounds,
                paper,
                score.scored_by if score else "—",
            )
        )
    return Section(
        "points",
        gettext("得分"),
        head=[
            gettext("考核标准"), gettext("满分"), gettext("得分"), gettext("来源"), gettext("数据和理由"),
            gettext("附件"), gettext("评分人"),
        ],
        rows=rows,
    )  # fmt: skip


def workings(assessment, unit, by) -> list[Section]:
    """What each measured criterion was made of, as it was when it was measured."""
    scores = queries.standing_scores(unit)
    found = []
    for row in assessment.criteria:
        score = scores.get(row["code"])
        if score is None or not score.working:
            continue
        rows = [
            (_opens(line, by), line["said"], f"{line['percent']}%" if line["percent"] else "—")
            for line in score.working
        ]
        hint = gettext("{at} 取数").format(at=f"{localtime(score.scored_at):%Y-%m-%d %H:%M}")
        if score.snapshot:
            hint += gettext("，统计数据第 {n} 号").format(n=score.snapshot)
        found.append(
            Section(
                f"working-{row['code']}",
                gettext("测算：{criterion}").format(criterion=words_of(row)),
                head=[gettext("事项"), gettext("情况"), gettext("百分比")],
                rows=rows,
                hint=hint,
            )
        )
    return found


def _opens(line, by) -> str:
    name, open_to_units = PAGES[line["about"]]
    if not line["number"] or not (by.may(P.VIEW_BUREAU) or open_to_units):
        return line["label"]
    where = [] if line["about"] == "fund" else [line["number"]]
    return link(line["label"], reverse(name, args=where))


def form_act(label: str, name: str, pk: int, *, is_primary: bool = False) -> Act:
    return Act(label, reverse(name, args=[pk]), is_link=True, is_primary=is_primary)
