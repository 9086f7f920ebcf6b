"""The facts figures are counted from: one row a thing that happened, one Parquet file a fact and year.

``<snapshot>/<fact>/<year>.parquet``, sorted by region then person. Codes are text, "" where not known; a day may
be null; money is whole fen, hours are hundredths. Whoever writes facts writes them with ``keep``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from kaogong.kernel.errors import Refused

if TYPE_CHECKING:
    import polars as pl

ROWS_A_GROUP = 65_536  # small enough that one district's rows lie in few groups, so that others are not read
LEVELS_HIGH = ("3", "2", "1", "T", "S")
LEVELS_SKILLED = ("5", "4", *LEVELS_HIGH)
AGES = ("-15", "16-24", "25-34", "35-44", "45-54", "55-")


class FactUnfit(Refused):
    """“{fact}”的数据不能写入：{problem}。请核对列名和数据类型后重新生成。"""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: ``kind`` is code, text, number, flag, day, money or hours; ``personal`` says whether it shows
    who somebody is, so that pages mask it."""

    name: str
    kind: str
    label: str
    personal: bool = False
    by_it: bool = False  # figures may be broken down by it


@dataclass(frozen=True, slots=True)
class Fact:
    """One kind of row; ``on`` is the day it is filed by and counted at unless an indicator says another."""

    name: str
    label: str
    on: str
    columns: tuple[Column, ...]

    def column(self, name: str) -> Column:
        return next(one for one in self.columns if one.name == name)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(one.name for one in self.columns)

    @property
    def dimensions(self) -> tuple[str, ...]:
        """The columns a figure may be broken down by, in their order."""
        return tuple(one.name for one in self.columns if one.by_it)

    @property
    def schema(self) -> dict[str, pl.DataType]:
        """Polars types of all columns, in their order."""
        kinds = _kinds()
        return {one.name: kinds[one.kind] for one in self.columns}


def _code(name: str, label: str) -> Column:
    return Column(name, "code", label, by_it=True)


COMMON = (
    Column("record", "text", "记录"),
    Column("person", "number", "人员", personal=True),
    _code("region", "地区"),
    _code("programme", "项目"),
    _code("department", "部门"),
    _code("occupation", "职业（工种）"),
    _code("chain", "产业链"),
    _code("level", "技能等级"),
    _code("group", "人员类别"),
    _code("sex", "性别"),
    _code("age", "年龄段"),
    _code("provider", "培训机构"),
    _code("origin", "数据来源"),
)

TRAINING = Fact(
    "training",
    "培训人次",
    "ends_on",
    (
        *COMMON,
        Column("class_id", "number", "班级"),
        Column("starts_on", "day", "开班日期"),
        Column("ends_on", "day", "结业日期"),
        Column("year", "number", "年度"),
        Column("counted", "flag", "计入统计"),
        Column("finished", "flag", "已结业"),
        Column("passed", "flag", "考核合格"),
        Column("certified", "flag", "取得证书"),
        Column("subsidised", "flag", "享受补贴"),
        Column("online", "flag", "线上培训"),
        Column("subsidy_fen", "money", "补贴金额"),
        Column("hours_planned", "hours", "计划学时"),
        Column("hours_attended", "hours", "实际学时"),
    ),
)
CERTIFICATE = Fact(
    "certificate",
    "证书",
    "issued_on",
    (
        *COMMON,
        _code("kind", "证书种类"),
        Column("issued_on", "day", "发证日期"),
        Column("stands", "flag", "有效"),
        Column("high", "flag", "高级工以上"),
        _code("steps_from", "此前最高等级"),
    ),
)
PAYMENT = Fact(
    "payment",
    "资金支付",
    "paid_on",
    (
        *COMMON,
        Column("paid_on", "day", "支付日期"),
        _code("payee_kind", "收款方类型"),
        _code("source", "资金来源"),
        _code("fund", "资金"),
        Column("amount_fen", "money", "金额"),
    ),
)
OUTCOME = Fact(
    "outcome",
    "就业回访",
    "due_on",
    (
        *COMMON,
        Column("months", "number", "结业后月数"),
        Column("due_on", "day", "应回访日期"),
        Column("settled", "flag", "已核实"),
        Column("employed", "flag", "已就业"),
    ),
)
CLASS = Fact(
    "class",
    "培训班",
    "ends_on",
    (
        *COMMON,
        Column("class_id", "number", "班级"),
        Column("starts_on", "day", "开班日期"),
        Column("ends_on", "day", "结业日期"),
        Column("head_count", "number", "人数"),
        Column("running", "flag", "正在开班"),
        Column("approved", "flag", "已批准"),
        Column("cancelled", "flag", "已取消"),
        Column("finished", "flag", "已结业"),
    ),
)
# Who asked is sealed, and so no part of it.
ENQUIRY = Fact(
    "enquiry",
    "网上咨询",
    "received_on",
    (
        Column("record", "text", "记录"),
        Column("number", "text", "咨询编号"),
        _code("region", "地区"),
        _code("category", "咨询类别"),
        _code("channel", "来源"),
        _code("department", "部门"),
        Column("received_on", "day", "收到日期"),
        Column("settled_on", "day", "首次答复或者不予答复日期"),
        Column("merged", "flag", "已合并"),
        Column("answered", "flag", "已答复"),
        Column("dismissed", "flag", "已决定不予答复"),
        Column("has_term", "flag", "规定了答复期限"),
        Column("in_time", "flag", "按期答复"),
        Column("judged", "flag", "已评价"),
        Column("helped", "flag", "有帮助"),
    ),
)
FACTS = {one.name: one for one in (TRAINING, CERTIFICATE, PAYMENT, OUTCOME, CLASS, ENQUIRY)}


def _kinds() -> dict[str, pl.DataType]:
    import polars as pl

    return {
        "code": pl.String(),
        "text": pl.String(),
        "number": pl.Int64(),
        "money": pl.Int64(),
        "hours": pl.Int64(),
        "flag": pl.Boolean(),
        "day": pl.Date(),
    }


def fitted(fact: Fact, frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with the fact's columns in order, sorted by region then person, codes and flags never null.

    Raises FactUnfit for a column that is missing or not of its kind, and for a record named twice.
    """
    import polars as pl

    lacking = [name for name in fact.names if name not in frame.columns]
    if lacking:
        raise FactUnfit(fact=fact.label, problem=f"缺少列 {'、'.join(lacking)}")
    try:
        ready = frame.select(pl.col(name).cast(kind) for name, kind in fact.schema.items())
    except pl.exceptions.PolarsError as error:
        raise FactUnfit(fact=fact.label, problem=str(error).splitlines()[0]) from error
    texts = [one.name for one in fact.columns if one.kind in ("code", "text")]
    flags = [one.name for one in fact.columns if one.kind == "flag"]
    ready = ready.with_columns(pl.col(texts).fill_null(""), pl.col(flags).fill_null(value=False))
    if ready["record"].n_unique() != ready.height:
        twice = ready.filter(pl.col("record").is_duplicated())["record"][0]
        raise FactUnfit(fact=fact.label, problem=f"记录 {twice} 出现不止一次")
    return ready.sort([name for name in ("region", "person", "record") if name in fact.names])


def keep(fact: Fact, frame: pl.DataFrame, snapshot: Path) -> list[int]:
    """Write the frame into the snapshot, one file a year (0000 for rows without a day); return the years.

    Each file appears whole or not at all. Years the frame has no row of keep their files.
    """
    import polars as pl

    ready = fitted(fact, frame).with_columns(pl.col(fact.on).dt.year().fill_null(0).alias("__year"))
    years = sorted(ready["__year"].unique().to_list())
    for year in years:
        write_year(fact, ready.filter(pl.col("__year") == year).drop("__year"), snapshot, year)
    return years


def write_year(fact: Fact, ready: pl.DataFrame, snapshot: Path, year: int) -> Path:
    """Write one year's rows, already ``fitted``; an empty frame makes an empty file."""
    path = year_path(fact, snapshot, year)
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_suffix(".part")
    ready.write_parquet(half, row_group_size=ROWS_A_GROUP, compression="zstd", statistics=True)
    half.replace(path)
    return path


def year_path(fact: Fact, snapshot: Path, year: int) -> Path:
    """Where a year's rows of a fact lie in a snapshot."""
    return snapshot / fact.name / f"{year:04}.parquet"


def age_band(born_on: date | None, on: date | None) -> str:
    """The band of somebody's age on that day, "" where either is not known."""
    if born_on is None or on is None:
        return ""
    age = on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))
    starts = (0, 16, 25, 35, 45, 55)
    return AGES[sum(age >= start for start in starts) - 1] if age >= 0 else ""
