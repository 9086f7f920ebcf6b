"""Sheets about money for people: who gets a voucher, whom a month is claimed for, whom an allowance is."""

from kaogong.sheets.layouts import Column, Layout

_SEQUENCE = Column("sequence", "序号", ("编号", "No", "序"), kind="integer")
_NAME = Column("name", "姓名", ("学员姓名", "职工姓名", "人员姓名"), required=True, kind="name")
_ID_NUMBER = Column(
    "id_number", "身份证号码", ("身份证号", "身份证", "公民身份号码", "社会保障号码"), required=True,
    kind="id_number", hint="18 位，文本格式",
)  # fmt: skip

# 培训券发放名单.
VOUCHERS = Layout("vouchers", "培训券发放名单", (_SEQUENCE, _NAME, _ID_NUMBER))

# 以工代训人员名单: one enterprise, one month.
MONTH = Layout(
    "month",
    "以工代训人员名单",
    (
        _SEQUENCE,
        _NAME,
        _ID_NUMBER,
        Column("wage", "当月工资", ("工资", "实发工资", "应发工资", "工资金额"), required=True, kind="decimal",
               hint="元"),
        Column("paid_on", "发放日期", ("工资发放日期", "发放时间"), required=True, kind="date"),
    ),
)  # fmt: skip
