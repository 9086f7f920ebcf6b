"""Certificates issued."""

from kaogong.indicators.facts import LEVELS_HIGH
from kaogong.indicators.measures import count, persons, share
from kaogong.indicators.register import indicator

SKILL = ("qualification", "skill_level")
PERMITS = ("special_operation", "special_equipment")


@indicator("certificate.issued", name="发放证书数", unit="本", fact="certificate", clauses=("001:73", "J1"))
def issued(t):
    """统计期内发放、现在仍然有效的各类证书数；后来撤销或作废的不算。"""
    return count(t.stands)


@indicator(
    "certificate.persons",
    name="取得证书人数",
    unit="人",
    fact="certificate",
    clauses=("J1", "P1"),
    persons_of="certificate.issued",
)
def holders(t):
    """统计期内取得证书的人数，同一人取得几本只计一人。"""
    return persons(t.stands)


@indicator(
    "certificate.skill",
    name="新增职业资格和技能等级证书数",
    unit="本",
    fact="certificate",
    clauses=("002:83", "003:15", "D4", "D6"),
    part_of="certificate.issued",
)
def skill(t):
    """统计期内发放、现在仍然有效的职业资格证书和职业技能等级证书数。“人次”即证书数。"""
    return count(t.stands & t.kind.isin(SKILL))


@indicator(
    "certificate.skill_persons",
    name="新增取得职业资格和技能等级证书人数",
    unit="人",
    fact="certificate",
    clauses=("002:83", "D4", "P1"),
    part_of="certificate.persons",
    persons_of="certificate.skill",
)
def skill_holders(t):
    """统计期内取得职业资格证书或职业技能等级证书的人数，同一人只计一次。"""
    return persons(t.stands & t.kind.isin(SKILL))


@indicator(
    "certificate.high",
    name="新增高级工以上证书数",
    unit="本",
    fact="certificate",
    clauses=("002:83", "003:15", "D4", "D6"),
    part_of="certificate.skill",
)
def high(t):
    """新增职业资格和技能等级证书中，高级工、技师、高级技师及以上的。“人次”即证书数。"""
    return count(t.stands & t.high & t.kind.isin(SKILL))


@indicator(
    "certificate.high_new",
    name="新增高技能人才",
    unit="人",
    fact="certificate",
    clauses=("002:49", "D2"),
    part_of="certificate.high",
    persons_of="certificate.high",
)
def high_new(t):
    """统计期内首次取得高级工以上证书的人数；以前已有高级工以上证书的再取证不算。"""
    return count(t.stands & t.high & t.kind.isin(SKILL) & t.steps_from.notin(LEVELS_HIGH))


@indicator(
    "certificate.high_share",
    name="高级工以上证书占比",
    unit="%",
    fact="certificate",
    clauses=("002:143", "003:15", "N6"),
)
def high_share(t):
    """高级工以上证书占新增职业资格和技能等级证书的比例。"""
    graded = t.stands & t.kind.isin(SKILL)
    return share(count(graded & t.high), count(graded))


@indicator(
    "certificate.raised",
    name="晋升等级人次",
    unit="人次",
    fact="certificate",
    clauses=("002:53", "K3"),
    part_of="certificate.skill",
)
def raised(t):
    """新取得的证书等级高于本人此前最高等级的次数，首次取证不算。"""
    rank = {"5": 1, "4": 2, "3": 3, "2": 4, "1": 5, "T": 6, "S": 7}
    now = t.level.cases(*rank.items(), else_=0)
    before = t.steps_from.cases(*rank.items(), else_=0)
    return count(t.stands & t.kind.isin(SKILL) & (before > 0) & (now > before))


@indicator(
    "certificate.special_ability",
    name="专项职业能力证书数",
    unit="本",
    fact="certificate",
    clauses=("001:73", "I1"),
    part_of="certificate.issued",
)
def special_ability(t):
    """统计期内发放、现在仍然有效的专项职业能力证书数。"""
    return count(t.stands & (t.kind == "special_ability"))


@indicator(
    "certificate.permits",
    name="特种作业和特种设备操作证数",
    unit="本",
    fact="certificate",
    clauses=("001:51", "G9"),
    part_of="certificate.issued",
)
def permits(t):
    """统计期内发放、现在仍然有效的特种作业操作证书和特种设备作业人员操作证数。"""
    return count(t.stands & t.kind.isin(PERMITS))


@indicator(
    "certificate.completion",
    name="培训合格证书数",
    unit="本",
    fact="certificate",
    clauses=("001:73", "G1"),
    part_of="certificate.issued",
)
def completion(t):
    """统计期内发放、现在仍然有效的培训合格证书数。"""
    return count(t.stands & (t.kind == "training_completion"))


@indicator("certificate.void", name="已失效证书数", unit="本", fact="certificate", clauses=("000:28", "J1"))
def void(t):
    """统计期内发放、后来撤销或作废的证书数，按发证日期归期。"""
    return count(~t.stands)
