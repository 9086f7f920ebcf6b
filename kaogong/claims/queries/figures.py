"""The figures of a simulation in words, and as a sheet."""

from typing import Any

from django.utils.translation import gettext, gettext_noop

from kaogong import sheets
from kaogong.catalog import queries as catalog
from kaogong.rules import LEVELS

from .judging import rulebook
from .simulating import ASPECTS, NO_GROUP

ASPECT_TITLES = {
    "group": gettext_noop("按人员类别"),
    "district": gettext_noop("按区划"),
    "scheme": gettext_noop("按补贴项目"),
    "occupation": gettext_noop("按职业"),
    "level": gettext_noop("按等级"),
}


def heading_words(aspect: str, code: str) -> str:
    """What a line of the figures is about, in the reader's language."""
    side = catalog.in_english()
    book = rulebook()
    match aspect:
        case "group":
            group = book.groups.get(code)
            if code == NO_GROUP:
                return gettext("不属任何类别")
            return (group.label_en if side else group.label) if group else code
        case "district":
            return catalog.region_name(code)
        case "scheme":
            return scheme_words(code)
        case "occupation":
            return catalog.occupation_name(code) if code else gettext("不分职业")
        case "level":
            return LEVELS[int(code)][side] if code.isdigit() and int(code) in LEVELS else code
    return code


def scheme_words(code: str) -> str:
    """A scheme's name in the reader's language, or its code where the rulebook does not know it."""
    side = "label_en" if catalog.in_english() else "label"
    for region in rulebook().regions:
        for _region, said in rulebook().layers(region, code):
            if side in said:
                return said[side]
    return code


def simulation_sheet(result: dict[str, Any]) -> bytes:
    """A simulation's figures as .xlsx: the whole first, then under each heading, one line each."""
    columns = [
        ("aspect", gettext("分类"), "text"),
        ("name", gettext("名称"), "text"),
        ("lines", gettext("申领条数"), "integer"),
        ("people", gettext("人数"), "integer"),
        ("before_fen", gettext("现行（元）"), "money"),
        ("after_fen", gettext("改动后（元）"), "money"),
        ("difference_fen", gettext("差额（元）"), "money"),
        ("gaining", gettext("增加人数"), "integer"),
        ("losing", gettext("减少人数"), "integer"),
    ]
    rows = [{"aspect": gettext("合计"), "name": result["title"], **_figures(result["total"])}]
    for aspect in ASPECTS:
        rows += [
            {
                "aspect": gettext(ASPECT_TITLES[aspect]),
                "name": heading_words(aspect, row["code"]),
                **_figures(row),
            }
            for row in result[aspect]
        ]
    subtitle = gettext("{since} 至 {until}（不含）作出结论的申领；现行规则库 {before}，改动后 {after}").format(
        since=result["since"], until=result["until"], before=result["before_digest"][:12],
        after=result["after_digest"][:12],
    )  # fmt: skip
    return sheets.write_table(columns, rows, title=gettext("政策试算"), subtitle=subtitle)


def _figures(row: dict[str, int]) -> dict[str, int]:
    return row | {"difference_fen": row["after_fen"] - row["before_fen"]}
