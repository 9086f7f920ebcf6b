"""Charts of figures: columns along time, bars for everything else. Colours are told apart by every eye."""

from collections.abc import Sequence

from django.utils.translation import gettext

from .figures import TIMES, kind_of, plain, unit_words

# Blue and orange are told apart by every eye, and stand out on paper and on the dark screen alike.
NOW, BEFORE = "#3f78ad", "#b8751a"
MOST_BARS = 20


def option(
    rows: Sequence[tuple[str, int | None]],
    *,
    unit: str,
    dimension: str,
    before: Sequence[int | None] = (),
    names: tuple[str, str] = ("", ""),
) -> dict | None:
    """The chart of a table's rows in their order; None where a chart would say nothing.

    ``before`` are the figures of the year before, ``names`` what the two series are called.
    """
    if len(rows) < 2 or all(value is None for _label, value in rows):
        return None
    if dimension in TIMES:
        return _columns(rows, before, names, unit)
    shown = sorted(rows, key=lambda one: (one[1] is None, -(one[1] or 0)))[:MOST_BARS]
    return _bars(shown, unit)


def _value(value: int | None, unit: str) -> int | float | None:
    """Money in 10,000 yuan; the exact sum stands in the table."""
    shown = plain(value, unit)
    return round(shown / 10_000, 4) if shown is not None and kind_of(unit) == "money" else shown


def _axis(unit: str) -> dict:
    name = {"money": gettext("万元"), "share": "%"}.get(kind_of(unit), unit_words(unit))
    return {"type": "value", "name": name, "nameLocation": "end"}


def _bars(rows: Sequence[tuple[str, int | None]], unit: str) -> dict:
    return {
        "grid": {"left": 8, "right": 64, "top": 12, "bottom": 30, "containLabel": True},
        "tooltip": {"trigger": "axis", "axisPointer": {"type": "shadow"}},
        "xAxis": _axis(unit) | {"nameLocation": "middle", "nameGap": 26},
        "yAxis": {
            "type": "category",
            "data": [label for label, _value in rows],
            "inverse": True,
            "axisLabel": {"width": 120, "overflow": "break"},
        },
        "series": [
            {
                "type": "bar",
                "barMaxWidth": 22,
                "itemStyle": {"color": NOW},
                "label": {"show": True, "position": "right"},
                "data": [_value(value, unit) for _label, value in rows],
            }
        ],
    }


def _columns(rows, before, names, unit) -> dict:
    series = [
        {
            "name": names[0],
            "type": "bar",
            "barMaxWidth": 28,
            "itemStyle": {"color": NOW},
            "data": [_value(value, unit) for _label, value in rows],
        }
    ]
    if any(before):
        series.append(
            {
                "name": names[1],
                "type": "line",
                "symbol": "diamond",
                "symbolSize": 8,
                "lineStyle": {"color": BEFORE, "type": "dashed", "width": 2},
                "itemStyle": {"color": BEFORE},
                "data": [_value(value, unit) for value in before],
            }
        )
    legend = {"legend": {"top": 0, "right": 8, "itemWidth": 20}} if len(series) > 1 else {}
    return {
        "grid": {"left": 8, "right": 16, "top": 40, "bottom": 8, "containLabel": True},
        "tooltip": {"trigger": "axis", "axisPointer": {"type": "shadow"}},
        "xAxis": {
            "type": "category",
            "data": [label for label, _value in rows],
            "axisLabel": {"hideOverlap": True},
        },
        "yAxis": _axis(unit),
        "series": series,
    } | legend


def height_class(rows: int, dimension: str) -> str:
    """How tall the chart stands, as a class of the stylesheet."""
    if dimension in TIMES or rows <= 8:
        return ""
    return "tall" if rows <= 14 else "tallest"
