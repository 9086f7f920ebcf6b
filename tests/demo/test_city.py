"""The synthetic city repeats by seed, is nobody's, and looks like life."""

from collections import Counter
from datetime import date
from itertools import pairwise

import polars as pl
import pytest

from kaogong.demo.citizens import people_frame
from kaogong.demo.city import ROSTER_HEADINGS, City
from kaogong.demo.draws import Draws
from kaogong.kernel.bank_card import BankCard
from kaogong.kernel.certificate_number import CertificateKind
from kaogong.kernel.credit_code import CreditCode
from kaogong.kernel.id_number import IdNumber
from kaogong.kernel.id_number_columns import check_id_numbers
from kaogong.kernel.levels import level_of
from kaogong.kernel.reference import (
    read_education,
    read_ethnic_groups,
    read_former_regions,
    read_groups,
    read_industries,
    read_occupations,
    read_regions,
)
from kaogong.kernel.working_days import is_working_day
from kaogong.kernel.writing import tidy_name

ON = date(2026, 11, 22)


@pytest.fixture(scope="module")
def city():
    return City(seed=20261122, people=6_000, on=ON)


def test_the_same_seed_gives_the_same_city(city):
    again = City(seed=20261122, people=6_000, on=ON)
    assert again.digest() == city.digest()


@pytest.mark.parametrize(
    "other", [(1, 6_000, ON), (20261122, 5_999, ON), (20261122, 6_000, date(2026, 11, 21))]
)
def test_anything_else_gives_another(city, other):
    assert City(*other).digest() != city.digest()


def test_a_stream_of_chance_depends_on_its_name_alone():
    one, other = Draws(5), Draws(5)
    other.uniform("first", 100)
    assert one.uniform("x", 50).to_list() == other.uniform("x", 50).to_list()
    assert one.uniform("x", 50).to_list() != one.uniform("y", 50).to_list()
    assert set(one.whole("w", 1000, 3, 5)) == {3, 4, 5}
    assert set(one.pick("p", 1000, ["a", "b", "c"], [1, 0, 3])) == {"a", "c"}


def test_every_identity_number_is_valid_unique_and_nobodys(city):
    numbers = city.people_frame["id_number"].to_list() + [row.person.id_number for row in city.trainers]
    assert len(set(numbers)) == len(numbers) == 6_000 + len(city.trainers)
    verdict = check_id_numbers(pl.Series(numbers), on=ON)
    assert verdict["problem"].null_count() == len(numbers)
    assert set(verdict["region_code"]) == {"370299"}
    real = {row.code for row in read_regions(with_fictional=False)} | {
        row.code for row in read_former_regions()
    }
    assert "370299" not in real
    people = city.people_frame
    assert verdict["born_on"].head(6_000).to_list() == people["born_on"].to_list()
    assert verdict["sex"].head(6_000).to_list() == people["sex"].to_list()


def test_codes_exist_in_the_code_lists(city):
    people = city.people_frame
    regions = {row.code for row in read_regions()}
    for column in ("household_region_code", "residence_region_code"):
        assert set(people[column]) <= regions
    assert set(people["job_region_code"]) <= regions | {""}
    assert set(people["education_code"]) <= {row.code for row in read_education()}
    assert set(people["ethnic_code"]) <= {row.code for row in read_ethnic_groups()}
    assert set(city.groups_frame["group_code"]) <= {row.code for row in read_groups()}
    industries = {row.code for row in read_industries()}
    assert all(body.industry_code in industries for body in city.companies + city.schools)


def test_people_look_like_people(city):
    persons = city.persons
    ages = [IdNumber(person.id_number).age_on(ON) for person in persons]
    assert min(ages) >= 16
    assert max(ages) <= 69
    assert 30 < sum(ages) / len(ages) < 45
    assert all(person.name == tidy_name(person.name) and 2 <= len(person.name) <= 9 for person in persons)
    families = Counter(person.name[0] for person in persons)
    assert {name for name, _ in families.most_common(3)} == {"王", "李", "张"}
    assert len({person.name for person in persons}) > 4_000
    assert any("·" in person.name for person in persons)
    assert all(person.phone.startswith("1990000") and len(person.phone) == 11 for person in persons)
    for person in persons:
        assert (person.employer_number is None) == (person.job_region_code == "")
        if person.pension_from is not None:
            assert person.employer_number is None
            assert person.pension_from <= ON
            age = IdNumber(person.id_number).age_on(person.pension_from)
            assert age in ((60,) if person.sex == "男" else (50, 55))
    assert 50 < sum(person.pension_from is not None for person in persons) < 900


def test_bank_cards_pass_their_check_and_differ(city):
    cards = city.people_frame["bank_card"].to_list()
    assert len(set(cards)) == len(cards)
    for card in cards:
        assert BankCard.parse(card).value == card
        assert len(card) == 19
        assert card.startswith("990000")


def test_bodies_have_valid_codes_and_names_of_their_own(city):
    bodies = city.companies + city.schools
    assert len({body.credit_code for body in bodies}) == len(bodies)
    assert len({body.name for body in bodies}) == len(bodies)
    for body in bodies:
        code = CreditCode.parse(body.credit_code)
        assert code.region_code == "370299"
        assert code.kind == {"company": "91", "school": "52"}[body.kind]
        assert body.name.startswith("示例区")
    assert {site.school_number for site in city.sites} == {school.number for school in city.schools}
    assert [site.number for site in city.sites] == list(range(1, len(city.sites) + 1))
    assert {trainer.school_number for trainer in city.trainers} == {school.number for school in city.schools}


def test_employers_exist_and_differ_in_size(city):
    heads = Counter(person.employer_number for person in city.persons if person.employer_number)
    assert set(heads) <= {company.number for company in city.companies}
    assert max(heads.values()) > 5 * sorted(heads.values())[len(heads) // 2]


def test_groups_are_dated_and_many_have_none(city):
    ours = {row.code for row in read_groups() if row.sets & {"A5", "A6"}}
    frame = city.groups_frame
    assert (frame["starts_on"] <= ON).all()
    assert frame.filter(pl.col("ends_on") <= pl.col("starts_on")).is_empty()
    assert frame.filter(pl.col("ends_on") > ON).is_empty()
    assert ours <= set(frame["group_code"])
    members = set(frame.filter(pl.col("group_code").is_in(list(ours)))["person_number"])
    assert 0.15 < len(members) / 6_000 < 0.6
    assert len(city.memberships) == len(frame)


def test_classes_are_of_the_size_and_time_they_promise(city):
    occupations = {row.code: row.name for row in read_occupations() if row.depth == 4}
    sizes = Counter(city.enrolments_frame["class_number"])
    assert [row.number for row in city.classes] == sorted(sizes)
    sites = {site.number: site for site in city.sites}
    trainers = {trainer.number: trainer for trainer in city.trainers}
    assert {row.programme for row in city.classes} == {"employment", "insured"}
    for row in city.classes:
        assert 20 <= sizes[row.number] <= 50
        assert row.starts_on <= row.ends_on < ON
        assert is_working_day(row.starts_on)
        assert is_working_day(row.ends_on)
        assert occupations[row.occupation_code] == row.occupation_name
        assert sites[row.site_number].school_number == row.school_number
        assert {trainers[number].school_number for number in row.trainer_numbers} == {row.school_number}
        if CertificateKind(row.certificate_kind).has_level:
            assert level_of(row.level_code).code in "543"
        else:
            assert row.level_code == ""
    assert len({row.name for row in city.classes}) == len(city.classes)
    assert [row.starts_on for row in city.classes] == sorted(row.starts_on for row in city.classes)


def test_most_people_attend_once_and_some_many_times(city):
    times = Counter(Counter(city.enrolments_frame["person_number"]).values())
    assert times.most_common(1)[0][0] == 1
    assert times[1] > 0.45 * sum(times.values())
    assert max(times) >= 6
    assert 1.2 < sum(count * people for count, people in times.items()) / 6_000 < 1.6


def test_nobody_sits_in_two_classes_at_once_or_as_a_child(city):
    days = {row.number: (row.starts_on, row.ends_on) for row in city.classes}
    seats = {}
    for class_number, _, person_number in city.enrolments_frame.iter_rows():
        seats.setdefault(person_number, []).append(days[class_number])
    for person_number, periods in seats.items():
        periods.sort()
        for (_, ended), (started, _) in pairwise(periods):
            assert ended < started
        assert IdNumber(city.persons[person_number - 1].id_number).age_on(periods[0][0]) >= 16


def test_classes_for_the_employed_hold_only_employed(city):
    insured = [row for row in city.classes if row.programme == "insured"]
    assert all(person.employer_number for row in insured for person in city.members(row))


def test_roster_rows_follow_the_real_headings(city):
    training_class = city.classes[3]
    rows = city.roster_rows(training_class)
    assert len(rows) == len(city.members(training_class)) == Counter(city.enrolments_frame["class_number"])[4]
    for place, row in enumerate(rows, 1):
        cells = dict(zip(ROSTER_HEADINGS, row, strict=True))
        number = IdNumber.parse(cells["身份证号码"], ON)
        assert cells["序号"] == place
        assert cells["性别"] == number.sex
        assert cells["年龄"] == number.age_on(training_class.starts_on)
        assert cells["户口性质"] in ("农业", "非农业")
        assert cells["户口所在地"]
        assert cells["学历"] in {row.name for row in read_education()}


def test_a_bulk_of_people_comes_by_the_column():
    frame = people_frame(3, 50_000, ON)
    assert frame.height == 50_000
    assert frame["id_number"].n_unique() == 50_000
    assert frame["employer_number"].null_count() == 50_000
    assert check_id_numbers(frame["id_number"], on=ON)["problem"].null_count() == 50_000


def test_too_many_people_for_one_area_are_refused(monkeypatch):
    monkeypatch.setattr("kaogong.demo.citizens._AGES", ((30, 30, 1),))
    with pytest.raises(ValueError, match="too large"):
        people_frame(3, 400_000, ON)


def test_a_city_of_nobody_stands():
    city = City(1, 0, ON)
    assert city.persons == []
    assert city.classes == []
    assert len(city.schools) == 4
    assert {row.school_number for row in city.trainers} == {1, 2, 3, 4}
    assert city.digest() == City(1, 0, ON).digest()
