"""The review of a rulebook that loads: what no single file shows, each remark with its place.

Nothing here is a guess: conditions are tried out over every case (``satisfiable``), exclusions on a history,
values on every day on which anything changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from kaogong.rules.located import Located, Path
from kaogong.rules.remarks import SEVERITIES, Places, Remark
from kaogong.rules.review_dates import FOREVER, date_remarks, parameters_of, series_of
from kaogong.rules.review_money import money_remarks
from kaogong.rules.review_pairs import pair_remarks
from kaogong.rules.rulebook import Layer, Rulebook, Scheme
from kaogong.rules.satisfiable import Condition, conditions, contradictions
from kaogong.rules.terms import Resolved, RuleUse
from kaogong.rules.wording import shown

PARAMETERS = "parameters"  # the file of a region's figures that are not a scheme's


def review(book: Rulebook, files: Mapping[str, Located] | None = None, *, on: date) -> list[Remark]:
    """Every remark, gravest first, then by file and line. ``on`` is the day papers must still be valid on.

    Without the files a remark names the file it would stand in, and no line. What a region inherits is
    remarked upon once, in the region it comes from.
    """
    places = Places(files or {})
    content = book.content
    found: list[Remark] = []
    for region in _from_the_top(book, content):
        starts = []
        for code, layers in _schemes(book, content, region):
            in_force = next(said["in_force"] for _, said in layers if "in_force" in said)
            days = _days(layers, in_force)
            starts += days
            found += date_remarks(places, code, series_of(layers), in_force)
            for day in days:
                found += _scheme_remarks(book, places, book.at(region, day).scheme(code))
        found += pair_remarks(book, places, region, sorted(set(starts)))
        found += date_remarks(places, PARAMETERS, parameters_of(_parameters(book, content, region)))
        found += _entry_remarks(book, places, content, region)
    found += _expired(book, places, content, on)
    told: dict[tuple[object, ...], Remark] = {}
    for remark in found:
        told.setdefault(remark.subject, remark)
    order = list(SEVERITIES)
    return sorted(told.values(), key=lambda r: (order.index(r.severity), r.kind, r.file, r.line, r.text))


def _parameters(book: Rulebook, content: Mapping[str, Any], region: str) -> list[Layer]:
    regions = content["regions"]
    return [
        (place, regions[place]["parameters"])
        for place in book.lineage(region)
        if "parameters" in regions[place]
    ]


def _from_the_top(book: Rulebook, content: Mapping[str, Any]) -> list[str]:
    return sorted(content["regions"], key=lambda region: (len(book.lineage(region)), region))


def _schemes(book: Rulebook, content: Mapping[str, Any], region: str) -> Iterator[tuple[str, list[Layer]]]:
    """The schemes a region has, its own and inherited, with what each region in the lineage says."""
    lineage = book.lineage(region)
    codes = {code for place in lineage for code in content["regions"][place]["schemes"]}
    for code in sorted(codes):
        yield code, book.layers(region, code)


def _days(layers: list[Layer], in_force: Mapping[str, str]) -> list[date]:
    """The scheme's first day, and every day within its time on which some value begins or ends."""
    first, last = in_force["from"], in_force.get("until", FOREVER)
    changes = {first}
    for _, _, series in series_of(layers):
        for _, entries in series:
            changes |= set(entries) | {entry["until"] for entry in entries.values() if "until" in entry}
    return sorted(date.fromisoformat(day) for day in changes if first <= day < last)


def _scheme_remarks(book: Rulebook, places: Places, scheme: Scheme) -> Iterator[Remark]:
    where = book.layers(scheme.region_code, scheme.code)[0][0]
    name = f"“{scheme.label}”（{scheme.region_label}）从 {scheme.as_of} 起"
    if not scheme.parts:
        text = f"{name}没有任何一项补贴有标准：永远付不出"
        yield places.remark("never_pays", where, scheme.code, ("components",), text)
    if not scheme.rules and any(not part.rules for part in scheme.parts):
        yield places.remark("no_conditions", where, scheme.code, (), f"{name}谁都可以领：没有写任何规则")
    whole = conditions(scheme.rules)
    clashes = contradictions(whole)
    for clash in clashes:
        yield _clash(places, scheme, "", clash, f"{name}谁也不符合")
    for part in scheme.parts:
        own = conditions(part.rules)
        theirs = {id(condition) for condition in own}
        for clash in contradictions([*whole, *own]):
            if any(id(condition) in theirs for condition in clash):
                yield _clash(places, scheme, part.code, clash, f"{name}的“{part.label}”谁也得不到")
        if not clashes:
            yield from money_remarks(places, scheme, part)


def _clash(places: Places, scheme: Scheme, part: str, clash: Iterable[Condition], told: str) -> Remark:
    uses = [condition.use for condition in clash]
    words = "；".join(_rule_in_words(use, scheme) for use in uses)
    text = f"{told}：{words}" + ("，不能同时成立" if len(uses) > 1 else "，对任何事实都不成立")
    last = uses[-1]
    in_part = part and any(last is use for found in scheme.parts if found.code == part for use in found.rules)
    path: Path = ("components", part, "rules", last.rule.name) if in_part else ("rules", last.rule.name)
    return places.remark("never_applies", _written_in(last), scheme.code, path, text)


def _written_in(use: RuleUse) -> str:
    """The region whose number the rule takes, or else the region that has the rule."""
    return next((value.region for value in use.values.values()), use.region)


def _rule_in_words(use: RuleUse, scheme: Scheme) -> str:
    values = "、".join(f"{name} = {_value_in_words(value, scheme)}" for name, value in use.values.items())
    return f"{use.rule.title.zh}（{use.rule.name}{'：' if values else ''}{values}）"


def _value_in_words(value: Resolved, scheme: Scheme) -> str:
    money = value.unit.startswith("元") and isinstance(value.value, int)
    return shown("value_fen" if money else value.name, value.value, scheme.group_labels)


def _entry_remarks(
    book: Rulebook, places: Places, content: Mapping[str, Any], region: str
) -> Iterator[Remark]:
    """Numbers nobody has published, numbers still to be verified, and invented ones, where they stand."""
    fictional = content["regions"][region].get("fictional", False)
    every = [(code, series_of(book.layers(region, code))) for code in content["regions"][region]["schemes"]]
    every.append((PARAMETERS, parameters_of(_parameters(book, content, region))))
    yield from _conduct_remarks(places, content["regions"][region].get("conduct", {}), region, fictional)
    for code, found_here in every:
        for path, words, series in found_here:
            for since, entry in next((said for where, said in series if where == region), {}).items():
                found = _caution(entry, fictional)
                if found:
                    kind, text = found
                    yield places.remark(kind, region, code, (*path, since), f"{words}从 {since} 起{text}")


def _conduct_remarks(
    places: Places, topics: Mapping[str, Any], region: str, fictional: bool
) -> Iterator[Remark]:
    """The same of what the region itself says of how training is conducted; technical settings are no news."""
    for topic, said in topics.items():
        for kind, series in (("values", "values"), ("tables", "rows")):
            for name, words in said.get(kind, {}).items():
                for since, entry in words.get(series, {}).items():
                    found = None if entry.get("technical") else _caution(entry, fictional)
                    if found:
                        path = (kind, name, series, since)
                        text = f"“{words.get('label', name)}”从 {since} 起{found[1]}"
                        yield places.remark(found[0], region, f"conduct/{topic}", path, text)


def _caution(entry: Mapping[str, Any], fictional: bool) -> tuple[str, str] | None:
    if entry.get("unset"):
        return "unset", f"没有公布：{entry.get('note') or entry.get('by', '')}"
    if entry.get("illustrative"):
        return "illustrative" if fictional else "invented", f"是示例标准：{entry['note']}"
    return None if entry.get("verified", True) else ("unverified", f"待核实：{entry['source']}")


def _expired(book: Rulebook, places: Places, content: Mapping[str, Any], on: date) -> Iterator[Remark]:
    """Papers that are no longer valid on the day and still carry a scheme, a rule or a value then."""
    day = on.isoformat()
    ended = {
        number: min(said[name] for name in ("valid_until", "repealed_on") if name in said)
        for number, said in content["documents"].items()
        if any(name in said for name in ("valid_until", "repealed_on"))
    }
    if not ended:
        return
    for region in _from_the_top(book, content):
        cited = [(scheme.code, _cited(book, scheme)) for scheme in book.schemes(region, on)]
        cited.append((PARAMETERS, _parameters_cited(book, content, region, day)))
        for code, references in cited:
            for reference, where, path, words in references:
                number = reference.partition("#")[0]
                if ended.get(number, FOREVER) < day:
                    text = f"{words}的依据 {reference} 已于 {ended[number]} 失效，{day} 仍在使用"
                    yield places.remark("expired", where, code, path, text)


def _parameters_cited(
    book: Rulebook, content: Mapping[str, Any], region: str, day: str
) -> Iterator[tuple[str, str, Path, str]]:
    for path, words, series in parameters_of(_parameters(book, content, region)):
        for where, entries in series:
            for since, entry in entries.items():
                if "by" in entry and since <= day < entry.get("until", FOREVER):
                    yield entry["by"], where, (*path, since), words


def _cited(book: Rulebook, scheme: Scheme) -> Iterator[tuple[str, str, Path, str]]:
    """Each clause a scheme rests on that day: the clause, the region, the path and the name in words."""
    layers = book.layers(scheme.region_code, scheme.code)
    where = next(region for region, said in layers if "clauses" in said)
    for index, reference in enumerate(scheme.clauses):
        yield reference, where, ("clauses", index), f"项目“{scheme.label}”"
    for path, uses in [((), scheme.rules), *((("components", p.code), p.rules) for p in scheme.parts)]:
        for use in uses:
            here = (*path, "rules", use.rule.name)
            yield use.by, use.region, here, f"规则“{use.rule.title.zh}”"
            yield from _values_cited(use.values, here)
    for part in scheme.parts:
        here = ("components", part.code)
        yield part.by, part.rate.region, here, f"补贴“{part.label}”"
        yield from _values_cited(part.values, here)
        for use in part.limits:
            limit = (*here, "limits", use.limit.name)
            yield use.by, use.region, limit, f"限额“{use.limit.title.zh}”"
            yield from _values_cited(use.values, limit)


def _values_cited(values: Mapping[str, Any], path: Path) -> Iterator[tuple[str, str, Path, str]]:
    for value in values.values():
        if value.by:
            yield value.by, value.region, (*path, value.name), f"数值 {value.name}"
