"""What departments state without people, told beside a figure and never added to it."""

from typing import Any

from django.urls import reverse

from kaogong.access.permissions import Permission as P
from kaogong.catalog import queries as catalog
from kaogong.departments import queries as departments
from kaogong.statistics import queries as statistics
from kaogong.web.bureau.figure_question import Question


def beside(question: Question, by) -> dict[str, Any]:
    """The sums that stand beside the figure, each opening to the row of its sheet, and what they come to."""
    known_at = statistics.snapshot(question.snapshot, by=by).frozen_at if question.snapshot else None
    rows = departments.sums_beside(
        question.code, by=by, region_code=question.region_code, period=question.span.period,
        where=question.conditions or None, known_at=known_at,
    )  # fmt: skip
    opens = by.may(P.VIEW_DEPARTMENT_FILES)
    return {
        "beside_total": f"{sum(row.times for row in rows):,}",
        "beside": [
            {
                "department": departments.department_name(row.sheet.department_code),
                "region": catalog.region_name(row.region_code),
                "programme": row.programme_name,
                "from_on": row.sheet.from_on,
                "to_on": row.sheet.to_on,
                "times": f"{row.times:,}",
                "url": f"{reverse('bureau:sum_sheets:detail', args=[row.sheet_id])}#row-{row.row_number}"
                if opens
                else "",
            }
            for row in rows
        ],
    }
