"""Evidence of presence in words."""

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from kaogong.presence.queries.evidence import LINK_LABELS
from kaogong.training.queries.attendance import ATTENDANCE_MARKS

TIERS = {
    "strong": ("ok", _("依据充分")),
    "fair": ("ask", _("依据一般")),
    "weak": ("no", _("依据不足")),
    "none": ("off", _("没有依据")),
}
WAYS = {"scanned": _("扫码"), "typed": _("输入短码")}
PLACES = {
    "inside": _("在培训地点"),
    "outside": _("不在培训地点"),
    "unclear": _("定位太粗"),
    "absent": _("没有定位"),
    "flat": _("定位可疑"),
}
ALARMS = {
    "nobody": ("no", _("开课后没人签到")),
    "shared_phones": ("ask", _("几个人用一部手机")),
    "outside": ("no", _("半数以上不在现场")),
    "implausible": ("ask", _("定位一模一样")),
    "forged": ("no", _("有人用假码")),
    "photographed": ("ask", _("有人用翻拍的码")),
    "many_assisted": ("ask", _("半数以上代签")),
}


def weak_side(weighed, phase: str) -> list[str]:
    """What a learner may still do for it, or where the evidence just taken is weakest."""
    if phase == "in":
        return [gettext("下课前请再扫一次屏幕上的码签退，到课依据更充分。")]
    return [
        gettext("这一次的依据 {score} 分，最弱的一环：{link}。").format(
            score=weighed.score, link=LINK_LABELS[weighed.weakest]
        )
    ]


def way_words(check_in) -> str:
    """How one check-in was made, in a few words: its source, and for a phone the way and the place."""
    if check_in.source != "phone":
        return gettext(str(check_in.get_source_display()))
    words = [gettext(WAYS.get(check_in.way, "扫码")), gettext(PLACES[check_in.place])]
    if check_in.is_queued:
        words.append(gettext("断网补传"))
    return " · ".join(words)


def mark_words(mark: str) -> str:
    """A mark of the attendance book in words."""
    return gettext(str(ATTENDANCE_MARKS[mark][1])) if mark in ATTENDANCE_MARKS else gettext("还没有记")


def mark_tone(mark: str) -> str:
    """The badge of a mark."""
    return {"P": "ok", "T": "ask", "E": "ask", "": "off"}.get(mark, "no")
