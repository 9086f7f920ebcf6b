"""Conditions on what the person has already received. One function each, one expression each."""

from kaogong.rules.registry import Say, rule

Z = Say


@rule(
    "G2",
    title=Z("每年次数", "Times a year"),
    failed=Z(
        "本年度已享受{used_this_year}次，每年不超过{limit}次",
        "Already {used_this_year} this year; at most {limit}",
    ),
    remedy=Z(
        "下一年度再申领；“原则上”的例外须经批准并说明理由", "Claim next year, or have an exception approved"
    ),
    waivable=True,
    values={"limit": "次/年"},
    tallies=("used_this_year",),
)
def at_most_so_many_a_year(facts, values):
    """本年度已享受{used_this_year}次，每年不超过{limit}次
    {used_this_year} this year so far; at most {limit} a year
    """
    return facts.used_this_year < values.limit


@rule(
    "G3",
    title=Z("不重复享受", "Never twice"),
    failed=Z(
        "同一职业同一等级已享受：{earlier_same_level}",
        "Already subsidised at this level: {earlier_same_level}",
    ),
    remedy=Z("前次补贴被撤销或追回", "The earlier subsidy is withdrawn or recovered"),
    tallies=("same_level_before",),
)
def never_twice_at_one_level(facts, values):
    """同一职业同一等级未享受过补贴
    No earlier subsidy for this occupation at this level
    """
    return facts.same_level_before == 0


@rule(
    "G4",
    title=Z("高级别后不享受低级别", "None lower after higher"),
    failed=Z(
        "已享受同一职业更高级别的补贴：{earlier_higher_level}",
        "Already subsidised higher: {earlier_higher_level}",
    ),
    remedy=Z("前次补贴被撤销或追回", "The earlier subsidy is withdrawn or recovered"),
    tallies=("higher_level_before",),
)
def none_lower_after_higher(facts, values):
    """同一职业未享受过更高级别的补贴
    No earlier subsidy for this occupation at a higher level
    """
    return facts.higher_level_before == 0


@rule(
    "G2",
    title=Z("累计次数", "Times in all"),
    failed=Z(
        "历年已享受{used_in_all}次，累计不超过{limit}次", "Already {used_in_all} in all; at most {limit}"
    ),
    remedy=Z("前次补贴被撤销或追回", "An earlier subsidy is withdrawn or recovered"),
    values={"limit": "次"},
    tallies=("used_in_all",),
)
def at_most_so_many_in_all(facts, values):
    """历年已享受{used_in_all}次，累计不超过{limit}次
    {used_in_all} so far; at most {limit} in all
    """
    return facts.used_in_all < values.limit


@rule(
    "G2",
    title=Z("一段时间内的次数", "Times within months"),
    failed=Z(
        "{months}个月内已享受{used_within_months}次，不超过{limit}次",
        "Already {used_within_months} within {months} months; at most {limit}",
    ),
    remedy=Z("满{months}个月后再申领", "Claim when {months} months have passed"),
    values={"limit": "次", "months": "个月"},
    tallies=("used_within_months",),
)
def at_most_so_many_within_months(facts, values):
    """{months}个月内已享受{used_within_months}次，不超过{limit}次
    {used_within_months} within {months} months; at most {limit}
    """
    return facts.used_within_months < values.limit


@rule(
    "G2",
    title=Z("本项目每年次数", "Times a year under this scheme"),
    failed=Z(
        "本项目本年度已享受{used_of_this_scheme_this_year}次，每年不超过{limit}次",
        "Already {used_of_this_scheme_this_year} under this scheme this year; at most {limit}",
    ),
    remedy=Z("下一年度再申领", "Claim next year"),
    values={"limit": "次/年"},
    tallies=("used_of_this_scheme_this_year",),
)
def at_most_so_many_a_year_of_this_scheme(facts, values):
    """本项目本年度已享受{used_of_this_scheme_this_year}次，每年不超过{limit}次
    {used_of_this_scheme_this_year} under this scheme this year; at most {limit} a year
    """
    return facts.used_of_this_scheme_this_year < values.limit


@rule(
    "G8",
    title=Z("本项目累计次数", "Times in all under this scheme"),
    failed=Z(
        "本项目已享受{used_of_this_scheme}次，累计不超过{limit}次",
        "Already {used_of_this_scheme} under this scheme; at most {limit}",
    ),
    remedy=Z("前次补贴被撤销或追回", "The earlier subsidy is withdrawn or recovered"),
    values={"limit": "次"},
    tallies=("used_of_this_scheme",),
)
def at_most_so_many_of_this_scheme(facts, values):
    """本项目已享受{used_of_this_scheme}次，累计不超过{limit}次
    {used_of_this_scheme} under this scheme; at most {limit} in all
    """
    return facts.used_of_this_scheme < values.limit


@rule(
    "G3",
    title=Z("同一职业次数", "Times for one occupation"),
    failed=Z(
        "同一职业已享受{used_of_this_occupation}次，不超过{limit}次",
        "Already {used_of_this_occupation} for this occupation; at most {limit}",
    ),
    remedy=Z("前次补贴被撤销或追回", "The earlier subsidy is withdrawn or recovered"),
    values={"limit": "次"},
    tallies=("used_of_this_occupation",),
)
def at_most_so_many_of_an_occupation(facts, values):
    """同一职业已享受{used_of_this_occupation}次，不超过{limit}次
    {used_of_this_occupation} for this occupation; at most {limit}
    """
    return facts.used_of_this_occupation < values.limit


@rule(
    "G3",
    title=Z("不可同享的项目", "Schemes that exclude each other"),
    failed=Z(
        "已享受不可同享的补贴：{earlier_of_other_schemes}",
        "Already had a subsidy that excludes this one: {earlier_of_other_schemes}",
    ),
    remedy=Z("前次补贴被撤销或追回", "The earlier subsidy is withdrawn or recovered"),
    values={"schemes": "补贴项目"},
    tallies=("used_of_other_schemes",),
)
def none_of_the_excluding_schemes(facts, values):
    """没有享受过不可同享的补贴（{schemes}）
    Had none of the subsidies that exclude this one ({schemes})
    """
    return facts.used_of_other_schemes == 0
