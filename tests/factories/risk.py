"""Makers of risk findings: as a look keeps them, asked about and answered through the operations."""

from datetime import datetime

from kaogong.claims.models import PaymentHold
from kaogong.detection import Detection, Finding, Severity
from kaogong.kernel.actor import system_actor
from kaogong.risk import operations
from kaogong.risk.models import RiskFinding, RiskQuestion
from kaogong.risk.operations.keeping import keep_findings
from kaogong.training.models import TrainingClass
from tests.factories.paper import A_PDF

from .people import an_actor

AT = datetime.fromisoformat("2026-07-27T09:00:00+08:00")


def a_sign(training_class: TrainingClass, severity: Severity = Severity.SEVERE, **fields) -> Finding:
    """A shared account of everyone in one class, as a detector would tell it."""
    people = tuple(training_class.enrolments.order_by("person_id").values_list("person_id", flat=True))
    told = {
        "kind": "account_shared",
        "severity": severity,
        "institutions": (training_class.institution_id,),
        "classes": (training_class.pk,),
        "people": people,
        "figures": {"people": len(people), "homes": len(people)},
        "rows": tuple({"person": person, "key": 77_123, "home": -1 - person} for person in people),
        "rows_in_all": len(people),
    }
    return Finding(**(told | fields))


def keep(*signs: Finding, region_code: str = "370299", at: datetime = AT) -> list[RiskFinding]:
    """Keep these signs as one look would."""
    look = operations.ask_risk_check(by=system_actor(), at=at, region_code=region_code)
    kept = keep_findings(look, Detection(signs, tuple({one.kind for one in signs}), ()), at=at)
    for name, value in kept.items():
        setattr(look, name, value)
    look.data_digest = look.settings_digest = "0" * 64
    look.finished_at = at
    look.save()
    return list(RiskFinding.objects.filter(last_pass=look).order_by("pk"))


def make_risk_finding(
    training_class: TrainingClass, *, answered: bool = True
) -> tuple[RiskFinding, RiskQuestion, PaymentHold]:
    """A severe finding about a class, its question (answered with a document unless told otherwise), a hold."""
    (finding,) = keep(a_sign(training_class))
    operations.ask_provider(finding.pk, by=an_actor("bureau_clerk"), at=AT)
    question = RiskQuestion.objects.get(finding=finding)
    if answered:
        operations.answer_risk_finding(
            question.pk,
            text="家庭共用账户，附说明",
            document=operations.Document("说明.pdf", A_PDF),
            by=an_actor("provider_clerk", organisation_id=training_class.institution_id),
            at=AT,
        )
    finding.refresh_from_db()
    question.refresh_from_db()
    return finding, question, PaymentHold.objects.filter(cause=finding.cause).first()
