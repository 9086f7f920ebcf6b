"""Apprentices: the contract's months, the years that were checked, and what both make of the subsidy."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from kaogong.kernel.period import add_months
from kaogong.rules import Scheme
from kaogong.rules.conduct import conduct_said
from kaogong.rules.measures import full_months
from kaogong.training import queries as training
from kaogong.training.models import Apprenticeship

from ..models import ApprenticeYear, Claim, ClaimLine
from .judging import rulebook

TOPIC = "claim_modes"
# A year of an apprenticeship as a stage of a claim.
YEARS = {"year_1": 1, "year_2": 2, "year_3": 3}


def is_paid_by_year(scheme: Scheme) -> bool:
    """Whether a scheme pays by level and years of apprenticeship."""
    return any(part.kind in ("rate_table_per_year", "class_rate_per_year") for part in scheme.parts)


def least_hours_a_year(region_code: str, on: date) -> int | None:
    """How many hours each mentor gives in a year at least; None where nobody has said, and no check is asked."""
    conduct = conduct_said(rulebook(), region_code, TOPIC, on)
    value = conduct.value("apprentice_least_hours_year") if conduct is not None else None
    return value.value if value is not None else None


def contract_months(apprenticeship: Apprenticeship) -> int:
    return full_months(apprenticeship.starts_on, apprenticeship.ends_on) or 0


def years_over(apprenticeship: Apprenticeship, on: date) -> int:
    """How many whole years of the contract are over on a day."""
    return max(full_months(apprenticeship.starts_on, min(on, apprenticeship.ends_on)) or 0, 0) // 12


def years_checked(enrolment_ids: Iterable[int]) -> dict[int, list[ApprenticeYear]]:
    """Enrolment → its checked years, the first first."""
    found: dict[int, list[ApprenticeYear]] = {}
    rows = ApprenticeYear.objects.filter(enrolment__in=list(enrolment_ids)).order_by("year")
    for row in rows:
        found.setdefault(row.enrolment_id, []).append(row)
    return found


def facts_of_apprentices(claim: Claim, lines: Sequence[ClaimLine]) -> dict[int, dict[str, Any]]:
    """The contract and the months that count: all of it, or where a yearly check is asked, the years checked."""
    contracts = training.apprenticeships(claim.training_class_id)
    least = least_hours_a_year(claim.region_code, claim.event_on)
    checked_years = {pk: {row.year for row in rows} for pk, rows in years_checked(contracts).items()}
    checked_years = defaultdict(set, checked_years)
    checked = Counter({pk: len(years) for pk, years in checked_years.items()})
    found = {}
    for line in lines:
        contract = contracts.get(line.enrolment_id)
        if contract is None:
            continue  # nothing is known of a contract
        months = contract_months(contract)
        if claim.instalment in YEARS:
            found[line.pk] = _of_year(contract, checked_years[line.enrolment_id], YEARS[claim.instalment])
            continue
        found[line.pk] = {
            "contract_signed": True,
            "contract_started_on": contract.starts_on,
            "contract_ended_on": contract.ends_on,
            "months": months if least is None else min(months, 12 * checked[line.enrolment_id]),
        }
    return found


def _of_year(contract: Apprenticeship, checked: set[int], year: int) -> dict[str, Any]:
    """One year's stage: twelve months where the year passed its check, else none."""
    return {
        "contract_signed": True,
        "contract_started_on": contract.starts_on,
        "contract_ended_on": contract.ends_on,
        "months": 12 if year in checked else 0,
    }


def year_over_on(contract: Apprenticeship, stage: str) -> date:
    """The day a year of the contract was over: the day its stage is judged by."""
    return add_months(contract.starts_on, 12 * YEARS[stage])
