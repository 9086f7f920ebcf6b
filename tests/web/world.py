"""One small world for tests that walk every page: a thing of each kind, its own people, and strangers.

Everything belongs to the district 370299, to one school, one assessment body and one learner. Strangers are
as like them as can be: a bureau of another region, another school, another body, another person.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta

from django.core import signing
from django.test import Client
from django.utils import timezone

from kaogong.access.models import Account
from kaogong.access.roles import ROLES
from kaogong.catalog.operations import list_subsidised_occupation
from kaogong.certificates import operations as certificates
from kaogong.claims import operations as claims
from kaogong.claims.models import Adjustment, ClaimLine, Conflict
from kaogong.claims.tasks import simulate_change
from kaogong.funds import operations as funds
from kaogong.funds.models import Fund, Payment
from kaogong.gateways.bank import StandInBank
from kaogong.kernel.actor import Actor, system_actor
from kaogong.ledger.models import JournalEntry, LedgerAccount
from kaogong.ledger.operations import close_account, close_period
from kaogong.notices import operations as notices
from kaogong.outcomes import operations as outcomes
from kaogong.outcomes.models import FollowUp, Survey
from kaogong.outcomes.queries import months_after
from kaogong.people.models import Person
from kaogong.supervision import operations as supervision
from kaogong.supervision.models import Finding, Inspection, Photo
from kaogong.training import operations as training
from kaogong.training.models import Enrolment, RosterUpload, Session
from kaogong.web.portal.views.notices import SALT
from tests.claims.rulebooks import RATE, in_use, rulebook_with
from tests.factories import (
    COOK,
    a_roster,
    an_actor,
    an_id_number,
    make_class,
    make_contract,
    make_institution,
)
from tests.factories.assessment import make_exam
from tests.factories.audit import audit_things
from tests.factories.budgets import budget_things
from tests.factories.claims import line_of, make_certified_class, make_claim, make_learner, make_money
from tests.factories.demand import demand_things
from tests.factories.departments import departments_things
from tests.factories.enquiries import enquiries_things
from tests.factories.filing import filing_things
from tests.factories.grants_things import grants_things
from tests.factories.modes import modes_things
from tests.factories.oversight import make_case, make_complaint, make_sanction
from tests.factories.paper import A_PDF
from tests.factories.payees import payee_things
from tests.factories.planning import planning_things, things_of_unit
from tests.factories.presence import presence_things
from tests.factories.providers import providers_things
from tests.factories.reconciling import paper_things, reconciling_things
from tests.factories.recoveries import recoveries_things
from tests.factories.returns import returns_things
from tests.factories.risk import make_risk_finding
from tests.factories.supervision import Bureau, make_draw, make_inspector, record
from tests.factories.training import a_day_at

ELSEWHERE = "510700"
LEARNER, CLASSMATE = "䶮秋月", "㛃春生"
PHONE, STAFF_NUMBER = "13987650001", "110101199003070000"
SCHOOL, BODY = "示例区青禾职业培训学校", "示例区正衡技能评价中心"
SCHOOL_ACCOUNT = "3803020109000998877"
REPORTER = "13522223333"


@dataclass
class World:
    """Where everything is (``things``: kind → what its address needs), who acts, and what nobody may read."""

    things: dict[str, dict] = field(default_factory=dict)
    own: dict[str, dict[str, dict]] = field(default_factory=dict)  # role → things in place of those of all
    actors: dict[tuple[str, bool], Actor] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    marks: tuple[str, ...] = ()

    def things_of(self, role: str) -> dict[str, dict]:
        """Where the role finds each kind of thing: its own where it sees nothing but its own."""
        return self.things | self.own.get(role, {})

    def browser(self, role: str, *, stranger: bool = False) -> Client:
        """A new browser logged in as the role's own or as a stranger; anyone when the role is public."""
        browser = Client(raise_request_exception=False)
        if role != "public":
            account = Account.objects.get(pk=self.actors[role, stranger].account_id)
            browser.force_login(account, "django.contrib.auth.backends.ModelBackend")
        return browser


def build() -> World:
    """Make it all through the operations."""
    world = World()
    make_money()
    school = make_institution(SCHOOL, recognised_for=[COOK], bank_account=SCHOOL_ACCOUNT, phone="05321234567")
    body = make_institution(BODY, is_provider=False, is_assessor=True)
    learner = make_learner(LEARNER, allowance=True, phone=PHONE)
    classmate = make_learner(CLASSMATE, allowance=True)
    _people(world, school, body, learner)
    paid = _paid(world, school, [learner, classmate])
    _open_questions(world, school)
    _training(world, school, body)
    _notice(world, school)
    _conflict(world, learner, paid)
    _looking(world, paid)
    _supervision(world, school)
    _outcomes(world)
    world.things |= providers_things(school)
    world.things |= grants_things(school, learner)
    world.things |= planning_things()
    world.own["unit_clerk"] = things_of_unit("区就业服务中心", year=2022)
    world.own["department_clerk"] = things_of_unit("区农业农村局", key="agriculture", year=2023)
    world.things |= presence_things(school, learner, by=world.actors["learner", False])
    _oversight(world, school)
    _risk(world, school)
    world.marks = (LEARNER, CLASSMATE, SCHOOL, BODY, paid.number, paid.training_class.number)
    world.secrets = {
        "number": learner.id_number, "phone": learner.phone, "account": learner.bank_account,
        "number of a classmate": classmate.id_number, "account of a classmate": classmate.bank_account,
        "account of the school": SCHOOL_ACCOUNT, "contact": "13711112222", "contact of who complained": REPORTER,
        **{f"number of {person.pk}": person.id_number for person in Person.objects.all()},
        **{f"number of trainer {t.pk}": t.id_number for t in school.trainers.all()},
    }  # fmt: skip
    things = world.things
    things["institution"] = {"pk": school.pk}
    things["indicator"] = {"code": "training.person_times"}
    things["dataset"] = {"slug": "training-by-programme"}
    things["contract"] = {"pk": make_contract(school, recognised=False).pk}
    things["person"] = {"pk": learner.pk}
    things["person's field"] = {"person_id": learner.pk, "field": "id_number"}
    things["certificate to register"] = {"person_id": learner.pk}
    things["account"] = {"pk": world.actors["bureau_clerk", False].account_id}
    fund = Fund.objects.earliest("pk")
    things["fund"] = {"pk": fund.pk}
    things |= budget_things(fund)
    things["entry"] = {"pk": JournalEntry.objects.filter(reference=paid.number).first().pk}
    _books(world, fund.code)
    listing = list_subsidised_occupation(
        region_code="370299", occupation_code=COOK[0], level_codes=[COOK[1]], starts_on=date(2026, 1, 1),
        by=system_actor(), at=a_day_at(date(2026, 1, 1)),
    )  # fmt: skip
    things["listing"] = {"pk": listing.pk}
    things["scheme"] = {"code": "employment_training"}
    things["topic"] = {"topic": "presence"}
    things["document"] = {"number": "青西新管办发〔2020〕2号"}
    things["clause"] = {"number": "青西新管办发〔2020〕2号", "clause_id": "15"}
    world.things |= modes_things(school)
    line = ClaimLine.objects.select_related("claim").get(pk=world.things["line"]["pk"])
    world.things |= payee_things(school, learner, line, at=a_day_at(date(2026, 8, 3)))
    world.things |= recoveries_things(school=school, learner=learner)
    world.things |= audit_things()
    world.things |= demand_things(school)
    world.things |= departments_things(a_day_at(date(2026, 10, 12)))
    world.things |= returns_things()
    world.things |= enquiries_things(school, learner, at=a_day_at(date(2026, 10, 12)))
    world.things |= reconciling_things() | paper_things(school=school.pk, learner=learner.pk)
    return world


def _books(world: World, fund_code: str) -> None:
    """The fund's books closed long before anything was told, and an account closed."""
    cashier = Actor("出纳", "cashier", ROLES["cashier"].permissions, 1, "370299")
    words = {"by": cashier, "at": a_day_at(date(2026, 1, 1)), "reason": "结账"}
    period = close_period(fund_code, last_on=date(2020, 12, 31), **words)
    account = LedgerAccount.objects.filter(fund_code=fund_code, state="budgeted").first()
    closing = close_account(account.pk, **words)
    world.things["closed period"] = {"pk": period.pk}
    world.things["ledger account"] = {"pk": account.pk}
    world.things["closed ledger account"] = {"pk": closing.pk}


def _risk(world: World, school) -> None:
    """A shared account found in a class of the school's, asked about and answered with a document."""
    training_class = make_class(school, status="finished", people=2)
    finding, question, hold = make_risk_finding(training_class)
    world.things["risk finding"] = {"pk": finding.pk}
    world.things["risk question"] = {"pk": question.pk}
    world.things["risk pass"] = {"pk": finding.first_pass_id}
    world.things["hold"] = {"pk": hold.pk}


def _people(world: World, school, body, learner: Person) -> None:
    other_school = make_institution(recognised_for=[COOK])
    other_body = make_institution(is_provider=False, is_assessor=True)
    for code, role in ROLES.items():
        if role.front_door == "bureau":
            reaches = {"region_code": "370299"}, {"region_code": ELSEWHERE}
        elif code == "provider_clerk":
            reaches = {"organisation_id": school.pk}, {"organisation_id": other_school.pk}
        elif code == "assessor":
            reaches = {"organisation_id": body.pk}, {"organisation_id": other_body.pk}
        else:
            reaches = {"person_id": learner.pk}, {"person_id": make_learner("李小兰").pk}
        for stranger, reach in enumerate(reaches):
            world.actors[code, bool(stranger)] = an_actor(code, **reach)


def _paid(world: World, school, people: list[Person]):
    """A claim that was paid, but for two payments the bank refused: the school's and the learner's."""
    things = world.things
    claim = make_claim(make_certified_class(people, institution=school), status="cleared")
    at = a_day_at(date(2026, 7, 27))
    batch = funds.prepare_batch(
        [payment.pk for payment in Payment.objects.filter(status="queued")], by=an_actor("cashier"), at=at
    )
    funds.check_batch(batch.pk, by=an_actor("reviewer"), at=at)
    cashier = an_actor("cashier")
    claims.release_payment_batch(batch.pk, by=cashier, at=at)
    _, sheet = funds.bank_file(batch.pk, by=cashier, at=at)
    refused = [
        Payment.objects.filter(payee_kind="institution").first(),
        Payment.objects.get(payee_kind="person", payee_id=people[0].pk),
    ]
    bank = StandInBank({payment.bank_account: "账号与户名不符" for payment in refused})
    answer = funds.read_bank_return(bank.answer(sheet, on=at.date()), "回盘.xlsx", by=cashier, at=at)
    claims.mark_paid_claims(by=system_actor(), at=at)
    line = line_of(claim, people[0])
    things["claim"] = {"pk": claim.pk}
    things["line"] = {"pk": line.pk}
    things["certificate"] = {"pk": line.certificate_id}
    things["code"] = {"code": line.certificate.verification_code}
    things["batch"], things["return"] = {"pk": batch.pk}, {"pk": answer.pk}
    work = funds.ask_reading(b"reading", "回盘.csv", by=cashier, at=at)
    things["bank work"] = {"pk": work.pk}
    things["payment of the school"], things["payment of the learner"] = ({"pk": p.pk} for p in refused)
    things["finished class"] = {"pk": claim.training_class_id}
    things["enrolment"] = {"pk": line.enrolment_id}
    things["learner of a class"] = {"class_pk": claim.training_class_id, "pk": line.enrolment_id}
    return claim


def _open_questions(world: World, school) -> None:
    """A claim of one whose pension is unknown and one who was subsidised three times this year."""
    unknown, often = make_learner("青禾待证", standings={}), make_learner("青禾常训")
    at = a_day_at(date(2026, 5, 1))
    for month, occupation in enumerate(("4-10-01-05", "6-18-02-04", "4-04-05-01"), start=1):
        claims.register_subsidy(
            often.pk, region_code="370211", occupation_code=occupation, level=5,
            event_on=date(2026, month, 20), amount_fen=1000_00, source="邻区数据交换", reference=f"OUT-{month}",
            by=an_actor("bureau_clerk"), at=at,
        )  # fmt: skip
    days = {"starts_on": date(2026, 4, 1), "ends_on": date(2026, 4, 20)}
    claim = make_claim(make_certified_class([unknown, often], institution=school, **days))
    world.things["fact of a line"] = {"pk": line_of(claim, unknown).pk, "fact": "receives_pension"}
    world.things["unknown line"] = {"pk": line_of(claim, unknown).pk}
    world.things["rule of a line"] = {"pk": line_of(claim, often).pk, "rule": "at_most_so_many_a_year"}


def _training(world: World, school, body) -> None:
    things = world.things
    clerk = world.actors["provider_clerk", False]
    drafted = make_class(school, clerk=clerk, title="青禾草稿班")
    rows = [
        {"姓名": "青禾学员", "身份证号码": an_id_number().value, "联系电话": PHONE},
        {"姓名": "青禾错号", "身份证号码": "370299199001010000"},
    ]
    at = a_day_at(date(2026, 5, 1))
    training.upload_roster(drafted.pk, a_roster(rows), "名单.csv", by=clerk, at=at)
    things["class"] = {"pk": drafted.pk}
    things["roster"] = {"pk": RosterUpload.objects.get(training_class=drafted).pk}
    running = make_class(
        school, status="running", people=2, starts_on=date(2026, 9, 1), ends_on=date(2026, 9, 30)
    )
    session = Session.objects.filter(training_class=running).first()
    things["running class"] = {"pk": running.pk}
    things["session"] = {"class_pk": running.pk, "pk": session.pk}
    waiting = make_class(
        school, status="finished", people=2, starts_on=date(2026, 8, 1), ends_on=date(2026, 8, 20)
    )
    things["class to assess"] = {"pk": waiting.pk}
    things |= filing_things(school, clerk)
    tested = make_class(
        school, status="finished", people=2, starts_on=date(2026, 10, 1), ends_on=date(2026, 10, 20)
    )
    exam = make_exam(tested, assessor=body, by=world.actors["assessor", False], status="certified")
    things["exam"] = {"pk": exam.pk}
    things["own class of the learner"] = dict(things["finished class"])
    enrolment = Enrolment.objects.filter(training_class=tested).first()
    things["certificate of the body"] = {"pk": enrolment.person.certificates.get().pk}


def _notice(world: World, school) -> None:
    """A claim on public notice now, and an objection against it."""
    standing = make_claim(
        make_certified_class([make_learner("公示人")], institution=school), status="approved"
    )
    at = timezone.now()
    (published,) = claims.publish_claims([standing.pk], by=an_actor("bureau_clerk"), at=at)
    notice_id = published.published_notice_id
    objection = notices.receive_objection(
        notice_id,
        content="名单有误，请核对",
        contact="13711112222",
        name="举报人",
        at=at + timedelta(minutes=1),
    )
    world.things["notice"] = {"pk": notice_id}
    world.things["objection"] = {"pk": objection.pk}
    world.things["receipt"] = {"token": signing.dumps(objection.pk, salt=SALT)}


def _looking(world: World, claim) -> None:
    """A change tried on the claims, and a line that a dearer rulebook would pay otherwise."""
    at = timezone.now()
    clerk = world.actors["bureau_clerk", False]
    tried = simulate_change(RATE.format(yuan=1500), today=date(2027, 1, 5), by=clerk, at=at)
    world.things["simulation"] = {"pk": tried.pk}
    with in_use(rulebook_with(RATE.format(yuan=1500))):
        claims.find_adjustments(a_day_at(date(2026, 1, 1)), by=system_actor(), at=at)
    adjustment = Adjustment.objects.filter(line__claim=claim).first()
    world.things["adjustment"] = {"pk": adjustment.pk}
    claims.find_entitlements("370299", by=system_actor(), at=at)


def _conflict(world: World, learner: Person, claim) -> None:
    """The learner's subsidised certificate turns out to be void after the money went out."""
    line = line_of(claim, learner)
    at = timezone.now()
    certificates.revoke_certificate(line.certificate_id, by=an_actor("reviewer"), at=at, reason="替考")
    claims.stop_lines_of_certificate(line.certificate_id, by=system_actor(), at=at)
    claims.find_conflicts([learner.pk], by=system_actor(), at=at)
    world.things["conflict"] = {"pk": Conflict.objects.first().pk}


def _outcomes(world: World) -> None:
    """A survey of the learner's class, answered by a classmate and set aside; employment the learner declared."""
    enrolment = Enrolment.objects.get(pk=world.things["enrolment"]["pk"])
    at = a_day_at(enrolment.training_class.ends_on, 20)
    outcomes.open_surveys(by=system_actor(), at=at)
    survey = Survey.objects.get(training_class=enrolment.training_class)
    classmate = enrolment.training_class.enrolments.exclude(pk=enrolment.pk).first()
    given = {question["code"]: 5 if question["kind"] == "score" else True for question in survey.questions}
    answer = outcomes.answer_survey(
        survey.pk, given | {"comment": ""}, by=an_actor("learner", person_id=classmate.person_id), at=at,
        device="one", address="one",
    )  # fmt: skip
    outcomes.set_aside_answer(answer.pk, by=world.actors["bureau_clerk", False], at=at, reason="代填")
    due_on = months_after(enrolment.training_class.ends_on, 3)
    outcomes.open_follow_ups(by=system_actor(), at=a_day_at(due_on))
    row = FollowUp.objects.get(enrolment=enrolment)
    outcomes.declare_employment(
        row.pk, work="own_business", since_on=due_on, document=A_PDF, document_name="执照.pdf",
        by=world.actors["learner", False], at=a_day_at(due_on),
    )  # fmt: skip
    world.things["survey"], world.things["survey answer"] = {"pk": survey.pk}, {"pk": answer.pk}
    world.things["follow-up"] = {"pk": row.pk}


def _supervision(world: World, school) -> None:
    """A published draw whose visit is still to be made, and one of providers with something found."""
    at = timezone.now() - timedelta(minutes=30)
    bureau = Bureau(*(world.actors[role, False] for role in ("bureau_clerk", "auditor", "reviewer")))
    for actor in (world.actors["inspector", False], an_actor("inspector")):
        found = make_inspector("青禾检查", by=bureau.clerk, at=at, account=actor)
        bureau.inspectors[found.pk] = actor
    things = world.things
    things["inspector"] = {"pk": next(iter(bureau.inspectors))}
    draw = make_draw(bureau, at=at, status="published")
    things["draw"] = {"pk": draw.pk}
    things["inspection"] = {"pk": Inspection.objects.get(draw_object__draw=draw).pk}
    make_draw(bureau, at=at, objects_kind="provider", status="drawn")
    visit = Inspection.objects.get(institution=school, training_class=None)
    record(
        visit,
        bureau,
        at=timezone.now(),
        inspected_on=timezone.localdate(),
        expected=None,
        present=None,
        findings=[supervision.NewFinding("缺教师名册", 5)],
        photos=[supervision.NewPhoto("现场.jpg", b"\xff\xd8\xff")],
    )
    things["recorded inspection"] = {"pk": visit.pk}
    things["finding"] = {"pk": Finding.objects.get().pk}
    things["photo"] = {"pk": Photo.objects.get().pk}


def _oversight(world: World, school) -> None:
    """A complaint with a photograph and a question to the school, one of the school's own; a case; a sanction."""
    at, things = timezone.now() - timedelta(minutes=5), world.things
    clerk, provider = world.actors["bureau_clerk", False], world.actors["provider_clerk", False]
    jpeg = b"\xff\xd8\xff\xda\x00\x02picture\xff\xd9"
    found = make_complaint(
        at=at, institution_id=school.pk, status="accepted", by=clerk,
        photos=[supervision.NewPhoto("x.jpg", jpeg)], is_named=True, name="举报人", contact=REPORTER,
    ).complaint  # fmt: skip
    things["complaint"] = {"pk": found.pk}
    things["complaint photo"] = {"pk": found.photos.get().pk}
    inquiry = supervision.ask_provider(found.pk, question="请说明签到情况", by=clerk, at=at)
    things["inquiry"] = {"pk": inquiry.pk}
    own = make_complaint(at=at, channel="provider", is_named=True, by_reporter=provider)
    things["own complaint"] = {"pk": own.complaint.pk}
    case = make_case(school, at=at, status="confirmed")
    recovery = supervision.demand_recovery(
        case.pk, amount_fen=100_00, due_on=timezone.localdate() + timedelta(days=30),
        by=an_actor("reviewer"), at=at, reason="虚报",
    )  # fmt: skip
    things["case"], things["recovery"] = {"pk": case.pk}, {"pk": recovery.pk}
    things["sanction"] = {"pk": make_sanction(school, at=at, case_id=case.pk).pk}
    things["matter"] = {"matter": "approve_class"}
