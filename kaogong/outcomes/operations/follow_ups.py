"""Following learners up: opening what is due, asking the registers, taking what a learner declares."""

import base64
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from kaogong.access.permissions import Permission
from kaogong.gateways.registers import connected
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import Refused
from kaogong.kernel.file_kinds import PAPERS, kind_of
from kaogong.kernel.writing import tidy
from kaogong.outcomes import queries
from kaogong.outcomes.models import WORK, FollowUp
from kaogong.people import operations as people
from kaogong.people import queries as registry
from kaogong.trail.operations import move, record, require_may
from kaogong.training.models import Enrolment

ASKED = ("employment", "insurance")
AT_ONCE = 2_000
LARGEST_DOCUMENT = 5 * 2**20
DECLARED, NOBODY_SAID = "本人申报", "到期无登记、无申报"


class WorkUnknown(Refused):
    """请选择就业形式。"""


class WorkDayImpossible(Refused):
    """就业日期应不晚于今天。"""


class WorkEmployerMissing(Refused):
    """受雇就业的，请填写用人单位。"""


class WorkDocumentMissing(Refused):
    """请上传一份证明材料（劳动合同、社保缴费记录、营业执照等），PDF、JPG 或 PNG，不超过5兆。"""


def follow_up_learners(*, by: Actor, at: datetime) -> dict[str, int]:
    """The night's round: open what fell due, ask the registers about it, let lapse what stays unknown."""
    return {
        "opened": open_follow_ups(by=by, at=at),
        **ask_about_work(by=by, at=at),
        "lapsed": lapse_follow_ups(by=by, at=at),
    }


def open_follow_ups(*, by: Actor, at: datetime) -> int:
    """Open a follow-up for every learner of finished classes whose month has come; returns how many."""
    today = timezone.localtime(at).date()
    return sum(
        _open(training_class, months, due_on, by=by, at=at)
        for training_class, months, due_on in queries.classes_to_follow_up(
            today, queries.regions_with_classes()
        )
    )


def ask_about_work(*, by: Actor, at: datetime) -> dict[str, int]:
    """Ask employment and insurance registers about everyone due; whoever they say nothing of stays due."""
    found = {"employed": 0, "jobless": 0}
    if not connected().intersection(ASKED):
        return found
    waiting = FollowUp.objects.filter(status="due").order_by("pk").values_list("pk", flat=True)
    ids = list(waiting)
    for start in range(0, len(ids), AT_ONCE):
        with transaction.atomic():
            rows = FollowUp.objects.filter(pk__in=ids[start : start + AT_ONCE], status="due")
            for row, works in _answered(list(rows.select_related("training_class")), by=by, at=at):
                found["employed" if works else "jobless"] += 1
                move(row, "find_employed" if works else "find_jobless", by=by, at=at, told_by=row.source)
    return found


def lapse_follow_ups(*, by: Actor, at: datetime) -> int:
    """Make unknown what nobody has said anything of for the days to wait; returns how many."""
    today = timezone.localtime(at).date()
    lapsed = 0
    for region in (
        FollowUp.objects.filter(status="due").order_by().values_list("region_code", flat=True).distinct()
    ):
        days = queries.number("follow_up", "wait_days", region, today)
        if days is None:
            continue
        rows = FollowUp.objects.filter(
            status="due", region_code=region, due_on__lte=today - timedelta(days=days)
        ).select_related("training_class")
        for row in rows:
            with transaction.atomic():
                row.settled_on, row.source = today, NOBODY_SAID
                row.save(update_fields=["settled_on", "source"])
                move(row, "lapse", by=by, at=at)
                lapsed += 1
    return lapsed


@transaction.atomic
def declare_employment(
    follow_up_id: int,
    *,
    work: str,
    since_on: date,
    document: bytes,
    document_name: str,
    by: Actor,
    at: datetime,
    employer: str = "",
    note: str = "",
) -> FollowUp:
    """Take what a learner says of their own work, with a document; it counts once the bureau has confirmed it."""
    require_may(by, Permission.DECLARE_EMPLOYMENT, "申报就业情况")
    row = queries.follow_up_for_update(follow_up_id, by=by)
    today = timezone.localtime(at).date()
    if work not in dict(WORK):
        raise WorkUnknown()
    if since_on > today:
        raise WorkDayImpossible()
    if work == "employed" and not employer.strip():
        raise WorkEmployerMissing()
    kind = kind_of(document, PAPERS)
    if kind is None or len(document) > LARGEST_DOCUMENT:
        raise WorkDocumentMissing()
    row.work, row.employer, row.since_on = work, tidy(employer)[:200], since_on
    row.note, row.source, row.as_of, row.settled_on = tidy(note)[:300], DECLARED, today, None
    row.document = base64.b64encode(document).decode()
    row.document_name = f"{document_name.rsplit('.', 1)[0][-100:]}.{kind.extension}"
    row.save(
        update_fields=[
            "work", "employer", "since_on", "note", "source", "as_of", "settled_on", "document", "document_name",
        ]
    )  # fmt: skip
    move(row, "declare", by=by, at=at, work=work)
    return row


@transaction.atomic
def confirm_employment(follow_up_id: int, *, by: Actor, at: datetime, reason: str = "") -> FollowUp:
    """Count a declaration as employment, its document having been seen."""
    row = queries.follow_up_for_update(follow_up_id, by=by)
    row.settled_on = timezone.localtime(at).date()
    row.save(update_fields=["settled_on"])
    move(row, "confirm", by=by, at=at, reason=reason)
    return row


@transaction.atomic
def decline_employment(follow_up_id: int, *, by: Actor, at: datetime, reason: str) -> FollowUp:
    """Give a declaration back with the reason; the learner may declare again."""
    row = queries.follow_up_for_update(follow_up_id, by=by)
    row.settled_on = timezone.localtime(at).date()
    row.note = tidy(reason)[:300]
    row.save(update_fields=["settled_on", "note"])
    move(row, "decline", by=by, at=at, reason=reason)
    return row


@transaction.atomic
def _open(training_class, months: int, due_on: date, *, by: Actor, at: datetime) -> int:
    learners = Enrolment.objects.filter(training_class=training_class, status="enrolled").order_by("pk")
    rows = [
        FollowUp(
            enrolment=enrolment,
            person_id=enrolment.person_id,
            training_class=training_class,
            institution_id=training_class.institution_id,
            region_code=training_class.region_code,
            occupation_code=training_class.occupation_code,
            months=months,
            due_on=due_on,
        )
        for enrolment in learners
    ]
    FollowUp.objects.bulk_create(rows, batch_size=2_000, ignore_conflicts=True)
    if rows:
        record("follow_up.opened", training_class, by=by, at=at, months=months, learners=len(rows))
    return len(rows)


def _answered(rows: list[FollowUp], *, by: Actor, at: datetime):
    """Each row the registers say something of, its facts written, with whether the person works."""
    numbers = registry.id_numbers_of({row.person_id for row in rows})
    told = people.ask_registers(
        dict.fromkeys(numbers.values(), ""), kinds=ASKED, by=by, at=at, reason="就业回访"
    )
    today = timezone.localtime(at).date()
    for row in rows:
        answers = [told.of(kind, numbers[row.person_id]) for kind in ASKED]
        found = queries.work_on(row.due_on, *answers)
        if found is None:
            continue
        row.work = "employed" if found.works else ""
        row.employer, row.since_on = found.employer, found.since
        row.source, row.as_of, row.settled_on = found.source, found.as_of, today
        row.save(update_fields=["work", "employer", "since_on", "source", "as_of", "settled_on"])
        yield row, found.works
