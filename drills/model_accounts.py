"""What the model knows of accounts: who is paid where, and what it takes to be paid elsewhere. Plain SQL again."""

from collections import defaultdict
from zoneinfo import ZoneInfo

import psycopg

SHANGHAI = ZoneInfo("Asia/Shanghai")


def account_faults(book: psycopg.Connection) -> list[str]:
    """Everybody is paid on the account in force; another takes a second person, its cooling, and nothing sent."""
    faults, in_force, told = [], defaultdict(list), defaultdict(dict)
    for subject, verb, entry, account, at in book.execute(
        "SELECT subject_id::bigint, split_part(verb, '.', 2), id, actor_account_id, at FROM trail_entry"
        " WHERE subject_kind = 'account_change' ORDER BY id"
    ):
        told[subject][verb] = (entry, account, at)
    for pk, old, new, pays_from, days, decided_at, *payee in book.execute(
        "SELECT id, replaces_masked, bank_account_masked, pays_from, cooling_days, decided_at, person_id,"
        " institution_id FROM claims_accountchange ORDER BY id"
    ):
        steps = told[pk]
        faults += _decided(pk, steps, pays_from, days, decided_at)
        faults += _sent_meanwhile(book, pk, steps, payee)
        if "took_effect" in steps:
            in_force[tuple(payee)].append((steps["took_effect"][0], old, new))
    return faults + _paid_elsewhere(book, in_force)


def _decided(pk: int, steps: dict[str, tuple], pays_from, days, decided_at) -> list[str]:
    """A change is approved by another than who asked, and takes effect when its cooling is over."""
    faults = []
    if "approved" in steps:
        if steps["approved"][1] in {steps[verb][1] for verb in ("asked", "asked_again") if verb in steps}:
            faults.append(f"账户变更{pk}由申请的人自己同意")
        if (pays_from - decided_at.astimezone(SHANGHAI).date()).days < (days or 0):
            faults.append(f"账户变更{pk}的冷静期不到{days}天")
    if "took_effect" in steps and "approved" not in steps:
        faults.append(f"账户变更{pk}没有经人同意就生效了")
    elif "took_effect" in steps and steps["took_effect"][2].astimezone(SHANGHAI).date() < pays_from:
        faults.append(f"账户变更{pk}在{pays_from}以前就生效了")
    return faults


def _sent_meanwhile(book: psycopg.Connection, pk: int, steps: dict[str, tuple], payee: list) -> list[str]:
    """While a change is under way nothing is sent to its payee."""
    ended = min((steps[verb][0] for verb in ("took_effect", "withdrawn") if verb in steps), default=None)
    return [
        f"账户变更{pk}办理期间，批次{number}付给了该收款人"
        for (number,) in book.execute(
            "SELECT DISTINCT b.number FROM funds_payment p JOIN funds_paymentbatch b ON b.id = p.batch_id"
            " JOIN trail_entry e ON e.subject_id = b.id::text AND e.verb = 'batch.released'"
            " WHERE p.person_id IS NOT DISTINCT FROM %s AND p.institution_id IS NOT DISTINCT FROM %s"
            " AND e.id > %s AND (%s::bigint IS NULL OR e.id < %s)",
            [*payee, steps["asked"][0], ended, ended],
        )
    ]


def _paid_elsewhere(book: psycopg.Connection, in_force: dict[tuple, list[tuple]]) -> list[str]:
    """Each payment names the account that was in force when it was owed, by the order of the trail."""
    faults = []
    on_file = {
        (pk, None): account
        for pk, account in book.execute("SELECT id, bank_account_masked FROM people_person")
    }
    on_file |= {
        (None, pk): account
        for pk, account in book.execute("SELECT id, bank_account_masked FROM institutions_institution")
    }
    for reference, account, entry, *payee in book.execute(
        "SELECT p.reference, p.bank_account_masked, e.id, p.person_id, p.institution_id FROM funds_payment p"
        " JOIN trail_entry e ON e.subject_kind = 'payment' AND e.subject_id = p.id::text"
        " AND e.verb = 'payment.queued' ORDER BY e.id"
    ):
        changes = in_force[tuple(payee)]
        before = changes[0][1] if changes else on_file[tuple(payee)]
        due = next((new for since, _old, new in reversed(changes) if since < entry), before)
        if account != due:
            faults.append(f"付款{reference}付到{account}，当时有效的账户是{due}")
    for payee, changes in in_force.items():
        if changes and changes[-1][2] != on_file[payee]:
            faults.append(f"收款人{payee}登记的账户是{on_file[payee]}，最后生效的是{changes[-1][2]}")
    return faults
