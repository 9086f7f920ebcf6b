"""What other departments sent: counted, waiting for a word on its totals, told twice; one person with two files."""

from datetime import date, timedelta

from kaogong import sheets
from kaogong.demo.cast import Cast, at_hour
from kaogong.departments import operations, queries
from kaogong.departments.models import RecordDuplicate
from kaogong.kernel.actor import Actor
from kaogong.kernel.id_number import MALE, make_id_number
from kaogong.people import operations as people
from kaogong.people import queries as known
from kaogong.training.models import Enrolment

REGION = "370299"
PROGRAMMES = {
    "agriculture": ("高素质农民培育", "农业技术员", "示例区农广校"),
    "veterans": ("退役军人适应性培训", "安全防范系统安装维护员", "示例区退役军人培训基地"),
    "disabled_federation": ("残疾人实用技术培训", "手工木工", "示例区残疾人就业服务中心"),
}


def show_departments(cast: Cast) -> None:
    """Lists of three departments about the quarter before the demo's day; a merge proposed."""
    first, last = _last_quarter(cast.on)
    period = {"region_code": REGION, "from_on": first, "to_on": last}
    sent = at_hour(last + timedelta(days=8), 10)
    clerk, reviewer = cast["agriculture"], cast["reviewer"]
    farmers = [_row("agriculture", place, last) for place in range(12)]
    taught = _taught_here(first, last)
    file = _send(
        cast, "agriculture", farmers + taught, period, by=clerk, at=sent, total=len(farmers + taught)
    )
    operations.map_word(
        department_code="agriculture", region_code=REGION, kind="programme", word=PROGRAMMES["agriculture"][0],
        code="farmer_training", by=reviewer, at=sent,
    )  # fmt: skip
    operations.accept_department_file(file.pk, by=reviewer, at=sent + timedelta(hours=3))
    # Some of the same people on the same days, in another department's list: told twice.
    veterans = [_row("veterans", place, last) for place in range(20, 26)]
    twice = [row | {"programme": PROGRAMMES["veterans"][0]} for row in farmers[:2]]
    file = _send(cast, "veterans", veterans + twice, period, by=cast["clerk"], at=sent + timedelta(days=1))
    operations.accept_department_file(file.pk, by=reviewer, at=sent + timedelta(days=2))
    found = RecordDuplicate.objects.filter(other__isnull=False).order_by("pk").first()
    if found is not None:
        operations.confirm_duplicate(
            found.pk,
            by=reviewer,
            at=sent + timedelta(days=2),
            reason="两部门联合举办的同一个班，由农业农村局计入。",
        )
    # Its 合计 says more than it holds, and two rows are wrong: it waits.
    disabled = [_row("disabled_federation", place, last) for place in range(40, 47)]
    disabled[0] |= {"id_number": "370299********0011"}
    disabled[1] |= {"ends_on": str(last + timedelta(days=9))}
    _send(
        cast, "disabled_federation", disabled, period, by=cast["clerk2"], at=sent + timedelta(days=6), total=31
    )  # fmt: skip
    operations.issue_department_token(
        department_code="agriculture", region_code=REGION, system_name="高素质农民培育信息系统（示例）",
        last_on=(sent + timedelta(days=300)).date(), by=reviewer, at=sent + timedelta(days=3),
        reason="示例农函〔2026〕3号：由本局系统按季报送培训明细",
    )  # fmt: skip
    _propose_merge(cast, farmers[3])


def _last_quarter(on: date) -> tuple[date, date]:
    last = date(on.year, 3 * ((on.month - 1) // 3) + 1, 1) - timedelta(days=1)
    return date(last.year, last.month - 2, 1), last


def _row(department: str, place: int, last: date) -> dict[str, str]:
    programme, occupation, provider = PROGRAMMES[department]
    number = make_id_number(REGION, date(1979, 3, 1) + timedelta(days=40 * place), 400 + place, MALE)
    begins = last - timedelta(days=20 + place % 5)
    return {
        "name": f"示例{'甲乙丙丁戊己庚辛壬癸'[place % 10]}{'春夏秋冬'[place % 4]}",
        "id_number": number.value,
        "programme": programme,
        "occupation": occupation,
        "provider": provider,
        "starts_on": str(begins),
        "ends_on": str(begins + timedelta(days=6)),
        "passed": "合格" if place % 7 else "不合格",
        "subsidy": "600",
    }


def _taught_here(first: date, last: date) -> list[dict[str, str]]:
    """One learner of our own classes of the quarter, told by the department as well."""
    enrolment = (
        Enrolment.objects.filter(
            status="enrolled", training_class__status="finished", training_class__ends_on__range=(first, last)
        )
        .select_related("training_class", "person")
        .order_by("pk")
        .first()
    )
    if enrolment is None:
        return []
    taught = enrolment.training_class
    return [
        _row("agriculture", 15, last)
        | {
            "name": enrolment.person.name,
            "id_number": known.id_numbers_of([enrolment.person_id])[enrolment.person_id],
            "occupation": "",
            "starts_on": str(taught.starts_on),
            "ends_on": str(taught.ends_on),
        }
    ]


def _send(
    cast: Cast, department: str, rows: list[dict], period: dict, *, by: Actor, at, total: int | None = None
):
    name = queries.department_name(department)
    data = sheets.write_form(
        sheets.DEPARTMENT_RECORDS,
        title=f"{name}培训人员明细表",
        header_facts=[("报送部门", name)],
        rows=[{"sequence": str(place), **row} for place, row in enumerate(rows, start=1)],
        fields=("sequence", "name", "id_number", "programme", "occupation", "provider", "starts_on", "ends_on",
                "passed", "subsidy"),
    )  # fmt: skip
    return operations.send_department_file(
        data,
        f"{name}培训人员明细表.xlsx",
        department_code=department,
        **period,
        stated_rows=total,
        by=by,
        at=at,
    )


def _propose_merge(cast: Cast, row: dict[str, str]) -> None:
    """One farmer under a second number, a digit of the first written wrong."""
    kept = known.people_by_id_numbers([row["id_number"]])[row["id_number"]]
    second = make_id_number(REGION, date(1979, 6, 30), 433, MALE)
    other = people.register_person(
        people.NewPerson(name=row["name"], id_number=second.value, region_code=REGION),
        by=cast["clerk"],
        at=at_hour(cast.on - timedelta(days=6), 9),
    )
    people.propose_merge(
        kept,
        other.pk,
        evidence="示例区公安分局出具的出生日期更正证明（示例）",
        by=cast["clerk"],
        at=at_hour(cast.on - timedelta(days=2), 15),
        reason="原登记时出生日期录错，同一人建了两份档案。",
    )
