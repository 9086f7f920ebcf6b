"""One class taken through the product step by step, each step the operation a person would call."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from kaogong import sheets
from kaogong.assessment import operations as assessment
from kaogong.assessment import queries as exams
from kaogong.claims import operations as claims
from kaogong.claims import queries as claim_queries
from kaogong.demo.cast import Cast, School, at_hour
from kaogong.demo.citizens import AGRICULTURAL
from kaogong.demo.city import Person
from kaogong.demo.classes import Course
from kaogong.demo.slots import A_DAY, with_one_on
from kaogong.funds import operations as funds
from kaogong.funds import queries as fund_queries
from kaogong.gateways.bank import StandInBank
from kaogong.kernel.certificate_number import CertificateKind
from kaogong.kernel.id_number import age_on
from kaogong.kernel.levels import level_of
from kaogong.kernel.working_days import add_working_days, is_working_day
from kaogong.notices import queries as notices
from kaogong.training import operations as training
from kaogong.training import queries as classes

STAGES = (
    "drafted",
    "filed",
    "approved",
    "running",
    "finished",
    "scored",
    "certified",
    "submitted",
    "reviewed",
    "cleared_for_notice",
    "published",
    "cleared",
    "checked",
    "released",
    "paid",
)
SCHEME = "employment_training"
PASS_MARK = 60_00
# How often each mark (到 迟到 早退 不到 告假 病假) falls, in a thousand.
AS_IN_LIFE = (960, 12, 8, 8, 8, 4)
SELDOM_THERE = (400, 40, 20, 300, 160, 80)


def reaches(stage: str, step: str) -> bool:
    """Whether a class taken to ``stage`` goes through ``step``."""
    return STAGES.index(stage) >= STAGES.index(step)


def teaching_days(first: date, hours: int) -> list[date]:
    """Working days from ``first`` that hold so many hours at eight a day."""
    days, day = [], first
    while len(days) * 8 < hours:
        if is_working_day(day):
            days.append(day)
        day += timedelta(days=1)
    return days


@dataclass
class Journey:
    """One class of one school, its dates following from the first day of teaching."""

    cast: Cast
    school: School
    course: Course
    people: Sequence[Person]
    begins_on: date
    ordinal: int
    trainer: int = 0
    chance: Random = field(default_factory=Random)
    scheme: str = SCHEME
    failing_accounts: dict[str, str] = field(default_factory=dict)
    class_id: int = 0
    exam_id: int = 0
    claim_id: int = 0
    batch_id: int = 0
    on_at: datetime | None = None  # an instant at which a session of the class is on, whatever the hour

    def __post_init__(self) -> None:
        theory = (self.course.theory_hours + 7) // 8 * 8
        practice = (self.course.practice_hours + 7) // 8 * 8
        self.theory_hours, self.practice_hours = theory, practice
        self.begin_on(self.begins_on)

    def begin_on(self, day: date) -> None:
        """Set the first day of teaching; every other date follows from it."""
        self.begins_on = day
        self.days = teaching_days(day, self.theory_hours + self.practice_hours)
        self.ends_on = self.days[-1]

    def go(self, stage: str) -> None:
        """Take the class as far as ``stage``."""
        self.draft()
        self.send_roster()
        if reaches(stage, "filed"):
            self.file()
        if reaches(stage, "approved"):
            self.approve()
        if reaches(stage, "running"):
            self.start()
        if stage == "running":
            self.move_sessions()
            self.attend(until=self.cast.on)
        if reaches(stage, "finished"):
            self.attend()
            self.finish()
        if reaches(stage, "scored"):
            self.examine()
        if reaches(stage, "certified"):
            self.certify()
        if reaches(stage, "submitted"):
            self.submit()
        if reaches(stage, "reviewed"):
            self.review()
        if reaches(stage, "cleared_for_notice"):
            self.approve_claim()
        if reaches(stage, "published"):
            self.publish()
        if reaches(stage, "cleared"):
            self.close_notice()
        if reaches(stage, "checked"):
            self.prepare()
        if reaches(stage, "released"):
            self.release()
        if reaches(stage, "paid"):
            self.settle()

    # --- training -----------------------------------------------------------------------------------------

    @property
    def filed_on(self) -> date:
        return self.begins_on - timedelta(days=14)

    def draft(self) -> None:
        title = f"{self.course.occupation_name}（{level_of(self.course.level_code).label}）第{self.ordinal}期"
        new = training.NewClass(
            title=title,
            contract_id=self.school.contract_id,
            scheme_code=self.scheme,
            occupation_code=self.course.occupation_code,
            level_code=self.course.level_code,
            certificate_kind=CertificateKind.SKILL_LEVEL,
            hours_theory=self.theory_hours,
            hours_practice=self.practice_hours,
            starts_on=self.begins_on,
            ends_on=self.ends_on,
            head_count=len(self.people),
            site_id=self.site_id,
        )
        at = at_hour(self.filed_on, 9)
        drafted = training.draft_class(
            self.school.institution_id, new, trainer_ids=[self.trainer_id], by=self.school.clerk, at=at
        )
        self.class_id = drafted.pk
        self.plan(at)

    def plan(self, at: datetime) -> None:
        """Set the timetable with the first of the school's teachers who is free, each in a room of theirs."""
        for _ in self.school.trainer_ids[1:]:
            try:
                training.plan_sessions(self.class_id, self.timetable(), by=self.school.clerk, at=at)
                return
            except (training.TrainerTaken, training.SiteTaken):
                self.trainer += 1
                training.name_trainers(self.class_id, [self.trainer_id], by=self.school.clerk, at=at)
        training.plan_sessions(self.class_id, self.timetable(), by=self.school.clerk, at=at)

    @property
    def trainer_id(self) -> int:
        return self.school.trainer_ids[self.trainer % len(self.school.trainer_ids)]

    @property
    def site_id(self) -> int:
        return self.school.site_ids[self.trainer % len(self.school.site_ids)]

    def timetable(self) -> list[training.NewSession]:
        """Two sessions of four hours a day, theory first."""
        wanted = (self.theory_hours + self.practice_hours) // 4
        sessions, theory = [], self.theory_hours
        for day, begins, ends in [(day, *hours) for day in self.days for hours in A_DAY][:wanted]:
            is_theory = theory > 0
            theory -= 4
            sessions.append(
                training.NewSession(
                    on=day,
                    starts_at=begins,
                    ends_at=ends,
                    hours_hundredths=400,
                    kind="theory" if is_theory else "practice",
                    topic=f"{self.course.occupation_name}{'基础知识' if is_theory else '操作技能'}",
                    trainer_id=self.trainer_id,
                    site_id=self.site_id,
                )
            )
        return sessions

    def roster_rows(self) -> list[dict]:
        """The rows of 培训学员花名册, by field."""
        return [
            {
                "sequence": place,
                "name": person.name,
                "sex": person.sex,
                "education": self.cast.city._education[person.education_code],
                "age": age_on(person.born_on, self.begins_on),
                "id_number": person.id_number,
                "phone": person.phone,
                "residence": "示例区",
                "residence_kind": "农业" if person.household_kind == AGRICULTURAL else "非农业",
                "promised_employer": "",
            }
            for place, person in enumerate(self.people, 1)
        ]

    def roster_file(self, rows: list[dict] | None = None) -> bytes:
        """The roster as the .xlsx a school keeps."""
        return sheets.write_form(
            sheets.ROSTER,
            title="培训学员花名册",
            header_facts=[("培训单位", f"学校{self.school.number}")],
            rows=rows if rows is not None else self.roster_rows(),
            fields=[
                "sequence", "name", "sex", "education", "age", "id_number", "phone", "residence",
                "residence_kind", "promised_employer",
            ],
        )  # fmt: skip

    def send_roster(self, rows: list[dict] | None = None):
        """Upload and take the roster; returns the upload with its figures."""
        at = at_hour(self.filed_on, 10)
        upload = training.upload_roster(
            self.class_id, self.roster_file(rows), "培训学员花名册.xlsx", by=self.school.clerk, at=at
        )
        return training.take_roster(upload.pk, by=self.school.clerk, at=at)

    def file(self) -> None:
        training.file_class(self.class_id, by=self.school.clerk, at=at_hour(self.filed_on, 11))

    def approve(self) -> None:
        training.approve_class(
            self.class_id, by=self.cast["clerk"], at=at_hour(self.filed_on + timedelta(days=2), 10)
        )

    def start(self) -> None:
        at = at_hour(self.begins_on, 8)
        training.start_class(self.class_id, by=self.school.clerk, at=at)
        begun = classes.training_class(self.class_id, by=self.school.clerk)
        training.record_fee(
            self.class_id,
            paid_by="employer" if begun.employer_name else "provider",
            amount_fen=20_00 * (begun.hours_theory + begun.hours_practice),
            paid_on=self.begins_on,
            receipt_number=f"PJ{begun.number[3:]}",
            by=self.school.clerk,
            at=at,
        )

    def move_sessions(self) -> None:
        """Move sessions to come so that one is on at ``on_at``: to an evening, a weekend, whatever hour it is."""
        if self.on_at is None:
            return
        planned = {(row.on, row.starts_at, row.ends_at): row for row in classes.sessions(self.class_id)}
        wanted = with_one_on(list(planned), self.on_at)
        left = sorted(set(planned).difference(wanted))
        for slot, (on, begins, ends) in zip(left, [row for row in wanted if row not in planned], strict=True):
            kind = "hour" if slot[0] == on else "day"
            after = {"on": on} if kind == "day" else {}
            change = training.propose_change(
                self.class_id, kind, after | {"starts_at": begins, "ends_at": ends}, by=self.school.clerk,
                session_id=planned[slot].pk, at=at_hour(on - timedelta(days=2), 9),
                reason="多数学员当天要上班，经全班同意改到这个时间上课。",
            )  # fmt: skip
            if change.needs_approval:
                training.approve_change(change.pk, by=self.cast["clerk"], at=change.proposed_at)

    def attend(self, until: date | None = None) -> None:
        """Record every session held so far, with the absences of real life."""
        learners = [row.pk for row in classes.enrolments(self.class_id)]
        weak = set(self.chance.sample(learners, max(1, len(learners) // 25)))
        held = [one for one in classes.sessions(self.class_id) if until is None or one.on < until]
        for session in held:
            marks = {
                learner: self.chance.choices("PTEALS", SELDOM_THERE if learner in weak else AS_IN_LIFE)[0]
                for learner in learners
            }
            # No day falls below what a class has to attend: the others came after all.
            away = sorted((n for n in learners if marks[n] != "P"), key=lambda n: n not in weak)
            marks |= dict.fromkeys(away[len(learners) // 6 :], "P")
            at = at_hour(session.on, 17, 30)
            training.record_attendance(session.pk, marks, by=self.school.clerk, at=at)

    def finish(self) -> None:
        training.finish_class(self.class_id, by=self.school.clerk, at=at_hour(self.ends_on, 18))

    # --- assessment ---------------------------------------------------------------------------------------

    @property
    def assessed_on(self) -> date:
        return add_working_days(self.ends_on, 2)

    def examine(self) -> None:
        assessor, at = self.cast["assessor"], at_hour(self.assessed_on, 8)
        exam = assessment.schedule_exam(
            self.class_id,
            institution_id=self.cast.assessor_id,
            assessed_on=self.assessed_on,
            pass_theory=PASS_MARK,
            pass_practice=PASS_MARK,
            by=assessor,
            at=at,
        )
        self.exam_id = exam.pk
        rows = []
        for place, result in enumerate(exams.results(exam.pk), 1):
            fails = self.chance.random() < 0.03
            rows.append(
                {
                    "sequence": place,
                    "exam_number": result.ticket_number,
                    "name": result.enrolment.person.name,
                    "theory": self.chance.randint(40, 58) if fails else self.chance.randint(62, 98),
                    "practice": self.chance.randint(60, 97),
                }
            )
        data = sheets.write_form(
            sheets.SCORES,
            title="鉴定成绩单",
            rows=rows,
            fields=["sequence", "exam_number", "name", "theory", "practice", "remark"],
        )
        assessment.import_scores(
            exam.pk, data, "鉴定成绩单.xlsx", by=assessor, at=at_hour(self.assessed_on, 16)
        )

    def certify(self) -> None:
        assessment.issue_exam_certificates(
            self.exam_id, by=self.cast["assessor"], at=at_hour(self.assessed_on, 17)
        )

    # --- money --------------------------------------------------------------------------------------------

    def later(self, working_days: int, hour: int = 9) -> datetime:
        """So many working days after the exam."""
        return at_hour(add_working_days(self.assessed_on, working_days), hour)

    def submit(self) -> None:
        self.claim_id = claims.submit_claim(self.class_id, by=self.school.clerk, at=self.later(2)).pk

    def review(self) -> None:
        claims.review_claim(self.claim_id, by=self.cast["clerk"], at=self.later(3))

    def approve_claim(self) -> None:
        claims.approve_claim(self.claim_id, by=self.cast["reviewer"], at=self.later(4), leave_out_open=True)

    def publish(self) -> None:
        claims.publish_claims([self.claim_id], by=self.cast["clerk"], at=self.later(4, 15))

    @property
    def notice_id(self) -> int:
        return claim_queries.claim(self.claim_id, by=self.cast["auditor"]).published_notice_id

    def close_notice(self) -> None:
        notice = notices.notice(self.notice_id)
        claims.close_claims_notice(
            notice.pk, by=self.cast["clerk"], at=at_hour(add_working_days(notice.closes_on, 1))
        )

    def waiting_payments(self):
        """This claim's payments that wait for a batch."""
        claim = claim_queries.claim(self.claim_id, by=self.cast["auditor"])
        return [p for p in fund_queries.payments_for(claim.number) if p.status == "queued"]

    def prepare(self) -> None:
        at = self.later(11)
        batch = funds.prepare_batch([p.pk for p in self.waiting_payments()], by=self.cast["cashier"], at=at)
        self.batch_id = batch.pk
        funds.check_batch(batch.pk, by=self.cast["reviewer"], at=at + timedelta(hours=2))

    def release(self) -> None:
        claims.release_payment_batch(self.batch_id, by=self.cast["cashier2"], at=self.later(12))

    def bank_answers(self) -> bytes:
        """What the bank sends back for the batch."""
        _name, payments = funds.bank_file(self.batch_id, by=self.cast["cashier2"], at=self.later(12, 10))
        edition = fund_queries.layout_of(fund_queries.batch(self.batch_id, self.cast["cashier2"]))
        return StandInBank(self.failing_accounts).answer(payments, on=self.later(13).date(), edition=edition)

    def settle(self) -> None:
        at = self.later(13, 15)
        funds.read_bank_return(self.bank_answers(), "银行回盘.xlsx", by=self.cast["cashier"], at=at)
        claims.mark_paid_claims(by=self.cast["cashier"], at=at)
