"""Sheets of people a body asks awards or allowances for, and of what it buys with a grant."""

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

# 生活费补贴发放名单: one class, one month, one line for each person.
ALLOWANCE_LIST = Layout(
    "allowance_list",
    "生活费补贴发放名单",
    (
        Column("sequence", "序号", ("编号", "No", "序"), kind="integer"),
        Column("name", "姓名", ("学员姓名", "学生姓名", "培训学员姓名", "人员姓名"), required=True, kind="name"),
        Column("id_number", "身份证号码", ("身份证号", "身份证", "公民身份号码", "证件号码", "学员身份证号"),
               required=True, kind="id_number", hint="18 位，文本格式"),
        Column("days", "培训天数", ("实训天数", "出勤天数", "到课天数", "天数", "实到天数"), kind="decimal",
               hint="当月"),
        Column("hours", "培训学时", ("实训学时", "出勤学时", "到课学时", "学时", "课时", "实到学时"), kind="decimal",
               hint="当月"),
        Column("began_on", "开始日期", ("培训开始日期", "起始日期", "开始时间"), kind="date"),
        Column("ended_on", "结束日期", ("培训结束日期", "终止日期", "结束时间"), kind="date"),
        Column("remark", "备注", ("说明",)),
    ),
)  # fmt: skip
