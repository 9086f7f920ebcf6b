"""How training is conducted: checklists, forms, ladders and windows of a region, dated, each with its source."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from kaogong.rules.errors import ConductUnknown, Problem, RegionUnknown
from kaogong.rules.located import Located, Path, is_day, lineage
from kaogong.rules.terms import Resolved, entry_in_force, in_use
from kaogong.rules.vocabulary import UNITS

if TYPE_CHECKING:
    from kaogong.rules.rulebook import Rulebook

_ESSENTIAL = ("id", "label", "label_en")
_OPEN = "9999-12-31"


@dataclass(frozen=True, slots=True)
class ConductValue(Resolved):
    """One dated value: ``technical`` is a setting of the product that no paper decides."""

    label: str = ""
    label_en: str = ""
    clause_id: str = ""
    technical: bool = False


@dataclass(frozen=True, slots=True)
class ConductTable:
    """One dated list of rows, all with the same source; no rows while nothing gives them."""

    name: str
    label: str
    label_en: str
    clause_id: str
    rows: tuple[Mapping[str, Any], ...]
    since: date | None
    by: str
    quote: str
    source: str
    verified: bool
    illustrative: bool
    technical: bool
    note: str
    region: str
    columns: Mapping[str, tuple[str, str]] = field(default_factory=dict)  # name -> Chinese, English


@dataclass(frozen=True, slots=True)
class Conduct:
    """One topic of one region on one day; what the region does not say it inherits."""

    topic: str
    label: str
    label_en: str
    region_code: str
    on: date
    _values: Mapping[str, ConductValue | None] = field(repr=False)
    _tables: Mapping[str, ConductTable] = field(repr=False)

    def value(self, name: str) -> ConductValue | None:
        """A value by name (its ``value`` None while unset); None before its first day. Raises ConductUnknown."""
        if name not in self._values:
            raise ConductUnknown(region=self.region_code, topic=self.topic, name=name)
        return self._values[name]

    def table(self, name: str) -> ConductTable:
        """A table by name, without rows while nothing gives them. Raises ConductUnknown."""
        if name not in self._tables:
            raise ConductUnknown(region=self.region_code, topic=self.topic, name=name)
        return self._tables[name]

    @property
    def values(self) -> dict[str, ConductValue]:
        """Every value in force on the day, by name."""
        return {name: value for name, value in self._values.items() if value is not None}

    @property
    def tables(self) -> dict[str, ConductTable]:
        return dict(self._tables)


def conduct_topics(book: Rulebook, region_code: str) -> dict[str, tuple[str, str]]:
    """Every topic said of a region or of one it inherits from, with its Chinese and English name."""
    regions = book._content["regions"]
    found: dict[str, tuple[str, str]] = {}
    for place in reversed(book.lineage(region_code)):
        for topic, said in sorted(regions[place].get("conduct", {}).items()):
            chinese, english = found.get(topic, (topic, topic))
            found[topic] = (said.get("label", chinese), said.get("label_en", english))
    return found


def conduct_in_force(book: Rulebook, region_code: str, topic: str, on: date) -> Conduct:
    """What a region and those it inherits from say of a topic on the day; the nearest says it."""
    regions = book._content["regions"]
    if region_code not in regions:
        raise RegionUnknown(region=region_code)
    layers = [
        (place, regions[place]["conduct"][topic])
        for place in book.lineage(region_code)
        if topic in regions[place].get("conduct", {})
    ]
    if not layers:
        raise ConductUnknown(region=regions[region_code]["label"], topic=topic, name="")
    labels = _nearest([said for _, said in layers], ("label", "label_en"))
    return Conduct(
        topic=topic,
        label=labels.get("label", topic),
        label_en=labels.get("label_en", topic),
        region_code=region_code,
        on=on,
        _values={name: _value(book, layers, name, on) for name in _names(layers, "values")},
        _tables={name: _table(layers, name, on) for name in _names(layers, "tables")},
    )


def _names(layers: list[tuple[str, dict[str, Any]]], kind: str) -> list[str]:
    return list(dict.fromkeys(name for _, said in reversed(layers) for name in said.get(kind, {})))


def _nearest(layers: list[dict[str, Any]], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: said[name] for said in reversed(layers) for name in names if name in said}


def _value(
    book: Rulebook, layers: list[tuple[str, dict[str, Any]]], name: str, on: date
) -> ConductValue | None:
    said = [(place, topic["values"][name]) for place, topic in layers if name in topic.get("values", {})]
    words = _nearest([value for _, value in said], _ESSENTIAL)
    for place, value in said:
        entry = entry_in_force(value.get("values", {}), on)
        if entry is None:
            continue
        since, held = entry
        known = held.get("value")
        return ConductValue(
            name=name,
            value=in_use(held["unit"], known) if known is not None and held["unit"] in UNITS else known,
            unit=held["unit"],
            since=date.fromisoformat(since),
            by=held.get("by", ""),
            source=held.get("source", ""),
            verified=held.get("verified", True),
            illustrative=held.get("illustrative", False),
            note=held.get("note", ""),
            region=place,
            region_label=book._content["regions"][place]["label"],
            label=words["label"],
            label_en=words["label_en"],
            clause_id=words["id"],
            technical=held.get("technical", False),
        )
    return None


def _table(layers: list[tuple[str, dict[str, Any]]], name: str, on: date) -> ConductTable:
    said = [(place, topic["tables"][name]) for place, topic in layers if name in topic.get("tables", {})]
    words = _nearest([table for _, table in said], (*_ESSENTIAL, "columns"))
    found = ((place, entry_in_force(table.get("rows", {}), on)) for place, table in said)
    place, (since, held) = next(((p, entry) for p, entry in found if entry), ("", (None, {})))
    return ConductTable(
        name=name,
        label=words["label"],
        label_en=words["label_en"],
        clause_id=words["id"],
        rows=tuple(held.get("rows", ())),
        since=date.fromisoformat(since) if since else None,
        by=held.get("by", ""),
        quote=held.get("quote", ""),
        source=held.get("source", ""),
        verified=held.get("verified", True),
        illustrative=held.get("illustrative", False),
        technical=held.get("technical", False),
        note=held.get("note", ""),
        region=place,
        columns={
            column: (told["label"], told["label_en"]) for column, told in words.get("columns", {}).items()
        },
    )


def nearest_conduct(book: Rulebook, region_code: str, topic: str, on: date) -> Conduct:
    """The topic in a place of any size: a street has its district's; without a file, the city's or province's.

    Raises RegionUnknown where even the province has no file, ConductUnknown where nobody wrote the topic.
    """
    for code in (region_code, region_code[:6], region_code[:4] + "00"):
        try:
            return book.conduct(code, topic, on)
        except RegionUnknown:
            continue
    return book.conduct(region_code[:2] + "0000", topic, on)


def conduct_said(book: Rulebook, region_code: str, topic: str, on: date) -> Conduct | None:
    """The topic as the place's district conducts it; None where the district has no file or nobody wrote it."""
    try:
        return book.conduct(region_code[:6], topic, on)
    except (ConductUnknown, RegionUnknown):
        return None


def problems(
    files: Mapping[str, Located], regions: Mapping[str, Located], citations: Any
) -> Iterator[Problem]:
    """What a schema cannot say of files of conduct: places, dates, sources, and what is told nowhere."""
    for name, file in files.items():
        region, _, topic = name.partition("/conduct/")
        topic = topic.removesuffix(".yaml")
        if region not in regions:
            yield file.problem((), f"文件夹“{region}”里缺少 region.yaml")
            continue
        if file.content["conduct"] != topic:
            yield file.problem(("conduct",), f"名称应与文件名“{topic}”相同")
        topics = [
            f for place in lineage(region, regions) if (f := files.get(f"{place}/conduct/{topic}.yaml"))
        ]
        for kind, series in (("values", "values"), ("tables", "rows")):
            for word, said in file.content.get(kind, {}).items():
                path = (kind, word)
                layers = [f.content.get(kind, {}).get(word, {}) for f in topics]
                for essential in _ESSENTIAL:
                    if not any(essential in layer for layer in layers):
                        yield file.problem(path, f"“{word}”缺少 {essential}（本区和上级区划都没有写）")
                yield from _series(file, (*path, series), said.get(series, {}), citations)


def _series(
    file: Located, path: Path, series: Mapping[str, dict[str, Any]], citations: Any
) -> Iterator[Problem]:
    good = []
    for since, entry in series.items():
        here = (*path, since)
        until = entry.get("until", _OPEN)
        wrong = next((day for day in (since, until) if not is_day(day)), None)
        if wrong is not None:
            yield file.problem(here, f"没有“{wrong}”这一天")
        elif until <= since:
            yield file.problem((*here, "until"), f"止日 {until} 应晚于起日 {since}")
        else:
            good.append((since, until))
        yield from citations.check(file, here, entry)
        yield from _provenance(file, here, entry)
    for (_, until), (second, _) in itertools.pairwise(sorted(good)):
        if until != _OPEN and until > second:
            yield file.problem((*path, second), f"日期重叠：前一段到 {until} 才止，{second} 又起一段")


def _provenance(file: Located, path: Path, entry: Mapping[str, Any]) -> Iterator[Problem]:
    if entry.get("unset"):
        return
    if entry.get("illustrative") or entry.get("technical"):
        if not entry.get("note"):
            yield file.problem(path, "示例数值和技术设定应在 note 写明为何没有文件依据")
    elif not entry.get("verified", True):
        if "source" not in entry:
            yield file.problem(path, "待核实的数值应写明 source")
    elif "by" not in entry:
        yield file.problem(path, "应注明 by（文号#条款），或写 verified: false 和 source")
