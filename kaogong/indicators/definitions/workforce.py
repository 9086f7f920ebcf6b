"""Figures of the whole workforce, which other bodies publish."""

from kaogong.indicators.measures import ratio, stated
from kaogong.indicators.register import indicator


@indicator("workforce.employed", name="就业人员总量", unit="人", time="stock", clauses=("001:27", "D1"))
def employed():
    """期末就业人员总数，由统计部门公布。"""
    return stated()


@indicator(
    "workforce.skilled_share_of_employed",
    name="技能劳动者占就业人员比例",
    unit="%",
    time="stock",
    clauses=("001:27", "D1"),
)
def skilled_share_of_employed():
    """技能劳动者数占就业人员总量的比例，分子分母都由劳动力调查公布。"""
    return ratio("workforce.skilled", "workforce.employed")


@indicator("workforce.industrial", name="产业工人数", unit="人", time="stock", clauses=("002:49", "D2"))
def industrial():
    """期末产业工人总数，由工会统计公布。"""
    return stated()


@indicator(
    "enterprise.eligible", name="符合条件的规模以上企业数", unit="家", time="stock", clauses=("002:83", "D4")
)
def eligible():
    """符合技能人才自主评价条件的规模以上企业数，按拉单列表统计。"""
    return stated()


@indicator(
    "enterprise.self_assessing",
    name="开展自主评价的规模以上企业数",
    unit="家",
    time="stock",
    clauses=("002:83", "D4"),
    part_of="enterprise.eligible",
)
def self_assessing():
    """已经备案开展技能人才自主评价的规模以上企业数。"""
    return stated()


@indicator(
    "enterprise.self_assessing_share",
    name="规模以上企业自主评价覆盖率",
    unit="%",
    time="stock",
    clauses=("002:83", "D4"),
)
def self_assessing_share():
    """开展自主评价的规模以上企业占符合条件企业的比例。"""
    return ratio("enterprise.self_assessing", "enterprise.eligible")


@indicator(
    "base.training", name="高技能人才培训基地数", unit="个", time="stock", clauses=("004:9", "D8", "M5")
)
def bases():
    """期末高技能人才培训基地数，等于国家级、省级、市级之和。"""
    return stated()


@indicator("project.talent_works", name="重点人才工程数", unit="个", time="stock", clauses=("004:14", "D8"))
def talent_works():
    """规划提出并已经启动的重点人才工程数。"""
    return stated()


@indicator("project.talent_platforms", name="重点平台数", unit="个", time="stock", clauses=("004:14", "D8"))
def talent_platforms():
    """规划提出并已经启动的重点平台建设数。"""
    return stated()


@indicator(
    "project.rewarded_occupations",
    name="列入企业奖补的新旧动能转换职业（工种）数",
    unit="个",
    time="stock",
    clauses=("000:36", "D8"),
)
def rewarded_occupations():
    """期末选定的与新旧动能转换紧密相关、按培训给予企业奖补的职业（工种）数，由责任单位按公布的名单申报。"""
    return stated()


@indicator(
    "school.rewarded_majors",
    name="列入院校奖补的技工紧缺专业数",
    unit="个",
    time="stock",
    clauses=("000:36", "D8"),
)
def rewarded_majors():
    """期末选定的新旧动能转换技工紧缺专业数，由责任单位按公布的名单申报。"""
    return stated()
