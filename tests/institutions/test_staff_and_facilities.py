"""Staff, equipment, their sheets, and the registers of pilots, brands and kinds (A10, C4, C6–C12)."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from kaogong import sheets
from kaogong.institutions import operations, queries
from kaogong.institutions.operations import Development, Qualification
from kaogong.kernel.errors import NotFound, NotPermitted
from kaogong.sheets.provider_layouts import EQUIPMENT, TRAINERS
from tests.factories import COOK, an_actor, an_id_number, make_contract, make_institution, make_trainer
from tests.factories.institutions import make_bureau
from tests.factories.people import AT

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate(AT)


@pytest.fixture
def school():
    return make_institution()


@pytest.fixture
def own(school):
    return an_actor("provider_clerk", organisation_id=school.pk)


@pytest.fixture
def clerk():
    return make_bureau().clerk


def _sheet(layout, rows) -> bytes:
    return sheets.write_form(layout, title=layout.label, rows=rows)


def test_import_trainers_keeps_good_rows_and_names_bad_ones(school, own):
    good, same = an_id_number(date(1980, 5, 1)).value, an_id_number().value
    rows = [
        {
            "name": "周师傅", "id_number": good, "education": "大学本科", "title": "讲师",
            "qualification": "中式烹调师", "level": "二级", "number": "Y000137000001", "valid_until": "2028-06-30",
            "employment": "专职", "manager": "是", "courses": "中式烹调",
        },
        {"name": "郑师傅", "id_number": same, "employment": "企业专家"},
        {"name": "郑师傅", "id_number": same, "employment": "专职"},
        {"name": "错号码", "id_number": good[:-1] + ("0" if good[-1] != "0" else "1"), "employment": "专职"},
        {"name": "不知道", "id_number": an_id_number().value, "employment": "临时"},
        {"name": "等级怪", "id_number": an_id_number().value, "employment": "兼职", "level": "九级"},
    ]  # fmt: skip
    taken = operations.import_trainers(school.pk, _sheet(TRAINERS, rows), "教师.xlsx", by=own, at=AT)
    assert taken.kept == 2
    assert len(taken.problems) == 4
    said = " ".join(" ".join(words) for words in taken.problems.values())
    assert "已经登记" in said
    assert "专职/兼职应填" in said
    assert "九级" in said
    first = queries.trainers_in_full(school.pk).get(name="周师傅")
    assert (first.is_manager, first.education, first.born_on) == (True, "大学本科", date(1980, 5, 1))
    (held,) = first.qualifications.all()
    assert (held.number, held.level_code, held.valid_until) == ("Y000137000001", "2", date(2028, 6, 30))
    assert queries.trainers(school.pk).get(name="郑师傅").employment == "expert"


def test_import_equipment_by_name_or_code_of_the_occupation(school, own):
    rows = [
        {"occupation": "中式烹调师", "title": "双眼灶", "model": "SY-2", "quantity": "12"},
        {"occupation": COOK[0], "title": "蒸柜", "model": "", "quantity": "3"},
        {"occupation": "没有这个职业", "title": "灶", "quantity": "1"},
        {"occupation": COOK[0], "title": "冰柜", "quantity": "0"},
        {"occupation": COOK[0], "title": "双眼灶", "model": "SY-2", "quantity": "1"},
    ]
    taken = operations.import_equipment(school.pk, _sheet(EQUIPMENT, rows), "设备.xlsx", by=own, at=AT)
    assert taken.kept == 2
    assert len(taken.problems) == 3
    assert {row.title: row.quantity for row in queries.equipment(school.pk)} == {"双眼灶": 12, "蒸柜": 3}
    with pytest.raises(NotFound):
        operations.import_equipment(school.pk, b"", "a.csv", by=an_actor("provider_clerk"), at=AT)
    with pytest.raises(sheets.SheetRefused):
        operations.import_equipment(school.pk, b"", "a.xlsx", by=own, at=AT)


def test_remove_trainer_and_equipment_keeps_the_record(school, own):
    trainer = make_trainer(school)
    kept = operations.add_equipment(school.pk, occupation_code=COOK[0], title="灶", quantity=2, by=own, at=AT)
    operations.remove_trainer(trainer.pk, by=own, at=AT)
    operations.remove_equipment(kept.pk, by=own, at=AT)
    yesterday = TODAY - timedelta(days=1)
    assert not queries.trainers(school.pk, TODAY) and not queries.equipment(school.pk, TODAY)
    assert queries.trainers(school.pk, yesterday) and queries.equipment(school.pk, yesterday)
    operations.add_equipment(school.pk, occupation_code=COOK[0], title="灶", quantity=3, by=own, at=AT)
    for touch in (
        lambda by: operations.remove_trainer(trainer.pk, by=by, at=AT),
        lambda by: operations.remove_equipment(kept.pk, by=by, at=AT),
    ):
        with pytest.raises(NotFound):
            touch(an_actor("provider_clerk"))
        with pytest.raises(NotPermitted):
            touch(an_actor("auditor"))


def test_qualifications_and_development_of_a_trainer(school, own):
    trainer = make_trainer(school)
    certificate = Qualification("中式烹调师", "Y0001", "2", date(2020, 1, 1), date(2030, 1, 1))
    operations.add_qualification(trainer.pk, certificate, by=own, at=AT)
    with pytest.raises(operations.QualificationTaken):
        operations.add_qualification(trainer.pk, certificate, by=own, at=AT)
    with pytest.raises(operations.QualificationIncomplete):
        backwards = Qualification("中式烹调师", "Y0002", "2", date(2030, 1, 1), date(2020, 1, 1))
        operations.add_qualification(trainer.pk, backwards, by=own, at=AT)
    visit = Development("abroad", "双元制教学法", "省人社厅", date(2025, 9, 1), date(2025, 9, 20), 80, "结业")
    operations.record_development(trainer.pk, visit, by=own, at=AT)
    with pytest.raises(operations.DevelopmentTaken):
        operations.record_development(trainer.pk, visit, by=own, at=AT)
    with pytest.raises(operations.DevelopmentIncomplete):
        nothing = Development("abroad", "", "省人社厅", date(2025, 9, 1), date(2025, 9, 20), 80)
        operations.record_development(trainer.pk, nothing, by=own, at=AT)
    with pytest.raises(NotFound):
        operations.record_development(trainer.pk, visit, by=an_actor("provider_clerk"), at=AT)
    assert [row.topic for row in queries.developments(trainer.pk)] == ["双元制教学法"]


def test_counts_by_kind_as_of_a_day_open_to_the_same_list(clerk):
    early = make_institution(kind="technician_college", at=AT - timedelta(days=400), recognised_for=[COOK])
    make_institution(kind="training_school")
    make_institution(kind="enterprise_centre", is_provider=False)
    counts = {row.code: row for row in queries.kind_counts("370299", TODAY)}
    assert (counts["technician_college"].registered, counts["technician_college"].recognised) == (1, 1)
    assert (counts["training_school"].registered, counts["training_school"].recognised) == (1, 0)
    assert counts["enterprise_centre"].registered == 0
    assert sum(row.registered for row in counts.values()) == queries.providers_as_of("370299", TODAY).count()
    last_year = TODAY - timedelta(days=30)
    assert [row.pk for row in queries.providers_as_of("370299", last_year)] == [early.pk]
    forces = {row.code: row.registered for row in queries.force_counts(list(counts.values()))}
    assert forces == {"enterprise": 0, "school": 1, "private": 1, "public": 0}


def test_close_institution_counts_it_no_more(clerk):
    school = make_institution()
    contract = make_contract(school)
    with pytest.raises(operations.StillUnderContract):
        operations.close_institution(school.pk, by=clerk, at=AT, reason="停办")
    operations.end_contract(contract.pk, by=clerk, at=AT, reason="停办")
    operations.close_institution(school.pk, by=clerk, at=AT, reason="停办")
    assert not queries.providers_as_of("370299", TODAY)
    assert queries.providers_as_of("370299", TODAY - timedelta(days=0)).count() == 0
    assert queries.kind_counts("370299", TODAY)[0].registered == 0


def test_pilots_by_the_paper_that_names_them(school, clerk):
    def grant(**fields):
        given = {"kind": "integration", "document": "鲁发改〔2025〕1号", "starts_on": date(2025, 1, 1)}
        return operations.grant_pilot(school.pk, **given | fields, by=clerk, at=AT)

    pilot = grant()
    with pytest.raises(operations.PilotAlready):
        grant()
    with pytest.raises(operations.DocumentMissing):
        grant(kind="leading_enterprise", document=" ")
    operations.end_pilot(pilot.pk, by=clerk, at=AT, reason="试点期满")
    assert list(queries.pilots(school.pk, TODAY)) == []
    assert list(queries.pilots(school.pk, TODAY - timedelta(days=1))) == [pilot]
    with pytest.raises(NotFound):
        operations.end_pilot(pilot.pk, by=clerk, at=AT, reason="x")
    with pytest.raises(NotPermitted):
        operations.grant_pilot(
            school.pk, kind="integration", document="x", starts_on=TODAY, by=an_actor("cashier"), at=AT
        )


def test_one_brand_for_each_city_with_members_of_any_region(school, clerk):
    words = {
        "image": "红底白字",
        "trade_mark": "海蓝职训",
        "way_of_running": "直营加盟",
        "rules": "统一教学大纲",
    }

    def register(name, kind="city", owner=school, **fields):
        return operations.register_brand(owner.pk, name=name, kind=kind, **words | fields, by=clerk, at=AT)

    brand = register("海蓝职训")
    with pytest.raises(operations.BrandTaken):
        register("另一个市品牌")
    with pytest.raises(operations.BrandTaken):
        register("海蓝职训", kind="chain")
    with pytest.raises(operations.BrandIncomplete):
        register("缺制度", kind="chain", rules=" ")
    far = make_institution(region_code="510700")
    member = operations.join_brand(brand.pk, credit_code=far.credit_code, by=clerk, at=AT)
    with pytest.raises(operations.MemberAlready):
        operations.join_brand(brand.pk, credit_code=far.credit_code, by=clerk, at=AT)
    with pytest.raises(operations.WinnerUnknown):
        operations.join_brand(brand.pk, credit_code="nothing", by=clerk, at=AT)
    elsewhere = an_actor("bureau_clerk", region_code="510700")
    with pytest.raises(NotFound):
        operations.join_brand(brand.pk, credit_code=far.credit_code, by=elsewhere, at=AT)
    city = an_actor("bureau_clerk", region_code="370200")
    (seen,) = queries.brands(city, TODAY)
    assert {one.institution_id for one in seen.members_now} == {school.pk, far.pk}
    assert list(queries.brands_of(far.pk, TODAY)) == [brand]
    operations.leave_brand(member.pk, by=clerk, at=AT)
    assert list(queries.brands_of(far.pk, TODAY)) == []
    assert register("连锁甲", kind="chain") and register("连锁乙", kind="chain")
