"""Reading applications for recognition, their conditions, papers and visits."""

from datetime import date

from django.db.models import Case, Count, F, Q, QuerySet, When

from kaogong.access.queries import in_reach
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound
from kaogong.kernel.working_days import add_working_days

from ..models import (
    ApplicationCondition,
    ApplicationPaper,
    Contract,
    RecognitionApplication,
    SiteVisit,
    Tender,
)
from ..states import OPEN_APPLICATION
from .conduct import conduct_of, value_of

PURPOSES = RecognitionApplication.PURPOSES
ROUTES = RecognitionApplication.ROUTES
AUDIENCES = Contract.AUDIENCES
ARRANGEMENTS = Contract.ARRANGEMENTS
WAITING_FOR_BUREAU = ("submitted", "accepted", "visited", "approved", "contracted", "published")


def _reachable(by: Actor) -> QuerySet[RecognitionApplication]:
    rows = in_reach(RecognitionApplication.objects.all(), by)
    if by.organisation_id is None and by.role != "system":
        rows = rows.exclude(status="drafted")  # what a body has not handed in is its own
    return rows


def applications(by: Actor) -> QuerySet[RecognitionApplication]:
    """Applications in reach: what the bureau has to do first, the longest waiting first; what is over last."""
    return (
        _reachable(by)
        .select_related("institution", "contract")
        .defer("institution__bank_account")
        .annotate(
            unsure=Count("conditions", filter=Q(conditions__verdict="ask"), distinct=True),
            failed=Count("conditions", filter=Q(conditions__verdict="no"), distinct=True),
        )
        .order_by(
            Case(
                When(status__in=WAITING_FOR_BUREAU, then=0),
                When(status__in=OPEN_APPLICATION, then=1),
                default=2,
            ),
            F("submitted_at").asc(nulls_last=True),
            "id",
        )
    )


def applications_waiting(by: Actor) -> QuerySet[RecognitionApplication]:
    """Those the bureau has yet to take a step further."""
    return _reachable(by).filter(status__in=WAITING_FOR_BUREAU)


def application(application_id: int, *, by: Actor) -> RecognitionApplication:
    """One application in reach; NotFound otherwise."""
    rows = _reachable(by).select_related("institution", "contract", "notice", "earlier", "tender")
    found = rows.defer("institution__bank_account").filter(pk=application_id).first()
    if found is None:
        raise NotFound()
    return found


def application_for_update(application_id: int, *, by: Actor) -> RecognitionApplication:
    """The same, locked."""
    found = _reachable(by).select_for_update(of=("self",)).filter(pk=application_id).first()
    if found is None:
        raise NotFound()
    return found


def open_application(institution_id: int) -> RecognitionApplication | None:
    """The application of a body that is still under way, the latest."""
    rows = RecognitionApplication.objects.filter(institution_id=institution_id, status__in=OPEN_APPLICATION)
    return rows.order_by("-id").first()


def conditions(application_id: int) -> QuerySet[ApplicationCondition]:
    return ApplicationCondition.objects.filter(application_id=application_id).order_by("sequence")


def condition(condition_id: int, *, by: Actor) -> ApplicationCondition:
    """One condition of an application in reach; NotFound otherwise."""
    found = (
        ApplicationCondition.objects.filter(pk=condition_id, application__in=_reachable(by))
        .select_related("application__institution")
        .defer("application__institution__bank_account")
        .first()
    )
    if found is None:
        raise NotFound()
    return found


def papers(application_id: int) -> QuerySet[ApplicationPaper]:
    """Papers of an application without their content."""
    rows = ApplicationPaper.objects.filter(application_id=application_id)
    return rows.defer("content").order_by("condition_code", "id")


def paper(paper_id: int, *, by: Actor) -> ApplicationPaper:
    """One paper with its content, of an application in reach."""
    found = ApplicationPaper.objects.filter(pk=paper_id, application__in=_reachable(by)).first()
    if found is None:
        raise NotFound()
    return found


def visits(application_id: int) -> QuerySet[SiteVisit]:
    return SiteVisit.objects.filter(application_id=application_id).order_by("-visited_on", "-id")


def visit_items(region_code: str, on: date) -> list[dict]:
    """Lines of the site visit's sheet as the region gives them on the day."""
    return [dict(row) for row in conduct_of(region_code, "recognition", on).table("visit_sheet").rows]


def tenders(by: Actor) -> QuerySet[Tender]:
    """Filed tender results in reach, the latest first; a body sees those it won."""
    rows = in_reach(Tender.objects.all(), by, organisation="awards__institution_id")
    return rows.annotate(winners=Count("awards", distinct=True)).order_by("-awarded_on", "-id")


def tenders_won(institution_id: int) -> QuerySet[Tender]:
    return Tender.objects.filter(awards__institution_id=institution_id).order_by("-awarded_on")


def contracts_ending_soon(by: Actor, on: date) -> QuerySet[Contract]:
    """Contracts in force that end within the reminder's days and have no renewal under way."""
    days = value_of(conduct_of(by.region_code or "370000", "recognition", on), "reminder_days") or 0
    under_way = RecognitionApplication.objects.filter(
        purpose="renewal", status__in=(*OPEN_APPLICATION, "in_force")
    ).values("earlier_id")
    return (
        in_reach(Contract.objects.filter(status="recognised"), by)
        .filter(ends_on__gt=on, ends_on__lte=add_working_days(on, days))
        .exclude(pk__in=under_way)
        .select_related("institution")
        .defer("institution__bank_account")
        .order_by("ends_on", "id")
    )


def renew_by(contract: Contract, on: date) -> date | None:
    """The last day to ask for renewal of a contract; None while nothing sets one."""
    days = value_of(conduct_of(contract.region_code, "recognition", on), "renewal_days")
    return None if days is None else add_working_days(contract.ends_on, -days)
