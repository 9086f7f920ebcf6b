"""Sheets of demand and supply: vacancies, what people wish to learn, wages paid, majors of schools."""

from kaogong.sheets.layouts import Column, Layout

_SEQUENCE = Column("sequence", "序号", ("编号", "No", "序"), kind="integer")
_OCCUPATION = Column(
    "occupation", "职业（工种）", ("职业名称", "工种", "职业", "工种名称", "职业工种", "岗位工种"), required=True,
    hint="大典里的全称或代码",
)  # fmt: skip
_LEVEL = Column(
    "level", "技能等级", ("等级", "职业等级", "技能要求"), hint="五级/初级工至一级/高级技师，可不填"
)
_CREDIT_CODE = Column("credit_code", "统一社会信用代码", ("信用代码", "社会信用代码", "机构代码"))

# 企业招聘岗位清单.
VACANCIES = Layout(
    "vacancies",
    "企业招聘岗位清单",
    (
        _SEQUENCE,
        Column("employer", "用人单位", ("单位名称", "企业名称", "招聘单位", "公司名称"), required=True),
        _CREDIT_CODE,
        Column("post", "招聘岗位", ("岗位", "岗位名称", "职位", "职位名称")),
        _OCCUPATION,
        _LEVEL,
        Column("head_count", "招聘人数", ("需求人数", "人数", "岗位数"), required=True, kind="integer"),
        Column("wage_low", "月工资下限", ("最低月薪", "工资下限", "薪资下限"), hint="元，面议可不填"),
        Column("wage_high", "月工资上限", ("最高月薪", "工资上限", "薪资上限"), hint="元，面议可不填"),
        Column("place", "工作地点", ("工作地", "所在区", "工作区域"), hint="区名或六位代码，不填算本区"),
    ),
)

# 劳动力登记, the part about what somebody wishes to learn.
WISHES = Layout(
    "wishes",
    "劳动力培训意愿登记表",
    (
        _SEQUENCE,
        Column("name", "姓名", ("劳动力姓名", "人员姓名"), required=True, kind="name"),
        Column("id_number", "身份证号码", ("身份证号", "身份证", "公民身份号码", "劳动力身份证号码"), required=True,
               kind="id_number", hint="18 位，文本格式"),
        Column("is_willing", "培训意愿", ("是否有培训意愿", "有无培训意愿"), required=True, choices=("是", "否")),
        Column("wished_on", "意愿培训日期", ("意愿培训时间",), kind="date"),
        Column("wished_place", "意愿培训地点", ("意愿地点",)),
        Column("occupation_1", "意愿培训工种1", ("意愿培训工种", "意愿工种1", "意愿培训工种一")),
        Column("occupation_2", "意愿培训工种2", ("意愿工种2", "意愿培训工种二")),
        Column("occupation_3", "意愿培训工种3", ("意愿工种3", "意愿培训工种三")),
        Column("level", "意愿工种等级", ("意愿等级", "意愿培训等级")),
    ),
)  # fmt: skip

# 企业工资分配调查: one line for people of one post paid the same.
WAGES = Layout(
    "wages",
    "企业工资分配调查表",
    (
        _SEQUENCE,
        Column("band", "岗位序列", ("序列", "岗位类别"), required=True, choices=("管理序列", "专技序列", "技能序列")),
        _OCCUPATION,
        _LEVEL,
        Column("people", "人数", ("职工人数", "从业人数"), required=True, kind="integer"),
        Column("yearly", "人均全年工资", ("全年工资", "年工资", "全年应发工资"), required=True, kind="decimal",
               hint="元"),
        Column("annual_people", "年薪制人数", ("年薪制",), kind="integer", hint="其中实行年薪制的人数，没有不填"),
        Column("equity_people", "股权制人数", ("股权制", "股权激励人数"), kind="integer", hint="其中持有股权的人数"),
        Column("option_people", "期权制人数", ("期权制", "期权激励人数"), kind="integer", hint="其中持有期权的人数"),
    ),
)  # fmt: skip

# 求职人数 of one quarter, counted by the public employment offices: no names.
SEEKERS = Layout(
    "seekers",
    "技能人才求职人数表",
    (
        _SEQUENCE,
        _OCCUPATION,
        _LEVEL,
        Column("people", "求职人数", ("登记求职人数", "人数", "求职登记人数"), required=True, kind="integer"),
        Column("place", "所在区", ("区域", "登记地", "所属区"), hint="区名或六位代码，不填算本区"),
    ),
)

# 企业用工需求调查表, for those who would rather send a sheet.
POSTS = Layout(
    "posts",
    "企业用工需求调查表",
    (
        _SEQUENCE,
        Column("post", "岗位", ("岗位名称", "招聘岗位"), required=True),
        _OCCUPATION,
        _LEVEL,
        Column("needed_now", "现在缺人", ("现缺人数", "当前缺口"), required=True, kind="integer"),
        Column("needed_in_year", "未来12个月还要招", ("未来一年需求", "12个月内需求"), kind="integer"),
        Column("wage", "月工资", ("工资", "薪资", "月薪"), kind="decimal", hint="元"),
    ),
)

# 引进技能人才登记表, told by each unit.
INTRODUCED = Layout(
    "introduced",
    "引进技能人才登记表",
    (
        _SEQUENCE,
        Column("employer", "引进单位", ("单位名称", "单位", "用人单位"), required=True),
        Column("credit_code", "统一社会信用代码", ("信用代码", "社会信用代码"), required=True),
        Column("name", "姓名", ("人员姓名",), required=True, kind="name"),
        Column("id_number", "身份证号码", ("身份证号", "身份证", "公民身份号码"), required=True, kind="id_number",
               hint="18 位，文本格式"),
        Column("mode", "引进方式", ("方式",), required=True, choices=("全职引进", "柔性引进")),
        Column("tier", "领军人才级别", ("人才级别",), hint="市级、省级、国家级，不是领军人才的不填"),
        _OCCUPATION,
        _LEVEL,
        Column("channel", "引进渠道", ("渠道",),
               hint="技能人才引进E联盟、海外技能人才引进工作站、其他渠道，不清楚的不填"),
        Column("came_from", "来自", ("来源地", "原工作地"), hint="原来在哪里工作"),
        Column("introduced_on", "引进日期", ("到岗日期", "签约日期"), required=True, kind="date"),
        Column("contract_ends_on", "合同到期日", ("合同止", "协议到期日"), kind="date"),
    ),
)  # fmt: skip

# The same told by the unit itself: whose people they are goes without saying.
INTRODUCED_OWN = Layout(
    "introduced_own",
    "引进技能人才报送表",
    tuple(column for column in INTRODUCED.columns if column.field not in ("employer", "credit_code")),
)

# 院校专业设置表.
MAJORS = Layout(
    "majors",
    "院校专业设置表",
    (
        _SEQUENCE,
        Column("credit_code", "统一社会信用代码", ("信用代码", "社会信用代码", "学校代码"), required=True),
        Column("institution", "学校名称", ("学校", "院校名称")),
        Column("code", "专业代码", ("代码",), required=True),
        Column("name", "专业名称", ("专业",), required=True),
        Column("chain", "对应产业链", ("产业链", "对应产业")),
        Column("students", "在校生", ("在校生数", "在校人数"), kind="integer"),
        Column(
            "senior_students",
            "其中高级工及以上",
            ("高级工及以上在校生", "高级工以上", "高级工及以上"),
            kind="integer",
            hint="按高级工、预备技师（技师）层次培养的在校生",
        ),
    ),
)
