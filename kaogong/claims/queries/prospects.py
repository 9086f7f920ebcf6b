"""What the policy offers a person who has not trained yet, judged on what is known of them today."""

from dataclasses import dataclass
from datetime import date

from kaogong.catalog import queries as catalog
from kaogong.certificates import queries as certificates
from kaogong.people import queries as people
from kaogong.rules import Decision, Facts, Scheme, decide
from kaogong.rules.measures import RECOGNITIONS

from .earlier import history
from .judging import rulebook


@dataclass(frozen=True, slots=True)
class Prospect:
    """One scheme as it looks for one person today. ``decision`` knows of no class and no new certificate."""

    scheme: Scheme
    decision: Decision
    received_this_year: int
    limit_a_year: int | None

    @property
    def is_open(self) -> bool:
        """Nothing known today stands in the way."""
        return not self.decision.refused

    @property
    def left_this_year(self) -> int | None:
        """How many more subsidies the yearly cap leaves; None where no cap is set."""
        return None if self.limit_a_year is None else max(self.limit_a_year - self.received_this_year, 0)


@dataclass(frozen=True, slots=True)
class NextLevel:
    """The level above one a person holds, where training for it is subsidised."""

    occupation_code: str
    held_code: str
    level_code: str


def prospects(person_id: int, *, region_code: str, on: date) -> list[Prospect]:
    """Every scheme of the region that a person can set out for themselves, the open ones first."""
    book = rulebook()
    if region_code not in book.regions:
        return []
    facts = _facts_known(person_id, region_code, on)
    found = []
    for scheme in book.schemes(region_code, on):
        decision = decide(scheme, facts, on)
        if not _is_a_persons_own(scheme, decision):
            continue
        limit = scheme.values("at_most_so_many_a_year").get("limit")
        found.append(
            Prospect(
                scheme=scheme,
                decision=decision,
                received_this_year=sum(e.counts and e.event_on.year == on.year for e in facts.history or ()),
                limit_a_year=limit.value if limit else None,
            )
        )
    return sorted(found, key=lambda prospect: not prospect.is_open)


def next_levels(person_id: int, *, region_code: str, on: date) -> list[NextLevel]:
    """For each occupation a person is certified in, the next subsidised level they do not hold yet."""
    held: dict[str, str] = {}
    for certificate in certificates.certificates_of(person_id):
        if certificate.status == "issued" and certificate.level_code in set("5432"):
            best = held.get(certificate.occupation_code)
            if best is None or certificate.level_code < best:
                held[certificate.occupation_code] = certificate.level_code
    offered = {occupation: catalog.subsidised_levels(region_code, occupation, on) for occupation in held}
    return [
        NextLevel(occupation, level, str(int(level) - 1))
        for occupation, level in sorted(held.items())
        if str(int(level) - 1) in offered[occupation]
    ]


def _is_a_persons_own(scheme: Scheme, decision: Decision) -> bool:
    """Training, or money for the person that waits for nobody's recognition; no employer's or project's grant."""
    if scheme.counts_as == "training":
        return True
    awaited = {name for finding in decision.findings_that("unknown") for name in finding.missing}
    return scheme.payee == "person" and not awaited & RECOGNITIONS


def _facts_known(person_id: int, region_code: str, on: date) -> Facts:
    """What is on file of the person alone; everything about a class or a certificate stays unknown."""
    person = people.people_named([person_id])[person_id]
    pension = people.standing_on([person_id], "pension", on)
    insured = people.standing_on([person_id], "insured", on)
    return Facts(
        birth_on=person.born_on,
        sex={"1": "male", "2": "female"}.get(person.sex),
        identity_verified=True,  # nobody is registered without a whole number that agrees
        receives_pension=pension.get(person_id),
        insured=insured.get(person_id),
        groups=tuple(people.groups_on([person_id], on)[person_id]),
        household_region_code=person.household_region_code[:6] or None,
        residence_region_code=person.residence_region_code[:6] or None,
        job_region_code=person.job_region_code[:6] or None,
        serving_region_code=region_code[:6],
        bank_account_present=person.bank_account_index is not None,
        history=history([person_id])[person_id],
    )
