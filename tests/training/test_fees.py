"""Who paid the training fee first: by form, by roster, and what is refused."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from kaogong.kernel.errors import NotFound, NotPermitted
from kaogong.trail.queries import timeline
from kaogong.training import operations, queries
from kaogong.training.models import FeePayment
from tests.factories import a_roster, an_actor, an_id_number, make_class, make_institution

pytestmark = pytest.mark.django_db
PAID = {"paid_by": "provider", "amount_fen": 1_200_00, "paid_on": date(2026, 6, 1), "receipt_number": "PJ-1"}


@pytest.fixture
def clerk():
    return an_actor("provider_clerk", organisation_id=make_institution().pk)


@pytest.fixture
def running(clerk):
    from kaogong.institutions.queries import institution

    school = institution(clerk.organisation_id, by=clerk)
    return make_class(school, status="running", people=3, clerk=clerk, fee_paid_by="")


def test_record_fee_of_the_class_holds_for_everyone_but_who_said_otherwise(running, clerk, now):
    first, second, third = queries.enrolments(running.pk)
    assert queries.fees_by_enrolment(running.pk) == {}
    own = PAID | {"paid_by": "learner", "amount_fen": 800_00, "receipt_number": "NO 7"}
    operations.record_fee(running.pk, **own, enrolment_id=second.pk, by=clerk, at=now)
    operations.record_fee(running.pk, **PAID, by=clerk, at=now)
    fees = queries.fees_by_enrolment(running.pk)
    assert [fees[row.pk].paid_by for row in (first, second, third)] == ["provider", "learner", "provider"]
    assert (fees[second.pk].amount_fen, fees[second.pk].is_own, fees[first.pk].is_own) == (
        800_00,
        True,
        False,
    )
    assert queries.fee_of(second) == fees[second.pk]
    assert queries.fee_of(third) == queries.fee_of_class(running.pk) == fees[third.pk]


def test_record_fee_again_corrects_it_and_the_trail_keeps_both(running, clerk, now):
    operations.record_fee(running.pk, **PAID, by=clerk, at=now)
    operations.record_fee(running.pk, **PAID | {"amount_fen": 1_500_00}, by=clerk, at=now)
    assert FeePayment.objects.get().amount_fen == 1_500_00
    said = [entry.detail for entry in timeline("class", running.pk) if entry.verb == "class.fee_recorded"]
    assert sorted(detail["amount_fen"] for detail in said) == [1_200_00, 1_500_00]
    assert {detail["receipt_number"] for detail in said} == {"PJ-1"}


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"paid_by": "uncle"}, operations.FeePayerUnknown),
        ({"amount_fen": 0}, operations.FeeProofMissing),
        ({"receipt_number": "　"}, operations.FeeProofMissing),
    ],
)
def test_record_fee_without_payer_sum_or_receipt_is_refused(change, refusal, running, clerk, now):
    with pytest.raises(refusal):
        operations.record_fee(running.pk, **PAID | change, by=clerk, at=now)
    assert not FeePayment.objects.exists()


def test_record_fee_of_a_day_to_come_or_a_cancelled_class_is_refused(running, clerk, now):
    tomorrow = now.date() + timedelta(days=1)
    with pytest.raises(operations.FeeDayToCome, match=str(tomorrow)):
        operations.record_fee(running.pk, **PAID | {"paid_on": tomorrow}, by=clerk, at=now)
    drafted = make_class(running.institution, clerk=clerk)
    operations.cancel_class(drafted.pk, by=clerk, at=now, reason="生源不足")
    with pytest.raises(operations.FeeOfCancelledClass, match=drafted.number):
        operations.record_fee(drafted.pk, **PAID, by=clerk, at=now)


def test_record_fee_is_the_providers_own_to_say(running, now):
    for role in ("bureau_clerk", "reviewer", "assessor"):
        reach = {"organisation_id": running.institution_id} if role == "assessor" else {}
        with pytest.raises(NotPermitted):
            operations.record_fee(running.pk, **PAID, by=an_actor(role, **reach), at=now)
    stranger = an_actor("provider_clerk", organisation_id=make_institution().pk)
    with pytest.raises(NotFound):
        operations.record_fee(running.pk, **PAID, by=stranger, at=now)


def test_record_fee_of_a_learner_of_another_class_is_not_found(running, clerk, now):
    other = make_class(running.institution, status="running", people=1, clerk=clerk, fee_paid_by="")
    with pytest.raises(NotFound):
        operations.record_fee(
            running.pk, **PAID, enrolment_id=queries.enrolments(other.pk)[0].pk, by=clerk, at=now
        )


def test_fee_is_told_once_for_a_class_even_past_the_operations(running, clerk, now):
    operations.record_fee(running.pk, **PAID, by=clerk, at=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        FeePayment.objects.create(training_class=running, paid_by="learner")
    with pytest.raises(IntegrityError), transaction.atomic():
        FeePayment.objects.filter(training_class=running).update(amount_fen=0)


def test_fee_of_the_provider_counts_with_its_proof_only():
    whole = queries.Fee("provider", 1_200_00, date(2026, 6, 1), "PJ-1", False)
    bare = queries.Fee("provider", 1_200_00, None, "", False)
    against = queries.Fee("learner", None, None, "", True)
    assert (whole.counts_as_paid_by, bare.counts_as_paid_by, against.counts_as_paid_by) == (
        "provider", "", "learner",
    )  # fmt: skip


# --- by roster ---------------------------------------------------------------------------------------------

HEADINGS = ["姓名", "身份证号码", "缴费主体", "缴纳学费", "缴费日期", "票据号码"]


def a_row(name, payer="", yuan="", day="", receipt=""):
    return dict(zip(HEADINGS, [name, an_id_number().value, payer, yuan, day, receipt], strict=True))


def send(clerk, now, rows):
    from kaogong.institutions.queries import institution

    drafted = make_class(institution(clerk.organisation_id, by=clerk), clerk=clerk)
    upload = operations.upload_roster(drafted.pk, a_roster(rows, HEADINGS), "名单.csv", by=clerk, at=now)
    return drafted, operations.take_roster(upload.pk, by=clerk, at=now)


def test_take_roster_keeps_what_it_says_of_the_fee(clerk, now):
    rows = [
        a_row("王小明", "学员本人", "1200.50", "2026年5月20日", "0012345"),
        a_row("李小红", "学校", "980", "2026-05-21", "0012346"),
        a_row("张小军"),
    ]
    drafted, upload = send(clerk, now, rows)
    assert (upload.rows_good, upload.rows_problem) == (3, 0)
    fees = queries.fees_by_enrolment(drafted.pk)
    by_name = {row.person.name: fees.get(row.pk) for row in queries.enrolments(drafted.pk)}
    assert by_name["王小明"] == queries.Fee("learner", 1_200_50, date(2026, 5, 20), "0012345", True)
    assert by_name["李小红"] == queries.Fee("provider", 980_00, date(2026, 5, 21), "0012346", True)
    assert by_name["张小军"] is None


def test_check_roster_says_what_of_the_fee_it_cannot_keep(clerk, now):
    rows = [
        a_row("王小明", "亲戚", "1200"),
        a_row("李小红", "", "1200"),
        a_row("张小军", "机构", "1200"),
        a_row("赵小兰", "机构", "1200", "2026-05-20", "1"),
    ]
    check = operations.check_roster(a_roster(rows, HEADINGS), "名单.csv", by=clerk, at=now)
    said = {row - 1: [f.code for f in found] for row, found in check.findings_of().items()}
    assert said == {1: ["fee_payer_unknown"], 2: ["fee_payer_missing"], 3: ["fee_unproven"]}
    assert check.rows_good == 4


def test_take_roster_corrected_changes_the_fee_of_that_row_only(clerk, now):
    rows = [
        a_row("王小明", "学员", "1200", "2026-05-20", "1"),
        a_row("李小红", "学员", "1200", "2026-05-20", "2"),
    ]
    drafted, _ = send(clerk, now, rows)
    rows[1]["缴费主体"] = "培训机构"
    upload = operations.upload_roster(drafted.pk, a_roster(rows, HEADINGS), "更正.csv", by=clerk, at=now)
    upload = operations.take_roster(upload.pk, by=clerk, at=now)
    assert (upload.rows_unchanged, upload.rows_changed) == (1, 1)
    assert sorted(FeePayment.objects.values_list("paid_by", flat=True)) == ["learner", "provider"]
