"""Found without asking: who is entitled and has not claimed, what is missing, who was told."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kaogong.claims import operations, queries
from kaogong.claims.models import Entitlement, Told
from kaogong.claims.queries.entitled import _asked, _judged, entitled_people
from kaogong.claims.queries.known import Known
from kaogong.kernel.actor import system_actor
from kaogong.kernel.errors import NotFound, NotPermitted
from kaogong.people.operations import record_standing
from tests.factories.certificates import make_outside_certificate
from tests.factories.claims import make_certified_class, make_claim, make_learner
from tests.factories.people import an_actor
from tests.factories.training import a_day_at

pytestmark = pytest.mark.django_db
ON = date(2026, 7, 27)
AT = a_day_at(ON)


TRAINING = "employment_training"


def under(scheme: str, found):
    """What was found under one scheme; others may be found beside it."""
    return [one for one in found if one.scheme_code == scheme]


def found_for(person, scheme: str = TRAINING) -> list[tuple[str, str, int, tuple[str, ...]]]:
    return [
        (e.scheme_code, e.decision.verdict, e.decision.amount_fen, e.missing)
        for e in under(scheme, entitled_people([person.pk], ON))
    ]


def test_a_certificate_nobody_claimed_is_found_with_its_sum():
    person = make_learner("陈静")
    make_certified_class([person])
    assert found_for(person) == [("employment_training", "payable", 1200_00, ())]


def test_what_an_office_can_be_asked_is_named_as_missing():
    person = make_learner("陈静", standings={})
    make_certified_class([person])
    assert found_for(person) == [("employment_training", "needs_evidence", 0, ("receives_pension",))]
    record_standing(
        person.pk,
        kind="pension",
        holds=True,
        start_on=date(2020, 1, 1),
        source="社保",
        by=system_actor(),
        at=AT,
    )
    assert found_for(person) == []


def test_who_has_claimed_or_holds_no_certificate_is_not_found():
    claimed, without, failed = make_learner("陈静"), make_learner("赵伟"), make_learner("王芳")
    make_claim(make_certified_class([claimed]))
    make_certified_class([failed, make_learner("李明")], failing=1)
    assert found_for(claimed) == found_for(without) == found_for(failed) == []


def test_a_certificate_from_elsewhere_needs_no_class_under_a_scheme_that_asks_none():
    person = make_learner("陈静", standings={"pension": False, "insured": True})
    make_outside_certificate(person, issued_on=date(2026, 6, 1), at=AT)
    assert found_for(person) == []
    asked = found_for(person, "insured_upgrade")
    assert asked == [("insured_upgrade", "needs_evidence", 0, ("certificate_verified",))]


def test_a_revoked_certificate_and_the_dead_are_not_found():
    person = make_learner("陈静")
    make_certified_class([person])
    record_standing(
        person.pk,
        kind="deceased",
        holds=True,
        start_on=date(2026, 7, 1),
        source="公安",
        by=system_actor(),
        at=AT,
    )
    assert found_for(person) == []


def test_found_the_same_as_a_claim_would_be_judged():
    people = [make_learner("陈静", allowance=True), make_learner("赵伟")]
    training_class = make_certified_class(people)
    everybody = under(TRAINING, entitled_people([p.pk for p in people], ON))
    found = {e.person_id: e.decision.amount_fen for e in everybody}
    claim = make_claim(training_class)
    assert found == {line.person_id: line.total_fen for line in queries.lines(claim.pk)}


def test_sifting_as_columns_loses_nobody_that_judging_in_full_would_find():
    people = [
        make_learner("陈静", allowance=True),
        make_learner("赵伟", standings={}),
        make_learner("王芳", standings={"pension": True}),
        make_learner("李明", standings={"insured": True, "pension": False}),
    ]
    make_certified_class(people[:3])
    make_outside_certificate(people[3], issued_on=date(2026, 6, 1), at=AT)
    ids = [person.pk for person in people]
    asked = list(_asked(Known(ids), queries.rulebook(), ON, by_certificate_only=False))
    in_full = [found for found in map(_judged, asked) if found is not None]
    assert list(entitled_people(ids, ON)) == in_full
    assert len(asked) > len(in_full) > 3


def test_find_entitlements_keeps_the_list_and_brings_it_up_to_date():
    staying, leaving = make_learner("陈静"), make_learner("赵伟")
    make_certified_class([staying])
    other = make_certified_class([leaving])
    clerk = an_actor("bureau_clerk")
    assert operations.find_entitlements("370299", by=clerk, at=AT) == Entitlement.objects.count() > 1
    kept = Entitlement.objects.get(person=staying, scheme_code=TRAINING)
    assert (kept.amount_fen, kept.groups, kept.missing) == (1200_00, ["registered_unemployed"], [])
    make_claim(other)
    operations.find_entitlements("370299", by=system_actor(), at=a_day_at(date(2026, 8, 1)))
    assert [row.pk for row in Entitlement.objects.filter(scheme_code=TRAINING)] == [kept.pk]
    with pytest.raises(NotPermitted):
        operations.find_entitlements("510700", by=clerk, at=AT)
    with pytest.raises(NotPermitted):
        operations.find_entitlements("370299", by=an_actor("cashier"), at=AT)


def test_tell_person_is_kept_with_who_when_and_how_through_a_new_list():
    person = make_learner("陈静")
    make_certified_class([person])
    clerk = an_actor("bureau_clerk", name="经办甲")
    operations.find_entitlements("370299", by=clerk, at=AT)
    [row] = under(TRAINING, queries.entitlements(clerk))
    assert row.told_at is None
    operations.tell_person(row.pk, how="phone", by=clerk, at=AT)
    operations.find_entitlements("370299", by=clerk, at=AT)
    [row] = under(TRAINING, queries.entitlements(clerk))
    assert (row.told_at, row.told_by, row.told_how) == (AT, "经办甲", "phone")
    assert under(TRAINING, queries.told_or_not(queries.entitlements(clerk), False)) == []
    with pytest.raises(operations.WayUnknown):
        operations.tell_person(row.pk, how="telepathy", by=clerk, at=AT)
    with pytest.raises(NotFound):
        operations.tell_person(row.pk, how="phone", by=an_actor("bureau_clerk", region_code="510700"), at=AT)
    assert Told.objects.count() == 1


def test_claimable_now_is_what_the_learner_holds_and_nobody_claimed():
    person = make_learner("陈静")
    training_class = make_certified_class([person])
    [found] = under(TRAINING, queries.claimable_now(person.pk, ON))
    assert (found.certificate.person_id, found.decision.amount_fen) == (person.pk, 1200_00)
    make_claim(training_class)
    assert under(TRAINING, queries.claimable_now(person.pk, ON)) == []


def test_entitled_asks_no_more_of_the_database_for_more_people():
    make_certified_class(1)
    ids = list(make_certified_class(2).enrolments.values_list("person_id", flat=True))

    def asked(person_ids) -> int:
        with CaptureQueriesContext(connection) as queries_made:
            assert len(under(TRAINING, entitled_people(person_ids, ON))) == len(person_ids)
        return len(queries_made)

    assert asked(ids[:1]) == asked(ids) <= 15
