"""The forms bureaus really use: their columns, the headings each may carry, the attendance marks."""

from dataclasses import dataclass

KINDS = ("text", "name", "id_number", "account", "date", "integer", "decimal", "mark")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a form: ``label`` is the real heading, ``synonyms`` others seen for it."""

    field: str
    label: str
    synonyms: tuple[str, ...] = ()
    required: bool = False
    kind: str = "text"
    choices: tuple[str, ...] = ()
    hint: str = ""


@dataclass(frozen=True)
class Layout:
    """A named set of columns. ``any_of``: of each group at least one column must be there.

    ``day_columns``: further columns headed 1…31 or by a date are recognised as days.
    """

    name: str
    label: str
    columns: tuple[Column, ...]
    any_of: tuple[tuple[str, ...], ...] = ()
    day_columns: bool = False

    def column(self, field: str) -> Column:
        for column in self.columns:
            if column.field == field:
                return column
        raise KeyError(f"{self.name} has no column {field!r}")

    @property
    def fields(self) -> tuple[str, ...]:
        return tuple(column.field for column in self.columns)


SEXES = ("男", "女")
EDUCATIONS = (
    "小学", "初中", "普通高中", "职业高中", "技工学校", "中等专科", "大学专科", "大学本科", "硕士研究生",
    "博士研究生",
)  # fmt: skip
RESIDENCE_KINDS = ("农业", "非农业", "居民")
YES_NO = ("是", "否")

# What the signs of the printed 出勤簿 stand for; digits (hours) are kept as they are.
MARKS: dict[str, tuple[str, ...]] = {
    "到": ("到", "/", "／", "√", "✓", "✔", "出勤", "Y"),
    "不到": ("不到", "○", "〇", "◯", "O", "o", "旷课", "缺勤", "缺", "N"),
    "告假": ("告假", "×", "✕", "✗", "X", "x", "事假", "请假", "假"),
    "迟到": ("迟到", "¢", "￠", "迟"),
    "早退": ("早退", "△", "▲", "Δ"),
    "病假": ("病假", "病", "⊙", "●"),
}
MARK_SIGNS = {label: signs[1] for label, signs in MARKS.items() if label != "病假"} | {"病假": "病"}

_SEQUENCE = Column("sequence", "序号", ("编号", "No", "序", "顺序号"), kind="integer")
_NAME = Column(
    "name", "姓名",
    ("劳动力姓名", "学员姓名", "培训学员姓名", "人员姓名", "姓名(必填)", "考生姓名", "学生姓名",
    "职工姓名", "申领人姓名"),
    required=True, kind="name",
)  # fmt: skip
_ID_NUMBERS = (
    "身份证号", "身份证", "劳动力身份证号码", "社保卡/身份证号", "社保卡身份证号", "公民身份号码",
    "公民身份证号码", "身份证件号码",
    "证件号码", "证件号", "居民身份证号码", "居民身份证号", "学员身份证号", "学员身份证号码",
    "社会保障号码", "社会保障号",
)  # fmt: skip
_ID_NUMBER = Column(
    "id_number", "身份证号码", _ID_NUMBERS, required=True, kind="id_number", hint="18 位，文本格式"
)
_ID_NUMBER_OPTIONAL = Column("id_number", "身份证号码", _ID_NUMBERS, kind="id_number", hint="18 位，文本格式")
_REMARK = Column("remark", "备注", ("说明", "附注"))

# 培训学员花名册 (Qingdao), with the headings of the Tianjin and Shaanxi import sheets folded in as synonyms.
ROSTER = Layout(
    "roster",
    "培训学员花名册",
    (
        _SEQUENCE,
        _NAME,
        Column("sex", "性别", choices=SEXES),
        Column("education", "学历", ("文化程度", "最高学历", "受教育程度"), choices=EDUCATIONS),
        Column("age", "年龄", ("周岁",), kind="integer"),
        _ID_NUMBER,
        Column("phone", "联系电话", ("手机号码", "手机号", "手机", "电话", "联系方式", "电话号码",
        "移动电话"), kind="account"),
        Column("residence", "户口所在地", ("户籍所在地", "户籍地", "户籍地址", "户口地址", "户籍", "所在区")),
        Column("residence_kind", "户口性质", ("户籍性质", "户口类型", "户籍类型"), choices=RESIDENCE_KINDS),
        Column("promised_employer", "就业安排承诺单位", ("承诺就业单位", "就业承诺单位", "就业安置单位")),
        Column("person_kind", "人员类别", ("人员类型", "学员类别", "对象类别", "补贴对象类别", "人员身份",
        "就业前所属群体")),
        Column("bank_holder", "银行户名", ("户名", "账户名", "开户名", "开户人", "银行账户名称")),
        Column("bank_name", "开户银行", ("开户行", "银行名称", "开户行名称", "开户银行名称")),
        Column(
            "bank_account", "银行账号",
            ("银行卡号", "银行帐号", "账号", "卡号", "帐号", "收款账号", "社保卡银行账号",
            "社会保障卡银行账号"),
            kind="account", hint="文本格式",
        ),
        Column("ethnicity", "民族"),
        Column("employer", "企业名称", ("工作单位", "单位", "所在单位", "用人单位", "单位名称")),
        Column("employer_code", "组织机构代码", ("统一社会信用代码", "单位统一社会信用代码"), kind="account"),
        Column("industry_authority", "所属行业部门"),
        Column("id_expires_on", "有效期", ("证件有效期", "身份证有效期"), kind="date"),
        Column("prior_certificate", "培训前职业资格名称", ("原职业资格名称", "原职业(工种)")),
        Column("prior_level", "培训前职业资格等级", ("原等级", "原职业资格等级")),
        Column("prior_number", "培训前职业资格证书编号", ("原证书号", "原证书编号"), kind="account"),
        Column("years_worked", "从业年限", ("本职业工作年限", "工作年限"), kind="decimal"),
        Column("training_kind", "培训类型", ("培训类别",)),
        Column("occupation", "培训工种", ("培训职业", "职业工种", "工种", "职业(工种)", "职业名称")),
        Column("provider", "培训单位名称", ("培训单位", "培训机构", "培训机构名称")),
        Column("site", "培训地址", ("培训地点",)),
        Column("starts_on", "培训起始日期", ("培训开始日期", "开班时间", "开班日期"), kind="date"),
        Column("ends_on", "培训终止日期", ("培训结束日期", "结课时间", "结业日期"), kind="date"),
        Column("days_trained", "实际培训天数", ("培训天数",), kind="integer"),
        Column("eastern_partnership", "苏陕协作", choices=YES_NO),
        Column("living_allowance", "享受培训和生活补贴", choices=YES_NO),
        Column("fee_payer", "培训费垫付方", ("垫付方", "缴费主体", "先垫方", "培训费缴纳方", "缴费人",
        "学费缴纳方"), choices=("学员", "培训机构", "用人单位")),
        Column("fee_paid", "缴纳学费", ("垫付金额", "学费", "培训费", "缴费金额", "实缴学费", "垫付学费",
        "缴纳培训费"), kind="decimal", hint="元"),
        Column("fee_paid_on", "缴费日期", ("垫付日期", "交费日期", "缴纳日期"), kind="date"),
        Column("fee_receipt", "票据号", ("票据号码", "票据编号", "收据号", "收据编号", "发票号", "发票号码",
        "缴费凭证号"), kind="account"),
        Column("employed_month", "培训后就业年月"),
        _REMARK,
    ),
)  # fmt: skip

SCORES = Layout(
    "scores",
    "鉴定成绩单",
    (
        _SEQUENCE,
        Column("exam_number", "准考证号", ("准考证号码", "考号", "准考证"), kind="account"),
        _NAME,
        _ID_NUMBER_OPTIONAL,
        Column("theory", "理论", ("理论成绩", "理论考试", "理论考试成绩", "理论知识", "理论知识成绩",
        "理论分数"), kind="decimal"),
        Column(
            "practice", "实作",
            ("实作成绩", "实操", "实操成绩", "实践成绩", "技能成绩", "操作技能", "技能考核成绩",
            "实操考试", "操作技能成绩", "实践"),
            kind="decimal",
        ),
        Column("overall", "综合", ("综合评审", "综合评审成绩", "综合考试"), kind="decimal"),
        _REMARK,
    ),
    any_of=(("exam_number", "id_number"), ("theory", "practice")),
)  # fmt: skip

ATTENDANCE = Layout(
    "attendance",
    "培训学员出勤簿",
    (
        _SEQUENCE,
        _NAME,
        _ID_NUMBER_OPTIONAL,
        Column("absences", "缺勤", ("缺勤天数", "缺勤次数"), kind="decimal"),
        Column("others", "其它", ("其他",), kind="text"),
        Column("presences", "出勤", ("出勤天数", "出勤次数", "出勤合计"), kind="decimal"),
        Column("signature", "学员签名", ("签名", "学员签字")),
        _REMARK,
    ),
    day_columns=True,
)

BANK_RETURN = Layout(
    "bank_return",
    "银行代发回盘文件",
    (
        _SEQUENCE,
        Column("batch_number", "批次号", ("批次", "代发批次号", "批次编号"), kind="account"),
        Column(
            "payment_number", "流水号", ("付款流水号", "交易流水号", "明细流水号", "业务流水号",
            "明细序号", "支付编号"), kind="account"
        ),
        Column("bank_account", "收款账号", ("收款帐号", "账号", "帐号", "收款人账号", "银行账号", "卡号"),
        kind="account"),
        Column("bank_holder", "户名", ("收款户名", "收款人户名", "收款人", "账户名", "收款人名称",
        "银行户名")),
        Column("amount", "金额", ("交易金额", "代发金额", "金额(元)", "发生额", "补贴金额"),
        required=True, kind="decimal"),
        Column(
            "result", "结果", ("处理结果", "交易结果", "状态", "处理状态", "交易状态", "代发结果",
            "成功标志"), required=True
        ),
        Column("failure", "失败原因", ("原因", "错误信息", "处理说明", "返回信息", "失败说明", "摘要")),
        Column("paid_on", "交易日期", ("入账日期", "处理日期", "记账日期"), kind="date"),
        Column("currency", "币种", ("货币", "币别", "货币代码", "交易币种")),
    ),
    any_of=(("payment_number", "bank_account"),),
)  # fmt: skip

# What card readers, offline devices and paper lists say: one event a row, or coming and going side by side.
CHECK_INS = Layout(
    "check_ins",
    "签到记录",
    (
        _SEQUENCE,
        _NAME,
        _ID_NUMBER_OPTIONAL,
        Column("on", "日期", ("签到日期", "考勤日期", "打卡日期", "刷卡日期", "培训日期", "上课日期"), kind="date"),
        Column("at", "时间", ("打卡时间", "刷卡时间", "考勤时间", "记录时间", "刷卡日期时间", "日期时间")),
        Column("came_at", "签到时间", ("上班时间", "到达时间", "进入时间", "进门时间", "签到")),
        Column("left_at", "签退时间", ("下班时间", "离开时间", "出门时间", "签退")),
        Column("direction", "进出", ("进/出", "方向", "进出方向", "类型", "考勤状态")),
        Column("device", "设备号", ("设备编号", "设备名称", "机号", "读卡器")),
        Column("signature", "学员签名", ("签名", "学员签字", "签字")),
        _REMARK,
    ),
    any_of=(("at", "came_at", "signature"),),
)  # fmt: skip

LAYOUTS = {layout.name: layout for layout in (ROSTER, SCORES, ATTENDANCE, BANK_RETURN, CHECK_INS)}
