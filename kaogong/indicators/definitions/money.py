"""Money paid."""

from kaogong.indicators.measures import count, different, per, persons, ratio, stated, total
from kaogong.indicators.register import indicator

ENTERPRISE = ("enterprise", "employer")


@indicator(
    "money.paid", name="补贴资金支出", unit="元", fact="payment", clauses=("001:81", "003:23", "D7", "H4")
)
def paid(t):
    """统计期内支付的补贴资金，减去统计期内退回和追回的。"""
    return total(t.amount_fen, t.amount_fen != 0)


@indicator("money.went_out", name="补贴资金支付额", unit="元", fact="payment", clauses=("H4",))
def went_out(t):
    """统计期内支付出去的补贴资金，不减退回的。"""
    return total(t.amount_fen, t.amount_fen > 0)


@indicator(
    "money.came_back", name="退回和追回金额", unit="元", fact="payment", clauses=("001:77", "O1"), part_of=""
)
def came_back(t):
    """统计期内银行退回和追回的补贴资金，以正数表示。"""
    return total(-t.amount_fen, t.amount_fen < 0)


@indicator("money.payments", name="支付笔数", unit="笔", fact="payment", clauses=("H1",))
def payments(t):
    """统计期内支付的笔数；一笔由几级资金共同负担的，每级各算一笔。"""
    return count(t.amount_fen > 0)


@indicator(
    "money.persons_paid",
    name="直接领取补贴人数",
    unit="人",
    fact="payment",
    clauses=("001:73",),
    persons_of="money.payments",
)
def persons_paid(t):
    """补贴直接付给本人的人数，同一人只计一次。"""
    return persons(t.amount_fen > 0)


@indicator(
    "money.work_training", name="以工代训补贴支出", unit="元", fact="payment", clauses=("003:23", "D7")
)
def work_training(t):
    """统计期内支付的以工代训补贴，减去退回和追回的。"""
    return total(t.amount_fen, t.programme == "work_training")


@indicator(
    "money.work_training_firms",
    name="领取以工代训补贴企业数",
    unit="家",
    fact="payment",
    clauses=("003:23", "D7"),
)
def work_training_firms(t):
    """统计期内领到以工代训补贴的企业数，同一企业只计一次。"""
    return different("provider", (t.amount_fen > 0) & (t.programme == "work_training") & (t.provider != ""))


@indicator("money.payees", name="领取补贴机构数", unit="家", fact="payment", clauses=("000:16", "C1"))
def payees(t):
    """统计期内领到补贴的企业和培训机构数，同一机构只计一次。"""
    return different("provider", (t.amount_fen > 0) & (t.provider != ""))


@indicator(
    "money.masters_funded", name="技能大师培养资助人数", unit="人", fact="payment", clauses=("000:38", "D8")
)
def masters_funded(t):
    """领到技能大师培养资助的人数，同一人只计一次。"""
    return persons((t.amount_fen > 0) & (t.programme == "master_training_grant"))


@indicator("money.per_person_time", name="人次均补贴支出", unit="元", clauses=("003:23", "D7"))
def per_person_time():
    """补贴资金支出除以同期培训人次；支付晚于结业，短期内两者不是同一批人。"""
    return per("money.paid", "training.person_times")


@indicator("money.budget", name="补贴资金预算", unit="元", clauses=("001:81", "H4"))
def budget():
    """本级安排和上级下达的补贴资金预算，由财政部门公布。"""
    return stated()


@indicator("money.execution_share", name="预算资金执行率", unit="%", clauses=("001:81", "003:73", "H4"))
def execution_share():
    """补贴资金支出占补贴资金预算的比例。"""
    return ratio("money.paid", "money.budget")


@indicator("money.education_surcharge", name="地方教育附加收入", unit="元", clauses=("000:44", "H3"))
def education_surcharge():
    """当年地方教育附加收入，由财政部门公布。"""
    return stated()


@indicator(
    "money.surcharge_for_vocation",
    name="地方教育附加用于职业教育金额",
    unit="元",
    clauses=("000:44", "H3"),
    part_of="money.education_surcharge",
)
def surcharge_for_vocation():
    """当年地方教育附加用于职业教育（含技工教育）的金额，由财政部门公布。"""
    return stated()


@indicator("money.surcharge_share", name="地方教育附加用于职业教育比例", unit="%", clauses=("000:44", "H3"))
def surcharge_share():
    """地方教育附加中用于职业教育（含技工教育）的比例。"""
    return ratio("money.surcharge_for_vocation", "money.education_surcharge")
