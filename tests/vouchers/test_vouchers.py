"""Vouchers: issued from a list, money set aside, bound once to their own person's class, expired, withdrawn."""

from dataclasses import replace
from datetime import date

import pytest
from django.db import IntegrityError, transaction

from kaogong.kernel.errors import NotFound, NotPermitted, ReasonMissing, SamePerson, WrongState
from kaogong.ledger import operations as ledger_operations
from kaogong.ledger import queries as ledger
from kaogong.training.models import Enrolment
from kaogong.vouchers import operations, queries
from kaogong.vouchers.models import Voucher, VoucherIssue
from tests.factories.claims import a_provider_clerk, make_learner, make_money
from tests.factories.people import REGION, an_actor
from tests.factories.training import a_day_at, make_class
from tests.factories.vouchers import DRAFTED, SCHEME, a_list, draft, make_vouchers, some_terms

pytestmark = pytest.mark.django_db
AT = a_day_at(date(2026, 6, 1))
FACE = 800_00


def standing() -> tuple[int, int]:
    """What is set aside, and what is still free."""
    rows = ledger.trial_balance()
    assert ledger.recount() == []
    return sum(row.reserved_fen for row in rows), sum(row.available_fen for row in rows)


def a_class(people, **fields):
    return make_class(status="running", people=people, scheme_code=SCHEME, **fields)


def enrolment(training_class, person) -> int:
    return Enrolment.objects.get(training_class=training_class, person=person).pk


def bind(voucher, training_class, person, *, at=AT):
    return operations.bind_voucher(
        voucher.number,
        enrolment_id=enrolment(training_class, person),
        by=a_provider_clerk(training_class),
        at=at,
    )


def test_draft_vouchers_keeps_the_good_rows_and_names_each_bad_one():
    good, twice, other = make_learner("王小明"), make_learner("李小红"), make_learner("赵大宝")
    rows = [
        (good.name, good.id_number), (twice.name, twice.id_number), (twice.name, twice.id_number),
        ("冒名", other.id_number), ("钱多多", "110101199003070011"), ("孙某", "37020319900101"),
    ]  # fmt: skip
    clerk = an_actor("bureau_clerk")
    issue = operations.draft_vouchers(REGION, some_terms(), a_list(rows), "名单.xlsx", by=clerk, at=DRAFTED)
    assert {person.pk for person in queries.listed(issue.pk)} == {good.pk, twice.pk}
    assert (issue.rows_total, len(issue.problems)) == (6, 4)
    said = " ".join(words for _, words in issue.problems)
    for words in ("是同一人", "姓名与实名登记不一致", "没有实名登记"):
        assert words in said
    assert not Voucher.objects.exists()


def test_draft_vouchers_for_a_group_leaves_out_who_is_not_in_it_and_who_holds_one():
    make_money(programme=SCHEME)
    member, stranger = make_learner("王小明", allowance=True), make_learner("李小红")
    issue = draft([member, stranger], kind="targeted", group_code="hard_to_employ")
    assert [person.pk for person in queries.listed(issue.pk)] == [member.pk]
    assert "限定的人员类别" in issue.problems[0][1]
    operations.issue_vouchers(issue.pk, by=an_actor("reviewer"), at=DRAFTED)
    with pytest.raises(operations.NobodyListed, match=f"已有同一项目未使用的培训券（{issue.number}）"):
        draft([member])


@pytest.mark.parametrize(
    ("terms", "refusal"),
    [
        ({"face_fen": 0}, operations.VoucherTermsUnclear),
        ({"title": " "}, operations.VoucherTermsUnclear),
        ({"kind": "golden"}, operations.VoucherTermsUnclear),
        ({"kind": "targeted"}, operations.VoucherTermsUnclear),
        ({"group_code": "farmer"}, operations.VoucherTermsUnclear),
        ({"expires_on": date(2026, 5, 3)}, operations.VoucherTermsUnclear),
        ({"scheme_code": "employment_training"}, operations.NoVouchersInScheme),
    ],
)
def test_draft_vouchers_on_unclear_terms_is_refused(terms, refusal):
    person = make_learner()
    with pytest.raises(refusal):
        draft([person], **terms)
    assert not VoucherIssue.objects.exists()


def test_draft_and_issue_are_two_people_of_the_bureau_in_their_region():
    person = make_learner()
    with pytest.raises(NotPermitted):
        draft([person], by=an_actor("provider_clerk", organisation_id=1))
    with pytest.raises(NotFound):
        draft([person], by=an_actor("bureau_clerk", region_code="510700"))
    issue = draft([person])
    with pytest.raises(NotPermitted):
        operations.issue_vouchers(issue.pk, by=an_actor("bureau_clerk"), at=DRAFTED)
    with pytest.raises(NotFound):
        operations.issue_vouchers(issue.pk, by=an_actor("reviewer", region_code="510700"), at=DRAFTED)


def test_issue_vouchers_sets_the_whole_worth_aside_or_nobody_has_one():
    make_money(district=900_00, city=600_00, programme=SCHEME)
    people = [make_learner("王小明"), make_learner("李小红")]
    issue = draft(people)
    with pytest.raises(ledger_operations.BudgetExceeded), transaction.atomic():
        operations.issue_vouchers(issue.pk, by=an_actor("reviewer"), at=DRAFTED)
    assert not Voucher.objects.exists()
    assert VoucherIssue.objects.get(pk=issue.pk).status == "drafted"
    make_vouchers(people[:1])
    assert standing() == (FACE, 1500_00 - FACE)


def test_discard_vouchers_needs_a_reason_and_ends_the_list():
    issue = draft([make_learner()])
    with pytest.raises(ReasonMissing):
        operations.discard_vouchers(issue.pk, by=an_actor("bureau_clerk"), at=DRAFTED, reason="")
    operations.discard_vouchers(issue.pk, by=an_actor("bureau_clerk"), at=DRAFTED, reason="名单有误")
    with pytest.raises(WrongState):
        operations.issue_vouchers(issue.pk, by=an_actor("reviewer"), at=DRAFTED)


def test_numbers_are_checked_by_their_last_sign():
    number = queries.new_number()
    assert queries.is_well_formed(number)
    wrong = number[:3] + ("2" if number[3] != "2" else "3") + number[4:]
    assert not queries.is_well_formed(wrong)
    assert not queries.is_well_formed(number[:-1])
    swapped = next(
        number[:n] + number[n + 1] + number[n] + number[n + 2 :]
        for n in range(10)
        if number[n] != number[n + 1]
    )
    assert not queries.is_well_formed(swapped)


def test_bind_voucher_refuses_by_name_what_is_forged_mistyped_or_somebody_elses():
    make_money(programme=SCHEME)
    own, other = make_learner("王小明"), make_learner("李小红")
    voucher, theirs = make_vouchers([own, other])
    training_class = a_class([own, other])
    clerk, seat = a_provider_clerk(training_class), enrolment(training_class, own)
    forged = queries.new_number()
    for number, refusal in (
        (voucher.number[:-1] + "0", operations.VoucherNumberMistyped),
        (forged, operations.VoucherUnknown),
        (theirs.number, operations.VoucherOfAnother),
    ):
        with pytest.raises(refusal) as told:
            operations.bind_voucher(number, enrolment_id=seat, by=clerk, at=AT)
        assert "李小红" not in told.value.message  # whose it is, is nobody's business
    bound = operations.bind_voucher(queries.shown(voucher.number).lower(), enrolment_id=seat, by=clerk, at=AT)
    assert (bound.status, bound.institution_id) == ("bound", training_class.institution_id)
    assert list(queries.vouchers(clerk)) == [bound]
    with pytest.raises(operations.VoucherUsed, match="已绑定班次"):
        operations.bind_voucher(voucher.number, enrolment_id=seat, by=clerk, at=AT)


def test_bind_voucher_outside_its_terms_is_refused_with_the_term():
    make_money(programme=SCHEME)
    person = make_learner("王小明", allowance=True)
    (early,) = make_vouchers([person], starts_on=date(2026, 6, 2))
    training_class = a_class([person])
    with pytest.raises(operations.VoucherExpired, match="2026-06-02至2026-12-31"):
        bind(early, training_class, person)
    operations.withdraw_voucher(early.pk, by=an_actor("bureau_clerk"), at=AT, reason="换发")
    (targeted,) = make_vouchers([person], kind="targeted", occupation_codes=("6-18-02-04",))
    with pytest.raises(operations.VoucherNotForClass, match="限定范围"):
        bind(targeted, training_class, person)
    operations.withdraw_voucher(targeted.pk, by=an_actor("bureau_clerk"), at=AT, reason="换发")
    (fitting,) = make_vouchers(
        [person], kind="targeted", occupation_codes=("4-03-02-01",), group_code="hard_to_employ"
    )
    plain = make_class(status="running", people=[person], scheme_code="employment_training",
                       starts_on=date(2026, 7, 1), ends_on=date(2026, 7, 30))  # fmt: skip
    with pytest.raises(operations.VoucherNotForClass, match="不是券的补贴项目"):
        bind(fitting, plain, person)
    assert bind(fitting, training_class, person).status == "bound"


def test_bind_voucher_to_another_providers_class_is_not_found():
    make_money(programme=SCHEME)
    person = make_learner()
    (voucher,) = make_vouchers([person])
    training_class, stranger = a_class([person]), a_class([make_learner()])
    with pytest.raises(NotFound):
        operations.bind_voucher(
            voucher.number,
            enrolment_id=enrolment(training_class, person),
            by=a_provider_clerk(stranger),
            at=AT,
        )
    with pytest.raises(NotPermitted):
        operations.bind_voucher(
            voucher.number, enrolment_id=enrolment(training_class, person), by=an_actor("bureau_clerk"), at=AT
        )


def test_unbind_voucher_frees_it_for_another_class():
    make_money(programme=SCHEME)
    person = make_learner()
    (voucher,) = make_vouchers([person])
    first = a_class([person])
    bind(voucher, first, person)
    with pytest.raises(NotFound):
        operations.unbind_voucher(
            voucher.pk, by=a_provider_clerk(a_class([make_learner()])), at=AT, reason="x"
        )
    operations.unbind_voucher(voucher.pk, by=a_provider_clerk(first), at=AT, reason="学员改报他班")
    second = a_class([person], starts_on=date(2026, 8, 3), ends_on=date(2026, 8, 28))
    assert bind(voucher, second, person).institution_id == second.institution_id


def test_one_enrolment_takes_one_voucher_by_operation_and_by_database():
    make_money(programme=SCHEME)
    person = make_learner()
    (voucher,) = make_vouchers([person])
    training_class = a_class([person])
    bind(voucher, training_class, person)
    (second,) = make_vouchers([person])
    with pytest.raises(operations.EnrolmentHasVoucher, match=voucher.number):
        bind(second, training_class, person)
    with pytest.raises(IntegrityError), transaction.atomic():
        Voucher.objects.filter(pk=second.pk).update(
            status="bound", enrolment_id=enrolment(training_class, person),
            institution_id=training_class.institution_id, bound_at=AT,
        )  # fmt: skip


def test_expire_vouchers_gives_the_money_back_once_and_spares_who_began_in_time():
    make_money(programme=SCHEME)
    idle, training = make_learner("王小明"), make_learner("李小红")
    vouchers = make_vouchers([idle, training], expires_on=date(2026, 6, 15))
    bind(vouchers[1], a_class([training]), training)
    assert operations.expire_vouchers(by=an_actor("reviewer"), at=a_day_at(date(2026, 6, 15))) == 0
    late = a_day_at(date(2026, 6, 16))
    assert operations.expire_vouchers(by=an_actor("reviewer"), at=late) == 1
    assert operations.expire_vouchers(by=an_actor("reviewer"), at=late) == 0
    assert [Voucher.objects.get(pk=v.pk).status for v in vouchers] == ["expired", "bound"]
    assert standing()[0] == FACE


def test_withdraw_voucher_needs_a_reason_and_gives_the_money_back():
    make_money(programme=SCHEME)
    (voucher,) = make_vouchers([make_learner()])
    with pytest.raises(ReasonMissing):
        operations.withdraw_voucher(voucher.pk, by=an_actor("bureau_clerk"), at=AT, reason="")
    operations.withdraw_voucher(voucher.pk, by=an_actor("bureau_clerk"), at=AT, reason="本人放弃")
    assert standing()[0] == 0
    with pytest.raises(WrongState):
        operations.withdraw_voucher(voucher.pk, by=an_actor("bureau_clerk"), at=AT, reason="再次")


def test_a_person_sees_their_own_vouchers_only():
    make_money(programme=SCHEME)
    own, other = make_learner("王小明"), make_learner("李小红")
    voucher, _ = make_vouchers([own, other])
    assert list(queries.vouchers(an_actor("learner", person_id=own.pk))) == [voucher]
    assert list(queries.vouchers_of_person(own.pk)) == [voucher]


def test_issue_vouchers_by_the_drafter_is_refused():
    clerk = an_actor("bureau_clerk")
    issue = draft([make_learner()], by=clerk)
    same = replace(an_actor("reviewer"), account_id=clerk.account_id)
    with pytest.raises(SamePerson):
        operations.issue_vouchers(issue.pk, by=same, at=DRAFTED)


def test_issue_vouchers_to_who_has_had_one_since_is_refused_by_name():
    make_money(programme=SCHEME)
    person = make_learner("王小明")
    first, second = draft([person]), draft([person])
    reviewer = an_actor("reviewer")
    operations.issue_vouchers(first.pk, by=reviewer, at=DRAFTED)
    with pytest.raises(operations.VoucherHeldAlready, match="王小明"):
        operations.issue_vouchers(second.pk, by=reviewer, at=DRAFTED)
    assert standing()[0] == FACE
