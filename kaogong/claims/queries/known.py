"""What is on file of many people at once: standings, groups, places, classes behind their certificates."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Count, Q, Sum

from kaogong.certificates.models import Certificate
from kaogong.institutions import queries as institutions
from kaogong.people import queries as people
from kaogong.people.models import GroupMembership, Person, Standing
from kaogong.rules import Earlier, Facts
from kaogong.training import queries as training
from kaogong.training.models import Enrolment

from ..models import ClaimLine
from ..states import STANDING
from .earlier import history
from .gathering import certificate_level, hours_that_count, of_certificate, of_fee

_SEX = {"1": "male", "2": "female"}


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Something that holds, or does not, from one day to another."""

    word: str
    holds: bool
    start_on: date
    end_on: date | None

    def covers(self, on: date) -> bool:
        return self.start_on <= on and (self.end_on is None or on < self.end_on)


class Known:
    """What is on file of these people, read in a dozen queries however many they are."""

    def __init__(self, person_ids: Iterable[int]) -> None:
        self.ids = list(person_ids)
        self.same = people.same_person_ids(self.ids)
        self.rows = [pk for group in self.same.values() for pk in group]  # merged people: every row of theirs
        self.people: dict[int, Person] = people.people_named(self.ids)
        self._recognised: dict[tuple, tuple[bool, bool]] = {}
        self._counted: dict[int, dict[int, dict[str, Any]]] = {}

    @cached_property
    def _groups(self) -> dict[int, list[_Stretch]]:
        rows = GroupMembership.objects.filter(person_id__in=self.rows).order_by("group_code")
        return self._by_person(
            (pk, _Stretch(code, True, start, end))
            for pk, code, start, end in rows.values_list("person_id", "group_code", "start_on", "end_on")
        )

    @cached_property
    def _standings(self) -> dict[int, list[_Stretch]]:
        rows = Standing.objects.filter(person_id__in=self.rows)
        return self._by_person(
            (pk, _Stretch(kind, holds, start, end))
            for pk, kind, holds, start, end in rows.values_list(
                "person_id", "kind", "holds", "start_on", "end_on"
            )
        )

    @cached_property
    def _history(self) -> dict[int, tuple[Earlier, ...]]:
        return history(self.ids, same=self.same)

    @cached_property
    def _enrolments(self) -> dict[int, list[Enrolment]]:
        """Finished classes of these people that no claim of theirs stands for, the latest first."""
        rows = (
            Enrolment.objects.filter(
                person_id__in=self.rows, status="enrolled", training_class__status="finished"
            )
            .exclude(claim_lines__in=ClaimLine.objects.filter(status__in=STANDING))
            .select_related("training_class")
            .annotate(
                hours=Sum("attendances__hours_hundredths"),
                days=Count(
                    "attendances__session__on",
                    filter=Q(attendances__hours_hundredths__gt=0),
                    distinct=True,
                ),
            )
            .order_by("-training_class__starts_on", "-id")
        )
        return self._by_person((enrolment.person_id, enrolment) for enrolment in rows)

    def _by_person(self, pairs: Iterable[tuple[int, Any]]) -> dict[int, list[Any]]:
        """Person → what is on file of them: first what their own standing row says, then the others."""
        found: dict[int, list[Any]] = defaultdict(list)
        for row, told in pairs:
            found[row].append(told)
        return {
            pk: [told for row in group for told in found[row]]
            for pk, group in self.same.items()
            if any(row in found for row in group)
        }

    @cached_property
    def _fees(self) -> dict[int, training.Fee]:
        return training.fees_of(row for rows in self._enrolments.values() for row in rows)

    def asked(self, row: int) -> int:
        """The person asked about whose row this is."""
        return row if row in self.same else people.rows_of(self.same)[row][0]

    def standing(self, person_id: int, kind: str, on: date) -> bool | None:
        """Whether it holds on the day; None when no source has said."""
        return next(
            (s.holds for s in self._standings.get(person_id, ()) if s.word == kind and s.covers(on)), None
        )

    def groups(self, person_id: int, on: date) -> tuple[str, ...]:
        return tuple(dict.fromkeys(s.word for s in self._groups.get(person_id, ()) if s.covers(on)))

    def insured_months(self, person_id: int, on: date) -> int | None:
        """Whole months insured up to the day; None where nothing is known of insurance."""
        known = [s for s in self._standings.get(person_id, ()) if s.word == "insured"]
        if not known:
            return None
        return people.days_covered([(s.start_on, s.end_on) for s in known if s.holds], on) * 12 // 365

    def class_behind(self, certificate: Certificate) -> Enrolment | None:
        """The unclaimed class a certificate came of: its occupation, begun before it was issued."""
        return next(
            (
                enrolment
                for enrolment in self._enrolments.get(self.asked(certificate.person_id), ())
                if enrolment.training_class.occupation_code == certificate.occupation_code
                and enrolment.training_class.starts_on <= certificate.issued_on
            ),
            None,
        )

    def facts(
        self, person_id: int, region_code: str, on: date, certificate: Certificate | None = None
    ) -> Facts:
        """Everything known of one person for a claim on the day, with a certificate of theirs or without.

        What only an event could tell (a class, a contract, an approval) stays unknown where there was none.
        """
        person = self.people[person_id]
        enrolment = self.class_behind(certificate) if certificate else None
        began = enrolment.training_class.starts_on if enrolment else on
        return Facts(
            birth_on=person.born_on,
            sex=_SEX.get(person.sex),
            identity_verified=True,  # nobody is registered without a whole number that agrees
            receives_pension=self.standing(person_id, "pension", on),
            insured=self.standing(person_id, "insured", on),
            insured_months=self.insured_months(person_id, on),
            groups=self.groups(person_id, began),
            household_region_code=person.household_region_code[:6] or None,
            residence_region_code=person.residence_region_code[:6] or None,
            job_region_code=person.job_region_code[:6] or None,
            serving_region_code=region_code[:6],
            bank_account_present=person.bank_account_index is not None,
            history=self._history[person_id],
            **of_certificate(certificate),
            **(self._of_class(enrolment) if enrolment else {}),
        )

    def _of_class(self, enrolment: Enrolment) -> dict[str, Any]:
        training_class = enrolment.training_class
        recognised, in_scope = self._recognition(training_class)
        return {
            "class_occupation_code": training_class.occupation_code,
            "class_level": certificate_level(training_class.level_code),
            "class_certificate_kind": training_class.certificate_kind,
            "class_started_on": training_class.starts_on,
            "class_ended_on": training_class.ends_on,
            "class_approved": True,
            "provider_recognised_on_day": recognised,
            "occupation_in_scope": in_scope,
            "hours_planned": str(training_class.hours_theory + training_class.hours_practice),
            "hours_attended": _decimal(enrolment.hours or 0),
            "days_attended": str(enrolment.days),
            **self._hours_that_count(enrolment),
            **of_fee(self._fees.get(enrolment.pk)),
        }

    def _hours_that_count(self, enrolment: Enrolment) -> dict[str, Any]:
        """What of an enrolment's hours counts; worked out once for each class."""
        class_id = enrolment.training_class_id
        if class_id not in self._counted:
            self._counted[class_id] = hours_that_count(enrolment.training_class)
        return self._counted[class_id].get(enrolment.pk, {})

    def _recognition(self, training_class: Any) -> tuple[bool, bool]:
        """Whether the provider and the class's occupation were under contract on its first day."""
        key = (
            training_class.institution_id, training_class.occupation_code, training_class.level_code,
            training_class.starts_on,
        )  # fmt: skip
        if key not in self._recognised:
            institution_id, occupation, level, began = key
            self._recognised[key] = (
                institutions.is_recognised_on(institution_id, began),
                institutions.is_in_scope(institution_id, occupation, level, began),
            )
        return self._recognised[key]


def unclaimed_certificates(person_ids: Sequence[int]) -> list[Certificate]:
    """Standing certificates of these people that no claim stands for, the earliest first."""
    rows = Certificate.objects.filter(person_id__in=person_ids, status="issued")
    return list(
        rows.exclude(claim_lines__in=ClaimLine.objects.filter(status__in=STANDING)).order_by(
            "person_id", "issued_on", "id"
        )
    )


def _decimal(hundredths: int) -> str:
    return f"{hundredths // 100}.{hundredths % 100:02d}"
