"""What the page of one plan is made of: what was handed in, overlaps, the split with its working, versions."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.access.permissions import Permission as P
from kaogong.catalog import queries as catalog
from kaogong.kernel.region_code import RegionCode
from kaogong.planning import queries
from kaogong.trail.operations import require_may
from kaogong.web.bureau.tables_planning import department_name, programme_name
from kaogong.web.parts.records import Act, Section, link

METHOD = _(
    "每项的权重 = 产能权重 × 本项产能占全部产能 + 其余 × 本项需求占全部需求。先按权重取整数部分，"
    "剩下的人数按小数部分从大到小各加一人（相同的先报的先得），所以合计不差一人。"
    "限定不超过培训能力时，装满的项不再分，余下的在其他项中按同样办法再分；谁也装不下的单独列出。"
)


def require_look(request: HttpRequest) -> None:
    """Plans are for those who look at the bureau's pages and for those who hand lines in."""
    if not request.actor.may(P.SUBMIT_PLAN_LINES):
        require_may(request.actor, P.VIEW_BUREAU, gettext("年度培训计划"))


def is_own(plan, by) -> bool:
    """Whether the plan's own office is looking, not one that hands lines in to it."""
    return not by.own_unit and RegionCode(by.region_code).covers(plan.region_code)


def line_words(line) -> str:
    """One line as people speak of it."""
    words = [
        programme_name(line.programme),
        catalog.occupation_name(line.occupation_code) if line.occupation_code else "",
        catalog.code_labels("group").get(line.group_code, line.group_code),
        catalog.region_name(line.region_code),
    ]
    return " · ".join(filter(None, words))


def submissions(plan, by) -> Section:
    rows = [
        (
            link(department_name(one.department), reverse("bureau:plan_submissions:detail", args=[one.pk])),
            catalog.region_name(one.region_code),
            one.lines_count,
            f"{one.people or 0:,}",
            gettext(one.get_status_display()),
        )
        for one in queries.submissions(by, plan.pk)
    ]
    head = [gettext("部门"), gettext("区域"), gettext("计划项"), gettext("需求人数"), gettext("状态")]
    return Section(
        "submissions", gettext("各单位提报"), head=head, rows=rows, empty=gettext("还没有单位提报。")
    )


def overlaps(plan, by) -> Section:
    found = queries.overlaps_of(plan.pk)
    rows = []
    for one in found:
        answer = gettext("没有处理")
        if one.decision is not None and one.decision.answer != "undone":
            answer = f"{gettext(one.decision.get_answer_display())}{gettext('：')}{one.decision.reason}"
        elif "removed" in (one.first.status, one.second.status):
            answer = gettext("已剔除一项")
        rows.append(
            (
                asked_words(one.first),
                asked_words(one.second),
                f"{one.overlap.people:,}",
                answer,
            )
        )
    open_ones = queries.overlaps_open(plan.pk) if plan.status == "merging" else []
    acts = []
    if open_ones and by.may(P.MERGE_PLAN):
        acts = [
            Act(
                gettext("处理重复…"),
                reverse("bureau:plans:overlaps", args=[plan.pk]),
                is_link=True,
                is_primary=True,
            )
        ]
    if plan.status == "merging" and by.may(P.MERGE_PLAN) and queries.overlaps_to_undo(plan.pk):
        undo = reverse("bureau:plans:undo_overlaps", args=[plan.pk])
        acts.append(Act(gettext("撤销决定…"), undo, is_link=True))
    return Section(
        "overlaps",
        gettext("重复"),
        head=[gettext("前一项"), gettext("后一项"), gettext("最多重复人数"), gettext("处理")],
        rows=rows,
        hint=gettext("不同部门为同一区域、同一人群或职业提出的"),
        empty=gettext("没有发现重复。"),
        acts=acts,
    )


def asked_words(line) -> str:
    """One line as it stands beside another: who asks, for whom, how many."""
    return f"{department_name(line.submission.department)}{gettext('：')}{line_words(line)} {line.people:,}"


def split(plan, by) -> list[Section]:
    """The working of the split as it would be now."""
    found = []
    for part in queries.split_of(plan):
        rows = []
        for row in part.split.rows:
            line = part.lines[row.key]
            rows.append(
                (
                    department_name(line.submission.department),
                    line_words(line),
                    f"{row.need:,}",
                    f"{row.capacity:,}",
                    f"{float(row.weight * 100):.2f}%",
                    f"{float(row.exact):.2f}",
                    f"{row.people:,}" + (gettext("（满）") if row.is_full and row.people else ""),
                )
            )
        rows.append(
            (gettext("合计"), "", f"{part.asked:,}", f"{sum(r.capacity for r in part.split.rows):,}", "100%",
             f"{part.split.total:,}", f"{part.split.given:,}")
        )  # fmt: skip
        left = part.split.left
        found.append(
            Section(
                f"split-{part.programme}",
                gettext("测算：{programme}").format(programme=programme_name(part.programme)),
                head=[
                    gettext("部门"), gettext("计划项"), gettext("需求人数"), gettext("培训能力"), gettext("权重"),
                    gettext("应分"), gettext("计划人数"),
                ],
                rows=rows,
                text=gettext("有 {n} 人谁也装不下：培训能力不足，须增加能力或者减少总数。").format(n=f"{left:,}")
                if left
                else "",
            )
        )  # fmt: skip
    acts = []
    if by.may(P.MERGE_PLAN):
        acts = [Act(gettext("修改方法和总数…"), reverse("bureau:plans:split", args=[plan.pk]), is_link=True)]
    limit = gettext("不超过培训能力") if plan.within_capacity else gettext("可以超过培训能力")
    method = Section(
        "method",
        gettext("分解方法"),
        facts=[(gettext("产能权重"), f"{plan.capacity_percent}%"), (gettext("限定"), limit)],
        text=str(METHOD),
        acts=acts,
    )
    return [method, *found]


def tasks(plan, version, by) -> Section:
    own = is_own(plan, by)
    rows = [
        (
            catalog.region_name(task.region_code),
            department_name(task.department),
            line_words(task.line),
            f"{task.line.people:,}",
            f"{task.people:,}",
        )
        for task in queries.tasks_of(version.pk)
        if own
        or (RegionCode(by.region_code).covers(task.region_code) and by.own_unit in ("", task.department))
    ]
    return Section(
        "tasks",
        gettext("分解任务（第 {n} 版）").format(n=version.number),
        head=[gettext("区域"), gettext("部门"), gettext("计划项"), gettext("需求人数"), gettext("计划人数")],
        rows=rows,
        hint=gettext("共 {n} 人").format(n=f"{version.people:,}") if own else "",
        empty=gettext("这一版没有分给本区域的任务。"),
    )


def versions(plan) -> Section:
    rows = [
        (
            gettext("第 {n} 版").format(n=one.number),
            f"{one.people:,}",
            f"{one.capacity_percent}%",
            f"{localtime(one.made_at):%Y-%m-%d}",
            one.reason or "—",
        )
        for one in queries.versions(plan.pk)
    ]
    return Section(
        "versions",
        gettext("版本"),
        head=[
            gettext("版本"),
            gettext("计划人数"),
            gettext("产能权重"),
            gettext("形成时间"),
            gettext("理由"),
        ],
        rows=rows,
        empty=gettext("提请审定时形成第一版。"),
    )
