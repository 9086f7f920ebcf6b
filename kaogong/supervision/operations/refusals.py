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


class OrderReasonMissing(Refused):
    """请选择检查来由并写明检查事由。"""


class TooFewNamed(Refused):
    """至少要派两名检查员。"""


class InspectorConflicted(Refused):
    """{inspector}与“{institution}”有回避关系，不能派去检查。"""


class ComplaintEmpty(Refused):
    """请写明反映的情况。"""


class ReporterMissing(Refused):
    """实名反映请填写姓名和联系方式；不愿留下的，请选择匿名。"""


class ComplaintNotOver(Refused):
    """这件事还在办理，答复以后才能要求重新调查。"""


class ForwardMissing(Refused):
    """请写明转送给哪个单位。"""


class NobodyToAsk(Refused):
    """受理并关联到机构以后，才能向机构函询。"""


class QuestionMissing(Refused):
    """请写明要机构说明的情况。不要写出举报人的信息。"""


class InquiryAnswered(Refused):
    """这件函询已经答复过。"""


class CaseIncomplete(Refused):
    """请写明来由、涉及的机构或人员和查明的事实。"""


class CaseTaken(Refused):
    """这条线索已经立案，案件编号{number}。"""


class CriteriaUnset(Refused):
    """本区没有定性标准，不能定性。"""


class CriterionUnanswered(Refused):
    """“{criterion}”没有回答或没有写明理由。"""


class FraudWithoutGround(Refused):
    """定为骗取，须有至少一项指向骗取的标准认定为“是”。"""


class ToleranceMissing(Refused):
    """定为失误，请写明为什么不予处理（容错理由）。"""


class CaseNotConfirmed(Refused):
    """案件定性确认以后才能办理，移送只办一次。"""


class RecoveriesOpen(Refused):
    """还有{count}笔款项没有退回，不能结案。"""


class RecoveryWrong(Refused):
    """退回金额、期限或申领编号不正确：金额应大于零、不超过该申领，期限应晚于今天。"""


class SanctionIncomplete(Refused):
    """请写明处理对象（机构或人员其一）、措施、依据、理由和陈述申辩期限；来自案件的，案件须已确认定性。"""


class StepUnknown(Refused):
    """本区的处理措施里没有“{step}”。"""


class SanctionTaken(Refused):
    """已有同一措施正在办理或执行：{number} {label}。"""


class StatementMissing(Refused):
    """请填写陈述申辩意见。"""


class PleadOver(Refused):
    """陈述申辩期已过，或已经提交过。"""


class PleadStillOpen(Refused):
    """对方可以在{until}前陈述申辩，期满或收到意见后才能决定。"""


class SanctionDayWrong(Refused):
    """开始执行日期不能早于今天。"""


class SanctionNotBegun(Refused):
    """{start_on}才到日期，现在不能办理。"""


class NotAnApprover(Refused):
    """{name}的岗位不能办理这项审批，不能作为责任人。"""


class SupervisorApproves(Refused):
    """{name}的岗位自己可以办理这项审批，不能作为监管人。"""


class ProviderBarred(Refused):
    """“{institution}”在黑名单上（{number}），不能认定；期满或修复后再办。"""
