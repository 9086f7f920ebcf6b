"""What asking money back refuses, by name."""

from kaogong.kernel.errors import Refused


class NothingToAskBack(Refused):
    """没有选择要追回的付款，或追回金额不大于零。"""


class DebtorsDiffer(Refused):
    """一次追回只能向一方提出；所选付款的收款人不同：{names}。"""


class PaymentNotPaid(Refused):
    """付款{reference}没有到账（{state}），不能追回；请按停付或退票办理。"""


class MoreThanPaid(Refused):
    """付款{reference}还能追回{left}，不能追回{wanted}。"""


class LineAskedAlready(Refused):
    """明细{line}已在{number}中追回，合计将超过已拨的{paid}。"""


class BeyondExcess(Refused):
    """立项以后有变化：这些阶段合计要追回{asked}，现在多列的只有{excess}。{why}请撤销本次立项，按重新找到的线索办理。"""


class LeadTaken(Refused):
    """“{line}”已由{number}立项追回，不能重复立项。"""


class LeadGone(Refused):
    """“{line}”{state}，不能立项追回。"""


class LeadOfAnother(Refused):
    """线索“{line}”是向{name}追回的，与所选付款的收款人不同。"""


class RecoupmentIncomplete(Refused):
    """追回须写明依据和事实。"""


class ServingIncomplete(Refused):
    """送达须写明方式；送达日期不能在今天以后，也不能早于立项。"""


class DeadlineFixed(Refused):
    """退款期限按规定为送达后{days}个工作日，不能另行约定。"""


class DeadlinePast(Refused):
    """约定的退款期限{due_on}须在送达之后。"""


class PlanWrong(Refused):
    """分期合计{sum}，与未退金额{left}不同，或日期有重复、早于今天。"""


class ReceiptTooLarge(Refused):
    """{number}还应退{left}，不能收{wanted}；多收的请退回对方。"""


class InterestTooLarge(Refused):
    """{number}到{on}应收利息还有{left}，不能收{wanted}。"""


class BankReferenceTaken(Refused):
    """银行流水{reference}已登记为收据{number}。"""


class ReceiptWrong(Refused):
    """退款须写明银行流水号，金额大于零，到账日期不早于送达、不晚于今天。"""


class OffsetNotReversible(Refused):
    """收据{number}是抵扣，原付款已付清，不能冲销；抵错的请另行支付。"""


class ConsentMissing(Refused):
    """没有记明对方同意抵扣的文件、日期和同意人，不能抵扣。"""


class PaymentOfAnother(Refused):
    """付款{reference}的收款人是{payee}，不是{debtor}，不能抵扣。"""


class ReceiptsStanding(Refused):
    """{number}已收到退款{sum}，不能撤销；请先冲销收据，或就余额提请核销。"""


class DocumentMissing(Refused):
    """核销须写明批准文件。"""


class ObjectionLate(Refused):
    """异议期限到{until}为止，已经过了；有新的情况请联系承办部门。"""


class ObjectionEmpty(Refused):
    """请写明异议的内容。"""


class ObjectionOpen(Refused):
    """上一次异议还没有答复。"""


class RecoupmentOver(Refused):
    """{number}已了结，不能再提异议。"""
