"""Gathering the facts of a whole class at once: some seventeen queries, however many people."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from datetime import date
from typing import Any

from kaogong.certificates.models import Certificate
from kaogong.institutions import queries as institutions
from kaogong.kernel.errors import Malformed
from kaogong.kernel.id_number import FEMALE, MALE, IdNumber
from kaogong.people import queries as people
from kaogong.people.models import Person, Standing
from kaogong.presence import queries as presence
from kaogong.rules import Facts
from kaogong.rules.vocabulary import PAYEES
from kaogong.training import queries as training

from ..models import Claim, ClaimLine, Evidence
from ..states import STANDING
from .earlier import history
from .stages import EARLY

FACT_NAMES = frozenset(field.name for field in fields(Facts))
_SEX_WORDS = {"1": "male", "2": "female"}
_SEX_LABELS = {"1": MALE, "2": FEMALE}
PAYER_WORDS = {"provider": "provider", "learner": "person", "employer": "employer"}
_APPROVED_CLASS = ("approved", "running", "finished")


def certificate_level(level_code: str) -> int:
    """The level as rules count it: 5 lowest, 1 highest, 0 for none of the five."""
    return int(level_code) if level_code in set("12345") else 0


def certificates_to_claim(training_class: Any, person_ids: Iterable[int]) -> dict[int, Certificate]:
    """For each person the certificate this class led to: its occupation, not before it began, unclaimed.

    Of several the one of the class's own level and kind comes first, then the earliest; of a person merged with
    another those of both.
    """
    asked = people.rows_of(people.same_person_ids(person_ids))
    candidates = (
        Certificate.objects.filter(
            person_id__in=list(asked),
            occupation_code=training_class.occupation_code,
            issued_on__gte=training_class.starts_on,
        )
        .exclude(claim_lines__in=ClaimLine.objects.filter(status__in=STANDING))
        .order_by("issued_on", "id")
    )
    best: dict[int, tuple[tuple, Certificate]] = {}
    for certificate in candidates:
        rank = (
            certificate.status == "revoked",
            certificate.level_code != training_class.level_code,
            certificate.kind != training_class.certificate_kind,
            certificate.issued_on,
            certificate.pk,
        )
        for person_id in asked[certificate.person_id]:
            if person_id not in best or rank < best[person_id][0]:
                best[person_id] = (rank, certificate)
    return {person_id: certificate for person_id, (_, certificate) in best.items()}


def fit_certificate(line: ClaimLine, training_class: Any, certificate: Certificate | None) -> None:
    """A line counts on its certificate's day, for its occupation and level; without one, on the class's."""
    line.certificate = certificate
    without = training_class.starts_on if line.instalment in EARLY else training_class.ends_on
    line.event_on = certificate.issued_on if certificate else without
    line.occupation_code = certificate.occupation_code if certificate else training_class.occupation_code
    line.level = certificate_level(certificate.level_code if certificate else training_class.level_code)


def facts_of(claim: Claim, lines: Sequence[ClaimLine]) -> dict[int, Facts]:
    """The facts of each line, by its id. ``lines`` come with person, certificate and enrolment fetched."""
    training_class = claim.training_class
    person_ids = [line.person_id for line in lines]
    began = training_class.starts_on
    same = people.same_person_ids(person_ids)
    groups = people.groups_on(person_ids, began, same=same)
    hours = training.hours_by_enrolment(training_class.pk)
    days = training.days_attended_by_enrolment(training_class.pk)
    counted = hours_that_count(training_class)
    fees = training.fees_by_enrolment(training_class.pk, [line.enrolment_id for line in lines])
    earlier = history(person_ids, but_claim_id=claim.pk, same=same)
    standings = _standings(lines, same)
    months = _insured_months(lines, same)
    evidence = evidence_of(lines)
    shared = {
        "serving_region_code": claim.region_code[:6],
        "class_occupation_code": training_class.occupation_code,
        "class_level": certificate_level(training_class.level_code),
        "class_certificate_kind": training_class.certificate_kind,
        "class_started_on": began,
        "class_ended_on": training_class.ends_on,
        "class_approved": training_class.status in _APPROVED_CLASS,
        "provider_recognised_on_day": institutions.is_recognised_on(training_class.institution_id, began),
        "occupation_in_scope": institutions.is_in_scope(
            training_class.institution_id, training_class.occupation_code, training_class.level_code, began
        ),
        "hours_planned": _decimal(100 * (training_class.hours_theory + training_class.hours_practice)),
    }
    return {
        line.pk: with_evidence(
            Facts(
                **shared,
                **of_person(line, standings, groups),
                **of_certificate(line.certificate),
                insured_months=months.get(line.person_id),
                hours_attended=_decimal(hours.get(line.enrolment_id, 0)),
                days_attended=_decimal(100 * days.get(line.enrolment_id, 0)),
                **counted.get(line.enrolment_id, {}),
                **of_fee(fees.get(line.enrolment_id)),
                history=earlier[line.person_id],
            ),
            evidence.get(line.pk, {}),
        )
        for line in lines
    }


def hours_that_count(training_class: Any) -> dict[int, dict[str, Any]]:
    """Enrolment → what of its hours counts by the rules of the region on the last day of the class, and why."""
    found = presence.hours_that_count(training_class, training_class.ends_on)
    lowest = found.lowest_day
    shared = {
        "short_days": len(found.short_days),
        "lowest_day_on": lowest and lowest.on,
        "lowest_day_percent": lowest and lowest.percent,
        "attendance_rule": presence.rule_in_words(found),
    }
    return {
        person.enrolment.pk: shared
        | {
            "hours_counted": _decimal(0 if found.short_days else person.attended - person.unproven),
            "hours_unproven": _decimal(person.unproven),
        }
        for person in found.people
    }


def of_fee(fee: training.Fee | None) -> dict[str, object]:
    """Who paid first and how much; unknown where nothing is on record or the provider's own has no proof."""
    if fee is None:
        return {}
    word = PAYER_WORDS.get(fee.counts_as_paid_by)
    return {"paid_first_by": word if word in PAYEES else None, "paid_first_fen": fee.amount_fen}


def facts(line: ClaimLine) -> Facts:
    """One line's facts as they are known now."""
    return facts_of(line.claim, [line])[line.pk]


def _standings(lines: Sequence[ClaimLine], same: people.Same) -> dict[tuple[str, int], bool]:
    """Who draws a pension and who is insured, each on the line's own day; a missing key is unknown."""
    by_day: dict[date, list[int]] = defaultdict(list)
    for line in lines:
        by_day[line.event_on].append(line.person_id)
    return {
        key: holds
        for on, person_ids in by_day.items()
        for key, holds in people.standings_on(
            person_ids, ("pension", "insured"), on, same={pk: same[pk] for pk in person_ids}
        ).items()
    }


def _insured_months(lines: Sequence[ClaimLine], same: people.Same) -> dict[int, int]:
    """Whole months insured up to each line's day; no key where the product knows nothing of insurance."""
    asked = people.rows_of({line.person_id: same[line.person_id] for line in lines})
    stretches: dict[int, list[tuple[date, date | None]]] = defaultdict(list)
    known = Standing.objects.filter(person_id__in=list(asked), kind="insured")
    for row, holds, start_on, end_on in known.values_list("person_id", "holds", "start_on", "end_on"):
        for person_id in asked[row]:
            stretches[person_id] += [(start_on, end_on)] if holds else []
    until = {line.person_id: line.event_on for line in lines}
    return {
        person_id: people.days_covered(told, until[person_id]) * 12 // 365
        for person_id, told in stretches.items()
    }


def _identity_agrees(person: Person, on: date) -> bool:
    """Whether the number on file is whole and says the same birth date and sex as the file."""
    try:
        number = IdNumber.parse(person.id_number, on)
    except Malformed:
        return False
    return number.born_on == person.born_on and number.sex == _SEX_LABELS.get(person.sex)


def of_person(line: ClaimLine, standings, groups) -> dict[str, Any]:
    person = line.person
    return {
        "birth_on": person.born_on,
        "sex": _SEX_WORDS.get(person.sex),
        "identity_verified": _identity_agrees(person, line.event_on),
        "receives_pension": standings.get(("pension", person.pk)),
        "insured": standings.get(("insured", person.pk)),
        "groups": tuple(groups.get(person.pk, ())),
        "household_region_code": person.household_region_code[:6] or None,
        "residence_region_code": person.residence_region_code[:6] or None,
        "job_region_code": person.job_region_code[:6] or None,
        "bank_account_present": person.bank_account_index is not None,
    }


def of_certificate(certificate: Certificate | None) -> dict[str, Any]:
    """What a certificate says, or that there is none."""
    if certificate is None:
        return {"certificate_kind": "none", "certificate_revoked": False}
    return {
        "certificate_kind": certificate.kind,
        "certificate_number": certificate.number,
        "certificate_occupation_code": certificate.occupation_code,
        "certificate_level": certificate_level(certificate.level_code),
        "certificate_issued_on": certificate.issued_on,
        # Issued here is known here; held is unsettled; one from elsewhere is for its issuer to confirm.
        "certificate_verified": True
        if certificate.source == "issued" and certificate.status == "issued"
        else None,
        "certificate_revoked": certificate.status == "revoked",
    }


def evidence_of(lines: Sequence[ClaimLine]) -> dict[int, dict[str, Any]]:
    """What was supplied for each line; of one fact the latest word stands."""
    supplied: dict[int, dict[str, Any]] = defaultdict(dict)
    for row in Evidence.objects.filter(line__in=[line.pk for line in lines]).order_by("id"):
        supplied[row.line_id][row.fact] = row.value
    return supplied


def with_evidence(known: Facts, supplied: dict[str, Any]) -> Facts:
    """Supplied facts fill what is unknown; what the product itself knows stands."""
    filling = {name: value for name, value in supplied.items() if getattr(known, name) is None}
    return replace(known, **filling) if filling else known


def _decimal(hundredths: int) -> str:
    return f"{hundredths // 100}.{hundredths % 100:02d}"
