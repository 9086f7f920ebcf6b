"""Makers of what other departments send: a list as a sheet, a file as far as wanted."""

from datetime import date, datetime, timedelta

from kaogong.departments import operations
from kaogong.departments.models import DepartmentFile, DepartmentToken, RecordDuplicate, SumSheet
from kaogong.kernel.actor import Actor
from kaogong.people.operations import propose_merge

from .people import REGION, an_actor, an_id_number, make_person

HEADINGS = (
    "序号,劳动力姓名*,劳动力身份证号码,培训类型,培训工种,培训单位名称*,"
    "培训起始日期,培训终止日期,考核结果,结业证书编号,职业培训补贴标准(元)"
)
QUARTER = {"from_on": date(2026, 7, 1), "to_on": date(2026, 9, 30)}


def a_row(name: str = "李秋实", number: str | None = None, **said) -> dict[str, str]:
    """One person-time as a department writes it."""
    row = {
        "name": name,
        "number": an_id_number().value if number is None else number,
        "programme": "农民教育培训",
        "occupation": "农机驾驶操作员",
        "provider": "示例区农广校",
        "starts_on": "2026-08-03",
        "ends_on": "2026-08-14",
        "passed": "合格",
        "certificate": "",
        "subsidy": "600",
    }
    return row | said


def a_sheet(rows: list[dict[str, str]], *, footer: str = "", headings: str = HEADINGS) -> bytes:
    """The list under the real headings."""
    lines = [headings]
    lines += [",".join([str(place), *row.values()]) for place, row in enumerate(rows, start=1)]
    return "\n".join([*lines, footer] if footer else lines).encode()


def send(rows: list[dict[str, str]], *, at: datetime, by: Actor | None = None, **said) -> DepartmentFile:
    """Send one list of 农业农村局 about the third quarter, as its clerk."""
    fields = QUARTER | {"department_code": "agriculture", "region_code": REGION} | said
    by = by or an_actor("department_clerk", department_code=fields["department_code"])
    data = fields.pop("data", None) or a_sheet(rows, footer=fields.pop("footer", ""))
    return operations.send_department_file(
        data, fields.pop("filename", "第三季度.csv"), **fields, by=by, at=at
    )


def make_department_file(rows: list[dict[str, str]] | None = None, *, at: datetime, **said) -> DepartmentFile:
    """Send one list and have the bureau accept it."""
    file = send(rows or [a_row()], at=at, **said)
    return operations.accept_department_file(file.pk, by=an_actor("reviewer"), at=at)


def a_sum_sheet(*rows: str, footer: str = "") -> bytes:
    """A sheet of sums under its real headings; a row is 区县,培训项目,培训人次[,培训人数,补贴金额]."""
    lines = ["序号,区县,培训项目,培训人次,培训人数,补贴金额（元）"]
    lines += [",".join([str(place), row]) for place, row in enumerate(rows, start=1)]
    return "\n".join([*lines, footer] if footer else lines).encode()


def send_sums(*rows: str, at: datetime, by: Actor | None = None, **said) -> SumSheet:
    """Send one sheet of sums of 农业农村局 about the third quarter, as its clerk."""
    fields = QUARTER | {"department_code": "agriculture", "region_code": REGION} | said
    by = by or an_actor("department_clerk", department_code=fields["department_code"])
    data = a_sum_sheet(*rows, footer=fields.pop("footer", ""))
    return operations.send_sum_sheet(data, fields.pop("filename", "三季度合计.csv"), **fields, by=by, at=at)


def make_department_token(*, at: datetime, by: Actor | None = None, **said) -> tuple[DepartmentToken, str]:
    """A token of 农业农村局's system, good for thirty days unless told otherwise, and the token itself."""
    fields = {
        "department_code": "agriculture",
        "region_code": REGION,
        "system_name": "高素质农民培育信息系统",
        "last_on": (at + timedelta(days=30)).date(),
        "reason": "示例农函〔2026〕3号",
    } | said
    return operations.issue_department_token(**fields, by=by or an_actor("reviewer"), at=at)


def departments_things(at: datetime) -> dict[str, dict]:
    """One thing of each kind: a file to accept, one accepted, a record told twice, a merge to decide."""
    number = an_id_number().value
    make_department_file([a_row("周远山", number)], at=at, department_code="veterans", filename="七月.csv")
    make_department_file([a_row("周远山", number)], at=at, filename="八月.csv")
    waiting = send([a_row(), a_row(occupation="土专家")], at=at, footer="合计,9人", filename="九月.csv")
    kept, merged = make_person("周远山"), make_person("周远山")
    found = propose_merge(
        kept.pk, merged.pk, evidence="户籍证明", by=an_actor("bureau_clerk"), at=at, reason="一人两号"
    )
    return {
        "department file": {"pk": waiting.pk},
        "sum sheet": {"pk": send_sums("370299,家政服务培训,12", at=at).pk},
        "department token": {"pk": make_department_token(at=at)[0].pk},
        "record duplicate": {"pk": RecordDuplicate.objects.latest("pk").pk},
        "person merge": {"pk": found.pk},
    }
