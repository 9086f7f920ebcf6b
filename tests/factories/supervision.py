"""Makers of inspectors, draws and inspections."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256

from django.utils import timezone

from kaogong.access.models import Account
from kaogong.kernel.actor import Actor
from kaogong.kernel.drawing import commitment
from kaogong.supervision import operations, queries
from kaogong.supervision.models import Draw, Inspection, Inspector
from kaogong.training.models import TrainingClass

from .people import an_actor
from .training import a_day_at, make_class

STEPS = ("prepared", "sealed", "committed", "revealed", "drawn", "published")
VIDEO = {"content": "查看课堂监控与签到", "conclusion": "yes"}


@dataclass
class Bureau:
    """Those who take part in a draw: who prepares, the two who bring seeds, the inspectors by id."""

    clerk: Actor
    auditor: Actor
    reviewer: Actor
    inspectors: dict[int, Actor] = field(default_factory=dict)

    @property
    def parties(self) -> list[Actor]:
        return [self.clerk, self.auditor]


def make_inspector(
    name: str = "钱检查", *, by: Actor | None = None, at: datetime, account: Actor | None = None, **fields
) -> Inspector:
    """Enlist one inspector, with an account unless told otherwise."""
    by = by or an_actor("bureau_clerk")
    if account is not None:
        fields["username"] = Account.objects.get(pk=account.account_id).username
    return operations.enlist_inspector(name=name, kind=fields.pop("kind", "bureau"), by=by, at=at, **fields)


def make_bureau(at: datetime, inspectors: int = 3, **reach) -> Bureau:
    """A clerk, an auditor, a reviewer and so many inspectors with accounts of their own."""
    bureau = Bureau(*(an_actor(role, **reach) for role in ("bureau_clerk", "auditor", "reviewer")))
    for n in range(inspectors):
        actor = an_actor("inspector", **reach)
        found = make_inspector(f"钱检{'一二三四五六七八'[n]}", by=bureau.clerk, at=at, account=actor)
        bureau.inspectors[found.pk] = actor
    return bureau


def secrets_of(actor: Actor) -> tuple[str, str]:
    """The seed and salt this actor keeps."""
    return tuple(sha256(f"{word} {actor.account_id}".encode()).hexdigest() for word in ("seed", "salt"))


def take_draw(draw: Draw, bureau: Bureau, to: str, *, at: datetime) -> Draw:
    """Take a prepared draw as far as ``to``, a minute a step."""
    reached = STEPS.index(to)
    if reached >= 1:
        for party in bureau.parties:
            operations.commit_seed(draw.pk, commitment(*secrets_of(party)), by=party, at=at)
    if reached >= 2:
        operations.commit_draw(draw.pk, by=bureau.clerk, at=at + timedelta(minutes=1))
    if reached >= 3:
        for party in bureau.parties:
            operations.reveal_seed(draw.pk, *secrets_of(party), by=party, at=at + timedelta(minutes=2))
    if reached >= 4:
        operations.make_draw(draw.pk, by=bureau.reviewer, at=at + timedelta(minutes=3))
    if reached >= 5:
        operations.publish_draw(draw.pk, by=bureau.reviewer, at=at + timedelta(minutes=4))
    return queries.draw(draw.pk, by=bureau.clerk)


def make_draw(
    bureau: Bureau, *, at: datetime, status: str = "prepared", classes: int = 0, percent: int = 100, **fields
) -> Draw:
    """Prepare a draw of classes in training (making so many first) and take it to ``status``."""
    for _ in range(classes):
        make_running_class(at)
    fields = {"purpose": "在训班次随机检查", "objects_kind": "class", "at_least": 1} | fields
    draw = operations.prepare_draw(percent=percent, by=bureau.clerk, at=at, **fields)
    return take_draw(draw, bureau, status, at=at)


def make_running_class(at: datetime, institution=None, **fields) -> TrainingClass:
    """A class in training at the instant."""
    days = {"starts_on": (at - timedelta(days=6)).date(), "ends_on": (at + timedelta(days=30)).date()}
    return make_class(institution, status="running", fee_paid_by="", **(days | fields))


def sent_to(inspection: Inspection, bureau: Bureau) -> list[tuple[int, Actor]]:
    """(inspector id, actor) of those sent."""
    return [
        (sent.inspector_id, bureau.inspectors[sent.inspector_id])
        for sent in queries.people_sent(inspection.pk)
    ]


def record(inspection: Inspection, bureau: Bureau, *, at: datetime, findings=(), **fields) -> Inspection:
    """Fill in the sheet as the first of those sent."""
    sent = sent_to(inspection, bureau)
    fields = {"sheet": "video", "answers": VIDEO, "expected": 20, "present": 19, "notes": "秩序正常"} | fields
    fields.setdefault("attended", [id for id, _ in sent])
    fields.setdefault("by", sent[0][1])
    fields.setdefault("inspected_on", timezone.localdate(at))
    return operations.record_inspection(inspection.pk, findings=findings, at=at, **fields)


__all__ = ["Bureau", "a_day_at", "make_bureau", "make_draw", "make_inspector", "make_running_class", "record"]
