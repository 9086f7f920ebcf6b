"""Samples that anyone can draw again: at random, by monetary unit, by risk; nothing but SHA-256 and whole numbers.

The roster, one JSON object a line in the order of ids, is fixed and its digest kept first; the seed comes after.
An item's rank is HMAC-SHA256(seed, "item:" + id): it depends on nothing else on the roster.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .drawing import canonical, digest_of, sha256
from .errors import Refused

FORMAT = "kaogong-sample-1"


class SampleMalformed(Refused):
    """抽样文件不完整，或第{row}行不符合格式。"""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that may be drawn: its name, its amount, its risk."""

    id: str
    fen: int
    risk: int = 0


@dataclass(frozen=True, slots=True)
class Chosen:
    """One item drawn: its place, and in figures why."""

    place: int
    id: str
    fen: int
    risk: int
    hits: int
    rank: str


def lines_of(items: Sequence[Item]) -> list[str]:
    """The roster's lines, in the order of ids."""
    return [
        canonical({"id": item.id, "fen": item.fen, "risk": item.risk})
        for item in sorted(items, key=lambda item: item.id)
    ]


def items_of(lines: Sequence[str]) -> list[Item]:
    """The items back from the roster's lines."""
    items, last = [], None
    for row, line in enumerate(lines, 1):
        try:
            told = json.loads(line)
            item = Item(told["id"], told["fen"], told["risk"])
            fits = canonical(told) == line and type(item.fen) is int and type(item.risk) is int
            if not fits or item.fen < 0 or (last is not None and item.id <= last):
                raise ValueError(line)
        except (ValueError, KeyError, TypeError, RecursionError):
            raise SampleMalformed(row=row) from None
        last = item.id
        items.append(item)
    return items


def rank_of(seed: str, id: str) -> str:
    """Where chance puts an item: lower comes first."""
    return hmac.new(seed.encode(), f"item:{id}".encode(), hashlib.sha256).hexdigest()


def draw(items: Sequence[Item], *, method: str, size: int, seed: str) -> list[Chosen]:
    """Draw ``size`` of the items. By monetary unit fewer may come out: one large item takes several hits."""
    if not 0 < size <= len(items):
        raise SampleMalformed(row=0)
    ranked = [(rank_of(seed, item.id), item) for item in items]
    if method == "largest":
        return _by_monetary_unit(ranked, size, seed)
    if method == "riskiest":
        ranked.sort(key=lambda one: (-one[1].risk, -one[1].fen, one[0]))
    elif method == "random":
        ranked.sort(key=lambda one: one[0])
    else:
        raise SampleMalformed(row=0)
    return _placed([(rank, item, 1) for rank, item in ranked[:size]])


def _by_monetary_unit(ranked: list[tuple[str, Item]], size: int, seed: str) -> list[Chosen]:
    """Every fen has the same chance: hits lie one interval apart from a start that the seed gives."""
    total = sum(item.fen for _, item in ranked)
    if total < size:
        raise SampleMalformed(row=0)
    start = int(hmac.new(seed.encode(), b"start", hashlib.sha256).hexdigest(), 16) % (total // size)
    found, reached, hit = [], 0, 0
    for rank, item in sorted(ranked, key=lambda one: one[1].id):
        reached += item.fen
        hits = 0
        while hit < size and start + hit * total // size < reached:
            hits, hit = hits + 1, hit + 1
        if hits:
            found.append((rank, item, hits))
    return _placed(sorted(found, key=lambda one: (-one[1].fen, one[0])))


def _placed(found: list[tuple[str, Item, int]]) -> list[Chosen]:
    return [
        Chosen(place, item.id, item.fen, item.risk, hits, rank)
        for place, (rank, item, hits) in enumerate(found, 1)
    ]


def result_rows(chosen: Sequence[Chosen]) -> list[dict]:
    """What a plan publishes of what came out."""
    return [
        {"place": c.place, "id": c.id, "fen": c.fen, "risk": c.risk, "hits": c.hits, "rank": c.rank}
        for c in chosen
    ]


def result_digest(rows: Sequence[Mapping]) -> str:
    """SHA-256 over what came out."""
    return sha256(canonical(list(rows)))


def differences(package: object) -> list[str]:
    """Draw a published plan again; in words, everything that does not agree."""
    texts, whole = (
        ("format", "method", "seed", "roster_digest", "result_digest"),
        isinstance(package, Mapping),
    )
    whole = whole and all(isinstance(package.get(key), str) for key in texts)
    whole = whole and all(isinstance(package.get(key), list) for key in ("roster", "result"))
    if not whole or not isinstance(package.get("size"), int) or package["format"] != FORMAT:
        return ["不是完整的抽样文件"]
    lines = package["roster"]
    if not all(isinstance(line, str) for line in lines):
        return ["不是完整的抽样文件"]
    found = []
    if digest_of(lines) != package["roster_digest"]:
        found.append("总体的指纹与文件所载的不符：总体被改动")
    try:
        again = result_rows(
            draw(items_of(lines), method=package["method"], size=package["size"], seed=package["seed"])
        )
    except SampleMalformed as refusal:
        return [*found, refusal.message]
    told = {row.get("id"): row for row in package["result"] if isinstance(row, Mapping)}
    for row in again:
        other = told.pop(row["id"], None)
        if other is None:
            found.append(f"“{row['id']}”应被抽中而结果没有")
        elif other != row:
            found.append(f"“{row['id']}”的次序或金额不符")
    found += [f"“{id}”不应被抽中" for id in told]
    if result_digest(again) != package["result_digest"]:
        found.append("结果的指纹不符")
    return found
