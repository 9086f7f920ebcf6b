"""Sheets of planning: what a department or district asks to have in the year's plan."""

from kaogong.sheets.layouts import Column, Layout

# 年度培训计划提报表.
PLAN_LINES = Layout(
    "plan_lines",
    "年度培训计划提报表",
    (
        Column("sequence", "序号", ("编号", "No", "序"), kind="integer"),
        Column("programme", "培训项目", ("项目", "项目名称", "补贴项目", "培训类别", "培训类型"), required=True),
        Column("occupation", "职业（工种）", ("职业工种", "工种", "培训职业", "培训工种", "职业", "专业")),
        Column("group", "人员类别", ("培训对象", "对象", "人员类型", "培训人群")),
        Column("region", "培训区域", ("区域", "区市", "所在区市", "承训区域")),
        Column(
            "people", "需求人数", ("计划人数", "计划培训人数", "培训人数", "计划人次", "人数", "人次"),
            required=True, kind="integer",
        ),
        Column(
            "capacity", "培训能力", ("产能", "年培训能力", "可承训人数", "承训能力", "可培训人数"),
            required=True, kind="integer", hint="这个部门或区域当年最多能培训的人数",
        ),
        Column("note", "备注", ("说明", "附注")),
    ),
)  # fmt: skip
