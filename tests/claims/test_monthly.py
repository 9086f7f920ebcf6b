"""以工代训 by month (G10): an employer's heads against the insurance register, one person one month once."""

import json
from datetime import date

import pytest
from django.db import IntegrityError, transaction

from kaogong import sheets
from kaogong.claims import operations, queries
from kaogong.claims.models import Claim, ClaimLine
from kaogong.funds.models import Payment
from kaogong.kernel.credit_code import make_credit_code
from kaogong.kernel.errors import NotFound, NotPermitted
from kaogong.sheets.money_layouts import MONTH
from tests.factories.claims import close_notice_of, line_of, make_learner, make_money
from tests.factories.institutions import REGION, make_institution
from tests.factories.people import an_actor
from tests.factories.training import a_day_at

pytestmark = pytest.mark.django_db
AT = a_day_at(date(2026, 7, 10))
JUNE = date(2026, 6, 1)
PDF = b"%PDF-1.7\n1 0 obj\n"
FIRM, OTHER_FIRM = make_credit_code("91", REGION, 61).value, make_credit_code("91", REGION, 62).value
SINCE = date(2026, 1, 1)


@pytest.fixture
def insured(settings, tmp_path):
    """Tell the register who is insured by whom since when, until when, paid up to which month."""
    told: dict[str, dict] = {}

    def tell(person, credit_code=FIRM, since="2026-01-01", until=None, last_paid="2026-06"):
        spell = {
            "employer": "示例",
            "credit_code": credit_code,
            "since": since,
            "until": until,
            "last_paid": last_paid,
        }
        told[person.id_number] = {"spells": [spell]}
        facts = {"source": "示例数据交换平台（虚构）", "as_of": "2026-07-09", "insurance": told}
        path = tmp_path / f"facts{len(told)}.json"
        path.write_text(json.dumps(facts), encoding="utf-8")
        settings.REGISTERS = f"facts:{path}"

    return tell


def an_enterprise(credit_code=FIRM):
    firm = make_institution(
        "示例数控装备有限公司", kind="enterprise", is_provider=False, credit_code=credit_code
    )
    return firm, an_actor("provider_clerk", organisation_id=firm.pk)


def a_head(name="王小明", group="hard_to_employ", **fields):
    return make_learner(name, groups={group: SINCE}, **fields)


def a_sheet(rows):
    columns = [
        ("name", "姓名", "text"), ("id_number", "身份证号码", "text"), ("wage", "当月工资", "text"),
        ("paid_on", "发放日期", "text"),
    ]  # fmt: skip
    values = (dict(zip(("name", "id_number", "wage", "paid_on"), row, strict=True)) for row in rows)
    return sheets.write_table(columns, values, title=MONTH.label)


def submit(people, by, *, month=JUNE, at=AT, rows=None, proof=PDF):
    rows = rows or [(p.name, p.id_number, "4200.00", "2026-07-05") for p in people]
    return operations.submit_month(
        "work_training",
        month,
        a_sheet(rows),
        "名单.xlsx",
        proof=proof,
        proof_filename="工资单.pdf",
        by=by,
        at=at,
    )


def outcome(claim, person):
    line = line_of(claim, person)
    return line.verdict, line.amount_fen, line.allowance_fen


def test_story_of_a_month_from_the_list_to_the_employers_account(insured):
    make_money(programme="work_training")
    head, poor = a_head("王小明"), a_head("李小红", group="poverty_worker")
    insured(head)
    firm, clerk = an_enterprise()
    claim = submit([head, poor], clerk).claim
    assert outcome(claim, head) == ("payable", 400_00, 0)
    assert outcome(claim, poor) == ("payable", 400_00, 0)  # not insured, of the group that need not be
    assert (claim.payer_mode, claim.training_class, claim.month, claim.event_on) == (
        "employer", None, JUNE, date(2026, 6, 30),
    )  # fmt: skip
    bureau = an_actor("bureau_clerk")
    operations.review_claim(claim.pk, by=bureau, at=AT)
    operations.approve_claim(claim.pk, by=an_actor("reviewer"), at=AT)
    operations.publish_claims([claim.pk], by=bureau, at=AT)
    close_notice_of(claim)
    (payment,) = Payment.objects.all()
    assert (payment.payee_id, payment.amount_fen) == (firm.pk, 800_00)
    assert queries.money_story(claim.pk, by=an_actor("auditor")).disagreements == []
    assert queries.wages_of(claim.pk)[line_of(claim, head).pk].wage_fen == 4_200_00
    (proof,) = queries.claim_documents(claim.pk)
    assert operations.read_claim_document(proof.pk, by=bureau, at=AT).data == PDF


@pytest.mark.parametrize(
    ("spell", "verdict"),
    [
        ({}, "payable"),
        ({"credit_code": OTHER_FIRM}, "refused"),
        ({"since": "2026-06-30"}, "payable"),
        ({"since": "2026-07-01"}, "refused"),
        ({"until": "2026-06-30"}, "refused"),
        ({"until": "2026-07-01"}, "payable"),
        ({"last_paid": "2026-05"}, "refused"),
        ({"last_paid": ""}, "payable"),
    ],
)
def test_head_counts_when_this_employer_insured_it_to_the_end_of_the_month(insured, spell, verdict):
    person = a_head()
    insured(person, **spell)
    assert outcome(submit([person], an_enterprise()[1]).claim, person)[0] == verdict


def test_head_nobody_can_be_asked_about_lacks_evidence():
    person = a_head()
    claim = submit([person], an_enterprise()[1]).claim
    assert outcome(claim, person) == ("needs_evidence", 0, 0)
    operations.supply_evidence(
        line_of(claim, person).pk, fact="employer_insured", value=True, source="参保证明", reason="窗口核验",
        by=an_actor("bureau_clerk"), at=AT,
    )  # fmt: skip
    assert outcome(claim, person) == ("payable", 400_00, 0)


def test_head_of_no_entitled_group_is_refused(insured):
    person = make_learner("钱多多")
    insured(person)
    assert outcome(submit([person], an_enterprise()[1]).claim, person)[0] == "refused"


def test_one_person_one_month_once_whoever_the_employer(insured):
    person, other = a_head("王小明"), a_head("李小红")
    insured(person)
    insured(other)
    first = submit([person], an_enterprise()[1]).claim
    second_firm = an_enterprise(OTHER_FIRM)[1]
    receipt = submit([person, other], second_firm)
    assert [said for _, said in receipt.problems] == ["2026-06已经申领过，一人一月只能申领一次"]
    assert [line.person_id for line in queries.lines(receipt.claim.pk)] == [other.pk]
    with pytest.raises(IntegrityError, match="one_standing_line_of_a_persons_month"), transaction.atomic():
        ClaimLine.objects.create(
            claim=receipt.claim, person=person, month=JUNE, sequence=9, event_on=date(2026, 6, 30), level=0,
            occupation_code="", reference="X/9",
        )  # fmt: skip
    operations.withdraw_claim(first.pk, by=an_actor("provider_clerk", organisation_id=first.institution_id), at=AT,
                              reason="名单有误")  # fmt: skip
    with pytest.raises(operations.MonthClaimedAlready, match=receipt.claim.number):
        submit([person], second_firm)


def test_rows_that_cannot_be_claimed_are_named_and_the_others_kept():
    good, twice = a_head("王小明"), a_head("李小红")
    rows = [
        (good.name, good.id_number, "4200", "2026-07-05"),
        (twice.name, twice.id_number, "4200", "2026-07-05"),
        (twice.name, twice.id_number, "4200", "2026-07-05"),
        ("冒名", a_head("赵大宝").id_number, "4200", "2026-07-05"),
        ("孙某", "110101199003070011", "4200", "2026-07-05"),
        ("周末", a_head("周末").id_number, "0", "2026-07-05"),
        ("吴早", a_head("吴早").id_number, "4200", "2026-05-31"),
        ("郑晚", a_head("郑晚").id_number, "4200", "2026-07-11"),
    ]
    receipt = submit([], an_enterprise()[1], rows=rows)
    assert [line.person_id for line in queries.lines(receipt.claim.pk)] == [good.pk, twice.pk]
    assert len(receipt.problems) == 6


def test_months_beyond_the_most_are_left_out():
    person, clerk = a_head(), an_enterprise()[1]
    for month in range(1, 7):
        day = date(2026, month, 1)
        claim = submit(
            [person], clerk, month=day, rows=[(person.name, person.id_number, "4200", "2026-07-05")]
        ).claim
        assert claim.month == day
    with pytest.raises(operations.NobodyInMonth, match="已申领6个月，最多6个月"):
        submit([person], clerk, month=date(2025, 12, 1))


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"month": date(2026, 7, 1)}, operations.MonthNotOver),
        ({"proof": b""}, operations.WageProofMissing),
        ({"proof": b"MZ"}, operations.WageProofMissing),
    ],
)
def test_submit_month_too_soon_or_without_proof_is_refused(changed, refusal):
    with pytest.raises(refusal):
        submit([a_head()], an_enterprise()[1], **changed)
    assert not Claim.objects.exists()


def test_submit_month_of_another_kind_of_scheme_is_refused():
    with pytest.raises(operations.NotClaimedByMonth):
        operations.submit_month(
            "employment_training", JUNE, b"", "x", proof=PDF, proof_filename="x", by=an_enterprise()[1], at=AT
        )


def test_months_stay_within_reach():
    person = a_head()
    claim = submit([person], an_enterprise()[1]).claim
    stranger = an_enterprise(OTHER_FIRM)[1]
    with pytest.raises(NotFound):
        queries.claim(claim.pk, by=stranger)
    with pytest.raises(NotFound):
        operations.read_claim_document(queries.claim_documents(claim.pk)[0].pk, by=stranger, at=AT)
    with pytest.raises(NotPermitted):
        submit([person], an_actor("bureau_clerk"))
    assert list(queries.month_claims(an_actor("bureau_clerk"))) == [claim]


def test_a_paid_month_uses_up_no_training(insured):
    make_money(programme="work_training")
    person = a_head()
    insured(person)
    claim = submit([person], an_enterprise()[1]).claim
    operations.review_claim(claim.pk, by=an_actor("bureau_clerk"), at=AT)
    operations.approve_claim(claim.pk, by=an_actor("reviewer"), at=AT)
    (earlier,) = queries.history([person.pk])[person.pk]
    assert (earlier.component, earlier.counts, earlier.is_live) == ("work_training", False, True)
