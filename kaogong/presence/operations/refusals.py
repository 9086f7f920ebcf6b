"""What presence refuses, by name."""

from kaogong.kernel.errors import Refused


class CheckInRefused(Refused):
    """签到没有成功。"""

    why = ""


class CodeForged(CheckInRefused):
    """签到码不对。请重新扫描教室屏幕上的码，或照着屏幕输入八位码。"""

    why = "forged"


class CodeExpired(CheckInRefused):
    """签到码已经换过。请扫描屏幕上现在的码。"""

    why = "expired"


class CodePhotographed(CheckInRefused):
    """这个码在{minutes}分钟前就已换掉。请到教室扫描屏幕上现在的码，转发的照片不能用。"""

    why = "photographed"


class QueuedTooLong(CheckInRefused):
    """这条签到在手机里存了太久（超过{hours}小时），不能补传。请联系老师。"""

    why = "too_late"


class NotOfThisClass(CheckInRefused):
    """您不在这个班的名单里，不能签到。如有疑问请问老师。"""

    why = "not_of_class"


class CheckInNotOpen(CheckInRefused):
    """现在不能签到：这次课从{opens}到{closes}可以签到。"""

    why = "not_open"


class CheckInReplayed(CheckInRefused):
    """这条签到记录已由别人或别的手机用过。请重新扫码。"""

    why = "replayed"


class RecallClosed(CheckInRefused):
    """这次点名已于{closes}结束。"""

    why = "recall_closed"


class SessionNotOn(Refused):
    """{on}的这次课现在不能出示签到码：{opens}至{closes}可以。"""


class ClassNotRunning(Refused):
    """班级{number}现在是“{state}”，不能签到。"""


class SessionIsCancelled(Refused):
    """{on}的这次课已取消。"""


class RecallTooSoon(Refused):
    """上一次点名{closes}才结束，请稍后再点。"""


class NobodyChosen(Refused):
    """请至少选一名学员。"""


class LearnerNotInClass(Refused):
    """名单里没有这名学员（编号{enrolment_id}）。"""


class AssistTooLate(Refused):
    """代签须在课次当天起{days}天之内，现在已过。请按更正考勤办理。"""


class SourceUnknown(Refused):
    """“{source}”不是可以导入的来源。"""


class CheckInSheetUnclear(Refused):
    """文件没有导入，请先改正：{problems}。"""


class DisputeTooLate(Refused):
    """对考勤的异议须在课次后{days}天内提出，{on}的课已超过。"""


class DisputeAlreadyOpen(Refused):
    """这次课您已提出过异议，请等待答复（{due_on}前）。"""


class MarkNotDisputed(Refused):
    """您的考勤已经是“{mark}”，不必提出异议。"""


class DeviceNotGiven(Refused):
    """没有收到手机的标识，请刷新页面后再试。"""


class FaceNotAsked(Refused):
    """这次课不需要自拍。已签到的照常计入。"""


class FaceClosed(Refused):
    """自拍须在签到后{minutes}分钟之内、上一张比对完之后。已签到的照常计入。"""


class FaceTriesUsed(Refused):
    """这次签到已交过{tries}张自拍，不用再拍。已签到的照常计入。"""


class FacePhotoUnreadable(Refused):
    """没有读懂这张照片。请用手机相机重拍一张（JPG或PNG，不超过12MB）；不拍也不影响签到。"""

    form_field = "photo"
