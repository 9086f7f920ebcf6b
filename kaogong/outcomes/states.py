"""The lives of a survey, of one answer to it, and of an employment follow-up."""

from kaogong.access.permissions import Permission
from kaogong.kernel.lifecycle import Lifecycle, Move

SURVEY = Lifecycle(
    name="survey",
    initial="opened",
    states={"opened": "正在评价", "closed": "已截止"},
    tones={"opened": "now", "closed": "ok"},
    moves=(
        Move("close", "closed", "opened", "closed", Permission.SET_ASIDE_ANSWER, "截止评价", system=True),
    ),
)

SURVEY_ANSWER = Lifecycle(
    name="survey_answer",
    initial="counted",
    states={"counted": "计入", "set_aside": "暂不计入"},
    tones={"counted": "ok", "set_aside": "ask"},
    moves=(
        Move(
            "set_aside",
            "set_aside",
            "counted",
            "set_aside",
            Permission.SET_ASIDE_ANSWER,
            "暂不计入评价",
            reason=True,
            system=True,
        ),
        Move(
            "restore",
            "restored",
            "set_aside",
            "counted",
            Permission.RESTORE_ANSWER,
            "恢复计入评价",
            reason=True,
        ),
    ),
)

FOLLOW_UP = Lifecycle(
    name="follow_up",
    initial="due",
    states={
        "due": "待核实",
        "declared": "本人申报待确认",
        "employed": "已就业",
        "jobless": "未就业",
        "unknown": "未知",
    },
    tones={"due": "now", "declared": "ask", "employed": "ok", "jobless": "no", "unknown": "ask"},
    moves=(
        Move(
            "find_employed",
            "found_employed",
            ("due", "jobless", "unknown"),
            "employed",
            Permission.CONFIRM_EMPLOYMENT,
            "登记查到就业",
            system=True,
        ),
        Move(
            "find_jobless",
            "found_jobless",
            ("due", "unknown"),
            "jobless",
            Permission.CONFIRM_EMPLOYMENT,
            "登记查明未就业",
            system=True,
        ),
        Move("lapse", "lapsed", "due", "unknown", Permission.DECLINE_EMPLOYMENT, "到期仍未知", system=True),
        Move(
            "declare",
            "declared",
            ("due", "jobless", "unknown"),
            "declared",
            Permission.DECLARE_EMPLOYMENT,
            "申报就业情况",
        ),
        Move("confirm", "confirmed", "declared", "employed", Permission.CONFIRM_EMPLOYMENT, "确认就业"),
        Move(
            "decline",
            "declined",
            "declared",
            "unknown",
            Permission.DECLINE_EMPLOYMENT,
            "退回就业申报",
            reason=True,
        ),
    ),
)
