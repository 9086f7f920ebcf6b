"""What a judgement says: findings, components, money with its working. Frozen to canonical JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

PAYABLE, REFUSED, NEEDS_EVIDENCE = "payable", "refused", "needs_evidence"
PASSED, FAILED, UNKNOWN, WAIVED = "passed", "failed", "unknown", "waived"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of working, with its result in fen."""

    text_zh: str
    text_en: str
    fen: int


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule's outcome with the clause's words and everything it was judged on.

    ``component`` is "" for a rule of the whole subsidy; for a part (the living allowance) it is the
    part's code, and "failed" then means only that this part is not due. ``values`` holds for each number:
    value, unit, since, by, source, verified, illustrative, region and region_label (where it came from).
    ``evidence_from`` is empty unless the outcome is unknown.
    """

    rule_id: str
    rule: str
    title_zh: str
    title_en: str
    outcome: str
    waivable: bool
    clause: str
    clause_text: str
    message_zh: str
    message_en: str
    facts: dict[str, Any]
    values: dict[str, dict[str, Any]]
    remedy_zh: str = ""
    remedy_en: str = ""
    evidence_from: str = ""
    evidence_from_en: str = ""
    missing: tuple[str, ...] = ()
    component: str = ""

    @property
    def illustrative(self) -> bool:
        return any(value["illustrative"] for value in self.values.values())

    @property
    def unverified(self) -> bool:
        """Whether it uses a number to be shown as 待核实."""
        return any(not value["verified"] and not value["illustrative"] for value in self.values.values())


@dataclass(frozen=True, slots=True)
class Component:
    """One payment the decision grants: to whom, how much, and how it was worked out."""

    code: str
    label: str
    label_en: str
    payee: str
    amount_fen: int
    working: tuple[Line, ...]
    illustrative: bool
    fund_programme: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """The verdict on one person under one scheme on one day.

    ``waivable``: refused, and only by findings that an approved exception may set aside. ``notes`` are
    cautions such as an unpublished or illustrative rate.
    """

    scheme: str
    scheme_label: str
    scheme_label_en: str
    region_code: str
    on: str
    verdict: str
    waivable: bool
    findings: tuple[Finding, ...]
    components: tuple[Component, ...]
    amount_fen: int
    fund_programme: str
    illustrative: bool
    rulebook_digest: str
    notes: tuple[str, ...] = ()
    notes_en: tuple[str, ...] = field(default=())

    @property
    def working(self) -> tuple[Line, ...]:
        return tuple(line for component in self.components for line in component.working)

    @property
    def refused(self) -> bool:
        return self.verdict == REFUSED

    @property
    def payable(self) -> bool:
        return self.verdict == PAYABLE

    def findings_that(self, *outcomes: str) -> tuple[Finding, ...]:
        """The findings with one of these outcomes, e.g. ``findings_that("failed", "unknown")``."""
        return tuple(finding for finding in self.findings if finding.outcome in outcomes)

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON words; tuples become lists."""
        return json.loads(json.dumps(asdict(self), ensure_ascii=False))

    def to_json(self) -> str:
        """The canonical text: same decision, same bytes."""
        return json.dumps(self, default=_content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Decision:
        content = {key.name: data[key.name] for key in fields(cls)}
        content["findings"] = tuple(
            Finding(**{**finding, "missing": tuple(finding["missing"])}) for finding in data["findings"]
        )
        content["components"] = tuple(
            Component(**{**part, "working": tuple(Line(**line) for line in part["working"])})
            for part in data["components"]
        )
        content["notes"], content["notes_en"] = tuple(data["notes"]), tuple(data["notes_en"])
        return cls(**content)


def _content(part: Any) -> dict[str, Any]:
    """The fields of one part of a decision; ``asdict`` gives the same and copies everything on the way."""
    return {field.name: getattr(part, field.name) for field in fields(part)}
