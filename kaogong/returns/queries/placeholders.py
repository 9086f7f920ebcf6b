"""What may stand between {{ and }} in a template, in English or in the bureau's words, and reading it."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from django.utils.translation import gettext

from kaogong.departments import queries as departments

MARK = re.compile(r"\{\{\s*(.*?)\s*\}\}", re.S)
# Braces somebody meant for a placeholder: full-width ones, or two with a space between.
NEARLY = re.compile(r"[{｛]\s*｛|｛\s*\{|\{\s+\{")

# In a narrowing or a repeated row: the dimension and what it is called.
DIMENSIONS = {
    "region": ("区县", "地区", "区市"),
    "department": ("部门",),
    "programme": ("项目", "培训项目"),
    "occupation": ("职业",),
    "chain": ("产业链",),
    "level": ("等级", "技能等级"),
    "group": ("人群", "人员类别"),
    "sex": ("性别",),
    "age": ("年龄", "年龄段"),
    "provider": ("机构", "培训机构"),
    "source": ("资金来源",),
    "month": ("月份",),
    "quarter": ("季度",),
}
SPANS = {
    "period": ("本期", "本季", "本季度", "quarter"),
    "year_to_date": ("本年累计", "累计", "year"),
    "previous": ("上期", "上季", "上季度"),
    "year_earlier": ("上年同期",),
    "year_to_date_earlier": ("上年同期累计", "上年累计"),
}
SPAN_LABELS = {
    "period": "本期", "year_to_date": "本年累计", "previous": "上期", "year_earlier": "上年同期",
    "year_to_date_earlier": "上年同期累计",
}  # fmt: skip
SCALES = {"": (), "wan": ("万", "万元", "万人次", "万人"), "yi": ("亿", "亿元")}
BESIDE = "beside"  # what departments state as sums without people: told beside a figure, never in it
PARTS = {"value": (), "numerator": ("分子",), "denominator": ("分母",), BESIDE: ("部门合计数",)}
FACTS = {
    "region_name": ("地区名称", "填报地区"),
    "period_name": ("期间", "报告期"),
    "first_day": ("起始日",),
    "last_day": ("截止日",),
    "year_number": ("年份",),
    "office": ("填报单位", "单位"),
    "as_of": ("数据截至",),
    "snapshot": ("数据快照", "快照"),
    "digest": ("内容摘要",),
    "revision": ("更正",),
    "drafted_by": ("制表人", "填表人"),
    "signed_by": ("签字人", "核稿人"),
    "frozen_by": ("复核人", "签发人"),
    "frozen_on": ("报出日期", "签发日期"),
    "session": ("会议",),
    "number": ("编号",),
    "deputies": ("代表", "委员"),
    "subject": ("标题",),
    "document_number": ("文号",),
    "copies": ("抄送",),
    "contact": ("联系人",),
    "title_words": ("公文标题",),
}
ROW_WORDS = {
    "row.label": ("行.名称", "名称"), "row.number": ("行.序号", "序号"), "row.code": ("行.代码", "代码"),
}  # fmt: skip
BLOCKS = {
    "narrative": ("文字说明",), "body": ("正文",), "sources": ("数据来源",), "changes": ("更正对照",),
}  # fmt: skip
EACH, CHART, CHANGE = ("each", "每行"), ("chart", "图"), ("change", "同比增减", "同比")
RETURN_FACTS = {
    "region_name", "period_name", "first_day", "last_day", "year_number", "office", "as_of", "snapshot",
    "digest", "revision", "drafted_by", "signed_by", "frozen_by", "frozen_on",
}  # fmt: skip
PROPOSAL_FACTS = RETURN_FACTS - {"revision"} | {
    "session", "number", "deputies", "subject", "document_number", "copies", "contact", "title_words",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Placeholder:
    """One placeholder as read. ``kind``: figure, change, fact, row, each, chart or block.

    ``what`` is an indicator's code, a fact's word, or for ``each`` a dimension.
    """

    text: str
    kind: str
    what: str
    span: str = "period"
    where: tuple[tuple[str, str], ...] = ()
    part: str = "value"
    scale: str = ""
    dimension: str = ""
    title: str = ""

    @property
    def key(self) -> str:
        """What figure it asks for, whatever its scale; one figure has one key."""
        narrowed = ",".join(f"{name}={code}" for name, code in sorted(self.where))
        words = [self.what, self.span, narrowed, "" if self.part == "value" else self.part]
        return ("change:" if self.kind == "change" else "") + "|".join(words).rstrip("|")

    def within(self, dimension: str, code: str) -> "Placeholder":
        """The same figure of one row."""
        return replace(self, where=(*self.where, (dimension, code)))


@dataclass(frozen=True, slots=True)
class Placed:
    """A placeholder and where it stands; ``row`` names the repeated row it stands in (``each`` dimension)."""

    place: str
    placeholder: Placeholder
    row: str = ""
    alone: bool = False  # nothing else stands in the cell or paragraph


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one placeholder, and where."""

    place: str
    text: str
    problem: str

    def __str__(self) -> str:
        words = f"{self.text} {self.problem}" if self.text else self.problem
        return gettext("{place}：{problem}").format(place=self.place, problem=words)


class Unreadable(ValueError):
    """What a placeholder says cannot be understood; the argument says why, in the reader's language."""


def read(text: str, *, indicator: Callable[[str], str | None]) -> Placeholder:
    """Read what stands between the braces; ``indicator`` finds a code by code or Chinese name."""
    words = [word.strip() for word in re.split(r"[|｜]", text)]
    what, options = words[0], words[1:]
    if not what:
        raise Unreadable(gettext("是空的"))
    if what in EACH:
        return _each(text, options)
    if what in CHART:
        return _chart(text, options, indicator)
    if what in CHANGE:
        if not options:
            raise Unreadable(gettext("要写明是哪个指标"))
        found = _figure(text, options[0], options[1:], indicator)
        if found.part == BESIDE:
            raise Unreadable(gettext("部门合计数没有同比"))
        return replace(found, kind="change")
    for kind, table in (("block", BLOCKS), ("row", ROW_WORDS), ("fact", FACTS)):
        word = _meant(table, what)
        if word:
            if options:
                raise Unreadable(gettext("“{what}”后面不能再写“{more}”").format(what=what, more=options[0]))
            return Placeholder(text, kind, word)
    return _figure(text, what, options, indicator)


def _each(text: str, options: list[str]) -> Placeholder:
    dimension = _meant(DIMENSIONS, options[0]) if len(options) == 1 else ""
    if not dimension:
        raise Unreadable(gettext("要写明按什么展开：{words}").format(words=_first_words(DIMENSIONS)))
    return Placeholder(text, "each", dimension, dimension=dimension)


def _chart(text: str, options: list[str], indicator: Callable) -> Placeholder:
    if len(options) < 2:
        raise Unreadable(gettext("要写明指标和按什么分，如“图 | 指标名 | 区县 | 标题”"))
    code = _code(options[0], indicator)
    dimension, span, title = "", "period", ""
    for option in options[1:]:
        if not dimension and _meant(DIMENSIONS, option):
            dimension = _meant(DIMENSIONS, option)
        elif _meant(SPANS, option):
            span = _meant(SPANS, option)
        else:
            title = option
    if not dimension:
        raise Unreadable(gettext("没有写明按什么分：{words}").format(words=_first_words(DIMENSIONS)))
    return Placeholder(text, "chart", code, span=span, dimension=dimension, title=title)


def _figure(text: str, what: str, options: list[str], indicator: Callable) -> Placeholder:
    found = Placeholder(text, "figure", _code(what, indicator))
    for option in options:
        name, equals, value = option.partition("=")
        if equals:
            dimension = _meant(DIMENSIONS, name.strip())
            if not dimension or not value.strip():
                raise Unreadable(gettext("看不懂条件“{option}”，应写成“等级=3”这样").format(option=option))
            found = replace(found, where=(*found.where, (dimension, value.strip())))
        elif option in ("region", "本地区"):
            continue
        elif span := _meant(SPANS, option):
            found = replace(found, span=span)
        elif scale := _meant(SCALES, option):
            found = replace(found, scale=scale)
        elif part := _meant(PARTS, option):
            found = replace(found, part=part)
        else:
            raise Unreadable(
                gettext("看不懂“{option}”；可写：{words}").format(option=option, words=_first_words(SPANS))
            )
    _require_beside(found)
    return found


def _require_beside(found: Placeholder) -> None:
    """Sums of departments are of person-times alone, and know no more of them than programme and department."""
    if found.part != BESIDE:
        return
    if found.what not in departments.COMPLEMENTED:
        raise Unreadable(gettext("部门合计数只有培训人次才有"))
    if not {name for name, _code in found.where} <= set(departments.NARROWED_BY):
        raise Unreadable(gettext("部门合计数只能按项目、部门写条件"))


def _code(what: str, indicator: Callable[[str], str | None]) -> str:
    code = indicator(what)
    if code is None:
        raise Unreadable(gettext("不是指标，也不是本系统认得的词；指标名见“统计指标”页"))
    return code


def _first_words(table: dict[str, tuple[str, ...]]) -> str:
    """The words a clerk may write, which are the same in every language."""
    return "、".join(words[0] for words in table.values())


def _meant(table: dict[str, tuple[str, ...]], word: str) -> str:
    return next((code for code, words in table.items() if word == code or word in words), "")


def figures_of(placed: Iterable[Placed]) -> list[Placed]:
    """Those that ask for a figure: of one number, of a change, or of a chart."""
    return [one for one in placed if one.placeholder.kind in ("figure", "change", "chart")]
