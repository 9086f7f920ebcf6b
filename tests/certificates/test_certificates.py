"""Certificates: issued once, numbered for ever."""

from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction

from kaogong.certificates import operations, queries
from kaogong.certificates.models import Certificate, NumberSeries
from kaogong.kernel.actor import system_actor
from kaogong.kernel.certificate_number import CertificateNumber
from kaogong.kernel.errors import NotFound, NotPermitted, ReasonMissing, WrongState
from kaogong.people.queries import file_of
from kaogong.trail.queries import timeline
from tests.factories import (
    a_new_certificate,
    an_actor,
    make_certificate,
    make_institution,
    make_outside_certificate,
    make_person,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def assessor():
    return make_institution(is_provider=False, is_assessor=True)


def test_issue_certificates_numbers_them_in_a_row(assessor, now):
    orders = [a_new_certificate(make_person(), assessor) for _ in range(3)]
    issued = operations.issue_certificates(orders, by=system_actor(), at=now)
    parts = [CertificateNumber.parse(row.number) for row in issued]
    assert [part.serial for part in parts] == [1, 2, 3]
    assert {(part.year, part.level_code, part.province_code) for part in parts} == {("26", "5", "37")}
    assert all(row.number.startswith(assessor.certificate_body_code) for row in issued)
    assert len({row.verification_code for row in issued}) == 3


def test_issue_certificates_again_gives_the_same_ones(assessor, now):
    orders = [a_new_certificate(make_person(), assessor) for _ in range(3)]
    first = operations.issue_certificates(orders, by=system_actor(), at=now)
    again = operations.issue_certificates(orders[::-1], by=system_actor(), at=now)
    assert [row.pk for row in again[::-1]] == [row.pk for row in first]
    assert Certificate.objects.count() == 3
    assert NumberSeries.objects.get().last_serial == 3


def test_issue_certificates_same_grounds_for_another_person_is_refused(assessor, now):
    order = a_new_certificate(make_person(), assessor, reference="exam:1:enrolment:1")
    operations.issue_certificates([order], by=system_actor(), at=now)
    other = a_new_certificate(make_person(), assessor, reference="exam:1:enrolment:1")
    with pytest.raises(operations.CertificateDiffers) as refused:
        operations.issue_certificates([other], by=system_actor(), at=now)
    assert refused.value.facts["field"] == "持证人"


def test_issue_certificates_runs_a_series_for_each_level_and_year(assessor, now):
    person = make_person()
    levels = [
        a_new_certificate(person, assessor, level_code="5"),
        a_new_certificate(person, assessor, level_code="4"),
        a_new_certificate(person, assessor, level_code="5", issued_on=date(2027, 1, 4)),
    ]
    numbers = [row.number for row in operations.issue_certificates(levels, by=system_actor(), at=now)]
    assert [number[13:] for number in numbers] == ["265000001", "264000001", "275000001"]


def test_issue_certificates_without_body_code_is_refused(now):
    bare = make_institution(is_assessor=True, certificate_body_code="")
    with pytest.raises(operations.BodyCodeMissing):
        operations.issue_certificates([a_new_certificate(make_person(), bare)], by=system_actor(), at=now)


def test_issue_certificates_of_a_kind_of_another_authority_is_refused(assessor, now):
    order = a_new_certificate(make_person(), assessor, kind="special_operation", level_code="")
    with pytest.raises(operations.KindNotIssuedHere):
        operations.issue_certificates([order], by=system_actor(), at=now)


def test_issue_certificates_by_another_body_is_not_found(assessor, now):
    stranger = an_actor("assessor")
    with pytest.raises(NotFound):
        operations.issue_certificates([a_new_certificate(make_person(), assessor)], by=stranger, at=now)


def test_issue_certificates_by_a_provider_is_not_permitted(assessor, now):
    with pytest.raises(NotPermitted):
        operations.issue_certificates(
            [a_new_certificate(make_person(), assessor)], by=an_actor("provider_clerk"), at=now
        )


def test_issue_certificates_tells_the_lifelong_file_and_the_trail(assessor, now):
    certificate = make_certificate(assessor=assessor)
    entry = file_of(certificate.person_id).get(kind="certificate")
    assert entry.detail["number"] == certificate.number
    assert [e.verb for e in timeline("certificate", certificate.pk)] == ["certificate.issued"]


@pytest.mark.parametrize(
    "change", ["number = 'X'", "level_code = '1'", "holder_name = '别人'", "issued_on = '2020-01-01'"]
)
def test_printed_fields_refuse_a_raw_update(change):
    certificate = make_certificate()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE certificates_certificate SET {change} WHERE id = %s", [certificate.pk])
    certificate.refresh_from_db()
    assert certificate.level_code == "5"


def test_status_refuses_a_raw_update_along_no_move(now):
    certificate = make_certificate()
    reviewer = an_actor("reviewer")
    operations.revoke_certificate(certificate.pk, by=reviewer, at=now, reason="冒名顶替")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE certificates_certificate SET status = 'issued'")


def test_revoke_certificate_says_so_when_verified(now):
    certificate = make_certificate()
    operations.revoke_certificate(certificate.pk, by=an_actor("reviewer"), at=now, reason="冒名顶替")
    seen = queries.verification(certificate.verification_code)
    assert (seen.status, seen.status_label, seen.stands) == ("revoked", "已撤销", False)


def test_revoke_certificate_without_reason_is_refused(now):
    with pytest.raises(ReasonMissing):
        operations.revoke_certificate(make_certificate().pk, by=an_actor("reviewer"), at=now, reason=" ")


def test_revoke_certificate_of_another_region_is_not_found(now):
    far = an_actor("reviewer", region_code="510700")
    with pytest.raises(NotFound):
        operations.revoke_certificate(make_certificate().pk, by=far, at=now, reason="冒名顶替")


def test_release_certificate_lets_it_stand_again(now):
    certificate, clerk = make_certificate(), an_actor("bureau_clerk")
    operations.hold_certificate(certificate.pk, by=clerk, at=now, reason="有人举报")
    assert queries.verification(certificate.number).status == "held"
    operations.release_certificate(certificate.pk, by=clerk, at=now, reason="查无此事")
    assert queries.verification(certificate.number).stands
    with pytest.raises(WrongState):
        operations.release_certificate(certificate.pk, by=clerk, at=now, reason="再来一次")


def test_verification_by_code_shows_every_printed_field():
    certificate = make_certificate(make_person("王小明"))
    seen = queries.verification(certificate.verification_code.lower())
    assert (seen.holder_name, seen.number, seen.level_label) == ("王小明", certificate.number, "五级/初级工")
    assert seen.holder_id_masked.startswith("370299********")
    assert (seen.theory_score, seen.practice_score, seen.issued_on) == (8150, 9000, date(2026, 7, 3))
    assert seen.occupation_name == "中式烹调师"
    assert seen.synthetic


def test_verification_by_guessable_number_masks_the_name():
    certificate = make_certificate(make_person("王小明"))
    seen = queries.verification(f" {certificate.number[:10]} {certificate.number[10:]}")
    assert (seen.holder_name, seen.verification_code) == ("王*明", "")


@pytest.mark.parametrize("code", ["", "nothing", "S" * 22])
def test_verification_of_nothing_is_none(code):
    assert queries.verification(code) is None


def test_register_certificate_keeps_a_backdated_one_from_elsewhere(now):
    certificate = make_outside_certificate(issued_on=date(2019, 5, 6))
    assert (certificate.source, certificate.institution_id) == ("registered", None)
    assert file_of(certificate.person_id).get(kind="certificate").on == date(2019, 5, 6)


def test_register_certificate_twice_is_refused():
    certificate = make_outside_certificate()
    with pytest.raises(operations.NumberTaken):
        make_outside_certificate(number=certificate.number)


def test_certificates_of_a_learner_are_only_their_own():
    mine, _other = make_certificate(), make_certificate()
    learner = an_actor("learner", person_id=mine.person_id)
    assert [row.pk for row in queries.certificates(learner)] == [mine.pk]
