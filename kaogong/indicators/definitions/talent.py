"""Skilled people there are, at the end of a period."""

from kaogong.indicators.facts import CERTIFICATE, LEVELS_HIGH, LEVELS_SKILLED
from kaogong.indicators.measures import less, persons, ratio, share, stated
from kaogong.indicators.register import indicator

GRADED = ("qualification", "skill_level")
STOCK = {"unit": "人", "fact": "certificate", "time": "stock"}
# Somebody's highest level is looked for inside a cell, so cells of one level have none.
BY_HIGHEST = {
    **STOCK,
    "dimensions": tuple(
        name for name in CERTIFICATE.dimensions if name not in ("level", "steps_from", "kind")
    ),
}


def _reached(t, levels):
    """People who hold a standing certificate of one of the levels."""
    return persons(t.stands & t.kind.isin(GRADED) & t.level.isin(levels))


@indicator("talent.skilled", name="技能人才总量", clauses=("004:9", "L2"), **STOCK)
def skilled(t):
    """期末持有有效的职业资格证书或职业技能等级证书（初级工以上）的人数，同一人只计一次。"""
    return _reached(t, LEVELS_SKILLED)


@indicator(
    "talent.high",
    name="高技能人才总量",
    clauses=("003:15", "004:9", "D6", "L2"),
    part_of="talent.skilled",
    **STOCK,
)
def high(t):
    """期末持有有效的高级工以上证书的人数，同一人只计一次。"""
    return _reached(t, LEVELS_HIGH)


@indicator(
    "talent.junior",
    name="初级工、中级工人数",
    clauses=("004:9", "L2"),
    part_of="talent.skilled",
    **BY_HIGHEST,
)
def junior(t):
    """期末最高等级是初级工或中级工的人数。"""
    return less(_reached(t, LEVELS_SKILLED), _reached(t, LEVELS_HIGH))


@indicator("talent.senior", name="高级工人数", clauses=("004:9", "L2"), part_of="talent.high", **BY_HIGHEST)
def senior(t):
    """期末最高等级是高级工的人数。"""
    return less(_reached(t, LEVELS_HIGH), _reached(t, LEVELS_HIGH[1:]))


@indicator("talent.technician", name="技师人数", clauses=("004:9", "L2"), part_of="talent.high", **BY_HIGHEST)
def technician(t):
    """期末最高等级是技师的人数。"""
    return less(_reached(t, LEVELS_HIGH[1:]), _reached(t, LEVELS_HIGH[2:]))


@indicator(
    "talent.senior_technician",
    name="高级技师以上人数",
    clauses=("000:42", "004:9", "L2", "I7"),
    part_of="talent.high",
    **STOCK,
)
def senior_technician(t):
    """期末最高等级是高级技师、特级技师或首席技师的人数。"""
    return _reached(t, LEVELS_HIGH[2:])


@indicator(
    "talent.high_share_of_skilled",
    name="高技能人才占技能人才比例",
    unit="%",
    fact="certificate",
    time="stock",
    clauses=("002:49", "004:9", "D2", "L2"),
)
def high_share_of_skilled(t):
    """期末高技能人才人数占技能人才人数的比例；分母是持证的技能人才，不是技能劳动者。"""
    return share(_reached(t, LEVELS_HIGH), _reached(t, LEVELS_SKILLED))


@indicator("workforce.skilled", name="技能劳动者数", unit="人", time="stock", clauses=("001:27", "D1"))
def skilled_workers():
    """就业人员中的技能劳动者总数，由劳动力调查公布。"""
    return stated()


@indicator(
    "talent.high_share_of_skilled_workers",
    name="高技能人才占技能劳动者比例",
    unit="%",
    time="stock",
    clauses=("001:27", "D1"),
)
def high_share_of_skilled_workers():
    """期末高技能人才人数占技能劳动者数的比例；分母由劳动力调查公布，不是本系统的技能人才数。"""
    return ratio("talent.high", "workforce.skilled")


@indicator(
    "talent.skilled_share_of_industrial",
    name="技能人才占产业工人比例",
    unit="%",
    time="stock",
    clauses=("002:49", "D2"),
)
def skilled_share_of_industrial():
    """期末技能人才人数占产业工人数的比例；分母由工会统计公布。"""
    return ratio("talent.skilled", "workforce.industrial")


@indicator("talent.honour_quota", name="评选表彰总名额", unit="个", clauses=("000:42", "003:59", "L15"))
def honour_quota():
    """各级各类评选表彰活动的名额总数，由评选表彰主管部门公布。"""
    return stated()


@indicator(
    "talent.honour_quota_skilled",
    name="评选表彰中高技能人才名额",
    unit="个",
    clauses=("000:42", "003:59", "L15"),
    part_of="talent.honour_quota",
)
def honour_quota_skilled():
    """评选表彰名额中分配给高技能人才的，由评选表彰主管部门公布。"""
    return stated()


@indicator(
    "talent.honour_share", name="高技能人才评选表彰名额比例", unit="%", clauses=("000:42", "003:59", "L15")
)
def honour_share():
    """评选表彰名额中高技能人才所占的比例。"""
    return ratio("talent.honour_quota_skilled", "talent.honour_quota")
