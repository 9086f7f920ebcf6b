"""What the ledger refuses, by name."""

from kaogong.kernel.errors import Refused


class BudgetExceeded(Refused):
    """{source}预算可用{available}，不足以安排{wanted}。"""


class BalanceTooSmall(Refused):
    """{source}“{state}”只有{available}，不能转出{wanted}。"""


class EntryDiffers(Refused):
    """编号{key}已经记过账，且{field}与这次不同；请核对，需要更正的先冲销原分录。"""


class AmountWrong(Refused):
    """{source}金额应为大于零的整数分，现为{amount}。"""


class AmountTooLarge(Refused):
    """{source}金额{amount}超过一笔可记的上限{most}。"""


class TotalTooLarge(Refused):
    """累计金额超过专账可记的上限{most}，请核对本次金额。"""


class NothingToPost(Refused):
    """没有要记账的金额。"""


class SourceUnknown(Refused):
    """没有“{source}”这一级资金来源。"""


class SourceMixed(Refused):
    """资金{fund}不能记“{source}”的钱：社会赞助资金与财政资金分开核算，不得混用。"""


class StepUnknown(Refused):
    """没有“{kind}”这种资金业务。"""


class SameAccount(Refused):
    """“{kind}”的转出和转入是同一科目，不能记账。"""


class BudgetUnchanged(Refused):
    """{source}预算已经是{amount}，没有变化。"""


class NotReversible(Refused):
    """冲销分录不能再冲销；需要恢复时请按原业务重新记账。"""


class AccountClosed(Refused):
    """{source}“{state}”科目已关闭，不能再记账；确需记账请先由有权人员重新启用。"""


class PeriodClosed(Refused):
    """日期{on}所在期间已经结账（结至{until}之前），不能再记账；请改用当前日期，或先反结账。"""
