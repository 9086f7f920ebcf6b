"""Technical schools, from what they report."""

from kaogong.indicators.measures import ratio, stated
from kaogong.indicators.register import indicator


@indicator("school.students", name="技工院校在校生数", unit="人", time="stock", clauses=("002:133", "D5"))
def students():
    """期末技工院校全日制在校生总数，由学校报送。"""
    return stated()


@indicator("school.graduates", name="技工院校毕业生数", unit="人", clauses=("002:133", "003:11", "D5", "D7"))
def graduates():
    """统计期内技工院校输送的毕业生数，由学校报送。"""
    return stated()


@indicator("school.trained", name="技工院校社会培训人数", unit="人", clauses=("003:11", "003:31", "D7"))
def trained():
    """统计期内技工院校开展职业技能培训的人数，由学校报送。"""
    return stated()


@indicator(
    "school.brand_majors", name="技工教育特色品牌专业数", unit="个", time="stock", clauses=("002:133", "D5")
)
def brand_majors():
    """期末已经建成的技工教育特色品牌专业数，由学校报送。"""
    return stated()


@indicator("school.majors", name="技工院校专业数", unit="个", time="stock", clauses=("002:133", "D5", "N3"))
def majors():
    """期末技工院校开设的专业点数，由学校报送。"""
    return stated()


@indicator(
    "school.majors_matched",
    name="与主导产业匹配的专业数",
    unit="个",
    time="stock",
    clauses=("002:133", "D5", "N3"),
    part_of="school.majors",
)
def majors_matched():
    """技工院校专业中，对应职业列在本地主导产业链的专业点数。"""
    return stated()


@indicator(
    "school.match_share", name="专业与主导产业匹配度", unit="%", time="stock", clauses=("002:133", "D5", "N3")
)
def match_share():
    """与主导产业匹配的专业点占全部专业点的比例。"""
    return ratio("school.majors_matched", "school.majors")
