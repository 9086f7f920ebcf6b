"""The rulebook in use: regions inherit downwards, values are dated, every number knows where it came from."""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from kaogong.rules.amounts import AMOUNT_KINDS, LIMIT_KINDS
from kaogong.rules.citations import Citation, citations, days_in
from kaogong.rules.conduct import Conduct, conduct_in_force, conduct_topics
from kaogong.rules.errors import DocumentUnknown, RegionUnknown, SchemeUnknown
from kaogong.rules.parameters import Parameter, parameter_in_force
from kaogong.rules.registry import RULES
from kaogong.rules.terms import (
    Clause,
    Document,
    Group,
    LimitUse,
    Part,
    Resolved,
    RuleUse,
    entry_in_force,
    in_use,
)

Layer = tuple[str, dict[str, Any]]  # (region code, what that region's file says)


@dataclass(frozen=True)
class Scheme:
    """One subsidy scheme in one region as it stands on ``as_of``."""

    code: str
    label: str
    label_en: str
    region_code: str
    region_label: str
    region_label_en: str
    as_of: date
    clauses: tuple[str, ...]
    payee: str
    counts_as: str
    fund_programme: str
    fund_programme_label: str
    publish_days: Resolved | None
    rules: tuple[RuleUse, ...]
    parts: tuple[Part, ...]
    rulebook_digest: str
    group_labels: dict[str, tuple[str, str]] = field(repr=False)
    book: Rulebook = field(repr=False, compare=False)

    @property
    def publish_working_days(self) -> int | None:
        """Working days of public notice; None where no paper gives the number."""
        return self.publish_days.value if self.publish_days else None

    @property
    def is_claimed_by_class(self) -> bool:
        """Whether it pays for training, to the provider or to the learners: claimed for a whole class at once."""
        return self.counts_as == "training" and self.payee in ("provider", "person")

    @property
    def illustrative(self) -> bool:
        """Whether any number in force is an illustrative one."""
        return any(value.illustrative for value in self.values().values())

    @property
    def unset(self) -> tuple[str, ...]:
        """The numbers that no paper gives, as ``rule.value`` names."""
        return tuple(name for name, value in self.values().items() if value.value is None)

    def values(self, rule: str | None = None) -> dict[str, Resolved]:
        """The values of one rule (by name) as ``{value: Resolved}``, or of all by where they stand.

        Of all: ``"rule.value"`` for the whole subsidy, ``"component.value"`` for what a sum is reckoned
        from, ``"component.rule.value"`` and ``"component.limit.value"`` for its own conditions and limits.
        """
        if rule is not None:
            uses = [*self.rules, *(use for part in self.parts for use in part.rules)]
            return {name: v for use in uses if use.rule.name == rule for name, v in use.values.items()}
        every = {f"{use.rule.name}.{name}": v for use in self.rules for name, v in use.values.items()}
        for part in self.parts:
            every |= {f"{part.code}.{name}": v for name, v in part.values.items()}
            own = [(use.rule.name, use.values) for use in part.rules]
            own += [(use.limit.name, use.values) for use in part.limits]
            every |= {f"{part.code}.{use}.{name}": v for use, values in own for name, v in values.items()}
        return every | ({"publish_working_days": self.publish_days} if self.publish_days else {})

    def as_on(self, on: date) -> Scheme:
        """The same scheme as it stands on another day."""
        return self if on == self.as_of else self.book.at(self.region_code, on).scheme(self.code)


@dataclass(frozen=True)
class RegionRules:
    """One region's rules in force on one day."""

    book: Rulebook = field(repr=False)
    code: str
    label: str
    label_en: str
    fictional: bool
    on: date

    def scheme(self, code: str) -> Scheme:
        """The scheme as it stands on that day, inherited values included."""
        return self.book._scheme(self.code, code, self.on)

    def schemes(self) -> list[Scheme]:
        return self.book.schemes(self.code, self.on)

    def parameter(self, code: str) -> Parameter:
        """One dated share that is not a subsidy, as it stands on that day, inherited ones included."""
        return parameter_in_force(self.book, self.code, code, self.on)


class Rulebook:
    """The whole rulebook, read-only. ``content`` is plain JSON: keep it by ``digest`` to replay decisions."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        self._content = content
        self._resolved: dict[tuple[str, str, date], Scheme] = {}

    @property
    def content(self) -> dict[str, Any]:
        """A copy of everything the rulebook says, as plain JSON words."""
        return copy.deepcopy(dict(self._content))

    @cached_property
    def digest(self) -> str:
        """SHA-256 over the canonical content; comments, order and file layout do not change it."""
        text = json.dumps(self._content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    @cached_property
    def groups(self) -> dict[str, Group]:
        return {
            code: Group(code, group["label"], group["label_en"], group["by"])
            for code, group in sorted(self._content["groups"].items())
        }

    @cached_property
    def documents(self) -> dict[str, Document]:
        return {
            number: _document(number, said) for number, said in sorted(self._content["documents"].items())
        }

    @cached_property
    def citations(self) -> dict[str, tuple[Citation, ...]]:
        """Every place that cites a clause, by clause."""
        return citations(self._content)

    @cached_property
    def scheme_labels(self) -> dict[str, tuple[str, str]]:
        """Every scheme's Chinese and English label by code, as the highest region that names it says."""
        found: dict[str, tuple[str, str]] = {}
        for code, region in self._schemes_said():
            if "label" in region:
                found.setdefault(code, (region["label"], region.get("label_en", region["label"])))
        return dict(sorted(found.items()))

    @cached_property
    def programme_labels(self) -> dict[str, str]:
        """Every fund programme's label by code."""
        said = (scheme.get("fund_programme") for _code, scheme in self._schemes_said())
        return {programme["code"]: programme["label"] for programme in said if programme}

    def _schemes_said(self) -> Iterator[tuple[str, dict[str, Any]]]:
        for _region, said in sorted(self._content["regions"].items()):
            yield from said.get("schemes", {}).items()

    def document(self, reference: str) -> Document | Clause:
        """The paper (by 文号) or the clause (文号#id); both have ``.text``."""
        number, _, clause = reference.partition("#")
        document = self.documents.get(number)
        found = document.clauses.get(clause) if document and clause else document
        if found is None:
            raise DocumentUnknown(reference=reference)
        return found

    def conduct(self, region_code: str, topic: str, on: date) -> Conduct:
        """How training is conducted in a region on a day: one topic's values and tables. Raises ConductUnknown."""
        return conduct_in_force(self, region_code, topic, on)

    def conduct_topics(self, region_code: str) -> dict[str, tuple[str, str]]:
        """The topics of conduct a region has, its own and inherited: code → Chinese and English name."""
        return conduct_topics(self, region_code)

    @property
    def regions(self) -> dict[str, str]:
        """Region codes and labels."""
        return {code: said["label"] for code, said in sorted(self._content["regions"].items())}

    def at(self, region_code: str, on: date) -> RegionRules:
        """One region's rules in force on a day."""
        region = self._content["regions"].get(region_code)
        if region is None:
            raise RegionUnknown(region=region_code)
        return RegionRules(
            self, region_code, region["label"], region["label_en"], region.get("fictional", False), on
        )

    def lineage(self, region_code: str) -> tuple[str, ...]:
        """The region, then each one it inherits from."""
        codes: list[str] = []
        while region_code:
            codes.append(region_code)
            region_code = self._content["regions"][region_code].get("inherits", "")
        return tuple(codes)

    def schemes(self, region_code: str, on: date) -> list[Scheme]:
        """The schemes in force in a region on a day, by code."""
        here = self.at(region_code, on)
        codes = {
            code
            for region in self.lineage(region_code)
            for code in self._content["regions"][region].get("schemes", {})
        }
        return [here.scheme(code) for code in sorted(codes) if self._in_force(region_code, code, on)]

    def layers(self, region_code: str, scheme_code: str) -> list[Layer]:
        """What each region in the lineage says of a scheme, nearest first."""
        regions = self._content["regions"]
        return [
            (region, regions[region]["schemes"][scheme_code])
            for region in self.lineage(region_code)
            if scheme_code in regions[region].get("schemes", {})
        ]

    def days_of_change(self, region_code: str, scheme_code: str) -> list[date]:
        """Every day on which some number of the scheme begins or ends, in order."""
        found: set[str] = set()
        for _region, said in self.layers(region_code, scheme_code):
            found |= set(days_in(said))
        return [date.fromisoformat(day) for day in sorted(found)]

    def _in_force(self, region_code: str, scheme_code: str, on: date) -> bool:
        period = _nearest(self.layers(region_code, scheme_code), "in_force")
        return bool(period) and period["from"] <= on.isoformat() < period.get("until", "9999-12-31")

    def _scheme(self, region_code: str, code: str, on: date) -> Scheme:
        key = (region_code, code, on)
        if key not in self._resolved:
            if not self._in_force(region_code, code, on):
                label = self._content["regions"][region_code]["label"]
                raise SchemeUnknown(region=label, on=on.isoformat(), scheme=code)
            if len(self._resolved) > 5000:
                self._resolved.clear()
            self._resolved[key] = self._resolve(region_code, code, on)
        return self._resolved[key]

    def _resolve(self, region_code: str, code: str, on: date) -> Scheme:
        layers = self.layers(region_code, code)
        region = self._content["regions"][region_code]
        fund = _nearest(layers, "fund_programme")
        days = [
            (where, said["publish_working_days"]) for where, said in layers if "publish_working_days" in said
        ]
        return Scheme(
            code=code,
            label=_nearest(layers, "label"),
            label_en=_nearest(layers, "label_en"),
            region_code=region_code,
            region_label=region["label"],
            region_label_en=region["label_en"],
            as_of=on,
            clauses=tuple(_nearest(layers, "clauses")),
            payee=_nearest(layers, "payee"),
            counts_as=_nearest(layers, "counts_as") or "training",
            fund_programme=fund["code"],
            fund_programme_label=fund["label"],
            publish_days=self._value("publish_working_days", days, on),
            rules=self._uses([(where, said.get("rules", {})) for where, said in layers], on),
            parts=tuple(self._parts(layers, on)),
            rulebook_digest=self.digest,
            group_labels={group.code: (group.label, group.label_en) for group in self.groups.values()},
            book=self,
        )

    def _uses(self, layers: list[Layer], on: date) -> tuple[RuleUse, ...]:
        return tuple(
            RuleUse(RULES[name], *use)
            for name, *use in self._in_use(layers, on, {n: r.values for n, r in RULES.items()})
        )

    def _limits(self, layers: list[Layer], on: date) -> tuple[LimitUse, ...]:
        kinds = {name: kind.values for name, kind in LIMIT_KINDS.items()}
        return tuple(LimitUse(LIMIT_KINDS[name], *use) for name, *use in self._in_use(layers, on, kinds))

    def _in_use(
        self, layers: list[Layer], on: date, register: Mapping[str, Mapping[str, str]]
    ) -> Iterator[tuple[str, str, str, dict[str, Resolved], str]]:
        """What the layers use of a register on the day, in the register's order, with clause and values."""
        for name, needed in register.items():
            said = [(where, uses[name]) for where, uses in layers if name in uses]
            if not said or said[0][1].get("left_out"):
                continue
            values = self._values(needed, [(where, use.get("values", {})) for where, use in said], on)
            if len(values) < len(needed):
                continue  # its numbers start later: it is not in force yet
            where, by = next((where, use["by"]) for where, use in said if "by" in use)
            quote = next((use["quote"] for _, use in said if "quote" in use), "")
            yield name, by, quote or self.document(by).text, values, where

    def _values(self, needed: Mapping[str, str], layers: list[Layer], on: date) -> dict[str, Resolved]:
        found = {
            name: self._value(name, [(where, values[name]) for where, values in layers if name in values], on)
            for name in needed
        }
        return {name: value for name, value in found.items() if value}

    def _parts(self, layers: list[Layer], on: date) -> Iterator[Part]:
        codes = dict.fromkeys(
            part["code"] for _, said in reversed(layers) for part in said.get("components", [])
        )
        for code in codes:
            said = [
                (where, part)
                for where, scheme in layers
                for part in scheme.get("components", [])
                if part["code"] == code
            ]
            kind = AMOUNT_KINDS[_nearest(said, "amount")]
            given = [
                (w, part.get("values", {}) | {n: part[n] for n in ("rate",) if n in part}) for w, part in said
            ]
            values = self._values(kind.values, given, on)
            if len(values) < len(kind.values):
                continue
            by = _nearest(said, "by")
            yield Part(
                code=code,
                rule_id=_nearest(said, "id"),
                label=_nearest(said, "label"),
                label_en=_nearest(said, "label_en"),
                payee=_nearest(said, "payee"),
                kind=kind.name,
                by=by,
                words=_nearest(said, "quote") or self.document(by).text,
                values=values,
                rules=self._uses([(where, part.get("rules", {})) for where, part in said], on),
                limits=self._limits([(where, part.get("limits", {})) for where, part in said], on),
                fund_programme=_nearest(said, "fund_programme") or _nearest(layers, "fund_programme")["code"],
            )

    def _value(self, name: str, series: list[Layer], on: date) -> Resolved | None:
        """The nearest region's entry in force on the day; None before any begins."""
        for region, entries in series:
            found = entry_in_force(entries, on)
            if found:
                return self._resolved_entry(name, region, *found)
        return None

    def _resolved_entry(self, name: str, region: str, since: str, entry: dict[str, Any]) -> Resolved:
        value = None if entry.get("unset") else in_use(entry["unit"], entry["value"])
        return Resolved(
            name=name,
            value=value,
            unit=entry["unit"],
            since=date.fromisoformat(since),
            by=entry.get("by", ""),
            source=entry.get("source", ""),
            verified=entry.get("verified", not entry.get("illustrative", False)),
            illustrative=entry.get("illustrative", False),
            note=entry.get("note", ""),
            region=region,
            region_label=self._content["regions"][region]["label"],
        )


def _nearest(layers: list[Layer], name: str) -> Any:
    return next((said[name] for _, said in layers if name in said), None)


def _document(number: str, said: dict[str, Any]) -> Document:
    clauses = {
        clause["id"]: Clause(number, clause["id"], tuple(clause["lines"]), tuple(clause["text"]))
        for clause in said["clauses"]
    }
    issued_on = date.fromisoformat(said["issued_on"])
    ends = [said[name] for name in ("valid_until", "repealed_on") if name in said]
    return Document(
        number,
        said["issuer"],
        said["title"],
        issued_on,
        said["validity"],
        said["source"],
        clauses,
        date.fromisoformat(min(ends)) if ends else None,
    )
