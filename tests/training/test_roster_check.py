"""What a roster's check says of each row."""

from datetime import date

import pytest

from kaogong.kernel.id_number import FEMALE, MALE, make_id_number
from kaogong.people.operations import record_group
from kaogong.training import operations
from tests.factories import a_roster, an_actor, an_id_number, enrol, make_class, make_institution, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk():
    return an_actor("provider_clerk", organisation_id=make_institution().pk)


@pytest.fixture
def drafted(clerk):
    from kaogong.institutions.queries import institution

    return make_class(institution(clerk.organisation_id, by=clerk), clerk=clerk)


def found(rows, clerk, now, class_id=None, columns=(), **more):
    """Codes by position of the row (1 is the first learner)."""
    check = operations.check_roster(
        a_roster(rows, columns), "名单.csv", class_id=class_id, by=clerk, at=now, **more
    )
    return {row - 1: [f.code for f in said] for row, said in check.findings_of().items()}, check


def person(name="王小明", **fields):
    return {"姓名": name, "身份证号码": an_id_number().value, **fields}


GOOD = "370299198501010018"


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("", "id_missing"),
        ("37029919850101001", "id_length"),
        ("3702991985010100AB", "id_letters"),
        ("370299198513010019", "id_date"),
        ("370299209901010019", "id_future"),
    ],
)
def test_check_roster_names_what_is_wrong_with_a_number(number, code, clerk, now):
    said, check = found([{"姓名": "王小明", "身份证号码": number}], clerk, now)
    assert said[1] == [code]
    assert (check.rows_good, check.rows_problem) == (0, 1)


def test_check_roster_wrong_checksum_is_an_error(clerk, now):
    number = an_id_number().value
    wrong = number[:17] + ("1" if number[17] != "1" else "2")
    assert found([{"姓名": "王小明", "身份证号码": wrong}], clerk, now)[0] == {1: ["id_checksum"]}


def test_check_roster_good_row_says_nothing(clerk, now):
    said, check = found([person(联系电话="13800000000", 性别="男")], clerk, now)
    assert (said, check.rows_good) == ({}, 1)


def test_check_roster_old_number_is_upgraded_with_a_note(clerk, now):
    old = an_id_number(born_on=date(1966, 3, 4)).value
    said, check = found([{"姓名": "王小明", "身份证号码": old[:6] + old[8:17]}], clerk, now)
    assert said == {1: ["id_upgraded"]}
    assert check.rows["id_value"][0] == old


@pytest.mark.parametrize("area", ["990101", "379014"])
def test_check_roster_area_unknown_or_of_the_past_is_a_warning(area, clerk, now):
    number = make_id_number(area, date(1990, 2, 3), 7, MALE).value
    said, check = found([{"姓名": "王小明", "身份证号码": number}], clerk, now)
    assert said == {1: ["id_area"]}
    assert check.findings[0].severity == "warning"
    assert area in check.findings[0].message
    assert check.rows_good == 1


@pytest.mark.parametrize(("born", "code"), [(date(2010, 6, 1), None), (date(2010, 6, 2), "under_age")])
def test_check_roster_legal_age_counts_on_the_first_day_of_class(born, code, clerk, drafted, now):
    rows = [{"姓名": "王小明", "身份证号码": an_id_number(born_on=born).value}]
    said, check = found(rows, clerk, now, drafted.pk)
    assert said == ({1: [code]} if code else {})
    if code:
        assert check.findings[0].message == "开班时15周岁，不满16周岁"


def test_check_roster_duplicate_names_the_first_row(clerk, now):
    twin = person()
    said, check = found([twin, person("李明"), {**twin, "姓名": "王小明"}], clerk, now)
    assert said == {3: ["duplicate"]}
    assert check.findings[0].facts == {"row": "2"}
    assert check.rows_good == 2


def test_check_roster_old_and_new_number_of_one_person_are_duplicates(clerk, now):
    new = an_id_number(born_on=date(1967, 3, 4)).value
    rows = [{"姓名": "王明", "身份证号码": new}, {"姓名": "王明", "身份证号码": new[:6] + new[8:17]}]
    assert found(rows, clerk, now)[0] == {2: ["duplicate", "id_upgraded"]}


def test_check_roster_name_missing_is_an_error(clerk, now):
    assert found([person("")], clerk, now)[0] == {1: ["name_missing"]}


def test_check_roster_name_other_than_registered_is_an_error_and_stays_masked(clerk, now):
    known = make_person("欧阳小明")
    said, check = found([{"姓名": "王小明", "身份证号码": known.id_number}], clerk, now)
    assert said == {1: ["name_differs"]}
    assert "欧**明" in check.findings[0].message
    assert "欧阳" not in check.findings[0].message


def test_check_roster_sex_and_age_against_the_number_are_warnings(clerk, drafted, now):
    number = an_id_number(born_on=date(1986, 1, 5), sex=FEMALE).value
    said, check = found(
        [{"姓名": "王芳", "身份证号码": number, "性别": "男", "年龄": "30"}], clerk, now, drafted.pk
    )
    assert said == {1: ["sex_differs", "age_differs"]}
    assert [f.message for f in check.findings] == [
        "性别与身份证号码不符，按号码应为女",
        "年龄与身份证号码不符，按号码开班时为40周岁",
    ]
    assert check.rows_good == 1


def test_check_roster_phone_that_is_no_phone_is_a_warning(clerk, now):
    rows = [
        person(联系电话="12345"),
        person("李明", 联系电话="0532-86988888"),
        person("赵敏", 联系电话="1380000000"),
    ]
    assert found(rows, clerk, now)[0] == {1: ["phone_shape"], 3: ["phone_shape"]}


def test_check_roster_bank_accounts_wrong_shared_or_of_another(clerk, now):
    columns = ["姓名", "身份证号码", "银行账号", "银行户名"]
    good = "6222020000000000000"
    from kaogong.kernel.bank_card import make_bank_card

    good = make_bank_card("622202", 1).value
    rows = [
        person(银行账号=good, 银行户名="王小明"),
        person("李明", 银行账号=good),
        person("赵敏", 银行账号="6222020000000000001", 银行户名="赵敏"),
        person("周强", 银行账号=make_bank_card("622202", 2).value, 银行户名="周大"),
    ]
    said, check = found(rows, clerk, now, columns=columns)
    assert said == {2: ["account_shared"], 3: ["account_shape"], 4: ["account_holder"]}
    assert check.rows_good == 4


def test_check_roster_group_claimed_but_not_registered_is_a_warning(clerk, drafted, now):
    known, late = make_person("王明"), make_person("李明")
    for one, since in ((known, date(2026, 1, 1)), (late, date(2026, 6, 2))):
        record_group(one.pk, group_code="hard_to_employ", start_on=since, source="测试", by=_system(), at=now)
    rows = [
        {"姓名": "王明", "身份证号码": known.id_number, "人员类别": "就业困难人员"},
        {"姓名": "李明", "身份证号码": late.id_number, "人员类别": "就业困难人员"},
        person("赵敏", 人员类别="就业困难人员"),
        person("周强", 人员类别="外星人"),
    ]
    said, check = found(rows, clerk, now, drafted.pk)
    assert said == {2: ["group_unregistered"], 3: ["group_unregistered"], 4: ["group_unknown"]}
    assert check.rows["group_code"].to_list() == ["hard_to_employ"] * 3 + [""]
    assert check.rows_good == 4


def test_check_roster_person_in_another_class_at_the_same_hours_names_it(clerk, drafted, now):
    busy, free = make_person("王明"), make_person("李明")
    other = make_class(people=[busy])
    apart = make_class(people=[free], starts_on=date(2026, 7, 1), ends_on=date(2026, 7, 20))
    rows = [{"姓名": p.name, "身份证号码": p.id_number} for p in (busy, free)]
    said, check = found(rows, clerk, now, drafted.pk)
    assert said == {1: ["elsewhere"]}
    assert check.findings[0].facts == {"number": other.number}
    assert apart.number not in check.findings[0].message


def test_check_roster_earlier_subsidies_are_asked_of_the_caller(clerk, drafted, now):
    known = make_person("王明")
    asked = []

    def earlier(people, occupation_code, level_code, on):
        asked.append((people, occupation_code, level_code, on))
        return {known.pk: "同职业同等级已享受过培训补贴"}

    rows = [{"姓名": "王明", "身份证号码": known.id_number}, person("李明")]
    said, check = found(rows, clerk, now, drafted.pk, earlier=earlier)
    assert asked == [([known.pk], drafted.occupation_code, "5", drafted.starts_on)]
    assert said == {1: ["ruled_out"]}
    assert check.findings[0].message == "同职业同等级已享受过培训补贴"
    assert check.rows_good == 2


def test_check_roster_beyond_the_contract_refuses_the_last_rows(now):
    from kaogong.institutions.operations import draft_contract, recognise_provider
    from tests.factories import COOK

    school = make_institution()
    bureau, clerk = an_actor("bureau_clerk"), an_actor("provider_clerk", organisation_id=school.pk)
    contract = draft_contract(
        school.pk, number="XY-小", starts_on=date(2026, 1, 1), ends_on=date(2027, 1, 1), head_count=3,
        scopes=[COOK], by=bureau, at=now,
    )  # fmt: skip
    recognise_provider(contract.pk, by=bureau, at=now)
    make_class(school, clerk=clerk, contract_id=contract.pk, people=1, status="filed")
    drafted = make_class(
        school, clerk=clerk, contract_id=contract.pk, starts_on=date(2026, 8, 1), ends_on=date(2026, 8, 30)
    )
    rows = [person("甲"), person("乙"), person("丙")]
    said, check = found(rows, clerk, now, drafted.pk)
    assert said == {3: ["over_contract"]}
    assert check.findings[0].facts == {"left": "2"}
    enrol(drafted, [make_person("丁")], by=clerk, at=now)
    assert found(rows, clerk, now, drafted.pk)[0] == {2: ["over_contract"], 3: ["over_contract"]}


def test_check_roster_of_a_contract_for_own_staff_refuses_others_and_asks_about_the_unknown(now):
    from kaogong.institutions.operations import draft_contract, recognise_provider
    from kaogong.people.operations import record_standing
    from tests.factories import COOK

    school = make_institution()
    bureau, clerk = an_actor("bureau_clerk"), an_actor("provider_clerk", organisation_id=school.pk)
    drafted = {}
    for audience in ("own_staff", "own_and_others"):
        contract = draft_contract(
            school.pk, number=f"XY-{audience}", starts_on=date(2026, 1, 1), ends_on=date(2027, 1, 1),
            head_count=90, scopes=[COOK], audience=audience, by=bureau, at=now,
        )  # fmt: skip
        recognise_provider(contract.pk, by=bureau, at=now)
        starts = date(2026, 6, 1) if audience == "own_staff" else date(2026, 8, 3)
        drafted[audience] = make_class(
            school, clerk=clerk, contract_id=contract.pk, starts_on=starts, ends_on=starts.replace(day=14)
        )
    rows = [person("陈静"), person("王芳"), person("赵伟")]
    employers = (f" {school.name}", "别家机械厂", "")
    for row, employer in zip(rows, employers, strict=True):
        known = make_person(row["姓名"], id_number=row["身份证号码"])
        if employer:
            record_standing(
                known.pk, kind="insured", holds=True, start_on=date(2025, 1, 1), source="社保数据",
                employer=employer, by=bureau, at=now,
            )  # fmt: skip
    said, check = found(rows, clerk, now, drafted["own_staff"].pk)
    assert said == {2: ["not_own_staff"], 3: ["own_staff_unknown"]}
    assert [finding.severity for finding in check.findings] == ["error", "warning"]
    assert all(school.name in one.message and "XY-own_staff只培训" in one.message for one in check.findings)
    assert not any("别家机械厂" in one.message for one in check.findings)
    assert found(rows, clerk, now, drafted["own_and_others"].pk)[0] == {}


def test_check_roster_writes_nothing(clerk, drafted, now):
    from kaogong.people.models import Person
    from kaogong.training.models import Enrolment

    before = Person.objects.count()
    found([person(), person("李明")], clerk, now, drafted.pk)
    assert (Person.objects.count(), Enrolment.objects.count()) == (before, 0)


def test_check_roster_without_registry_asks_the_database_nothing(clerk, now, django_assert_num_queries):
    with django_assert_num_queries(0):
        said, _check = found([person(), person("")], clerk, now, registry=False)
    assert said == {2: ["name_missing"]}


def test_check_roster_without_a_name_column_is_refused(clerk, now):
    with pytest.raises(operations.RosterColumnsMissing) as refused:
        found([person()], clerk, now, columns=["序号", "身份证号码", "联系电话"])
    assert "姓名" in refused.value.message


def test_check_roster_of_another_providers_class_is_not_found(drafted, now):
    from kaogong.kernel.errors import NotFound

    with pytest.raises(NotFound):
        found([person()], an_actor("provider_clerk"), now, drafted.pk)


def _system():
    from kaogong.kernel.actor import system_actor

    return system_actor()
