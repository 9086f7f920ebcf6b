"""Asking outside registers about people: recorded in the trail, kept with their day, never a refusal."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from kaogong.access.permissions import Permission
from kaogong.access.sealing import blind_indexes
from kaogong.gateways import registers
from kaogong.gateways.registers import KNOWN, NOT_CONNECTED, NOT_FOUND, UNAVAILABLE, Answer, Question
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotPermitted, ReasonMissing
from kaogong.trail.operations import record

from .. import queries
from ..models import ID_NUMBER, RegisterAnswer, RegisterAsking

QUESTION = "people.registeranswer.question"
Span = tuple[str, datetime, datetime]  # an identity number, from, until


@dataclass(slots=True)
class Answers:
    """Answers by kind and identity number; whoever was not asked is 未接入 or 未能核对 as the case is."""

    found: dict[tuple[str, str], Answer] = field(default_factory=dict)

    def of(self, kind: str, id_number: str) -> Answer:
        return self.found.get((kind, id_number)) or Answer(NOT_CONNECTED)

    def count(self, kind: str, status: str) -> int:
        return sum(k == kind and answer.status == status for (k, _), answer in self.found.items())

    @property
    def unavailable(self) -> tuple[str, ...]:
        """The kinds somebody could not be checked against."""
        return tuple(
            dict.fromkeys(kind for (kind, _), answer in self.found.items() if answer.status == UNAVAILABLE)
        )


@transaction.atomic
def ask_registers(
    names: Mapping[str, str],
    *,
    kinds: Sequence[str],
    by: Actor,
    at: datetime,
    reason: str,
    region_code: str = "",
) -> Answers:
    """Ask the connected registers of these kinds about people: identity number → name ("" when not in question).

    What a register has said today is used again, not asked twice; for the identity register only with the
    same name. Kinds not connected are left out; nothing raises but a missing right or reason.
    """
    _require_may(by, reason)
    wanted = [kind for kind in kinds if kind in registers.connected()]
    numbers = list(names)
    if not wanted or not numbers:
        return Answers()
    today = timezone.localtime(at).date()
    kept = queries.register_answers_of(numbers, wanted, asked_on=today)
    answers = Answers()
    asked: dict[str, list[Question]] = {}
    for kind in wanted:
        for number in numbers:
            name = names[number] if kind == "identity" else ""
            question = registers.about(number, name)
            earlier = kept.get((kind, number))
            if earlier is not None and earlier.question == _prints([question])[0]:
                answers.found[kind, number] = earlier.answer
            else:
                asked.setdefault(kind, []).append(question)
    for kind, told in registers.ask_many(asked, reason=reason).items():
        keep_answers(kind, asked[kind], told, by=by, at=at, reason=reason, region_code=region_code)
        answers.found |= {(kind, number): answer for number, answer in told.items()}
    return answers


@transaction.atomic
def ask_register(
    kind: str,
    questions: Sequence[Question],
    *,
    by: Actor,
    at: datetime,
    reason: str,
    region_code: str = "",
) -> dict[str, Answer]:
    """Ask one register anything (hours, faces, messages): question key → answer. The asking is recorded.

    Of faces and messages the answer itself is the caller's to keep; a photograph or a phone is kept nowhere.
    """
    _require_may(by, reason)
    told = registers.ask(kind, questions, reason=reason)
    if kind in registers.connected() and questions:
        keep_answers(kind, questions, told, by=by, at=at, reason=reason, region_code=region_code)
    return told


@transaction.atomic
def ask_hours(
    spans: Sequence[Span], *, by: Actor, at: datetime, reason: str, region_code: str = ""
) -> dict[str, int]:
    """Ask where people were at such hours, if that register is connected: status → how many said so.

    Hours once answered are not asked about again.
    """
    _require_may(by, reason)
    if "hours" not in registers.connected() or not spans:
        return {}
    questions = {span: registers.at_hours(str(n), *span) for n, span in enumerate(dict.fromkeys(spans))}
    prints = dict(zip(questions, _prints(list(questions.values())), strict=True))
    about = set(blind_indexes((number for number, *_ in questions), ID_NUMBER))
    known = RegisterAnswer.objects.filter(kind="hours", id_number_index__in=about)
    answered = {bytes(one) for one in known.values_list("question", flat=True)}
    fresh = [question for span, question in questions.items() if prints[span] not in answered]
    told = ask_register("hours", fresh, by=by, at=at, reason=reason, region_code=region_code) if fresh else {}
    return dict(Counter(answer.status for answer in told.values()))


def keep_answers(
    kind: str,
    questions: Sequence[Question],
    told: Mapping[str, Answer],
    *,
    by: Actor,
    at: datetime,
    reason: str,
    region_code: str,
) -> RegisterAsking:
    """Keep one asking and the answers that said something, and say so in the trail."""
    tally = dict.fromkeys((KNOWN, NOT_FOUND, UNAVAILABLE), 0)
    for question in questions:
        tally[told[question.key].status] += 1
    source = next((answer.source for answer in told.values() if answer.source), "")
    asking = RegisterAsking.objects.create(
        kind=kind,
        source=source[:60],
        reason=reason[:200],
        asked_at=at,
        asked_by=by.name,
        region_code=region_code or by.region_code,
        asked=len(questions),
        **tally,
    )
    record(
        "register.asked",
        by=by,
        at=at,
        reason=reason,
        subject_id=asking.pk,
        label=f"{registers.KINDS[kind]} {len(questions)}",
        kind=kind,
        source=source,
        asked=len(questions),
        **tally,
    )
    of_people = [
        q
        for q in questions
        if kind != "face" and "id_number" in q.told and told[q.key].status in (KNOWN, NOT_FOUND)
    ]
    if of_people:
        _keep(asking, of_people, told, at)
    return asking


def _keep(
    asking: RegisterAsking, questions: list[Question], told: Mapping[str, Answer], at: datetime
) -> None:
    numbers = blind_indexes((str(q.told["id_number"]) for q in questions), ID_NUMBER)
    prints = _prints(questions)
    asked_on = timezone.localtime(at).date()
    rows = []
    for question, number, fingerprint in zip(questions, numbers, prints, strict=True):
        answer = told[question.key]
        facts = json.dumps(answer.raw, ensure_ascii=False) if answer.raw is not None else ""
        rows.append(
            RegisterAnswer(
                asking=asking,
                kind=asking.kind,
                id_number_index=number,
                question=fingerprint,
                status=answer.status,
                source=answer.source,
                as_of=answer.as_of,
                asked_on=asked_on,
                facts=facts,
            )
        )
    RegisterAnswer.objects.bulk_create(rows, batch_size=2_000)


def _prints(questions: Sequence[Question]) -> list[bytes]:
    """A keyed fingerprint of everything each register was told."""
    texts = (json.dumps(dict(q.told), ensure_ascii=False, sort_keys=True) for q in questions)
    return blind_indexes(texts, QUESTION)


def _require_may(by: Actor, reason: str) -> None:
    if by.role != "system" and not by.may(Permission.ASK_REGISTERS):
        raise NotPermitted(label="查询外部登记")
    if not reason.strip():
        raise ReasonMissing(label="查询外部登记")
