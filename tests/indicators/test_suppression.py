"""No hidden small number can be worked out: bounds found by another way than the one that hid them."""

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from kaogong.indicators.suppression import K, Published, suppress, suppress_list

NUMBERS = st.one_of(st.integers(0, 14), st.integers(15, 60))
CALM = settings(max_examples=150, deadline=None)


def tables(rows: int, columns: int):
    keys = list(product(range(rows), range(columns)))
    drawn = st.lists(NUMBERS, min_size=len(keys), max_size=len(keys))
    return drawn.map(lambda numbers: {(f"r{i}", f"c{j}"): n for (i, j), n in zip(keys, numbers, strict=True)})


TABLES = st.tuples(st.integers(1, 4), st.integers(1, 4)).flatmap(lambda size: tables(*size))


def most(numbers: dict, hidden: set, cell: tuple[str, str], step: int) -> int:
    """How far an onlooker must think a hidden number may rise (step 1) or fall (-1), totals known, none below 1.

    One unit at a time along any alternating path through hidden cells: what one row gives, another column takes.
    """
    now, moved = dict(numbers), 0
    while moved <= K:
        path = _way(now, hidden, cell, step)
        if path is None:
            return moved
        for at, change in path:
            now[at] += change
        moved += 1
    return moved


def _way(now: dict, hidden: set, cell: tuple[str, str], step: int) -> list | None:
    """Changes that move the cell by one step and keep every sum: a path from its column back to its row."""
    row, column = cell
    if now[cell] + step < 1:
        return None
    reached: dict[tuple[str, str], list] = {("column", column): [(cell, step)]}
    queue = [("column", column)]
    while queue:
        kind, name = place = queue.pop(0)
        for at in hidden - {cell}:
            change = -step if kind == "column" else step
            if at[1 if kind == "column" else 0] != name or now[at] + change < 1:
                continue
            there = ("row", at[0]) if kind == "column" else ("column", at[1])
            if there == ("row", row):
                return [*reached[place], (at, change)]
            if there not in reached:
                reached[there] = [*reached[place], (at, change)]
                queue.append(there)
    return None


@CALM
@given(TABLES)
def test_suppress_leaves_every_hidden_number_open_with_totals_known(numbers):
    shown = suppress(numbers)
    if shown.withheld:
        assert set(shown.cells.values()) == {None}
        return
    hidden = {at for at, number in shown.cells.items() if number is None}
    for at, number in numbers.items():
        if at not in hidden:
            assert shown.cells[at] == number
            assert number == 0 or number >= K
            continue
        up, down = most(numbers, hidden, at, 1), most(numbers, hidden, at, -1)
        assert up + down >= 1, "worked out from the totals"
        if number < K:
            assert number + up >= K, "known to be small"
    assert None not in (*shown.row_totals.values(), *shown.column_totals.values(), shown.total)


def published_sums(shown: Published, guess: dict) -> bool:
    rows = {row for row, _ in guess}
    columns = {column for _, column in guess}
    sums = [(shown.row_totals[row], sum(n for (r, _), n in guess.items() if r == row)) for row in rows]
    sums += [(shown.column_totals[c], sum(n for (_, d), n in guess.items() if d == c)) for c in columns]
    sums.append((shown.total, sum(guess.values())))
    return all(said is None or said == found for said, found in sums)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 6), min_size=4, max_size=4))
def test_suppress_with_hidden_totals_leaves_every_small_number_open(numbers):
    """Two by two and small below 4, every table an onlooker can think of tried."""
    table = {(f"r{n // 2}", f"c{n % 2}"): number for n, number in enumerate(numbers)}
    shown = suppress(table, k=4, totals_fixed=False)
    if shown.withheld:
        return
    hidden = [at for at, number in shown.cells.items() if number is None]
    thinkable = {at: set() for at in hidden}
    for guess in product(range(1, 11), repeat=len(hidden)):
        tried = {
            **{at: n for at, n in shown.cells.items() if n is not None},
            **dict(zip(hidden, guess, strict=True)),
        }
        if published_sums(shown, tried):
            for at in hidden:
                thinkable[at].add(tried[at])
    for at in hidden:
        assert len(thinkable[at]) > 1
        if table[at] < 4:
            assert max(thinkable[at]) >= 4


@CALM
@given(st.lists(NUMBERS, min_size=1, max_size=9))
def test_suppress_list_leaves_every_hidden_number_open(drawn):
    numbers = {f"k{place}": number for place, number in enumerate(drawn)}
    shown = suppress_list(numbers)
    if shown.withheld:
        return
    hidden = [key for key, number in shown.cells.items() if number is None]
    rest = shown.total - sum(number for number in shown.cells.values() if number is not None)
    assert all(number == 0 or number >= K for key, number in numbers.items() if key not in hidden)
    for key in hidden:
        highest = rest - (len(hidden) - 1)
        assert len(hidden) > 1
        assert highest >= max(K, numbers[key])
        assert highest > 1


def test_suppress_list_hides_a_second_one_with_the_only_small_one():
    shown = suppress_list({"a": 3, "b": 40, "c": 25})
    assert (shown.cells, shown.total) == ({"a": None, "b": 40, "c": None}, 68)


def test_suppress_list_withholds_what_it_cannot_protect():
    assert suppress_list({"a": 3, "b": 4}).withheld
    assert suppress_list({"a": 3, "b": 9}).withheld is False
    assert suppress_list({"a": 3}).withheld


def test_suppress_shows_zeros_and_large_numbers_as_they_are():
    numbers = {("r1", "c1"): 0, ("r1", "c2"): 10, ("r2", "c1"): 30, ("r2", "c2"): 12}
    shown = suppress(numbers)
    assert (dict(shown.cells), shown.total, shown.withheld) == (numbers, 52, False)


def test_suppress_hides_totals_only_where_it_may():
    numbers = {("r1", "c1"): 4, ("r1", "c2"): 90}
    assert suppress(numbers).withheld
    shown = suppress(numbers, totals_fixed=False)
    assert shown.withheld is False
    assert shown.cells["r1", "c1"] is None
    assert shown.column_totals["c1"] is None


def test_a_list_keeps_hidden_what_an_earlier_one_hid():
    assert suppress_list({"a": 5, "b": 40, "c": 20}).cells == {"a": None, "b": 40, "c": None}
    later = suppress_list({"a": 5, "b": 40, "c": 20}, hidden_before={"a", "b"})
    assert later.cells == {"a": None, "b": None, "c": 20}
