"""What the demo's tour prints about the money adds up."""

from io import StringIO

from rich.console import Console

from kaogong.demo.story import Telling


def test_the_states_told_add_up_to_the_budget_also_with_money_frozen():
    money = {"available": 100, "reserved": 0, "payable": 0, "in_transit": 0, "paid": 300}
    telling = Telling(
        rows=[("开始", "专账", {**money, "budgeted": -1_000, "frozen": 400, "recovering": 200})]
    )
    console = Console(width=200, record=True, file=StringIO())
    console.print(telling.shown())
    text = console.export_text()
    assert "预算 ¥10.00 ＝ 各状态合计 ¥10.00" in text
    assert "其余" in text and "¥6.00" in text
