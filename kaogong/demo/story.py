"""The whole story without a browser: one class from its roster file to paid subsidies, checked to the fen.

It runs in a transaction that is undone at the end, so the demo's own data stays as it was.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from django.db import connection, transaction
from rich.console import Group
from rich.table import Table

from kaogong.assessment import queries as exams
from kaogong.certificates import operations as certificates
from kaogong.certificates import queries as certificate_queries
from kaogong.claims import operations as claims
from kaogong.claims import queries as claim_queries
from kaogong.demo.accounts import LOGINS
from kaogong.demo.cast import Cast, School, at_hour, recall
from kaogong.demo.city import City, Person
from kaogong.demo.classes import Course
from kaogong.demo.journey import Journey
from kaogong.funds import operations as funds
from kaogong.funds import queries as fund_queries
from kaogong.institutions import queries as institutions
from kaogong.kernel.actor import system_actor
from kaogong.kernel.bank_card import make_bank_card
from kaogong.kernel.errors import Refused
from kaogong.kernel.money import yuan
from kaogong.ledger import queries as ledger
from kaogong.notices import operations as notices
from kaogong.notices import queries as notice_queries
from kaogong.people import operations as people
from kaogong.people import queries as person_queries
from kaogong.training import operations as training
from kaogong.training import queries as classes

SEATS = 24
STATES = ("available", "reserved", "payable", "in_transit", "paid")
STATE_LABELS = ("可用", "预留", "应付", "在途", "已付")
COURSE = Course("4-10-01-05", "养老护理员", "5", 40, 40)
STORY_SEED = 1


class StoryBroken(Refused):
    """故事在“{step}”一步与预期不符：{found}。"""


@dataclass
class Telling:
    """What happened, and how the money stood after each step."""

    rows: list[tuple[str, str, dict[str, int]]] = field(default_factory=list)

    def say(self, step: str, what: str) -> None:
        differences = ledger.recount()
        if differences:
            raise StoryBroken(step=step, found=f"余额与分录不符 {differences}")
        money = dict.fromkeys((*STATES, "budgeted"), 0)
        for row in ledger.trial_balance():
            for state, fen in row.fen.items():
                money[state] = money.get(state, 0) + fen
        if sum(money.values()):
            raise StoryBroken(step=step, found=f"各科目合计 {yuan(sum(money.values()))}，应为零")
        self.rows.append((step, what, money))

    def expect(self, step: str, found: object, wanted: object) -> None:
        if found != wanted:
            raise StoryBroken(step=step, found=f"应为 {wanted}，实为 {found}")

    def shown(self) -> Group:
        table = Table(
            "步骤", "结果", *STATE_LABELS, "其余", title="一个班从花名册到拨付，专账随之变动（单位：元）"
        )
        for column in table.columns[2:]:
            column.justify = "right"
        for step, what, money in self.rows:
            # Money frozen, carried over or asked back stands with none of the named states.
            rest = sum(fen for state, fen in money.items() if state not in (*STATES, "budgeted"))
            table.add_row(step, what, *(yuan(money[state]) for state in STATES), yuan(rest))
        last = self.rows[-1][2]
        budget = -last["budgeted"]
        spent = sum(fen for state, fen in last.items() if state != "budgeted")
        return Group(table, f"预算 {yuan(budget)} ＝ 各状态合计 {yuan(spent)}；分录逐笔重加无差异。")


def run(on: date) -> Group:
    """Tell the story on the demo's city and return what rich can print; StoryBroken when it differs."""
    with transaction.atomic():
        telling = tell(_cast(on))
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what a commit would check is checked now
        transaction.set_rollback(True)
    return telling.shown()


def tell(cast: Cast) -> Telling:
    """Every step of the tour, with what must be true after it."""
    telling = Telling()
    telling.say("开始", "示例城市的专账")
    journey = _journey(cast)
    _roster(journey, telling)
    _teach(journey, telling)
    _claim(journey, telling)
    _notice(journey, telling)
    _pay(journey, telling)
    _revoke(journey, telling)
    return telling


def _cast(on: date) -> Cast:
    """The demo's actors, with a school of the seeded city."""
    clerk = recall("school")
    names = {login.username for login in LOGINS} - {"school", "school2", "learner"}
    actors = {name: recall(name) for name in names}
    own = institutions.contract_for(clerk.organisation_id, COURSE.occupation_code, COURSE.level_code, on)
    school = School(
        number=1,
        institution_id=clerk.organisation_id,
        contract_id=own.pk,
        site_ids=[site.pk for site in institutions.sites(clerk.organisation_id)],
        trainer_ids=[trainer.pk for trainer in institutions.trainers(clerk.organisation_id)],
        clerk=clerk,
    )
    assessor = actors["assessor"].organisation_id
    return Cast(City(STORY_SEED, 400, on), on, [school], assessor, {}, actors, {}, at_hour(on, 10))


def _journey(cast: Cast) -> Journey:
    """A class of newcomers to the registry, held on days and in a room that are free."""
    new = [p for p in cast.city.persons if 20 <= cast.on.year - p.born_on.year <= 50]
    known = person_queries.people_by_id_numbers([p.id_number for p in new])
    new = [p for p in new if p.id_number not in known][:SEATS]
    return Journey(
        cast=cast,
        school=cast.schools[0],
        course=COURSE,
        people=new,
        begins_on=cast.on - timedelta(days=75),
        ordinal=99,
        trainer=4,
        chance=Random(STORY_SEED),  # noqa: S311
    )


def _roster(journey: Journey, telling: Telling) -> None:
    journey.draft()
    rows = journey.roster_rows()
    good = rows[3]["id_number"]
    rows[3]["id_number"] = good[:17] + ("0" if good[17] != "0" else "1")
    taken = journey.send_roster(rows)
    telling.expect("花名册", (taken.rows_good, taken.rows_problem), (SEATS - 1, 1))
    telling.say("上传花名册", f"{taken.rows_good} 人录入，{taken.rows_problem} 行校验码不符，退回改正")
    rows[3]["id_number"] = good
    again = journey.send_roster(rows)
    telling.expect("改正后重传", (again.rows_added, again.rows_changed), (1, 0))
    same = journey.send_roster(rows)
    telling.expect("同一文件再传", same.pk, again.pk)
    telling.say("改正后重传", f"只新增 {again.rows_added} 人；同一文件再传没有变化")
    _describe(journey, journey.people)
    journey.file()
    try:
        training.approve_class(journey.class_id, by=journey.school.clerk, at=at_hour(journey.filed_on, 12))
    except Refused:
        telling.say("自己批准", "拒绝：申报人没有批准的权限")
    else:
        raise StoryBroken(step="自己批准", found="没有被拒绝")
    journey.approve()
    telling.say("开班备案", "人社局批准")


def _describe(journey: Journey, persons: list[Person]) -> None:
    """What the offices beside the bureau know of the newcomers: unemployment, pension, bank card."""
    ids = person_queries.people_by_id_numbers([p.id_number for p in persons])
    at, since = at_hour(journey.filed_on, 13), journey.filed_on - timedelta(days=200)
    for place, person in enumerate(persons):
        person_id = ids[person.id_number]
        journey.cast.person_ids[person.number] = person_id
        groups = ["registered_unemployed"] + (["hard_to_employ"] if place < 4 else [])
        for code in groups if place != 20 else []:
            people.record_group(
                person_id, group_code=code, start_on=since, source="就业登记", by=journey.cast["clerk"], at=at
            )
        if place != 21:
            people.record_standing(
                person_id,
                kind="pension",
                holds=False,
                start_on=since,
                source="社保中心",
                by=journey.cast["clerk"],
                at=at,
            )
        people.set_bank_account(
            person_id,
            bank_name="示例银行",
            account=make_bank_card("990000", 880_000 + place).value,
            by=system_actor(),
            at=at,
        )


def _teach(journey: Journey, telling: Telling) -> None:
    journey.start()
    learners = [row.pk for row in classes.enrolments(journey.class_id)]
    for session in classes.sessions(journey.class_id):
        marks = {learner: "A" if place == 22 else "P" for place, learner in enumerate(learners)}
        training.record_attendance(session.pk, marks, by=journey.school.clerk, at=at_hour(session.on, 18))
    journey.finish()
    hours = classes.hours_by_enrolment(journey.class_id)
    full = (journey.theory_hours + journey.practice_hours) * 100
    telling.expect("考勤", sorted(set(hours.values())), [0, full])
    telling.say("授课与考勤", f"{SEATS - 1} 人满 {full // 100} 课时，1 人从未到课")
    journey.examine()
    journey.certify()
    certified = certificate_queries.certificates_of
    issued = [c for p in journey.people for c in certified(journey.cast.person_ids[p.number])]
    journey.certify()
    again = [c for p in journey.people for c in certified(journey.cast.person_ids[p.number])]
    telling.expect("再次发证", [c.number for c in again], [c.number for c in issued])
    passed = exams.results(journey.exam_id).filter(passed=True).count()
    telling.expect("发证", len(issued), passed)
    telling.say("考核发证", f"{passed} 人合格发证（编号 22 位，如 {issued[0].number}）；重复发证不生新证")


def _claim(journey: Journey, telling: Telling) -> None:
    journey.submit()
    counts = _verdicts(journey)
    telling.say(
        "提交申领",
        f"逐人裁定：符合 {counts['payable']}，不符合 {counts['refused']}，"
        f"需补证据 {counts['needs_evidence']}",
    )
    telling.expect("未登记养老待遇者", counts["needs_evidence"] >= 1, True)
    try:
        claims.submit_claim(journey.class_id, by=journey.school.clerk, at=journey.later(2, 11))
    except Refused as refusal:
        telling.say("再次提交", refusal.message)
    else:
        raise StoryBroken(step="再次提交", found="没有被拒绝")
    journey.review()
    journey.approve_claim()
    claim = claim_queries.claim(journey.claim_id, by=journey.cast["auditor"])
    telling.expect("预留", _standing(claim.number, "reserved"), claim.amount_fen)
    telling.say("复核", f"另一人核准 {yuan(claim.amount_fen)}，按 区 60% 市 40% 预留")


def _verdicts(journey: Journey) -> dict[str, int]:
    counts = dict.fromkeys(("payable", "refused", "needs_evidence"), 0)
    for line in claim_queries.lines(journey.claim_id):
        counts[line.verdict] += 1
    return counts


def _standing(reference: str, state: str) -> int:
    return sum(ledger.standing(reference).get(state, {}).values())


def _notice(journey: Journey, telling: Telling) -> None:
    journey.publish()
    notice = notice_queries.notice(journey.notice_id)
    objection = notices.receive_objection(
        notice.pk,
        row_id=notice_queries.rows_of(notice.pk)[0].pk,
        name="热心群众",
        contact="19900001234",
        content="此人参训期间在外地务工。",
        at=at_hour(notice.opens_on + timedelta(days=1)),
    )
    try:
        journey.close_notice()
    except Refused as refusal:
        telling.say("公示", refusal.message)
    else:
        raise StoryBroken(step="公示", found="异议未答复却结束了公示")
    before = claim_queries.claim(journey.claim_id, by=journey.cast["auditor"]).amount_fen
    notices.answer_objection(
        objection.pk,
        upheld=True,
        answer="经核实属实，该人不再列入。",
        by=journey.cast["clerk"],
        at=at_hour(notice.opens_on + timedelta(days=3)),
    )
    journey.close_notice()
    after = claim_queries.claim(journey.claim_id, by=journey.cast["auditor"]).amount_fen
    telling.expect("异议成立", after < before, True)
    telling.say("公示期满", f"1 人异议成立退出，{yuan(before - after)} 退回可用，其余转应付")


def _pay(journey: Journey, telling: Telling) -> None:
    waiting = journey.waiting_payments()
    journey.prepare()
    unlucky = next(p for p in waiting if p.payee_kind == "person")
    journey.failing_accounts = {unlucky.reference: "账号户名不符"}
    journey.release()
    telling.say("付款批次", f"{len(waiting)} 笔，三人经手，银行文件已交")
    answer, at = journey.bank_answers(), journey.later(13, 15)
    cashier = journey.cast["cashier"]
    first = funds.read_bank_return(answer, "银行回盘.xlsx", by=cashier, at=at)
    twice = funds.read_bank_return(answer, "银行回盘.xlsx", by=cashier, at=at)
    telling.expect("回盘重复", twice.pk, first.pk)
    claims.mark_paid_claims(by=cashier, at=at)
    telling.say("银行回盘", f"{len(waiting) - 1} 笔成功，1 笔户名不符；同一回盘再读没有变化")
    replacement = funds.correct_bank_account(
        unlucky.pk,
        bank_name="示例银行",
        bank_account=make_bank_card("990000", 889_999).value,
        bank_account_holder=unlucky.payee_name,
        by=cashier,
        at=at + timedelta(days=1),
        reason="本人更正账号",
    )
    journey.failing_accounts = {}
    telling.expect("更正账号", fund_queries.payment(unlucky.pk, by=cashier).status, "replaced")
    batch = funds.prepare_batch([replacement.pk], by=cashier, at=at + timedelta(days=1, hours=1))
    funds.check_batch(batch.pk, by=journey.cast["reviewer"], at=at + timedelta(days=1, hours=2))
    claims.release_payment_batch(batch.pk, by=journey.cast["cashier2"], at=at + timedelta(days=2))
    journey.batch_id = batch.pk
    funds.read_bank_return(journey.bank_answers(), "银行回盘-2.xlsx", by=cashier, at=at + timedelta(days=3))
    claims.mark_paid_claims(by=cashier, at=at + timedelta(days=3))
    claim = claim_queries.claim(journey.claim_id, by=cashier)
    telling.expect("申领", claim.status, "paid")
    paid = sum(p.amount_fen for p in fund_queries.payments_for(claim.number) if p.status == "paid")
    telling.expect("实付", paid, claim.amount_fen)
    telling.say("更正后再付", f"申领 {claim.number} 全部付清，共 {yuan(paid)}")


def _revoke(journey: Journey, telling: Telling) -> None:
    line = claim_queries.lines(journey.claim_id).filter(status="paid").first()
    entries = [e.kind for e in person_queries.file_of(line.person_id)]
    telling.expect("终身档案", {"training", "certificate", "subsidy"} <= set(entries), True)
    at = journey.later(20)
    certificates.revoke_certificate(
        line.certificate_id, by=journey.cast["reviewer"], at=at, reason="成绩复核不实"
    )
    claims.stop_lines_of_certificate(line.certificate_id, by=journey.cast["reviewer"], at=at)
    shown = certificate_queries.verification(line.certificate.number)
    telling.expect("公开核验", shown.status, "revoked")
    found = claim_queries.conflicts(by=journey.cast["auditor"]).filter(line=line).count()
    telling.expect("已付冲突", found, 1)
    telling.say("撤销证书", "公开核验显示已撤销；已付的一人列入待追回")
