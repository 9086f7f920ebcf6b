"""The chart of one target: its course beside a straight line, last year's shape and what is expected."""

from datetime import date

from django.utils.translation import gettext

from kaogong.planning import queries


def course_of(one) -> dict | None:
    """The course of the year beside a straight line and last year's shape."""
    if one.reading is None or one.progress.done is None:
        return None
    target, reading = one.target, one.reading
    period = queries.period_of(target)
    days = [day.isoformat() for day in queries.steps(period)]
    scale = 100 if target.unit in ("%", "元") else 1
    at = lambda value: None if value is None else value / scale  # noqa: E731
    known = dict(reading.points)
    lines = [
        {
            "name": gettext("完成"),
            "type": "line",
            "data": [[day, at(value)] for day, value in known.items()],
            "lineStyle": {"width": 3},
            "color": "#24507a",
        }
    ]
    if target.time == "event":
        straight = [[day, at(queries.straight_line(target.value, period, on))] for day, on in _days(days)]
        lines.append(_dashed(gettext("时间进度"), straight, "#8d99a5"))
        whole = reading.earlier[-1][1] if reading.earlier else None
        if whole:
            shape = [
                [day, at(target.value * value // whole)]
                for day, (_was, value) in zip(days, reading.earlier, strict=False)
                if value is not None
            ]
            lines.append(_dashed(gettext("上年节奏"), shape, "#d8a33c"))
    else:
        lines.append(_dashed(gettext("目标值"), [[day, at(target.value)] for day in days], "#8d99a5"))
    ahead = one.progress.forecast
    if ahead is not None and ahead.months_ahead:
        now, last = reading.points[-1][0], days[-1]
        lines.append(
            _dashed(
                gettext("推算"), [[now, at(one.progress.done)], [last, at(ahead.value)]], "#286459", "dotted"
            )
        )
    return {
        "grid": {"left": 8, "right": 24, "top": 40, "bottom": 8, "containLabel": True},
        "legend": {"top": 0, "right": 0},
        "tooltip": {"trigger": "axis"},
        "xAxis": {"type": "category", "data": sorted({*days, *known})},
        "yAxis": {"type": "value", "name": gettext(target.unit)},
        "series": lines,
    }


def _days(days: list[str]):
    return [(day, date.fromisoformat(day)) for day in days]


def _dashed(name: str, data: list, colour: str, kind: str = "dashed") -> dict:
    return {
        "name": name, "type": "line", "data": data, "color": colour, "symbol": "none", "lineStyle": {"type": kind}
    }  # fmt: skip
