"""Reading the catalogue. Code tables are kept in memory once loaded; a new load forgets them."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kaogong.access.queries import in_reach
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound
from kaogong.kernel.levels import level_of
from kaogong.kernel.region_code import RegionCode, is_region_code
from kaogong.kernel.writing import compact

from .models import (
    EDITION,
    CodeItem,
    Industry,
    Occupation,
    ReferenceVersion,
    Region,
    ShortageOccupation,
    SubsidisedOccupation,
)

_cached: dict[object, dict] = {}

# What people write for education beside the names of the two code lists, with the AAC011 code meant.
_EDUCATION_WORDS = {
    "博士研究生": "11", "博士后": "11", "研究生": "12", "硕士研究生": "12", "大学本科": "21", "本科": "21",
    "全日制本科": "21", "学士": "21", "专科": "31", "大学专科": "31", "高职": "31", "高等职业教育": "31",
    "高专": "31", "中等专科": "40", "中等职业": "40", "中职": "40", "中技": "50", "技工": "50",
    "技工学校": "50", "普通高中": "61", "高级中学": "61", "高中毕业": "61", "职业高中": "62",
    "初级中学": "70", "初中毕业": "70", "初中及以下": "70",
    "小学毕业": "80", "不识字": "90", "半文盲": "90", "无学历": "90",
}  # fmt: skip


def in_english() -> bool:
    """Whether the reader's language is English; every table of names has both."""
    return (get_language() or "").startswith("en")


def forget_cached() -> None:
    """Drop the tables kept in memory (after a load)."""
    _cached.clear()


def region(code: str) -> Region | None:
    """The division of that code today, else the one that bore it last."""
    return Region.objects.filter(code=code).order_by("-ends_on").first()  # nulls come first when descending


def region_name(code: str) -> str:
    """Its short name (示例区), the last name of a former one, or the code itself when unknown."""
    found = _regions().get(code) or _former_regions().get(code)
    return found[0] if found else code


def region_path(code: str) -> str:
    """Its name with those above it: 山东省青岛市示例区."""
    names, seen = [], set()
    while code and code not in seen:
        seen.add(code)
        names.append(region_name(code))
        code = _regions().get(code, ("", ""))[1]
    return "".join(reversed(names))


def region_of_place(text: str, *, near: str = "") -> str:
    """The division a written place lies in (山东省青岛市示例区某街道), the longest name that fits; "" when unsure.

    A name borne by several (鼓楼区) is taken to be the one in the province, then the city, of ``near``.
    """
    words = compact(text)
    by_name = _cached.get("places")
    if by_name is None:
        by_name = {}
        for code, (name, parent) in _regions().items():
            if len(code) == 6 and not code.endswith("0000"):
                city = _regions().get(parent, ("", ""))[0] if parent and not parent.endswith("0000") else ""
                by_name.setdefault(compact(city + name), []).append(code)
                if city:
                    by_name.setdefault(compact(name), []).append(code)
        _cached["places"] = by_name
    best, length = [], 0
    for start in range(min(len(words), 12)):
        for end in range(len(words), start + 1, -1):
            if end - start > length and words[start:end] in by_name:
                best, length = by_name[words[start:end]], end - start
    for shared in (6, 4, 2):
        if len(best) > 1:
            best = [code for code in best if code[:shared] == near[:shared]] or best
    return best[0] if len(set(best)) == 1 else ""


def is_current_region(code: str) -> bool:
    """Say whether the code names a division of today."""
    return code in _regions()


def is_fictional_region(code: str) -> bool:
    """Say whether the code belongs to an invented place (示例区), so that whoever bears it is synthetic."""
    return code in _kept(
        "fictional", lambda: dict.fromkeys(_fictional().values_list("code", flat=True), True)
    )


def regions_under(code: str, *, level: int | None = None) -> QuerySet[Region]:
    """Today's divisions inside one (itself left out), by code; ``level`` keeps one tier."""
    rows = Region.objects.filter(ends_on__isnull=True).exclude(code=code).order_by("code")
    prefix = RegionCode(code).prefix
    rows = rows.filter(code__startswith=prefix) if prefix else rows
    return rows if level is None else rows.filter(level=level)


def area_note(code: str) -> str:
    """What a person should look at in the area digits of an identity number: "" when known today.

    Otherwise a sentence: a former division with the year it ended and where it went, or an unknown code.
    """
    code = code[:6]
    if code in _regions():
        return ""
    former = _former_regions().get(code)
    if former is None:
        return _("号码前6位%(code)s不在现行和历史行政区划表中，请核对原证") % {"code": code}
    name, ended, heir = former[0], former[1], _heir(code)
    if heir:
        return _("号码前6位%(code)s是%(year)s年停用的%(name)s，现属%(heir)s") % {
            "code": code, "year": ended, "name": name, "heir": region_name(heir),
        }  # fmt: skip
    return _("号码前6位%(code)s是%(year)s年停用的%(name)s") % {"code": code, "year": ended, "name": name}


def area_notes(codes: Iterable[str]) -> dict[str, str]:
    """The notes of many codes at once; codes known today are left out."""
    return {code: note for code in set(codes) if (note := area_note(code))}


def occupation(code: str) -> Occupation | None:
    """The line of the 2022 大典 with that code."""
    return Occupation.objects.filter(edition=EDITION, code=code).first()


def occupation_name(code: str) -> str:
    """Its name, or the code itself when unknown."""
    return _kept(Occupation, lambda: dict(_current_occupations().values_list("code", "name"))).get(code, code)


def occupations_matching(text: str, limit: int = 20) -> list[Occupation]:
    """Occupations (tier 4) whose name holds the text or whose code begins with it; exact names first."""
    text = compact(text)
    rows = _current_occupations().filter(tier=4)
    if not text:
        return list(rows.order_by("code")[:limit])
    rows = rows.filter(Q(name__icontains=text) | Q(code__startswith=text))
    nearness = Case(
        When(name=text, then=Value(0)),
        When(name__startswith=text, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    return list(rows.order_by(nearness, "code")[:limit])


def industry_name(code: str) -> str:
    """Its name in GB/T 4754, or the code itself when unknown."""
    return _kept(Industry, lambda: dict(Industry.objects.values_list("code", "name"))).get(code, code)


def code_labels(table: str) -> dict[str, str]:
    """Code → name of one small list, in the order of the standard."""
    rows = CodeItem.objects.filter(table=table).order_by("sequence")
    return dict(_kept(("labels", table), lambda: dict(rows.values_list("code", "label"))))


def groups_of_clause(clause: str) -> dict[str, str]:
    """Code → name of the groups of people one clause lists (A5, A6, A8)."""
    rows = CodeItem.objects.filter(table="group").order_by("sequence").values_list("code", "label", "note")
    return {code: label for code, label, note in rows if clause in note.split()}


def education_from(text: str) -> str | None:
    """The AAC011 code of an education as people write it (大专, 大学本科毕业, 31), None if not understood."""
    return _education().get(compact(text).removesuffix("学历").removesuffix("文化"))


def subsidised_levels(region_code: str, occupation_code: str, on: date) -> set[str]:
    """Levels at which training in the occupation is subsidised there on the day (own list or a parent's)."""
    rows = _listings(region_code, on).filter(occupation_code=occupation_code)
    return {code for codes in rows.values_list("level_codes", flat=True) for code in codes}


def subsidised_list(region_code: str, on: date) -> list[SubsidisedOccupation]:
    """Everything subsidised there on the day, by occupation (Q2); each row is given ``occupation_name``."""
    rows = list(_listings(region_code, on).order_by("occupation_code", "-region_code"))
    for row in rows:
        row.occupation_name = occupation_name(row.occupation_code)
        row.level_labels = [level_of(code).label if code else _("不分等级") for code in row.level_codes]
    return rows


def subsidised_listings(by: Actor) -> QuerySet[SubsidisedOccupation]:
    """Every listing of whatever day in reach, and those of the regions above, which hold there too."""
    rows = SubsidisedOccupation.objects.order_by("occupation_code", "-starts_on", "-id")
    if by.role == "system":
        return rows
    region = RegionCode(by.region_code)
    above = [parent.value for parent in region.parents()]
    return rows.filter(Q(region_code__startswith=region.prefix) | Q(region_code__in=above))


def subsidised_listing(listing_id: int, *, by: Actor) -> SubsidisedOccupation:
    """One listing in reach, or NotFound."""
    found = in_reach(SubsidisedOccupation.objects.filter(pk=listing_id), by, organisation=None).first()
    if found is None:
        raise NotFound()
    return found


def listed_occupations(region_code: str, on: date, *, list_kind: str) -> set[str] | None:
    """The codes on the list of a kind in force there on the day; None where none is in force (B4)."""
    return {row.occupation_code for row in shortage_occupations(region_code, on, list_kind=list_kind)} or None


def shortage_occupations(
    region_code: str, on: date, *, list_kind: str = "shortage"
) -> list[ShortageOccupation]:
    """The list of a kind in force there on the day: the region's own, else the nearest above that has one (B3)."""
    for place in (region_code, *(parent.value for parent in RegionCode(region_code).parents())):
        rows = ShortageOccupation.objects.filter(
            Q(ends_on__isnull=True) | Q(ends_on__gt=on),
            list_kind=list_kind, region_code=place, starts_on__lte=on,
        )  # fmt: skip
        if found := list(rows.order_by("occupation_code")):
            return found
    return []


def reference_rows() -> dict[str, int]:
    """How many rows each reference table was loaded with."""
    return dict(ReferenceVersion.objects.values_list("table", "rows"))


def _fictional() -> QuerySet[Region]:
    return Region.objects.filter(fictional=True)


def _listings(region_code: str, on: date) -> QuerySet[SubsidisedOccupation]:
    places = [region_code, *(parent.value for parent in RegionCode(region_code).parents())]
    return SubsidisedOccupation.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gt=on), region_code__in=places, starts_on__lte=on
    )


def _current_occupations() -> QuerySet[Occupation]:
    return Occupation.objects.filter(edition=EDITION)


def _kept(key: object, read) -> dict:
    """A table from memory; an empty one is read again next time."""
    table = _cached.get(key)
    if not table:
        table = _cached[key] = read()
    return table


def _regions() -> dict[str, tuple[str, str]]:
    rows = Region.objects.filter(ends_on__isnull=True)
    return _kept(
        "regions", lambda: {c: (n, p) for c, n, p in rows.values_list("code", "name", "parent_code")}
    )


def _former_regions() -> dict[str, tuple[str, int, str]]:
    """Code → (last name, year it ended, successor)."""
    rows = Region.objects.filter(ends_on__isnull=False).order_by("ends_on", "id")
    return _kept(
        "former",
        lambda: {
            code: (name, ended.year, heir)
            for code, name, ended, heir in rows.values_list("code", "name", "ends_on", "successor_code")
        },
    )


def _heir(code: str) -> str:
    """Follow successors from a former code to a division of today, "" when the trail ends before."""
    seen = set()
    while code and code not in seen:
        if code in _regions():
            return code
        seen.add(code)
        code = _former_regions().get(code, ("", 0, ""))[2]
    return code if is_region_code(code) and code in _regions() else ""


def _education() -> dict[str, str]:
    def read() -> dict[str, str]:
        words: dict[str, str] = {}
        for code, label, mapped in CodeItem.objects.filter(table="education_standard").values_list(
            "code", "label", "mapped_code"
        ):
            words |= {code: mapped, label: mapped}
        own = CodeItem.objects.filter(table="education").values_list("code", "label")
        if not own:
            return {}
        for code, label in own:
            words |= {code: code, label: code, f"{label}毕业": code}
        return _EDUCATION_WORDS | words

    return _kept("education", read)
