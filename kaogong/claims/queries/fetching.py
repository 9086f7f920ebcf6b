"""Claims, lines and conflicts in an actor's reach."""

from collections.abc import Iterable

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from kaogong.access.queries import in_reach
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound
from kaogong.training.models import Enrolment, TrainingClass

from ..models import Claim, ClaimLine, Conflict, Decision, Evidence, Waiver
from ..states import COUNTED, STANDING, UNDECIDED


def claims(
    by: Actor, *, status: str = "", text: str = "", institution_id: int | None = None
) -> QuerySet[Claim]:
    """Claims in reach, newest first; ``text`` is a claim's or a class's number or part of its title."""
    rows = Claim.objects.select_related("training_class", "institution", "employer").order_by(
        "-submitted_at", "-id"
    )
    rows = in_reach(rows, by)
    if status:
        rows = rows.filter(status=status)
    if institution_id is not None:
        rows = rows.filter(institution_id=institution_id)
    if wanted := text.strip():
        rows = rows.filter(
            Q(number__istartswith=wanted)
            | Q(training_class__number__istartswith=wanted)
            | Q(training_class__title__icontains=wanted)
        )
    return rows


def claim(claim_id: int, *, by: Actor) -> Claim:
    """One claim in reach, or NotFound."""
    return _one(claims(by).filter(pk=claim_id))


def claim_numbered(number: str, *, by: Actor) -> Claim:
    """One claim in reach by its number, or NotFound."""
    return _one(claims(by).filter(number=number))


def claim_for_update(claim_id: int, *, by: Actor) -> Claim:
    """The same claim, locked until the transaction ends."""
    return _one(claims(by).select_for_update(of=("self",), no_key=True).filter(pk=claim_id))


def lock_claims(claim_ids: Iterable[int]) -> dict[int, Claim]:
    """These claims by id, locked in one order until the transaction ends."""
    rows = Claim.objects.select_for_update(of=("self",), no_key=True).select_related(
        "training_class", "institution", "employer"
    )
    return {claim.pk: claim for claim in rows.filter(pk__in=sorted(set(claim_ids))).order_by("pk")}


def money_decided(training_class_id: int) -> bool:
    """Whether a claim of this class was approved; its claims stay as they are until the transaction ends."""
    rows = Claim.objects.select_for_update(no_key=True).filter(training_class_id=training_class_id)
    undecided = {"submitted", "returned", "withdrawn", "reviewed"}
    return not undecided.issuperset(rows.order_by("pk").values_list("status", flat=True))


def claims_awaiting_review(by: Actor) -> QuerySet[Claim]:
    """Claims to review or to approve, the longest waiting first."""
    return claims(by).filter(status__in=("submitted", "reviewed")).order_by("submitted_at", "id")


def status_counts(by: Actor) -> dict[str, int]:
    """How many claims in reach stand at each status."""
    rows = claims(by).order_by().values_list("status").annotate(Count("id"))
    return dict(rows.order_by("status"))


def verdict_counts(claim_ids: Iterable[int]) -> dict[int, dict[str, int]]:
    """How many lines of each claim stand at each verdict, in one query."""
    rows = ClaimLine.objects.filter(claim_id__in=list(claim_ids)).values_list("claim_id", "verdict")
    found: dict[int, dict[str, int]] = {}
    for claim_id, verdict, count in rows.annotate(Count("id")).order_by("claim_id", "verdict"):
        found.setdefault(claim_id, {})[verdict] = count
    return found


def claims_to_publish(by: Actor) -> QuerySet[Claim]:
    """Approved claims that no notice shows yet, the longest waiting first."""
    return claims(by).filter(status="approved").order_by("submitted_at", "id")


def claims_of_notice(notice_id: int) -> QuerySet[Claim]:
    """The claims one notice publishes."""
    return Claim.objects.filter(published_notice_id=notice_id).select_related("institution").order_by("id")


def claimable_classes(by: Actor) -> QuerySet[TrainingClass]:
    """Finished classes with somebody no claim stands for, the earliest finished first."""
    unclaimed = Enrolment.objects.filter(training_class=OuterRef("pk"), status="enrolled").exclude(
        claim_lines__in=ClaimLine.objects.filter(status__in=STANDING)
    )
    undecided = Claim.objects.filter(training_class=OuterRef("pk"), status__in=UNDECIDED)
    rows = TrainingClass.objects.filter(status="finished").filter(Exists(unclaimed), ~Exists(undecided))
    return in_reach(rows.select_related("institution"), by).order_by("ends_on", "id")


def lines(claim_id: int) -> QuerySet[ClaimLine]:
    """The lines of one claim in roster order, with person and certificate."""
    return (
        ClaimLine.objects.filter(claim_id=claim_id)
        .select_related("claim", "person", "certificate", "enrolment")
        .order_by("sequence")
    )


def line(line_id: int, *, by: Actor) -> ClaimLine:
    """One line of a claim in reach (a learner's own included), or NotFound."""
    rows = ClaimLine.objects.select_related("claim__training_class", "person", "certificate", "enrolment")
    reach = in_reach(
        rows, by, region="claim__region_code", organisation="claim__institution_id", person="person_id"
    )
    return _one(reach.filter(pk=line_id))


def line_counts(claim_id: int) -> dict[str, int]:
    """How many lines stand at each verdict."""
    rows = ClaimLine.objects.filter(claim_id=claim_id).values_list("verdict").annotate(Count("id"))
    return dict(rows.order_by("verdict"))


def decision(line_id: int) -> Decision | None:
    """The latest judgement of one line."""
    return Decision.objects.filter(line_id=line_id).order_by("-version").first()


def decisions(line_id: int) -> QuerySet[Decision]:
    """Every judgement of one line, the first first."""
    return Decision.objects.filter(line_id=line_id).order_by("version")


def decisions_of_claim(claim_id: int) -> dict[int, Decision]:
    """The latest judgement of every line of a claim, by line."""
    rows = (
        Decision.objects.filter(line__claim_id=claim_id).order_by("line_id", "-version").distinct("line_id")
    )
    return {row.line_id: row for row in rows}


def evidence(line_id: int) -> QuerySet[Evidence]:
    """What was supplied for one line, in order."""
    return Evidence.objects.filter(line_id=line_id).order_by("id")


def waivers(line_ids: Iterable[int]) -> dict[int, frozenset[str]]:
    """The rules set aside for each line."""
    found: dict[int, set[str]] = {}
    for line_id, rule_id in Waiver.objects.filter(line__in=list(line_ids)).values_list("line_id", "rule_id"):
        found.setdefault(line_id, set()).add(rule_id)
    return {line_id: frozenset(rule_ids) for line_id, rule_ids in found.items()}


def exceptions(line_id: int) -> QuerySet[Waiver]:
    """The exceptions granted to one line, in order, each with who granted it and why."""
    return Waiver.objects.filter(line_id=line_id).order_by("id")


def exceptions_of(line_ids: Iterable[int]) -> QuerySet[Waiver]:
    """The exceptions granted to any of these lines, in order."""
    return Waiver.objects.filter(line_id__in=list(line_ids)).order_by("id")


def conflicts(by: Actor, *, status: str = "open") -> QuerySet[Conflict]:
    """Conflicts found after payment, in reach, oldest first."""
    rows = Conflict.objects.select_related("line__claim", "line__person", "certificate", "institution")
    rows = in_reach(rows, by).order_by("found_at", "id")
    return rows.filter(status=status) if status else rows


def conflict(conflict_id: int, *, by: Actor) -> Conflict:
    """One conflict in reach, or NotFound."""
    return _one(conflicts(by, status="").filter(pk=conflict_id))


def conflict_for_update(conflict_id: int, *, by: Actor) -> Conflict:
    """One conflict in reach, locked, or NotFound."""
    rows = in_reach(Conflict.objects.select_for_update(of=("self",)), by)
    return _one(rows.filter(pk=conflict_id))


def counted_fen(claim_id: int) -> int:
    """What the counted lines of a claim add up to."""
    sums = ClaimLine.objects.filter(claim_id=claim_id, status__in=COUNTED).aggregate(
        fen=Sum("amount_fen", default=0) + Sum("allowance_fen", default=0)
    )
    return int(sums["fen"])


def _one(rows: QuerySet):
    found = rows.first()
    if found is None:
        raise NotFound()
    return found
