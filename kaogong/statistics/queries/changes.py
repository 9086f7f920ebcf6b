"""What the trail says was touched since a snapshot: the keys whose rows must be gathered anew."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import connection

from kaogong.trail.models import Entry

from .standing import Standing
from .tables import handed_in

# The trail's subjects that facts rest on; whatever else is done changes no row of a fact.
FOLLOWED = (
    "class",
    "enrolment",
    "roster",
    "exam",
    "certificate",
    "claim",
    "claim_line",
    "payment",
    "batch",
    "bank_return",
    "recoupment",
    "recoupment_receipt",
    "follow_up",
    "person",
    "person_merge",
)
# What may change other departments' records, or whether they count.
OTHERS = (
    "department_file",
    "department_records",
    "record_duplicate",
    "class",
    "enrolment",
    "roster",
    "person_merge",
)
# Beyond so many it is quicker to read everything than to look for what was touched.
TOO_MANY = 300_000


@dataclass(slots=True)
class Touched:
    """Source (see ``tables``) → its keys to gather anew; ``everything`` when there are too many.

    ``others``: records of other departments may have changed.
    """

    keys: dict[str, set[int]] = field(default_factory=dict)
    others: bool = False
    everything: bool = False


def touched_since(watermark: int, stands: Standing) -> Touched:
    """What was touched by any transaction that had not ended when a snapshot with that watermark was taken."""
    above = handed_in()
    followed = {*FOLLOWED, *(one.subject for one in above.values())}
    rows = Entry.objects.filter(transaction_number__gte=watermark, subject_kind__in={*followed, *OTHERS})
    told: dict[str, set[int]] = {kind: set() for kind in followed}
    others = False
    subjects = rows.values_list("subject_kind", "subject_id").distinct()
    for number, (kind, subject) in enumerate(subjects.iterator()):
        if number > TOO_MANY:
            return Touched(everything=True)
        others |= kind in OTHERS
        if kind in told and subject.isdecimal():
            told[kind].add(int(subject))
    keys = _resolved(told, stands) | {fact: told[one.subject] for fact, one in above.items()}
    return Touched(keys, others)


def _resolved(told: dict[str, set[int]], stands: Standing) -> dict[str, set[int]]:
    told["person"] |= _ids("SELECT kept_id FROM people_personmerge WHERE id = ANY(%s)", told["person_merge"])
    told["person"] |= _ids(
        "SELECT merged_id FROM people_personmerge WHERE id = ANY(%s)", told["person_merge"]
    )
    heirs = {stands.people.get(person, person) for person in told["person"]}
    people = told["person"] | heirs | {old for old, heir in stands.people.items() if heir in heirs}
    classes = set(told["class"])
    classes |= _ids("SELECT training_class_id FROM training_enrolment WHERE id = ANY(%s)", told["enrolment"])
    classes |= _ids("SELECT training_class_id FROM training_rosterupload WHERE id = ANY(%s)", told["roster"])
    classes |= _ids("SELECT training_class_id FROM assessment_exam WHERE id = ANY(%s)", told["exam"])
    classes |= _ids("SELECT training_class_id FROM claims_claim WHERE id = ANY(%s)", told["claim"])
    classes |= _ids(
        "SELECT k.training_class_id FROM claims_claimline l JOIN claims_claim k ON k.id = l.claim_id"
        " WHERE l.id = ANY(%s)",
        told["claim_line"],
    )
    classes |= _ids(
        "SELECT training_class_id FROM assessment_exam WHERE id IN ("
        "SELECT split_part(reference, ':', 2)::bigint FROM certificates_certificate"
        " WHERE id = ANY(%s) AND reference LIKE 'exam:%%')",
        told["certificate"],
    )
    training = classes | _ids(
        "SELECT training_class_id FROM training_enrolment WHERE person_id = ANY(%s)", people
    )
    payments = told["payment"] | _ids("SELECT id FROM funds_payment WHERE person_id = ANY(%s)", people)
    payments |= _ids("SELECT id FROM funds_payment WHERE batch_id = ANY(%s)", told["batch"])
    payments |= _ids(
        "SELECT payment_id FROM funds_bankreturnline WHERE bank_return_id = ANY(%s)", told["bank_return"]
    )
    receipts = told["recoupment_receipt"] | _ids(
        "SELECT id FROM recoveries_recoupmentreceipt WHERE recoupment_id = ANY(%s)", told["recoupment"]
    )
    receipts |= _ids(
        "SELECT x.id FROM recoveries_recoupmentreceipt x"
        " JOIN recoveries_recoupment m ON m.id = x.recoupment_id WHERE m.person_id = ANY(%s)",
        people,
    )
    return {
        "training": training,
        "class": classes,
        "certificate": people
        | _ids("SELECT person_id FROM certificates_certificate WHERE id = ANY(%s)", told["certificate"]),
        "payment": payments,
        "receipt": receipts,
        "outcome": told["follow_up"]
        | _ids("SELECT id FROM outcomes_followup WHERE training_class_id = ANY(%s)", training),
    }


def _ids(sql: str, keys: Iterable[int]) -> set[int]:
    """What one query finds by these keys; nothing is asked where there are none."""
    keys = list(keys)
    if not keys:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(sql, [keys])
        return {row[0] for row in cursor.fetchall() if row[0] is not None}
