"""What supervision refuses, by name."""

from kaogong.kernel.errors import Refused


class AccountTaken(Refused):
    """登录名“{username}”已对应检查员{number}。"""


class InterestExists(Refused):
    """这名检查员对“{institution}”的回避已登记过。"""


class AffiliationExists(Refused):
    """这条隶属关系已登记过，或两个机构相同。"""


class PurposeMissing(Refused):
    """请填写抽查事项。"""


class PercentWrong(Refused):
    """抽取比例应为0至100，每层至少抽取数不小于0，每个对象至少派两名检查员。"""


class NothingToDraw(Refused):
    """没有可抽的对象，或按比例一个也抽不到。"""


class UnknownReference(Refused):
    """名册里没有“{reference}”，不能排除。"""


class TooFewToSend(Refused):
    """“{object}”回避之后只有{count}名检查员可派，不足{needed}名；请增加检查员或写明理由排除该对象。"""


class CommitmentMalformed(Refused):
    """承诺应为64位十六进制数（SHA-256）。"""


class SeedAlreadyCommitted(Refused):
    """您已为这次抽取提交过承诺，或承诺与另一方相同。"""


class SeedsTooFew(Refused):
    """至少要有两方提交种子承诺，现在只有{count}方。"""


class NotAParty(Refused):
    """您不是这次抽取的种子方。"""


class SeedNotCommitted(Refused):
    """种子与事先提交的承诺不符，不能接受。"""


class SeedsMissing(Refused):
    """“{party}”还没有公开种子。"""


class InspectionsBegun(Refused):
    """{number}已经检查，这次抽取不能作废。"""


class NotAssigned(Refused):
    """您不在这次检查所派的检查员之列。"""


class TooFewInspectors(Refused):
    """到场的检查员应不少于两名，且包括填表人。"""


class InspectionDayWrong(Refused):
    """检查日期应在派出之后、今天之前（含当天）。"""


class CountsMissing(Refused):
    """检查班次须填写应到人数和实到人数。"""


class SheetIncomplete(Refused):
    """检查表“{item}”没有填写或填写不正确。"""


class FindingMissing(Refused):
    """“{item}”为否，请写明发现的问题和整改期限。"""


class FindingDaysWrong(Refused):
    """整改期限应为1至90个工作日，并写明问题。"""


class PhotoUnreadable(Refused):
    """照片“{filename}”不是 JPEG 或 PNG，或超过 5 MB；一次最多 6 张。"""


class AnswerMissing(Refused):
    """请填写整改情况。"""
