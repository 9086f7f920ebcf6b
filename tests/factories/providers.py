"""One of each thing of recognition, registers, staff and evaluation, all one school's own."""

from datetime import date, timedelta

from django.utils import timezone

from kaogong.institutions import operations, queries
from kaogong.institutions.models import Institution
from tests.factories.paper import A_PDF

from .institutions import COOK, a_wish, make_bureau, make_evaluation, make_ready
from .people import an_actor


def providers_things(school: Institution) -> dict[str, dict[str, int]]:
    """Name of the thing → the arguments of its addresses; the school has a contract in force."""
    at = timezone.now() - timedelta(hours=1)
    bureau = make_bureau(at)
    make_ready(school, at=at)
    own = an_actor("provider_clerk", organisation_id=school.pk, at=at)
    contract = school.contracts.filter(status="recognised").first()
    things = {}
    for name, purpose, wish in (
        ("application", "scope", a_wish(starts_on=contract.starts_on, ends_on=contract.ends_on)),
        ("drafted application", "renewal", a_wish(starts_on=contract.ends_on, ends_on=date(2030, 1, 1))),
    ):
        application = operations.draft_application(
            school.pk, purpose=purpose, wish=wish, earlier_id=contract.pk, by=own, at=at
        )
        things[name] = {"pk": application.pk}
    pk = things["application"]["pk"]
    paper = operations.add_paper(
        pk, condition_code="legal_person", filename="执照.pdf", content=A_PDF, by=own, at=at
    )
    operations.submit_application(pk, by=own, at=at)
    brand = operations.register_brand(
        school.pk, name="海蓝职训", kind="chain", image="红底白字", trade_mark="海蓝", way_of_running="直营",
        rules="统一教学大纲", by=bureau.clerk, at=at,
    )  # fmt: skip
    pilot = operations.grant_pilot(
        school.pk, kind="integration", document="鲁发改〔2025〕1号", starts_on=date(2025, 1, 1),
        by=bureau.clerk, at=at,
    )  # fmt: skip
    everyone = queries.recognised_in_year("370299", 2026)
    round_ = make_evaluation(dict.fromkeys(everyone, 80), bureau=bureau, at=at)
    operations.propose_grades(round_.pk, by=bureau.clerk, at=at)
    operations.publish_grades(round_.pk, by=bureau.reviewer, at=at)
    evaluation = queries.evaluations(round_.pk, bureau.clerk).get(institution=school)
    appeal = operations.appeal_grade(evaluation.pk, content="到课率算错", by=own, at=at)
    return things | {
        "application paper": {"pk": paper.pk},
        "condition": {"pk": queries.conditions(pk).first().pk},
        "brand": {"pk": brand.pk},
        "brand member": {"pk": brand.members.get().pk},
        "pilot": {"pk": pilot.pk},
        "evaluation round": {"pk": round_.pk},
        "evaluation": {"pk": evaluation.pk},
        "appeal": {"pk": appeal.pk},
        "trainer": {"pk": queries.trainers(school.pk).first().pk},
        "equipment": {"pk": queries.equipment(school.pk).get(occupation_code=COOK[0]).pk},
    }
