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
    "employer": Word("用人单位", "the employer"),
    "applicant": Word("申报单位", "the applicant body"),
}

# How high the body stands that grants an honour or recognises a studio, a base or a talent.
TIERS = {
    "national": Word("国家级", "national"),
    "provincial": Word("省级", "provincial"),
    "municipal": Word("市级", "municipal"),
    "county": Word("县市区级", "county"),
}

# The steps at which a subsidy in stages falls due.
STAGES = {
    "creation": Word("创建", "creation"),
    "start": Word("开班", "start"),
    "year_1": Word("学徒第一年", "first year of apprenticeship"),
    "year_2": Word("学徒第二年", "second year of apprenticeship"),
    "year_3": Word("学徒第三年", "third year of apprenticeship"),
    "completion": Word("结业", "completion"),
    "certificate": Word("取证", "certificate"),
    "employment": Word("就业", "employment"),
    "evaluation": Word("绩效评价", "evaluation"),
}


class Unit(NamedTuple):
    """A unit a dated value may carry, and the shape of what is written with it."""

    label: str
    label_en: str
    shape: str


_UNITS = (
    Unit("次/年", "times a year", "count"),
    Unit("次", "times", "count"),
    Unit("岁", "years of age", "count"),
    Unit("%", "%", "percent"),
    Unit("分", "points", "count"),
    Unit("人", "people", "count"),
    Unit("学时", "hours", "count"),
    Unit("个月", "months", "count"),
    Unit("个工作日", "working days", "count"),
    Unit("证书种类", "certificate kinds", "kinds"),
    Unit("人员类别", "groups", "groups"),
    Unit("等级", "levels", "levels"),
    Unit("职业代码", "occupation codes", "occupations"),
    Unit("级别", "tiers", "tiers"),
    Unit("阶段", "stages", "stages"),
    Unit("补贴项目", "schemes", "schemes"),
    Unit("元", "yuan", "money"),
    Unit("元/人", "yuan per person", "rates"),
    Unit("元/人·年", "yuan per person and year", "rates"),
    Unit("元/人次", "yuan per person-time", "money"),
    Unit("元/人·月", "yuan per person and month", "money"),
    Unit("元/学时", "yuan per hour", "money"),
    Unit("元/天", "yuan per day", "money"),
    Unit("元/月", "yuan per month", "money"),
    Unit("元/年", "yuan per year", "money"),
    Unit("元/项", "yuan each", "money"),
    Unit("元/级别", "yuan by tier", "by_tier"),
    Unit("元/分段", "yuan by score", "bands"),
    Unit("%/阶段", "% by stage", "by_stage"),
)
UNITS = {unit.label: unit for unit in _UNITS}

# Units of conduct: what a value counts or measures, beside the units a rule may carry.
CONDUCT_UNITS = {
    "MB": "MB",
    "个班": "classes",
    "人次": "attendances",
    "份": "answers or sheets",
    "位": "bits",
    "分钟": "minutes",
    "处": "addresses",
    "天": "days",
    "家": "providers",
    "家企业": "enterprises",
    "对": "pairs",
    "对数几率": "log odds",
    "小时": "hours",
    "年": "years",
    "张": "pictures",
    "时刻": "time of day",
    "概率": "probability",
    "比例": "as a share of 1",
    "点": "o'clock",
    "种": "kinds",
    "秒": "seconds",
    "秒/人": "seconds per person",
    "米": "metres",
    "行": "rows",
    "补贴项目": "schemes",
    "课时": "lesson hours",
    "倍": "times as much",
    "风险等级": "severities",
    "人员类别": "groups",
}

# What the cells of a list of conduct are written with, for people to read.
CONDUCT_WORDS = {
    # how a field is filled in
    "text": Word("文字", "text"),
    "number": Word("数字", "number"),
    "date": Word("日期", "date"),
    "month": Word("月份", "month"),
    "choice": Word("选一项", "one of a list"),
    "employer": Word("用人单位", "employer"),
    "credit_code": Word("统一社会信用代码", "credit code"),
    "trainer": Word("教师", "trainer"),
    "score": Word("打分", "score"),
    "yes_no": Word("是或否", "yes or no"),
    "last_day": Word("结业时", "on the last day"),
    "later": Word("结业后", "later"),
    # evidence of presence
    "who": Word("是本人", "who"),
    "where": Word("在场地", "where"),
    "when": Word("在上课时间", "when"),
    "throughout": Word("全程在场", "throughout"),
    "supports": Word("证明（取最高）", "supports (the highest counts)"),
    "limits": Word("封顶", "limits"),
    # grants
    "person": Word("人员", "a person"),
    "body": Word("单位", "a body"),
    "once": Word("一次", "once"),
    "yearly": Word("按年", "yearly"),
    "monthly": Word("按月", "monthly"),
    # recognition and evaluation
    "full_time_trainers": Word("专职教师人数", "full-time trainers"),
    "managers": Word("管理人员人数", "managers"),
    "sites": Word("场地数", "sites"),
    "rooms": Word("教室数", "rooms"),
    "accessible_rooms": Word("无障碍教室数", "accessible rooms"),
    "capacity": Word("可容纳人数", "capacity"),
    "equipment_of_each": Word("各项设备数", "equipment of each kind"),
    "measured": Word("系统数据", "measured"),
    "assessor": Word("评估人打分", "the assessor"),
    "third_party": Word("第三方", "an outside body"),
    "pass_rate": Word("考核合格率", "pass rate"),
    "attendance": Word("到课率", "attendance"),
    "complaints": Word("查实的投诉", "complaints upheld"),
    "findings": Word("检查发现的问题", "inspection findings"),
    "renew": Word("续签", "renew"),
    "keep": Word("继续", "carry on"),
    "rectify": Word("限期整改", "put right"),
    "exit": Word("办理退出", "leave"),
    # cases and sanctions
    "grades": Word("定性", "grade"),
    "earlier": Word("此前已", "after"),
    "overdue_findings": Word("超期未整改的问题", "overdue findings"),
    "error": Word("失误", "error"),
    "fault": Word("违规", "fault"),
    "fraud": Word("骗取", "fraud"),
    "talk": Word("约谈", "formal talk"),
    "criticise": Word("通报", "public criticism"),
    "terminate": Word("解除协议", "end of the contract"),
    "published": Word("在门户公布", "published on the portal"),
    "contract_suspended": Word("暂停协议", "contract suspended"),
    "contract_ended": Word("解除协议", "contract ended"),
    "claims_held": Word("暂缓拨付补贴", "payments held"),
    "barred": Word("列入黑名单", "barred"),
    "severe": Word("严重", "severe"),
    # what a scheme allows, and limits of a timetable
    "work": Word("上课时段在岗", "being at work during class"),
    "night": Word("夜间上课", "classes at night"),
    "at_school": Word("在校", "being at school"),
    "allowed": Word("可以", "allowed"),
}


def code_of(word: object, words: dict[str, Word]) -> str | None:
    """The code for a code or a Chinese label of a closed list; None when it is neither."""
    if not isinstance(word, str):
        return None
    return word if word in words else next((code for code, w in words.items() if w.label == word), None)


def certificate_kind(word: object) -> str | None:
    """The kind's code for a code or a Chinese label; None when it is neither."""
    return code_of(word, CERTIFICATE_KINDS)


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
