"""Lists of other departments' training: one person-time a row."""

from kaogong.sheets.layouts import Column, Layout

_SEQUENCE = Column("sequence", "序号", ("编号", "No", "序"), kind="integer")
PASSED = ("合格", "不合格")

# 村级劳动力培训导入表 (Shaanxi), 培训补贴公示表 (Baise) and 颁证花名册 (Qingdao), folded together.
DEPARTMENT_RECORDS = Layout(
    "department_records",
    "部门培训人员明细表",
    (
        _SEQUENCE,
        Column("name", "姓名", ("劳动力姓名", "学员姓名", "培训人员姓名", "参训人员姓名", "人员姓名"),
               required=True, kind="name"),
        Column("id_number", "身份证号码", ("劳动力身份证号码", "身份证号", "身份证", "公民身份号码", "证件号码"),
               required=True, kind="id_number", hint="18 位，文本格式"),
        Column("programme", "培训项目", ("培训类型", "培训类别", "项目名称", "培训专项")),
        Column("occupation", "培训工种", ("培训职业", "职业（工种）", "工种", "职业工种", "培训专业", "专业")),
        Column("level", "技能等级", ("等级", "培训等级", "工种等级", "级别")),
        Column("group", "人员类别", ("人员类型", "培训对象", "对象类别")),
        Column("provider", "培训机构", ("培训单位名称", "培训单位", "培训机构名称", "学校名称", "承办单位")),
        Column("place", "培训地址", ("培训地点", "授课地点")),
        Column("starts_on", "培训起始日期", ("培训开始日期", "开班时间", "开班日期", "起始日期", "开始日期"),
               kind="date"),
        Column("ends_on", "培训终止日期", ("培训结束日期", "结课时间", "结业日期", "终止日期", "结束日期"),
               kind="date"),
        Column("stretch", "培训时间", ("培训起止时间", "起止时间", "培训起止日期", "培训期间")),
        Column("hours", "培训课时", ("培训课时(课时)", "课时", "总课时", "学时"), kind="decimal"),
        Column("passed", "考核合格", ("考核结果", "是否合格", "考试结果", "鉴定结果", "考核情况"), choices=PASSED),
        Column("certificate_number", "结业证书编号", ("证书编号", "证书号", "合格证编号"), kind="account"),
        Column("subsidy", "补贴金额", ("补贴金额(元)", "职业培训补贴标准(元)", "补贴标准(元)", "补贴标准",
                                    "享受补贴金额"), kind="decimal", hint="元"),
        Column("remark", "备注", ("说明",)),
    ),
    any_of=(("starts_on", "stretch"),),
)  # fmt: skip

# 各部门培训情况统计表: sums by district and programme, where a department can give no people.
DEPARTMENT_SUMS = Layout(
    "department_sums",
    "部门培训合计表",
    (
        _SEQUENCE,
        Column("region", "区县", ("区市县", "区（市、县）", "县（市、区）", "县区", "区域", "地区", "所在区县"),
               required=True),
        Column("programme", "培训项目", ("培训类型", "培训类别", "项目名称", "培训专项"), required=True),
        Column("times", "培训人次", ("人次", "完成培训人次", "培训人次（人次）", "培训总人次"), required=True,
               kind="integer"),
        Column("people", "培训人数", ("人数", "培训人数（人）", "参训人数"), kind="integer"),
        Column("subsidy", "补贴金额", ("补贴金额(元)", "补贴资金", "支出补贴金额"), kind="decimal", hint="元"),
        Column("remark", "备注", ("说明",)),
    ),
)  # fmt: skip
