"""What a pack says of itself to whoever opens it."""

GUIDE = """\
审计包说明
==========

一、这是什么
  {region} {from_on} 至 {to_on}（含首尾两日）补贴资金的全部记录：专账（科目、分录、期初、封存链）、
  申领与每个人的结论（当时的事实、逐条规则的结果）、规则库各版、付款与批次、银行回盘、公示、暂缓支付、
  风险发现、奖补、追回、经办轨迹及其封存链。只用通用格式：JSON Lines（每行一条）和 CSV（可用表格软件打开）。
  {masked}

二、怎样核对（不需要本系统，也不需要联网）
  装有 Python 3.9 以上的任何电脑：
    python verify.py 本目录或ZIP文件
  它重算每个文件的摘要、逐笔重加分录、逐条追查编号、重算两条封存链，用中文指出哪里对不上。
  有一处对不上即返回 1。同一期间先后制作的两个包，用 python verify.py 旧包 新包 逐条说明不同之处；不同期间的比较封存链。
  留存了门户“封存指纹”页公布的每日指纹的，用 python verify.py 审计包 指纹.txt：公布过的应仍在链上。
  若不信任包内的 verify.py，可自本系统的公开源代码取得同名文件，或自行照下文编写。

三、文件
  manifest.json           每个文件的 sha256、行数、合计；content_digest 是全部内容的指纹
  data/ledger/accounts    科目：期初、期内、期末（单位：分）
  data/made/balances      制作时的科目：截至期末、此后发生额、系统保存的余额；只有这一份随制作时间而变
  data/ledger/entries     分录及借贷各行；legs 为 [状态, 资金, 年度, 项目, 来源, 分]
  data/ledger/seals       专账封存链
  data/claims/*           申领、明细、结论、补充材料、例外批准、冲突、补差追回、暂缓支付
  data/grants/*           奖补申请、结论、分期
  data/funds/*            资金、预算版本、上级下达、预留、批次（含经手人）、付款、回盘
  data/notices/*          公示、条目、异议
  data/risk/findings      风险发现
  data/recoveries/*       追回
  data/rulebook/editions  所引用的规则库全文；其指纹可重算
  data/people/*           人员、机构、班次、证书
  data/trail/entries      经办轨迹；data/trail/seals 其封存链
  金额一律为整数分；时间为 UTC；日期为 ISO 格式。

四、截至什么时候
  申领、明细、结论、批次、付款、公示、奖补、暂缓、追回、证书、班次都是期末当时的状态：此后发生的不出示，
  此后的状态按经办轨迹退回期末。closed_digest 是 data/made 以外全部内容的指纹，同一期间以后再做应当相同；
  不同的只会是后来补记到期内的、期末尚未封存的，以及人员和机构名册的更正：用 verify.py 比较两个包即可逐条看到。

五、能证明什么，不能证明什么
  1. 请把 content_digest 与制作人另行告知的、或系统“审计”页面显示的比对：相同即包未被改动。
  2. 封存链自第一批起逐批相接。期外或区划外的记录只给摘要，不给内容：可验证链条，不能看内容。
  3. 轨迹中遮蔽过的条目（masked 不为空）只给原文的摘要：能证明链条完整，不能证明遮蔽掉的文字；
     其余条目由内容重算摘要。摘要未加盐：持有候选原文的人可以比对，故本包仍应按内部资料保管。
  4. 封存以后被改动的看得见；尚未封存的最近几分钟的记录没有链条保护，核对程序会说明有多少条。超过一天未封存的、
     连续几天的工作到最后才一起封存的，核对程序作为问题指出：封存没有运行，或封存被人删去。
  5. 每笔付款的银行结果取自银行回盘文件；与银行自己的账核对，须另取银行对账单。
"""
MASKED = "个人信息已遮蔽：姓名、出生日期、人员类别等不出示；银行账号、证件号码只留首尾几位。"
FULL = "含完整个人信息，依据：{authority}。请按授权保管、使用和销毁。"


def guide(*, region: str, from_on: str, to_on: str, authority: str) -> str:
    """The pack's README; the same for the same pack."""
    masked = FULL.format(authority=authority) if authority else MASKED
    return GUIDE.format(region=region, from_on=from_on, to_on=to_on, masked=masked)
