"""The rail's lines about departments, and about people registered twice."""

from kaogong.access.permissions import Permission as P
from kaogong.departments import queries as departments
from kaogong.people import queries as people
from kaogong.web.parts.navigation import Link


def links(request) -> list[Link]:
    """What waits in each, for those who can do something about it."""
    by = request.actor
    accepting, summing, deciding, merging = None, None, None, None
    if by.may(P.ACCEPT_DEPARTMENT_FILE):
        accepting = lambda: departments.files_to_accept(by)  # noqa: E731
        summing = lambda: departments.sum_sheets_to_accept(by)  # noqa: E731
    if by.may(P.DECIDE_DUPLICATE):
        deciding = lambda: departments.duplicates_to_decide(by)  # noqa: E731
    if by.may(P.DECIDE_MERGE):
        merging = lambda: people.merges_to_decide(by)  # noqa: E731
    return [
        Link("部门数据", "bureau:department_files:list", P.VIEW_DEPARTMENT_FILES, accepting),
        Link("部门合计表", "bureau:sum_sheets:list", P.VIEW_DEPARTMENT_FILES, summing),
        Link("部门培训记录", "bureau:department_records", P.VIEW_DEPARTMENT_FILES),
        Link("疑似重复", "bureau:record_duplicates:list", P.VIEW_DEPARTMENT_FILES, deciding),
        Link("报送质量", "bureau:department_quality", P.VIEW_DEPARTMENT_FILES),
        Link("报送令牌", "bureau:department_tokens:list", P.ISSUE_DEPARTMENT_TOKEN),
        Link("一人两档", "bureau:person_merges:list", P.VIEW_PEOPLE, merging),
    ]
