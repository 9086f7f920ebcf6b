"""Makers of what classes are filed with and of changes to them."""

from datetime import date

from kaogong.institutions.models import Institution
from kaogong.kernel.actor import Actor
from kaogong.training import operations, queries
from tests.factories.paper import A_PDF

from .institutions import make_trainer
from .training import a_day_at, make_class

AT = a_day_at(date(2026, 5, 2))


def filing_things(school: Institution, clerk: Actor) -> dict[str, dict[str, int]]:
    """A document of a drafted class, and a change of an approved one that waits."""
    drafted = make_class(
        school,
        clerk=clerk,
        scheme_code="new_hire_training",
        starts_on=date(2026, 11, 2),
        ends_on=date(2026, 11, 20),
    )
    document = operations.add_evidence(drafted.pk, "labour_contracts", A_PDF, "合同.pdf", by=clerk, at=AT)
    approved = make_class(
        school, clerk=clerk, status="approved", starts_on=date(2026, 12, 1), ends_on=date(2026, 12, 20)
    )
    change = operations.propose_change(
        approved.pk,
        "trainer",
        {"trainer_id": make_trainer(school).pk},
        session_id=queries.sessions(approved.pk).first().pk,
        by=clerk,
        at=AT,
        reason="教师生病",
    )
    return {
        "evidence document": {"pk": document.pk},
        "class change": {"pk": change.pk},
        "changed class": {"pk": approved.pk},
    }
