"""A random draw of the classes in training: published, one visit made and followed up; one of providers, to do."""

from datetime import datetime, timedelta
from hashlib import sha256

from kaogong.demo.cast import Cast, at_hour
from kaogong.kernel.actor import Actor
from kaogong.kernel.drawing import commitment
from kaogong.kernel.working_days import add_working_days
from kaogong.supervision import operations, queries
from kaogong.supervision.models import Draw

PURPOSES = {"class": "在训班次现场检查", "provider": "认定机构办学条件检查"}
INSPECTORS = ("inspector", "inspector2", "clerk2")


def inspect(cast: Cast) -> None:
    """Draw three working days ago; the latest visit found something that the school still has to answer."""
    day = add_working_days(cast.on, -3)
    at = at_hour(day)
    clerk = cast["clerk"]
    people = {}
    for username in INSPECTORS:
        actor = cast[username]
        found = operations.enlist_inspector(
            name=actor.name, kind="bureau", username=username, by=clerk, at=at
        )
        people[found.pk] = actor
    draw = _drawn(cast, "class", at)
    operations.publish_draw(draw.pk, by=cast["reviewer"], at=at_hour(day, 17))
    visit = queries.drawn_rows(draw.pk).first()
    sent = [row.inspector_id for row in queries.people_sent(visit.pk)]
    visited_on = add_working_days(day, 1)
    operations.record_inspection(
        visit.pk,
        sheet="video",
        inspected_on=visited_on,
        expected=24,
        present=21,
        answers={"content": "课堂监控、签到表与在册名单逐人核对", "conclusion": "no"},
        attended=sent,
        notes="理论课秩序正常，三名学员未到，其中两名有请假条。",
        findings=[operations.NewFinding("一名学员未到且没有请假记录，请核实并补记考勤。", 5)],
        by=people[sent[0]],
        at=at_hour(visited_on, 15),
    )
    _drawn(cast, "provider", at_hour(add_working_days(cast.on, -1)))


def _drawn(cast: Cast, objects_kind: str, at: datetime) -> Draw:
    """A draw of half the objects of each kind, made."""
    clerk, parties = cast["clerk"], (cast["clerk"], cast["auditor"])
    draw = operations.prepare_draw(
        purpose=PURPOSES[objects_kind],
        objects_kind=objects_kind,
        percent=50,
        at_least=1,
        stratify_by="kind",
        by=clerk,
        at=at,
    )
    for party in parties:
        operations.commit_seed(draw.pk, commitment(*_secrets(cast, party)), by=party, at=at)
    operations.commit_draw(draw.pk, by=clerk, at=at + timedelta(minutes=10))
    for party in parties:
        operations.reveal_seed(draw.pk, *_secrets(cast, party), by=party, at=at + timedelta(minutes=30))
    return operations.make_draw(draw.pk, by=cast["reviewer"], at=at + timedelta(minutes=40))


def _secrets(cast: Cast, party: Actor) -> tuple[str, str]:
    """The party's seed and salt; of the demo, so made from its day."""
    return tuple(
        sha256(f"{word} {party.account_id} {cast.on}".encode()).hexdigest() for word in ("seed", "salt")
    )
