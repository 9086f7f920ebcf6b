"""The other side of G3 and G4: what a late-arriving certificate does to what was paid."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from kaogong import rules
from kaogong.rules import conflicts

from .builders import ON, earlier, facts, scheme


def found(*history, arriving=None):
    return [(c.rule_id, c.paid.reference) for c in conflicts(history, arriving)]


def test_an_earlier_higher_certificate_arriving_late_puts_the_paid_lower_one_in_conflict():
    paid = earlier(level=5, on=date(2026, 5, 1), reference="SL-LOW")
    late = earlier(level=3, on=date(2025, 6, 1), status="claimed", reference="SL-HIGH")
    assert found(paid, arriving=late) == [("G4", "SL-LOW")]
    assert "高级别后又享受低级别" in conflicts([paid], late)[0].message_zh


def test_a_backdated_lower_one_is_found_from_both_sides():
    high = earlier(level=3, on=date(2025, 6, 1), reference="SL-HIGH", paid_on=date(2025, 7, 1))
    low = earlier(level=5, on=date(2025, 1, 1), reference="SL-LOW", paid_on=date(2025, 9, 1))
    assert found(high, low) == [("G4", "SL-LOW")]
    claim = facts(history=(high,), certificate_issued_on=date(2025, 1, 1), class_started_on=date(2024, 12, 1))
    assert rules.decide(scheme(), claim, date(2025, 1, 1)).refused


def test_twice_at_one_level_names_the_later():
    first = earlier(on=date(2024, 1, 1), reference="SL-1")
    second = earlier(on=date(2025, 1, 1), reference="SL-2")
    assert found(second, first) == [("G3", "SL-2")]


def test_only_paid_subsidies_are_listed_and_only_live_ones_count():
    low = earlier(level=5, on=date(2026, 1, 1), status="reserved", reference="SL-LOW")
    high = earlier(level=3, on=date(2025, 1, 1), reference="SL-HIGH")
    assert found(low, high) == []
    undone = earlier(level=3, on=date(2025, 1, 1), status="recovered")
    assert found(earlier(level=5, on=date(2026, 1, 1)), undone) == []


def test_step_by_step_upwards_and_other_occupations_do_not_conflict():
    steps = [earlier(level=level, on=date(2025, 1, 6 - level), reference=str(level)) for level in (5, 4, 3)]
    assert (
        found(*steps, earlier("6-18-02-04", 5, date(2026, 1, 1)), earlier(level=0, on=date(2026, 1, 1))) == []
    )


@given(
    st.lists(
        st.tuples(st.sampled_from(["4-09-06-04", "6-18-02-04"]), st.integers(0, 5), st.integers(0, 400)),
        max_size=8,
    )
)
def test_what_was_judged_in_order_of_days_never_conflicts(claims):
    history = []
    for number, (occupation, level, day) in enumerate(sorted(claims, key=lambda claim: claim[2])):
        on = date(2025, 10, 1) + timedelta(days=day)
        claim = facts(
            history=tuple(history),
            certificate_occupation_code=occupation,
            certificate_level=level,
            certificate_issued_on=on,
            class_occupation_code=occupation,
            class_level=level,
            class_started_on=on - timedelta(days=30),
        )
        if not rules.decide(scheme(), claim, on, {"G2"}).refused:
            history.append(earlier(occupation, level, on, "paid", f"SL-{number}", paid_on=on))
    assert conflicts(history) == []


def test_an_order_is_fixed_whatever_order_the_history_comes_in():
    history = [earlier(level=5, on=ON, reference=f"SL-{n}") for n in range(3)]
    assert conflicts(history) == conflicts(history[::-1])
