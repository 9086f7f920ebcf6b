"""Rosters, seeds and packages for tests of the drawing."""

import hashlib

from kaogong.kernel import drawing


def secret(word: str) -> str:
    return hashlib.sha256(word.encode()).hexdigest()


def a_roster(
    objects: int = 12,
    inspectors: int = 5,
    *,
    strata: int = 2,
    quota: int = 3,
    conflicts: dict[int, set[int]] | None = None,
    needed: int = 2,
) -> drawing.Roster:
    """Objects 班0…, each of a body of its own; ``conflicts``: inspector → objects they may not inspect."""
    rows = tuple(
        drawing.Candidate(f"KB-2026-{n:06d}", f"班{n}", f"层{n % strata}", f"B{n:03d}")
        for n in range(objects)
    )
    people = tuple(
        drawing.Inspector(
            f"JC-{n:05d}", f"李*{n}", frozenset(f"B{one:03d}" for one in (conflicts or {}).get(n, ()))
        )
        for n in range(inspectors)
    )
    quotas = {f"层{n}": quota for n in range(strata)}
    return drawing.Roster("CJ-2026-00001", "班次检查", needed, quotas, rows, people)


def a_package(roster: drawing.Roster | None = None, words: tuple[str, ...] = ("甲", "乙")) -> dict:
    """A whole draw as it is published."""
    roster = roster or a_roster()
    parties = [
        {
            "name": word,
            "commitment": drawing.commitment(secret(word), secret(word + "盐")),
            "seed": secret(word),
            "salt": secret(word + "盐"),
        }
        for word in words
    ]
    seed = drawing.combined_seed(roster.number, {p["commitment"]: p["seed"] for p in parties})
    return drawing.package(drawing.roster_lines(roster), parties, seed, drawing.draw(roster, seed))


def tampered() -> dict[str, tuple[object, set[str]]]:
    """What somebody may do to a package → the codes it is found out by (those that must be among them)."""

    def changed(**what) -> dict:
        return {**a_package(), **what}

    good = a_package()
    roster, digests = list(good["roster"]), list(good["row_digests"])
    row = roster[3].replace('"name":"班2"', '"name":"别的班"')
    changed_roster = [*roster[:3], row, *roster[4:]]
    one_less = [line for line in roster if "KB-2026-000004" not in line]
    renamed = [*digests[:3], drawing.sha256(row), *digests[4:]]
    parties = [dict(party) for party in good["parties"]]
    parties[1]["seed"] = secret("丙")
    result = [dict(found) for found in good["result"]]
    others = sorted({f"JC-{n:05d}" for n in range(5)} - set(result[0]["inspectors"]))
    sent = [{**result[0], "inspectors": others[:2]}, *result[1:]]
    stranger = {"object": "KB-2026-000099", "stratum": "层0", "rank": "0" * 64, "inspectors": others[:2]}
    malformed = [*roster[:2], "{", *roster[3:]]
    few = a_package(a_roster(3, 2, strata=1, quota=1))
    impossible = a_roster(3, 2, strata=1, quota=3, conflicts={0: {0, 1, 2}})
    lines = drawing.roster_lines(impossible)
    return {
        "row changed": (changed(roster=changed_roster), {"row_changed", "roster_digest_differs"}),
        "row and its digest changed": (
            changed(roster=changed_roster, row_digests=renamed),
            {"roster_digest_differs"},
        ),
        "row taken out": (changed(roster=one_less), {"rows_missing", "roster_digest_differs"}),
        "row unreadable": (changed(roster=malformed), {"row_unreadable"}),
        "blank in a row": (changed(roster=[*roster[:2], roster[2] + " ", *roster[3:]]), {"row_unreadable"}),
        "seed exchanged": (changed(parties=parties), {"seed_not_committed", "seed_differs"}),
        "combined seed altered": (changed(seed=secret("别的")), {"seed_differs"}),
        "one party only": (changed(parties=good["parties"][:1]), {"parties_too_few", "seed_differs"}),
        "party twice": (changed(parties=[good["parties"][0]] * 2), {"party_repeated", "parties_too_few"}),
        "other inspectors": (changed(result=sent), {"inspectors_differ"}),
        "object left out": (changed(result=result[1:]), {"object_missing"}),
        "object put in": (changed(result=[*result, stranger]), {"object_not_drawn"}),
        "rank altered": (changed(result=[{**result[0], "rank": "f" * 64}, *result[1:]]), {"rank_differs"}),
        "stratum altered": (
            changed(result=[{**result[0], "stratum": "层9"}, *result[1:]]),
            {"stratum_differs"},
        ),
        "order altered": (changed(result=result[::-1]), {"order_differs"}),
        "object twice": (changed(result=[*result, result[0]]), {"order_differs"}),
        "result digest altered": (changed(result_digest="0" * 64), {"result_digest_differs"}),
        "nobody may go": (
            {**few, "roster": lines, "row_digests": [drawing.sha256(line) for line in lines]},
            {"draw_impossible"},
        ),
        "another format": (changed(format="kaogong-draw-9"), {"format_unknown"}),
        "a list": ([], {"package_unreadable"}),
        "seed no text": (changed(seed=5), {"package_unreadable"}),
        "party without salt": (changed(parties=[{"name": "甲"}]), {"package_unreadable"}),
        "fraction of an inspector": (
            changed(roster=[roster[0].replace('object":2', 'object":2.0'), *roster[1:]]),
            {"row_unreadable"},
        ),
    }
