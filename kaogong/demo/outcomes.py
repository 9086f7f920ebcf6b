"""What learners of the demo's finished classes thought, one class's answers stuffed, and who works since."""

from datetime import timedelta
from random import Random

from kaogong.access.permissions import Permission
from kaogong.demo.cast import Cast, at_hour
from kaogong.kernel.actor import Actor, system_actor
from kaogong.outcomes import operations
from kaogong.outcomes.models import FollowUp, Survey
from kaogong.training.models import TrainingClass

RIGHTS = frozenset({str(Permission.ANSWER_SURVEY), str(Permission.DECLARE_EMPLOYMENT)})
SAID = ("老师手把手教，学得会。", "灶台不够，两个人轮一个。", "希望周末也开课。", "讲得快，年纪大的跟不上。")
CLASSES = 7
DOCUMENT = b"%PDF-1.4\n% a synthetic labour contract\n"


def ask_learners(cast: Cast) -> None:
    """Surveys of the latest finished classes, answered and closed as time went; follow-ups that fell due."""
    chance = Random(f"{cast.on}:outcomes")  # noqa: S311  (repeatable on purpose)
    system = system_actor()
    finished = TrainingClass.objects.filter(status="finished").order_by("-ends_on", "-pk")[:CLASSES]
    # As time went: opening a round opens it for every class that ended by then.
    for place, taught in enumerate(reversed(finished)):
        operations.open_surveys(by=system, at=at_hour(taught.ends_on, 6))
        survey = Survey.objects.filter(training_class=taught, round_code="last_day").first()
        if survey is not None:
            _answer(survey, taught, chance, stuffed=place == 0)
    operations.close_surveys(by=system, at=at_hour(cast.on, 6))
    operations.open_surveys(by=system, at=at_hour(cast.on, 6))
    operations.follow_up_learners(by=system, at=at_hour(cast.on, 4))
    learner_id = cast.person_ids[cast.learner.number] if cast.learner is not None else None
    waiting = (
        FollowUp.objects.filter(status__in=("due", "unknown"))
        .exclude(person_id=learner_id)
        .order_by("pk")
        .first()
    )
    if waiting is not None:
        operations.declare_employment(
            waiting.pk,
            work="flexible",
            since_on=cast.on - timedelta(days=20),
            note="在示例区做家政钟点工",
            document=DOCUMENT,
            document_name="收入流水.pdf",
            by=_learner(waiting.person_id),
            at=at_hour(cast.on, 8),
        )


def _answer(survey: Survey, taught: TrainingClass, chance: Random, *, stuffed: bool) -> None:
    """Most learners within a day or two from their own phones; a stuffed class from one phone in a minute."""
    at = at_hour(taught.ends_on, 16, 30)
    learners = list(taught.enrolments.filter(status="enrolled").order_by("sequence")[:16])
    for place, enrolment in enumerate(learners):
        if not stuffed and chance.random() < 0.25:
            continue
        given = {
            question["code"]: chance.choices((5, 4, 3, 2), (45, 35, 15, 5))[0]
            if question["kind"] == "score"
            else chance.random() < 0.93
            for question in survey.questions
            if question["kind"] != "text"
        }
        if stuffed:
            given |= {code: 5 for code, score in given.items() if not isinstance(score, bool)}
        operations.answer_survey(
            survey.pk,
            given | {"comment": chance.choice(SAID) if not stuffed and chance.random() < 0.3 else ""},
            by=_learner(enrolment.person_id),
            at=at + timedelta(seconds=4 * place) if stuffed else at + timedelta(minutes=3 * place),
            device="one phone" if stuffed else f"phone of {enrolment.person_id}",
            address="10.0.0.1" if stuffed else f"10.1.{place}.{survey.pk % 250}",
        )


def _learner(person_id: int) -> Actor:
    return Actor(name="示例学员", role="learner", permissions=RIGHTS, person_id=person_id)
