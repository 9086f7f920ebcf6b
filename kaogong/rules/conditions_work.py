"""Conditions on the person's work and on the employer. One function each, one expression each."""

from kaogong.rules.registry import Say, rule

Z = Say


@rule(
    "A7",
    title=Z("失业且有培训意愿", "Unemployed and willing"),
    failed=Z("不处于失业状态或没有培训意愿", "Not unemployed, or not willing to train"),
    remedy=Z("由公共就业服务机构确认失业状态和培训意愿", "The employment service confirms both"),
)
def unemployed_and_willing(facts, values):
    """处于失业状态且有培训意愿
    Unemployed and willing to train
    """
    return (facts.unemployed == True) & (facts.willing_to_train == True)  # noqa: E712


@rule(
    "A7",
    title=Z("法定劳动年龄", "Working age by sex"),
    failed=Z(
        "{age}周岁（{sex}），不在法定劳动年龄内（{min_age}周岁起，男未满{male_until}、女未满{female_until}）",
        "Aged {age} ({sex}), outside working age (from {min_age}; men under {male_until}, women under {female_until})",
    ),
    remedy=Z("在法定劳动年龄内参加培训并取得证书", "Train and be certified within working age"),
    values={"min_age": "岁", "male_until": "岁", "female_until": "岁"},
)
def of_working_age_by_sex(facts, values):
    """{age}周岁（{sex}），在法定劳动年龄内（{min_age}周岁起，男未满{male_until}、女未满{female_until}）
    Aged {age} ({sex}), within working age (from {min_age}; men under {male_until}, women under {female_until})
    """
    return (facts.age >= values.min_age) & (
        ((facts.sex == "male") & (facts.age < values.male_until))
        | ((facts.sex == "female") & (facts.age < values.female_until))
    )


@rule(
    "M2",
    title=Z("年龄上限", "Upper age"),
    failed=Z("{age}周岁，超过{max_age}周岁", "Aged {age}, over {max_age}"),
    remedy=Z("在{max_age}周岁以下时参加", "Take part at {max_age} or younger"),
    values={"max_age": "岁"},
)
def not_older_than(facts, values):
    """{age}周岁，不超过{max_age}周岁
    Aged {age}, at most {max_age}
    """
    return facts.age <= values.max_age


@rule(
    "E1",
    title=Z("新录用", "Newly hired"),
    failed=Z(
        "不在录用后{months}个月内（录用至当日{months_since_hired}个月）",
        "Not within {months} months of being hired (hired {months_since_hired} months before)",
    ),
    remedy=Z("录用后{months}个月内取得证书的可以申领", "Be certified within {months} months of being hired"),
    values={"months": "个月"},
)
def within_months_of_hiring(facts, values):
    """录用{months_since_hired}个月，在{months}个月内
    Hired {months_since_hired} months ago, within {months}
    """
    return (facts.months_since_hired >= 0) & (facts.months_since_hired < values.months)


@rule(
    "E3",
    title=Z("退役时间", "Time since discharge"),
    failed=Z(
        "不在退役后{months}个月内（退役至当日{months_since_discharged}个月）",
        "Not within {months} months of discharge (discharged {months_since_discharged} months before)",
    ),
    remedy=Z("由退役军人事务部门确认退役日期", "The veterans' department confirms the day of discharge"),
    values={"months": "个月"},
)
def within_months_of_discharge(facts, values):
    """退役{months_since_discharged}个月，在{months}个月内
    Discharged {months_since_discharged} months ago, within {months}
    """
    return (facts.months_since_discharged >= 0) & (facts.months_since_discharged < values.months)


@rule(
    "G14",
    title=Z("毕业时间", "Time since graduation"),
    failed=Z(
        "不在毕业后{months}个月内（毕业至当日{months_since_graduated}个月）",
        "Not within {months} months of graduation (graduated {months_since_graduated} months before)",
    ),
    remedy=Z("毕业后{months}个月内申领", "Claim within {months} months of graduation"),
    values={"months": "个月"},
)
def within_months_of_graduation(facts, values):
    """毕业{months_since_graduated}个月，在{months}个月内
    Graduated {months_since_graduated} months ago, within {months}
    """
    return (facts.months_since_graduated >= 0) & (facts.months_since_graduated < values.months)


@rule(
    "E14",
    title=Z("结业后就业", "Work after the class"),
    failed=Z(
        "不在结业后{months}个月内就业（结业至就业{months_to_employment}个月）",
        "Not in work within {months} months of the class ({months_to_employment} months)",
    ),
    remedy=Z("提供结业后{months}个月内的就业证明", "Proof of work within {months} months of the class"),
    values={"months": "个月"},
)
def employed_within_months(facts, values):
    """结业后{months_to_employment}个月就业，在{months}个月内
    In work {months_to_employment} months after the class, within {months}
    """
    return (facts.months_to_employment >= 0) & (facts.months_to_employment < values.months)


@rule(
    "G1",
    title=Z("证书等级", "Certificate level"),
    failed=Z(
        "证书等级为{certificate_level}，应为：{levels}",
        "The level is {certificate_level}; accepted: {levels}",
    ),
    remedy=Z("取得列明等级的证书", "Earn a certificate of a listed level"),
    values={"levels": "等级"},
)
def certificate_of_an_accepted_level(facts, values):
    """证书等级为{certificate_level}
    The certificate is of {certificate_level}
    """
    return facts.certificate_level.is_in(values.levels)


@rule(
    "B6",
    title=Z("职业（工种）范围", "Listed occupations"),
    failed=Z(
        "职业（工种）{certificate_occupation_code}不在范围内：{occupations}",
        "Occupation {certificate_occupation_code} is not listed: {occupations}",
    ),
    remedy=Z("取得列明职业（工种）的证书", "Earn a certificate of a listed occupation"),
    values={"occupations": "职业代码"},
)
def occupation_on_the_list(facts, values):
    """职业（工种）{certificate_occupation_code}在范围内
    Occupation {certificate_occupation_code} is listed
    """
    return facts.certificate_occupation_code.is_in(values.occupations)


@rule(
    "B2",
    title=Z("补贴目录", "Subsidised list"),
    failed=Z("职业（工种）当日不在补贴培训目录", "The occupation was not on the subsidised list that day"),
    remedy=Z("核对补贴培训职业（工种）目录的起止日期", "Check the dates of the subsidised list"),
)
def occupation_on_the_subsidised_list(facts, values):
    """职业（工种）当日在补贴培训目录
    The occupation was on the subsidised list that day
    """
    return facts.occupation_subsidised == True  # noqa: E712


@rule(
    "B1",
    title=Z("紧缺职业", "Shortage occupation"),
    failed=Z("职业（工种）当日不在紧缺目录", "The occupation was not on the shortage list that day"),
    remedy=Z("核对紧缺职业（工种）目录的起止日期", "Check the dates of the shortage list"),
)
def occupation_on_the_shortage_list(facts, values):
    """职业（工种）当日在紧缺目录
    The occupation was on the shortage list that day
    """
    return facts.occupation_in_shortage == True  # noqa: E712


@rule(
    "E7",
    title=Z("学时", "Hours"),
    failed=Z(
        "实到{hours_attended}学时，不足{min_hours}学时", "Attended {hours_attended} hours of {min_hours}"
    ),
    remedy=Z("补足学时后再申领", "Make up the hours and claim then"),
    values={"min_hours": "学时"},
)
def hours_enough(facts, values):
    """实到{hours_attended}学时，已满{min_hours}学时
    Attended {hours_attended} hours, at least {min_hours}
    """
    return facts.hours_attended >= values.min_hours * 100


@rule(
    "G10",
    title=Z("参保企业", "Insured employer"),
    failed=Z("用人单位没有参保", "The employer pays no insurance"),
    remedy=Z("社会保险经办机构补正参保记录", "A corrected insurance record"),
)
def employer_is_insured(facts, values):
    """用人单位已参保
    The employer pays insurance
    """
    return facts.employer_insured == True  # noqa: E712


@rule(
    "G10",
    title=Z("用人单位参保时间", "Months the employer has insured"),
    failed=Z(
        "用人单位累计参保{employer_insured_months}个月，不足{min_months}个月",
        "The employer insured {employer_insured_months} of {min_months} months",
    ),
    remedy=Z("参保满{min_months}个月后再申领", "Claim after {min_months} months insured"),
    values={"min_months": "个月"},
)
def employer_insured_long_enough(facts, values):
    """用人单位累计参保{employer_insured_months}个月，已满{min_months}个月
    The employer insured {employer_insured_months} months, at least {min_months}
    """
    return facts.employer_insured_months >= values.min_months


@rule(
    "G16",
    title=Z("困难企业", "Employer in hardship"),
    failed=Z("用人单位当期不是困难企业", "The employer is not in hardship in the period"),
    remedy=Z("由主管部门认定当期为困难企业", "Recognition as an employer in hardship for the period"),
)
def employer_is_in_hardship(facts, values):
    """用人单位当期为困难企业
    The employer is in hardship in the period
    """
    return facts.employer_in_hardship == True  # noqa: E712


@rule(
    "E10",
    title=Z("在本岗位", "Works in the occupation"),
    failed=Z("不在本职业（工种）岗位", "Does not work in the occupation"),
    remedy=Z("由用人单位证明岗位", "The employer confirms the post"),
)
def works_in_the_occupation(facts, values):
    """在本职业（工种）岗位
    Works in the occupation
    """
    return facts.works_in_occupation == True  # noqa: E712


@rule(
    "G5",
    title=Z("用人单位先行支付", "Employer paid first"),
    failed=Z(
        "培训费由{paid_first_by}垫付，应由垫付的一方申领",
        "The fee was paid by {paid_first_by}, who should claim",
    ),
    remedy=Z("由先行垫付的一方申领，或提供垫付凭证", "The payer claims, or shows proof of payment"),
)
def employer_paid_first(facts, values):
    """培训费由{paid_first_by}垫付
    The fee was paid by {paid_first_by}
    """
    return facts.paid_first_by == "employer"


@rule(
    "G5",
    title=Z("本人先行支付", "Person paid first"),
    failed=Z(
        "培训费由{paid_first_by}垫付，应由垫付的一方申领",
        "The fee was paid by {paid_first_by}, who should claim",
    ),
    remedy=Z("由先行垫付的一方申领，或提供垫付凭证", "The payer claims, or shows proof of payment"),
)
def person_paid_first(facts, values):
    """培训费由{paid_first_by}垫付
    The fee was paid by {paid_first_by}
    """
    return facts.paid_first_by == "person"


@rule(
    "G10",
    title=Z("人数", "Heads"),
    failed=Z("{heads}人，不足{min_heads}人", "{heads} of {min_heads} people"),
    remedy=Z("达到{min_heads}人", "Reach {min_heads} people"),
    values={"min_heads": "人"},
)
def heads_enough(facts, values):
    """{heads}人，已满{min_heads}人
    {heads} people, at least {min_heads}
    """
    return facts.heads >= values.min_heads


@rule(
    "G14",
    title=Z("在本地就业创业", "Works here"),
    failed=Z("就业创业地不在本地", "The work place is not here"),
    remedy=Z("提供在本地就业创业的证明", "Proof of work or a business here"),
)
def works_here(facts, values):
    """就业创业地在本地
    The work place is here
    """
    return facts.job_here == True  # noqa: E712


@rule(
    "G10",
    title=Z("参保企业或吸纳特定人员", "Insured employer, or hires of listed groups"),
    failed=Z(
        "用人单位没有参保，吸纳的人员也不属于：{exempt_groups}",
        "The employer pays no insurance, and the person is in none of: {exempt_groups}",
    ),
    remedy=Z("社会保险经办机构补正参保记录", "A corrected insurance record"),
    values={"exempt_groups": "人员类别"},
)
def employer_is_insured_unless_hiring(facts, values):
    """用人单位已参保，或吸纳的人员属于：{exempt_groups}
    The employer pays insurance, or the person is in one of: {exempt_groups}
    """
    return (facts.employer_insured == True) | facts.groups.overlaps(values.exempt_groups)  # noqa: E712
