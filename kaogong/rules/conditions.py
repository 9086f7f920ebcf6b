"""Conditions on the person, the certificate and the class. One function each, one expression each.

``tests/rules/test_conditions.py`` refuses anything but operators here, so that the same function judges
plain values and whole Polars columns.
"""

from kaogong.rules.registry import Say, rule

Z = Say


@rule(
    "A4",
    title=Z("实名核验", "Real name"),
    failed=Z("未通过实名核验", "The identity check failed"),
    remedy=Z("核对姓名和身份证号码后重新核验", "Correct the name and identity number and check again"),
)
def real_name_verified(facts, values):
    """已通过实名核验
    The identity was verified
    """
    return facts.identity_verified == True  # noqa: E712


@rule(
    "G15",
    title=Z("年龄", "Working age"),
    failed=Z("未满{min_age}周岁（{age}周岁）", "Under {min_age} (aged {age})"),
    remedy=Z("年满{min_age}周岁后参加培训并取得证书", "Train and be certified at {min_age} or older"),
    values={"min_age": "岁"},
)
def of_working_age(facts, values):
    """{age}周岁，已满{min_age}周岁
    Aged {age}, at least {min_age}
    """
    return facts.age >= values.min_age


@rule(
    "G15",
    title=Z("养老金", "Pension"),
    failed=Z("已按月领取养老金，不在补贴范围", "Already draws a monthly pension"),
    remedy=Z("社会保险经办机构更正领取记录", "A corrected record from the social insurance agency"),
)
def draws_no_monthly_pension(facts, values):
    """没有按月领取养老金
    Draws no monthly pension
    """
    return facts.receives_pension == False  # noqa: E712


@rule(
    "A5",
    title=Z("人员类别", "Group"),
    failed=Z(
        "开班日不属于补贴对象：{allowed_groups}", "In none of the groups on the first day: {allowed_groups}"
    ),
    remedy=Z("由认定部门确认开班日已属于其中一类", "Proof of having been in one of the groups on that day"),
    values={"allowed_groups": "人员类别"},
)
def in_an_entitled_group(facts, values):
    """人员类别：{groups}
    Group: {groups}
    """
    return facts.groups.overlaps(values.allowed_groups)


@rule(
    "A6",
    title=Z("生活费补贴对象", "Living allowance group"),
    failed=Z("不属于生活费补贴对象", "Not in a group that gets a living allowance"),
    remedy=Z("由认定部门确认培训期间属于其中一类", "Proof of having been in one of these groups"),
    values={"allowance_groups": "人员类别"},
)
def in_a_living_allowance_group(facts, values):
    """属于生活费补贴对象：{groups}
    In a group that gets a living allowance: {groups}
    """
    return facts.groups.overlaps(values.allowance_groups)


@rule(
    "A9",
    title=Z("三地之一", "One of three places"),
    failed=Z("户籍地、常住地、求职就业地都不在本区", "Neither household, residence nor work place is here"),
    remedy=Z("在户籍地、常住地或求职就业地申领", "Claim where one lives, is registered, or works"),
)
def in_one_of_three_places(facts, values):
    """户籍地、常住地或求职就业地在本区
    Household, residence or work place is here
    """
    return facts.household_here | facts.residence_here | facts.job_here


@rule(
    "E1",
    title=Z("参保职工", "Insured employee"),
    failed=Z("取证当日未参保", "Not insured on the day"),
    remedy=Z("社会保险经办机构补正参保记录", "A corrected insurance record"),
)
def insured_on_the_day(facts, values):
    """取证当日为参保职工
    Insured on the day
    """
    return facts.insured == True  # noqa: E712


@rule(
    "E1",
    title=Z("参保时间", "Months insured"),
    failed=Z(
        "累计参保{insured_months}个月，不足{min_months}个月",
        "Insured {insured_months} of {min_months} months",
    ),
    remedy=Z(
        "参保满{min_months}个月后取得的证书可以申领", "A certificate earned after {min_months} months insured"
    ),
    values={"min_months": "个月"},
)
def insured_long_enough(facts, values):
    """累计参保{insured_months}个月，已满{min_months}个月
    Insured {insured_months} months, at least {min_months}
    """
    return facts.insured_months >= values.min_months


@rule(
    "G1",
    title=Z("取得证书", "Certificate"),
    failed=Z(
        "没有有效的补贴证书（{certificate_kind}）",
        "No valid certificate of an accepted kind ({certificate_kind})",
    ),
    remedy=Z(
        "取得列明种类的证书；证书被撤销的，先恢复证书",
        "Earn a listed certificate; a revoked one must be restored",
    ),
    values={"accepted_kinds": "证书种类"},
)
def certificate_of_an_accepted_kind(facts, values):
    """已取得{certificate_kind}，未撤销
    Holds a {certificate_kind}, not revoked
    """
    return facts.certificate_kind.is_in(values.accepted_kinds) & (facts.certificate_revoked == False)  # noqa: E712


@rule(
    "J4",
    title=Z("证书核验", "Certificate verified"),
    failed=Z("证书未通过核验", "The certificate could not be verified"),
    remedy=Z("由发证机构确认证书后重新核验", "Confirmation from the issuing body"),
)
def certificate_verified_before_pay(facts, values):
    """证书已核验
    The certificate was verified
    """
    return facts.certificate_verified == True  # noqa: E712


@rule(
    "G1",
    title=Z("证书与培训一致", "Certificate of this class"),
    failed=Z(
        "证书（{certificate_occupation_code} {certificate_level}）"
        "与培训（{class_occupation_code} {class_level}）不一致",
        "The certificate ({certificate_occupation_code} {certificate_level}) is not that of the class "
        "({class_occupation_code} {class_level})",
    ),
    remedy=Z("提供本次培训职业和等级的证书", "The certificate of the occupation and level that was taught"),
)
def certificate_of_the_class_taken(facts, values):
    """证书的职业和等级与培训一致
    The certificate is of the occupation and level that was taught
    """
    return (facts.certificate_occupation_code == facts.class_occupation_code) & (
        (facts.certificate_level == facts.class_level) | (facts.certificate_level == 0)
    )


@rule(
    "G1",
    title=Z("培训后取证", "Certified after training"),
    failed=Z(
        "发证日期{certificate_issued_on}早于开班日期{class_started_on}",
        "Certified {certificate_issued_on}, before the class began {class_started_on}",
    ),
    remedy=Z("提供参加本次培训后取得的证书", "A certificate earned after this class"),
)
def certified_after_training(facts, values):
    """{class_started_on}开班，{certificate_issued_on}发证
    Class began {class_started_on}, certified {certificate_issued_on}
    """
    return facts.certificate_issued_on >= facts.class_started_on


@rule(
    "C1",
    title=Z("培训机构", "Provider"),
    failed=Z("培训机构当日不在认定名单或协议已失效", "The provider was not recognised on the day"),
    remedy=Z("核对机构认定和协议的起止日期", "Check the dates of recognition and contract"),
)
def provider_recognised_on_the_day(facts, values):
    """培训机构当日已认定
    The provider was recognised on the day
    """
    return facts.provider_recognised == True  # noqa: E712


@rule(
    "C3",
    title=Z("协议范围", "Contract scope"),
    failed=Z("职业（工种）和等级不在机构的协议范围", "Occupation and level lie outside the contract"),
    remedy=Z("核对协议列明的职业（工种）和等级", "Check the occupations and levels of the contract"),
)
def occupation_within_contract(facts, values):
    """职业（工种）和等级在机构的协议范围内
    Occupation and level lie within the contract
    """
    return facts.occupation_in_scope == True  # noqa: E712


@rule(
    "C3",
    title=Z("开班核准", "Class approved"),
    failed=Z("开班备案未核准", "The class was not approved"),
    remedy=Z("开班备案核准后再申领", "Claim once the class is approved"),
)
def class_approved_beforehand(facts, values):
    """开班备案已核准
    The class was approved
    """
    return facts.class_approved == True  # noqa: E712


@rule(
    "G5",
    title=Z("先垫后补", "Payer first"),
    failed=Z(
        "培训费由{paid_first_by}垫付，应由垫付的一方申领",
        "The fee was paid by {paid_first_by}, who should claim",
    ),
    remedy=Z("由先行垫付的一方申领，或提供垫付凭证", "The payer claims, or shows proof of payment"),
)
def provider_paid_first(facts, values):
    """培训费由{paid_first_by}垫付
    The fee was paid by {paid_first_by}
    """
    return facts.paid_first_by == "provider"


@rule(
    "E7",
    title=Z("出勤率", "Attendance"),
    failed=Z(
        "实到{hours_attended}学时，计划{hours_planned}学时，不足{min_percent}%",
        "Attended {hours_attended} of {hours_planned} hours, under {min_percent} %",
    ),
    remedy=Z("补录遗漏的考勤，或补课后重新核算", "Add missing attendance, or make up the hours"),
    values={"min_percent": "%"},
)
def attended_enough(facts, values):
    """实到{hours_attended}学时，计划{hours_planned}学时，达到{min_percent}%
    Attended {hours_attended} of {hours_planned} hours, at least {min_percent} %
    """
    return facts.hours_attended * 100 >= facts.hours_planned * values.min_percent


@rule(
    "E7",
    title=Z("全班每天的出勤率", "Attendance of the class on each day"),
    failed=Z(
        "全班有{short_days}天出勤率不够，最低的{lowest_day_on}为{lowest_day_percent}%，该班课时不计"
        "（规定：{attendance_rule}）",
        "The class fell short on {short_days} days, lowest on {lowest_day_on} with {lowest_day_percent} %; "
        "none of its hours count (rule: {attendance_rule})",
    ),
    remedy=Z("补录遗漏的考勤，或补课后重新核算", "Add missing attendance, or make up the hours"),
    tells=("lowest_day_on", "lowest_day_percent", "attendance_rule"),
)
def class_there_each_day(facts, values):
    """全班没有一天出勤率不够（规定：{attendance_rule}）
    On no day did the class fall short (rule: {attendance_rule})
    """
    return facts.short_days == 0


@rule(
    "E7",
    title=Z("到课依据", "Evidence of presence"),
    failed=Z(
        "实到{hours_attended}学时，其中{hours_unproven}学时依据不足不计入，其余不足计划{hours_planned}学时的"
        "{min_percent}%（规定：{attendance_rule}）",
        "Of {hours_attended} hours attended {hours_unproven} are poorly proven and do not count; the rest is "
        "under {min_percent} % of {hours_planned} (rule: {attendance_rule})",
    ),
    remedy=Z("补交签名表等到课依据，核实后例外批准", "Hand in signed sheets; an exception may be approved"),
    waivable=True,
    values={"min_percent": "%"},
    tells=("attendance_rule",),
)
def presence_proven(facts, values):
    """实到{hours_attended}学时，其中依据不足不计入的{hours_unproven}学时（规定：{attendance_rule}）
    Of {hours_attended} hours attended {hours_unproven} are too poorly proven to count (rule: {attendance_rule})
    """
    return (facts.hours_unproven == 0) | (
        (facts.hours_attended - facts.hours_unproven) * 100 >= facts.hours_planned * values.min_percent
    )
