"""Makers of grants, taken as far as wanted; all through the operations."""

from datetime import date, datetime, timedelta

from kaogong.grants import operations, queries
from kaogong.grants.models import Grant
from kaogong.kernel.actor import Actor
from kaogong.kernel.working_days import add_working_days
from kaogong.notices import queries as notices

from .claims import make_learner
from .funds import make_fund
from .institutions import make_institution
from .paper import A_PDF
from .people import REGION, an_actor
from .training import a_day_at

PROGRAMME = "skills_talent_fund"
APPLIED_ON = date(2026, 7, 10)
STEPS = ("drafted", "submitted", "reviewed", "approved", "published", "cleared")
PAY_TERMS = {
    "contract_signed": True,
    "contract_started_on": "2026-03-01",
    "contract_ended_on": "2029-03-01",
    "full_time": False,
    "annual_pay_fen": 400_000_00,
}


def make_talent_fund(district: int = 6_000_000_00, city: int = 4_000_000_00, *, year: int = 2026):
    """The year's fund for awards and grants."""
    return make_fund(
        "JNRC",
        name="技能人才培养专项资金",
        shares={PROGRAMME: {"district": 600, "city": 400}},
        district=district,
        city=city,
        year=year,
    )


def make_grant(
    scheme_code: str = "settling_grant",
    *,
    status: str = "submitted",
    facts: dict | None = None,
    determined: dict | None = None,
    by: Actor | None = None,
    at: datetime | None = None,
    clerk: Actor | None = None,
    reviewer: Actor | None = None,
    **subject,
) -> Grant:
    """Apply for a scheme with every paper it asks and take it as far as ``status``."""
    at = at or a_day_at(APPLIED_ON)
    by = by or an_applicant(scheme_code, **subject)
    if by.organisation_id is None:
        subject.pop("person_id", None)
    grant = operations.draft_grant(scheme_code, region_code=REGION, by=by, at=at, **subject)
    operations.declare_facts(grant.pk, FACTS.get(scheme_code, {}) | (facts or {}), by=by, at=at)
    reached = STEPS.index(status)
    if reached >= 1:
        for kind in queries.terms_of(REGION, scheme_code, at.date()).paper_kinds:
            operations.add_grant_paper(
                grant.pk, kind=kind, filename=f"{kind}.pdf", content=A_PDF, by=by, at=at
            )
        operations.submit_grant(grant.pk, by=by, at=at)
    clerk = clerk or an_actor("bureau_clerk")
    if reached >= 2:
        for fact, value in (DETERMINED.get(scheme_code, {}) | (determined or {})).items():
            operations.determine_fact(
                grant.pk, fact=fact, value=value, source="认定文件2026年3号", by=clerk, at=at
            )
        operations.review_grant(grant.pk, by=clerk, at=at + timedelta(hours=1))
    if reached >= 3:
        operations.approve_grant(grant.pk, by=reviewer or an_actor("reviewer"), at=at + timedelta(hours=2))
    if reached >= 4:
        operations.publish_grants([grant.pk], by=clerk, at=at + timedelta(hours=3))
    if reached >= 5:
        close_notice_of(grant, by=clerk)
    return Grant.objects.get(pk=grant.pk)


FACTS = {
    "settling_grant": {"tier": "provincial"},
    "flexible_talent_pay": PAY_TERMS,
    "training_base_award": {"stage": "creation"},
}
DETERMINED = {
    "settling_grant": {"approved": True},
    "training_base_award": {"approved": True, "approved_fen": 2_000_000_00},
    "base_performance_support": {"approved": True, "score": 92},
    "employer_skill_award": {"on_award_list": True, "approved_fen": 15_000_00},
}


def an_applicant(scheme_code: str, **subject) -> Actor:
    """Somebody who may apply for the scheme: the person, or the clerk of a body."""
    if queries.terms_of(REGION, scheme_code, APPLIED_ON).by_institution:
        institution_id = subject.get("institution_id") or make_institution(kind="enterprise").pk
        return an_actor("provider_clerk", organisation_id=institution_id)
    return an_actor("learner", person_id=subject.get("person_id") or make_learner().pk)


def close_notice_of(grant: Grant, *, by: Actor | None = None) -> datetime:
    """Close the grant's notice on the working day after its last; returns when."""
    notice_id = Grant.objects.get(pk=grant.pk).published_notice_id
    at = a_day_at(add_working_days(notices.notice(notice_id).closes_on, 1))
    operations.close_grants_notice(notice_id, by=by or an_actor("bureau_clerk"), at=at)
    return at
