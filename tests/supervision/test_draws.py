"""Drawing by the operations: what is frozen, who may do what, and that nothing can be turned afterwards."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from kaogong.institutions.models import Institution
from kaogong.kernel.drawing import commitment
from kaogong.kernel.drawing_check import verify
from kaogong.kernel.errors import NotFound, NotPermitted, ReasonMissing, SamePerson, WrongState
from kaogong.supervision import operations, queries
from kaogong.supervision.models import Draw, DrawObject, Inspection, SeedParty
from tests.factories import COOK, an_actor, make_institution
from tests.factories.supervision import (
    make_bureau,
    make_draw,
    make_inspector,
    make_running_class,
    record,
    secrets_of,
    take_draw,
)

pytestmark = pytest.mark.django_db


def frozen(draw):
    return {row.reference: row.excluded_because for row in queries.frozen_rows(draw.pk)}


def test_prepare_draw_freezes_running_classes_with_quotas_by_stratum(bureau, now):
    enterprise = make_institution(kind="enterprise", recognised_for=[COOK])
    school = make_institution(recognised_for=[COOK])
    for _ in range(3):
        make_running_class(now, school)
    make_running_class(now, enterprise)
    draw = make_draw(bureau, at=now, stratify_by="kind", percent=34)
    assert draw.status == "prepared" and draw.number.startswith("CJ-2026-")
    assert draw.quotas == {"training_school": 2, "enterprise": 1}
    assert len(frozen(draw)) == 4
    assert verify_digest(draw)


def verify_digest(draw) -> bool:
    import hashlib

    return hashlib.sha256(queries.roster_file(draw).encode()).hexdigest() == draw.roster_digest


def test_prepare_draw_keeps_the_excluded_on_the_roster_with_the_reason(bureau, now):
    first, second = make_running_class(now), make_running_class(now)
    draw = make_draw(bureau, at=now, exclusions={first.number: "当日停课"})
    assert frozen(draw) == {first.number: "当日停课", second.number: ""}
    assert draw.quotas == {"all": 1}
    assert f'"id":"{first.number}","kind":"excluded","why":"当日停课"' in queries.roster_file(draw)


def test_prepare_draw_of_those_not_inspected_yet_reaches_every_class_once(bureau, now):
    make_draw(bureau, at=now, status="drawn", classes=3, percent=1)
    (done,) = Inspection.objects.all()
    draw = make_draw(bureau, at=now + timedelta(days=1), only_uninspected=True, percent=1)
    assert frozen(draw)[done.draw_object.reference] == "已检查过"
    take_draw(draw, bureau, "drawn", at=now + timedelta(days=1))
    drawn = list(Inspection.objects.values_list("training_class_id", flat=True))
    assert len(drawn) == len(set(drawn)) == 2


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"purpose": " "}, operations.PurposeMissing),
        ({"percent": 101}, operations.PercentWrong),
        ({"inspectors_per_object": 1}, operations.PercentWrong),
        ({"exclusions": {"KB-2026-999999": "不存在"}}, operations.UnknownReference),
        ({"percent": 0, "at_least": 0}, operations.NothingToDraw),
        ({"inspectors_per_object": 4}, operations.TooFewToSend),
    ],
)
def test_prepare_draw_refuses_by_name(bureau, now, change, refusal):
    with pytest.raises(refusal):
        make_draw(bureau, at=now, classes=1, **change)


def test_prepare_draw_needs_right_and_region(bureau, now):
    make_running_class(now)
    with pytest.raises(NotPermitted):
        operations.prepare_draw(
            purpose="检查", objects_kind="class", percent=1, at_least=1, by=bureau.auditor, at=now
        )
    stranger = an_actor("bureau_clerk", region_code="510700")
    with pytest.raises(operations.NothingToDraw):
        operations.prepare_draw(
            purpose="检查", objects_kind="class", percent=1, at_least=1, by=stranger, at=now
        )
    draw = make_draw(bureau, at=now)
    with pytest.raises(NotFound):
        queries.draw(draw.pk, by=stranger)
    with pytest.raises(NotFound):
        operations.void_draw(draw.pk, by=stranger, at=now, reason="不在辖区")


def test_prepare_draw_excludes_an_inspector_of_the_providers_parent(bureau, now):
    """Employed by the provider, by its parent, or by a sister under the same parent: never sent there."""
    school = make_institution("示例区甲校", recognised_for=[COOK])
    parent, sister = make_institution("示例集团", kind="enterprise"), make_institution("示例区乙校")
    for one in (school, sister):
        operations.record_affiliation(one.pk, parent.pk, source="工商登记", by=bureau.clerk, at=now)
    barred = [
        make_inspector("回避", by=bureau.clerk, at=now, kind="expert", employer_id=one.pk).number
        for one in (school, parent, sister)
    ]
    friend = make_inspector("回避友", by=bureau.clerk, at=now)
    operations.declare_interest(friend.pk, school.pk, by=bureau.clerk, at=now, reason="亲属任教")
    barred.append(friend.number)
    make_running_class(now, school)
    draw = make_draw(bureau, at=now, status="drawn")
    roster = {person.id: person.conflicts for person in queries.roster_of(draw).inspectors}
    assert {id for id, bodies in roster.items() if school.credit_code in bodies} == set(barred)
    sent = {sent.inspector.number for sent in queries.people_sent(Inspection.objects.get().pk)}
    assert len(sent) == 2 and not sent & set(barred)


def test_prepare_draw_says_plainly_when_conflicts_leave_too_few(bureau, now):
    school = make_institution("示例区甲校", recognised_for=[COOK])
    one, two, _ = bureau.inspectors
    for id in (one, two):
        operations.declare_interest(id, school.pk, by=bureau.clerk, at=now, reason="兼课")
    found = make_running_class(now, school)
    with pytest.raises(operations.TooFewToSend) as refused:
        make_draw(bureau, at=now)
    assert refused.value.facts["count"] == 1 and found.number in refused.value.message


def test_commit_draw_needs_two_parties_who_differ(bureau, now):
    draw = make_draw(bureau, at=now, classes=1)
    with pytest.raises(operations.SeedsTooFew):
        operations.commit_draw(draw.pk, by=bureau.clerk, at=now)
    sealed = commitment(*secrets_of(bureau.clerk))
    with pytest.raises(operations.CommitmentMalformed):
        operations.commit_seed(draw.pk, "abc", by=bureau.clerk, at=now)
    operations.commit_seed(draw.pk, sealed, by=bureau.clerk, at=now)
    with pytest.raises(operations.SeedAlreadyCommitted):
        operations.commit_seed(draw.pk, "0" * 64, by=bureau.clerk, at=now)
    with pytest.raises(operations.SeedAlreadyCommitted):  # copied from the other
        operations.commit_seed(draw.pk, sealed, by=bureau.auditor, at=now)
    with pytest.raises(operations.SeedsTooFew):
        operations.commit_draw(draw.pk, by=bureau.clerk, at=now)
    operations.commit_seed(draw.pk, commitment(*secrets_of(bureau.auditor)), by=bureau.auditor, at=now)
    assert operations.commit_draw(draw.pk, by=bureau.clerk, at=now).status == "committed"
    with pytest.raises(WrongState):
        operations.commit_seed(draw.pk, "1" * 64, by=bureau.reviewer, at=now)


def test_reveal_seed_that_does_not_fit_is_refused(bureau, now):
    draw = make_draw(bureau, at=now, classes=1, status="sealed")
    with pytest.raises(WrongState):  # not before the digest is public
        operations.reveal_seed(draw.pk, *secrets_of(bureau.clerk), by=bureau.clerk, at=now)
    operations.commit_draw(draw.pk, by=bureau.clerk, at=now)
    with pytest.raises(operations.SeedNotCommitted):
        operations.reveal_seed(draw.pk, *secrets_of(bureau.auditor), by=bureau.clerk, at=now)
    with pytest.raises(operations.NotAParty):
        operations.reveal_seed(draw.pk, *secrets_of(bureau.reviewer), by=bureau.reviewer, at=now)
    operations.reveal_seed(draw.pk, *secrets_of(bureau.clerk), by=bureau.clerk, at=now)
    with pytest.raises(operations.SeedsMissing):
        operations.make_draw(draw.pk, by=bureau.reviewer, at=now)


def test_make_draw_is_never_by_who_prepared_or_committed_it(bureau, now):
    draw = make_draw(bureau, at=now, classes=1, status="revealed")
    with pytest.raises(NotPermitted):
        operations.make_draw(draw.pk, by=bureau.auditor, at=now)
    # No role may both prepare and draw; an account that could would still be refused.
    both = replace(bureau.clerk, permissions=bureau.clerk.permissions | bureau.reviewer.permissions)
    with pytest.raises(SamePerson):
        operations.make_draw(draw.pk, by=both, at=now)


def test_make_draw_sends_two_inspectors_to_each_object(bureau, now):
    draw = make_draw(bureau, at=now, classes=3, status="drawn")
    rows = queries.drawn_rows(draw.pk)
    assert len(rows) == 3 and all(row.status == "assigned" for row in rows)
    assert [row.assignments.count() for row in rows] == [2, 2, 2]
    load = [actor_load(id) for id in bureau.inspectors]
    assert load == [2, 2, 2]
    with pytest.raises(WrongState):
        operations.make_draw(draw.pk, by=bureau.reviewer, at=now)


def actor_load(inspector_id: int) -> int:
    from kaogong.supervision.models import Assignment

    return Assignment.objects.filter(inspector_id=inspector_id).count()


def test_publish_draw_gives_a_package_that_agrees(bureau, now):
    draw = make_draw(bureau, at=now, classes=3, status="published", percent=50)
    package = queries.draw_package(draw)
    assert verify(package, published_digest=draw.roster_digest) == []
    assert queries.public_draw(draw.pk, "370299").status == "published"


@pytest.mark.parametrize("table", ["supervision_drawobject", "supervision_assignment"])
def test_a_row_changed_behind_the_products_back_is_visible(bureau, now, table):
    draw = make_draw(bureau, at=now, classes=3, status="published", percent=50)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # as the database's owner may
        if table == "supervision_drawobject":
            cursor.execute(
                "UPDATE supervision_drawobject SET title = '换过的班' WHERE draw_id = %s", [draw.pk]
            )
            wanted = {"roster_digest_differs"}
        else:
            cursor.execute(
                "DELETE FROM supervision_assignment WHERE id = (SELECT min(id) FROM supervision_assignment)"
            )
            wanted = {"inspectors_differ"}
        cursor.execute("SET session_replication_role = origin")
    assert {one.code for one in verify(queries.draw_package(draw))} == wanted


def test_frozen_rows_and_commitments_never_change(bureau, now):
    draw = make_draw(bureau, at=now, classes=1, status="committed")
    for write in (
        lambda: DrawObject.objects.filter(draw=draw).update(title="别的"),
        lambda: SeedParty.objects.filter(draw=draw).update(commitment="0" * 64),
        lambda: Draw.objects.filter(pk=draw.pk).update(roster_digest="0" * 64),
        lambda: Draw.objects.filter(pk=draw.pk).update(status="published"),
    ):
        with pytest.raises(Exception, match=r"Cannot|no move|may not"), transaction.atomic():
            write()
    with pytest.raises(IntegrityError), transaction.atomic():
        Draw.objects.filter(pk=draw.pk).update(seed="1" * 64)


def test_void_draw_says_why_and_cancels_its_visits(bureau, now):
    draw = make_draw(bureau, at=now, classes=2, status="drawn")
    with pytest.raises(ReasonMissing):
        operations.void_draw(draw.pk, by=bureau.reviewer, at=now, reason=" ")
    operations.void_draw(draw.pk, by=bureau.reviewer, at=now, reason="一方种子外泄")
    assert {row.status for row in queries.drawn_rows(draw.pk)} == {"cancelled"}
    public = queries.public_draw(draw.pk, "370299")
    assert (public.status, public.void_reason) == ("void", "一方种子外泄")


def test_void_draw_after_a_visit_is_refused(bureau, now):
    draw = make_draw(bureau, at=now, classes=1, status="drawn")
    record(Inspection.objects.get(), bureau, at=now + timedelta(hours=1))
    with pytest.raises(operations.InspectionsBegun):
        operations.void_draw(draw.pk, by=bureau.reviewer, at=now, reason="重来")


def test_prepare_draw_of_providers(bureau, now):
    names = {make_institution(recognised_for=[COOK]).credit_code for _ in range(3)}
    make_institution()  # not recognised
    draw = make_draw(bureau, at=now, objects_kind="provider", percent=50, status="published")
    assert set(frozen(draw)) == names
    assert Inspection.objects.filter(training_class__isnull=True).count() == 2
    assert verify(queries.draw_package(draw)) == []
    assert Institution.objects.filter(inspections__isnull=False).count() == 2


def test_draw_that_was_never_committed_stays_inside(bureau, now):
    draw = make_draw(bureau, at=now, classes=1)
    with pytest.raises(NotFound):
        queries.public_draw(draw.pk, "370299")


def test_inspectors_of_another_region_are_not_drawn(bureau, now):
    elsewhere = make_bureau(now, inspectors=2, region_code="510700")
    draw = make_draw(bureau, at=now, classes=1)
    numbers = {person.id for person in queries.roster_of(draw).inspectors}
    assert numbers == {i.number for i in queries.inspectors(bureau.clerk)}
    assert not numbers & {i.number for i in queries.inspectors(elsewhere.clerk)}


def test_enlist_inspector_once_per_account(bureau, now):
    (actor, *_) = bureau.inspectors.values()
    with pytest.raises(operations.AccountTaken):
        make_inspector("重复", by=bureau.clerk, at=now, account=actor)
    id = next(iter(bureau.inspectors))
    operations.retire_inspector(id, by=bureau.clerk, at=now, reason="调离")
    draw = make_draw(bureau, at=now, classes=1)
    assert len(queries.roster_of(draw).inspectors) == 2
