"""The ladder: suggested, proposed, heard, confirmed by another, in force with its effects, over."""

from datetime import date, timedelta

import pytest

from kaogong.claims.models import PaymentHold
from kaogong.institutions import operations as institutions
from kaogong.institutions.models import Contract
from kaogong.kernel.actor import system_actor
from kaogong.kernel.errors import NotFound, NotPermitted, ReasonMissing, SamePerson, WrongState
from kaogong.supervision import operations, queries
from kaogong.supervision.models import Consequence, Duty, Sanction
from kaogong.supervision.tasks import enforce_sanctions
from tests.factories import COOK, an_actor, make_contract, make_institution, make_person
from tests.factories.claims import make_claim
from tests.factories.oversight import make_case, make_sanction

pytestmark = pytest.mark.django_db


@pytest.fixture
def school(db):
    return make_institution("青禾学校", recognised_for=[COOK])


@pytest.fixture
def clerk():
    return an_actor("bureau_clerk")


@pytest.fixture
def reviewer():
    return an_actor("reviewer")


def test_suggested_step_is_the_highest_whose_triggers_are_met(school, now):
    on = now.date()
    fraud = make_case(school, at=now, status="confirmed")
    row, why = queries.suggested_step(fraud, on)
    assert row["code"] == "terminate" and why
    error = make_case(school, at=now, status="confirmed", grade="error", because_of="审计-2")
    assert queries.suggested_step(error, on)[0]["code"] == "talk"
    sanction = make_sanction(school, at=now, step="talk", status="in_force")
    later = sanction.start_on
    assert queries.suggested_step(error, later)[0]["code"] == "rectify"  # talked to before
    assert not Sanction.objects.exclude(pk=sanction.pk).exists()  # nothing is ever proposed by itself


def test_suggested_step_is_none_where_no_paper_gives_a_ladder(now):
    by = an_actor("bureau_clerk", region_code="370211")
    school = make_institution(region_code="370211")
    case = operations.open_case(
        cause="audit", because_of="审计-5", facts="x", institution_id=school.pk, by=by, at=now
    )
    assert queries.ladder("370211", now.date()) == ()
    assert queries.suggested_step(case, now.date()) is None
    with pytest.raises(
        operations.SanctionIncomplete
    ):  # neither label nor basis nor days are given by a paper
        operations.propose_sanction(step="talk", reason="x", institution_id=school.pk, by=by, at=now)
    free = operations.propose_sanction(
        step="talk", label="约谈", basis="区人社局约谈办法第3条", pleading_days=3, reason="x",
        institution_id=school.pk, by=by, at=now,
    )  # fmt: skip
    assert (free.label, free.months, free.effects) == ("约谈", None, [])


def test_sanction_is_heard_confirmed_told_in_force_and_ends(school, clerk, reviewer, now):
    sanction = make_sanction(school, at=now, by=clerk)
    assert (sanction.number, sanction.label, sanction.months) == ("CL-2026-00001", "通报", 12)
    assert "待核实" in sanction.basis and sanction.plead_until == date(2026, 11, 19)
    with pytest.raises(operations.PleadStillOpen):
        operations.confirm_sanction(sanction.pk, by=reviewer, at=now, reason="属实")
    provider = an_actor("provider_clerk", organisation_id=school.pk)
    with pytest.raises(NotFound):
        operations.plead_sanction(sanction.pk, statement="无", by=an_actor("provider_clerk"), at=now)
    with pytest.raises(operations.StatementMissing):
        operations.plead_sanction(sanction.pk, statement=" ", by=provider, at=now)
    operations.plead_sanction(sanction.pk, statement="系统故障所致", by=provider, at=now)
    with pytest.raises(operations.PleadOver):
        operations.plead_sanction(sanction.pk, statement="再说", by=provider, at=now)
    with pytest.raises(ReasonMissing):
        operations.confirm_sanction(sanction.pk, by=reviewer, at=now, reason="")
    operations.confirm_sanction(sanction.pk, by=reviewer, at=now, reason="申辩不成立")
    with pytest.raises(operations.SanctionDayWrong):
        operations.tell_sanction(sanction.pk, start_on=date(2026, 11, 15), by=clerk, at=now)
    operations.tell_sanction(sanction.pk, start_on=date(2026, 11, 18), by=clerk, at=now)
    assert Contract.objects.get().status == "recognised"  # nothing before its first day
    assert enforce_sanctions(by=system_actor(), at=now) == {"begun": 0, "ended": 0, "barred": 0}
    begun = now + timedelta(days=2)
    assert enforce_sanctions(by=system_actor(), at=begun)["begun"] == 1
    assert enforce_sanctions(by=system_actor(), at=begun)["begun"] == 0
    assert Contract.objects.get().status == "suspended"
    hold = PaymentHold.objects.get()
    assert (hold.held, hold.institution, hold.cause) == ("institution", school, "sanction:CL-2026-00001")
    assert list(queries.published_sanctions("370299")) == [sanction]
    ended = enforce_sanctions(by=system_actor(), at=begun + timedelta(days=364))
    assert ended["ended"] == 0
    assert enforce_sanctions(by=system_actor(), at=begun + timedelta(days=365))["ended"] == 1
    sanction.refresh_from_db()
    hold.refresh_from_db()
    assert (sanction.status, sanction.end_on) == ("ended", date(2027, 11, 18))
    assert (Contract.objects.get().status, hold.status) == ("recognised", "lifted")
    assert not Consequence.objects.filter(undone_at=None).exists()


def test_confirm_sanction_by_who_proposed_it_is_refused(school, now):
    from dataclasses import replace

    clerk, reviewer = an_actor("bureau_clerk"), an_actor("reviewer")
    both = replace(reviewer, permissions=reviewer.permissions | clerk.permissions)
    sanction = make_sanction(school, at=now, by=both)
    with pytest.raises(SamePerson):
        operations.confirm_sanction(sanction.pk, by=both, at=now + timedelta(days=9), reason="x")


def test_contract_stays_suspended_while_another_sanction_wants_it(school, reviewer, now):
    first = make_sanction(school, at=now, step="rectify", status="in_force")
    second = make_sanction(school, at=now, step="criticise", status="in_force")
    later = now + timedelta(days=20)
    operations.restore_sanction(first.pk, by=reviewer, at=later, reason="整改到位")
    assert Contract.objects.get().status == "suspended"
    operations.lift_sanction(second.pk, by=reviewer, at=later, reason="认定有误")
    assert Contract.objects.get().status == "recognised"
    assert {s.status for s in Sanction.objects.all()} == {"restored", "lifted"}


def test_terminated_contract_stays_ended_and_the_provider_is_barred(school, clerk, reviewer, now):
    sanction = make_sanction(school, at=now, step="terminate", status="in_force")
    assert Contract.objects.get().status == "ended"
    on = sanction.start_on
    assert queries.bars_on(on, institution_id=school.pk).get() == sanction
    fresh = make_contract(school, recognised=False)
    later = now + timedelta(days=10)
    with pytest.raises(operations.ProviderBarred):
        operations.recognise_unless_barred(fresh.pk, by=clerk, at=later)
    institutions.recognise_provider(fresh.pk, by=clerk, at=later)  # past the check, as another way in might
    assert enforce_sanctions(by=system_actor(), at=later)["barred"] == 1
    fresh.refresh_from_db()
    assert fresh.status == "suspended"
    operations.restore_sanction(sanction.pk, by=reviewer, at=later, reason="整改到位、已退款")
    fresh.refresh_from_db()
    assert fresh.status == "recognised" and not queries.bars_on(on, institution_id=school.pk).exists()
    assert Contract.objects.filter(status="ended").count() == 1


def test_preview_counts_what_a_sanction_would_touch(school, clerk, now):
    from tests.factories.supervision import make_running_class

    running = make_running_class(now, school)
    sanction = make_sanction(school, at=now, by=clerk)
    seen = queries.preview(sanction, by=clerk)
    assert ([c.status for c in seen.contracts], seen.classes, seen.claims_fen) == (
        ["recognised"], [running], 0,
    )  # fmt: skip


def test_preview_counts_the_money_not_yet_paid(clerk, now):
    claim = make_claim()
    paid_to = claim.institution
    make_claim()  # another provider's
    seen = queries.preview(make_sanction(paid_to, at=now, by=clerk), by=clerk)
    assert [one.pk for one in seen.claims] == [claim.pk]
    assert seen.claims_fen == claim.amount_fen > 0


def test_propose_sanction_refuses_by_name(school, clerk, now):
    person = make_person("王强")
    make_sanction(school, at=now, step="talk")
    good = {"step": "talk", "reason": "x", "by": clerk, "at": now}
    with pytest.raises(operations.SanctionTaken):
        operations.propose_sanction(institution_id=school.pk, **good)
    with pytest.raises(operations.StepUnknown):
        operations.propose_sanction(institution_id=school.pk, **(good | {"step": "fine"}))
    with pytest.raises(operations.SanctionIncomplete):
        operations.propose_sanction(institution_id=school.pk, person_id=person.pk, **good)
    case = make_case(school, at=now)
    with pytest.raises(operations.SanctionIncomplete):  # a case not confirmed
        operations.propose_sanction(institution_id=school.pk, case_id=case.pk, **(good | {"step": "rectify"}))
    listed = make_sanction(None, at=now, step="blacklist", person_id=person.pk, status="in_force")
    assert queries.bars_on(listed.start_on, person_id=person.pk).exists()
    with pytest.raises(WrongState):
        operations.withdraw_sanction(listed.pk, by=clerk, at=now, reason="x")


@pytest.mark.parametrize(
    "role", ["auditor", "inspector", "cashier", "administrator", "provider_clerk", "learner"]
)
def test_sanctions_are_refused_to_other_posts_and_regions(school, now, role):
    sanction = make_sanction(school, at=now)
    for act in (operations.withdraw_sanction, operations.confirm_sanction, operations.lift_sanction):
        with pytest.raises((NotPermitted, NotFound, WrongState)):
            act(sanction.pk, by=an_actor(role), at=now + timedelta(days=9), reason="x")
        with pytest.raises(NotFound):
            act(sanction.pk, by=an_actor("reviewer", region_code="510700"), at=now, reason="x")
    sanction.refresh_from_db()
    assert sanction.status == "proposed"


def test_name_supervisor_is_never_one_who_approves(reviewer, now):
    from kaogong.access.models import Account

    name = lambda actor: Account.objects.get(pk=actor.account_id).username  # noqa: E731
    auditor, clerk, inspector = an_actor("auditor"), an_actor("bureau_clerk"), an_actor("inspector")
    with pytest.raises(operations.SupervisorApproves):
        operations.name_supervisor(
            "approve_class", responsible=name(reviewer), supervisor=name(clerk), by=reviewer, at=now
        )
    with pytest.raises(operations.NotAnApprover):
        operations.name_supervisor(
            "approve_class", responsible=name(inspector), supervisor=name(auditor), by=reviewer, at=now
        )
    for _ in range(2):
        operations.name_supervisor(
            "approve_class", responsible=name(clerk), supervisor=name(auditor), by=reviewer, at=now
        )
    assert Duty.objects.filter(until_on=None).count() == 1
    rows = {row.code: row for row in queries.matters(reviewer)}
    assert rows["approve_class"].supervisor.pk == auditor.account_id
    assert rows["approve_claim"].supervisor is None and rows["approve_claim"].posts == ["复核"]
    with pytest.raises(NotFound):
        operations.name_supervisor(
            "view_bureau", responsible=name(clerk), supervisor=name(auditor), by=reviewer, at=now
        )
    with pytest.raises(NotPermitted):
        operations.name_supervisor(
            "approve_class", responsible=name(clerk), supervisor=name(auditor), by=clerk, at=now
        )
