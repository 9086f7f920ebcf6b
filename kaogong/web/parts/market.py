"""A bulletin of the market for skills as tables: on a page, as .xlsx, as CSV."""

from django.utils.translation import gettext

from kaogong import sheets
from kaogong.catalog import queries as catalog
from kaogong.demand import operations, queries
from kaogong.web.parts.figures_files import csv_lines


def title_of(bulletin) -> str:
    """示例区2026年三季度技能人才市场供需信息."""
    return gettext("{region}{quarter}技能人才市场供需信息").format(
        region=catalog.region_name(bulletin.region_code), quarter=operations.quarter_name(bulletin.starts_on)
    )


def lines_told(bulletin) -> list[dict]:
    """Each line with the names a reader knows; hidden numbers are None."""
    return [
        {
            "is_sum": not line.region_code or not line.occupation_code,
            "region": catalog.region_name(line.region_code) if line.region_code else gettext("全部"),
            "code": line.occupation_code,
            "occupation": catalog.occupation_name(line.occupation_code)
            if line.occupation_code
            else gettext("合计"),
            "wanted": line.wanted,
            "seeking": line.seeking,
            "ratio": line.ratio_hundredths,
            "ratio_told": ratio_told(line),
            "region_code": line.region_code,
        }
        for line in queries.cells_of_bulletin(bulletin)
    ]


def ratio_told(line) -> str:
    """1.25 posts for each who seeks; why not where there is none."""
    if line.ratio_hundredths is not None:
        return f"{line.ratio_hundredths / 100:.2f}"
    return gettext("无人求职") if line.seeking == 0 and line.wanted is not None else "—"


def sheet_of(bulletin) -> tuple[bytes, str]:
    """The bulletin as .xlsx, and its name."""
    columns = [
        ("region", gettext("区"), "text"),
        ("code", gettext("职业代码"), "text"),
        ("occupation", gettext("职业（工种）"), "text"),
        ("wanted", gettext("招聘人数"), "integer"),
        ("seeking", gettext("求职人数"), "integer"),
        ("ratio_told", gettext("求人倍率"), "text"),
        ("note", gettext("说明"), "text"),
    ]
    rows = [
        line | {"note": gettext("人数太少，不公布") if None in (line["wanted"], line["seeking"]) else ""}
        for line in lines_told(bulletin)
    ]
    title = title_of(bulletin)
    return sheets.write_table(columns, rows, title=title), f"{title}.xlsx"


def table_of(bulletin) -> tuple[bytes, str]:
    """The bulletin as CSV, with the codes a program needs."""
    lines = [
        ["region_code", "region", "occupation_code", "occupation", "wanted", "seeking", "posts_per_seeker"]
    ]
    for line in lines_told(bulletin):
        lines.append(
            [line["region_code"], line["region"], line["code"], line["occupation"],
             *("" if line[name] is None else line[name] for name in ("wanted", "seeking")),
             "" if line["ratio"] is None else f"{line['ratio'] / 100:.2f}"]
        )  # fmt: skip
    return csv_lines(lines), f"{title_of(bulletin)}.csv"
