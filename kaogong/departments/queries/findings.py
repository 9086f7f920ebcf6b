"""What a check may say of a row of a department's list: one sentence for each thing, and how grave it is."""

from django.utils.translation import gettext_noop as N_

from kaogong.training.queries.findings import ERROR, NOTE, WARNING, RosterFinding
from kaogong.training.queries.findings import SENTENCES as ROSTER_SENTENCES

__all__ = ["ERROR", "NOTE", "SENTENCES", "WARNING", "RowFinding", "SumFinding"]

# Names and numbers are wrong in the same ways on both.
AS_OF_A_ROSTER = (
    "cell", "name_missing", "name_differs", "id_length", "id_letters", "id_date", "id_future", "id_checksum",
    "id_upgraded",
)  # fmt: skip

# code -> (severity, column, sentence). Sentences are the keys of their translations.
SENTENCES: dict[str, tuple[str, str, str]] = {
    **{code: ROSTER_SENTENCES[code] for code in AS_OF_A_ROSTER},
    "id_missing": (WARNING, "id_number", N_("没有身份证号码，对应不到人：接纳后计人次，不计人数")),
    "id_masked": (WARNING, "id_number", N_("身份证号码隐去了几位，对应不到人：接纳后计人次，不计人数")),
    "days_missing": (ERROR, "starts_on", N_("没有写清培训从哪天到哪天，请写成2026-03-05至2026-03-20")),
    "days_order": (ERROR, "ends_on", N_("培训终止日期{last}早于起始日期{first}")),
    "outside_period": (
        ERROR,
        "ends_on",
        N_("培训{last}结束，不在这份数据的期间（{from_on}至{to_on}）内，请随那一期报送"),
    ),
    "twice": (ERROR, "id_number", N_("与第{row}行是同一人、同一工种，时间重叠")),
    "subsidy_wrong": (ERROR, "subsidy", N_("补贴金额不能是负数")),
    "occupation_unknown": (
        WARNING,
        "occupation",
        N_("工种“{text}”没有对应的职业，请在用语对照中指定；不指定则按“不详”统计"),
    ),
    "programme_unknown": (
        WARNING,
        "programme",
        N_("项目“{text}”没有对应的培训项目，请在用语对照中指定；不指定则按“不详”统计"),
    ),
    "level_unknown": (WARNING, "level", N_("等级“{text}”看不懂，按“不分等级”统计")),
    "group_unknown": (WARNING, "group", N_("人员类别“{text}”没有对应的类别，按“不详”统计")),
    "passed_unknown": (WARNING, "passed", N_("考核结果“{text}”看不懂，按“不详”统计")),
    "told_already": (
        WARNING,
        "id_number",
        N_("像是已经报过：{elsewhere}。接纳后列为疑似重复，核定前不计入"),
    ),
}


class RowFinding(RosterFinding):
    """One thing about one row of a department's list."""

    __slots__ = ()

    sentences = SENTENCES


# Of a row of a sheet of sums.
SUM_SENTENCES: dict[str, tuple[str, str, str]] = {
    "region_unknown": (ERROR, "region", N_("区县“{text}”不在{region}内，请写全称或六位代码")),
    "programme_missing": (ERROR, "programme", N_("没有写培训项目")),
    "programme_unknown": SENTENCES["programme_unknown"],
    "times_wrong": (ERROR, "times", N_("培训人次“{text}”不是零或正整数")),
    "people_wrong": (ERROR, "people", N_("培训人数“{text}”不是零或正整数")),
    "people_impossible": (ERROR, "people", N_("培训人数{people}与培训人次{times}不能同时成立")),
    "subsidy_wrong": (ERROR, "subsidy", N_("补贴金额“{text}”不是零或正数")),
    "twice": (ERROR, "programme", N_("与第{row}行是同一区县、同一项目")),
}


class SumFinding(RosterFinding):
    """One thing about one row of a department's sheet of sums."""

    __slots__ = ()

    sentences = SUM_SENTENCES
