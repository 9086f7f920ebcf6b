"""Training in all: person-times, people, what became of them."""

from kaogong.indicators.measures import count, each, persons, share, total
from kaogong.indicators.register import indicator


@indicator(
    "training.person_times",
    name="补贴性职业技能培训人次",
    unit="人次",
    fact="training",
    clauses=("001:27", "002:63", "003:15", "003:23", "D1", "D3", "D6", "D7"),
)
def person_times(t):
    """结业日期在统计期内的补贴性职业技能培训人次：班级已批准且未取消、报名有效；同一人参加两期计两人次；各部门举办的都计入；已办结业的另见“结业人次”。"""
    return count(t.counted)


@indicator(
    "training.persons",
    name="补贴性职业技能培训人数",
    unit="人",
    fact="training",
    clauses=("001:87", "P1"),
    persons_of="training.person_times",
)
def people(t):
    """结业日期在统计期内的补贴性职业技能培训人数：同一人参加几期只计一人，合并过的档案算一人。"""
    return persons(t.counted)


@indicator(
    "training.enrolled", name="开班人次", unit="人次", fact="training", on="starts_on", clauses=("P1",)
)
def enrolled(t):
    """统计期内开班的培训人次，按开班日期计。"""
    return count(t.counted)


@indicator(
    "training.finished",
    name="结业人次",
    unit="人次",
    fact="training",
    clauses=("P1",),
    part_of="training.person_times",
)
def finished(t):
    """计入统计的培训人次中，已经结业的。"""
    return count(t.counted & t.finished)


@indicator(
    "training.passed",
    name="考核合格人次",
    unit="人次",
    fact="training",
    clauses=("000:20", "E6"),
    part_of="training.person_times",
)
def passed(t):
    """计入统计的培训人次中，考核合格的。"""
    return count(t.counted & t.passed)


@indicator(
    "training.certified",
    name="培训后取证人次",
    unit="人次",
    fact="training",
    clauses=("000:20", "001:73", "E6", "G1"),
    part_of="training.person_times",
)
def certified(t):
    """计入统计的培训人次中，由这次培训取得证书的。"""
    return count(t.counted & t.certified)


@indicator(
    "training.certified_persons",
    name="培训后取证人数",
    unit="人",
    fact="training",
    clauses=("P1",),
    part_of="training.persons",
    persons_of="training.certified",
)
def certified_people(t):
    """由培训取得证书的人数，同一人只计一次。"""
    return persons(t.counted & t.certified)


@indicator("training.finish_share", name="结业率", unit="%", fact="training", clauses=("O5",))
def finish_share(t):
    """结业人次占计入统计的培训人次的比例。"""
    return share(count(t.counted & t.finished), count(t.counted))


@indicator("training.pass_share", name="考核合格率", unit="%", fact="training", clauses=("O5",))
def pass_share(t):
    """考核合格人次占结业人次的比例。"""
    return share(count(t.counted & t.finished & t.passed), count(t.counted & t.finished))


@indicator("training.certified_share", name="取证率", unit="%", fact="training", clauses=("000:20", "E6"))
def certified_share(t):
    """结业人次中取得证书的比例。"""
    return share(count(t.counted & t.finished & t.certified), count(t.counted & t.finished))


@indicator(
    "training.subsidised",
    name="享受补贴人次",
    unit="人次",
    fact="training",
    clauses=("001:73", "E6"),
    part_of="training.person_times",
)
def subsidised(t):
    """计入统计的培训人次中，补贴已经核定的。"""
    return count(t.counted & t.subsidised)


@indicator(
    "training.subsidised_persons",
    name="享受补贴人数",
    unit="人",
    fact="training",
    clauses=("001:73", "G2"),
    part_of="training.persons",
    persons_of="training.subsidised",
)
def subsidised_people(t):
    """享受培训补贴的人数，同一人只计一次。"""
    return persons(t.counted & t.subsidised)


@indicator("training.subsidy", name="核定补贴金额", unit="元", fact="training", clauses=("001:73", "D7"))
def subsidy(t):
    """计入统计的培训人次核定的补贴金额之和，按结业日期归期；实际支付见“资金支付”。"""
    return total(t.subsidy_fen, t.counted & t.subsidised)


@indicator(
    "training.subsidy_each", name="人次均核定补贴", unit="元", fact="training", clauses=("003:23", "D7")
)
def subsidy_each(t):
    """享受补贴的培训平均每人次核定的金额。"""
    return each(total(t.subsidy_fen, t.counted & t.subsidised), count(t.counted & t.subsidised))


@indicator("training.hours", name="实际培训学时", unit="学时", fact="training", clauses=("F1", "G6"))
def hours(t):
    """计入统计的培训人次实际参加的学时之和。"""
    return total(t.hours_attended, t.counted)


@indicator("training.attendance_share", name="出勤率", unit="%", fact="training", clauses=("O4",))
def attendance_share(t):
    """实际学时占计划学时的比例，只看已结业的。"""
    return share(
        total(t.hours_attended, t.counted & t.finished), total(t.hours_planned, t.counted & t.finished)
    )


@indicator(
    "training.online",
    name="线上培训人次",
    unit="人次",
    fact="training",
    clauses=("001:69", "003:27", "F3"),
    part_of="training.person_times",
)
def online(t):
    """计入统计的培训人次中，以线上方式举办的。"""
    return count(t.counted & t.online)


@indicator(
    "training.other_departments",
    name="其他部门培训人次",
    unit="人次",
    fact="training",
    clauses=("001:87", "P1"),
    part_of="training.person_times",
)
def other_departments(t):
    """由人力资源社会保障以外的部门举办并报送的补贴性培训人次，已与本部门数据核对去重。"""
    return count(t.counted & (t.origin == "department"))
