"""What one typed or imported line says, put right or refused by name."""

from collections.abc import Callable

from kaogong.catalog import queries as catalog
from kaogong.demand.models import PAY_FORMS, SEQUENCES
from kaogong.kernel.errors import Refused
from kaogong.kernel.levels import level_of, parse_level
from kaogong.kernel.money import parse_yuan
from kaogong.kernel.writing import tidy

MOST_PEOPLE = 100_000
MOST_WAGE_FEN = 100_000_000_00
BANDS = {str(label): code for code, label in SEQUENCES}
BANDS |= {code: code for code, _ in SEQUENCES} | {"管理": "management", "专技": "technical", "技能": "skill"}


class OccupationNotFound(Refused):
    """职业分类大典里没有“{word}”，请填全称或代码。"""

    form_field = "occupation"


class OccupationUnclear(Refused):
    """“{word}”对应不止一个职业：{found}。请填全称或代码。"""

    form_field = "occupation"


class PostMissing(Refused):
    """请填写岗位名称。"""

    form_field = "post"


class PeopleOdd(Refused):
    """“{label}”应是 0 到 {most} 之间的整数。"""


class NobodyNeeded(Refused):
    """现在缺人和未来12个月还要招的人数不能都是 0。"""

    form_field = "needed_now"


class WageOdd(Refused):
    """“{label}”应大于 0、不超过 1 亿元。"""


class FormsOverPeople(Refused):
    """“{label}”不能多于这一行的人数（{people}）。"""


class SequenceUnknown(Refused):
    """岗位序列“{word}”不认识，应是管理序列、专技序列或技能序列。"""

    form_field = "sequence"


def occupation_of(word: str) -> str:
    """A code of the 大典 (tier 4), or a name that means one occupation only."""
    word = tidy(word)
    one = catalog.occupation(word) if word else None
    if one is not None and one.tier == 4:
        return one.code
    found = catalog.occupations_matching(word, limit=20) if word else []
    named = [row for row in found if row.name == word]
    if len(named) == 1:
        return named[0].code
    if len(found) == 1:
        return found[0].code
    if not found:
        raise OccupationNotFound(word=word)
    raise OccupationUnclear(word=word, found="、".join(row.name for row in found[:4]))


def remembered(find: Callable[[str], str]) -> Callable[[str], str]:
    """The same answer to the same word, its refusal too: a list of thousands names a few dozen."""
    known: dict[str, str | Refused] = {}

    def found(word: str) -> str:
        if word not in known:
            try:
                known[word] = find(word)
            except Refused as refusal:
                known[word] = refusal
        answer = known[word]
        if isinstance(answer, Refused):
            raise answer
        return answer

    return found


def level_code_of(word: str | None) -> str:
    """A level as people write it; "" where none is named or none is asked."""
    word = tidy(word)
    if word in ("", "无", "不限", "不分等级", "无要求"):
        return ""
    return parse_level(word).code


def fen_of(word: object, label: str) -> int | None:
    """Yuan as typed, in fen; None where nothing is typed."""
    if word is None or word == "":
        return None
    return checked_fen(parse_yuan(str(word)), label)


def checked_fen(fen: int | None, label: str) -> int | None:
    """The sum itself when somebody could earn it."""
    if fen is not None and not 0 < fen <= MOST_WAGE_FEN:
        raise WageOdd(label=label)
    return fen


def people_of(number: object, label: str) -> int:
    """A number of people; nothing typed is nobody."""
    try:
        people = int(number or 0)
    except (TypeError, ValueError):
        raise PeopleOdd(label=label, most=MOST_PEOPLE) from None
    if not 0 <= people <= MOST_PEOPLE:
        raise PeopleOdd(label=label, most=MOST_PEOPLE)
    return people


def post_line(line: dict) -> dict:
    """One post of a reply as it is kept, from what was typed; raises what is wrong with it."""
    if not tidy(line.get("post")):
        raise PostMissing()
    now = people_of(line.get("needed_now"), "现在缺人")
    in_year = people_of(line.get("needed_in_year"), "未来12个月还要招")
    if not now and not in_year:
        raise NobodyNeeded()
    level = line.get("level_code") or ""
    if level:
        level_of(level)
    return {
        "post": tidy(line["post"])[:60],
        "occupation_code": occupation_of(line.get("occupation") or ""),
        "level_code": level,
        "needed_now": now,
        "needed_in_year": in_year,
        "wage_fen": checked_fen(line.get("wage_fen"), "月工资"),
    }


def wage_line(line: dict) -> dict:
    """One line of wages as it is kept, from what was typed; raises what is wrong with it."""
    band = BANDS.get(tidy(line.get("sequence")))
    if band is None:
        raise SequenceUnknown(word=line.get("sequence") or "")
    people = people_of(line.get("people"), "人数")
    if not people:
        raise PeopleOdd(label="人数", most=MOST_PEOPLE)
    fen = checked_fen(line.get("yearly_fen"), "人均全年工资")
    if fen is None:
        raise WageOdd(label="人均全年工资")
    level = line.get("level_code") or ""
    if level:
        level_of(level)
    return {
        "sequence": band,
        "occupation_code": occupation_of(line.get("occupation") or ""),
        "level_code": level,
        "people": people,
        "yearly_fen": fen,
        **_forms(line, people),
    }


def _forms(line: dict, people: int) -> dict:
    """Of those people, how many are paid by the year, hold shares, hold options."""
    found = {}
    for form, name in PAY_FORMS:
        label = f"{name}人数"
        found[f"{form}_people"] = people_of(line.get(f"{form}_people"), label)
        if found[f"{form}_people"] > people:
            raise FormsOverPeople(label=label, people=people)
    return found
