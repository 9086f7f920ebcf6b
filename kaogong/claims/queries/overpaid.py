"""What the stages of a class have been given beyond what its end settles to: found by itself, with its working."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import translation
from django.utils.translation import gettext

from kaogong.access.queries import in_reach
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import Refused
from kaogong.kernel.money import yuan
from kaogong.rules import Decision as Judged
from kaogong.rules import Scheme, decide
from kaogong.rules.vocabulary import STAGES
from kaogong.training.models import Enrolment, TrainingClass

from ..models import Claim, ClaimLine, Decision
from ..states import ENTITLED, STANDING
from .gathering import certificates_to_claim, fit_certificate
from .judging import rulebook, scheme
from .modes import facts_of
from .stages import EARLY, stage_label

SETTLES = "less_earlier_stages"
UNDER_REVIEW = ("submitted", "reviewed")


@dataclass(frozen=True, slots=True)
class Overpaid:
    """One person's stages of one class were given so much more than the end settles to; ``why`` is the working.

    ``stages``: the early ones, the latest first. ``settled_by``: the line that settled it, "" where nobody
    has claimed the end yet.
    """

    stages: tuple[ClaimLine, ...]
    excess_fen: int
    settled_by: str
    why: str


@dataclass(frozen=True, slots=True)
class Settlement:
    """What the end comes to before what was given is taken off, how that was worked out, and by which line."""

    fen: int
    working: str
    reference: str


def settling_stage(scheme: Scheme) -> str:
    """The stage whose claim takes off what the earlier ones were given; "" where none does."""
    found = {
        stage
        for part in scheme.parts
        if any(use.limit.name == SETTLES for use in part.limits)
        for use in part.rules
        if use.rule.name == "at_an_accepted_stage"
        for stage in use.values["stages"].value or ()
    }
    return next((stage for stage in reversed(STAGES) if stage in found), "")


def settlement(decision: Judged, reference: str = "") -> Settlement | None:
    """What a judgement of the end came to before the earlier stages were taken off; None where it takes none off."""
    fen, texts = 0, []
    for part in decision.components:
        money = [finding.rule for finding in decision.findings if finding.component == part.code]
        if f"{part.code}_{SETTLES}" not in money:
            fen += part.amount_fen
            continue
        nth = money.index(f"{part.code}_{SETTLES}") - money.index(f"{part.code}_rate")
        fen += part.working[nth - 1].fen
        texts.append("；".join(line.text_zh for line in part.working[:nth]))
    return Settlement(fen, "；".join(texts), reference) if texts else None


def overpaid_stages(by: Actor) -> Iterator[Overpaid]:
    """Everybody whose stages of one class were given more than its end settles to.

    Settled is what was decided on the claim of the end. Where nobody claims it, the class is over and the
    certificate is there, the end is judged on today's facts: who has too much has no reason to claim.
    What waits for a decision waits here too; who left or failed is asked back whole or not at all.
    """
    yield from _of_classes(in_reach(_classes(), by))


def overpaid_with(references: Iterable[str]) -> dict[str, Overpaid]:
    """Stage line → what its person was given too much in that class by today; who was not is left out."""
    named = ClaimLine.objects.filter(reference__in=list(references)).values("enrolment__training_class")
    found = _of_classes(_classes().filter(pk__in=named))
    return {line.reference: one for one in found for line in one.stages}


def _of_classes(classes: QuerySet[TrainingClass]) -> Iterator[Overpaid]:
    for training_class in classes.order_by("id"):
        try:
            settles = settling_stage(
                scheme(training_class.region_code[:6], training_class.scheme_code, training_class.ends_on)
            )
        except Refused:
            continue  # no longer a scheme of the region
        if settles:
            yield from _of_class(training_class, settles)


def _classes() -> QuerySet[TrainingClass]:
    """Classes that are over and have a stage paid before."""
    early = ClaimLine.objects.filter(
        enrolment__training_class=OuterRef("pk"), instalment__in=EARLY, status="paid"
    )
    return TrainingClass.objects.filter(Exists(early), status="finished")


def _of_class(training_class: TrainingClass, settles: str) -> Iterator[Overpaid]:
    given: dict[int, list[ClaimLine]] = defaultdict(list)
    stages = ClaimLine.objects.filter(
        enrolment__training_class=training_class, enrolment__status="enrolled", status__in=ENTITLED
    )
    for line in stages.exclude(instalment="").select_related("claim", "person", "enrolment"):
        given[line.enrolment_id].append(line)
    settled = _settled(training_class, settles, list(given))
    order = list(STAGES)
    for enrolment_id, lines in sorted(given.items()):
        end = settled.get(enrolment_id)
        excess = sum(line.amount_fen for line in lines) - end.fen if end else 0
        if excess <= 0:
            continue
        lines.sort(key=lambda line: order.index(line.instalment))
        early = tuple(line for line in reversed(lines) if line.instalment != settles)
        yield Overpaid(early, excess, end.reference, _why(end, settles, lines, excess))


def _settled(training_class: TrainingClass, settles: str, enrolment_ids: list[int]) -> dict[int, Settlement]:
    """Enrolment → what its end settled to, or would today."""
    rows = ClaimLine.objects.filter(
        enrolment__in=enrolment_ids, instalment=settles, status__in=STANDING
    ).values_list("pk", "enrolment_id", "reference", "status", "claim__status")
    found, claimed = {}, {}
    for pk, enrolment_id, reference, status, claim_status in rows:
        claimed[enrolment_id] = None
        if status != "judged" or claim_status not in UNDER_REVIEW:
            claimed[enrolment_id] = (pk, reference)
    latest = (
        Decision.objects.filter(line__in=[one[0] for one in claimed.values() if one])
        .order_by("line_id", "-version")
        .distinct("line_id")
    )
    decisions = {one.line_id: one.decision for one in latest}
    for enrolment_id, one in claimed.items():
        if one and one[0] in decisions:
            found[enrolment_id] = settlement(Judged.from_dict(decisions[one[0]]), one[1])
    open_ids = [pk for pk in enrolment_ids if pk not in claimed]
    return {pk: end for pk, end in (found | _tried(training_class, settles, open_ids)).items() if end}


def _tried(
    training_class: TrainingClass, settles: str, enrolment_ids: Sequence[int]
) -> dict[int, Settlement]:
    """What the end would settle to for those nobody claims it for, judged as a claim of today; nothing is kept."""
    seats = list(Enrolment.objects.filter(pk__in=enrolment_ids).select_related("person"))
    certificates = certificates_to_claim(training_class, [seat.person_id for seat in seats])
    seats = [seat for seat in seats if seat.person_id in certificates]
    if not seats:
        return {}
    on = max(certificates[seat.person_id].issued_on for seat in seats)
    claim = Claim(
        training_class=training_class, instalment=settles, institution_id=training_class.institution_id,
        region_code=training_class.region_code, scheme_code=training_class.scheme_code, event_on=on,
    )  # fmt: skip
    lines = []
    for seat in seats:
        # A key no kept line has: facts and evidence are told apart by it.
        line = ClaimLine(pk=-seat.pk, claim=claim, enrolment=seat, person=seat.person, instalment=settles)
        fit_certificate(line, training_class, certificates[seat.person_id])
        lines.append(line)
    facts, book = facts_of(claim, lines), rulebook()
    found = {}
    for line in lines:
        judged_under = book.at(claim.region_code[:6], line.event_on).scheme(claim.scheme_code)
        judged = decide(judged_under, facts[line.pk], line.event_on)
        if judged.payable and (end := settlement(judged)):
            found[line.enrolment_id] = end
    return found


def _why(end: Settlement, settles: str, lines: Sequence[ClaimLine], excess_fen: int) -> str:
    """The working in words, kept in Chinese whoever looks."""
    with translation.override("zh-hans"):
        parts = "、".join(
            f"{stage_label(line.instalment)} {yuan(line.amount_fen)}" for line in lines if line.amount_fen
        )
        said = (
            gettext("{stage}结算（{reference}）：{working}。")
            if end.reference
            else gettext("尚未申领{stage}，按今天的事实试算：{working}。")
        ).format(stage=stage_label(settles), reference=end.reference, working=end.working)
        return said + gettext("各段已列{parts}，共 {given}；应列 {settled}，多列 {excess}。").format(
            parts=parts, given=yuan(sum(line.amount_fen for line in lines)), settled=yuan(end.fen),
            excess=yuan(excess_fen),
        )  # fmt: skip
