"""Frames are checked before anybody looks at them; a detector without its frames says that it did not look."""

from dataclasses import replace
from datetime import datetime

import polars as pl
import pytest

from kaogong.detection import DETECTORS, SCHEMAS, Frames, FrameWrong, Settings, detect, opaque
from kaogong.detection.components import components
from tests.detection.making import Region, settings

ROLL = pl.DataFrame({"enrolment": [1, 2], "class": [3, 3], "person": [4, 5]})


def test_an_unknown_frame_a_missing_column_and_a_wrong_type_are_refused():
    with pytest.raises(FrameWrong, match="no frame is called rumours"):
        Frames.of(rumours=ROLL)
    with pytest.raises(FrameWrong, match="enrolments lacks the column person"):
        Frames.of(enrolments=ROLL.drop("person"))
    with pytest.raises(FrameWrong, match=r"enrolments.person is String"):
        Frames.of(enrolments=ROLL.with_columns(pl.col("person").cast(pl.String)))
    with pytest.raises(FrameWrong, match="one piece"):
        Frames.of(enrolments=[ROLL, ROLL])
    with pytest.raises(FrameWrong, match=r"sessions.starts_at"):
        at = pl.Series([datetime(2026, 1, 1)]).dt.replace_time_zone("UTC")
        Frames.of(
            sessions=pl.DataFrame(
                {"session": [1], "class": [1], "starts_at": at, "ends_at": at, "hours": [1.0]}
            )
        )


def test_narrower_numbers_and_an_empty_column_are_taken_as_they_are_meant():
    narrow = ROLL.with_columns(pl.all().cast(pl.Int32))
    frames = Frames.of(enrolments=narrow, persons=pl.DataFrame({"person": [4], "phone": [None]}))
    assert frames.enrolments.collect().schema["person"] == pl.Int64
    assert frames.persons.collect().rows() == [(4, None, None, None)]
    assert frames.lacks({"persons": ("phone", "address"), "marks": ()}) == ["persons.address", "marks"]


def test_an_opaque_number_tells_only_the_same_from_another():
    assert opaque(bytes(range(16))) == opaque(bytes(range(16)))
    assert opaque(b"\xff" * 16) == -1 != opaque(b"\xfe" + b"\xff" * 15)


def test_no_frame_has_room_for_a_name_or_an_identity_number():
    texts = {
        (frame, one.name) for frame, columns in SCHEMAS.items() for one in columns if one.dtype == pl.String
    }
    assert {name for _, name in texts} == {"scheme", "occupation", "level", "way", "kind"}
    assert all(one.meaning for columns in SCHEMAS.values() for one in columns)


def test_without_its_frames_or_settings_a_detector_says_that_it_did_not_look():
    found = detect(Frames.of(enrolments=ROLL), settings())
    assert (found.findings, found.looked, len(found.not_looked)) == ((), (), len(DETECTORS))
    lacks = {one.kind: one.lacks for one in found.not_looked}
    assert lacks["same_roster_again"] == ("classes",)
    unset = Settings(dict.fromkeys(DETECTORS["account_shared"].settings))
    (one,) = detect(Region().frames(), unset, kinds=["account_shared"]).not_looked
    assert "account_people_serious" in one.unset


def test_a_detector_that_fails_half_way_is_named_with_its_error_and_the_others_look(monkeypatch):
    region = Region()
    fake = region.a_class()
    fake.check_in_again(lambda _, at: region.rng.uniform(0, 3))
    before = detect(region.frames(), settings())
    kind = before.findings[0].kind

    def breaks(look):
        yield before.findings[0]
        raise ZeroDivisionError("on purpose")

    monkeypatch.setitem(DETECTORS, kind, replace(DETECTORS[kind], look=breaks))
    after = detect(region.frames(), settings())
    assert [(one.kind, type(one.error)) for one in after.not_looked] == [(kind, ZeroDivisionError)]
    assert set(after.looked) == set(before.looked) - {kind}
    assert after.findings == tuple(one for one in before.findings if one.kind != kind)


def test_a_region_without_a_single_row_is_looked_at_and_says_nothing():
    found = detect(Region().frames(), settings())
    assert (found.findings, set(found.looked)) == ((), set(DETECTORS))


def test_long_frames_in_pieces_say_what_they_say_whole():
    region = Region()
    for _ in range(3):
        region.a_class()
    fake = region.a_class()
    fake.check_in_again(lambda _, at: region.rng.uniform(0, 3))
    whole = region.frames()
    theirs = {session["session"] for session in fake.sessions}
    pieces = {
        name: [
            whole.tables[name][0].filter(pl.col("session").is_in(theirs)),
            whole.tables[name][0].filter(~pl.col("session").is_in(theirs)),
        ]
        for name in ("marks", "checkins")
    }
    others = {name: tables[0] for name, tables in whole.tables.items() if name not in pieces}
    split = Frames.of(**others, **pieces)
    assert detect(split, settings()) == detect(whole, settings())
    assert detect(whole, settings()).findings[0].classes == (fake.number,)


def test_components_join_what_a_path_joins_however_long():
    chain = pl.DataFrame({"a": range(0, 2000), "b": range(1, 2001)})
    star = pl.DataFrame({"a": [5000] * 50, "b": range(5001, 5051)})
    pair = pl.DataFrame({"a": [9001], "b": [9000]})
    found = components(pl.concat([chain, star, pair]).cast(pl.Int64).sample(fraction=1, shuffle=True, seed=3))
    groups = dict(found.iter_rows())
    assert {groups[node] for node in range(2001)} == {0}
    assert {groups[node] for node in range(5000, 5051)} == {5000}
    assert groups[9000] == groups[9001] == 9000
    assert found.height == 2001 + 51 + 2
