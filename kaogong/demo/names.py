"""Plausible names for people, companies and schools that do not exist."""

from functools import lru_cache
from random import Random

import polars as pl

from kaogong.demo.draws import Draws
from kaogong.kernel.id_number import MALE
from kaogong.kernel.reference import read_family_names, read_given_name_characters

# Which characters parents give to whom; how often each occurs comes from the frequency list.
FOR_MEN = "伟强军刚勇磊涛超峰鹏辉斌杰浩龙飞波健毅亮建国志武成海山林兵东洪庆福贵德祥永"
FOR_WOMEN = "丽娟芳婷静敏艳娜萍红英玲芬燕霞莉娇媛蕾倩雪颖琴梅兰凤秀珍菊香淑琳洁薇妍丹"
FOR_ANYONE = "文晓明华玉春宇佳雨欣子思一家新云平金学宏昊晨瑞嘉乐清心安立世友俊博源泽"
RARE_CHARACTERS = "䶮㛃喆翀堃昇垚頔"
WITH_DOT = (
    "阿里木",
    "买买提",
    "艾力",
    "吐尔逊",
    "阿卜杜拉",
    "玉素甫",
    "艾合买提",
    "帕尔哈提",
)
UYGHUR = "05"

PLACE = "示例区"
_BRAND_FIRST = "海鑫恒瑞泰华盛嘉宏安德永金博信远东荣润凯天顺兴亿中新昌联万利"
_BRAND_LAST = "源达通隆泰和发诚康宇丰润成辉航创尚祥洋邦顺科旺腾悦升卓嘉"
FORMS = (("有限公司", 80), ("有限责任公司", 12), ("股份有限公司", 8))


@lru_cache(maxsize=1)
def family_names() -> tuple[list[str], list[float]]:
    """Family names that at least one in 6,000 bears, with their weights."""
    rows = [row for row in read_family_names() if row.per_million >= 170]
    return [row.text for row in rows], [row.per_million for row in rows]


@lru_cache(maxsize=2)
def given_characters(sex: str) -> tuple[list[str], list[float]]:
    """Characters fit for a given name of that sex, with their weights."""
    fit = set(FOR_ANYONE + (FOR_MEN if sex == MALE else FOR_WOMEN))
    rows = [row for row in read_given_name_characters() if row.text in fit]
    return [row.text for row in rows], [row.per_million for row in rows]


def personal_names(draws: Draws, sexes: pl.Series, ethnic_codes: pl.Series) -> pl.Series:
    """One name per person: mostly of three characters, a few with a dot, very few with a rare character."""
    count = len(sexes)
    frame = pl.DataFrame(
        {
            "man": sexes == MALE,
            "dotted": ethnic_codes == UYGHUR,
            "family": draws.pick("family", count, *family_names()),
            "man_1": draws.pick("man_1", count, *given_characters(MALE)),
            "man_2": draws.pick("man_2", count, *given_characters(MALE)),
            "woman_1": draws.pick("woman_1", count, *given_characters("女")),
            "woman_2": draws.pick("woman_2", count, *given_characters("女")),
            "rare": draws.pick("rare", count, list(RARE_CHARACTERS), [1] * len(RARE_CHARACTERS)),
            "own": draws.pick("own", count, WITH_DOT, [1] * len(WITH_DOT)),
            "father": draws.pick("father", count, WITH_DOT, [1] * len(WITH_DOT)),
            "length": draws.uniform("length", count),
            "rarity": draws.uniform("rarity", count),
        }
    )
    second = pl.when("man").then("man_2").otherwise("woman_2")
    second = pl.when(pl.col("rarity") < 0.001).then("rare").otherwise(second)
    first = pl.when("man").then("man_1").otherwise("woman_1")
    given = pl.when(pl.col("length") < 0.16).then(second).otherwise(first + second)
    name = pl.when("dotted").then(pl.col("own") + "·" + pl.col("father")).otherwise(pl.col("family") + given)
    return frame.select(name.alias("name")).to_series()


def personal_name(chance: Random) -> str:
    """One name, for a contact or a legal representative."""
    sex = chance.choice((MALE, "女"))
    family = chance.choices(*family_names())[0]
    return family + "".join(chance.choices(*given_characters(sex), k=chance.choice((1, 2, 2, 2))))


def brands(chance: Random, count: int) -> list[str]:
    """Different two- or three-character trade names."""
    pairs = [first + last for first in _BRAND_FIRST for last in _BRAND_LAST if first != last]
    if count > len(pairs):
        pairs += [pair + last for pair in pairs for last in _BRAND_LAST if pair[1] != last]
    return chance.sample(pairs, count)


def company_name(chance: Random, brand: str, trade: str) -> str:
    """Place, trade name, trade, legal form: 示例区海源餐饮有限公司."""
    return f"{PLACE}{brand}{trade}{chance.choices(*zip(*FORMS, strict=True))[0]}"


def school_name(brand: str) -> str:
    """示例区海源职业培训学校."""
    return f"{PLACE}{brand}职业培训学校"
