"""Conditions on contracts, and on what was recognised, filed or scored. One expression each."""

from kaogong.rules.registry import Say, rule

Z = Say


@rule(
    "E6",
    title=Z("签订合同（协议）", "Contract signed"),
    failed=Z("没有签订合同（协议）", "No contract was signed"),
    remedy=Z("提供签订的合同（协议）", "Show the signed contract"),
)
def contract_is_signed(facts, values):
    """已签订合同（协议）
    The contract was signed
    """
    return facts.contract_signed == True  # noqa: E712


@rule(
    "E6",
    title=Z("合同（协议）期限", "Term of the contract"),
    failed=Z(
        "合同（协议）{contract_months}个月，不足{min_months}个月",
        "The contract runs {contract_months} of {min_months} months",
    ),
    remedy=Z("签订{min_months}个月以上的合同（协议）", "A contract of at least {min_months} months"),
    values={"min_months": "个月"},
)
def contract_long_enough(facts, values):
    """合同（协议）{contract_months}个月，已满{min_months}个月
    The contract runs {contract_months} months, at least {min_months}
    """
    return facts.contract_months >= values.min_months


@rule(
    "L6",
    title=Z("合同期内", "Within the contract"),
    failed=Z("不在合同（协议）期内", "Outside the contract's term"),
    remedy=Z("在合同（协议）期内申领", "Claim within the contract's term"),
)
def within_the_contract(facts, values):
    """在合同（协议）期内
    Within the contract's term
    """
    return facts.within_contract == True  # noqa: E712


@rule(
    "L6",
    title=Z("年度薪酬", "Pay of the year"),
    failed=Z(
        "协议年度薪酬{annual_pay_fen}元，不到{threshold}元",
        "Pay of {annual_pay_fen} yuan a year, under {threshold}",
    ),
    remedy=Z("协议年度薪酬达到{threshold}元", "An agreed pay of at least {threshold} yuan"),
    values={"threshold": "元"},
)
def annual_pay_at_least(facts, values):
    """协议年度薪酬{annual_pay_fen}元，达到{threshold}元
    Pay of {annual_pay_fen} yuan a year, at least {threshold}
    """
    return facts.annual_pay_fen >= values.threshold


@rule(
    "L5",
    title=Z("全职引进", "Full-time"),
    failed=Z("不是全职引进", "Not a full-time post"),
    remedy=Z("提供全职劳动合同和社会保险记录", "A full-time contract and insurance record"),
)
def works_full_time(facts, values):
    """全职引进
    A full-time post
    """
    return facts.full_time == True  # noqa: E712


@rule(
    "L6",
    title=Z("柔性引进", "Flexible introduction"),
    failed=Z("是全职引进，适用另一项补贴", "A full-time post: another grant applies"),
    remedy=Z("按全职引进申领", "Claim as a full-time post"),
)
def works_part_time(facts, values):
    """柔性引进（非全职）
    Introduced flexibly, not full time
    """
    return facts.full_time == False  # noqa: E712


@rule(
    "L4",
    title=Z("级别", "Tier"),
    failed=Z("级别为{tier}，应为：{tiers}", "The tier is {tier}; accepted: {tiers}"),
    remedy=Z("取得列明级别的认定", "Recognition at a listed tier"),
    values={"tiers": "级别"},
)
def of_an_accepted_tier(facts, values):
    """级别为{tier}
    The tier is {tier}
    """
    return facts.tier.is_in(values.tiers)


@rule(
    "M1",
    title=Z("上级补助", "Upper level's grant"),
    failed=Z("没有获得上级补助", "No grant of the upper level"),
    remedy=Z("提供上级补助到账凭证", "Proof that the upper level's grant arrived"),
)
def upper_grant_received(facts, values):
    """已获上级补助{upper_grant_fen}元
    The upper level granted {upper_grant_fen} yuan
    """
    return facts.upper_grant_fen > 0


@rule(
    "M2",
    title=Z("事先备案", "Filed beforehand"),
    failed=Z("没有事先备案", "Not filed beforehand"),
    remedy=Z("先备案，再开展", "File first, then begin"),
)
def filed_before_it_began(facts, values):
    """已事先备案
    Filed beforehand
    """
    return facts.filed_beforehand == True  # noqa: E712


@rule(
    "M4",
    title=Z("认定（批准）", "Recognised"),
    failed=Z("没有获得认定（批准）", "Not recognised"),
    remedy=Z("提供认定（批准）文件", "Show the recognition"),
)
def recognised_by_the_authority(facts, values):
    """已获认定（批准）
    Recognised
    """
    return facts.approved == True  # noqa: E712


@rule(
    "M3",
    title=Z("评价得分", "Evaluation score"),
    failed=Z("得{score}分，不足{min_score}分", "Scored {score}, under {min_score}"),
    remedy=Z("下次绩效评价达到{min_score}分", "Reach {min_score} at the next evaluation"),
    values={"min_score": "分"},
)
def scored_at_least(facts, values):
    """得{score}分，达到{min_score}分
    Scored {score}, at least {min_score}
    """
    return facts.score >= values.min_score


@rule(
    "M4",
    title=Z("阶段", "Stage"),
    failed=Z("阶段为{stage}，应为：{stages}", "The stage is {stage}; accepted: {stages}"),
    remedy=Z("到列明的阶段再申领", "Claim at a listed stage"),
    values={"stages": "阶段"},
)
def at_an_accepted_stage(facts, values):
    """阶段为{stage}
    The stage is {stage}
    """
    return facts.stage.is_in(values.stages)


@rule(
    "B4",
    title=Z("奖补目录", "Award list"),
    failed=Z(
        "职业（工种）或专业当日不在奖补目录", "The occupation or major was not on the award list that day"
    ),
    remedy=Z("核对奖补目录的起止日期", "Check the dates of the award list"),
)
def on_the_award_list(facts, values):
    """职业（工种）或专业当日在奖补目录
    The occupation or major was on the award list that day
    """
    return facts.on_award_list == True  # noqa: E712
