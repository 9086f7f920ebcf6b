"""Photographs as they are kept, and how the same picture is known again."""

import io

from PIL import Image

from kaogong.papers.pictures import look_of, picture
from tests.presence.pictures import a_picture


def apart(one: int, other: int) -> int:
    return ((one ^ other) & (2**64 - 1)).bit_count()


def test_picture_is_small_and_without_place_time_and_phone():
    notes = Image.Exif()
    notes[0x010F] = "phone of somebody"
    kept = picture(a_picture(1, size=(2400, 1800), exif=notes.tobytes()), longest=480)
    assert b"phone of somebody" not in kept.content
    with Image.open(io.BytesIO(kept.content)) as read:
        assert read.size == (480, 360) and not read.getexif()


def test_picture_is_none_of_what_is_no_photograph():
    assert picture(b"%PDF-1.7", longest=480) is None
    assert picture(a_picture(1)[:900], longest=480) is None
    assert look_of(b"\x89PNG\r\n\x1a\nnothing") is None


def test_look_stays_when_saved_again_and_differs_between_pictures():
    looks = [look_of(a_picture(seed)) for seed in range(60)]
    for seed, look in enumerate(looks):
        for again in (
            a_picture(seed, quality=40),
            a_picture(seed, size=(1280, 960)),
            a_picture(seed, size=(300, 225)),
        ):
            assert apart(look, look_of(again)) <= 2
    others = [apart(one, other) for place, one in enumerate(looks) for other in looks[:place]]
    assert min(others) > 4
