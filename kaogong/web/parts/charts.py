"""What the charts of money have in common."""

from django.utils.translation import gettext


def money_bars(labels: list[str], series: list[dict], *, label_style: dict) -> dict:
    """Horizontal bars, one label a row; figures of the series are in 10,000 yuan."""
    return {
        "grid": {"left": 8, "right": 56, "top": 40, "bottom": 8, "containLabel": True},
        "legend": {"top": 0, "left": 0, "itemWidth": 14},
        "tooltip": {"trigger": "axis", "axisPointer": {"type": "shadow"}},
        "xAxis": {"type": "value", "name": gettext("万元"), "nameLocation": "end"},
        "yAxis": {"type": "category", "data": labels, "inverse": True, "axisLabel": label_style},
        "series": [one | {"type": "bar"} for one in series],
    }
