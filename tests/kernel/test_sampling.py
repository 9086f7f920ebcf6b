"""Samples are drawn again from roster and seed alone, and a change in either is named."""

import pytest

from kaogong.kernel import sampling
from kaogong.kernel.drawing import digest_of
from kaogong.kernel.sampling import Item, differences, draw, items_of, lines_of, result_digest, result_rows

ITEMS = [Item(f"P-{n:03d}", 100 + n * n * 37, n % 5) for n in range(200)]


def package(method="random", size=20, seed="0731"):
    lines = lines_of(ITEMS)
    rows = result_rows(draw(items_of(lines), method=method, size=size, seed=seed))
    return {
        "format": sampling.FORMAT, "method": method, "size": size, "seed": seed, "roster": lines,
        "roster_digest": digest_of(lines), "result": rows, "result_digest": result_digest(rows),
    }  # fmt: skip


@pytest.mark.parametrize("method", ["random", "largest", "riskiest"])
def test_a_plan_comes_out_again_and_another_seed_gives_another(method):
    assert differences(package(method)) == []
    if method == "random":
        assert differences(package(method) | {"seed": "other"}) != []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda p: p["roster"].pop(), "总体被改动"),
        (lambda p: p["result"].pop(), "应被抽中而结果没有"),
        (lambda p: p["result"][0].update(fen=1), "次序或金额不符"),
        (lambda p: p["result"].append({**p["result"][0], "id": "P-XXX"}), "不应被抽中"),
        (lambda p: p.update(result_digest="0" * 64), "结果的指纹不符"),
        (lambda p: p.update(size=10**6), "不完整"),
        (lambda p: p.pop("seed"), "不是完整的抽样文件"),
    ],
)
def test_every_change_is_named(change, said):
    told = package()
    change(told)
    assert any(said in one for one in differences(told))


def test_monetary_unit_takes_every_item_larger_than_the_interval_and_hits_as_often_as_asked():
    chosen = draw(ITEMS, method="largest", size=20, seed="0731")
    interval = sum(item.fen for item in ITEMS) // 20
    assert {item.id for item in ITEMS if item.fen > interval + 1} <= {one.id for one in chosen}
    assert sum(one.hits for one in chosen) == 20


def test_riskiest_takes_the_highest_risk_first_and_the_larger_sum_before_the_smaller():
    chosen = draw(ITEMS, method="riskiest", size=50, seed="0731")
    keys = [(-one.risk, -one.fen) for one in chosen]
    assert keys == sorted(keys)
    assert min(one.risk for one in chosen) >= max(
        item.risk for item in ITEMS if item.id not in {c.id for c in chosen}
    )
