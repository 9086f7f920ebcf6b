"""Sheets of people a body asks awards for."""

from kaogong.sheets.layouts import Column, Layout

# 奖补人员名单: an employer's own staff, or a school's graduates, one line each.
AWARD_LIST = Layout(
    "award_list",
    "奖补人员名单",
    (
        Column("sequence", "序号", ("编号", "No", "序"), kind="integer"),
        Column("name", "姓名", ("职工姓名", "学生姓名", "毕业生姓名"), required=True, kind="name"),
        Column("id_number", "身份证号码", ("身份证号", "身份证", "公民身份号码", "证件号码"), required=True,
               kind="id_number"),
        Column("occupation", "职业（工种）或专业", ("职业（工种）", "职业工种", "工种", "专业", "所学专业"),
               required=True),
        Column("level", "等级", ("技能等级", "培训层次", "层次")),
        Column("certificate", "证书编号", ("职业技能等级证书编号", "资格证书编号", "证书号码")),
    ),
)  # fmt: skip
