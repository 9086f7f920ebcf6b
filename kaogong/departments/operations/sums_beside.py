"""People and sums of the same training never stand together: the later of the two is refused by name."""

from collections.abc import Iterable

from kaogong.catalog.queries import region_name
from kaogong.kernel.errors import Refused
from kaogong.kernel.region_code import RegionCode

from .. import queries
from ..models import DepartmentFile, SumSheet
from .checking import Row


class SumsBesideRecords(Refused):
    """{region}“{programme}”{from_on}至{to_on}已有人员名单“{filename}”，不能再计合计数。请去掉这一行，或先取消接纳名单。"""


class SumsBesideSums(Refused):
    """{region}“{programme}”{from_on}至{to_on}已有合计表“{filename}”。请去掉这一行，或作为它的更正表报送。"""


class RecordsBesideSums(Refused):
    """{region}“{programme}”{from_on}至{to_on}已按合计表“{filename}”列出。请先取消接纳合计表，再接纳名单。"""


def refuse_beside_counted(sheet: SumSheet) -> None:
    """Refuse a sheet of sums of which something is counted already: people of the department, or other sums."""
    people = queries.records_counted(sheet.department_code, sheet.from_on, sheet.to_on)
    others = queries.sums_counted(sheet.department_code, except_ids=[sheet.replaces_id or 0])
    for row in sheet.sums.order_by("row_number"):
        programme = queries.programme_key(row.programme_code, row.programme_name)
        told = {"region": region_name(row.region_code), "programme": row.programme_name}
        for listed, region_code, filename in people:
            if listed == programme and RegionCode(region_code).meets(row.region_code):
                raise SumsBesideRecords(**told, from_on=sheet.from_on, to_on=sheet.to_on, filename=filename)
        for other in others:
            if other.tells(programme, row.region_code, sheet.from_on, sheet.to_on):
                raise SumsBesideSums(
                    **told, from_on=other.from_on, to_on=other.to_on, filename=other.filename
                )


def refuse_beside_sums(file: DepartmentFile, rows: Iterable[Row]) -> None:
    """Refuse a list of people of whom some are in an accepted sheet of sums of the same department."""
    stated = queries.sums_counted(file.department_code)
    if not stated:
        return
    days = {(queries.programme_key(row.programme_code, row.programme_name), row.ends_on) for row in rows}
    for programme, day in sorted(days):
        for sums in stated:
            if sums.tells(programme, file.region_code, day, day):
                raise RecordsBesideSums(
                    region=region_name(sums.region_code), programme=sums.programme_name,
                    from_on=sums.from_on, to_on=sums.to_on, filename=sums.filename,
                )  # fmt: skip
