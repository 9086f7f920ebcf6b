"""Publishing the digest, drawing, publishing the result, making void."""

from datetime import datetime

from django.db import transaction

from kaogong.kernel import drawing
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import ReasonMissing, SamePerson
from kaogong.supervision import queries
from kaogong.supervision.models import Assignment, Draw, Inspection
from kaogong.supervision.states import DRAW
from kaogong.trail.operations import begin, move, require_may

from .refusals import InspectionsBegun, SeedsMissing, SeedsTooFew


@transaction.atomic
def commit_draw(draw_id: int, *, by: Actor, at: datetime, reason: str = "") -> Draw:
    """Put the roster's digest and the sealed seeds of two parties or more before the public."""
    _require("commit", by)
    draw = queries.draw_for_update(draw_id, by=by)
    if draw.status == "prepared":
        count = queries.parties(draw.pk).count()
        if count < drawing.FEWEST_PARTIES:
            raise SeedsTooFew(count=count)
        draw.committed_at = at
        draw.save(update_fields=["committed_at"])
    move(draw, "commit", by=by, at=at, reason=reason, digest=draw.roster_digest)
    return draw


@transaction.atomic
def make_draw(draw_id: int, *, by: Actor, at: datetime, reason: str = "") -> Draw:
    """Combine the revealed seeds, draw, and send inspectors; never by who prepared it."""
    _require("make", by)
    draw = queries.draw_for_update(draw_id, by=by)
    if by.account_id is not None and by.account_id == draw.prepared_by_account_id:
        raise SamePerson(label=DRAW.move("make").label, name=by.name)
    drawn: list[drawing.Drawn] = []
    if draw.status == "committed":
        parties = list(queries.parties(draw.pk))
        for party in parties:
            if party.revealed_at is None:
                raise SeedsMissing(party=party.name)
        seed = drawing.combined_seed(draw.number, {party.commitment: party.seed for party in parties})
        drawn = drawing.draw(queries.roster_of(draw), seed)
        rows = drawing.canonical(drawing.result_rows(drawn))
        draw.seed, draw.result_digest, draw.drawn_at = seed, drawing.sha256(rows), at
        draw.save(update_fields=["seed", "result_digest", "drawn_at"])
    move(draw, "make", by=by, at=at, reason=reason, objects=len(drawn), digest=draw.result_digest)
    _send(draw, drawn, by=by, at=at)
    return draw


@transaction.atomic
def publish_draw(draw_id: int, *, by: Actor, at: datetime, reason: str = "") -> Draw:
    """Open roster, seeds and result to anyone who wants to draw again."""
    draw = queries.draw_for_update(draw_id, by=by)
    if draw.status == "drawn":
        draw.published_at = at
        draw.save(update_fields=["published_at"])
    move(draw, "publish", by=by, at=at, reason=reason)
    return draw


@transaction.atomic
def void_draw(draw_id: int, *, by: Actor, at: datetime, reason: str) -> Draw:
    """Make a draw void, saying why; its visits are cancelled, and refused once one was made."""
    _require("void", by)
    draw = queries.draw_for_update(draw_id, by=by)
    if not reason.strip():
        raise ReasonMissing(label=DRAW.move("void").label)
    rows = list(Inspection.objects.select_for_update(of=("self",)).filter(draw_object__draw=draw))
    for row in rows:
        if row.status != "assigned":
            raise InspectionsBegun(number=row.number)
    if draw.status in DRAW.move("void").sources:
        draw.void_reason = reason.strip()
        draw.save(update_fields=["void_reason"])
    move(draw, "void", by=by, at=at, reason=reason)
    for row in rows:
        move(row, "cancel", by=by, at=at, reason=reason)
    return draw


def _require(verb: str, by: Actor) -> None:
    """Refuse for want of right before anything is said of the draw."""
    require_may(by, DRAW.move(verb).may, DRAW.move(verb).label)


def _send(draw: Draw, drawn: list[drawing.Drawn], *, by: Actor, at: datetime) -> None:
    """One inspection for each object drawn, and its inspectors."""
    objects = {row.reference: row for row in queries.frozen_rows(draw.pk).select_related("training_class")}
    people = {
        row.inspector.number: row.inspector_id for row in draw.inspectors_frozen.select_related("inspector")
    }
    for place, one in enumerate(drawn, 1):
        found = objects[one.object]
        training_class = found.training_class
        inspection = Inspection.objects.create(
            draw_object=found,
            title=found.title,
            number=f"{draw.number}-{place:03d}",
            institution=found.institution,
            training_class=training_class,
            region_code=training_class.region_code if training_class else draw.region_code,
            assigned_at=at,
        )
        Assignment.objects.bulk_create(
            Assignment(inspection=inspection, inspector_id=people[number]) for number in one.inspectors
        )
        begin(inspection, "assigned", by=by, at=at, inspectors=", ".join(one.inspectors))
