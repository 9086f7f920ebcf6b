"""Plan against done by region, department or programme; the plan as a sheet."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from kaogong import sheets
from kaogong.access.permissions import Permission as P
from kaogong.catalog import queries as catalog
from kaogong.kernel.errors import NotFound
from kaogong.planning import queries
from kaogong.trail.operations import require_may
from kaogong.web.bureau.tables_planning import department_name, programme_name
from kaogong.web.parts.lists import exported
from kaogong.web.parts.records import Act, Section


def done(request: HttpRequest, pk: int) -> HttpResponse:
    """Plan against done by region, department or programme, with its sheet."""
    require_may(request.actor, P.VIEW_BUREAU, gettext("计划与完成"))
    plan = queries.own_plan(pk, by=request.actor)
    level = request.GET.get("by", "region")
    level = level if level in queries.LEVELS else "region"
    rows, why = queries.plan_against_done(plan, level, by=request.actor, today=request.today)
    name = {"region": catalog.region_name, "department": department_name, "programme": programme_name}[level]
    title = gettext("{plan}：计划与完成").format(plan=plan.title)
    told = [(name(row.code), row.planned, row.done, row.share) for row in rows]
    if request.GET.get("export") == "xlsx":
        require_may(request.actor, P.EXPORT_LIST, gettext("导出"))
        columns = [
            ("name", gettext(queries.LEVELS[level]), "text"), ("planned", gettext("计划人数"), "integer"),
            ("done", gettext("完成人次"), "integer"), ("share", gettext("完成率（%）"), "decimal"),
        ]  # fmt: skip
        cells = [(a, b, c, None if d is None else d / 100) for a, b, c, d in told]
        return exported(
            request, sheets.write_table(columns, cells, title=title), title=title, rows=len(cells)
        )
    whole = queries.done_in_all(rows)
    cells = [
        (word, f"{planned:,}", "—" if done is None else f"{done:,}", queries.in_words(share, "%"))
        for word, planned, done, share in [*told, (gettext("合计"), whole.planned, whole.done, whole.share)]
    ]
    address_of = reverse("bureau:plans:done", args=[pk])
    return render(
        request,
        "bureau/planning/sections.html",
        {
            "title": title,
            "subtitle": gettext("完成按“补贴性职业技能培训人次”的口径统计；没有列入计划而完成的也列出"),
            "crumb": plan.title,
            "crumb_url": reverse("bureau:plans:detail", args=[pk]),
            "chips": [
                (gettext(word), f"{address_of}?by={code}", code == level) for code, word in queries.LEVELS.items()
            ],
            "acts": [Act(gettext("导出"), f"{address_of}?by={level}&export=xlsx", is_link=True)]
            if rows and request.actor.may(P.EXPORT_LIST)
            else [],
            "warning": why,
            "sections": [
                Section(
                    "done",
                    gettext("按{level}").format(level=gettext(queries.LEVELS[level])),
                    head=[
                        gettext(queries.LEVELS[level]), gettext("计划人数"), gettext("完成人次"), gettext("完成率"),
                    ],
                    rows=cells,
                )
            ]
            if rows
            else [],
            "empty_title": gettext("还没有形成计划版本"),
            "empty_text": gettext("提请审定后，这里对照计划和完成。"),
        },
    )  # fmt: skip


def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """The latest version as a sheet."""
    require_may(request.actor, P.EXPORT_LIST, gettext("导出"))
    plan = queries.own_plan(pk, by=request.actor)
    version = queries.versions(pk).first()
    if version is None:
        raise NotFound()
    columns = [
        ("region", gettext("区域"), "text"), ("department", gettext("部门"), "text"),
        ("programme", gettext("培训项目"), "text"), ("occupation", gettext("职业"), "text"),
        ("group", gettext("人员类别"), "text"), ("asked", gettext("需求人数"), "integer"),
        ("capacity", gettext("培训能力"), "integer"), ("people", gettext("计划人数"), "integer"),
    ]  # fmt: skip
    groups = catalog.code_labels("group")
    rows = [
        (
            catalog.region_name(task.region_code), department_name(task.department),
            programme_name(task.programme),
            catalog.occupation_name(task.line.occupation_code) if task.line.occupation_code else "",
            groups.get(task.line.group_code, ""), task.line.people, task.line.capacity, task.people,
        )
        for task in queries.tasks_of(version.pk)
    ]  # fmt: skip
    title = f"{plan.title}（{gettext('第 {n} 版').format(n=version.number)}）"
    return exported(request, sheets.write_table(columns, rows, title=title), title=title, rows=len(rows))
