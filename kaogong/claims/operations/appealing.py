"""Appeals against decisions on claims: filed within the term, answered by who had no part in the decision."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from kaogong.access.permissions import Permission
from kaogong.institutions.operations import AppealAnswerMissing, AppealTooLate, answer_appeal
from kaogong.kernel.actor import Actor, system_for
from kaogong.kernel.errors import NotFound, Refused, SamePerson
from kaogong.trail.operations import begin, move, record, require_may, require_move
from kaogong.training.models import TrainingClass

from .. import queries
from ..models import Claim, ClaimAppeal, ClaimLine, Evidence
from ..states import CLAIM_APPEAL, UNDECIDED
from .case_papers import Upload, keep_papers
from .judging import judge, keep
from .submission import draw_up_claim, tell_judged


class NothingToAppeal(Refused):
    """{subject}现在没有可以申诉的决定：只有退回、不予补贴、停拨的决定可以申诉。"""


class ClaimAppealedAlready(Refused):
    """{subject}的这一决定已经申诉过，一个决定只能申诉一次。"""


class AppealGroundsMissing(Refused):
    """请写明对哪一个决定不服、理由和依据是什么。"""

    form_field = "content"


@transaction.atomic
def appeal_claim(
    claim_id: int,
    *,
    content: str,
    by: Actor,
    at: datetime,
    line_id: int | None = None,
    papers: Sequence[Upload] = (),
) -> ClaimAppeal:
    """Say why the return of one's claim, or the refusal or stop of a line, is wrong; within the term, once.

    The institution appeals for the claim or any line of it, a learner for their own line.
    """
    require_may(by, Permission.APPEAL_CLAIM, "申诉")
    subject = _subject(claim_id, line_id, by=by)
    found = queries.appealable(subject)
    if found is None:
        raise NothingToAppeal(subject=subject)
    if found.appeal is not None:
        raise ClaimAppealedAlready(subject=subject)
    today = timezone.localdate(at)
    if found.until is not None and today > found.until:
        raise AppealTooLate(day=found.until)
    if not content.strip():
        raise AppealGroundsMissing()
    claim = subject.claim if line_id is not None else subject
    appeal = ClaimAppeal.objects.create(
        claim=claim,
        line_id=line_id,
        institution_id=claim.institution_id,
        person_id=subject.person_id if line_id is not None else None,
        region_code=claim.region_code,
        against=found.against,
        decision_entry_id=found.entry.pk,
        decided_at=found.entry.at,
        decided_by=found.entry.actor_name,
        decided_reason=found.entry.reason,
        appeal_until=found.until,
        content=content.strip(),
        filed_at=at,
        filed_by=by.name,
        answer_by_on=queries.appeal_term("appeal_answer_days", claim.region_code, today),
    )
    kept = keep_papers(appeal, papers, by=by, at=at)
    begin(appeal, "filed", by=by, at=at, against=appeal.against, papers=len(kept))
    return appeal


@transaction.atomic
def settle_claim_appeal(appeal_id: int, *, upheld: bool, answer: str, by: Actor, at: datetime) -> ClaimAppeal:
    """Answer an appeal; never by who reviewed, approved or returned what it is about.

    Upheld: a returned claim is under review again, judged anew; people refused or dropped are claimed for anew in
    a claim of their own, with what was supplied for them, or may be claimed again where the class has one under way.
    """
    require_may(by, Permission.SETTLE_CLAIM_APPEAL, "答复申诉")
    claim = queries.lock_claims([queries.claim_appeal(appeal_id, by=by).claim_id])
    appeal = _appeal_for_update(appeal_id, claim)
    verb = "uphold" if upheld else "dismiss"
    if not answer.strip():
        raise AppealAnswerMissing()
    require_move(appeal, CLAIM_APPEAL.move(verb), CLAIM_APPEAL, by=by, reason=answer)
    earlier = queries.took_part(appeal, by.account_id)
    if earlier is not None:
        raise SamePerson(label="答复申诉", name=earlier.actor_name)
    answer_appeal(appeal, verb, answer, by=by, at=at)
    if upheld:
        appeal.followed, appeal.new_claim = _follow(appeal, answer, by=by, at=at)
        appeal.save(update_fields=["followed", "new_claim"])
    return appeal


def _subject(claim_id: int, line_id: int | None, *, by: Actor) -> Claim | ClaimLine:
    """The claim or line in reach, its claim locked: of two who appeal at once the second sees the first."""
    if line_id is None:
        return queries.claim_for_update(claim_id, by=by)
    line = queries.line(line_id, by=by)
    if line.claim_id != claim_id:
        raise NotFound()
    queries.lock_claims([claim_id])
    return queries.line(line_id, by=by)


def _appeal_for_update(appeal_id: int, claims: dict[int, Claim]) -> ClaimAppeal:
    appeal = ClaimAppeal.objects.select_for_update(of=("self",)).select_related("line").get(pk=appeal_id)
    appeal.claim = claims[appeal.claim_id]
    return appeal


def _follow(appeal: ClaimAppeal, answer: str, *, by: Actor, at: datetime) -> tuple[str, Claim | None]:
    """What an upheld appeal leads to: how it is called, and the new claim where there is one."""
    claim = appeal.claim
    if appeal.against == "returned":
        if claim.status != "returned":
            return "nothing_left", None
        move(claim, "reconsider", by=by, at=at, reason=answer)
        keep(
            claim, judge(claim, list(queries.lines(claim.pk).filter(status="judged"))), cause="appeal", at=at
        )
        tell_judged(claim, by=by, at=at)
        return "resumed", None
    rows = queries.lines(claim.pk).filter(status__in=queries.OF_LINE)
    rows = rows.filter(pk=appeal.line_id) if appeal.line_id is not None else rows.filter(status="dropped")
    lines = list(rows)
    if not lines:
        return "nothing_left", None
    for line in lines:
        move(line, "reopen", by=by, at=at, reason=answer)
    new = _claim_anew(claim, lines, appeal, by=by, at=at)
    return ("claimed_again", new) if new is not None else ("claimable", None)


def _claim_anew(
    claim: Claim, lines: list[ClaimLine], appeal: ClaimAppeal, *, by: Actor, at: datetime
) -> Claim | None:
    """One claim of just these people, with the evidence of before; None where the class has a claim under way."""
    if claim.training_class_id is None:
        return None  # a month is claimed with its wages: the employer hands it in again
    training_class = TrainingClass.objects.select_for_update(no_key=True).get(pk=claim.training_class_id)
    if Claim.objects.filter(training_class=training_class, status__in=UNDECIDED).exists():
        return None
    new, made = draw_up_claim(training_class, [line.enrolment for line in lines], at, claim.instalment)
    begin(
        new, "submitted", by=system_for(by), at=at, reason=f"{appeal}成立", lines=len(made),
        appeal=appeal.pk,
    )  # fmt: skip
    before = {line.enrolment_id: line.pk for line in lines}
    for line in made:
        for told in queries.evidence(before[line.enrolment_id]):
            Evidence.objects.create(
                line=line, fact=told.fact, value=told.value, source=told.source, reason=told.reason, at=told.at,
                by_account_id=told.by_account_id, by_name=told.by_name,
            )  # fmt: skip
    keep(new, judge(new, made), cause="appeal", at=at)
    tell_judged(new, by=by, at=at)
    record(
        "claim.appeal_followed", claim, by=by, at=at, new=new.number, lines=[row.reference for row in lines]
    )
    return new
