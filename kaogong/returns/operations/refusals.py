"""What this app refuses, by name."""

from collections.abc import Sequence

from kaogong.kernel.errors import Refused

from ..queries import Problem


class TemplateRefused(Refused):
    """模板有{count}处问题，没有收下：{problems}"""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)
        super().__init__(count=len(self.problems), problems="；".join(str(one) for one in self.problems))


class TemplateFault(Refused):
    """{problem}"""

    form_field = "file"


class TemplateNotDrawable(Refused):
    """现用模板{filename}有{count}处问题，不能出表：{problems}。请上传改好的模板。"""

    def __init__(self, filename: str, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)
        super().__init__(
            filename=filename, count=len(self.problems), problems="；".join(str(one) for one in self.problems)
        )


class TemplateReplaced(Refused):
    """模板{filename}在签字后换了版本，印出来会与签字时不同。请退回，重新取数后再签字。"""


class TemplateMissing(Refused):
    """没有{kind}的模板，请先上传。"""


class TemplateStartsInThePast(Refused):
    """启用日期{starts_on}早于今天。已经出过的报表不受影响，新版本只能从今天或以后启用。"""


class PeriodNotOver(Refused):
    """{period}还没有结束（{last_day}），结束后才能出表。"""


class PeriodUnknown(Refused):
    """{starts_on}不是{kind}的起始日。"""


class ReturnStands(Refused):
    """{title}已有一份{state}（{name}），请先办完或作废。"""


class ReturnFrozenAlready(Refused):
    """{title}已由{name}于{at}复核冻结，不能再冻结。要改数，请出更正表。"""


class ReturnNotFrozen(Refused):
    """{title}还没有冻结，直接修改即可，不必出更正表。"""


class NothingChanged(Refused):
    """{title}的数字与现在的统计数据一致，没有要更正的。"""


class SnapshotMissing(Refused):
    """还没有统计数据，请稍候一分钟再试，或请管理员运行 kaogong statistics refresh。"""


class ChecksStand(Refused):
    """有{count}项审核关系不成立，不能签字：{checks}"""


class ContentDiffers(Refused):
    """{title}的内容与签字时的摘要不符，不能冻结。请报告管理员。"""


class ContentMoved(Refused):
    """{title}在您打开以后又改过，这次没有办理。请重新打开，看过现在的内容再办。"""


class TextUnreadable(Refused):
    """文字里有看不懂的占位符：{problems}"""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(problems="；".join(str(one) for one in problems))


class TextTooLong(Refused):
    """文字超过{limit}字。"""


class ProposalRegistered(Refused):
    """{session}第{number}号已经登记过。"""


class ProposalIncomplete(Refused):
    """请填写{what}。"""


class DueTooEarly(Refused):
    """答复期限{due_on}早于交办日期{received_on}。"""


class DaysBackwards(Refused):
    """数据截止日{ends_on}早于起始日{starts_on}。"""


class AnswerIssuedAlready(Refused):
    """答复已由{name}于{at}签发，不能再改。"""
