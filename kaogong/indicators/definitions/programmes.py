"""Training by the programmes that have figures of their own in the papers."""

from kaogong.indicators.measures import count, persons
from kaogong.indicators.register import indicator

PART = {"unit": "人次", "fact": "training", "part_of": "training.person_times"}
PEOPLE = {"unit": "人", "fact": "training", "part_of": "training.persons"}
APPRENTICESHIPS = ("apprenticeship", "apprenticeship_by_year")
HARDSHIP = ("hardship_on_job_training", "hardship_job_change_training")


@indicator("training.apprentices", name="企业新型学徒人数", clauses=("003:27", "D7", "E6"), **PEOPLE)
def apprentices(t):
    """企业新型学徒制培训结业的人数，同一人只计一次。"""
    return persons(t.counted & t.programme.isin(APPRENTICESHIPS))


@indicator("training.apprentices_certified", name="学徒取证人次", clauses=("000:20", "E6"), **PART)
def apprentices_certified(t):
    """企业新型学徒制培训人次中，由这次培训取得证书的。"""
    return count(t.counted & t.certified & t.programme.isin(APPRENTICESHIPS))


@indicator(
    "training.golden_blue_collar", name="“金蓝领”培训人数", clauses=("000:38", "003:29", "D7", "D8"), **PEOPLE
)
def golden_blue_collar(t):
    """“金蓝领”培训结业的人数，同一人只计一次。"""
    return persons(t.counted & (t.programme == "golden_blue_collar"))


@indicator("training.stabilised_posts", name="以工代训稳定岗位数", clauses=("003:23", "D7"), **PEOPLE)
def stabilised_posts(t):
    """以工代训补贴已经核定的职工人数，一个职工算一个岗位。"""
    return persons(t.counted & t.subsidised & (t.programme == "work_training"))


@indicator(
    "training.work_training_person_times", name="以工代训人次", clauses=("001:31", "003:27", "G10"), **PART
)
def work_training(t):
    """计入统计的培训人次中，以工代训的。"""
    return count(t.counted & (t.programme == "work_training"))


@indicator("training.new_hires", name="企业新录用人员培训人次", clauses=("001:31", "E1"), **PART)
def new_hires(t):
    """计入统计的培训人次中，企业新录用人员岗位技能培训的。"""
    return count(t.counted & (t.programme == "new_hire_training"))


@indicator("training.entrepreneurs", name="创业培训人次", clauses=("000:16", "001:75", "E11"), **PART)
def entrepreneurs(t):
    """计入统计的培训人次中，创业培训的。"""
    return count(t.counted & (t.programme == "entrepreneurship_training"))


@indicator("training.home_services", name="家政服务培训人次", clauses=("001:55", "B6"), **PART)
def home_services(t):
    """计入统计的培训人次中，家庭服务业从业人员培训的。"""
    return count(t.counted & (t.programme == "home_service_training"))


@indicator("training.special_operations", name="特种作业安全技能培训人次", clauses=("001:51", "B5"), **PART)
def special_operations(t):
    """计入统计的培训人次中，特种作业人员安全技能培训的。"""
    return count(t.counted & (t.programme == "special_operation_safety"))


@indicator("training.hardship_firms", name="困难企业培训人次", clauses=("001:75-77", "G16"), **PART)
def hardship_firms(t):
    """计入统计的培训人次中，困难企业组织的在岗培训和转岗转业培训。"""
    return count(t.counted & t.programme.isin(HARDSHIP))


@indicator(
    "training.in_chains", name="重点产业链培训人次", clauses=("001:49", "002:75", "003:77", "B7"), **PART
)
def in_chains(t):
    """计入统计的培训人次中，职业（工种）列在某条重点产业链的。"""
    return count(t.counted & (t.chain != ""))
