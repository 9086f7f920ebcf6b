"""A small rulebook written to a folder: one paper, two groups, a region, and whatever schemes a test wants."""

from pathlib import Path
from typing import Any

import yaml

BY = "示例〔2020〕1号#1"
START = "2020-01-01"
PAPER = {
    "document": "示例〔2020〕1号",
    "issuer": "示例机关",
    "title": "示例办法",
    "issued_on": START,
    "validity": "长期",
    "source": "example.txt",
    "clauses": [{"id": "1", "lines": [1], "text": ["按本办法给予补贴。"]}],
}
GROUPS = {code: {"label": code, "label_en": code, "by": BY} for code in ("farmer", "veteran")}
PASS = {"real_name_verified": {"by": BY}}


def value(unit: str, said: Any, since: str = START, **more: Any) -> dict[str, Any]:
    """A series of one entry."""
    return {since: {"value": said, "unit": unit, "by": BY} | more}


def use(**values: Any) -> dict[str, Any]:
    """A rule or limit in use with its series."""
    return {"by": BY} | ({"values": values} if values else {})


def part(code: str = "main", **changes: Any) -> dict[str, Any]:
    """A payment of a fixed sum to the person."""
    said = {
        "code": code,
        "id": "G1",
        "label": "补贴",
        "label_en": "subsidy",
        "payee": "person",
        "amount": "fixed",
        "by": BY,
        "rate": value("元/项", 100),
    }
    return said | changes


def scheme(code: str = "plain", **changes: Any) -> dict[str, Any]:
    """A scheme anybody known by name may have; ``changes`` replace what it says."""
    said = {
        "scheme": code,
        "label": code,
        "label_en": code,
        "clauses": [BY],
        "in_force": {"from": START},
        "payee": "person",
        "fund_programme": {"code": "fund", "label": "资金", "by": BY},
        "rules": PASS,
        "components": [part()],
    }
    return said | changes


def write(root: Path, *schemes: dict[str, Any], **files: Any) -> Path:
    """The folder; ``files`` replaces paper, groups or regions (code -> region.yaml's content)."""
    regions = files.get("regions", {"990000": {}})
    contents: dict[str, Any] = {
        "documents/paper.yaml": PAPER | files.get("paper", {}),
        "groups.yaml": {"groups": GROUPS},
    }
    for code, said in regions.items():
        contents[f"{code}/region.yaml"] = {"region": code, "label": code, "label_en": code} | said
    for said in schemes:
        said = dict(said)
        region = said.pop("region", next(iter(regions)))
        contents[f"{region}/{said['scheme']}.yaml"] = said
    for name, content in contents.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False)
        path.write_text(text, encoding="utf-8")
    return root
