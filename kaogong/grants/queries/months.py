"""A month's list: what is on file of everybody on it, read once, and who had the same month before."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from kaogong.certificates.models import Certificate
from kaogong.claims.queries import last_day, rulebook
from kaogong.claims.queries.known import Known
from kaogong.kernel.actor import Actor
from kaogong.people import queries as people
from kaogong.presence import queries as presence
from kaogong.rules import Scheme
from kaogong.training import queries as training
from kaogong.training.models import TrainingClass

from ..models import Grant, GrantList, Instalment
from ..states import DECLARED_IN_LIST, ENTITLED, LET_GO
from .asking import Terms, figures_asked, terms
from .fetching import facts_told_of, grant_list
from .stretching import Stretch

APPROVED_CLASS = ("approved", "running", "finished")
_WITH_MONEY_TO_COME = (*ENTITLED, "planned")


@dataclass(frozen=True, slots=True)
class Attended:
    """What one learner was counted for in one month: days and hours in hundredths."""

    days: int
    attended: int
    counted: int


@dataclass(frozen=True)
class OnFile:
    """Everything on file of the people of one list, for as many judgements as there are rows."""

    known: Known
    certificates: Mapping[int, Certificate]
    of_class: Mapping[str, Any]
    attended: Mapping[int, Attended]

    def of_month(self, person_id: int) -> dict[str, Any]:
        """The class and what was counted in the month; of a class not known here only that it is one month."""
        if not self.of_class:
            return {"months": 1}
        had = self.attended.get(person_id, Attended(0, 0, 0))
        return {
            **self.of_class,
            "months": 1 if had.days else 0,
            "days_attended": f"{had.days}.00",
            "hours_attended": _decimal(had.attended),
            "hours_counted": _decimal(had.counted),
        }


def on_file(kept: GrantList, person_ids: Iterable[int], on: date) -> OnFile:
    """What is on file of these people of a month's list on a day."""
    ids = list(person_ids)
    held: dict[int, Certificate] = {}
    asked = people.rows_of(people.same_person_ids(ids))
    for row in Certificate.objects.filter(person_id__in=list(asked), status="issued", issued_on__lte=on):
        for pk in asked[row.person_id]:
            held[pk] = min(held.get(pk, row), row, key=rank)
    found = kept.training_class
    of_class = (
        {
            "class_approved": found.status in APPROVED_CLASS,
            "class_started_on": found.starts_on,
            "class_ended_on": found.ends_on,
        }
        if found is not None
        else {}
    )
    return OnFile(Known(ids), held, of_class, attended_in(found, kept.month) if found else {})


def rank(certificate: Certificate) -> tuple[bool, str]:
    """Of several certificates the one of the highest level comes first."""
    return certificate.level_code not in "12345", certificate.level_code


def attended_in(training_class: TrainingClass, month: date) -> dict[int, Attended]:
    """Person → what counts of their attendance in a month, by the region's rules of attendance.

    A day counts on which any hour that counts lies; without a single recorded session nobody is listed.
    """
    found = presence.hours_that_count(training_class, last_day(month), since=month)
    if not any(day.is_recorded for day in found.days):
        return {}
    return {one.enrolment.person_id: Attended(one.days, one.attended, one.counted) for one in found.people}


def _decimal(hundredths: int) -> str:
    return f"{hundredths // 100}.{hundredths % 100:02d}"


def month_list_terms(region_code: str, on: date) -> list[Terms]:
    """The schemes a body may hand in a month's list for."""
    return [one for one in terms(region_code, on) if one.by_month_list]


def declared_figures(scheme: Scheme) -> tuple[str, ...]:
    """Which of days and hours a scheme is reckoned from; () where the month alone counts."""
    facts = figures_asked(scheme)
    return tuple(fact for fact in DECLARED_IN_LIST if fact in facts)


def is_paid_with_class(training_class: TrainingClass, on: date) -> bool:
    """Whether the claim of a class pays its learners an allowance already."""
    scheme = rulebook().at(training_class.region_code[:6], on).scheme(training_class.scheme_code)
    return any(part.payee == "person" and part.code != "training" for part in scheme.parts)


def months_had(
    person_ids: Iterable[int], counts_as: str, month: date, *, but_grant_id: int | None = None
) -> dict[int, str]:
    """Person → the number under which this month is asked for or paid already, alone or in a longer term.

    Of a person merged with another, under either row.
    """
    asked = people.rows_of(people.same_person_ids(person_ids))
    ids = list(asked)
    listed = Grant.objects.filter(person_id__in=ids, counts_as=counts_as, month=month).exclude(
        status__in=LET_GO
    )
    termed = Instalment.objects.filter(
        grant__person_id__in=ids,
        grant__counts_as=counts_as,
        grant__month__isnull=True,
        status__in=_WITH_MONEY_TO_COME,
        starts_on__lte=last_day(month),
        ends_on__gte=month,
    )
    if but_grant_id is not None:
        listed, termed = listed.exclude(pk=but_grant_id), termed.exclude(grant_id=but_grant_id)
    found = dict(termed.values_list("grant__person_id", "reference"))
    found |= dict(listed.values_list("person_id", "number"))
    return {pk: number for row, number in found.items() for pk in asked[row]}


def months_listed(grant: Grant, part: Instalment | Stretch) -> list[str]:
    """Months within one part of a person's term that a body listed the person for, as words."""
    if grant.person_id is None or grant.month is not None or part.ends_on is None:
        return []
    rows = Grant.objects.filter(
        person_id__in=people.same_person_ids([grant.person_id])[grant.person_id],
        counts_as=grant.counts_as,
        month__gte=part.starts_on.replace(day=1),
        month__lte=part.ends_on,
    ).exclude(status__in=LET_GO)
    return [f"{month:%Y-%m}" for month in rows.order_by("month").values_list("month", flat=True)]


@dataclass(frozen=True, slots=True)
class ListRow:
    """One person of a month's list: what the list says, what was counted, and what came of it."""

    grant: Grant
    declared: dict[str, str]
    counted: dict[str, str]

    @property
    def differs(self) -> bool:
        """Whether the list says otherwise than the attendance."""
        return any(self.counted.get(fact, said) != said for fact, said in self.declared.items())


def list_rows(list_id: int, *, by: Actor) -> list[ListRow]:
    """The people of a list in reach, in its order, each with what was declared and what was counted."""
    kept = grant_list(list_id, by=by)
    rows = list(
        Grant.objects.filter(grant_list=kept)
        .select_related("person", "grant_list")
        .defer("person__id_number", "person__bank_account")
        .order_by("id")
    )
    told = facts_told_of([row.pk for row in rows])
    attended = attended_in(kept.training_class, kept.month) if kept.month and kept.training_class_id else {}
    found = []
    for row in rows:
        said = {fact: one.value for fact, one in told.get(row.pk, {}).items() if fact in DECLARED_IN_LIST}
        had = attended.get(row.person_id)
        counted = (
            {}
            if had is None
            else {
                "days_attended": f"{had.days}.00",
                "hours_attended": _decimal(had.attended),
                "hours_counted": _decimal(had.counted),
            }
        )
        found.append(ListRow(row, said, counted))
    return found


def classes_of_month(by: Actor) -> Any:
    """Classes of a body for which a month's list may be handed in, the latest first."""
    rows = training.training_classes(by).filter(status__in=APPROVED_CLASS)
    return rows.order_by("-starts_on", "-id")
