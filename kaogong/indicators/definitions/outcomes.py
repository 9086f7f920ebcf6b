"""What became of people after training."""

from kaogong.indicators.measures import count, persons, share
from kaogong.indicators.register import indicator


@indicator("outcome.due", name="应回访人次", unit="人次", fact="outcome", clauses=("003:67", "E14"))
def due(t):
    """统计期内到期应回访的人次。"""
    return count(t.due_on.notnull())


@indicator(
    "outcome.settled",
    name="已核实去向人次",
    unit="人次",
    fact="outcome",
    clauses=("E14",),
    part_of="outcome.due",
)
def settled(t):
    """到期应回访的人次中，就业去向已经核实的。"""
    return count(t.settled)


@indicator(
    "outcome.employed_persons", name="培训后就业人数", unit="人", fact="outcome", clauses=("003:67", "E14")
)
def employed_persons(t):
    """核实已就业的人数，同一人几次回访只计一次。"""
    return persons(t.settled & t.employed)


@indicator("outcome.settled_share", name="回访核实率", unit="%", fact="outcome", clauses=("E14",))
def settled_share(t):
    """已核实去向人次占应回访人次的比例。"""
    return share(count(t.settled), count(t.due_on.notnull()))


@indicator("outcome.employed_share", name="培训后就业率", unit="%", fact="outcome", clauses=("003:67", "E14"))
def employed_share(t):
    """已核实去向的人次中已就业的比例；还没有核实的不算作未就业。"""
    return share(count(t.settled & t.employed), count(t.settled))


@indicator(
    "outcome.employed_share_six_months",
    name="结业六个月就业率",
    unit="%",
    fact="outcome",
    clauses=("003:67", "E14"),
)
def employed_share_six_months(t):
    """结业满六个月的回访中，已核实去向的人次里已就业的比例。"""
    return share(count(t.settled & t.employed & (t.months == 6)), count(t.settled & (t.months == 6)))
