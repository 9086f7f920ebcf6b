"""Makers of classes, rosters and attendance; all through the operations."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from kaogong.institutions.models import Institution
from kaogong.kernel.actor import Actor
from kaogong.people.models import Person
from kaogong.training import operations, queries
from kaogong.training.models import RosterUpload, TrainingClass

from .filing_answers import answer_everything
from .institutions import COOK, make_contract, make_institution, make_site, make_trainer
from .people import an_actor, make_person

SHANGHAI = ZoneInfo("Asia/Shanghai")
_serial = count(1)
STAGES = ("drafted", "filed", "approved", "running", "finished")


def a_day_at(day: date, hour: int = 9) -> datetime:
    """That hour of that day in Shanghai."""
    return datetime.combine(day, time(hour), tzinfo=SHANGHAI)


def a_new_class(contract_id: int, **fields) -> operations.NewClass:
    """The words of a small cookery class: 6 hours of theory, 12 of practice, three days in June 2026."""
    plan = {
        "title": f"2026年示例中式烹调师五级第{next(_serial)}期",
        "scheme_code": "employment_skills",
        "occupation_code": COOK[0],
        "level_code": COOK[1],
        "certificate_kind": "skill_level",
        "hours_theory": 6,
        "hours_practice": 12,
        "starts_on": date(2026, 6, 1),
        "ends_on": date(2026, 6, 30),
        "head_count": 40,
    }
    return operations.NewClass(contract_id=contract_id, **(plan | fields))


def a_timetable(training_class: TrainingClass, trainer_id: int, site_id: int) -> list[operations.NewSession]:
    """Mornings of theory and afternoons of practice that add up to the declared hours, at most 6 a day."""
    left = {"theory": training_class.hours_theory, "practice": training_class.hours_practice}
    sessions, day = [], training_class.starts_on
    while any(left.values()):
        for kind, begins, most in (("theory", time(9), 3), ("practice", time(13), 6)):
            hours = min(left[kind], most)
            if hours:
                ends = (datetime.combine(day, begins) + timedelta(hours=hours)).time()
                sessions.append(
                    operations.NewSession(
                        on=day,
                        starts_at=begins,
                        ends_at=ends,
                        hours_hundredths=hours * 100,
                        kind=kind,
                        topic="刀工与勺工",
                        trainer_id=trainer_id,
                        site_id=site_id,
                    )
                )
                left[kind] -= hours
        day += timedelta(days=1)
    return sessions


def a_roster(rows: Iterable[Mapping[str, str]], columns: Sequence[str] = ()) -> bytes:
    """A roster as .csv with the real headings; each row a mapping of heading to text."""
    rows = list(rows)
    columns = columns or ["序号", "姓名", "性别", "年龄", "身份证号码", "联系电话", "人员类别"]
    lines = [",".join(columns)]
    for place, row in enumerate(rows, start=1):
        lines.append(",".join(str(place) if c == "序号" else str(row.get(c, "")) for c in columns))
    return ("\n".join(lines) + "\n").encode()


def roster_rows(people: Iterable[Person]) -> list[dict[str, str]]:
    """What a roster says of people already registered."""
    return [{"姓名": person.name, "身份证号码": person.id_number} for person in people]


def enrol(
    training_class: TrainingClass, people: Iterable[Person], *, by: Actor, at: datetime
) -> RosterUpload:
    """Upload a roster of these people and take it."""
    data = a_roster(roster_rows(people))
    upload = operations.upload_roster(training_class.pk, data, "花名册.csv", by=by, at=at)
    return operations.take_roster(upload.pk, by=by, at=at)


def make_class(
    institution: Institution | None = None,
    *,
    status: str = "drafted",
    people: Sequence[Person] | int = 0,
    clerk: Actor | None = None,
    approver: Actor | None = None,
    mark: str = "P",
    fee_paid_by: str = "provider",
    **fields,
) -> TrainingClass:
    """Draft a class with trainer and timetable and take it as far as ``status``.

    ``people``: the learners, or how many to make (at least one from approved on). ``mark``: everyone's at
    every session of a finished class. ``fee_paid_by``: who paid the fee of a class that has begun; "" leaves
    it unsaid. Steps happen before the first day, on it, and on the last. What the form of the scheme asks is
    answered before filing, not of a draft.
    """
    institution = institution or make_institution()
    occupation = (fields.get("occupation_code", COOK[0]), fields.get("level_code", COOK[1]))
    contract_id = fields.pop("contract_id", None) or _contract_of(institution, occupation)
    clerk = clerk or an_actor("provider_clerk", organisation_id=institution.pk)
    new = a_new_class(contract_id, **fields)
    before = a_day_at(new.starts_on - timedelta(days=20))
    trainer, site = make_trainer(institution), make_site(institution)
    training_class = operations.draft_class(
        institution.pk, new, trainer_ids=[trainer.pk], by=clerk, at=before
    )
    operations.plan_sessions(
        training_class.pk, a_timetable(training_class, trainer.pk, site.pk), by=clerk, at=before
    )
    if isinstance(people, int):
        wanted = people or (STAGES.index(status) >= 2)
        people = [make_person(name) for name in _names(int(wanted))]
    if people:
        enrol(training_class, people, by=clerk, at=before)
    reached = STAGES.index(status)
    if reached >= 1:
        answer_everything(training_class, by=clerk, at=before)
        operations.file_class(training_class.pk, by=clerk, at=before)
    if reached >= 2:
        approver = approver or an_actor("reviewer", region_code=training_class.region_code)
        operations.approve_class(training_class.pk, by=approver, at=before)
    if reached >= 3:
        operations.start_class(training_class.pk, by=clerk, at=a_day_at(new.starts_on, 8))
        if fee_paid_by:
            pay_fee(training_class, by=clerk, paid_by=fee_paid_by)
    if reached >= 4:
        attend_all(training_class, by=clerk, mark=mark)
        operations.finish_class(training_class.pk, by=clerk, at=a_day_at(new.ends_on, 18))
    return TrainingClass.objects.select_related("institution", "contract").get(pk=training_class.pk)


def pay_fee(
    training_class: TrainingClass, *, by: Actor, paid_by: str = "provider", learner: int | None = None
) -> None:
    """Say on the first day who paid the fee, ¥1,200 a head; of one enrolment when it is named."""
    operations.record_fee(
        training_class.pk,
        paid_by=paid_by,
        amount_fen=1_200_00,
        paid_on=training_class.starts_on,
        receipt_number=f"PJ-{training_class.pk:06d}",
        enrolment_id=learner,
        by=by,
        at=a_day_at(training_class.starts_on, 10),
    )


def attend_all(training_class: TrainingClass, *, by: Actor, mark: str = "P") -> None:
    """Give every learner the same mark at every session."""
    learners = [enrolment.pk for enrolment in queries.enrolments(training_class.pk)]
    for session in queries.sessions(training_class.pk):
        operations.record_attendance(
            session.pk, dict.fromkeys(learners, mark), by=by, at=a_day_at(session.on, 20)
        )


def _contract_of(institution: Institution, occupation: tuple[str, str]) -> int:
    held = institution.contracts.filter(
        scopes__occupation_code=occupation[0], scopes__level_code=occupation[1]
    )
    found = held.exclude(status="drafted").first()
    return found.pk if found else make_contract(institution, [occupation]).pk


def _names(wanted: int) -> list[str]:
    family, given = "王李张刘陈杨赵黄周吴", "明华芳伟静敏强磊军洋"
    return [f"{family[n % 10]}{given[n // 10 % 10]}{given[n // 100 % 10]}" for n in range(wanted)]
