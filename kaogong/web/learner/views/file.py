"""My lifelong file: every line of it, to read, print and keep."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from kaogong.access.permissions import Permission
from kaogong.papers import PaperColumn, TablePaper, table_pdf
from kaogong.people import queries as people
from kaogong.trail.operations import require_may
from kaogong.web.parts.lists import download


def _entries(person_id: int) -> list:
    """The lines of a file, each with the number people know its paper by, unless the title says it."""
    found = list(people.file_of(person_id))
    for entry in found:
        number = entry.detail.get("number", "") if ":" in entry.reference else entry.reference
        entry.said_number = "" if number in entry.title else number
    return found


def entries(request: HttpRequest) -> HttpResponse:
    """Who I am on file, and every line of my lifelong file."""
    require_may(request.actor, Permission.VIEW_OWN_FILE, gettext("档案"))
    person = people.person(request.actor.person_id, by=request.actor)
    return render(request, "learner/file.html", {"person": person, "rows": _entries(person.pk)})


def pdf(request: HttpRequest) -> HttpResponse:
    """The same lines as a paper to keep; identity masked as on the page."""
    require_may(request.actor, Permission.VIEW_OWN_FILE, gettext("档案"))
    person = people.person(request.actor.person_id, by=request.actor)
    rows = _entries(person.pk)
    paper = TablePaper(
        title="职业技能终身培训档案",
        facts=[("姓名", person.name), ("证件号码", person.id_number_masked)],
        columns=[
            PaperColumn(label="序号", align="center", weight=0),
            PaperColumn(label="日期", weight=0),
            PaperColumn(label="类别", weight=0),
            PaperColumn(label="内容", weight=3),
            PaperColumn(label="依据", weight=2),
        ],
        rows=[
            [str(n), f"{row.on:%Y-%m-%d}", str(row.get_kind_display()), row.title, row.said_number]
            for n, row in enumerate(rows, start=1)
        ],
        notes=["档案只增不改；更正另记一条。"],
        printed_by=person.name,
        printed_on=request.today,
        synthetic=person.synthetic,
    )
    return download(table_pdf(paper), f"{person.name}-培训档案-{request.today:%Y%m%d}.pdf", "application/pdf")
