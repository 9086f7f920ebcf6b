"""A person registered twice logs in under either account and is one; what reads a person reads both rows (A4)."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from kaogong.access.models import Account
from kaogong.certificates.models import Certificate
from kaogong.claims import queries as claims
from kaogong.claims.queries.entitled import entitled_people
from kaogong.claims.queries.gathering import facts
from kaogong.claims.queries.known import Known
from kaogong.kernel.errors import NotFound
from kaogong.people import operations, queries
from kaogong.presence import queries as presence
from kaogong.training import queries as training
from kaogong.training.models import Enrolment
from tests.factories import an_actor, make_person
from tests.factories.claims import line_of, make_certified_class, make_claim, make_learner
from tests.people.test_merging import merged

pytestmark = pytest.mark.django_db


def opened(person) -> Client:
    client = Client()
    account = Account.objects.get(pk=an_actor("learner", person_id=person.pk).account_id)
    client.force_login(account, "django.contrib.auth.backends.ModelBackend")
    return client


def test_both_accounts_open_the_whole_file_until_the_two_are_parted(now):
    kept, gone = make_learner("王小明"), make_learner("王小明")
    taught = [make_certified_class([kept]), make_certified_class([gone])]
    claim = make_claim(taught[1])
    line = line_of(claim, gone)
    old, new = opened(gone), opened(kept)
    enrolment = Enrolment.objects.get(person=gone)
    pages = [f"learner:{name}:list" for name in ("hours", "certificates", "payments", "file")]
    one_class = reverse("learner:hours:detail", args=[enrolment.pk])
    one_subsidy = reverse("learner:payments:detail", args=[line.pk])
    assert new.get(one_class).status_code == 404

    found = merged(kept, gone, now)
    for client in (old, new):
        for address in (one_class, one_subsidy, *map(reverse, pages), reverse("learner:home")):
            assert client.get(address).status_code == 200, address
    shown = [client.get(reverse("learner:certificates:list")).content.decode() for client in (old, new)]
    numbers = Certificate.objects.values_list("number", flat=True)
    assert all(number in page for page in shown for number in numbers)
    assert gone.id_number_masked not in shown[0]

    operations.undo_merge(found.pk, by=an_actor("reviewer"), at=now, reason="查明是两个人")
    assert [client.get(one_class).status_code for client in (old, new)] == [200, 404]
    assert [client.get(one_subsidy).status_code for client in (old, new)] == [200, 404]


def test_whole_actor_reaches_the_rows_of_both_and_no_one_elses(now):
    kept, gone, other = make_person(), make_person(), make_person()
    merged(kept, gone, now)
    learner = queries.whole(an_actor("learner", person_id=gone.pk))
    assert (learner.person_id, learner.person_ids) == (kept.pk, (kept.pk, gone.pk))
    assert {queries.person(pk, by=learner).pk for pk in (kept.pk, gone.pk)} == {kept.pk, gone.pk}
    with pytest.raises(NotFound):
        queries.person(other.pk, by=learner)
    clerk = an_actor("bureau_clerk")
    assert queries.whole(clerk) == clerk


def test_months_insured_under_both_numbers_count_once_where_they_overlap(now):
    days = (date(2024, 1, 1), date(2025, 1, 1), None), (date(2024, 7, 1), date(2025, 7, 1), None)
    assert queries.days_covered([stretch[:2] for stretch in days], date(2026, 1, 1)) == 547
    kept, gone = make_learner(), make_person()
    clerk = an_actor("bureau_clerk")
    for person, start_on, end_on in (
        (kept, date(2025, 12, 1), None),
        (gone, date(2025, 6, 1), date(2026, 1, 1)),
    ):
        operations.record_standing(
            person.pk,
            kind="insured",
            holds=True,
            start_on=start_on,
            end_on=end_on,
            source="社保",
            by=clerk,
            at=now,
        )
    line = line_of(make_claim(make_certified_class([kept])), kept)
    on = date(2026, 6, 1)
    alone = Known([kept.pk]).insured_months(kept.pk, on), facts(line).insured_months
    merged(kept, gone, now)
    assert (alone[0], Known([kept.pk]).insured_months(kept.pk, on)) == (5, 12)
    assert facts(line).insured_months == alone[1] + 6


def test_certificate_under_the_other_number_is_claimed_and_offered_to_the_one_that_stands(now):
    kept, gone = make_learner("王小明"), make_learner("王小明")
    taught = make_certified_class([gone])
    certificate = Certificate.objects.get(person=gone)
    assert claims.certificates_to_claim(taught, [kept.pk]) == {}
    found = merged(kept, gone, now)
    assert claims.certificates_to_claim(taught, [kept.pk, gone.pk]) == dict.fromkeys(
        [kept.pk, gone.pk], certificate
    )
    offered = list(entitled_people([kept.pk, gone.pk], certificate.issued_on, by_certificate_only=True))
    assert {(one.person_id, one.certificate) for one in offered} == {(kept.pk, certificate)}
    assert [row.certificate for row in training.passes(taught, date(2027, 1, 1))] == [certificate]
    operations.undo_merge(found.pk, by=an_actor("reviewer"), at=now, reason="查明是两个人")
    assert claims.certificates_to_claim(taught, [kept.pk]) == {}


def test_a_place_in_class_under_the_old_number_is_the_learners_own(now):
    kept, gone = make_learner("王小明"), make_learner("王小明")
    taught = make_certified_class([gone])
    session = taught.sessions.first()
    with pytest.raises(NotFound):
        presence.own_enrolment(session, queries.whole(an_actor("learner", person_id=kept.pk)).person_ids)
    merged(kept, gone, now)
    learner = queries.whole(an_actor("learner", person_id=kept.pk))
    assert presence.own_enrolment(session, learner.person_ids).person_id == gone.pk
    assert presence.door(session.pk, learner.person_ids).enrolment_id is not None
