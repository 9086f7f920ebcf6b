"""The lives of a class, of a change to it, of a roster upload and of an enrolment."""

from kaogong.access.permissions import Permission
from kaogong.kernel.lifecycle import Lifecycle, Move

TRAINING_CLASS = Lifecycle(
    name="class",
    initial="drafted",
    states={
        "drafted": "草稿",
        "filed": "已申报开班",
        "returned": "退回修改",
        "approved": "同意开班",
        "running": "开班中",
        "finished": "已结业",
        "cancelled": "已取消",
    },
    tones={
        "filed": "now",
        "returned": "ask",
        "approved": "ok",
        "running": "now",
        "finished": "ok",
        "cancelled": "no",
    },
    moves=(
        Move("file", "filed", "drafted", "filed", Permission.FILE_CLASS, "申报开班"),
        Move("refile", "refiled", "returned", "filed", Permission.FILE_CLASS, "重新申报"),
        Move(
            "approve",
            "approved",
            "filed",
            "approved",
            Permission.APPROVE_CLASS,
            "同意开班",
            not_same_person_as=("file", "refile"),
        ),
        Move("return", "returned", "filed", "returned", Permission.RETURN_CLASS, "退回开班申报", reason=True),
        Move(
            "cancel",
            "cancelled",
            ("drafted", "filed", "returned", "approved"),
            "cancelled",
            Permission.CANCEL_CLASS,
            "取消开班",
            reason=True,
            confirm="取消后不能恢复，课程表占用的教师和场地会放开。",
        ),
        Move("start", "started", "approved", "running", Permission.START_CLASS, "开班", system=True),
        Move(
            "finish",
            "finished",
            "running",
            "finished",
            Permission.FINISH_CLASS,
            "结业",
            confirm="结业后考勤不能再改，课时写入学员终身培训档案。",
        ),
    ),
)

ROSTER = Lifecycle(
    name="roster",
    initial="received",
    states={"received": "已收到，待核验", "checked": "已核验", "taken": "已录入", "discarded": "已放弃"},
    tones={"received": "now", "checked": "ask", "taken": "ok", "discarded": "no"},
    moves=(
        Move("check", "checked", "received", "checked", Permission.UPLOAD_ROSTER, "核验花名册", system=True),
        Move("take", "taken", "checked", "taken", Permission.UPLOAD_ROSTER, "录入合格行", system=True),
        Move(
            "discard",
            "discarded",
            ("received", "checked"),
            "discarded",
            Permission.UPLOAD_ROSTER,
            "放弃花名册",
        ),
    ),
)

ENROLMENT = Lifecycle(
    name="enrolment",
    initial="enrolled",
    states={"enrolled": "在册", "withdrawn": "已退出"},
    tones={"enrolled": "ok", "withdrawn": "no"},
    moves=(
        Move(
            "withdraw",
            "withdrawn",
            "enrolled",
            "withdrawn",
            Permission.UPLOAD_ROSTER,
            "学员退出",
            reason=True,
        ),
        Move("readmit", "readmitted", "withdrawn", "enrolled", Permission.UPLOAD_ROSTER, "学员恢复在册"),
    ),
)

CLASS_CHANGE = Lifecycle(
    name="class_change",
    initial="proposed",
    states={
        "proposed": "待审批",
        "approved": "已同意变更",
        "refused": "不同意变更",
        "withdrawn": "已撤回",
        "logged": "已备案",
    },
    tones={"proposed": "now", "approved": "ok", "refused": "no", "logged": "ok"},
    moves=(
        Move("approve", "approved", "proposed", "approved", Permission.APPROVE_CHANGE, "同意变更"),
        Move(
            "refuse", "refused", "proposed", "refused", Permission.APPROVE_CHANGE, "不同意变更", reason=True
        ),
        Move("withdraw", "withdrawn", "proposed", "withdrawn", Permission.PROPOSE_CHANGE, "撤回变更"),
        Move("log", "logged", "proposed", "logged", Permission.PROPOSE_CHANGE, "变更备案", system=True),
    ),
)
