"""A month of employment: who is insured by whom in it, what was claimed of it, and the facts of its lines."""

import calendar
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from django.db.models import Count, QuerySet

from kaogong.access.queries import in_reach
from kaogong.gateways.registers import KNOWN, NOT_FOUND, Insurance
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound
from kaogong.people import queries as people
from kaogong.people.queries import KeptAnswer
from kaogong.rules import Facts, Scheme
from kaogong.rules.conduct import conduct_said

from ..models import Claim, ClaimDocument, ClaimLine, MonthWage
from ..states import STANDING
from .earlier import history
from .gathering import evidence_of, of_person, with_evidence
from .judging import rulebook

TOPIC = "claim_modes"


def last_day(month: date) -> date:
    return month.replace(day=calendar.monthrange(month.year, month.month)[1])


def is_claimed_by_month(scheme: Scheme) -> bool:
    """Whether a scheme pays employers for months of employment."""
    return scheme.payee == "employer" and {part.kind for part in scheme.parts} == {"per_month"}


def month_schemes(region_code: str, on: date) -> list[Scheme]:
    """The schemes of a region an employer may claim month by month on a day."""
    book = rulebook()
    if region_code[:6] not in book.regions:
        return []
    return [scheme for scheme in book.schemes(region_code[:6], on) if is_claimed_by_month(scheme)]


def most_months(region_code: str, on: date) -> int | None:
    """For how many months one person may be claimed; None where nobody has said."""
    conduct = conduct_said(rulebook(), region_code, TOPIC, on)
    value = conduct.value("month_most_months") if conduct is not None else None
    return value.value if value is not None else None


def is_insured_by(answer: KeptAnswer | None, credit_code: str, month: date) -> bool | None:
    """Whether the register says this employer insured the person in all that month; None where it said nothing.

    A spell paid up to an earlier month than this one does not count.
    """
    if answer is None or answer.answer.status not in (KNOWN, NOT_FOUND):
        return None
    told = answer.answer.facts
    if not isinstance(told, Insurance):
        return False
    end = last_day(month)
    return any(
        spell.credit_code == credit_code
        and spell.since <= end
        and (spell.until is None or spell.until > end)
        and (not spell.last_paid or spell.last_paid >= f"{month:%Y-%m}")
        for spell in told.spells
    )


def insured_by(person_ids: Iterable[int], credit_code: str, month: date) -> Mapping[int, bool | None]:
    """The same of many, by the latest answer kept of each."""
    ids = list(person_ids)
    answers = people.register_answers_about(ids, ["insurance"])
    return {pk: is_insured_by(answers.get(("insurance", pk)), credit_code, month) for pk in ids}


def months_standing(person_ids: Iterable[int], scheme_code: str) -> dict[int, set[date]]:
    """Person → the months some claim of the scheme stands for, whoever the employer, under whichever number."""
    same = people.same_person_ids(person_ids)
    rows = ClaimLine.objects.filter(
        person_id__in=[pk for group in same.values() for pk in group],
        month__isnull=False,
        status__in=STANDING,
        claim__scheme_code=scheme_code,
    )
    found: dict[int, set[date]] = {}
    for person_id, month in rows.values_list("person_id", "month"):
        found.setdefault(person_id, set()).add(month)
    return {
        person_id: months
        for person_id, group in same.items()
        if (months := {month for pk in group for month in found.get(pk, ())})
    }


def facts_of_months(claim: Claim, lines: Sequence[ClaimLine]) -> dict[int, Facts]:
    """The facts of a month's lines: the person, the month, and whether the register says they were insured."""
    ids = [line.person_id for line in lines]
    insured = insured_by(ids, claim.employer.credit_code, claim.month)
    groups = people.groups_on(ids, claim.month)
    standings = people.standings_on(ids, ("pension", "insured"), last_day(claim.month))
    earlier = history(ids, but_claim_id=claim.pk)
    evidence = evidence_of(lines)
    found = {}
    for line in lines:
        told = of_person(line, standings, groups) | {"insured": insured[line.person_id]}
        known = Facts(
            **told,
            serving_region_code=claim.region_code[:6],
            certificate_kind="none",
            certificate_revoked=False,
            employer_insured=insured[line.person_id],
            heads=1,
            months=1,
            history=earlier[line.person_id],
        )
        found[line.pk] = with_evidence(known, evidence.get(line.pk, {}))
    return found


def month_claims(by: Actor) -> QuerySet[Claim]:
    """Claims by month in reach, the latest month first, each with its heads."""
    rows = Claim.objects.filter(month__isnull=False).select_related("institution", "employer")
    return in_reach(rows, by).annotate(heads=Count("lines")).order_by("-month", "-id")


def wages_of(claim_id: int) -> dict[int, MonthWage]:
    """Line → the wage told of it."""
    return {row.line_id: row for row in MonthWage.objects.filter(line__claim_id=claim_id)}


def claim_documents(claim_id: int) -> QuerySet[ClaimDocument]:
    """The papers of a claim, without their content."""
    return ClaimDocument.objects.filter(claim_id=claim_id).defer("content").order_by("id")


def claim_document(document_id: int, *, by: Actor) -> ClaimDocument:
    """One paper of a claim in reach, or NotFound."""
    rows = in_reach(
        ClaimDocument.objects.select_related("claim"), by, region="claim__region_code",
        organisation="claim__institution_id",
    )  # fmt: skip
    found = rows.filter(pk=document_id).first()
    if found is None:
        raise NotFound()
    return found
