"""The ways to reach a sum. One expression each over facts and values; money in fen, hours in hundredths."""

from kaogong.rules.amounts import amount, half_up
from kaogong.rules.registry import Say

Z = Say


@amount(
    "元/人",
    title=Z("按证书种类和等级定额", "fixed by certificate kind and level"),
    lacking=Z("{certificate_kind} {certificate_level}", "{certificate_kind}, {certificate_level}"),
)
def rate_table(facts, values):
    """{certificate_kind} {certificate_level}{special}：{fen} 元/人{mark}
    {certificate_kind}, {certificate_level}{special}: {fen} yuan{mark}
    """
    return values.rate.look_up(
        facts.certificate_kind, facts.certificate_level, facts.certificate_occupation_code
    )


@amount(
    "元/人",
    title=Z("按证书种类、等级和是否紧缺定额", "fixed by certificate kind, level and shortage"),
    lacking=Z("{certificate_kind} {certificate_level}", "{certificate_kind}, {certificate_level}"),
)
def rate_table_by_shortage(facts, values):
    """{certificate_kind} {certificate_level}{special}：{fen} 元/人{mark}
    {certificate_kind}, {certificate_level}{special}: {fen} yuan{mark}
    """
    return values.rate.look_up(
        facts.certificate_kind,
        facts.certificate_level,
        facts.certificate_occupation_code,
        facts.occupation_in_shortage,
    )


@amount(
    "元/人·年",
    title=Z("按证书种类、等级和年数", "by certificate kind, level and years"),
    lacking=Z(
        "{certificate_kind} {certificate_level} 每年", "{certificate_kind}, {certificate_level}, a year"
    ),
)
def rate_table_per_year(facts, values):
    """{certificate_kind} {certificate_level}{special}，{months} 个月按年标准{mark} = {fen} 元
    {certificate_kind}, {certificate_level}{special}, {months} months at the yearly rate{mark} = {fen} yuan
    """
    return half_up(
        facts.months
        * values.rate.look_up(
            facts.certificate_kind, facts.certificate_level, facts.certificate_occupation_code
        ),
        12,
    )


@amount(
    "元/人·年",
    title=Z("按班级所取证书、等级和年数", "by the class's certificate, level and years"),
    lacking=Z(
        "{class_certificate_kind} {class_level} 每年", "{class_certificate_kind}, {class_level}, a year"
    ),
)
def class_rate_per_year(facts, values):
    """{class_certificate_kind} {class_level}，{months} 个月按年标准{mark} = {fen} 元
    {class_certificate_kind}, {class_level}, {months} months at the yearly rate{mark} = {fen} yuan
    """
    return half_up(
        facts.months
        * values.rate.look_up(facts.class_certificate_kind, facts.class_level, facts.class_occupation_code),
        12,
    )


@amount("元/项", title=Z("定额", "a fixed sum"), lacking=Z("定额", "the fixed sum"))
def fixed(facts, values):
    """定额 {rate} 元{mark}
    a fixed {rate} yuan{mark}
    """
    return values.rate + 0


@amount("元/学时", title=Z("按实到学时", "per attended hour"), lacking=Z("每学时标准", "rate per hour"))
def per_hour(facts, values):
    """{hours_attended} 学时 × {rate} 元/学时{mark} = {fen} 元
    {hours_attended} hours × {rate} yuan{mark} = {fen} yuan
    """
    return half_up(facts.hours_attended * values.rate, 100)


@amount("元/学时", title=Z("按计入学时", "per hour that counts"), lacking=Z("每学时标准", "rate per hour"))
def per_counted_hour(facts, values):
    """{hours_counted} 学时 × {rate} 元/学时{mark} = {fen} 元
    {hours_counted} hours × {rate} yuan{mark} = {fen} yuan
    """
    return half_up(facts.hours_counted * values.rate, 100)


@amount(
    "元/学时",
    title=Z("线上线下结合：线上学时折算", "blended: online hours count in part"),
    lacking=Z("每学时标准", "rate per hour"),
    values={"online_percent": "%"},
)
def per_hour_blended(facts, values):
    """（线下 {hours_in_person} + 线上 {hours_online} × {online_percent}%）学时 × {rate} 元/学时{mark} = {fen} 元
    ({hours_in_person} in person + {hours_online} online × {online_percent} %) hours × {rate} yuan{mark} = {fen} yuan
    """
    return half_up(
        (facts.hours_in_person * 100 + facts.hours_online * values.online_percent) * values.rate, 10000
    )


@amount("元/学时", title=Z("按线上学时", "per hour online"), lacking=Z("每学时标准", "rate per hour"))
def per_online_hour(facts, values):
    """线上 {hours_online} 学时 × {rate} 元/学时{mark} = {fen} 元
    {hours_online} hours online × {rate} yuan{mark} = {fen} yuan
    """
    return half_up(facts.hours_online * values.rate, 100)


@amount("元/天", title=Z("按实到天数", "per attended day"), lacking=Z("每天标准", "rate per day"))
def per_day(facts, values):
    """{days_attended} 天 × {rate} 元/天{mark} = {fen} 元
    {days_attended} days × {rate} yuan{mark} = {fen} yuan
    """
    return half_up(facts.days_attended * values.rate, 100)


@amount("元/月", title=Z("按月", "per month"), lacking=Z("每月标准", "rate per month"))
def per_month(facts, values):
    """{months} 个月 × {rate} 元/月{mark} = {fen} 元
    {months} months × {rate} yuan{mark} = {fen} yuan
    """
    return facts.months * values.rate


@amount("元/年", title=Z("按年（月数折算）", "per year, by months"), lacking=Z("每年标准", "rate per year"))
def per_year(facts, values):
    """{months} 个月 ÷ 12 × {rate} 元/年{mark} = {fen} 元
    {months} months ÷ 12 × {rate} yuan a year{mark} = {fen} yuan
    """
    return half_up(facts.months * values.rate, 12)


@amount("元/人次", title=Z("按人数", "per head"), lacking=Z("每人标准", "rate per head"))
def per_head(facts, values):
    """{heads} 人 × {rate} 元/人{mark} = {fen} 元
    {heads} people × {rate} yuan{mark} = {fen} yuan
    """
    return facts.heads * values.rate


@amount(
    "元/人·月",
    title=Z("按人数和月数", "per head and month"),
    lacking=Z("每人每月标准", "rate per head and month"),
)
def per_head_month(facts, values):
    """{heads} 人 × {months} 个月 × {rate} 元/人·月{mark} = {fen} 元
    {heads} people × {months} months × {rate} yuan{mark} = {fen} yuan
    """
    return facts.heads * facts.months * values.rate


@amount("元/级别", title=Z("按级别定额", "fixed by tier"), lacking=Z("{tier}标准", "rate for {tier}"))
def by_tier(facts, values):
    """{tier}：{fen} 元{mark}
    {tier}: {fen} yuan{mark}
    """
    return values.rate.look_up(facts.tier)


@amount("元/分段", title=Z("按得分分段定额", "fixed by score"), lacking=Z("得分标准", "rate for the score"))
def by_score(facts, values):
    """得 {score} 分：{fen} 元{mark}
    {score} points: {fen} yuan{mark}
    """
    return values.rate.look_up(facts.score)


@amount("%", title=Z("年度薪酬的比例", "a share of the year's pay"), lacking=Z("比例", "the share"))
def percent_of_pay(facts, values):
    """{annual_pay_fen} 元 × {rate}%{mark} = {fen} 元
    {annual_pay_fen} yuan × {rate} %{mark} = {fen} yuan
    """
    return half_up(facts.annual_pay_fen * values.rate, 100)


@amount("%", title=Z("实际支出的比例", "a share of the cost"), lacking=Z("比例", "the share"))
def percent_of_cost(facts, values):
    """{cost_fen} 元 × {rate}%{mark} = {fen} 元
    {cost_fen} yuan × {rate} %{mark} = {fen} yuan
    """
    return half_up(facts.cost_fen * values.rate, 100)


@amount(
    "%",
    title=Z("基准的比例，按月", "a share of a base value, per month"),
    lacking=Z("基准", "the base value"),
    values={"base": "元/月"},
)
def share_of_base(facts, values):
    """{months} 个月 × {base} 元/月 × {rate}%{mark} = {fen} 元
    {months} months × {base} yuan × {rate} %{mark} = {fen} yuan
    """
    return half_up(facts.months * values.base * values.rate, 100)


@amount(
    "元/项",
    title=Z("核定金额，不超过最高额", "the approved sum, up to a ceiling"),
    lacking=Z("最高额", "the ceiling"),
)
def approved_up_to(facts, values):
    """核定 {approved_fen} 元，最高 {rate} 元{mark}：{fen} 元
    approved {approved_fen} yuan, at most {rate} yuan{mark}: {fen} yuan
    """
    return facts.approved_fen.least(values.rate)


@amount(
    "元/级别",
    title=Z("在上级补助之外另给", "a top-up on the upper level's grant"),
    lacking=Z("{tier}标准", "rate for {tier}"),
)
def top_up(facts, values):
    """已获{tier}补助 {upper_grant_fen} 元，另给 {fen} 元{mark}
    {tier} grant of {upper_grant_fen} yuan received; {fen} yuan on top{mark}
    """
    return values.rate.look_up(facts.tier) + facts.upper_grant_fen * 0
