"""Each kind of class has its own form, documents and rules; what is missing is named and nothing is filed."""

import base64
import io
import shutil
import zipfile
from dataclasses import replace
from datetime import date, time

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from kaogong import rules
from kaogong.kernel.errors import NotFound, NotPermitted
from kaogong.people.operations import record_group
from kaogong.rules.loading import shipped_folder
from kaogong.training import operations, queries
from kaogong.training.models import Apprenticeship, ClassFiling, EvidenceDocument, Session
from kaogong.training.queries import filing_forms
from tests.factories import (
    a_day_at,
    a_timetable,
    an_actor,
    an_id_number,
    make_class,
    make_institution,
    make_person,
    make_site,
    make_trainer,
)
from tests.factories.institutions import make_room

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n1 0 obj\n"
EARLY = a_day_at(date(2026, 5, 1))
EMPLOYER = "91370211MA3C4D5E6X"
SCHEMES = (
    "new_hire_training", "work_training", "insured_upgrade", "apprenticeship", "golden_blue_collar",
    "home_service_training", "employment_training", "entrepreneurship_training", "labour_reserve_training",
    "first_assessment", "special_operation_safety", "hardship_on_job_training", "hardship_job_change_training",
    "veteran_training", "disabled_person_training", "farmer_training",
)  # fmt: skip


@pytest.fixture
def school():
    return make_institution()


@pytest.fixture
def clerk(school):
    return an_actor("provider_clerk", organisation_id=school.pk)


@pytest.fixture
def credit_code():
    return make_institution().credit_code


def an_xlsx() -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as parts:
        parts.writestr("[Content_Types].xml", "<Types/>")
        parts.writestr("xl/workbook.xml", "<workbook/>")
    return kept.getvalue()


def states(training_class, on=date(2026, 5, 1)) -> dict[str, str]:
    """Sentence → ✓ ✗ or ?."""
    training_class = queries.training_class(training_class.pk, by=an_actor("bureau_clerk"))
    return {found.sentence: found.state for found in queries.readiness(training_class, on)}


@pytest.mark.parametrize("scheme", SCHEMES)
def test_each_scheme_has_a_form_of_its_own_in_the_west_coast(scheme):
    form = filing_forms.filing_form("370211", scheme, "regular", date(2026, 5, 1))
    shared = filing_forms.filing_form("370211", "", "regular", date(2026, 5, 1))
    assert {asked.code for asked in form.fields} - {asked.code for asked in shared.fields}
    for asked in (*form.fields, *form.evidence):
        assert asked.source.by or asked.source.source or asked.source.technical


def test_arrangements_add_to_the_form_of_the_scheme():
    on = date(2026, 5, 1)
    regular = filing_forms.filing_form("370211", "employment_training", "regular", on)
    order = filing_forms.filing_form("370211", "employment_training", "order_class", on)
    student = filing_forms.filing_form("370211", "employment_training", "student_class", on)
    assert regular.field("promised_jobs") is None
    assert order.field("promised_jobs").binding
    assert order.document("order_agreement").binding
    assert [code for code, _name in student.field("student_item").options] == [
        "skills",
        "startup",
        "practice",
    ]


def test_a_region_without_data_asks_nothing():
    form = filing_forms.filing_form("510700", "employment_training", "regular", date(2026, 5, 1))
    assert form.fields == form.evidence == form.modules == ()
    assert form.limit("most_hours_a_day") is None


def test_modes_of_startup_practice_are_named_in_the_fictional_district_only():
    real = filing_forms.filing_form("370211", "entrepreneurship_training", "regular", date(2026, 5, 1))
    shown = filing_forms.filing_form("370299", "entrepreneurship_training", "regular", date(2026, 5, 1))
    assert real.field("practice_mode").kind == "text"
    assert len(shown.field("practice_mode").options) == 3


def test_file_class_names_every_missing_field_and_document(school, clerk):
    drafted = make_class(school, clerk=clerk, scheme_code="new_hire_training")
    with pytest.raises(operations.FilingIncomplete) as refused:
        operations.file_class(drafted.pk, by=clerk, at=EARLY)
    for missing in ("录用企业", "企业统一社会信用代码", "岗位", "劳动合同"):
        assert missing in refused.value.message
    assert queries.training_class(drafted.pk, by=clerk).status == "drafted"


def test_file_class_with_everything_answered_is_filed_and_keeps_its_day(school, clerk, credit_code):
    drafted = make_class(school, clerk=clerk, scheme_code="new_hire_training")
    answers = {"employer_name": "示例机械公司", "employer_credit_code": credit_code, "post": "焊工"}
    operations.answer_filing(drafted.pk, answers, by=clerk, at=EARLY)
    operations.add_evidence(drafted.pk, "labour_contracts", PDF, "合同.pdf", by=clerk, at=EARLY)
    assert operations.file_class(drafted.pk, by=clerk, at=EARLY).status == "filed"
    assert ClassFiling.objects.get().filed_on == date(2026, 5, 1)


@pytest.mark.parametrize(
    ("scheme", "answers", "field"),
    [
        ("work_training", {"insured_heads": "零"}, "insured_heads"),
        ("work_training", {"insured_heads": "0"}, "insured_heads"),
        ("work_training", {"insured_heads": "99999999"}, "insured_heads"),
        ("work_training", {"training_month": "六月"}, "training_month"),
        ("apprenticeship", {"training_years": "4"}, "training_years"),
        ("apprenticeship", {"employer_credit_code": "91370211MA3C4D5E61"}, "employer_credit_code"),
        ("apprenticeship", {"lead_mentor": "0"}, "lead_mentor"),
        ("apprenticeship", {"lead_mentor": "x' OR 1=1"}, "lead_mentor"),
        ("new_hire_training", {"post": "长" * 201}, "post"),
        ("employment_training", {"module_work_safety": "-1"}, "module_work_safety"),
        ("employment_training", {"module_work_safety": "19"}, "module_work_safety"),
        ("employment_training", {"module_work_safety": "NaN"}, "module_work_safety"),
        ("employment_training", {"module_work_safety": "很多"}, "module_work_safety"),
    ],
)
def test_answer_filing_refuses_what_is_none_of_its_kind_beside_its_field(
    school, clerk, scheme, answers, field
):
    drafted = make_class(school, clerk=clerk, scheme_code=scheme)
    with pytest.raises(operations.AnswerUnclear) as refused:
        operations.answer_filing(drafted.pk, answers, by=clerk, at=EARLY)
    assert refused.value.form_field == field
    assert not ClassFiling.objects.exists()


def test_answer_filing_keeps_typed_values_and_drops_what_is_not_asked(school, clerk, credit_code):
    drafted = make_class(school, clerk=clerk, scheme_code="work_training")
    answers = {
        "employer_credit_code": credit_code.lower(), "insured_heads": "１２", "training_month": "2026-06-18",
        "anything": "else", "module_work_safety": "1.5",
    }  # fmt: skip
    filing = operations.answer_filing(drafted.pk, answers, by=clerk, at=EARLY)
    assert filing.answers == {
        "employer_credit_code": credit_code, "insured_heads": 12, "training_month": "2026-06-01",
        "modules": {"work_safety": 150},
    }  # fmt: skip


def test_answer_filing_by_a_stranger_the_bureau_or_after_filing_is_refused(school, clerk):
    drafted = make_class(school, clerk=clerk)
    with pytest.raises(NotFound):
        operations.answer_filing(
            drafted.pk, {}, by=an_actor("provider_clerk", organisation_id=make_institution().pk), at=EARLY
        )
    with pytest.raises(NotPermitted):
        operations.answer_filing(drafted.pk, {}, by=an_actor("bureau_clerk"), at=EARLY)
    with pytest.raises(operations.ArrangementUnknown):
        operations.answer_filing(drafted.pk, {}, arrangement="vip", by=clerk, at=EARLY)
    operations.file_class(drafted.pk, by=clerk, at=EARLY)
    with pytest.raises(operations.ClassClosed):
        operations.answer_filing(drafted.pk, {}, by=clerk, at=EARLY)


def test_required_modules_are_asked_for_and_nothing_is_refused_for_want_of_a_binding_paper(school, clerk):
    drafted = make_class(school, clerk=clerk)
    told = states(drafted)
    (sentence,) = [said for said in told if "必修课" in said]
    assert told[sentence] == "ask"
    assert "劳模精神" in sentence
    modules = (
        "labour_spirit",
        "model_worker_spirit",
        "craftsman_spirit",
        "work_safety",
        "fire_emergency",
        "health_hygiene",
    )
    operations.answer_filing(drafted.pk, {f"module_{code}": "1" for code in modules}, by=clerk, at=EARLY)
    assert states(drafted)["六门必修课都排了课时"] == "ok"


def test_filing_late_is_told_and_not_refused_while_the_days_are_unverified(school, clerk):
    drafted = make_class(school, clerk=clerk)
    late = [state for said, state in states(drafted, date(2026, 5, 28)).items() if "提前" in said]
    early = [state for said, state in states(drafted, date(2026, 5, 1)).items() if "提前" in said]
    assert (late, early) == (["ask"], ["ok"])
    assert operations.file_class(drafted.pk, by=clerk, at=a_day_at(date(2026, 5, 28))).status == "filed"


def test_filing_late_is_refused_once_the_region_sets_the_days(school, clerk, monkeypatch, tmp_path):
    shutil.copytree(shipped_folder(), tmp_path / "rulebook")
    file = tmp_path / "rulebook" / "370299" / "conduct" / "filing.yaml"
    limit = "{value: 5, unit: 个工作日, illustrative: true, note: 试}"
    said = f"  ahead_working_days:\n    values:\n      2020-01-20: {limit}\n"
    file.write_text(file.read_text().replace("values:\n", f"values:\n{said}", 1))
    book = rules.load(tmp_path / "rulebook")
    monkeypatch.setattr(filing_forms, "rulebook", lambda: book)
    drafted = make_class(school, clerk=clerk)
    with pytest.raises(operations.FilingIncomplete, match="5个工作日"):
        operations.file_class(drafted.pk, by=clerk, at=a_day_at(date(2026, 5, 28)))
    assert operations.file_class(drafted.pk, by=clerk, at=EARLY).status == "filed"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"hours_hundredths": 1100}, "一天不超过10课时"),
        ({"starts_at": time(5)}, "不早于06:30"),
        ({"ends_at": time(22)}, "不晚于21:30"),
    ],
)
def test_timetable_against_the_districts_rules_is_refused(school, clerk, change, said):
    drafted = make_class(
        school, clerk=clerk, hours_theory=11 if "hours_hundredths" in change else 6, hours_practice=0
    )
    row = replace(queries_first(drafted), **change)
    rows = [row] if "hours_hundredths" in change else [row, *plan_of(drafted)[1:]]
    operations.plan_sessions(drafted.pk, rows, by=clerk, at=EARLY)
    with pytest.raises(operations.FilingIncomplete, match=said):
        operations.file_class(drafted.pk, by=clerk, at=EARLY)


def plan_of(training_class):
    first = queries.sessions(training_class.pk).first()
    return a_timetable(training_class, first.trainer_id, first.site_id)


def queries_first(training_class):
    return plan_of(training_class)[0]


def test_break_too_short_is_told_where_a_rule_sets_it(school, clerk):
    form = filing_forms.filing_form("370299", "x", "regular", date(2026, 5, 1))
    limit = replace(form.limit("most_hours_a_day"), name="least_break_minutes", value=30)
    from kaogong.training.queries.readiness import timetable_faults

    rows = [
        Session(on=date(2026, 6, 1), starts_at=time(9), ends_at=time(10), hours_hundredths=100),
        Session(on=date(2026, 6, 1), starts_at=time(10, 20), ends_at=time(11), hours_hundredths=100),
    ]
    (found,) = timetable_faults(rows, replace(form, limits={"least_break_minutes": limit}))
    assert found.sentence == "2026-06-01 10:20前只休息20分钟，不少于30分钟"
    assert list(timetable_faults(rows, replace(form, limits={}))) == []


def test_field_site_is_in_order_for_farmers_and_asked_about_for_others(school, clerk):
    site = make_site(school)
    room = make_room(site, kind="field")
    for scheme, state in (("farmer_training", "ok"), ("employment_training", "ask")):
        drafted = make_class(school, clerk=clerk, scheme_code=scheme)
        Session.objects.filter(training_class=drafted).update(cancelled=True)
        rows = [
            replace(plan, room_id=room.pk) for plan in a_timetable(drafted, make_trainer(school).pk, site.pk)
        ]
        operations.plan_sessions(drafted.pk, rows, by=clerk, at=EARLY)
        assert [s for said, s in states(drafted).items() if "田间" in said] == [state]
        Session.objects.filter(training_class=drafted).update(cancelled=True)


# --- documents --------------------------------------------------------------------------------------------


@pytest.fixture
def new_hires(school, clerk):
    return make_class(school, clerk=clerk, scheme_code="new_hire_training")


@pytest.mark.parametrize(
    ("data", "wanted"),
    [(PDF, "pdf"), (b"\xff\xd8\xff\xe0rest", "jpeg"), (b"\x89PNG\r\n\x1a\nrest", "png"), (an_xlsx(), "xlsx")],
)
def test_add_evidence_tells_the_format_by_content_whatever_the_name(new_hires, clerk, data, wanted):
    document = operations.add_evidence(
        new_hires.pk, "labour_contracts", data, "C:\\桌面\\合同.exe", by=clerk, at=EARLY
    )
    assert (document.format, document.filename) == (wanted, "合同.exe")
    assert EvidenceDocument.objects.get().data == data


@pytest.mark.parametrize(
    "data",
    [b"", b"MZ\x90\x00 not a pdf", b"<html><script>", b"GIF89a", b"PK\x03\x04 broken zip", b"hello %PDF-1.7"],
)
def test_add_evidence_of_another_kind_of_file_is_refused(new_hires, clerk, data):
    with pytest.raises(operations.EvidenceUnreadable):
        operations.add_evidence(new_hires.pk, "labour_contracts", data, "合同.pdf", by=clerk, at=EARLY)
    assert not EvidenceDocument.objects.exists()


def test_add_evidence_of_a_word_file_in_a_zip_is_refused(new_hires, clerk):
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as parts:
        parts.writestr("[Content_Types].xml", "<Types/>")
        parts.writestr("word/document.xml", "<document/>")
    with pytest.raises(operations.EvidenceUnreadable):
        operations.add_evidence(
            new_hires.pk, "labour_contracts", kept.getvalue(), "合同.xlsx", by=clerk, at=EARLY
        )


def test_add_evidence_of_100_mb_is_refused_by_its_size(new_hires, clerk):
    with pytest.raises(operations.EvidenceTooLarge) as refused:
        operations.add_evidence(
            new_hires.pk, "labour_contracts", PDF + bytes(100 * 2**20), "大.pdf", by=clerk, at=EARLY
        )
    assert refused.value.message == "文件“大.pdf”有100MB，超过20MB。请压缩或分开上传。"


def test_add_evidence_replaces_by_a_newer_version_and_keeps_the_old(new_hires, clerk):
    first = operations.add_evidence(new_hires.pk, "labour_contracts", PDF, "一.pdf", by=clerk, at=EARLY)
    with pytest.raises(operations.EvidenceTwice):
        operations.add_evidence(new_hires.pk, "labour_contracts", PDF, "又.pdf", by=clerk, at=EARLY)
    second = operations.add_evidence(
        new_hires.pk, "labour_contracts", PDF + b"2", "二.pdf", by=clerk, at=EARLY, replaces_id=first.pk
    )
    with pytest.raises(operations.EvidenceReplaced):
        operations.add_evidence(
            new_hires.pk, "labour_contracts", PDF + b"3", "三.pdf", by=clerk, at=EARLY, replaces_id=first.pk
        )
    assert [row.pk for row in queries.evidence(new_hires.pk)] == [second.pk]
    assert queries.evidence(new_hires.pk, replaced=True).count() == 2


def test_evidence_is_sealed_never_changed_and_never_removed(new_hires, clerk):
    document = operations.add_evidence(new_hires.pk, "labour_contracts", PDF, "一.pdf", by=clerk, at=EARLY)
    rows = EvidenceDocument.objects.filter(pk=document.pk)
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.update(digest="0" * 64)
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.delete()
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM training_evidencedocument")
        assert base64.b64encode(PDF) not in bytes(cursor.fetchone()[0])


def test_add_evidence_kind_not_asked_stranger_or_other_role_is_refused(new_hires, clerk):
    with pytest.raises(operations.EvidenceKindUnknown):
        operations.add_evidence(new_hires.pk, "order_agreement", PDF, "一.pdf", by=clerk, at=EARLY)
    stranger = an_actor("provider_clerk", organisation_id=make_institution().pk)
    with pytest.raises(NotFound):
        operations.add_evidence(new_hires.pk, "labour_contracts", PDF, "一.pdf", by=stranger, at=EARLY)
    with pytest.raises(NotPermitted):
        operations.add_evidence(
            new_hires.pk, "labour_contracts", PDF, "一.pdf", by=an_actor("assessor"), at=EARLY
        )
    document = operations.add_evidence(new_hires.pk, "labour_contracts", PDF, "一.pdf", by=clerk, at=EARLY)
    with pytest.raises(NotFound):
        queries.evidence_document(document.pk, by=stranger)
    with pytest.raises(NotFound):
        queries.evidence_document(document.pk, by=an_actor("bureau_clerk", region_code="510700"))


# --- apprentices ------------------------------------------------------------------------------------------


@pytest.fixture
def apprentices(school, clerk):
    return make_class(school, clerk=clerk, scheme_code="apprenticeship", people=2)


def mentored(training_class, school, clerk, place=0, **changes):
    learner = queries.enrolments(training_class.pk)[place]
    given = {"starts_on": date(2026, 3, 1), "ends_on": date(2027, 3, 1), "contract_number": "XT-1"}
    given |= {"firm_mentor_id": 0, "school_mentor_id": 0} | changes
    for name in ("firm_mentor_id", "school_mentor_id"):
        given[name] = given[name] or make_trainer(school).pk
    return operations.name_mentors(learner.pk, **given, by=clerk, at=EARLY)


def test_every_apprentice_needs_contract_and_two_mentors_before_filing(
    apprentices, school, clerk, credit_code
):
    answers = {"employer_name": "示例厂", "employer_credit_code": credit_code, "training_years": "1"}
    operations.answer_filing(apprentices.pk, answers, by=clerk, at=EARLY)
    for kind in ("school_firm_agreement", "apprentice_contracts"):
        operations.add_evidence(apprentices.pk, kind, PDF, "a.pdf", by=clerk, at=EARLY)
    mentored(apprentices, school, clerk, 0)
    with pytest.raises(operations.FilingIncomplete, match="2名学员中1人没有登记"):
        operations.file_class(apprentices.pk, by=clerk, at=EARLY)
    mentored(apprentices, school, clerk, 1)
    assert operations.file_class(apprentices.pk, by=clerk, at=EARLY).status == "filed"


def test_one_person_cannot_be_both_mentors_not_even_known_at_two_institutions(apprentices, school, clerk):
    one = make_trainer(school)
    with pytest.raises(operations.MentorsSamePerson):
        mentored(apprentices, school, clerk, firm_mentor_id=one.pk, school_mentor_id=one.pk)
    firm = make_institution()
    number = an_id_number().value
    here, there = make_trainer(school, id_number=number), make_trainer(firm, id_number=number)
    operations.answer_filing(apprentices.pk, {"employer_credit_code": firm.credit_code}, by=clerk, at=EARLY)
    with pytest.raises(operations.MentorsSamePerson):
        mentored(apprentices, school, clerk, firm_mentor_id=there.pk, school_mentor_id=here.pk)
    kept = mentored(apprentices, school, clerk, firm_mentor_id=there.pk)
    with pytest.raises(IntegrityError, match="one person"), transaction.atomic():
        Apprenticeship.objects.filter(pk=kept.pk).update(school_mentor=here)


def test_contract_outside_the_class_or_of_the_wrong_length_is_refused(apprentices, school, clerk):
    with pytest.raises(operations.ContractDatesWrong):
        mentored(apprentices, school, clerk, ends_on=date(2026, 3, 1))
    with pytest.raises(operations.ContractDoesNotCover):
        mentored(apprentices, school, clerk, starts_on=date(2026, 6, 2))
    with pytest.raises(operations.ContractDoesNotCover):
        mentored(apprentices, school, clerk, ends_on=date(2026, 6, 29))
    mentored(apprentices, school, clerk, 0, ends_on=date(2027, 2, 28))
    mentored(apprentices, school, clerk, 1, ends_on=date(2029, 4, 2))
    told = states(apprentices)
    assert told["1份学徒合同不满12个月"] == "no"
    assert told["1份学徒合同超过36个月"] == "no"


def test_mentors_of_a_stranger_or_by_a_stranger_are_not_found(apprentices, school, clerk):
    with pytest.raises(NotFound):
        mentored(apprentices, school, clerk, firm_mentor_id=make_trainer(make_institution()).pk)
    stranger = an_actor("provider_clerk", organisation_id=make_institution().pk)
    with pytest.raises(NotFound):
        mentored(apprentices, school, stranger)


# --- who the class is for ---------------------------------------------------------------------------------


def test_work_training_counts_those_insured_in_its_month_and_more_people_than_heads_are_refused(
    school, clerk
):
    drafted = make_class(school, clerk=clerk, scheme_code="work_training", people=3)
    operations.answer_filing(
        drafted.pk, {"training_month": "2026-06-01", "insured_heads": "2"}, by=clerk, at=EARLY
    )
    told = states(drafted)
    assert told["2026-06：名单3人，其中0人有当月参保记录"] == "ask"
    assert told["当月参保2人，名单却有3人"] == "no"


def a_veteran(name: str, discharged: date):
    person = make_person(name)
    record_group(
        person.pk,
        group_code="veteran",
        start_on=discharged,
        source="退役军人事务局",
        by=an_actor("bureau_clerk"),
        at=EARLY,
    )
    return person


def test_veterans_stage_is_compared_with_the_day_of_discharge(school, clerk):
    people = [a_veteran("王明", date(2026, 4, 1)), a_veteran("李强", date(2025, 1, 1))]
    drafted = make_class(
        school, clerk=clerk, scheme_code="veteran_training", people=[*people, make_person("赵磊")]
    )
    operations.answer_filing(drafted.pk, {"veteran_stage": "adaptation"}, by=clerk, at=EARLY)
    assert states(drafted)["适应性培训：0人还没有退役，1人退役已超过180天，1人没有退役日期"] == "ask"
    operations.answer_filing(drafted.pk, {"veteran_stage": "before"}, by=clerk, at=EARLY)
    assert states(drafted)["前置性培训：2人开班前已退役，1人没有退役日期"] == "ask"


def test_veterans_are_reached_once_in_three_years(school, clerk):
    reached, forgotten, missed = (a_veteran(name, date(2022, 1, 1)) for name in ("王明", "李强", "赵磊"))
    scheme = "veteran_training"

    def trained(person, year):
        held = make_class(
            school, clerk=clerk, people=[person], starts_on=date(year, 6, 1), ends_on=date(year, 6, 30),
            contract_id=make_long_contract(school).pk,
        )  # fmt: skip
        type(held).objects.filter(pk=held.pk).update(scheme_code=scheme)
        for status in ("filed", "approved", "running", "finished"):
            type(held).objects.filter(pk=held.pk).update(status=status)
        return held

    latest = trained(reached, 2026)
    trained(forgotten, 2023)
    years = queries.coverage_years("370299", date(2026, 11, 1))
    assert (years.value, years.by) == (3, "青西新管办发〔2020〕2号#5")
    rows = {
        row.pk: row
        for row in queries.veterans(an_actor("bureau_clerk"), date(2026, 11, 1), date(2023, 11, 1))
    }
    assert rows[reached.pk].trained_number == latest.number
    assert rows[forgotten.pk].trained_on is None
    assert rows[missed.pk].discharged_on == date(2022, 1, 1)
    assert not queries.veterans(
        an_actor("bureau_clerk", region_code="510700"), date(2026, 11, 1), date(2023, 11, 1)
    )


def make_long_contract(school):
    from tests.factories import make_contract

    return make_contract(school, starts_on=date(2020, 1, 1))


def test_students_three_items_are_ticked_by_their_classes(school, clerk):
    person = make_person("王明")
    held = make_class(school, clerk=clerk, people=[person])
    answers = {"school_name": "示例大学", "student_item": "startup"}
    operations.answer_filing(held.pk, answers, arrangement="student_class", by=clerk, at=EARLY)
    assert queries.student_items([person.pk]) == {}
    for status in ("filed", "approved", "running", "finished"):
        type(held).objects.filter(pk=held.pk).update(status=status)
    assert queries.student_items([person.pk]) == {person.pk: {"startup": held}}


def test_passes_say_who_may_work(school, clerk):
    from tests.factories.claims import make_certified_class

    finished = make_certified_class(2, institution=school)
    issued = queries.passes(finished, date(2026, 12, 31))
    assert [row.may_work for row in issued] == [True, True]
    assert queries.certified_count(finished, date(2026, 5, 1)) == 0


def test_orientation_and_kind_of_industry_training_are_asked_in_the_words_of_the_paper():
    form = filing_forms.filing_form("370211", "insured_upgrade", "regular", date(2026, 5, 1))
    orientation, industry = form.field("orientation"), form.field("industry_kind")
    assert [code for code, _ in orientation.options] == ["industry", "employment", "innovation", "demand"]
    assert [label for _, label in industry.options][:2] == ["高技能人才培训", "产业紧缺人才培训"]
    assert orientation.source.by.endswith("#L17") and industry.source.by.endswith("#L25")
    assert not orientation.binding and not industry.binding


def test_orientation_is_not_asked_before_the_paper():
    assert (
        filing_forms.filing_form("370211", "insured_upgrade", "regular", date(2022, 12, 31)).field(
            "orientation"
        )
        is None
    )
