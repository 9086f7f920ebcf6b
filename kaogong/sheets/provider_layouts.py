"""Sheets about a provider itself: its staff, its equipment, and an outside survey's scores."""

from kaogong.sheets.layouts import EDUCATIONS, SEXES, Column, Layout

_SEQUENCE = Column("sequence", "序号", ("编号", "No", "序"), kind="integer")

# 教师花名册, with the identity number that tells two of one name apart.
TRAINERS = Layout(
    "trainers",
    "教师花名册",
    (
        _SEQUENCE,
        Column("name", "姓名", ("教师姓名",), required=True, kind="name"),
        Column("id_number", "身份证号码", ("身份证号", "身份证", "公民身份号码"), required=True, kind="id_number"),
        Column("sex", "性别", choices=SEXES),
        Column("age", "年龄", kind="integer"),
        Column("education", "学历", ("文化程度",), choices=EDUCATIONS),
        Column("major", "所学专业", ("专业",)),
        Column("title", "职称", ("专业技术职称",)),
        Column("qualification", "职业资格名称", ("资格名称", "职业资格", "证书名称")),
        Column("level", "资格等级", ("等级", "技能等级"), choices=("一级", "二级", "三级", "四级", "五级")),
        Column("number", "证书编号", ("资格证书编号", "职业资格证书编号")),
        Column("valid_until", "有效期至", ("证书有效期", "有效期"), kind="date"),
        Column("courses", "担任培训课程", ("授课课程", "任教课程")),
        Column("employment", "专职/兼职", ("专兼职", "用工形式", "专职兼职"), required=True,
               choices=("专职", "兼职", "企业专家")),
        Column("manager", "专职管理人员", ("管理人员",), choices=("是", "否")),
    ),
)  # fmt: skip

# 主要设施设备清单.
EQUIPMENT = Layout(
    "equipment",
    "主要设施设备清单",
    (
        _SEQUENCE,
        Column("occupation", "培训职业", ("职业名称", "培训职业（工种）", "职业", "职业编码"), required=True),
        Column("title", "设备名称", ("名称",), required=True),
        Column("model", "设备型号", ("型号", "规格型号")),
        Column("quantity", "数量", ("台套数", "数量（台/套）"), required=True, kind="integer"),
    ),
)

# What an outside body scored: one line for each provider and criterion.
OUTSIDE_SCORES = Layout(
    "outside_scores",
    "第三方评估得分表",
    (
        _SEQUENCE,
        Column("credit_code", "统一社会信用代码", ("信用代码", "机构代码"), required=True),
        Column("institution", "机构名称", ("培训机构", "培训机构名称")),
        Column("criterion", "评估标准", ("标准", "指标"), required=True),
        Column("points", "得分", ("分数", "评分"), required=True, kind="decimal"),
        Column("remark", "说明", ("备注",)),
    ),
)
