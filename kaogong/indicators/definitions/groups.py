"""Training of the groups the papers name."""

from kaogong.indicators.measures import count, persons, ratio, stated
from kaogong.indicators.register import indicator

FIVE_GROUPS = (
    "graduating_student",
    "poor_family_child",
    "school_leaver",
    "rural_transferred_worker",
    "registered_unemployed",
)
MIGRANTS = ("migrant_worker", "rural_transferred_worker")
ASSISTED = (
    "poverty_worker",
    "hard_to_employ",
    "zero_employment_family",
    "rural_school_leaver",
    "urban_low_income_family",
)
PART = {"unit": "人次", "fact": "training", "part_of": "training.person_times"}
PEOPLE = {"unit": "人", "fact": "training", "part_of": "training.persons"}


@indicator("training.migrant_person_times", name="农民工培训人次", clauses=("003:15", "D6"), **PART)
def migrants(t):
    """计入统计的培训人次中，参训时身份是农民工或农村转移就业劳动者的。"""
    return count(t.counted & t.group.isin(MIGRANTS))


@indicator("training.farmer_person_times", name="农民培训人次", clauses=("001:39", "003:25", "D7"), **PART)
def farmers(t):
    """计入统计的培训人次中，参训时身份是农民的。"""
    return count(t.counted & (t.group == "farmer"))


@indicator(
    "training.farmer_persons",
    name="农民培训人数",
    clauses=("003:25", "D7"),
    persons_of="training.farmer_person_times",
    **PEOPLE,
)
def farming_people(t):
    """参训时身份是农民的人数，同一人只计一次。"""
    return persons(t.counted & (t.group == "farmer"))


@indicator("training.veteran_person_times", name="退役军人培训人次", clauses=("001:41", "D9"), **PART)
def veterans(t):
    """计入统计的培训人次中，参训时身份是退役军人的。"""
    return count(t.counted & (t.group == "veteran"))


@indicator(
    "training.veteran_persons",
    name="退役军人培训人数",
    clauses=("001:41-43", "D9"),
    persons_of="training.veteran_person_times",
    **PEOPLE,
)
def veteran_people(t):
    """参加过培训的退役军人人数，同一人只计一次。"""
    return persons(t.counted & (t.group == "veteran"))


@indicator(
    "workforce.veterans_to_train",
    name="应培训退役军人数",
    unit="人",
    time="stock",
    clauses=("001:41-43", "D9"),
)
def veterans_to_train():
    """处于失业状态、有培训意愿且在法定劳动年龄内的退役军人总数，由退役军人事务部门公布。"""
    return stated()


@indicator("training.veteran_coverage", name="退役军人培训覆盖率", unit="%", clauses=("001:41-43", "D9"))
def veteran_coverage():
    """培训过的退役军人人数占应培训退役军人数的比例；统计期取三年计划全期。"""
    return ratio("training.veteran_persons", "workforce.veterans_to_train")


@indicator("training.disabled_person_times", name="残疾人培训人次", clauses=("001:45", "A8"), **PART)
def disabled(t):
    """计入统计的培训人次中，参训时身份是残疾人的。"""
    return count(t.counted & (t.group == "disabled_person"))


@indicator(
    "training.graduate_person_times", name="毕业年度高校毕业生培训人次", clauses=("001:35", "A5"), **PART
)
def graduates(t):
    """计入统计的培训人次中，参训时身份是毕业年度高校毕业生的。"""
    return count(t.counted & (t.group == "graduating_student"))


@indicator("training.student_person_times", name="在校学生培训人次", clauses=("001:37", "E2"), **PART)
def students(t):
    """计入统计的培训人次中，参训时身份是在校学生的。"""
    return count(t.counted & (t.group == "student"))


@indicator(
    "training.unemployed_person_times", name="城乡登记失业人员培训人次", clauses=("001:35", "A5"), **PART
)
def unemployed(t):
    """计入统计的培训人次中，参训时身份是城乡登记失业人员的。"""
    return count(t.counted & (t.group == "registered_unemployed"))


@indicator("training.five_groups_person_times", name="五类人员培训人次", clauses=("001:75", "A5"), **PART)
def five_groups(t):
    """计入统计的培训人次中，参训时属于五类人员之一的。"""
    return count(t.counted & t.group.isin(FIVE_GROUPS))


@indicator(
    "training.assisted_persons", name="技能帮扶培训人数", clauses=("000:28", "001:35", "D8", "A6"), **PEOPLE
)
def assisted(t):
    """技能帮扶万人工程的培训人数：贫困劳动力、就业困难人员、零就业家庭成员、“两后生”中的农村学员和城市低保家庭学员，同一人只计一次。"""
    return persons(t.counted & t.group.isin(ASSISTED))


@indicator(
    "training.employee_person_times", name="参保企业职工培训人次", clauses=("001:31", "003:81", "A8"), **PART
)
def employees(t):
    """计入统计的培训人次中，参训时身份是参保企业职工的。"""
    return count(t.counted & (t.group == "insured_employee"))
