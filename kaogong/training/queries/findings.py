"""What a roster's check may say of a row: one sentence for each thing, and how grave it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from string import Formatter
from typing import ClassVar

import polars as pl
from django.utils.translation import gettext_noop as N_

ERROR, WARNING, NOTE = "error", "warning", "note"
MOST_FACTS = 4
FACT_COLUMNS = [f"fact_{place}" for place in range(MOST_FACTS)]

# code -> (severity, column, sentence). Sentences are the keys of their translations.
SENTENCES: dict[str, tuple[str, str, str]] = {
    "cell": (ERROR, "", "{sentence}"),
    "name_missing": (ERROR, "name", N_("姓名没有填写")),
    "name_differs": (ERROR, "name", N_("该身份证号码已登记的姓名是“{registered}”，与表中不同，请核对")),
    "id_missing": (ERROR, "id_number", N_("身份证号码没有填写")),
    "id_length": (ERROR, "id_number", N_("身份证号码应为18位，这里有{length}位")),
    "id_letters": (ERROR, "id_number", N_("身份证号码只能是数字，只有最后一位可以是X")),
    "id_date": (ERROR, "id_number", N_("身份证号码第7至14位不是可能的出生日期")),
    "id_future": (ERROR, "id_number", N_("身份证号码里的出生日期还没有到")),
    "id_checksum": (ERROR, "id_number", N_("身份证号码校验码不对，请核对是否录错一位")),
    "id_upgraded": (NOTE, "id_number", N_("15位旧身份证号码，已换算为18位，请核对出生年份")),
    "id_area": (WARNING, "id_number", "{sentence}"),
    "under_age": (ERROR, "id_number", N_("开班时{age}周岁，不满{least}周岁")),
    "duplicate": (ERROR, "id_number", N_("与第{row}行的身份证号码相同")),
    "merged_twice": (ERROR, "id_number", N_("与第{row}行是同一个人：两个号码的档案已经合并")),
    "sex_differs": (WARNING, "sex", N_("性别与身份证号码不符，按号码应为{sex}")),
    "age_differs": (WARNING, "age", N_("年龄与身份证号码不符，按号码开班时为{age}周岁")),
    "phone_shape": (WARNING, "phone", N_("联系电话不像手机或固定电话号码，请核对")),
    "education_unknown": (WARNING, "education", N_("学历“{text}”没有对应的代码，请核对")),
    "group_unknown": (WARNING, "person_kind", N_("人员类别“{text}”不是补贴对象类别，请核对")),
    "group_unregistered": (WARNING, "person_kind", N_("开班当日没有登记为“{group}”，申领前请补交证明")),
    "account_shape": (WARNING, "bank_account", N_("银行账号校验不对，没有保存，请核对是否录错一位")),
    "account_kept": (
        WARNING,
        "bank_account",
        "已登记的收款账号是{registered}，与表中不同，仍用已登记的；变更请另行办理",
    ),
    "account_shared": (WARNING, "bank_account", N_("与第{row}行是同一个银行账号，请核对")),
    "account_holder": (WARNING, "bank_holder", N_("银行户名与姓名不同，补贴可能退回")),
    "fee_payer_unknown": (
        WARNING,
        "fee_payer",
        N_("看不懂“{text}”是谁垫付了培训费，没有保存；请写学员、培训机构或用人单位"),
    ),
    "fee_payer_missing": (WARNING, "fee_payer", N_("填了培训费，没有写由谁垫付，没有保存")),
    "fee_unproven": (WARNING, "fee_receipt", N_("培训费的金额、日期、票据号没有填全，申领前请补齐")),
    "elsewhere": (ERROR, "id_number", N_("同一时间已在班级{number}上课")),
    "ruled_out": (WARNING, "id_number", "{sentence}"),
    "over_contract": (ERROR, "", N_("超出培训协议的人数：协议还可培训{left}人")),
    "not_own_staff": (
        ERROR,
        "id_number",
        N_(
            "协议{contract}只培训本单位职工，此人开班当日由别的单位参保，不是{provider}；登记有误的，请先到社保经办机构更正"
        ),
    ),
    "own_staff_unknown": (
        WARNING,
        "id_number",
        N_("协议{contract}只培训本单位职工，没有此人开班当日在{provider}参保的记录，请核对劳动合同"),
    ),
    # What outside registers say: a person decides on whatever may be innocent.
    "dead": (
        ERROR,
        "id_number",
        N_(
            "{source}（数据截至{as_of}）登记此人已于{day}死亡，请核对身份证号码；登记有误的，请先到公安部门更正"
        ),
    ),
    "register_no_such": (
        WARNING,
        "id_number",
        N_("{source}（数据截至{as_of}）没有这个身份证号码的记录，请核对身份证原件"),
    ),
    "register_name_differs": (
        WARNING,
        "name",
        N_("姓名与{source}（数据截至{as_of}）的登记不一致，请核对身份证原件"),
    ),
    "draws_pension": (
        WARNING,
        "id_number",
        N_("{source}（数据截至{as_of}）：自{day}起领取养老待遇，一般不能享受培训补贴，请核对"),
    ),
    "at_school": (
        WARNING,
        "id_number",
        N_("{source}（数据截至{as_of}）：开班期间是全日制在校学生，请核对"),
    ),
    "insured_elsewhere": (
        WARNING,
        "id_number",
        N_("{source}（数据截至{as_of}）：开班当日由别的单位参保，不是{employer}，请核对"),
    ),
    "paid_elsewhere": (
        WARNING,
        "id_number",
        N_("{source}（数据截至{as_of}）：{region}已于{day}付过同一职业同一等级的培训补贴"),
    ),
    "not_checked": (NOTE, "", N_("未能核对{registers}：对方没有答复，不影响录入")),
    "withdrawn": (ERROR, "", N_("该学员已退出本班，如需恢复请在学员名单中办理")),
}


@dataclass(frozen=True, slots=True)
class RosterFinding:
    """One thing about one row. ``facts`` fill the sentence of its code."""

    sentences: ClassVar[Mapping[str, tuple[str, str, str]]] = SENTENCES

    row_number: int
    code: str
    facts: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, row_number: int, code: str, facts: Sequence[str]) -> "RosterFinding":
        """A finding from the facts in the order its sentence names them."""
        return cls(row_number, code, dict(zip(facts_named(code), facts, strict=True)))

    @property
    def severity(self) -> str:
        return self.sentences[self.code][0]

    @property
    def column(self) -> str:
        return self.sentences[self.code][1]

    @property
    def template(self) -> str:
        return self.sentences[self.code][2]

    @property
    def message(self) -> str:
        return self.template.format(**self.facts)


def facts_named(code: str) -> list[str]:
    """The names of the facts a sentence needs, in their order."""
    return [name for _, name, _, _ in Formatter().parse(SENTENCES[code][2]) if name]


def tell(rows: pl.DataFrame, code: str, where: pl.Expr, *facts: pl.Expr) -> pl.DataFrame:
    """The findings of one kind: where it holds, and the facts its sentence needs."""
    values = [fact.cast(pl.String).alias(f"fact_{place}") for place, fact in enumerate(facts)]
    values += [pl.lit(None, pl.String).alias(f"fact_{place}") for place in range(len(facts), MOST_FACTS)]
    told = rows.lazy().with_columns(values).filter(where.fill_null(False))
    return told.select("row_number", pl.lit(code).alias("code"), *FACT_COLUMNS).collect()
