"""The facts one grant is judged on: what is on file, what was declared and proven, what was determined."""

from dataclasses import replace
from datetime import date
from typing import Any

from kaogong.catalog import queries as catalog
from kaogong.certificates.models import Certificate
from kaogong.claims.queries.known import Known
from kaogong.people import queries as people
from kaogong.rules import Earlier, Facts
from kaogong.training.models import Enrolment

from ..models import Grant, Instalment
from ..states import ENTITLED
from .bought import items_fen
from .fetching import facts_told
from .months import APPROVED_CLASS, OnFile, on_file, rank
from .yearly import confirmed_score

# The published list that names the occupations of an award.
AWARD_LISTS = {"employer_award": "award_occupations"}
MONTHS = {"yearly": 12, "monthly": 1}


def facts_of(
    grant: Grant, on: date, *, but: Instalment | None = None, list_file: OnFile | None = None
) -> Facts:
    """Everything known of a grant on a day; told facts fill what no file knows.

    ``list_file``: what is on file of a whole list already, so that each of its grants costs no more reading.
    """
    known = _of_list(grant, on, list_file) if grant.month is not None else _on_file(grant, on)
    told = {fact: row.value for fact, row in facts_told(grant.pk).items()}
    told |= {"months": MONTHS[grant.rhythm]} if grant.rhythm in MONTHS else {}
    if grant.person_id is None and (cost_fen := items_fen(grant.pk)) is not None:
        told["cost_fen"] = cost_fen
    told |= _award_list(grant, on, told)
    filed = known.to_dict()
    return replace(
        known,
        **{fact: value for fact, value in told.items() if filed.get(fact) is None},
        history=(*(known.history or ()), *earlier_grants(grant, but=but)),
    )


def _award_list(grant: Grant, on: date, told: dict[str, Any]) -> dict[str, Any]:
    """Whether the person holds a certificate of an occupation on the award list in force on the day (B4).

    Nothing where no list is in force or nobody holds anything: then it is determined by hand, as are majors.
    """
    if grant.person_id is None or (kind := AWARD_LISTS.get(grant.counts_as)) is None:
        return {}
    listed = catalog.listed_occupations(grant.region_code[:6], on, list_kind=kind)
    if listed is None:
        return {}
    held = Certificate.objects.filter(person_id__in=_rows(grant), status="issued", issued_on__lte=on)
    codes = set(held.values_list("occupation_code", flat=True))
    if codes & listed:
        return {"on_award_list": True}
    return {"on_award_list": told.get("on_award_list", False)} if codes else {}


def _of_list(grant: Grant, on: date, file: OnFile | None) -> Facts:
    """One month of one person of a list: the person's own file, and the attendance of that month."""
    file = file or on_file(grant.grant_list, [grant.person_id], on)
    held = file.certificates.get(grant.person_id)
    known = file.known.facts(grant.person_id, grant.region_code[:6], on, held)
    return replace(known, **file.of_month(grant.person_id))


def _on_file(grant: Grant, on: date) -> Facts:
    region = grant.region_code[:6]
    if grant.person_id is None:
        return Facts(
            serving_region_code=region,
            bank_account_present=grant.institution.bank_account_index is not None,
            score=confirmed_score(grant.institution_id, on),
            history=(),
        )
    known = Known([grant.person_id]).facts(grant.person_id, region, on, _certificate(grant, on))
    known = replace(known, **_of_class(grant, on))
    if grant.institution_id is not None:
        account = grant.institution.bank_account_index is not None
        known = replace(known, bank_account_present=account, history=())
    return known


def _rows(grant: Grant) -> tuple[int, ...]:
    """Every row of the person a grant is about."""
    return people.same_person_ids([grant.person_id])[grant.person_id]


def _certificate(grant: Grant, on: date) -> Certificate | None:
    """The person's highest certificate of the day that stands."""
    rows = Certificate.objects.filter(person_id__in=_rows(grant), status="issued", issued_on__lte=on)
    return min(rows, key=rank, default=None)


def _of_class(grant: Grant, on: date) -> dict[str, Any]:
    """The class the person sits or sat in last, for allowances that go with one."""
    rows = Enrolment.objects.filter(person_id__in=_rows(grant), status="enrolled")
    rows = rows.filter(
        training_class__starts_on__lte=on, training_class__status__in=APPROVED_CLASS
    ).select_related("training_class")
    found = rows.order_by("-training_class__starts_on", "-id").first()
    if found is None:
        return {"class_approved": False}
    return {
        "class_approved": True,
        "class_started_on": found.training_class.starts_on,
        "class_ended_on": found.training_class.ends_on,
    }


def earlier_grants(grant: Grant, *, but: Instalment | None = None) -> tuple[Earlier, ...]:
    """Sums set aside or paid before for the same person, or the same body where the grant is about no person."""
    rows = Instalment.objects.filter(status__in=ENTITLED).select_related("grant")
    if grant.person_id is not None:
        rows = rows.filter(grant__person_id__in=_rows(grant))
    else:
        rows = rows.filter(grant__institution_id=grant.institution_id, grant__person__isnull=True)
    if but is not None:
        rows = rows.exclude(pk=but.pk)
    return tuple(
        Earlier(
            occupation_code="",
            level=0,
            event_on=row.due_on,
            status="paid" if row.status == "paid" else "reserved",
            reference=row.reference,
            amount_fen=row.amount_fen,
            paid_on=row.paid_on,
            component=row.grant.counts_as,
            region_code=row.grant.region_code[:6],
            scheme=row.grant.scheme_code,
        )
        for row in rows
    )
