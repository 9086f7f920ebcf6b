"""One human being registered twice: proposed by one, decided by another, read as one, parted again (A4)."""

import threading
from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from kaogong.claims import queries as claims
from kaogong.claims.operations import register_subsidy
from kaogong.kernel.errors import NotFound, NotPermitted, ReasonMissing, SamePerson, WrongState
from kaogong.people import operations, queries
from kaogong.people.models import Person, PersonMerge
from kaogong.people.operations import AlreadyMerged, MergeOfOne
from kaogong.training.models import Enrolment
from kaogong.training.operations import take_roster, upload_roster
from tests.factories import a_new_person, an_actor, make_class, make_person
from tests.factories.claims import line_of, make_certified_class, make_claim, make_learner

WHY = {"evidence": "户籍科出具的重号更正证明", "reason": "一人两号"}


def merged(kept: Person, gone: Person, now) -> PersonMerge:
    found = operations.propose_merge(kept.pk, gone.pk, by=an_actor("bureau_clerk"), at=now, **WHY)
    return operations.approve_merge(found.pk, by=an_actor("reviewer"), at=now, reason="证明属实")


def number_of(person: Person) -> str:
    return Person.objects.get(pk=person.pk).id_number


@pytest.mark.django_db
def test_merge_is_proposed_by_one_and_approved_by_another(now):
    kept, gone = make_person("王小明"), make_person("王小明")
    clerk = an_actor("bureau_clerk")
    with pytest.raises(ReasonMissing):
        operations.propose_merge(kept.pk, gone.pk, evidence="证明", by=clerk, at=now, reason=" ")
    with pytest.raises(operations.EvidenceMissing):
        operations.propose_merge(kept.pk, gone.pk, evidence="", by=clerk, at=now, reason="一人两号")
    with pytest.raises(NotPermitted):
        operations.propose_merge(kept.pk, gone.pk, by=an_actor("cashier"), at=now, **WHY)
    found = operations.propose_merge(kept.pk, gone.pk, by=clerk, at=now, **WHY)
    assert queries.standing_person_ids([gone.pk]) == {gone.pk: gone.pk}
    with pytest.raises(NotPermitted):
        operations.approve_merge(found.pk, by=clerk, at=now, reason="同意")
    both = clerk.may_also("decide_merge")
    with pytest.raises(SamePerson):
        operations.approve_merge(found.pk, by=both, at=now, reason="同意")
    operations.approve_merge(found.pk, by=an_actor("reviewer"), at=now, reason="证明属实")
    assert queries.standing_person_ids([gone.pk, kept.pk]) == {gone.pk: kept.pk, kept.pk: kept.pk}
    assert queries.same_person_ids([gone.pk]) == {gone.pk: (kept.pk, gone.pk)}
    assert queries.people_merged_since(now) == {kept.pk, gone.pk}
    assert queries.people_merged_since(now + timedelta(seconds=1)) == set()


@pytest.mark.django_db
def test_merge_out_of_region_is_not_found(now):
    kept, gone = make_person(), make_person(region_code="510700")
    with pytest.raises(NotFound):
        operations.propose_merge(kept.pk, gone.pk, by=an_actor("bureau_clerk"), at=now, **WHY)
    found = operations.propose_merge(kept.pk, make_person().pk, by=an_actor("bureau_clerk"), at=now, **WHY)
    with pytest.raises(NotFound):
        operations.approve_merge(found.pk, by=an_actor("reviewer", region_code="510700"), at=now, reason="是")


@pytest.mark.django_db
def test_merge_of_merged_is_a_chain_and_a_ring_is_refused(now):
    first, second, third = (make_person() for _ in range(3))
    merged(second, first, now)
    merged(third, second, now)
    ids = [first.pk, second.pk, third.pk]
    assert queries.standing_person_ids(ids) == dict.fromkeys(ids, third.pk)
    assert all(set(group) == set(ids) for group in queries.same_person_ids(ids).values())
    clerk = an_actor("bureau_clerk")
    with pytest.raises(MergeOfOne):
        operations.propose_merge(first.pk, third.pk, by=clerk, at=now, **WHY)
    with pytest.raises(AlreadyMerged):
        operations.propose_merge(make_person().pk, first.pk, by=clerk, at=now, **WHY)


@pytest.mark.django_db
def test_undo_merge_parts_them_and_both_lifelong_files_stay(now):
    kept, gone = make_person(), make_person()
    operations.append_to_file(
        gone.pk,
        kind="other",
        on=date(2026, 3, 1),
        title="旧档",
        reference="x",
        by=an_actor("reviewer"),
        at=now,
    )
    found = merged(kept, gone, now)
    assert "旧档" in queries.file_of(kept.pk).values_list("title", flat=True)
    with pytest.raises(ReasonMissing):
        operations.undo_merge(found.pk, by=an_actor("reviewer"), at=now, reason="")
    operations.undo_merge(found.pk, by=an_actor("reviewer"), at=now, reason="查明是两个人")
    assert queries.standing_person_ids([gone.pk]) == {gone.pk: gone.pk}
    titles = list(queries.file_of(kept.pk).values_list("title", flat=True))
    assert "旧档" not in titles
    assert len(titles) == 2  # merged, parted
    with pytest.raises(WrongState):
        operations.undo_merge(found.pk, by=an_actor("reviewer"), at=now, reason="再撤")
    merged(kept, gone, now)  # may be proposed again
    assert PersonMerge.objects.count() == 2


@pytest.mark.django_db
def test_merge_is_never_changed_or_removed_by_hand(now):
    found = merged(make_person(), make_person(), now)
    for change in (
        lambda rows: rows.update(kept=make_person()),
        lambda rows: rows.update(evidence="别的"),
        lambda rows: rows.delete(),
    ):
        with pytest.raises(ProgrammingError), transaction.atomic():
            change(PersonMerge.objects.filter(pk=found.pk))


@pytest.mark.django_db
def test_either_number_finds_the_one_that_stands(now):
    kept, gone = make_person("王小明"), make_person("王小明")
    merged(kept, gone, now)
    clerk = an_actor("bureau_clerk")
    for person in (kept, gone):
        assert [one.pk for one in queries.people(clerk, number_of(person))] == [kept.pk]
    number = number_of(gone)
    assert queries.names_and_accounts([number])[number][:2] == (kept.pk, "王小明")
    assert queries.standing_people_by_id_numbers([number]) == {number: kept.pk}
    again = operations.register_people(
        [a_new_person("王小明", id_number=number, phone="13800000001")], by=clerk, at=now
    )
    assert again == {number: kept.pk}
    assert Person.objects.get(pk=kept.pk).phone == "13800000001"


@pytest.mark.django_db
def test_groups_and_standings_of_both_hold_and_the_kept_rows_word_goes_first(now):
    kept = make_person(standings={"pension": False})
    gone = make_person(
        groups={"registered_unemployed": date(2026, 1, 1)}, standings={"pension": True, "insured": True}
    )
    merged(kept, gone, now)
    on = date(2026, 6, 1)
    assert queries.groups_on([kept.pk], on) == {kept.pk: ["registered_unemployed"]}
    said = queries.standings_on([kept.pk], ("pension", "insured"), on)
    assert said == {("pension", kept.pk): False, ("insured", kept.pk): True}


@pytest.mark.django_db
def test_claims_history_counts_both(now):
    kept, gone = make_person(), make_person()
    for person, reference in ((kept, "甲1"), (gone, "乙1")):
        register_subsidy(
            person.pk,
            occupation_code="4-03-02-01",
            level=5,
            event_on=date(2026, 3, 1),
            paid_on=date(2026, 4, 1),
            amount_fen=100_000,
            region_code="510700",
            reference=reference,
            source="绵阳市人社局",
            by=an_actor("bureau_clerk"),
            at=now,
            reason="异地来函",
        )
    assert len(claims.history([kept.pk])[kept.pk]) == 1
    found = merged(kept, gone, now)
    for person in (kept, gone):
        assert [one.reference for one in claims.history([person.pk])[person.pk]] == ["甲1", "乙1"]
    operations.undo_merge(found.pk, by=an_actor("reviewer"), at=now, reason="查明是两个人")
    assert [one.reference for one in claims.history([gone.pk])[gone.pk]] == ["乙1"]


@pytest.mark.django_db
def test_roster_under_the_old_number_enrols_the_one_that_stands_and_not_twice(now):
    kept, gone = make_person("王小明"), make_person("王小明")
    merged(kept, gone, now)
    training_class = make_class(status="drafted", people=0)
    clerk = an_actor("provider_clerk", organisation_id=training_class.institution_id)
    rows = [("王小明", number_of(gone)), ("王小明", number_of(kept))]
    data = ("姓名,身份证号码\n" + "\n".join(",".join(row) for row in rows)).encode()
    upload = upload_roster(training_class.pk, data, "花名册.csv", by=clerk, at=now)
    assert (upload.rows_good, upload.rows_problem) == (1, 1)
    take_roster(upload.pk, by=clerk, at=now)
    assert list(
        Enrolment.objects.filter(training_class=training_class).values_list("person_id", flat=True)
    ) == [kept.pk]


@pytest.mark.django_db(transaction=True)
def test_two_clerks_merging_at_once_end_with_one_merge(now):
    kept, gone = make_person(), make_person()
    told: list[str] = []

    def propose(first: Person, second: Person) -> None:
        try:
            operations.propose_merge(first.pk, second.pk, by=actors.pop(), at=now, **WHY)
            told.append("proposed")
        except (AlreadyMerged, MergeOfOne) as refusal:
            told.append(type(refusal).__name__)
        finally:
            connection.close()

    actors = [an_actor("bureau_clerk"), an_actor("bureau_clerk")]
    threads = [threading.Thread(target=propose, args=(kept, gone)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["AlreadyMerged", "proposed"]
    assert PersonMerge.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_merges_that_would_make_a_ring_are_approved_one_after_the_other(now):
    first, second = make_person(), make_person()
    one = operations.propose_merge(first.pk, second.pk, by=an_actor("bureau_clerk"), at=now, **WHY)
    other = operations.propose_merge(second.pk, first.pk, by=an_actor("bureau_clerk"), at=now, **WHY)
    told: list[str] = []

    def approve(pk: int) -> None:
        try:
            operations.approve_merge(pk, by=actors.pop(), at=now, reason="证明属实")
            told.append("approved")
        except MergeOfOne:
            told.append("refused")
        finally:
            connection.close()

    actors = [an_actor("reviewer"), an_actor("reviewer")]
    threads = [threading.Thread(target=approve, args=(pk,)) for pk in (one.pk, other.pk)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["approved", "refused"]


@pytest.mark.django_db
def test_yearly_limit_of_a_claim_counts_what_was_had_under_the_other_number(now):
    kept, gone = make_learner("王小明"), make_person("王小明")
    for n, occupation in enumerate(("4-10-01-05", "6-18-02-04", "4-04-05-01")):
        register_subsidy(
            gone.pk, region_code="370211", occupation_code=occupation, level=5, event_on=date(2026, 2, 1),
            paid_on=None, amount_fen=100_000, source="邻区数据交换", reference=f"OUT-{n}",
            by=an_actor("bureau_clerk"), at=now,
        )  # fmt: skip
    merged(kept, gone, now)
    claim = make_claim(make_certified_class([kept]))
    decided = claims.decision(line_of(claim, kept).pk).decision
    assert [f["rule"] for f in decided["findings"] if f["outcome"] == "failed"] == ["at_most_so_many_a_year"]
