"""Reading people. Sealed columns are left in the database unless a query's name says otherwise."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet, Subquery

from kaogong.access.bank_accounts import BankAccount, bank_accounts, on_account
from kaogong.access.sealing import blind_index, blind_indexes
from kaogong.gateways.registers import Answer, Whereabouts, read_facts
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound
from kaogong.kernel.id_number import IdNumber, tidy_id_number
from kaogong.kernel.region_code import RegionCode
from kaogong.kernel.writing import tidy_name

from ..models import ID_NUMBER, FileEntry, GroupMembership, Person, RegisterAnswer, RegisterAsking, Standing
from .merging import (  # noqa: F401
    all_ids_of,
    days_covered,
    merge,
    merges,
    merges_about,
    merges_to_decide,
    people_merged_since,
    rows_of,
    same_person_ids,
    standing_person_ids,
    whole,
)

SEALED = ("id_number", "phone", "bank_account")
_CHUNK = 10_000
STANDING_KINDS = Standing.KINDS
Same = Mapping[int, tuple[int, ...]]  # as same_person_ids gives it


@dataclass(frozen=True, slots=True)
class Places:
    """The three places that may answer for a person (A9); "" when not known."""

    household: str
    residence: str
    job: str


def _reachable(by: Actor) -> QuerySet[Person]:
    """People whose file the actor's region keeps or who belong to it by any of the three places (A9)."""
    rows = Person.objects.defer(*SEALED)
    if by.role == "system":
        return rows
    if by.person_id is not None:
        return rows.filter(pk__in=by.person_ids)
    if by.organisation_id is not None or by.own_unit or not by.region_code:
        return rows.none()
    prefix = RegionCode(by.region_code).prefix
    return rows.filter(
        Q(region_code__startswith=prefix)
        | Q(household_region_code__startswith=prefix)
        | Q(residence_region_code__startswith=prefix)
        | Q(job_region_code__startswith=prefix)
    )


def person(person_id: int, *, by: Actor) -> Person:
    """One person in reach; NotFound otherwise."""
    found = _reachable(by).filter(pk=person_id).first()
    if found is None:
        raise NotFound()
    return found


def person_for_update(person_id: int, *, by: Actor) -> Person:
    """The same, locked."""
    found = _reachable(by).select_for_update().filter(pk=person_id).first()
    if found is None:
        raise NotFound()
    return found


def people(by: Actor, text: str = "", *, among: QuerySet | Iterable[int] | None = None) -> QuerySet[Person]:
    """People in reach, newest first; ``text`` is a name, its beginning or end, or a whole identity number.

    ``among`` narrows to these person ids (those of a class, say).
    """
    rows = _reachable(by).order_by("-id")
    if among is not None:
        rows = rows.filter(pk__in=among)
    number, name = tidy_id_number(text), tidy_name(text)
    if not name:
        return rows
    if len(number) in (15, 18) and number[:-1].isdigit():
        if len(number) == 15:
            number = IdNumber.from_old(number).value if number.isdigit() else number
        borne = Person.objects.filter(id_number_index=blind_index(number, ID_NUMBER)).values_list(
            "pk", flat=True
        )
        stands = standing_person_ids(borne).values()
        # Whoever has only the merged row in reach still finds that.
        return (
            rows.filter(pk__in=[*stands])
            if rows.filter(pk__in=[*stands]).exists()
            else rows.filter(pk__in=borne)
        )
    # Each of these patterns yields a trigram even for two characters, which '%text%' does not.
    match = Q(name__startswith=name) | Q(name__endswith=name)
    if len(name) >= 3:
        match |= Q(name__contains=name)
    # As a subquery, so that the name's index is used before the order by id is thought of.
    return rows.filter(pk__in=Subquery(Person.objects.filter(match).values("pk")))


def people_by_id_numbers(id_numbers: Iterable[str]) -> dict[str, int]:
    """Identity number (18 characters, tidy) → person id of those registered; any number at once."""
    numbers = list(id_numbers)
    wanted = dict(zip(blind_indexes(numbers, ID_NUMBER), numbers, strict=True))
    rows = people_of_indexes(list(wanted), "id_number_index", "pk")
    return {wanted[bytes(index)]: pk for index, pk in rows}


def people_of_indexes(indexes: Sequence[bytes], *columns: str) -> Iterator[tuple]:
    """These columns of whoever bears one of the blind indexes; any number at once."""
    for start in range(0, len(indexes), _CHUNK):
        part = indexes[start : start + _CHUNK]
        # One parameter for all: as many parameters as people would cost more than the look-up itself.
        rows = Person.objects.extra(
            where=[
                "id_number_index = ANY(ARRAY(SELECT substring(%s::bytea FROM n * 16 + 1 FOR 16)"
                " FROM generate_series(0, %s) n))"
            ],
            params=[b"".join(part), len(part) - 1],
        )
        yield from rows.values_list(*columns)


def names_and_accounts(id_numbers: Sequence[str]) -> dict[str, tuple[int, str, str]]:
    """Identity number → (person id, name, masked bank account) of those registered.

    Of a person merged into another the id and account of the one that stands, the name under that number.
    """
    wanted = dict(zip(blind_indexes(id_numbers, ID_NUMBER), id_numbers, strict=True))
    rows = list(people_of_indexes(list(wanted), "id_number_index", "pk", "name", "bank_account_masked"))
    standing = standing_person_ids(pk for _index, pk, _name, _account in rows)
    others = {stands for pk, stands in standing.items() if pk != stands}
    accounts = dict(Person.objects.filter(pk__in=others).values_list("pk", "bank_account_masked"))
    return {
        wanted[bytes(index)]: (standing[pk], name, accounts.get(standing[pk], account))
        for index, pk, name, account in rows
    }


def standing_people_by_id_numbers(id_numbers: Iterable[str]) -> dict[str, int]:
    """As ``people_by_id_numbers``, but of a person merged into another the id of the one that stands."""
    found = people_by_id_numbers(id_numbers)
    standing = standing_person_ids(found.values())
    return {number: standing[pk] for number, pk in found.items()}


def people_named(person_ids: Iterable[int]) -> dict[int, Person]:
    """Person id → person, without the sealed columns."""
    return Person.objects.defer(*SEALED).in_bulk(list(person_ids))


def id_numbers_of(person_ids: Iterable[int]) -> dict[int, str]:
    """Person id → identity number in clear, for papers that must carry it; the caller records why."""
    return dict(Person.objects.filter(pk__in=list(person_ids)).values_list("pk", "id_number"))


def file_of(person_id: int) -> QuerySet[FileEntry]:
    """The lifelong file, oldest first (A2); of a person merged with another, the entries of both."""
    return FileEntry.objects.filter(person_id__in=same_person_ids([person_id])[person_id]).order_by(
        "on", "id"
    )


def entries_by_row(person_ids: Iterable[int]) -> dict[int, int]:
    """Person id → lines of the lifelong file entered under that very row, merged or not."""
    rows = FileEntry.objects.filter(person_id__in=list(person_ids)).order_by().values("person_id")
    return dict(rows.annotate(n=Count("pk")).values_list("person_id", "n"))


def memberships_of(person_id: int) -> QuerySet[GroupMembership]:
    """Every membership of one person, latest first; of a person merged with another, those of both."""
    return GroupMembership.objects.filter(person_id__in=same_person_ids([person_id])[person_id]).order_by(
        "-start_on", "group_code"
    )


def standings_of(person_id: int) -> QuerySet[Standing]:
    """Everything sources have said of one person's standing, latest first; of one merged, of both."""
    return Standing.objects.filter(person_id__in=same_person_ids([person_id])[person_id]).order_by(
        "-start_on", "kind"
    )


def groups_on(person_ids: Iterable[int], on: date, *, same: Same | None = None) -> dict[int, list[str]]:
    """Person id → codes of the groups they belong to on the day, in order; [] when none (A5, A6).

    Of a person merged with another, what holds of either; ``same`` where the caller has looked already.
    """
    same = same_person_ids(person_ids) if same is None else same
    rows = _on(GroupMembership.objects.filter(person_id__in=_ids(same)), on).order_by("group_code")
    borne: dict[int, list[str]] = {}
    for pk, code in rows.values_list("person_id", "group_code"):
        borne.setdefault(pk, []).append(code)
    if all(len(group) == 1 for group in same.values()):
        return {pk: borne.get(pk, []) for pk in same}
    return {pk: sorted({code for one in group for code in borne.get(one, ())}) for pk, group in same.items()}


def standing_on(person_ids: Iterable[int], kind: str, on: date) -> dict[int, bool]:
    """Person id → whether it holds on the day; a missing key means that no source has said."""
    return {person_id: holds for (_, person_id), holds in standings_on(person_ids, (kind,), on).items()}


def standings_on(
    person_ids: Iterable[int], kinds: Sequence[str], on: date, *, same: Same | None = None
) -> dict[tuple[str, int], bool]:
    """(kind, person id) → whether it holds on the day, of several kinds in one query.

    Of a person merged with another what was said of the row that stands, else of the other.
    """
    same = same_person_ids(person_ids) if same is None else same
    rows = _on(Standing.objects.filter(person_id__in=_ids(same), kind__in=kinds), on)
    said = {(kind, pk): holds for kind, pk, holds in rows.values_list("kind", "person_id", "holds")}
    found = {}
    for pk, group in same.items():
        for kind in kinds:
            told = [said[kind, one] for one in group if (kind, one) in said]
            if told:
                found[kind, pk] = told[0]
    return found


def employers_on(person_ids: Iterable[int], on: date) -> dict[int, set[str]]:
    """Person id → the employers some source says insured them on the day; those without one are left out.

    Of a person merged with another, those of both.
    """
    asked = rows_of(same_person_ids(person_ids))
    rows = _on(Standing.objects.filter(person_id__in=list(asked), kind="insured", holds=True), on)
    found: dict[int, set[str]] = {}
    for row, employer in rows.exclude(employer="").values_list("person_id", "employer"):
        for pk in asked[row]:
            found.setdefault(pk, set()).add(employer)
    return found


def places_of(person_ids: Iterable[int]) -> dict[int, Places]:
    """Person id → the three places (A9)."""
    rows = Person.objects.filter(pk__in=list(person_ids)).values_list(
        "pk", "household_region_code", "residence_region_code", "job_region_code"
    )
    return {pk: Places(*places) for pk, *places in rows}


def bank_accounts_of(person_ids: Iterable[int]) -> dict[int, BankAccount]:
    """Person id → where they are paid, in clear; people without an account are left out."""
    return bank_accounts(Person.objects.filter(pk__in=list(person_ids)))


def people_sharing_account(person_ids: Iterable[int]) -> dict[int, int]:
    """Person id → how many people are registered on the same bank account, where more than one."""
    mine = dict(
        Person.objects.filter(pk__in=list(person_ids), bank_account_index__isnull=False).values_list(
            "pk", "bank_account_index"
        )
    )
    shared = dict(
        Person.objects.filter(bank_account_index__in=list(mine.values()))
        .values("bank_account_index")
        .annotate(n=Count("pk"))
        .filter(n__gt=1)
        .values_list("bank_account_index", "n")
    )
    counts = {bytes(index): count for index, count in shared.items()}
    return {pk: counts[bytes(index)] for pk, index in mine.items() if bytes(index) in counts}


def people_on_account(account: str) -> QuerySet[Person]:
    """Everyone registered on one bank account."""
    return on_account(Person.objects.defer(*SEALED), account)


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """What a register said on ``asked_on``, and the fingerprint of what it was asked."""

    answer: Answer
    asked_on: date
    question: bytes


def register_answers_of(
    id_numbers: Sequence[str], kinds: Sequence[str], *, asked_on: date | None = None
) -> dict[tuple[str, str], KeptAnswer]:
    """(kind, identity number) → the latest answer kept (of that day alone when one is given)."""
    wanted = dict(zip(blind_indexes(id_numbers, ID_NUMBER), id_numbers, strict=True))
    rows = RegisterAnswer.objects.filter(id_number_index__in=list(wanted), kind__in=kinds)
    if asked_on is not None:
        rows = rows.filter(asked_on=asked_on)
    rows = rows.order_by("kind", "id_number_index", "-id").distinct("kind", "id_number_index")
    return {(row.kind, wanted[bytes(row.id_number_index)]): _as_answer(row) for row in rows}


def register_answers_about(
    person_ids: Iterable[int], kinds: Sequence[str]
) -> dict[tuple[str, int], KeptAnswer]:
    """(kind, person id) → the latest answer kept."""
    by_index = {
        bytes(index): pk
        for pk, index in Person.objects.filter(pk__in=list(person_ids)).values_list("pk", "id_number_index")
    }
    rows = RegisterAnswer.objects.filter(id_number_index__in=list(by_index), kind__in=kinds)
    rows = rows.order_by("kind", "id_number_index", "-id").distinct("kind", "id_number_index")
    return {(row.kind, by_index[bytes(row.id_number_index)]): _as_answer(row) for row in rows}


def whereabouts_told(person_ids: Sequence[int]) -> Iterator[tuple[int, Whereabouts]] | None:
    """(person id, a shift, a stay or a sitting) as the register of hours last answered; None where it never was.

    Of hours asked about twice the later answer stands; a stretch told in several answers comes once.
    """
    if not RegisterAnswer.objects.filter(kind="hours").exists():
        return None
    by_index = {
        bytes(index): pk
        for pk, index in Person.objects.filter(pk__in=person_ids).values_list("pk", "id_number_index")
    }
    rows = RegisterAnswer.objects.filter(kind="hours", id_number_index__in=list(by_index))
    rows = rows.order_by("id_number_index", "question", "-id").distinct("id_number_index", "question")
    answers = list(rows)
    if not answers:
        return None
    found = {
        (by_index[bytes(row.id_number_index)], one): None
        for row in answers
        if (facts := _as_answer(row).answer.facts) is not None
        for one in facts.found
    }
    return iter(found)


def register_history(person_id: int, *, by: Actor) -> QuerySet[RegisterAnswer]:
    """Everything outside registers have said of one person in reach, latest first."""
    found = person(person_id, by=by)
    rows = RegisterAnswer.objects.filter(id_number_index=bytes(found.id_number_index))
    return rows.select_related("asking").order_by("-id")


def register_askings(by: Actor) -> QuerySet[RegisterAsking]:
    """Askings in reach, latest first."""
    rows = RegisterAsking.objects.order_by("-id")
    if by.role == "system":
        return rows
    narrow = by.organisation_id is not None or by.person_id is not None or by.own_unit
    if narrow or not by.region_code:
        return rows.none()
    return rows.filter(region_code__startswith=RegionCode(by.region_code).prefix)


def _as_answer(row: RegisterAnswer) -> KeptAnswer:
    raw = json.loads(row.facts) if row.facts else None
    facts = read_facts(row.kind, raw) if raw is not None else None
    answer = Answer(row.status, row.source, row.as_of, facts, raw)
    return KeptAnswer(answer, row.asked_on, bytes(row.question))


def _ids(same: Same) -> list[int]:
    return [one for group in same.values() for one in group]


def _on(rows: QuerySet, day: date) -> QuerySet:
    return rows.filter(Q(end_on__isnull=True) | Q(end_on__gt=day), start_on__lte=day)
