"""Findings in the reader's language: what was found, how it could be harmless, what to ask."""

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from kaogong.detection import DETECTORS
from kaogong.risk.states import ESCALATIONS, FAMILIES, OUTCOMES, SEVERITIES
from kaogong.web.parts.values import in_english

# What a detector may lack, in words.
FRAMES = {
    "checkins": _("签到记录"),
    "photos": _("照片"),
    "surveys": _("学员回访"),
    "plays": _("网课学习记录"),
    "busy": _("上班、住院等登记"),
    "standings": _("死亡、养老、学籍登记"),
    "accounts": _("银行账户"),
    "results": _("考核成绩"),
    "results.answers": _("答卷"),
    "marks": _("考勤"),
    "sessions.room": _("教室"),
}
TONES = {"notice": "", "serious": "ask", "severe": "no"}


def _side(say) -> str:
    return say.en if in_english() else say.zh


def title_of(kind: str) -> str:
    """The name of a kind of finding."""
    return _side(DETECTORS[kind].title) if kind in DETECTORS else kind


def sentence_of(finding) -> str:
    """What was found, with its figures."""
    if finding.kind not in DETECTORS:
        return finding.kind
    return DETECTORS[finding.kind].says.filled(finding.figures, in_english())


def innocent_of(kind: str) -> str:
    """How it could be harmless."""
    return _side(DETECTORS[kind].innocent) if kind in DETECTORS else ""


def question_of(kind: str, *, chinese: bool = False) -> str:
    """What to ask; a question that is sent is in Chinese whatever the reader's language."""
    if kind not in DETECTORS:
        return ""
    return DETECTORS[kind].ask.zh if chinese else _side(DETECTORS[kind].ask)


def severity_words(severity: str) -> str:
    """The grade in words."""
    return gettext(SEVERITIES[severity])


def family_words(family: str) -> str:
    """The kind of fraud in words."""
    return gettext(FAMILIES[family])


def outcome_words(outcome: str) -> str:
    """How a finding was settled, in words."""
    return gettext({**OUTCOMES, **ESCALATIONS}[outcome]) if outcome else ""


def cells(table) -> list[list[dict]]:
    """The rows of an evidence table as cells that say what they hold, for the templates of each door."""
    labels = {name: gettext(label) for name, label in table.columns}
    return [
        [{"label": labels[name], "kind": _kind(name, value), "value": _shown(value)} for name, value in row]
        for row in table.rows
    ]


def missing_words(told: dict) -> str:
    """What a detector lacked, in words."""
    named = [gettext(FRAMES.get(name, name)) for name in told.get("lacks", [])]
    unset = [gettext("没有定阈值：{name}").format(name=name) for name in told.get("unset", [])]
    failed = [gettext("出错")] if told.get("failed") else []
    return "、".join([*named, *unset, *failed])


def heads(table) -> list[str]:
    """The headings of an evidence table."""
    return [gettext(label) for _name, label in table.columns]


def _kind(name: str, value) -> str:
    if value is None:
        return "none"
    stem = name.removesuffix("_b")
    if isinstance(value, str | int | float):
        return "plain"
    return stem if stem in ("person", "session", "class", "institution") else "named"


def _shown(value):
    return gettext(value) if isinstance(value, str) and value else value
