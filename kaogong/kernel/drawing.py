"""A random draw that anyone can make again: 双随机 with nothing but SHA-256.

The roster, one JSON object a line, is fixed and its digest published first. Two parties or more have each
published the SHA-256 of a secret (seed and salt, 64 hexadecimal digits each, one after the other). Then they
reveal. The combined seed is the SHA-256 of the draw's number and the seeds in the order of their
commitments. An object's rank is HMAC-SHA256(combined seed, "object:" + id): it depends on nothing else on the
roster. In each stratum the lowest ranks are drawn. ``kaogong/web/static/kaogong/drawing.js`` does the same.
"""

import hashlib
import hmac
import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from .errors import Refused

FORMAT = "kaogong-draw-1"
FEWEST_PARTIES = 2
_HEX = re.compile(r"[0-9a-f]{64}\Z")
_ID = re.compile(r"[!-~]{1,80}\Z")


class RosterMalformed(Refused):
    """抽查名册第{row}行不符合格式。"""


class DrawImpossible(Refused):
    """“{object}”回避之后只有{count}名检查员可派，少于{needed}名，不能抽取。"""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One object that may be drawn; ``body`` is whose it is, by the code that inspectors' conflicts name."""

    id: str
    name: str
    stratum: str
    body: str


@dataclass(frozen=True, slots=True)
class Inspector:
    """One person who may be sent, and the bodies that person may not inspect."""

    id: str
    name: str
    conflicts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Roster:
    """Everything a draw is made from."""

    number: str
    purpose: str
    inspectors_per_object: int
    quotas: Mapping[str, int]
    objects: tuple[Candidate, ...]
    inspectors: tuple[Inspector, ...]
    excluded: Mapping[str, str] = field(default_factory=dict)  # id -> why


@dataclass(frozen=True, slots=True)
class Drawn:
    """One object drawn: its rank and who is sent."""

    object: str
    stratum: str
    rank: str
    inspectors: tuple[str, ...]


def canonical(content: object) -> str:
    """The one way a value is written: keys in order, no blanks, Chinese as it is."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def sha256(text: str) -> str:
    """SHA-256 of a text in UTF-8, as 64 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def roster_lines(roster: Roster) -> list[str]:
    """The roster file: a head, then each object, each exclusion and each inspector in the order of ids."""
    head = {
        "format": FORMAT,
        "kind": "head",
        "number": roster.number,
        "purpose": roster.purpose,
        "inspectors_per_object": roster.inspectors_per_object,
        "quotas": dict(roster.quotas),
    }
    lines = [head]
    for one in sorted(roster.objects, key=lambda one: one.id):
        told = {"id": one.id, "name": one.name, "stratum": one.stratum, "body": one.body}
        lines.append({"kind": "object", **told})
    lines += [{"kind": "excluded", "id": id, "why": why} for id, why in sorted(roster.excluded.items())]
    for person in sorted(roster.inspectors, key=lambda person: person.id):
        conflicts = sorted(person.conflicts)
        lines.append({"kind": "inspector", "id": person.id, "name": person.name, "conflicts": conflicts})
    return [canonical(line) for line in lines]


def digest_of(lines: Sequence[str]) -> str:
    """SHA-256 of the roster file these lines make, each ended by a newline."""
    return sha256("".join(f"{line}\n" for line in lines))


def read_roster(lines: Sequence[str]) -> Roster:
    """The roster back from its lines; RosterMalformed names the first line that is none."""
    head, objects, inspectors, excluded, seen = None, [], [], {}, set()
    for row, line in enumerate(lines, 1):
        try:
            told = json.loads(line)
            kind = told["kind"]
            if (kind == "head") != (row == 1) or canonical(told) != line:
                raise ValueError(kind)
            if kind == "head":
                head = _head(told)
                continue
            if not _ID.match(told["id"]) or (kind, told["id"]) in seen:
                raise ValueError(told["id"])
            seen.add((kind, told["id"]))
            if kind == "object":
                objects.append(Candidate(*(_text(told[key]) for key in ("id", "name", "stratum", "body"))))
            elif kind == "excluded":
                excluded[told["id"]] = _text(told["why"])
            elif kind == "inspector":
                bodies = frozenset(_text(body) for body in _list(told["conflicts"]))
                inspectors.append(Inspector(told["id"], _text(told["name"]), bodies))
            else:
                raise ValueError(kind)
        except (ValueError, KeyError, TypeError, RecursionError):
            raise RosterMalformed(row=row) from None
    if head is None:
        raise RosterMalformed(row=1)
    return Roster(*head, tuple(objects), tuple(inspectors), excluded)


def _head(told: dict) -> tuple[str, str, int, dict[str, int]]:
    if told["format"] != FORMAT:
        raise ValueError(told["format"])
    quotas = told["quotas"]
    if not isinstance(quotas, dict):
        raise TypeError(quotas)
    quotas = {_text(stratum): _count(quota) for stratum, quota in quotas.items()}
    return _text(told["number"]), _text(told["purpose"]), _count(told["inspectors_per_object"]), quotas


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _list(value: object) -> list:
    if not isinstance(value, list):
        raise TypeError(value)
    return value


def _count(value: object) -> int:
    if type(value) is not int or not 0 <= value <= 100_000:
        raise TypeError(value)
    return value


# --- seeds ------------------------------------------------------------------------------------------------


def is_secret(text: object) -> bool:
    """Whether a seed, a salt or a digest has its shape: 64 hexadecimal digits in small letters."""
    return isinstance(text, str) and bool(_HEX.match(text))


def commitment(seed: str, salt: str) -> str:
    """What a party publishes before: the SHA-256 of its seed and salt, written one after the other."""
    return sha256(seed + salt)


def combined_seed(number: str, seeds: Mapping[str, str]) -> str:
    """The seed of the draw from commitment → seed; the order in which they were revealed changes nothing."""
    return sha256("\n".join([FORMAT, number, *(seeds[key] for key in sorted(seeds))]))


# --- drawing ----------------------------------------------------------------------------------------------


def rank_of(seed: str, object_id: str) -> str:
    """An object's place in the order of the seed: of the seed and its id alone."""
    return _mac(seed, f"object:{object_id}")


def selected(roster: Roster, seed: str) -> list[tuple[str, Candidate]]:
    """(rank, object) of those drawn: in each stratum the lowest ranks, as many as its quota."""
    left = Counter(roster.quotas)
    drawn = []
    for rank, _, one in sorted((rank_of(seed, one.id), one.id, one) for one in roster.objects):
        if left[one.stratum] > 0:
            left[one.stratum] -= 1
            drawn.append((rank, one))
    return drawn


def eligible(roster: Roster, one: Candidate) -> list[Inspector]:
    """Inspectors who may be sent to an object."""
    return [person for person in roster.inspectors if one.body not in person.conflicts]


def draw(roster: Roster, seed: str) -> list[Drawn]:
    """Draw the objects and send inspectors, the least burdened first; DrawImpossible when too few may go.

    Objects that fewest may inspect choose first; among the equally burdened the lowest HMAC of the pair.
    """
    needed = roster.inspectors_per_object
    choices = []
    for rank, one in selected(roster, seed):
        may_go = eligible(roster, one)
        if len(may_go) < needed:
            raise DrawImpossible(object=one.id, count=len(may_go), needed=needed)
        choices.append((len(may_go), rank, one, may_go))
    load: Counter[str] = Counter()
    found = []
    for _, rank, one, may_go in sorted(choices, key=lambda choice: choice[:2]):
        order = sorted((load[p.id], _mac(seed, f"pair:{one.id}:{p.id}"), p.id) for p in may_go)
        sent = tuple(sorted(id for _, _, id in order[:needed]))
        load.update(sent)
        found.append(Drawn(one.id, one.stratum, rank, sent))
    return sorted(found, key=lambda drawn: drawn.rank)


def without_enough(roster: Roster) -> list[tuple[Candidate, int]]:
    """Objects to which too few inspectors may be sent, with how many may."""
    counted = [(one, len(eligible(roster, one))) for one in roster.objects]
    return [(one, count) for one, count in counted if count < roster.inspectors_per_object]


def quotas_for(counts: Mapping[str, int], percent: int, at_least: int) -> dict[str, int]:
    """How many to draw of each stratum: so many per cent, rounded up, but at least so many, at most all."""
    return {
        stratum: min(count, max(at_least, -(-count * percent // 100))) for stratum, count in counts.items()
    }


def _mac(seed: str, text: str) -> str:
    return hmac.new(bytes.fromhex(seed), text.encode(), hashlib.sha256).hexdigest()


# --- the published package --------------------------------------------------------------------------------


def result_rows(drawn: Sequence[Drawn]) -> list[dict]:
    """The result as the package holds it."""
    return [
        {"object": d.object, "stratum": d.stratum, "rank": d.rank, "inspectors": list(d.inspectors)}
        for d in drawn
    ]


def package(
    lines: Sequence[str], parties: Sequence[Mapping[str, str]], seed: str, drawn: Sequence[Drawn]
) -> dict:
    """Everything needed to make the draw again; ``parties``: name, commitment, seed, salt, instants."""
    rows = result_rows(drawn)
    return {
        "format": FORMAT,
        "roster": list(lines),
        "row_digests": [sha256(line) for line in lines],
        "roster_digest": digest_of(lines),
        "parties": [dict(party) for party in parties],
        "seed": seed,
        "result": rows,
        "result_digest": sha256(canonical(rows)),
    }
