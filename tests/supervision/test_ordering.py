"""Inspections without a draw."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from kaogong.kernel.errors import NotFound, NotPermitted
from kaogong.supervision import operations, queries
from kaogong.supervision.models import Case, Finding, Inspection
from tests.factories import an_actor, make_institution
from tests.factories.supervision import make_draw, make_inspector, make_running_class, record, sent_to

pytestmark = pytest.mark.django_db


@pytest.fixture
def running(now):
    return make_running_class(now)


def ordered(bureau, now, **fields):
    fields = {"origin": "complaint", "because": "举报代签到", "because_of": "TS-2026-00001"} | fields
    fields.setdefault("inspector_ids", list(bureau.inspectors)[:2])
    fields.setdefault("by", bureau.clerk)
    return operations.order_inspection(at=now, **fields)


def test_order_inspection_sends_those_named_and_uses_the_same_sheet(bureau, running, now):
    visit = ordered(bureau, now, class_id=running.pk)
    assert (visit.number, visit.title, visit.draw_object) == ("ZJ-2026-00001", running.title, None)
    assert visit.region_code == running.region_code
    done = record(visit, bureau, at=now + timedelta(hours=2))
    assert done.status == "done"
    operations.publish_inspection(visit.pk, by=bureau.reviewer, at=now + timedelta(hours=3))
    (public,) = queries.public_inspections("370299")
    assert public.title == running.title


def test_order_inspection_refuses_one_from_the_providers_parent(bureau, running, now):
    parent = make_institution("青禾教育集团", is_provider=False)
    operations.record_affiliation(
        running.institution_id, parent.pk, source="股权登记", by=bureau.clerk, at=now
    )
    expert = make_inspector("吴专家", by=bureau.clerk, at=now, kind="expert", employer_id=parent.pk)
    with pytest.raises(operations.InspectorConflicted) as refusal:
        ordered(bureau, now, class_id=running.pk, inspector_ids=[*list(bureau.inspectors)[:2], expert.pk])
    assert "吴专家" in refusal.value.message
    assert Inspection.objects.count() == 0


def test_order_inspection_refuses_a_declared_interest(bureau, running, now):
    first, second, third = bureau.inspectors
    operations.declare_interest(first, running.institution_id, by=bureau.clerk, at=now, reason="配偶任教")
    with pytest.raises(operations.InspectorConflicted):
        ordered(bureau, now, institution_id=running.institution_id, inspector_ids=[first, second])
    assert ordered(bureau, now, institution_id=running.institution_id, inspector_ids=[second, third])


def test_order_inspection_refuses_by_name(bureau, running, now):
    with pytest.raises(operations.TooFewNamed):
        ordered(bureau, now, class_id=running.pk, inspector_ids=list(bureau.inspectors)[:1])
    with pytest.raises(operations.OrderReasonMissing):
        ordered(bureau, now, class_id=running.pk, because=" ")
    with pytest.raises(operations.OrderReasonMissing):
        ordered(bureau, now, class_id=running.pk, origin="drawn")
    with pytest.raises(NotFound):
        ordered(bureau, now)
    with pytest.raises(NotFound):
        ordered(bureau, now, class_id=running.pk, inspector_ids=[*bureau.inspectors, 987654])
    with pytest.raises(NotFound):
        ordered(bureau, now, class_id=running.pk, by=an_actor("bureau_clerk", region_code="510700"))
    for role in ("inspector", "auditor", "provider_clerk", "learner"):
        with pytest.raises(NotPermitted):
            ordered(bureau, now, class_id=running.pk, by=an_actor(role))


def test_database_wants_a_reason_where_nothing_was_drawn(bureau, running, now):
    with pytest.raises(IntegrityError), transaction.atomic():
        Inspection.objects.create(
            number="X", title="x", origin="special", institution=running.institution,
            region_code="370299", assigned_at=now,
        )  # fmt: skip


def test_drawn_inspection_keeps_the_title_of_its_object(bureau, running, now):
    make_draw(bureau, at=now, status="drawn")
    visit = Inspection.objects.get()
    assert (visit.title, visit.origin) == (running.title, "drawn")


def test_escalate_finding_opens_a_case_and_ends_the_putting_right(bureau, running, now):
    visit = ordered(bureau, now, class_id=running.pk)
    later = now + timedelta(hours=2)
    record(visit, bureau, at=later, findings=[operations.NewFinding("签到表由一人代签", 5)])
    (finding,) = Finding.objects.all()
    case = operations.escalate_finding(finding.pk, by=bureau.clerk, at=later, reason="疑似虚假培训")
    assert (case.cause, case.because_of, case.institution_id) == (
        "finding", f"{visit.number}-1", running.institution_id,
    )  # fmt: skip
    finding.refresh_from_db()
    visit.refresh_from_db()
    assert (finding.status, visit.status) == ("escalated", "rechecked")
    with pytest.raises(NotPermitted):
        operations.escalate_finding(finding.pk, by=sent_to(visit, bureau)[0][1], at=later, reason="x")
    assert Case.objects.count() == 1


def test_recheck_is_ordered_for_a_finding_and_settles_it(bureau, running, now):
    visit = ordered(bureau, now, class_id=running.pk)
    record(visit, bureau, at=now + timedelta(hours=1), findings=[operations.NewFinding("缺教案", 5)])
    finding = Finding.objects.get()
    provider = an_actor("provider_clerk", organisation_id=running.institution_id)
    operations.answer_finding(finding.pk, answer="已补", by=provider, at=now + timedelta(days=1))
    again = ordered(
        bureau, now + timedelta(days=2), class_id=running.pk, origin="recheck", because="复查教案",
        because_of=str(finding),
    )  # fmt: skip
    record(again, bureau, at=now + timedelta(days=2, hours=1))
    operations.settle_finding(finding.pk, by=bureau.clerk, at=now + timedelta(days=2, hours=2))
    assert list(queries.inspections_because_of(str(finding), by=bureau.clerk)) == [again]
    visit.refresh_from_db()
    assert visit.status == "rechecked"


def test_publication_masks_the_names_of_learners_and_trainers(bureau, now):
    from tests.factories import make_person

    people = [make_person("欧阳小兰"), make_person("王强")]
    running = make_running_class(now, people=people)
    visit = ordered(bureau, now, class_id=running.pk)
    found = [operations.NewFinding("欧阳小兰、王强的签到由一人代签", 5)]
    record(visit, bureau, at=now + timedelta(hours=1), findings=found)
    finding = Finding.objects.get()
    said = queries.public_words(Inspection.objects.all())[finding.pk]
    assert "欧阳小兰" not in said and "王强" not in said and said.endswith("的签到由一人代签")
