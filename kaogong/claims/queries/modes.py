"""The facts of a line by the way it is claimed: with a voucher, as one stage of several, for one month."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from kaogong.rules import Facts
from kaogong.vouchers import queries as vouchers

from ..models import Claim, ClaimLine
from . import gathering
from .apprentices import facts_of_apprentices, is_paid_by_year
from .earlier import history
from .judging import scheme
from .monthly import facts_of_months
from .stages import EARLY, given_at_stages


def facts_of(claim: Claim, lines: Sequence[ClaimLine]) -> dict[int, Facts]:
    """The facts of each line, by its id, with what its way of claiming adds."""
    if claim.month is not None:
        return facts_of_months(claim, lines)
    known = gathering.facts_of(claim, lines)
    paid_for = scheme(claim.region_code[:6], claim.scheme_code, claim.event_on)
    more = _of_vouchers(claim, lines) if vouchers.takes_vouchers(paid_for) else {}
    if is_paid_by_year(paid_for):
        more = facts_of_apprentices(claim, lines)
    if claim.instalment:
        more = {pk: more.get(pk, {}) | told for pk, told in _of_stage(claim, lines).items()}
    return {pk: replace(facts, **more.get(pk, {})) for pk, facts in known.items()}


def facts(line: ClaimLine) -> Facts:
    """One line's facts as they are known now."""
    return facts_of(line.claim, [line])[line.pk]


def _of_stage(claim: Claim, lines: Sequence[ClaimLine]) -> dict[int, dict[str, Any]]:
    """Which stage is claimed; the earlier ones of the same class are no subsidy of another."""
    earlier = history(
        [line.person_id for line in lines],
        but_claim_id=claim.pk,
        but_enrolment_ids=[line.enrolment_id for line in lines],
    )
    given = given_at_stages([line.enrolment_id for line in lines], but_claim_id=claim.pk)
    # Before the certificate stage there is none to verify: known, not unknown.
    none_yet = {"certificate_verified": False} if claim.instalment in EARLY else {}
    return {
        line.pk: {
            "stage": claim.instalment,
            "history": earlier[line.person_id],
            "earlier_stages_fen": given.get(line.enrolment_id, 0),
        }
        | none_yet
        for line in lines
    }


def _of_vouchers(claim: Claim, lines: Sequence[ClaimLine]) -> dict[int, dict[str, Any]]:
    """What a bound voucher approves; a learner without one is known to have none."""
    worths = vouchers.worths_of_enrolments(claim.training_class_id, [line.enrolment_id for line in lines])
    return {
        line.pk: {
            "approved": line.enrolment_id in worths,
            "approved_fen": worths.get(line.enrolment_id),
        }
        for line in lines
    }
