"""What enquiries refuse, by name."""

from kaogong.kernel.errors import Refused


class EnquiryEmpty(Refused):
    """请填写标题和要咨询的内容。"""


class EnquiryTooLong(Refused):
    """内容超过{limit}字，请分开咨询。"""


class CategoryUnknown(Refused):
    """没有“{category}”这个咨询类别，或这一天不再受理。"""


class CategoryElsewhere(Refused):
    """“{category}”请从投诉举报页面提交，有专人受理、可以匿名。"""


class NumbersTyped(Refused):
    """内容里有像身份证号码、手机号码或银行卡号的数字。请删去；确实需要提供的，请勾选确认后再提交。"""


class RegionOutside(Refused):
    """“{region_code}”不在本系统受理的区域内。"""


class NotAskableFurther(Refused):
    """这件咨询还没有答复，不能追问；补充情况请等答复后提出。"""


class AskedTooLate(Refused):
    """追问期限到{last_on}为止，已经过了。请另提一件新的咨询。"""


class NothingToJudge(Refused):
    """还没有答复，或已经评价过这次答复。"""


class AssigneeUnknown(Refused):
    """只能分给本地区有办理权限的在职经办。"""


class DepartmentNotKnown(Refused):
    """没有“{department}”这个部门。"""


class MergedIntoItself(Refused):
    """{number}不能作为合并的主件：它就是这一件，或已经合并、不予答复。"""


class ReplyMissing(Refused):
    """还没有起草答复。"""


class ReplyTooLong(Refused):
    """答复超过{limit}字。"""


class FigureDaysMissing(Refused):
    """要取数，请填写数据起始日和截止日，截止日不早于起始日。"""


class SecondPersonNeeded(Refused):
    """本地区规定答复须由{persons}人办理，请送复核，由另一人发出。"""


class DrafterMayNotIssue(Refused):
    """这份答复由{name}起草，须由另一人复核发出。"""


class NotAnonymised(Refused):
    """发布前须由人核对：请勾选确认已经去掉咨询人的姓名、号码和能认出本人的情况。"""


class PublishedNumbers(Refused):
    """要发布的文字里还有身份证号码、手机号码或银行卡号，请删去。"""


class PublishedName(Refused):
    """要发布的文字里有咨询人的姓名，请删去。"""


class PublishedEmpty(Refused):
    """请填写问题和答复。"""


class SchemeNotInForce(Refused):
    """补贴项目“{scheme}”在{on}不在执行，不能作为依据。"""


class NotYetAnswered(Refused):
    """答复发出以后才能发布为常见问题。"""
