"""The drawing by itself: repeatable, fair, within quotas and conflicts, and found out when touched."""

import hashlib
import hmac
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaogong.kernel import drawing
from kaogong.kernel.drawing_check import DIFFERENCES, verify

from .rosters import a_package, a_roster, secret, tampered

SEEDS = st.text(max_size=12).map(secret)
TAMPERED = tampered()


@st.composite
def rosters(draw):
    objects, inspectors = draw(st.integers(1, 25)), draw(st.integers(2, 8))
    conflicts = draw(
        st.dictionaries(st.integers(0, inspectors - 1), st.sets(st.integers(0, objects - 1)), max_size=3)
    )
    return a_roster(
        objects,
        inspectors,
        strata=draw(st.integers(1, 4)),
        quota=draw(st.integers(0, 6)),
        conflicts=conflicts,
    )


@given(rosters(), SEEDS)
@settings(max_examples=150, deadline=None)
def test_draw_is_the_same_again_within_quotas_and_honours_conflicts(roster, seed):
    try:
        found = drawing.draw(roster, seed)
    except drawing.DrawImpossible as refusal:
        one = next(o for o in roster.objects if o.id == refusal.facts["object"])
        assert len(drawing.eligible(roster, one)) == refusal.facts["count"] < 2
        assert (one, refusal.facts["count"]) in drawing.without_enough(roster)
        return
    again = drawing.read_roster(drawing.roster_lines(roster))
    assert drawing.draw(again, seed) == found
    available = Counter(one.stratum for one in roster.objects)
    wanted = {s: min(q, available[s]) for s, q in roster.quotas.items() if min(q, available[s])}
    assert Counter(d.stratum for d in found) == wanted
    bodies = {one.id: one.body for one in roster.objects}
    barred = {person.id: person.conflicts for person in roster.inspectors}
    for one in found:
        assert len(set(one.inspectors)) == 2
        assert not any(bodies[one.object] in barred[id] for id in one.inspectors)


@given(st.integers(1, 30), st.integers(2, 9), SEEDS)
@settings(max_examples=80, deadline=None)
def test_without_conflicts_nobody_is_sent_twice_more_than_another(objects, inspectors, seed):
    found = drawing.draw(a_roster(objects, inspectors, strata=1, quota=objects), seed)
    load = Counter({f"JC-{n:05d}": 0 for n in range(inspectors)})
    load.update(id for one in found for id in one.inspectors)
    assert max(load.values()) - min(load.values()) <= 1


@given(rosters(), SEEDS)
@settings(max_examples=60, deadline=None)
def test_rank_depends_on_seed_and_id_alone(roster, seed):
    whole = [one.id for _, one in drawing.selected(roster, seed)]
    fewer = drawing.Roster(
        roster.number,
        roster.purpose,
        2,
        dict.fromkeys(roster.quotas, 99),
        roster.objects[:-1],
        roster.inspectors,
    )
    order = [one.id for _, one in drawing.selected(fewer, seed)]
    kept = [id for id in whole if id in order]
    assert kept == [id for id in order if id in kept]


def test_rank_is_the_hmac_the_page_tells_of():
    seed = secret("种子")
    wanted = hmac.new(bytes.fromhex(seed), b"object:KB-2026-000001", hashlib.sha256).hexdigest()
    assert drawing.rank_of(seed, "KB-2026-000001") == wanted


def test_every_object_and_inspector_is_drawn_about_as_often():
    roster = a_roster(10, 5, strata=1, quota=3)
    drawn, sent = Counter(), Counter()
    for n in range(2000):
        for one in drawing.draw(roster, secret(str(n))):
            drawn[one.object] += 1
            sent.update(one.inspectors)
    # 600 and 2400 expected; five standard deviations of the binomial are about 103 and 190.
    assert len(drawn) == 10 and all(abs(count - 600) < 103 for count in drawn.values())
    assert len(sent) == 5 and all(abs(count - 2400) < 190 for count in sent.values())


@given(st.lists(SEEDS, min_size=2, max_size=5, unique=True), st.randoms())
@settings(max_examples=40, deadline=None)
def test_order_of_the_parties_changes_nothing_and_each_seed_everything(seeds, chance):
    told = {drawing.commitment(seed, secret(seed)): seed for seed in seeds}
    shuffled = list(told.items())
    chance.shuffle(shuffled)
    combined = drawing.combined_seed("CJ-1", told)
    assert drawing.combined_seed("CJ-1", dict(shuffled)) == combined
    assert drawing.combined_seed("CJ-2", told) != combined
    key = next(iter(told))
    assert drawing.combined_seed("CJ-1", told | {key: secret(told[key])}) != combined


def test_quotas_are_rounded_up_and_never_more_than_there_are():
    assert drawing.quotas_for({"a": 41, "b": 3, "c": 1}, 5, 2) == {"a": 3, "b": 2, "c": 1}
    assert drawing.quotas_for({"a": 7}, 0, 0) == {"a": 0}


def test_roster_digest_is_that_of_the_file(tmp_path):
    lines = drawing.roster_lines(a_roster())
    file = tmp_path / "roster.jsonl"
    file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    assert hashlib.sha256(file.read_bytes()).hexdigest() == drawing.digest_of(lines)


def test_verify_of_an_honest_package_agrees_also_with_the_digest_kept_from_before():
    package = a_package()
    assert verify(package) == []
    assert verify(package, published_digest=package["roster_digest"]) == []


def test_verify_finds_a_package_made_whole_again_with_one_row_changed():
    """Whoever changes a row and every digest in the file is caught by the digest published before."""
    before = a_package()
    roster = drawing.read_roster(before["roster"])
    other = drawing.Roster(
        roster.number, roster.purpose, 2, roster.quotas, roster.objects[1:], roster.inspectors
    )
    forged = a_package(other)
    assert verify(forged) == []
    assert [d.code for d in verify(forged, published_digest=before["roster_digest"])] == [
        "roster_not_as_published"
    ]


@pytest.mark.parametrize("what", TAMPERED)
def test_verify_names_what_differs(what):
    package, codes = TAMPERED[what]
    found = verify(package)
    assert codes <= {one.code for one in found}
    assert all(one.message for one in found)


def test_every_difference_is_found_by_some_tampering():
    found = {one.code for package, _ in TAMPERED.values() for one in verify(package)}
    assert found == set(DIFFERENCES) - {"roster_not_as_published"}


def test_a_changed_row_is_named_by_its_number():
    package, _ = TAMPERED["row changed"]
    assert "名册第 4 行与公布的摘要不符，内容被改动" in [one.message for one in verify(package)]


@pytest.mark.parametrize(
    "line",
    [
        '{"kind":"object"}',
        "[]",
        "1",
        "null",
        '{"kind":"head"}',
        '{"id":"班","kind":"excluded","why":""}',
        "NaN",
    ],
)
def test_read_roster_refuses_what_is_no_row(line):
    lines = drawing.roster_lines(a_roster())
    with pytest.raises(drawing.RosterMalformed) as refused:
        drawing.read_roster([*lines[:1], line])
    assert refused.value.facts == {"row": 2}
    with pytest.raises(drawing.RosterMalformed):
        drawing.read_roster([])
