"""The lives of a department's file, of its sheets of sums, and of one person-time told twice."""

from kaogong.access.permissions import Permission
from kaogong.kernel.lifecycle import Lifecycle, Move

DEPARTMENT_FILE = Lifecycle(
    name="department_file",
    initial="received",
    states={
        "received": "已接收",
        "checked": "已核验",
        "accepted": "已接纳",
        "replaced": "已被替换",
        "withdrawn": "已撤回",
    },
    tones={"received": "ask", "checked": "now", "accepted": "ok", "withdrawn": "no"},
    moves=(
        Move(
            "check",
            "checked",
            ("received", "checked"),
            "checked",
            Permission.SEND_DEPARTMENT_FILE,
            "核验部门数据",
        ),
        Move(
            "accept",
            "accepted",
            "checked",
            "accepted",
            Permission.ACCEPT_DEPARTMENT_FILE,
            "接纳部门数据",
            not_same_person_as=("check",),
            confirm="接纳后，合格的行计入统计；有疑似重复的，核定前不计入。",
        ),
        Move(
            "replace",
            "replaced",
            "accepted",
            "replaced",
            Permission.ACCEPT_DEPARTMENT_FILE,
            "替换部门数据",
            system=True,
        ),
        Move(
            "withdraw",
            "withdrawn",
            ("received", "checked"),
            "withdrawn",
            Permission.SEND_DEPARTMENT_FILE,
            "撤回部门数据",
            reason=True,
        ),
        Move(
            "set_aside",
            "set_aside",
            "accepted",
            "withdrawn",
            Permission.ACCEPT_DEPARTMENT_FILE,
            "取消接纳",
            reason=True,
            confirm="取消后，这个文件的各行不再计入统计。",
        ),
    ),
)

SUM_SHEET = Lifecycle(
    name="sum_sheet",
    initial="received",
    states=DEPARTMENT_FILE.states,
    tones=DEPARTMENT_FILE.tones,
    moves=(
        Move(
            "check",
            "checked",
            "received",
            "checked",
            Permission.SEND_DEPARTMENT_FILE,
            "核验部门合计表",
        ),
        Move(
            "accept",
            "accepted",
            "checked",
            "accepted",
            Permission.ACCEPT_DEPARTMENT_FILE,
            "接纳部门合计表",
            not_same_person_as=("check",),
            confirm="接纳后，各行在统计数旁单独列出，不并入有人员名单的数。",
        ),
        Move(
            "replace",
            "replaced",
            "accepted",
            "replaced",
            Permission.ACCEPT_DEPARTMENT_FILE,
            "替换部门合计表",
            system=True,
        ),
        Move(
            "withdraw",
            "withdrawn",
            "checked",
            "withdrawn",
            Permission.SEND_DEPARTMENT_FILE,
            "撤回部门合计表",
            reason=True,
        ),
        Move(
            "set_aside",
            "set_aside",
            "accepted",
            "withdrawn",
            Permission.ACCEPT_DEPARTMENT_FILE,
            "取消接纳",
            reason=True,
            confirm="取消后，这份合计表的各行不再列出。",
        ),
    ),
)

DEPARTMENT_TOKEN = Lifecycle(
    name="department_token",
    initial="issued",
    states={"issued": "可用", "revoked": "已吊销"},
    tones={"issued": "ok", "revoked": "no"},
    moves=(
        Move(
            "revoke",
            "revoked",
            "issued",
            "revoked",
            Permission.ISSUE_DEPARTMENT_TOKEN,
            "吊销令牌",
            reason=True,
            confirm="吊销后，用它报送的系统立即不能再报送，也不能恢复；要继续报送，须另发一个。",
        ),
    ),
)

RECORD_DUPLICATE = Lifecycle(
    name="record_duplicate",
    initial="found",
    states={"found": "疑似重复", "confirmed": "确认重复", "dismissed": "不是重复"},
    tones={"found": "ask", "confirmed": "no", "dismissed": "ok"},
    moves=(
        Move(
            "confirm",
            "confirmed",
            ("found", "dismissed"),
            "confirmed",
            Permission.DECIDE_DUPLICATE,
            "确认重复",
            reason=True,
        ),
        Move(
            "dismiss",
            "dismissed",
            ("found", "confirmed"),
            "dismissed",
            Permission.DECIDE_DUPLICATE,
            "判定不是重复",
            reason=True,
        ),
    ),
)
