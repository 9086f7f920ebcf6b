"""Makers of vouchers, each through the operations."""

from collections.abc import Sequence
from datetime import date, datetime

from kaogong import sheets
from kaogong.kernel.actor import Actor
from kaogong.people.models import Person
from kaogong.sheets.money_layouts import VOUCHERS
from kaogong.vouchers import operations
from kaogong.vouchers.models import Voucher, VoucherIssue

from .people import REGION, an_actor
from .training import a_day_at

SCHEME = "voucher_training"
DRAFTED = a_day_at(date(2026, 5, 4))


def a_list(rows: Sequence[tuple[str, str]]) -> bytes:
    """A list of names and identity numbers as .xlsx."""
    columns = [("name", "姓名", "text"), ("id_number", "身份证号码", "text")]
    values = ({"name": name, "id_number": number} for name, number in rows)
    return sheets.write_table(columns, values, title=VOUCHERS.label)


def some_terms(**fields) -> operations.Terms:
    """General vouchers of face value, ¥800 each, good from May to December 2026."""
    given = {
        "title": "2026年示例培训券", "scheme_code": SCHEME, "kind": "general", "worth": "face",
        "face_fen": 800_00, "starts_on": date(2026, 5, 1), "expires_on": date(2026, 12, 31),
    }  # fmt: skip
    return operations.Terms(**(given | fields))


def draft(
    people: Sequence[Person], *, by: Actor | None = None, at: datetime = DRAFTED, **terms
) -> VoucherIssue:
    """An issue drafted for these people."""
    data = a_list([(person.name, person.id_number) for person in people])
    by = by or an_actor("bureau_clerk")
    return operations.draft_vouchers(REGION, some_terms(**terms), data, "名单.xlsx", by=by, at=at)


def make_vouchers(people: Sequence[Person], **terms) -> list[Voucher]:
    """Vouchers issued to these people, in their order; the fund must have the money."""
    issue = draft(people, **terms)
    operations.issue_vouchers(issue.pk, by=an_actor("reviewer"), at=DRAFTED)
    found = {row.person_id: row for row in Voucher.objects.filter(issue=issue)}
    return [found[person.pk] for person in people]
