"""Whatever is asked, in whatever order: the sum is zero, nothing is overdrawn, the recount agrees."""

from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kaogong.kernel.errors import Refused
from kaogong.ledger import operations as ops
from kaogong.ledger import queries
from kaogong.ledger.states import AVAILABLE, BUDGETED, STEPS
from tests.factories.ledger import AT, make_budget

pytestmark = pytest.mark.django_db

SOURCES = ("district", "city")
TAKEN = [kind for kind in STEPS if kind != "set_budget"]
fen = st.integers(0, 120)
wish = st.one_of(
    st.tuples(st.just("set_budget"), st.sampled_from(SOURCES), fen),
    st.tuples(st.sampled_from(TAKEN), fen, fen),
    st.tuples(st.just("reverse"), st.integers(0, 30)),
    st.tuples(st.just("again"), st.integers(0, 30)),
)
examples = count()


class Shadow:
    """The same money in plain Python: what the ledger must agree with."""

    def __init__(self):
        self.fen = {(source, state): 0 for source in SOURCES for state in queries.STATES}

    def moved(self, changes) -> "dict | None":
        after = dict(self.fen)
        for place, change in changes:
            after[place] += change
        sound = all(
            (value <= 0) if state == BUDGETED else (value >= 0) for (_, state), value in after.items()
        )
        return after if sound else None


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(wish, min_size=5, max_size=30))
def test_any_sequence_keeps_the_ledger_sound(wishes):
    fund = f"ZX{next(examples)}"
    budget = make_budget(fund, district=100, city=100)
    shadow, told, reversed_keys = Shadow(), [], set()
    for source in SOURCES:
        shadow.fen[source, BUDGETED], shadow.fen[source, AVAILABLE] = -100, 100
    for number, (kind, *rest) in enumerate(wishes):
        key = f"{fund}:{number}"
        if kind == "reverse":
            if not told:
                continue
            key, changes = told[rest[0] % len(told)]
            entry = queries.journal().get(key=key)
            done = attempt(lambda: ops.reverse(entry.pk, by=budget["by"], at=AT, reason="试"))  # noqa: B023
            if key in reversed_keys:
                assert done
                continue
            changes = [(place, -change) for place, change in changes]
            expected = shadow.moved(changes)
            assert done == (expected is not None)
            if expected:
                shadow.fen = expected
                reversed_keys.add(key)
        elif kind == "again":
            if told:
                entry = queries.journal().get(key=told[rest[0] % len(told)][0])
                words = {
                    name: getattr(entry, name)
                    for name in ("kind", "fund_code", "programme", "year", "amounts")
                }
                posting = ops.Posting(**words, reference=entry.reference, key=entry.key)
                assert ops.post([posting], by=budget["by"], at=AT)[0].pk == entry.pk
        else:
            changes, ask = asked(kind, rest, shadow, budget, key)
            expected = shadow.moved(changes) if changes else None
            assert attempt(ask) == (expected is not None)
            if expected:
                shadow.fen = expected
                told.append((key, changes))
        agree(fund, shadow)
    assert queries.recount() == []


def asked(kind, rest, shadow, budget, key):
    """The changes the wish means, and the call that asks for it."""
    if kind == "set_budget":
        source, target = rest
        rise = target + shadow.fen[source, BUDGETED]
        changes = [((source, BUDGETED), -rise), ((source, AVAILABLE), rise)] if rise else []
        return changes, lambda: ops.set_budget(**budget, source_level=source, amount_fen=target, key=key)
    step, amounts = STEPS[kind], dict(zip(SOURCES, rest, strict=True))
    changes = [
        change
        for source, amount in amounts.items()
        if amount
        for change in (((source, step.source), -amount), ((source, step.target), amount))
    ]
    return changes, lambda: getattr(ops, kind)(**budget, amounts=amounts, reference=key, key=key)


def attempt(ask) -> bool:
    try:
        ask()
    except Refused:
        return False
    return True


def agree(fund, shadow):
    rows = queries.trial_balance(fund)
    assert all(row.difference_fen == 0 for row in rows)
    for row in rows:
        for state in queries.STATES:
            assert row.fen.get(state, 0) == shadow.fen[row.source_level, state]
