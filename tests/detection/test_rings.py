"""Rings: shares that no family, village, school or dormitory explains are found; those that they explain are not."""

import pytest

from kaogong.detection import Severity
from kaogong.detection.pictures import alike
from tests.detection.making import Region

PICTURE = 0x0F3C_55AA_1234_9876


@pytest.fixture
def region():
    return Region()


def share(region, frame, column, people, value):
    for row in region.rows[frame]:
        if row["person"] in people:
            row[column] = value


def test_one_account_found_and_a_couple_or_a_family_at_one_address_not(region):
    group = region.a_class(30)
    couple, family, fake = group.people[:2], group.people[2:7], group.people[7:15]
    share(region, "accounts", "account", couple, 1)
    share(region, "accounts", "account", family, 2)
    share(region, "persons", "address", family, 20)
    assert region.found("account_shared") == []
    share(region, "accounts", "account", fake, 3)
    (one,) = region.grave("account_shared")
    assert (one.people, one.severity, one.figures) == (
        tuple(fake),
        Severity.SEVERE,
        {"people": 8, "homes": 8},
    )


def test_one_phone_found_across_providers_and_the_villages_or_the_schools_not(region):
    first, second = region.a_class(30), region.a_class(30, institution=9002, site=9102)
    region.add("institutions", institution=9001, phone=44, address=None)
    share(region, "persons", "phone", first.people[:20], 44)
    assert region.found("phone_shared") == []
    elders = first.people[20:28] + second.people[:8]
    share(region, "persons", "phone", elders, 45)
    for row in region.rows["persons"]:
        if row["person"] in elders:
            row["born_on"] = row["born_on"].replace(year=1960)
    assert region.grave("phone_shared") == []
    fake = second.people[8:20] + first.people[28:]
    share(region, "persons", "phone", fake, 46)
    (one,) = region.grave("phone_shared")
    assert one.people == tuple(sorted(fake))


def by_device(group, people, device, *, sessions, way="qr"):
    wanted = {session["session"] for session in group.sessions[:sessions]}
    for row in group.shown():
        if group.members[row["enrolment"]] in people and row["session"] in wanted:
            row["device"], row["way"] = device, way


def test_one_device_found_and_assisted_lent_or_forgotten_to_say_not(region):
    group = region.a_class(30)
    by_device(group, group.people[:12], 1, sessions=8, way="assisted")
    by_device(group, group.people[:12], 1, sessions=3)  # not said to be assisted three times
    by_device(group, group.people[12:20], 2, sessions=2)  # lent for a day or two
    by_device(group, group.people[20:22], 3, sessions=8)  # a friend without a phone
    assert region.found("device_shared") == []
    by_device(group, group.people[22:], 4, sessions=6)
    (one,) = region.grave("device_shared")
    assert (one.people, one.severity) == (tuple(group.people[22:]), Severity.SEVERE)


def test_one_address_is_a_notice_and_never_more(region):
    group = region.a_class(40)
    share(region, "persons", "address", group.people, 5)
    (one,) = region.found("address_shared")
    assert (one.severity, one.figures["people"]) == (Severity.NOTICE, 40)


def portraits(region, group, hashes):
    for person, value in zip(group.people, hashes, strict=False):
        region.add("photos", **{"photo": next(region.numbers), "kind": "portrait", "hash": value,
                                "class": group.number, "person": person, "session": None})  # fmt: skip


def test_one_face_found_though_saved_anew_and_twins_or_an_empty_picture_not(region):
    twins, fake = region.a_class(), region.a_class()
    portraits(region, twins, [PICTURE, PICTURE, 0, 0, 0])
    assert region.grave("face_shared") == []
    assert region.found("face_shared")[0].figures == {"people": 2}
    other = PICTURE ^ 0x00FF_FF00_F0F0_0F0F
    portraits(region, fake, [other, other ^ 1, other ^ (1 << 40)])
    (one,) = region.grave("face_shared")
    assert one.people == tuple(fake.people[:3])


def test_one_scene_for_several_classes_found_and_one_file_picked_wrong_or_taught_together_not(region):
    first, second = region.a_class(trainer=7), region.a_class(trainer=7)
    first.photographed()
    second.photographed()  # the same hours at the same place: one lesson
    assert region.found("scene_shared") == []
    classes = [region.a_class(institution=number, site=number) for number in (9003, 9004)]
    for at, group in enumerate(classes):
        group.photographed(lambda turn, at=at: (PICTURE ^ turn * 0x0101_0000_F0F0_0101) ^ (at << 3))
    (one,) = region.grave("scene_shared")
    assert (one.classes, one.institutions) == (tuple(group.number for group in classes), (9003, 9004))


def test_one_scene_in_two_classes_is_a_notice(region):
    for number in (9003, 9004):
        group = region.a_class(site=number)
        region.add("photos", **{"photo": number, "kind": "scene", "hash": PICTURE, "class": group.number,
                                "person": None, "session": group.sessions[0]["session"]})  # fmt: skip
    assert [one.severity for one in region.found("scene_shared")] == [Severity.NOTICE]


def test_a_ring_found_where_no_single_share_stands_out_and_a_village_not(region):
    group = region.a_class(40)
    village, fake = group.people[:14], group.people[14:26]
    share(region, "persons", "phone", village, 9)
    for at in range(0, 4, 2):  # two couples of it share an account
        share(region, "accounts", "account", village[at : at + 2], 100 + at)
    assert region.grave("ring") == []
    for at in range(0, 12, 3):
        share(region, "accounts", "account", fake[at : at + 3], 200 + at)
        share(region, "persons", "phone", fake[at // 3 :: 4], 300 + at)
    (one,) = region.grave("ring")
    assert (one.people, one.figures["tied"], one.severity) == (tuple(fake), 12, Severity.SEVERE)
    assert region.grave("account_shared") == []


def test_pictures_two_bits_apart_are_one_and_four_bits_apart_are_not():
    import polars as pl

    near, far, negative = PICTURE ^ 0b11, PICTURE ^ (0b1111 << 20), -PICTURE
    found = dict(
        alike(
            pl.Series([PICTURE, near, far, negative, negative ^ (1 << 62)]), apart=2, plain_bits=6
        ).iter_rows()
    )
    assert found[PICTURE] == found[near] != found[far]
    assert found[negative] == found[negative ^ (1 << 62)]
    with pytest.raises(ValueError, match="at most 2"):
        alike(pl.Series([PICTURE]), apart=3, plain_bits=6)
