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
    shows=("earlier_this_year",),
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
    shows=("earlier_same_level",),
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
    shows=("earlier_higher_level",),
)
def none_lower_after_higher(facts, values):
    """同一职业未享受过更高级别的补贴
    No earlier subsidy for this occupation at a higher level
    """
    return facts.higher_level_before == 0
