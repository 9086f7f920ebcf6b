"""Making a published draw again and naming what does not agree."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from .drawing import (
    FEWEST_PARTIES,
    FORMAT,
    DrawImpossible,
    RosterMalformed,
    canonical,
    combined_seed,
    commitment,
    digest_of,
    draw,
    is_secret,
    read_roster,
    result_rows,
    sha256,
)


def _(sentence: str) -> str:
    """Mark a sentence for the catalogues; the pages translate it."""
    return sentence


# What may differ, by code, in words; the page that checks in the browser says the same.
DIFFERENCES = {
    "package_unreadable": _("不是完整的抽查公开文件"),
    "format_unknown": _("文件格式“{format}”不是本程序认识的格式"),
    "row_changed": _("名册第 {row} 行与公布的摘要不符，内容被改动"),
    "rows_missing": _("名册应有 {expected} 行，实有 {found} 行"),
    "roster_digest_differs": _("名册的摘要与文件所载的名册摘要不符"),
    "roster_not_as_published": _("名册的摘要与抽取前公布的不符"),
    "row_unreadable": _("名册第 {row} 行不符合格式"),
    "parties_too_few": _("只有 {count} 方提供种子，至少要两方"),
    "party_repeated": _("“{party}”的承诺与另一方相同"),
    "seed_not_committed": _("“{party}”公开的种子与事先的承诺不符"),
    "seed_differs": _("合成种子与各方种子算出的不同"),
    "draw_impossible": _("“{object}”可派的检查员只有 {count} 名，不能抽取"),
    "object_not_drawn": _("“{object}”不应被抽中"),
    "object_missing": _("“{object}”应被抽中而结果没有"),
    "rank_differs": _("“{object}”的次序值不符"),
    "stratum_differs": _("“{object}”的分层不符"),
    "inspectors_differ": _("“{object}”所派检查员不符"),
    "order_differs": _("结果的排列次序不符，或有重复"),
    "result_digest_differs": _("结果的摘要不符"),
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that does not agree."""

    code: str
    facts: dict[str, object] = field(default_factory=dict)

    @property
    def message(self) -> str:
        return DIFFERENCES[self.code].format(**self.facts)


def verify(package: object, *, published_digest: str = "") -> list[Difference]:
    """Make the draw of a published package again; an empty list means that everything agrees.

    ``published_digest``: the roster's digest as it was published before the draw, where the reader kept it.
    """
    if not _is_whole(package):
        return [Difference("package_unreadable")]
    if package["format"] != FORMAT:
        return [Difference("format_unknown", {"format": package["format"]})]
    lines, told = package["roster"], package["row_digests"]
    found = []
    if len(lines) != len(told):
        found.append(Difference("rows_missing", {"expected": len(told), "found": len(lines)}))
    for row, (line, digest) in enumerate(zip(lines, told, strict=False), 1):
        if sha256(line) != digest:
            found.append(Difference("row_changed", {"row": row}))
    digest = digest_of(lines)
    if digest != package["roster_digest"]:
        found.append(Difference("roster_digest_differs"))
    if published_digest and digest != published_digest:
        found.append(Difference("roster_not_as_published"))
    try:
        roster = read_roster(lines)
    except RosterMalformed as refusal:
        return [*found, Difference("row_unreadable", refusal.facts)]
    found += _of_parties(package["parties"])
    seed = combined_seed(roster.number, {p["commitment"]: p["seed"] for p in package["parties"]})
    if seed != package["seed"]:
        found.append(Difference("seed_differs"))
    try:
        again = result_rows(draw(roster, seed))
    except DrawImpossible as refusal:
        facts = {key: refusal.facts[key] for key in ("object", "count")}
        return [*found, Difference("draw_impossible", facts)]
    return [*found, *_of_result(package["result"], again, package["result_digest"])]


def _of_parties(parties: list[dict]) -> list[Difference]:
    found, seen = [], set()
    for party in parties:
        if party["commitment"] in seen:
            found.append(Difference("party_repeated", {"party": party["name"]}))
        seen.add(party["commitment"])
        fits = is_secret(party["seed"]) and is_secret(party["salt"])
        if not fits or commitment(party["seed"], party["salt"]) != party["commitment"]:
            found.append(Difference("seed_not_committed", {"party": party["name"]}))
    if len(seen) < FEWEST_PARTIES:
        found.append(Difference("parties_too_few", {"count": len(seen)}))
    return found


def _of_result(told: list[dict], again: list[dict], digest: str) -> list[Difference]:
    found = []
    said = {row["object"]: row for row in told}
    for row in again:
        other = said.pop(row["object"], None)
        if other is None:
            found.append(Difference("object_missing", {"object": row["object"]}))
            continue
        for key, code in (
            ("rank", "rank_differs"),
            ("stratum", "stratum_differs"),
            ("inspectors", "inspectors_differ"),
        ):
            if other[key] != row[key]:
                found.append(Difference(code, {"object": row["object"]}))
    found += [Difference("object_not_drawn", {"object": id}) for id in sorted(said)]
    if not found and canonical(told) != canonical(again):
        found.append(Difference("order_differs"))
    if sha256(canonical(again)) != digest:
        found.append(Difference("result_digest_differs"))
    return found


def _is_whole(package: object) -> bool:
    """Whether everything is there and of its kind."""
    if not isinstance(package, Mapping):
        return False
    try:
        canonical(package).encode()
    except (ValueError, TypeError, RecursionError):
        return False
    lists, texts = ("roster", "row_digests", "parties", "result"), ("format", "roster_digest", "seed")
    if not all(isinstance(package.get(key), list) for key in lists):
        return False
    if not all(isinstance(package.get(key), str) for key in (*texts, "result_digest")):
        return False
    if not all(isinstance(text, str) for key in ("roster", "row_digests") for text in package[key]):
        return False
    if not all(_has_texts(party, "name", "commitment", "seed", "salt") for party in package["parties"]):
        return False
    return all(
        _has_texts(row, "object", "stratum", "rank")
        and isinstance(row.get("inspectors"), list)
        and all(isinstance(id, str) for id in row["inspectors"])
        for row in package["result"]
    )


def _has_texts(row: object, *keys: str) -> bool:
    return isinstance(row, Mapping) and all(isinstance(row.get(key), str) for key in keys)
