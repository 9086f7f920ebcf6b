"""The lives of a periodic return and of a deputies' proposal with its answer."""

from django.utils.translation import gettext_lazy as _

from kaogong.access.permissions import Permission as P
from kaogong.kernel.lifecycle import Lifecycle, Move

PERIOD_RETURN = Lifecycle(
    name="period_return",
    initial="drafted",
    states={
        "drafted": _("起草中"),
        "signed": _("待复核"),
        "frozen": _("已冻结"),
        "discarded": _("已作废"),
    },
    moves=(
        Move(
            "sign", "signed", "drafted", "signed", P.SIGN_RETURN, _("签字报复核"),
            confirm=_("签字后数字和文字都不能再改，由另一人复核冻结。"),
        ),
        Move("send_back", "sent_back", "signed", "drafted", P.FREEZE_RETURN, _("退回修改"), reason=True),
        Move(
            "freeze", "frozen", "signed", "frozen", P.FREEZE_RETURN, _("复核签字并冻结"),
            not_same_person_as=("sign",),
            confirm=_("冻结后任何人不能再改；以后的更正另出更正表，写明原数、新数和原因。"),
        ),
        Move("discard", "discarded", "drafted", "discarded", P.DRAFT_RETURN, _("作废草稿"), reason=True),
    ),
    tones={"drafted": "now", "signed": "ask", "frozen": "ok", "discarded": "no"},
)  # fmt: skip

PROPOSAL = Lifecycle(
    name="proposal",
    initial="registered",
    states={
        "registered": _("待办理"),
        "drafted": _("起草答复"),
        "signed": _("待签发"),
        "answered": _("已答复"),
    },
    moves=(
        Move("draft", "drafted", "registered", "drafted", P.DRAFT_ANSWER, _("起草答复")),
        Move(
            "sign", "signed", "drafted", "signed", P.DRAFT_ANSWER, _("核稿签字"),
            confirm=_("签字后文字和数字都不能再改，由另一人签发。"),
        ),
        Move("send_back", "sent_back", "signed", "drafted", P.ISSUE_ANSWER, _("退回修改"), reason=True),
        Move(
            "issue", "issued", "signed", "answered", P.ISSUE_ANSWER, _("签发"),
            not_same_person_as=("sign",), confirm=_("签发后答复不能再改。"),
        ),
    ),
    tones={"registered": "now", "drafted": "now", "signed": "ask", "answered": "ok"},
)  # fmt: skip

KINDS = {"quarterly": _("季报"), "yearly": _("年报")}
TEMPLATE_KINDS = KINDS | {"proposal": _("建议提案答复")}
LAYOUTS = {"xlsx": _("Excel 表"), "docx": _("Word 文稿")}
CATEGORIES = {"suggestion": _("人大代表建议"), "motion": _("政协委员提案")}
