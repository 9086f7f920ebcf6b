"""Classes of several kinds with what each is filed with; a change that waits, a session cancelled and made up."""

from datetime import date, time, timedelta

from kaogong.demo.cast import Cast, School, at_hour
from kaogong.demo.city import Person
from kaogong.demo.journey import Journey
from kaogong.institutions import queries as institutions
from kaogong.kernel.actor import Actor
from kaogong.kernel.certificate_number import CertificateKind
from kaogong.kernel.working_days import add_working_days
from kaogong.training import operations as training
from kaogong.training import queries

LEARNERS = 4
_PDF = "%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\n% {title}\n%%EOF\n"
MODULES = (
    "labour_spirit",
    "model_worker_spirit",
    "craftsman_spirit",
    "work_safety",
    "fire_emergency",
    "health_hygiene",
)
# title: scheme, arrangement, how far it goes, answers besides the employer's, documents
KINDS = (
    ("企业新型学徒制", "apprenticeship", "regular", "filed", {"training_years": "1"},
     ("school_firm_agreement", "apprentice_contracts")),
    ("新录用人员岗前培训", "new_hire_training", "regular", "filed", {"post": "设备操作工"}, ("labour_contracts",)),
    ("订单定向班", "employment_training", "order_class", "approved", {"promised_jobs": "4"}, ("order_agreement",)),
    ("退役军人适应性培训", "veteran_training", "regular", "drafted", {"veteran_stage": "adaptation"}, ()),
    ("农民田间课堂", "farmer_training", "regular", "drafted",
     {"rural_content": "practical", "rural_form": "field"}, ()),
    ("特种作业安全培训", "special_operation_safety", "regular", "drafted", {"risk_field": "welding"}, ()),
)  # fmt: skip


def show_kinds(cast: Cast, seated: set[int], running: list[Journey]) -> None:
    """File a class of each kind for the first schools, two days ago, and change two that are in training."""
    free = [
        p for p in cast.city.persons if p.number not in seated and 20 <= cast.on.year - p.born_on.year <= 50
    ]
    filed_on = add_working_days(cast.on, -2)
    for place, kind in enumerate(KINDS):
        school = cast.schools[place % len(cast.schools)]
        people, free = free[:LEARNERS], free[LEARNERS:]
        _file(cast, school, kind, people, filed_on, begins_on=cast.on + timedelta(days=60 + 10 * place))
    for journey in running[:1]:
        _change(cast, journey)


def _file(
    cast: Cast, school: School, kind: tuple, people: list[Person], on: date, *, begins_on: date
) -> None:
    title, scheme, arrangement, stage, answers, documents = kind
    clerk, at = school.clerk, at_hour(on, 9)
    scope = (
        institutions.contract(school.contract_id, by=clerk)
        .scopes.order_by("occupation_code", "level_code")
        .first()
    )
    days = [add_working_days(begins_on, n) for n in (1, 2)]
    firm = cast.city.companies[len(people)]
    new = training.NewClass(
        title=f"{title}第1期", contract_id=school.contract_id, scheme_code=scheme,
        occupation_code=scope.occupation_code, level_code=scope.level_code,
        certificate_kind=CertificateKind.SKILL_LEVEL, hours_theory=8, hours_practice=8, starts_on=days[0],
        ends_on=days[1], head_count=LEARNERS, site_id=school.site_ids[0], employer_name=firm.name,
    )  # fmt: skip
    trainers = school.trainer_ids
    drafted = training.draft_class(school.institution_id, new, trainer_ids=trainers[:2], by=clerk, at=at)
    sessions = [
        training.NewSession(
            on=day, starts_at=begins, ends_at=ends, hours_hundredths=400, kind=hours_kind, topic=title,
            trainer_id=trainers[0], site_id=school.site_ids[0],
        )
        for day, hours_kind in zip(days, ("theory", "practice"), strict=True)
        for begins, ends in ((time(8, 30), time(12)), (time(13, 30), time(17)))
    ]  # fmt: skip
    training.plan_sessions(drafted.pk, sessions, by=clerk, at=at)
    employer = {
        "employer_name": firm.name, "employer_credit_code": firm.credit_code,
        "order_employer_name": firm.name, "order_employer_credit_code": firm.credit_code,
    }  # fmt: skip
    hours = {f"module_{code}": "0.5" for code in MODULES} if stage != "drafted" else {}
    training.answer_filing(drafted.pk, employer | answers | hours, arrangement=arrangement, by=clerk, at=at)
    for kind_code in documents:
        data = _PDF.format(title=f"{drafted.number} {kind_code}").encode()
        training.add_evidence(drafted.pk, kind_code, data, f"{kind_code}.pdf", by=clerk, at=at)
    sheet = "序号,姓名,身份证号码\n" + "".join(
        f"{n},{p.name},{p.id_number}\n" for n, p in enumerate(people, 1)
    )
    upload = training.upload_roster(drafted.pk, sheet.encode(), "培训学员花名册.csv", by=clerk, at=at)
    training.take_roster(upload.pk, by=clerk, at=at)
    if scheme == "apprenticeship":
        for learner in queries.enrolments(drafted.pk):
            training.name_mentors(
                learner.pk, firm_mentor_id=trainers[1], school_mentor_id=trainers[0],
                starts_on=add_working_days(on, -5), ends_on=days[1] + timedelta(days=400),
                contract_number=f"XT-{drafted.pk}-{learner.sequence}", by=clerk, at=at,
            )  # fmt: skip
    if stage in ("filed", "approved"):
        training.file_class(drafted.pk, by=clerk, at=at_hour(on, 11))
    if stage == "approved":
        training.approve_class(drafted.pk, by=cast["clerk"], at=at_hour(add_working_days(on, 1), 10))


def _change(cast: Cast, journey: Journey) -> None:
    """The last session to come asks for another teacher; the one before is cancelled, its make-up asked for."""
    clerk: Actor = journey.school.clerk
    at = at_hour(cast.on, 8)
    to_come = [row for row in queries.sessions(journey.class_id) if row.on > cast.on]
    if len(to_come) < 2:
        return
    *_rest, cancelled, last = to_come
    others = [pk for pk in journey.school.trainer_ids if pk != last.trainer_id]
    for trainer_id in others:
        try:
            training.propose_change(
                journey.class_id, "trainer", {"trainer_id": trainer_id}, session_id=last.pk,
                reason="原授课教师临时出差，由同工种教师代课。", by=clerk, at=at,
            )  # fmt: skip
        except training.TrainerTaken:
            continue
        break
    training.propose_change(
        journey.class_id,
        "cancel",
        {},
        session_id=cancelled.pk,
        reason="台风橙色预警，按通知停课。",
        by=clerk,
        at=at,
    )
    queries_class = queries.training_class(journey.class_id, by=clerk)
    again_on = add_working_days(queries_class.ends_on, 1)
    dates = {"starts_on": str(queries_class.starts_on), "ends_on": str(again_on)}
    change = training.propose_change(
        journey.class_id, "dates", dates, reason="停课后顺延一天补课。", by=clerk, at=at
    )
    training.approve_change(change.pk, by=cast["clerk"], at=at + timedelta(hours=1))
    training.propose_change(
        journey.class_id,
        "make_up",
        {
            "on": again_on, "starts_at": cancelled.starts_at, "ends_at": cancelled.ends_at,
            "hours_hundredths": cancelled.hours_hundredths, "kind": cancelled.kind, "topic": cancelled.topic,
            "trainer_id": cancelled.trainer_id, "site_id": cancelled.site_id,
        },
        session_id=cancelled.pk,
        reason="补台风停的课。",
        by=clerk,
        at=at + timedelta(hours=2),
    )  # fmt: skip
