"""A version of who pays what: drafted, tried on real claims, approved by another person, in force from a day."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import InternalError, ProgrammingError

from kaogong.funds import operations as ops
from kaogong.funds import queries
from kaogong.funds.models import Reservation, Waterfall, WaterfallPreview
from kaogong.funds.operations import waterfalls as refusals
from kaogong.funds.tasks import enforce_waterfalls
from kaogong.kernel.actor import Actor, system_actor
from kaogong.kernel.errors import NotFound, NotPermitted, ReasonMissing, SamePerson, WrongState
from kaogong.ledger import operations as ledger
from kaogong.ledger import queries as ledger_queries
from tests.factories.funds import (
    AT,
    REGION,
    make_cashier,
    make_fund,
    make_payments,
    make_reservation,
    make_reviewer,
)

pytestmark = pytest.mark.django_db
SYSTEM = {"by": system_actor(), "at": AT}
TODAY = date(2026, 3, 2)
CENTRAL_FIRST = (
    queries.Tier("ZX", {"central": 1000}, most_fen=300_00),
    queries.Tier("ZX", {"district": 500, "city": 500}),
)


def a_draft(tiers=CENTRAL_FIRST, *, by=None, starts_on=TODAY, at=AT):
    return ops.draft_waterfall(
        region_code=REGION,
        programme="skills",
        tiers=tiers,
        starts_on=starts_on,
        document="示例财社〔2026〕1号",
        by=by or make_cashier(),
        at=at,
    )


def in_force(tiers=CENTRAL_FIRST, *, starts_on=TODAY, at=AT):
    draft = a_draft(tiers, starts_on=starts_on, at=at)
    ops.simulate_waterfall(draft.pk, by=make_cashier(), at=at)
    return ops.approve_waterfall(draft.pk, by=make_reviewer(), at=at, reason="已核对")


def set_budget(fund, level, amount_fen):
    ops.set_budget(fund.pk, programme="skills", source_level=level, amount_fen=amount_fen, **SYSTEM)


def reserve(reference, amount_fen, *, event_on=TODAY, at=AT):
    return ops.reserve_for_claim(
        reference, region_code=REGION, programme="skills", year=2026, amount_fen=amount_fen,
        event_on=event_on, by=system_actor(), at=at,
    )  # fmt: skip


def test_opening_a_fund_founds_version_one_without_a_first_day():
    make_fund()
    (first,) = queries.waterfalls(make_cashier())
    assert (first.number, first.status, first.starts_on) == (1, "in_force", None)
    assert first.tiers == [{"fund": "ZX", "shares": {"district": 600, "city": 400}, "most_fen": None}]
    make_fund(year=2027)
    assert Waterfall.objects.count() == 1


def test_a_version_goes_from_draft_over_trial_and_another_person_into_force():
    fund = make_fund()
    set_budget(fund, "central", 500_00)
    draft = a_draft()
    assert (draft.number, draft.status) == (2, "drafted")
    with pytest.raises(WrongState):
        ops.approve_waterfall(draft.pk, by=make_reviewer(), at=AT, reason="已核对")
    preview = ops.simulate_waterfall(draft.pk, by=make_cashier(), at=AT)
    assert (preview.claims, preview.short_claims) == (0, 0)
    with pytest.raises(NotPermitted):
        ops.approve_waterfall(draft.pk, by=make_cashier(905), at=AT, reason="已核对")
    found = ops.approve_waterfall(draft.pk, by=make_reviewer(), at=AT, reason="已核对")
    assert found.status == "in_force"
    first = Waterfall.objects.get(number=1)
    assert (first.status, first.ends_on) == ("superseded", TODAY)


def test_who_wrote_or_tried_a_version_may_not_approve_it():
    make_fund()
    reviewer = make_reviewer()
    draft = a_draft(by=reviewer)
    ops.simulate_waterfall(draft.pk, by=make_cashier(), at=AT)
    with pytest.raises(SamePerson):
        ops.approve_waterfall(draft.pk, by=reviewer, at=AT, reason="已核对")


def test_a_changed_version_is_tried_again():
    make_fund()
    draft = a_draft()
    ops.simulate_waterfall(draft.pk, by=make_cashier(), at=AT)
    words = {"starts_on": TODAY, "document": "示例", "by": make_cashier(), "at": AT}
    changed = ops.change_waterfall(draft.pk, tiers=CENTRAL_FIRST[1:], **words)
    assert changed.status == "drafted"
    assert queries.preview_of(changed) is None
    ops.simulate_waterfall(draft.pk, by=make_cashier(), at=AT)
    assert queries.preview_of(Waterfall.objects.get(pk=draft.pk)) is not None


def test_a_version_never_tried_as_it_is_now_cannot_be_approved():
    make_fund()
    draft = a_draft()
    ops.simulate_waterfall(draft.pk, by=make_cashier(), at=AT)
    Waterfall.objects.filter(pk=draft.pk).update(starts_on=TODAY + timedelta(days=1))
    with pytest.raises(ops.PreviewMissing):
        ops.approve_waterfall(draft.pk, by=make_reviewer(), at=AT, reason="已核对")


def test_the_trial_shows_each_source_before_and_after_and_what_falls_short():
    fund = make_fund(district=1_000_00, city=1_000_00)
    set_budget(fund, "central", 500_00)
    for number, fen in enumerate((200_00, 200_00, 400_00)):
        make_reservation(f"SL-{number}", amount_fen=fen)
    ops.void_for_claim("SL-2", amount_fen=100_00, **SYSTEM)
    draft = a_draft()
    result = ops.simulate_waterfall(draft.pk, by=make_cashier(), at=AT).result
    assert (result["claims"], result["total_fen"], result["short_claims"]) == (3, 700_00, 0)
    by_pot = {(row["fund"], row["level"]): (row["before_fen"], row["after_fen"]) for row in result["sources"]}
    # 200.00 + 100.00 from the centre up to its cap, then half and half: 100.00 and 300.00 of the rest
    assert by_pot == {
        ("ZX", "central"): (0, 300_00),
        ("ZX", "district"): (420_00, 200_00),
        ("ZX", "city"): (280_00, 200_00),
    }
    assert ledger_queries.balances("ZX", 2026)["skills", "central"]["available"] == 500_00


def test_a_trial_names_the_claims_it_leaves_unpaid_and_approving_asks_why():
    make_fund()
    make_reservation("SL-1", amount_fen=100_00)
    draft = a_draft(tiers=[queries.Tier("ZX", {"province": 1000})])
    preview = ops.simulate_waterfall(draft.pk, by=make_cashier(), at=AT)
    assert preview.short_claims == 1
    assert preview.result["short"] == [{"reference": "SL-1", "amount_fen": 100_00, "short_fen": 100_00}]
    with pytest.raises(ReasonMissing):
        ops.approve_waterfall(draft.pk, by=make_reviewer(), at=AT, reason=" ")
    ops.approve_waterfall(draft.pk, by=make_reviewer(), at=AT, reason="省级资金月底到位")


def test_reserve_for_claim_uses_the_version_of_the_events_day():
    fund = make_fund()
    set_budget(fund, "central", 500_00)
    in_force()
    old = reserve("SL-OLD", 100_00, event_on=TODAY - timedelta(days=1))
    new = reserve("SL-NEW", 100_00, event_on=TODAY)
    assert old == {"district": 60_00, "city": 40_00}
    assert new == {"central": 100_00}
    numbers = dict(Reservation.objects.values_list("reference", "waterfall__number"))
    assert numbers == {"SL-OLD": 1, "SL-NEW": 2}


def test_reserve_for_claim_goes_from_the_capped_pot_to_the_next_and_is_told_once():
    fund = make_fund()
    set_budget(fund, "central", 500_00)
    in_force()
    reserve("SL-1", 250_00)
    assert reserve("SL-2", 100_00) == {"central": 50_00, "district": 25_00, "city": 25_00}
    assert reserve("SL-2", 100_00) == {"central": 50_00, "district": 25_00, "city": 25_00}
    assert ledger_queries.standing("SL-2")["reserved"] == {"central": 50_00, "district": 25_00, "city": 25_00}
    with pytest.raises(ledger.EntryDiffers):
        reserve("SL-2", 100_01)


def test_the_parts_of_a_payment_stay_with_their_sources():
    fund = make_fund()
    set_budget(fund, "central", 500_00)
    in_force()
    reserve("SL-1", 250_00)
    payments = make_payments(2, reference="SL-2", amount_fen=50_00)
    shares = [payment.shares for payment in payments]
    assert [sum(parts.values()) for parts in shares] == [50_00, 50_00]
    together = {
        level: sum(parts.get(level, 0) for parts in shares) for level in ("central", "district", "city")
    }
    assert together == {"central": 50_00, "district": 25_00, "city": 25_00}


def test_a_claim_no_pot_can_pay_is_refused_with_every_pot_named():
    make_fund(district=10_00, city=10_00)
    in_force()
    with pytest.raises(ops.PotsDry, match=r"至少还差¥80\.00") as refusal:
        reserve("SL-1", 100_00)
    for pot in ("ZX 中央¥0.00", "ZX 区级¥10.00", "ZX 市级¥10.00"):
        assert pot in refusal.value.message
    assert not Reservation.objects.exists()


def test_a_version_of_a_later_day_waits_and_is_put_in_force_by_night():
    make_fund()
    later = TODAY + timedelta(days=30)
    draft = a_draft(starts_on=later)
    ops.simulate_waterfall(draft.pk, by=make_cashier(), at=AT)
    assert ops.approve_waterfall(draft.pk, by=make_reviewer(), at=AT, reason="已核对").status == "approved"
    with pytest.raises(refusals.NotBegun):
        ops.enforce_waterfall(draft.pk, by=make_reviewer(), at=AT)
    assert enforce_waterfalls(at=AT) == 0
    assert enforce_waterfalls(at=AT + timedelta(days=30)) == 1
    assert queries.waterfall_on(REGION, "skills", later).number == 2
    assert queries.waterfall_on(REGION, "skills", later - timedelta(days=1)).number == 1
    assert enforce_waterfalls(at=AT + timedelta(days=31)) == 0


@pytest.mark.parametrize(
    ("tiers", "refusal"),
    [
        ([], refusals.TiersEmpty),
        ([queries.Tier("ZX", {"district": 999})], refusals.SharesNotWhole),
        ([queries.Tier("ZX", {"village": 1000})], refusals.SharesNotWhole),
        ([queries.Tier("NO", {"district": 1000})], refusals.TierFundUnknown),
        ([queries.Tier("ZX", {"district": 1000}, most_fen=0)], refusals.TierCapWrong),
    ],
)
def test_draft_waterfall_refuses_tiers_that_cannot_pay(tiers, refusal):
    make_fund()
    with pytest.raises(refusal):
        a_draft(tiers=tiers)


def test_one_draft_at_a_time_and_never_before_the_version_in_force():
    make_fund()
    in_force()
    with pytest.raises(refusals.StartsTooEarly):
        a_draft(starts_on=TODAY)
    draft = a_draft(starts_on=TODAY + timedelta(days=1))
    with pytest.raises(refusals.DraftStands):
        a_draft(starts_on=TODAY + timedelta(days=2))
    ops.discard_waterfall(draft.pk, by=make_cashier(), at=AT, reason="重来")
    assert a_draft(starts_on=TODAY + timedelta(days=2)).number == 4


def test_a_version_of_another_region_is_not_found():
    make_fund()
    draft = a_draft()
    elsewhere = Actor("外区", "reviewer", make_reviewer().permissions, 77, region_code="510700")
    with pytest.raises(NotFound):
        ops.simulate_waterfall(draft.pk, by=elsewhere, at=AT)


def test_tiers_in_force_and_trials_are_never_changed_even_by_the_owner():
    make_fund()
    found = in_force()
    for rows, words in (
        (Waterfall.objects.filter(pk=found.pk), {"tiers": []}),
        (Waterfall.objects.filter(pk=found.pk), {"status": "drafted"}),
        (WaterfallPreview.objects.all(), {"claims": 9}),
    ):
        with pytest.raises((InternalError, ProgrammingError, IntegrityError)), transaction.atomic():
            rows.update(**words)


def test_return_waterfall_asks_for_a_reason_and_opens_it_for_writing():
    make_fund()
    draft = a_draft()
    ops.simulate_waterfall(draft.pk, by=make_cashier(), at=AT)
    with pytest.raises(ReasonMissing):
        ops.return_waterfall(draft.pk, by=make_reviewer(), at=AT, reason=" ")
    found = ops.return_waterfall(draft.pk, by=make_reviewer(), at=AT, reason="文号有误")
    assert found.status == "drafted"
