"""A person everything is in order with; tests change one thing at a time."""

from dataclasses import replace
from datetime import date

from kaogong import rules

ON = date(2026, 11, 9)


def book() -> rules.Rulebook:
    return rules.load()


def scheme(code: str = "employment_training", region: str = "370299", on: date = ON) -> rules.Scheme:
    return book().at(region, on).scheme(code)


def facts(**changes) -> rules.Facts:
    in_order = rules.Facts(
        age_on_event=38,
        identity_verified=True,
        receives_pension=False,
        groups=("registered_unemployed",),
        insured=True,
        insured_months=36,
        household_region_code="370299",
        residence_region_code="370299",
        job_region_code="370299",
        serving_region_code="370299",
        certificate_kind="skill_level",
        certificate_occupation_code="4-09-06-04",
        certificate_level=5,
        certificate_issued_on=ON,
        certificate_verified=True,
        certificate_revoked=False,
        class_occupation_code="4-09-06-04",
        class_level=5,
        class_started_on=date(2026, 10, 12),
        class_ended_on=date(2026, 11, 3),
        class_approved=True,
        provider_recognised_on_day=True,
        occupation_in_scope=True,
        hours_planned="80",
        hours_attended="80",
        days_attended="10",
        paid_first_by="provider",
        history=(),
    )
    return replace(in_order, **changes)


def earlier(occupation="4-09-06-04", level=5, on=date(2025, 6, 18), status="paid", reference="SL-1", **more):
    return rules.Earlier(occupation, level, on, status, reference, **more)


def outcome(name: str, scheme_code: str = "employment_training", **changes) -> str:
    """How one rule (by name) comes out for the person in order with these changes."""
    decision = rules.decide(scheme(scheme_code), facts(**changes), ON)
    (finding,) = [f for f in decision.findings if f.rule == name]
    return finding.outcome
