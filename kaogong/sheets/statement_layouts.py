"""Bank statements as banks hand them out in sheets: their real headings."""

from kaogong.sheets.layouts import Column, Layout

# 银行对账单、账户交易明细.
BANK_STATEMENT = Layout(
    "bank_statement",
    "银行对账单",
    (
        Column("sequence", "序号", ("编号", "No"), kind="integer"),
        Column("booked_on", "交易日期", ("记账日期", "入账日期", "交易时间", "日期", "记账日"),
               required=True, kind="date"),
        Column("serial", "流水号", ("交易流水号", "核心流水号", "银行流水号", "企业流水号", "凭证号", "柜员流水号"),
               kind="account"),
        Column("paid_out", "借方发生额", ("借方金额", "支出", "支出金额", "转出金额", "借方发生额（支取）", "借方"),
               kind="decimal"),
        Column("paid_in", "贷方发生额", ("贷方金额", "收入", "收入金额", "转入金额", "贷方发生额（收入）", "贷方"),
               kind="decimal"),
        Column("side", "借贷标志", ("借贷", "借贷方向", "收支方向", "收/支")),
        Column("amount", "交易金额", ("发生额", "金额"), kind="decimal"),
        Column("balance", "余额", ("账户余额", "本次余额", "联机余额"), kind="decimal"),
        Column("counter_name", "对方户名", ("对方账户名称", "对方名称", "对方单位", "对手户名", "收（付）方名称")),
        Column("counter_account", "对方账号", ("对方帐号", "对手账号", "收（付）方账号"), kind="account"),
        Column("remark", "摘要", ("用途", "附言", "备注", "交易摘要")),
        Column("currency", "币种", ("货币", "币别", "货币代码", "交易币种")),
        Column("note", "附言", ("用途/附言", "交易附言", "个性化信息")),
    ),
    any_of=(("paid_out", "amount"), ("paid_in", "amount")),
)  # fmt: skip
