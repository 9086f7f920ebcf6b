"""Too much given for stages, growing and shrinking after it was noted: asked back once, the difference once more."""

import pytest

from kaogong.kernel.actor import system_actor
from kaogong.recoveries import operations as recoveries
from kaogong.recoveries import queries
from kaogong.recoveries.models import RecoupmentPart, RecoveryLead
from kaogong.trail.models import Entry
from tests.claims.rulebooks import in_use, rulebook_with
from tests.claims.test_apprentice_years import (
    AFTER,
    LESS_AT_THE_END,
    SCHEME,
    apprentices,
    check,
    claim,
    finish,
    leads,
    open_from,
)
from tests.factories.claims import line_of, make_learner, make_money
from tests.factories.people import an_actor

pytestmark = pytest.mark.django_db


def settling_at(yuan: int):
    """The same rules with another rate a year at the end: two years, each paid 5,000 in advance."""
    return in_use(rulebook_with(LESS_AT_THE_END.replace("四级: 4000", f"四级: {yuan}")))


@pytest.fixture
def line():
    """The line of the second of two years paid, in a class that is over: each year brought 5,000."""
    make_money(programme=SCHEME)
    person = make_learner("王小明")
    training_class = apprentices([person])
    with settling_at(4000):
        check(training_class, person, 1, 2)
        claim(training_class, "year_1", status="paid")
        second = claim(training_class, "year_2", status="paid")
        finish(training_class)
    return line_of(second, person)


def found(yuan: int) -> list[int]:
    with settling_at(yuan):
        return [lead.amount_fen for lead in leads()]


def asked_fen() -> int:
    parts = RecoupmentPart.objects.exclude(recoupment__status="dropped").values_list("amount_fen", flat=True)
    return sum(parts)


def test_more_than_was_noted_is_one_more_lead_for_the_difference_with_its_working(line):
    assert found(4000) == [2000_00]
    assert found(4000) == [2000_00]
    assert found(3000) == [2000_00, 2000_00]
    first, second = RecoveryLead.objects.order_by("id")
    assert (second.cause, second.line_reference, second.payment_id) == (
        "overpaid",
        line.reference,
        first.payment_id,
    )
    assert second.source == f"{first.source}#2"
    assert "应列 ¥6,000.00，多列 ¥4,000.00" in second.why
    assert found(3000) == [2000_00, 2000_00]


def test_more_than_was_asked_back_is_one_more_lead_and_nothing_is_asked_twice(line):
    clerk, reviewer = an_actor("bureau_clerk"), an_actor("reviewer")
    with settling_at(4000):
        (lead,) = leads()
        recoveries.approve_recoupment(open_from(lead, clerk).pk, by=reviewer, at=AFTER)
    with settling_at(3500):
        (lead,) = leads()
        assert lead.amount_fen == 1000_00
        recoveries.approve_recoupment(open_from(lead, clerk).pk, by=reviewer, at=AFTER)
        assert leads() == []
        assert asked_fen() == 3000_00
    # More than all of the second year: the rest comes off the first.
    with settling_at(2000):
        assert [(one.amount_fen, one.line_reference == line.reference) for one in leads()] == [
            (2000_00, True), (1000_00, False)
        ]  # fmt: skip


def test_less_than_was_noted_lets_the_lead_fall_with_the_reason_and_finds_what_is_left(line):
    assert found(4000) == [2000_00]
    assert found(4500) == [1000_00]
    fallen, left = RecoveryLead.objects.order_by("id")
    assert (fallen.status, left.status) == ("lapsed", "found")
    told = Entry.objects.get(verb="recovery_lead.lapsed")
    assert "应列 ¥9,000.00，多列 ¥1,000.00" in told.reason
    assert told.detail["amount_fen"] == 2000_00
    with pytest.raises(recoveries.LeadGone, match="不再成立"):
        open_from(fallen, an_actor("bureau_clerk"))
    assert found(5000) == []
    assert (
        Entry.objects.filter(verb="recovery_lead.lapsed").latest("id").reason
        == "按今天的事实，各段没有多列。"
    )


def test_a_recoupment_of_more_than_is_too_much_by_now_is_not_approved(line):
    clerk, reviewer = an_actor("bureau_clerk"), an_actor("reviewer")
    with settling_at(4000):
        recoupment = open_from(leads()[0], clerk)
    with settling_at(4500):
        assert leads() == []
        with pytest.raises(recoveries.BeyondExcess, match=r"¥2,000\.00.*¥1,000\.00.*应列 ¥9,000\.00"):
            recoveries.approve_recoupment(recoupment.pk, by=reviewer, at=AFTER)
        recoveries.drop_recoupment(recoupment.pk, by=reviewer, at=AFTER, reason="多列变少")
        (lead,) = leads()
        assert lead.amount_fen == 1000_00
        recoveries.approve_recoupment(open_from(lead, clerk).pk, by=reviewer, at=AFTER)
        assert leads() == []
    assert asked_fen() == 1000_00


def test_what_somebody_decided_not_to_ask_back_is_not_brought_up_again_but_more_of_it_is(line):
    with settling_at(4000):
        (lead,) = leads()
        recoveries.dismiss_lead(lead.pk, by=an_actor("reviewer"), at=AFTER, reason="企业已停业")
        assert leads() == []
    assert found(3500) == [1000_00]


def test_find_leads_twice_at_once_keeps_the_difference_once(line):
    assert found(4000) == [2000_00]
    with settling_at(3000):
        dues = list(queries.due(system_actor(), AFTER.date()))
        assert [(one.amount_fen, one.source.endswith("#2")) for one in dues] == [(2000_00, True)]
        assert len(recoveries.find_leads(by=system_actor(), at=AFTER)) == 1
        assert recoveries.find_leads(by=system_actor(), at=AFTER) == []
