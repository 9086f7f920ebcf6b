"""The closed lists of words that rules and the rulebook share, each with its labels."""

from typing import NamedTuple

from kaogong.kernel.certificate_number import CertificateKind


class Word(NamedTuple):
    """A code's label in Chinese and English."""

    label: str
    label_en: str


_KINDS_EN = {
    CertificateKind.QUALIFICATION: "vocational qualification certificate",
    CertificateKind.SKILL_LEVEL: "vocational skill level certificate",
    CertificateKind.SPECIAL_ABILITY: "special ability certificate",
    CertificateKind.SPECIAL_OPERATION: "special operation permit",
    CertificateKind.TRAINING_COMPLETION: "training completion certificate",
    CertificateKind.SPECIAL_EQUIPMENT: "special equipment operation permit",
}
# "none" says that the person is known to hold no certificate; None would mean that nobody knows.
CERTIFICATE_KINDS = {kind.value: Word(kind.label, _KINDS_EN[kind]) for kind in CertificateKind}
CERTIFICATE_KINDS["none"] = Word("未取得证书", "no certificate")

# The number is the one printed on certificates: 5 lowest, 1 highest; 0 has no level and no order.
LEVELS = {
    5: Word("五级（初级工）", "level 5 (elementary)"),
    4: Word("四级（中级工）", "level 4 (intermediate)"),
    3: Word("三级（高级工）", "level 3 (advanced)"),
    2: Word("二级（技师）", "level 2 (technician)"),
    1: Word("一级（高级技师）", "level 1 (senior technician)"),
    0: Word("不分等级", "no level"),
}
LEVEL_NAMES = {"五级": 5, "四级": 4, "三级": 3, "二级": 2, "一级": 1, "不分等级": 0}

# How an earlier subsidy stands. "claimed" means: in another live claim that comes first.
SUBSIDY_STATUSES = {
    "claimed": Word("已申领", "claimed"),
    "reserved": Word("已核准未拨付", "approved, not yet paid"),
    "paid": Word("已拨付", "paid"),
    "refused": Word("不予补贴", "refused"),
    "withdrawn": Word("已撤回", "withdrawn"),
    "recovered": Word("已追回", "recovered"),
}
COUNTING_STATUSES = frozenset({"claimed", "reserved", "paid"})

PAYEES = {
    "provider": Word("培训机构", "the provider"),
    "person": Word("学员本人", "the learner"),
}

UNITS = {
    "次/年": Word("次/年", "times a year"),
    "岁": Word("岁", "years of age"),
    "%": Word("%", "%"),
    "个月": Word("个月", "months"),
    "个工作日": Word("个工作日", "working days"),
    "证书种类": Word("证书种类", "certificate kinds"),
    "人员类别": Word("人员类别", "groups"),
    "元/人": Word("元/人", "yuan per person"),
    "元/学时": Word("元/学时", "yuan per hour"),
    "元/天": Word("元/天", "yuan per day"),
}


def certificate_kind(word: object) -> str | None:
    """The kind's code for a code or a Chinese label; None when it is neither."""
    if isinstance(word, str):
        if word in CERTIFICATE_KINDS:
            return str(word)
        return next((code for code, kind in CERTIFICATE_KINDS.items() if kind.label == word), None)
    return None


def level(word: object) -> int | None:
    """The level's number for 5, "5" or "五级"; None when it is none of them."""
    if isinstance(word, bool):
        return None
    if isinstance(word, int):
        return word if word in LEVELS else None
    if isinstance(word, str):
        if word in LEVEL_NAMES:
            return LEVEL_NAMES[word]
        return int(word) if word in {"0", "1", "2", "3", "4", "5"} else None
    return None
