"""What pages of both doors show of a class's filing: answers, documents, changes, and each learner's part."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext

from kaogong.institutions import queries as institutions
from kaogong.training import queries as training


@dataclass(frozen=True, slots=True)
class Answer:
    """One field of the filing form with its answer in words; "" where it was not answered."""

    label: str
    words: str
    is_required: bool


def answers_in_words(training_class, form) -> list[Answer]:
    """Every field of the form in its order, then the required modules that have hours."""
    answers = training.answers_of(training_class)
    names = {row.pk: row.name for row in institutions.trainers(training_class.institution_id)}
    rows = []
    for asked in form.fields:
        value = answers.get(asked.code)
        if value is None:
            words = ""
        elif asked.kind == "trainer":
            words = names.get(value, "—")
        elif asked.kind == "month":
            words = str(value)[:7]
        else:
            words = asked.shown(value)
        rows.append(Answer(asked.name, words, asked.required))
    hours = answers.get("modules", {})
    return rows + [
        Answer(asked.name, f"{hours[asked.code] / 100:g}" if hours.get(asked.code) else "", False)
        for asked in form.modules
    ]


def documents_by_kind(training_class, form) -> list[tuple]:
    """(what is asked, the documents in force of that kind, the versions they replaced)."""
    kept = list(training.evidence(training_class.pk, replaced=True))
    replaced = {document.replaces_id for document in kept if document.replaces_id}
    return [
        (
            asked,
            [row for row in kept if row.kind_code == asked.code and row.pk not in replaced],
            [row for row in kept if row.kind_code == asked.code and row.pk in replaced],
        )
        for asked in form.evidence
    ]


def changes_in_words(changes) -> list:
    """Changes, each with ``altered``: what it changes in words."""
    rows = list(changes)
    told = training.alterations(rows)
    for row in rows:
        row.altered = told[row.pk]
    return rows


def learners_part(training_class, form, on: date) -> dict:
    """Each learner's part of what the class's kind asks: passes, the three items, mentors."""
    passes = training.passes(training_class, on)
    items = training.item_names(form)
    taken = training.student_items([row.enrolment.person_id for row in passes]) if items else {}
    mentored = training.apprenticeships(training_class.pk)
    rows = [
        {
            "enrolment": row.enrolment,
            "certificate": row.certificate,
            "items": [taken.get(row.enrolment.person_id, {}).get(code) for code, _name in items],
            "apprenticeship": mentored.get(row.enrolment.pk),
        }
        for row in passes
    ]
    asks_mentors = form.asks_of_people("two_mentors") is not None
    pass_rule = form.asks_of_people("pass_before_work")
    return {
        "rows": rows,
        "items": items,
        "lacking": [
            (row["enrolment"], wants)
            for row in rows
            if (wants := _wants(row, items, asks_mentors, pass_rule))
        ],
        "asks_mentors": asks_mentors,
        "pass_rule": pass_rule,
        "passed": sum(row.may_work for row in passes),
    }


def _wants(row: dict, items, asks_mentors: bool, pass_rule) -> list[str]:
    """What one learner still lacks of what the class's kind asks of each."""
    wants = [name for (_code, name), done in zip(items, row["items"], strict=True) if done is None]
    if asks_mentors and row["apprenticeship"] is None:
        wants.append(gettext("学徒合同和两位导师"))
    if pass_rule and row["certificate"] is None:
        wants.append(gettext("上岗前的合格证书"))
    return wants
