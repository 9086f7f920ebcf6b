"""Reading employment follow-ups and the rates made of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q, QuerySet

from kaogong.access.queries import in_reach
from kaogong.gateways.registers import Answer, Employment, Insurance
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound
from kaogong.outcomes.models import FollowUp, Survey
from kaogong.training.models import TrainingClass

from .conduct import follow_up_months, number, rounds
from .surveys import months_after

_SETTLED = ("employed", "jobless", "unknown")
_COUNTS = {
    "people": Count("pk"),
    **{status: Count("pk", filter=Q(status=status)) for status in _SETTLED},
    "waiting": Count("pk", filter=Q(status__in=("due", "declared"))),
}


@dataclass(frozen=True, slots=True)
class OutcomeRate:
    """What became of the learners of one provider and occupation so many months after their classes."""

    institution_id: int
    institution: str
    occupation_code: str
    months: int
    people: int
    employed: int
    jobless: int
    unknown: int
    waiting: int

    @property
    def permille(self) -> int | None:
        return employment_rate(self.employed, self.jobless, self.unknown)


@dataclass(frozen=True, slots=True)
class Found:
    """What the registers say of one person on one day: working (and where) or not."""

    works: bool
    employer: str
    since: date | None
    source: str
    as_of: date | None


def employment_rate(employed: int, jobless: int, unknown: int) -> int | None:
    """THE employment rate, in thousandths: employed of all whose follow-up is settled, the unknown among them.

    Those still waiting (due, or declared and not yet confirmed) count on neither side. None of nobody.
    """
    settled = employed + jobless + unknown
    return round(employed * 1000 / settled) if settled else None


def work_on(day: date, employment: Answer, insurance: Answer) -> Found | None:
    """Whether somebody worked on a day, from two registers; None when they do not say.

    Insured by an employer on the day, or in a job that began by then: working. Not working only when the
    employment register says there is none (or one begun later) and insurance, where it answers, has none.
    """
    insured = insurance.facts if insurance.is_known and isinstance(insurance.facts, Insurance) else None
    spells = insured.on(day) if insured else ()
    if spells:
        return Found(True, spells[-1].employer, spells[-1].since, insurance.source, insurance.as_of)
    job = employment.facts if employment.is_known and isinstance(employment.facts, Employment) else None
    if job is None:
        return None
    if job.since is not None and job.since <= day:
        return Found(True, job.employer, job.since, employment.source, employment.as_of)
    stands = employment.as_of is not None and employment.as_of >= day
    if stands and (job.since is None or insured is not None):
        return Found(False, "", None, employment.source, employment.as_of)
    return None


def follow_ups(by: Actor) -> QuerySet[FollowUp]:
    """Follow-ups in reach, the latest due first; a provider sees no names and is given rates instead."""
    rows = FollowUp.objects.select_related("person", "training_class", "institution").defer(
        "document", "person__id_number", "person__phone", "person__bank_account"
    )
    reached = in_reach(rows, by, organisation=None, person="person_id")
    return reached.order_by("-due_on", "-id")


def follow_up(follow_up_id: int, *, by: Actor) -> FollowUp:
    """One follow-up in reach, or NotFound."""
    found = follow_ups(by).filter(pk=follow_up_id).first()
    if found is None:
        raise NotFound()
    return found


def follow_up_for_update(follow_up_id: int, *, by: Actor) -> FollowUp:
    """The same, locked until the transaction ends, its document with it."""
    found = follow_ups(by).defer(None).select_for_update(of=("self",)).filter(pk=follow_up_id).first()
    if found is None:
        raise NotFound()
    return found


def follow_up_document(follow_up_id: int, *, by: Actor) -> tuple[str, str]:
    """(filename, content in base64) of what a learner sent, for whoever reaches the follow-up."""
    found = follow_ups(by).defer(None).filter(pk=follow_up_id).exclude(document_name="").first()
    if found is None:
        raise NotFound()
    return found.document_name, found.document


def outcome_rates(
    by: Actor, *, months: int | None = None, institution_id: int | None = None
) -> list[OutcomeRate]:
    """Rates by provider, occupation and months, in reach; a provider sees its own."""
    rows = in_reach(FollowUp.objects.all(), by)
    return _rates(rows, months, institution_id)


def public_rates(institution_id: int, region_code: str, on: date) -> list[OutcomeRate]:
    """What the public is told of one provider, over all occupations: rates of enough settled follow-ups."""
    least = number("follow_up", "rate_least_people", region_code, on)
    if least is None:
        return []
    rows = FollowUp.objects.filter(institution_id=institution_id).values(
        "institution_id", "institution__name", "months"
    )
    found = [
        OutcomeRate(
            row["institution_id"],
            row["institution__name"],
            "",
            *(row[name] for name in ("months", *_COUNTS)),
        )
        for row in rows.annotate(**_COUNTS).order_by("months")
    ]
    return [rate for rate in found if rate.employed + rate.jobless + rate.unknown >= max(least, 1)]


def classes_to_survey(on: date, region_codes: Iterable[str]) -> list[tuple[TrainingClass, str, date, date]]:
    """Classes whose round begins by the day and is not over: (class, round, opens on, last day)."""
    found = []
    for region in region_codes:
        for row in rounds(region, on):
            after, long = timedelta(days=row["after_days"]), timedelta(days=row["open_days"])
            classes = TrainingClass.objects.filter(
                region_code=region,
                status__in=("running", "finished"),
                ends_on__lte=on - after,
                ends_on__gt=on - after - long,
            ).exclude(pk__in=Survey.objects.filter(round_code=row["code"]).values("training_class"))
            for one in classes.order_by("pk"):
                opens_on = one.ends_on + after
                found.append((one, row["code"], opens_on, opens_on + long - timedelta(days=1)))
    return found


def classes_to_follow_up(on: date, region_codes: Iterable[str]) -> list[tuple[TrainingClass, int, date]]:
    """Finished classes whose follow-up falls due by the day and is not opened: (class, months, due on)."""
    found = []
    for region in region_codes:
        for months in follow_up_months(region, on):
            done = FollowUp.objects.filter(months=months).values("training_class")
            classes = TrainingClass.objects.filter(
                region_code=region, status="finished", ends_on__lte=months_after(on, -months)
            ).exclude(pk__in=done)
            found += [(c, months, months_after(c.ends_on, months)) for c in classes.order_by("pk")]
    return found


def regions_with_classes() -> list[str]:
    """The region codes of classes that are running or over."""
    rows = TrainingClass.objects.filter(status__in=("running", "finished")).order_by()
    return sorted(rows.values_list("region_code", flat=True).distinct())


def settled_in(institution_ids: Iterable[int], since: date, until: date) -> dict[int, tuple[int, int]]:
    """Institution → (employed, settled) of its follow-ups due in the period; those without any are left out.

    Whoever could not be reached counts as settled and not employed, as in every rate of the product.
    """
    rows = FollowUp.objects.filter(
        institution_id__in=list(institution_ids), due_on__gte=since, due_on__lt=until, status__in=_SETTLED
    )
    counted = rows.order_by().values_list("institution_id").annotate(n=_COUNTS["employed"], of=Count("pk"))
    return {pk: (n, of) for pk, n, of in counted}


def _rates(rows: QuerySet[FollowUp], months: int | None, institution_id: int | None) -> list[OutcomeRate]:
    if months is not None:
        rows = rows.filter(months=months)
    if institution_id is not None:
        rows = rows.filter(institution_id=institution_id)
    names = ("institution_id", "institution__name", "occupation_code", "months")
    grouped = rows.order_by().values(*names).annotate(**_COUNTS)
    return [
        OutcomeRate(*(row[name] for name in (*names, *_COUNTS)))
        for row in grouped.order_by("institution__name", "occupation_code", "months")
    ]
