"""What goes to the bank and what comes back, whatever the layout."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from kaogong.kernel.errors import Refused


class LayoutUnknown(Refused):
    """没有“{code}”这种银行文件格式，或它在{on}还没有启用。"""


class LayoutMalformed(Refused):
    """银行文件格式“{file}”写得不对：{problem}。"""


class TermsMissing(Refused):
    """“{layout}”还需要这些付款信息：{missing}。请先在资金的付款设置中补齐。"""


class LinesNotWritable(Refused):
    """有{count}处写不进“{layout}”，不能截短：{problems}。请更正收款信息，或换一种银行文件格式。"""


class AnswerUnreadable(Refused):
    """“{filename}”看不懂：{problem}。"""


@dataclass(frozen=True, slots=True)
class PaymentLine:
    """One payment as the bank is told of it."""

    batch_number: str
    reference: str
    holder: str
    account: str
    bank_name: str
    amount_fen: int
    purpose: str


@dataclass(frozen=True, slots=True)
class BatchHead:
    """What a payment file says once: which batch, when made, paid from where, under which budget codes."""

    batch_number: str
    made_at: datetime
    payer_name: str = ""
    payer_account: str = ""
    payer_bank: str = ""
    codes: Mapping[str, str] = field(default_factory=dict)

    def get(self, name: str) -> str:
        """A field of the head or one of its codes, "" where there is none."""
        return str(getattr(self, name, "") or self.codes.get(name, ""))


@dataclass(slots=True)
class AnswerLine:
    """One line of what the bank answered, as the file tells it; amounts in yuan, as text."""

    row_number: int
    batch_number: str
    reference: str
    account: str
    amount: str
    result: str
    reason: str
    problems: list[str] = field(default_factory=list)
    outcome: str | None = None  # what the layout itself says the result means; None: by the word alone
    group: str = (
        ""  # of the whole batch, not of one payment: "rejected", or "told" where nothing follows from it
    )


LINES_TOLD = 10


def listed(problems: list[str]) -> str:
    """The first few, and how many there are in all."""
    more = f"……等{len(problems)}处" if len(problems) > LINES_TOLD else ""
    return "；".join(problems[:LINES_TOLD]) + more
