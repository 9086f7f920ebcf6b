"""Grants at every stage: a talent's settling grant, an employer's pay subsidy over years, a base's two awards."""

from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pypdf

from kaogong.demo.accounts import LOGINS
from kaogong.demo.cast import REGION, SHARES, Cast, at_hour, open_demo_account
from kaogong.demo.city import Person
from kaogong.funds import operations as funds
from kaogong.funds.models import Payment
from kaogong.gateways.bank import StandInBank
from kaogong.grants import operations, queries
from kaogong.grants.models import Grant
from kaogong.institutions import operations as institutions
from kaogong.institutions.models import Institution
from kaogong.kernel.actor import Actor, system_actor
from kaogong.kernel.credit_code import make_credit_code
from kaogong.kernel.working_days import add_working_days
from kaogong.notices import queries as notices

PROGRAMME = "skills_talent_fund"
STEPS = ("drafted", "submitted", "reviewed", "approved", "published", "cleared", "paid")
RECOGNISED = {"approved": True}
FIRST_PART, SECOND_PART = 1_800_000_00, 1_500_000_00
# Scheme, by whom (place of the body, or "person"), for a named person, how far, days ago, declared, determined.
PLAN: tuple[tuple[str, str, str, int, dict[str, Any], dict[str, Any]], ...] = (
    ("settling_grant", "person", "paid", 60, {"tier": "provincial"}, RECOGNISED),
    ("settling_grant", "person", "published", 6, {"tier": "municipal"}, RECOGNISED),
    ("settling_grant", "person", "submitted", 3, {"tier": "national"}, {}),
    ("flexible_talent_pay", "maker", "paid", 70, {"annual_pay_fen": 420_000_00}, {}),
    ("flexible_talent_pay", "maker", "reviewed", 5, {"annual_pay_fen": 650_000_00}, {}),
    ("training_base_award", "base", "cleared", 40, {"stage": "creation"}, RECOGNISED | {"approved_fen": FIRST_PART}),
    ("training_base_award", "base", "reviewed", 4, {"stage": "evaluation"}, RECOGNISED | {"approved_fen": SECOND_PART}),
    ("base_performance_support", "base", "approved", 9, {}, RECOGNISED | {"score": 88}),
    ("full_time_talent_award", "person", "refused", 8, {"full_time": False}, {}),
    ("first_job_award", "person", "returned", 7, {}, {}),
    ("leading_skill_award", "person", "drafted", 1, {}, {}),
)  # fmt: skip


def grant_all(cast: Cast) -> None:
    """Open the fund of awards, register an employer and a base, and carry each grant as far as it has come."""
    _open_fund(cast)
    bodies = {"maker": _body(cast, 1, "示例海工装备有限公司", "enterprise"),
              "base": _body(cast, 2, "示例区数控实训基地", "public_base")}  # fmt: skip
    paper = one_page()
    talents = [p for p in cast.city.persons if 30 <= cast.on.year - p.born_on.year <= 50 and p.number % 61]
    chosen = iter(talents[7 :: max(1, len(talents) // (len(PLAN) + 2))])
    for scheme, applicant, stage, ago, facts, determined in PLAN:
        at_on = cast.on - timedelta(days=ago)
        body, own = bodies.get(applicant, (None, None))
        _carry(cast, scheme, body, own, next(chosen), stage, at_on, facts, determined, paper)
    _pay(cast)
    _register_projects(cast, bodies["base"][0], paper)
    _score(cast, bodies["base"][0])


def _register_projects(cast: Cast, base: Institution, paper: bytes) -> None:
    """Two projects: one supported and half received, one being built."""
    clerk, year = cast["clerk"], cast.on.year
    at = at_hour(cast.on - timedelta(days=30))
    built = operations.Built(53_000, 290_000_000_00, 1_190, 73_500_000_00)
    for title, kind, fen, what, received, paid in (
        ("数控实训基地扶持", "support", 8_000_000_00, None, 2_850_000_00, 1_600_000_00),
        ("公共实训中心二期", "capital", 73_500_000_00, built, 40_000_000_00, 31_200_000_00),
    ):
        project = operations.register_project(
            base.pk, title=title, kind=kind, document=f"示财社指〔{year}〕{fen % 97}号",
            awarded_on=cast.on - timedelta(days=280), awarded_fen=fen, built=what, by=clerk, at=at,
        )  # fmt: skip
        for entry_kind, on, sum_fen, payee in (
            ("received", cast.on - timedelta(days=250), received, ""),
            ("paid", cast.on - timedelta(days=180), paid, "示例区数控实训基地"),
        ):
            operations.record_project_entry(
                project.pk, kind=entry_kind, on=on, amount_fen=sum_fen, source_level="city", payee=payee,
                document=f"银行回单{on:%Y%m%d}", filename="回单.pdf", content=paper, by=clerk, at=at,
            )  # fmt: skip
        if kind == "support":
            operations.record_project_entry(
                project.pk, kind="performance", on=cast.on - timedelta(days=60), document="绩效自评报告",
                note="年培训4200人次，开发课程6门。", by=clerk, at=at,
            )  # fmt: skip


def _score(cast: Cast, base: Institution) -> None:
    at = at_hour(cast.on - timedelta(days=20))
    points = {
        "training": (35, "年培训4200人次"),
        "mentoring": (26, "带徒38人"),
        "solving": (24, "攻关成果5项"),
    }
    review = operations.score_performance(
        base.pk, year=cast.on.year - 1, scores=points, by=cast["clerk"], at=at
    )
    operations.confirm_performance(review.pk, by=cast["reviewer"], at=at + timedelta(days=1))


def _open_fund(cast: Cast) -> None:
    years = sorted({(cast.on - timedelta(days=120)).year, cast.on.year})
    for year in years:
        at = at_hour(date(year, 1, 8))
        fund = funds.open_fund(
            code=f"JN{REGION}", name="示例区技能人才培养专项资金", region_code=REGION, year=year,
            shares={PROGRAMME: SHARES}, illustrative=True, by=cast["reviewer"], at=at,
        )  # fmt: skip
        for source, permille in SHARES.items():
            funds.set_budget(
                fund.pk, programme=PROGRAMME, source_level=source,
                amount_fen=800_000_000 * permille // 1000, by=cast["reviewer"], at=at, reason="年度预算",
            )  # fmt: skip


def _body(cast: Cast, place: int, name: str, kind: str) -> tuple[Institution, Actor]:
    at = at_hour(cast.on - timedelta(days=120))
    body = institutions.register_institution(
        credit_code=make_credit_code("91", REGION, 770_000 + place).value, name=name, kind=kind,
        region_code=REGION, is_provider=False, address=f"示例区港前街{place * 8}号",
        contact_name="虚构联系人", synthetic=True, by=cast["clerk"], at=at,
    )  # fmt: skip
    login = next(x for x in LOGINS if x.username == "school")
    own = open_demo_account(
        replace(login, username=f"body{place}", name=f"{name}经办"),
        at=at, organisation_id=body.pk, region_code=REGION,
    )  # fmt: skip
    institutions.set_institution_bank_account(
        body.pk, bank_name="示例银行示例区支行", account=f"38030201090009{place:05d}1", by=own, at=at
    )
    return body, own


def _carry(
    cast: Cast, scheme: str, body: Institution | None, own: Actor | None, talent: Person, stage: str,
    on: date, facts: dict[str, Any], determined: dict[str, Any], paper: bytes,
) -> Grant:  # fmt: skip
    at = at_hour(on)
    terms = queries.terms_of(REGION, scheme, on)
    person_id = cast.person_ids[talent.number]
    by = own or Actor(
        name=talent.name, role="learner", permissions=frozenset({"submit_grant"}), person_id=person_id
    )
    grant = operations.draft_grant(
        scheme, region_code=REGION, person_id=person_id if terms.about == "person" else None, by=by, at=at
    )
    operations.declare_facts(grant.pk, _declared(terms, on) | facts, by=by, at=at)
    if stage == "drafted":
        return grant
    for kind in terms.paper_kinds:
        operations.add_grant_paper(
            grant.pk, kind=kind, filename=f"{kind}-{grant.number}.pdf", content=paper, by=by, at=at
        )
    operations.submit_grant(grant.pk, by=by, at=at + timedelta(hours=1))
    clerk, reviewer = cast["clerk"], cast["reviewer"]
    if stage == "returned":
        operations.return_grant(
            grant.pk, by=clerk, at=at_hour(add_working_days(on, 2)), reason="毕业证书缺页，请重新上传。"
        )
    if stage in ("submitted", "returned"):
        return grant
    for fact, value in determined.items():
        operations.determine_fact(
            grant.pk, fact=fact, value=value, source="示例区人社局认定文件（示例）第3号", by=clerk,
            at=at_hour(add_working_days(on, 1)),
        )  # fmt: skip
    operations.review_grant(grant.pk, by=clerk, at=at_hour(add_working_days(on, 1), 11))
    if stage == "refused":
        operations.refuse_grant(
            grant.pk, by=reviewer, at=at_hour(add_working_days(on, 2)),
            reason="合同为兼职，不是全职引进；可按柔性引进由用人单位申请。",
        )  # fmt: skip
    if stage in ("reviewed", "refused"):
        return grant
    operations.approve_grant(grant.pk, by=reviewer, at=at_hour(add_working_days(on, 2)))
    if STEPS.index(stage) >= 4:
        published = operations.publish_grants([grant.pk], by=clerk, at=at_hour(add_working_days(on, 3)))
        if STEPS.index(stage) >= 5:
            closes_on = notices.notice(published[0].published_notice_id).closes_on
            operations.close_grants_notice(
                published[0].published_notice_id, by=clerk, at=at_hour(add_working_days(closes_on, 1))
            )
    return grant


def _declared(terms: queries.Terms, on: date) -> dict[str, Any]:
    """What anybody would fill in: a contract of three years begun half a year ago, and so on."""
    begun = on - timedelta(days=200)
    usual = {
        "contract_signed": True,
        "contract_started_on": begun.isoformat(),
        "contract_ended_on": (begun + timedelta(days=3 * 365)).isoformat(),
        "full_time": False,
        "annual_pay_fen": 360_000_00,
        "tier": "municipal",
        "stage": "creation",
        "graduated_on": (on - timedelta(days=120)).isoformat(),
        "job_region_code": REGION,
    }
    return {fact: usual[fact] for fact in terms.asks}


def _pay(cast: Cast) -> None:
    """What stands at "paid" goes through one batch; the rest of the queue waits for the cashier."""
    ids = list(
        Payment.objects.filter(status="queued", programme=PROGRAMME, amount_fen__lt=50_000_000).values_list(
            "pk", flat=True
        )
    )
    if not ids:
        return
    at = at_hour(add_working_days(cast.on, -6))
    batch = operations.prepare_payment_batch(ids, by=cast["cashier"], at=at)
    funds.check_batch(batch.pk, by=cast["reviewer"], at=at + timedelta(hours=1))
    operations.release_payment_batch(batch.pk, by=cast["cashier2"], at=at + timedelta(hours=2))
    _name, sheet = funds.bank_file(batch.pk, by=cast["cashier2"], at=at + timedelta(hours=2))
    answered = add_working_days(at.date(), 1)
    funds.read_bank_return(
        StandInBank(None).answer(sheet, on=answered), f"{batch.number}.xlsx", by=cast["cashier"],
        at=at_hour(answered),
    )  # fmt: skip
    operations.mark_paid_grants(by=system_actor(), at=at_hour(answered))


def one_page() -> bytes:
    """A blank PDF that stands for a paper."""
    writer = pypdf.PdfWriter()
    writer.add_blank_page(width=595, height=842)
    written = BytesIO()
    writer.write(written)
    return written.getvalue()
