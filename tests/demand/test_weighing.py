"""Properties of the shortage index and of quartiles."""

from hypothesis import given
from hypothesis import strategies as st

from kaogong.demand.queries.conduct import CellSizes
from kaogong.demand.queries.quartiles import Paid, cell_of, quartile
from kaogong.demand.queries.weighing import WEIGHTS, Working, added, needed_now, weigh

people = st.integers(0, 5_000)
workings = st.builds(Working, people, people, people, people, people)
weights = st.fixed_dictionaries({name: st.integers(0, 200) for name in WEIGHTS})
employers = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 500))
paid = st.lists(
    st.builds(Paid, st.sampled_from(["甲", "乙", "丙", "丁"]), st.integers(1, 40), st.integers(1, 10**9)),
    min_size=1, max_size=30,
)  # fmt: skip


@given(workings, weights, st.integers(1, 500))
def test_more_people_needed_never_lower_the_shortage(working, weights, more):
    fields = {name: getattr(working, name) for name in Working.__slots__}
    worse = Working(**fields | {"needed_now": working.needed_now + more})
    before, after = weigh(working, weights).index_permille, weigh(worse, weights).index_permille
    assert after is None or before is None or after >= before
    assert before is None or after is not None


@given(workings, weights, st.integers(1, 500))
def test_more_certificates_never_raise_the_shortage(working, weights, more):
    fields = {name: getattr(working, name) for name in Working.__slots__}
    better = Working(**fields | {"certified": working.certified + more})
    before, after = weigh(working, weights).index_permille, weigh(better, weights).index_permille
    assert before is None if after is None else after <= before


@given(st.lists(workings, min_size=1, max_size=6), weights)
def test_districts_add_up_to_the_region(parts, weights):
    whole = weigh(added(parts), weights)
    assert whole.demand == sum(weigh(part, weights).demand for part in parts)
    assert whole.supply == sum(weigh(part, weights).supply for part in parts)
    assert whole.gap == sum(weigh(part, weights).gap for part in parts)


@given(workings, weights)
def test_an_index_lies_between_nothing_and_one(working, weights):
    found = weigh(working, weights)
    assert found.index_permille is None or 0 <= found.index_permille <= 1000
    assert (found.index_permille is None) == (found.demand == 0)


@given(workings, weights, st.sampled_from(WEIGHTS))
def test_without_a_weight_nothing_is_weighed(working, weights, missing):
    found = weigh(working, weights | {missing: None})
    assert (found.demand, found.supply, found.index_permille, found.gap) == (None, None, None, None)


@given(employers, employers, st.sampled_from("abcdef"), st.integers(1, 50))
def test_an_employer_both_asked_and_listed_counts_once(surveyed, listed, name, more):
    found = needed_now(surveyed, listed)
    assert max(sum(surveyed.values()), sum(listed.values())) <= found
    assert found <= sum(surveyed.values()) + sum(listed.values())
    assert needed_now(surveyed, listed | {name: listed.get(name, 0) + more}) >= found


@given(paid)
def test_quartiles_are_in_order_and_among_what_is_paid(rows):
    low, middle, high = (quartile(rows, part) for part in (1, 2, 3))
    assert min(one.yearly_fen for one in rows) <= low <= middle <= high <= max(one.yearly_fen for one in rows)


@given(paid)
def test_quartiles_of_groups_are_those_of_the_people_one_by_one(rows):
    one_by_one = [Paid(one.firm, 1, one.yearly_fen) for one in rows for _ in range(one.people)]
    assert [quartile(rows, part) for part in (1, 2, 3)] == [quartile(one_by_one, part) for part in (1, 2, 3)]


@given(paid, st.integers(1, 5), st.integers(1, 60), st.integers(1, 100))
def test_a_cell_is_shown_only_of_enough_firms_and_people_none_prevailing(rows, firms, people, share):
    cell = cell_of(rows, CellSizes(firms, people, share))
    by_firm = {one.firm: sum(o.people for o in rows if o.firm == one.firm) for one in rows}
    total = sum(by_firm.values())
    enough = len(by_firm) >= firms and total >= people and max(by_firm.values()) * 100 <= share * total
    assert (cell.hidden_because == "") == enough


def test_the_median_of_an_even_number_lies_between():
    assert quartile([Paid("甲", 1, 100), Paid("乙", 1, 200)], 2) == 150
