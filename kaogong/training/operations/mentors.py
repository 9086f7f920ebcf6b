"""Apprentices: the contract with the firm, a mentor there and one in the school."""

from datetime import date, datetime

from django.db import transaction

from kaogong.access.permissions import Permission
from kaogong.institutions.models import Institution, Trainer
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound, Refused
from kaogong.kernel.writing import tidy
from kaogong.trail.operations import record, require_may
from kaogong.training import queries
from kaogong.training.models import Apprenticeship, Enrolment


class MentorsSamePerson(Refused):
    """企业导师和学校导师是同一个人（{name}），须由两人担任。"""


class ContractDatesWrong(Refused):
    """学徒合同的止日{ends_on}应晚于起日{starts_on}。"""


class ContractDoesNotCover(Refused):
    """学徒合同{starts_on}至{ends_on}没有包括本班的{begins}至{finishes}。"""


class ApprenticeClassOver(Refused):
    """班级{number}已是“{state}”，学徒合同和导师不能再改。"""


@transaction.atomic
def name_mentors(
    enrolment_id: int,
    *,
    firm_mentor_id: int,
    school_mentor_id: int,
    starts_on: date,
    ends_on: date,
    by: Actor,
    at: datetime,
    contract_number: str = "",
) -> Apprenticeship:
    """Say who mentors one learner in the firm and in the school, and from when to when the contract runs."""
    require_may(by, Permission.DRAFT_CLASS, "登记学徒合同和导师")
    enrolment = queries.enrolment_for_update(enrolment_id, by=by)
    training_class = enrolment.training_class
    if training_class.status in ("finished", "cancelled"):
        raise ApprenticeClassOver(number=training_class.number, state=training_class.get_status_display())
    if ends_on <= starts_on:
        raise ContractDatesWrong(starts_on=starts_on, ends_on=ends_on)
    if starts_on > training_class.starts_on or ends_on < training_class.ends_on:
        raise ContractDoesNotCover(
            starts_on=starts_on,
            ends_on=ends_on,
            begins=training_class.starts_on,
            finishes=training_class.ends_on,
        )
    school = _mentor(school_mentor_id, [training_class.institution_id])
    firm = _mentor(firm_mentor_id, [training_class.institution_id, *_employer_ids(enrolment)])
    if firm.pk == school.pk or bytes(firm.id_number_index) == bytes(school.id_number_index):
        raise MentorsSamePerson(name=firm.name)
    given = {
        "firm_mentor": firm,
        "school_mentor": school,
        "starts_on": starts_on,
        "ends_on": ends_on,
        "contract_number": tidy(contract_number)[:60],
    }
    apprenticeship, is_new = Apprenticeship.objects.update_or_create(enrolment=enrolment, defaults=given)
    record(
        "class.mentored", training_class, by=by, at=at, enrolment=enrolment.pk, firm=firm.pk, school=school.pk,
        starts_on=str(starts_on), ends_on=str(ends_on), is_new=is_new,
    )  # fmt: skip
    return apprenticeship


def _mentor(trainer_id: int, institution_ids: list[int]) -> Trainer:
    rows = Trainer.objects.defer("id_number").filter(institution_id__in=institution_ids)
    found = rows.filter(pk=trainer_id).first()
    if found is None:
        raise NotFound()
    return found


def _employer_ids(enrolment: Enrolment) -> list[int]:
    """The firm named in the filing, when it is registered: its own people may mentor."""
    filing = getattr(enrolment.training_class, "filing", None)
    code = filing.answers.get("employer_credit_code") if filing else None
    return list(Institution.objects.filter(credit_code=code).values_list("pk", flat=True)) if code else []
