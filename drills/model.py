"""The independent model: plain SQL and plain Python, nothing of the product, that says what does not fit.

It knows only what the papers ask: every fen accounted for, nobody paid twice, nobody paid without an approved
claim, nothing overdrawn, no thing in a state that no way leads to.
"""

from collections import defaultdict
from collections.abc import Collection

import psycopg

from drills.model_accounts import account_faults

# Where each kind of entry takes money from and to, written down a second time.
FLOWS = {
    "set_budget": ("budgeted", "available"),
    "reserve": ("available", "reserved"),
    "void_reserve": ("reserved", "available"),
    "make_payable": ("reserved", "payable"),
    "cancel_payable": ("payable", "reserved"),
    "send": ("payable", "in_transit"),
    "settle": ("in_transit", "paid"),
    "settle_by_offset": ("payable", "paid"),
    "freeze": ("available", "frozen"),
    "unfreeze": ("frozen", "available"),
    "carry_over": ("available", "carried"),
    "carry_in": ("budgeted", "available"),
    "claim_back": ("paid", "recovering"),
    "drop_claim_back": ("recovering", "paid"),
    "recover": ("recovering", "recovered"),
    "write_off": ("recovering", "written_off"),
    "give_back": ("recovered", "available"),
    "come_back": ("paid", "returned"),
}
RETURNED = {"in_transit", "returned", "payable"}  # a payment the bank could not make, and its way back
PAYMENT_STEPS = {
    "batched": ({"queued"}, "batched"),
    "unbatched": ({"batched"}, "queued"),
    "rejected": ({"batched"}, "queued"),
    "sent": ({"batched"}, "in_transit"),
    "settled": ({"in_transit"}, "paid"),
    "failed": ({"in_transit"}, "failed"),
    "stopped": ({"in_transit"}, "stopped"),
    "returned": ({"in_transit", "paid"}, "returned"),
    "replaced": ({"failed", "returned"}, "replaced"),
    "voided": ({"failed", "returned"}, "voided"),
    "cancelled": ({"queued"}, "cancelled"),
    "offset": ({"queued"}, "paid"),
    "split": ({"queued"}, "replaced"),
}
RECOUPMENT_STEPS = {
    "approved": ({"opened"}, "approved"),
    "served": ({"approved"}, "served"),
    "planned": ({"served", "paying"}, "paying"),
    "paid": ({"served", "paying"}, "paying"),
    "settled": ({"served", "paying"}, "recovered"),
    "reopened": ({"recovered"}, "paying"),
    "proposed": ({"served", "paying"}, "proposed"),
    "written_off": ({"proposed"}, "written_off"),
    "kept": ({"proposed"}, "paying"),
    "dropped": ({"opened", "approved", "served", "paying"}, "dropped"),
}
RECEIPT_STEPS = {"given_back": ({"noted"}, "given_back"), "reversed": ({"noted"}, "reversed")}
CHANGE_STEPS = {
    "asked_again": ({"returned"}, "asked"),
    "withdrawn": ({"asked", "returned", "cooling"}, "withdrawn"),
    "returned": ({"asked"}, "returned"),
    "approved": ({"asked"}, "cooling"),
    "took_effect": ({"cooling"}, "in_force"),
}
NAMES = {
    "payment": "付款",
    "recoupment": "追回",
    "recoupment_receipt": "追回收据",
    "account_change": "账户变更",
}
APPROVED = ("approved", "published", "cleared", "paid", "lapsed")


def faults_of(
    address: str, bank_paid: dict[str, int], bank_back: Collection[str] = ()
) -> tuple[list[str], dict[str, int]]:
    """What does not fit, in plain words, and where the money stands (fen by state)."""
    with psycopg.connect(address) as book:
        faults = faults_in(book, bank_paid, bank_back)
        standing = dict(
            book.execute(
                "SELECT a.state, sum(l.amount_fen)::bigint FROM ledger_leg l"
                " JOIN ledger_ledgeraccount a ON a.id = l.account_id GROUP BY 1 ORDER BY 1"
            )
        )
    return faults, {state: abs(fen) for state, fen in standing.items()}


def faults_in(
    book: psycopg.Connection, bank_paid: dict[str, int], bank_back: Collection[str] = ()
) -> list[str]:
    """What does not fit in what this connection sees. ``bank_back``: paid, and sent back by the bank days later."""
    return [
        *_ledger(book), *_bank(book, _kept(book, bank_paid, bank_back)), *_offsets(book), *_claims(book),
        *_asked_back(book), *account_faults(book),
        *_ways(book, "payment", "funds_payment", "reference", "queued", PAYMENT_STEPS),
        *_ways(book, "recoupment", "recoveries_recoupment", "number", "opened", RECOUPMENT_STEPS),
        *_ways(book, "recoupment_receipt", "recoveries_recoupmentreceipt", "number", "noted", RECEIPT_STEPS),
        *_ways(book, "account_change", "claims_accountchange", "id::text", "asked", CHANGE_STEPS),
    ]  # fmt: skip


def happened(address: str) -> tuple[dict[str, int], int]:
    """How often each kind of entry was made, and how many lines the bank told again."""
    with psycopg.connect(address) as book:
        steps = dict(book.execute("SELECT kind, count(*) FROM ledger_journalentry GROUP BY 1"))
        repeated = book.execute("SELECT count(*) FROM funds_bankreturnline WHERE outcome = 'repeated'")
        return steps, repeated.fetchone()[0]


def _ledger(book: psycopg.Connection) -> list[str]:
    """Each entry moves what it says from where to where it may; no account ends below zero."""
    faults = []
    legs: dict[int, list[tuple[tuple, str, int]]] = defaultdict(list)
    whose: dict[int, tuple] = {}
    sums: dict[tuple, int] = defaultdict(int)
    for entry, kind, key, amounts, answered, *account, state, fen in book.execute(
        "SELECT e.id, e.kind, e.key, e.amounts, e.reverses_id, a.fund_code, a.year, a.programme, a.source_level,"
        " a.state, l.amount_fen FROM ledger_leg l"
        " JOIN ledger_journalentry e ON e.id = l.entry_id JOIN ledger_ledgeraccount a ON a.id = l.account_id"
    ):
        legs[entry].append((tuple(account), state, fen))
        whose[entry] = (kind, key, amounts, answered)
        sums[*account, state] += fen
    for entry, parts in legs.items():
        kind, key, amounts, answered = whose[entry]
        if kind == "reverse":
            opposite = sorted((*account, state, -fen) for account, state, fen in legs.get(answered, ()))
            if sorted((*account, state, fen) for account, state, fen in parts) != opposite:
                faults.append(f"分录{key}与所冲销的分录{answered}不是正好相反")
            continue
        for account in {account for account, _, _ in parts}:
            mine = {state: fen for of, state, fen in parts if of == account}
            if sum(mine.values()):
                faults.append(f"分录{key}的{account}不平：{mine}")
            fits = set(mine) == set(FLOWS[kind]) if kind in FLOWS else set(mine) <= RETURNED
            if not fits:
                faults.append(f"分录{key}（{kind}）动了不该动的科目：{mine}")
            moved = sum(fen for fen in mine.values() if fen > 0)
            if kind != "set_budget" and moved != amounts.get(account[3], 0):
                faults.append(f"分录{key}说{amounts}，实际{account[3]}{moved}")
    for (*account, state), fen in sums.items():
        if (fen > 0) if state == "budgeted" else (fen < 0):
            faults.append(f"{account}的{state}透支：{fen}")
    twice = book.execute(
        "SELECT reverses_id FROM ledger_journalentry WHERE reverses_id IS NOT NULL"
        " GROUP BY 1 HAVING count(*) > 1"
    )
    faults += [f"分录{entry}被冲销了不止一次" for (entry,) in twice]
    carried = dict(
        book.execute(
            "SELECT e.kind, sum(l.amount_fen)::bigint FROM ledger_leg l JOIN ledger_journalentry e"
            " ON e.id = l.entry_id WHERE e.kind LIKE 'carry%' AND l.amount_fen > 0 GROUP BY 1"
        )
    )
    if carried.get("carry_over") != carried.get("carry_in"):
        faults.append(f"结转出入不等：{carried}")
    kept = book.execute(
        "SELECT count(*) FROM ledger_journalentry e WHERE NOT EXISTS"
        " (SELECT FROM ledger_leg l WHERE l.entry_id = e.id)"
    ).fetchone()[0]
    return faults + ([f"{kept} 条分录没有分录行"] if kept else [])


def _kept(book: psycopg.Connection, bank_paid: dict[str, int], bank_back: Collection[str]) -> dict[str, int]:
    """What the bank paid and did not take back. Money asked back already does not come back a second way."""
    asked_back = {
        reference
        for (reference,) in book.execute(
            "SELECT p.reference FROM recoveries_recoupmentpart x"
            " JOIN recoveries_recoupment r ON r.id = x.recoupment_id JOIN funds_payment p ON p.id = x.payment_id"
            " WHERE r.status NOT IN ('opened', 'dropped') AND p.status = 'paid'"
        )
    }
    gone = set(bank_back) - asked_back
    return {reference: fen for reference, fen in bank_paid.items() if reference not in gone}


def _bank(book: psycopg.Connection, bank_paid: dict[str, int]) -> list[str]:
    """What the bank says it paid is what the product holds for paid by it, payment by payment."""
    told = dict(
        book.execute(
            "SELECT reference, amount_fen FROM funds_payment WHERE status = 'paid' AND offset_for = ''"
        )
    )
    faults = [
        f"{reference}：银行付{bank_paid.get(reference, 0)}，系统记{told.get(reference, 0)}"
        for reference in sorted(told.keys() | bank_paid.keys())
        if told.get(reference) != bank_paid.get(reference)
    ]
    stems: dict[str, list[str]] = defaultdict(list)
    for reference in bank_paid:
        stems[reference.rpartition("-R")[0] if "-R" in reference else reference].append(reference)
    faults += [f"同一笔付了不止一次：{paid}" for paid in stems.values() if len(paid) > 1]
    in_ledger = sum(_moved(book, "settle").values()) + sum(_moved(book, "come_back").values())
    if in_ledger != sum(bank_paid.values()):
        faults.append(f"专账已支付{in_ledger}，银行付出{sum(bank_paid.values())}")
    waiting = book.execute("SELECT count(*) FROM funds_payment WHERE status = 'in_transit'").fetchone()[0]
    return faults + ([f"{waiting} 笔银行已全部答复，仍记为在途"] if waiting else [])


def _offsets(book: psycopg.Connection) -> list[str]:
    """Whatever is paid went through a batch, or was set off: then by its own entry, with no batch and no bank."""
    settled = _moved(book, "settle_by_offset")
    faults = []
    for reference, fen, batch, against in book.execute(
        "SELECT reference, amount_fen, batch_id, offset_for FROM funds_payment WHERE status = 'paid'"
    ):
        by_offset = settled.pop(reference, 0)
        if batch is None and not against:
            faults.append(f"付款{reference}记为已付，没有批次，也不是抵扣")
        if against and (batch is not None or by_offset != fen):
            faults.append(f"付款{reference}写明抵扣{against}，专账抵扣{by_offset}，金额{fen}，批次{batch}")
        if not against and by_offset:
            faults.append(f"付款{reference}没有写明抵扣，专账抵扣{by_offset}")
    return faults + [f"专账抵扣{reference}，没有这笔已付的付款" for reference in settled]


def _moved(book: psycopg.Connection, kind: str) -> dict[str, int]:
    """What the entries of a kind took to where it goes, by the reference they name."""
    return dict(
        book.execute(
            "SELECT e.reference, sum(l.amount_fen)::bigint FROM ledger_leg l"
            " JOIN ledger_journalentry e ON e.id = l.entry_id JOIN ledger_ledgeraccount a ON a.id = l.account_id"
            " WHERE e.kind = %s AND a.state = 'paid' GROUP BY 1",
            [kind],
        )
    )


def _claims(book: psycopg.Connection) -> list[str]:
    """Nobody is paid without an approved claim, nor more than their claim was given, nor twice."""
    faults = [
        f"付款{reference}所属的申领{number}是{status}"
        for reference, number, status in book.execute(
            "SELECT p.reference, r.reference, c.status FROM funds_payment p"
            " JOIN funds_reservation r ON r.id = p.reservation_id"
            " LEFT JOIN claims_claim c ON c.number = r.reference"
            " WHERE c.id IS NULL OR NOT c.status = ANY(%s)",
            [list(APPROVED)],
        )
    ]
    faults += [
        f"申领{number}核定{due}，付出或在付{paid}"
        for number, due, paid in book.execute(
            "SELECT c.number, c.amount_fen, sum(p.amount_fen)::bigint FROM funds_payment p"
            " JOIN funds_reservation r ON r.id = p.reservation_id JOIN claims_claim c ON c.number = r.reference"
            " WHERE p.status NOT IN ('cancelled', 'replaced', 'stopped', 'voided')"
            " GROUP BY c.id HAVING sum(p.amount_fen) > c.amount_fen"
        )
    ]
    faults += [
        f"申领明细{line}没有核准的结论就已付款"
        for (line,) in book.execute(
            "SELECT l.reference FROM claims_claimline l WHERE l.status = 'paid' AND NOT EXISTS"
            " (SELECT FROM claims_decision d WHERE d.line_id = l.id AND d.verdict = 'payable')"
        )
    ]
    faults += [
        f"学员{person}在同一班次领了{count}次"
        for person, count in book.execute(
            "SELECT person_id, count(*) FROM claims_claimline WHERE status IN ('approved', 'cleared', 'paid')"
            " GROUP BY person_id, enrolment_id HAVING count(*) > 1"
        )
    ]
    return faults


def _asked_back(book: psycopg.Connection) -> list[str]:
    """Money is asked back only where it was paid, once, and each fen of it stands where its papers say."""
    faults = [
        f"付款{reference}（{status}）付{paid}，追回{asked}"
        for reference, status, paid, asked in book.execute(
            "SELECT p.reference, p.status, p.amount_fen, sum(x.amount_fen)::bigint FROM recoveries_recoupmentpart x"
            " JOIN recoveries_recoupment r ON r.id = x.recoupment_id JOIN funds_payment p ON p.id = x.payment_id"
            " WHERE r.status NOT IN ('opened', 'dropped') GROUP BY p.id"
            " HAVING sum(x.amount_fen) > p.amount_fen OR p.status <> 'paid'"
        )
    ]
    stands: dict[str, dict[str, int]] = defaultdict(dict)
    for number, state, fen in book.execute(
        "SELECT e.reference, a.state, sum(l.amount_fen)::bigint FROM ledger_leg l"
        " JOIN ledger_journalentry e ON e.id = l.entry_id JOIN ledger_ledgeraccount a ON a.id = l.account_id"
        " JOIN recoveries_recoupment r ON r.number = e.reference GROUP BY 1, 2"
    ):
        stands[number][state] = fen
    for number, status, asked, back, used in book.execute(
        "SELECT r.number, r.status, r.amount_fen,"
        " coalesce(sum(t.amount_fen) FILTER (WHERE t.status <> 'reversed'), 0)::bigint,"
        " coalesce(sum(t.amount_fen) FILTER (WHERE t.status = 'given_back'), 0)::bigint"
        " FROM recoveries_recoupment r LEFT JOIN recoveries_recoupmentreceipt t ON t.recoupment_id = r.id"
        " GROUP BY r.id"
    ):
        off = status in ("opened", "dropped")
        due = {
            "paid": 0 if off else -asked,
            "recovering": 0 if off or status == "written_off" else asked - back,
            "recovered": back - used,
            "written_off": asked - back if status == "written_off" else 0,
            "available": used,
        }
        told = stands.pop(number, {})
        if {state: fen for state, fen in told.items() if fen} != {s: fen for s, fen in due.items() if fen}:
            faults.append(f"追回{number}（{status}）应为{due}，专账{told}")
        if off and back:
            faults.append(f"追回{number}是{status}，却收了{back}")
        if (status == "recovered") != (back == asked) and not off:
            faults.append(f"追回{number}是{status}，应退{asked}，已退{back}")
    faults += [
        f"银行流水{reference}收了{count}次"
        for reference, count in book.execute(
            "SELECT bank_reference, count(*) FROM recoveries_recoupmentreceipt WHERE status <> 'reversed'"
            " GROUP BY 1 HAVING count(*) > 1"
        )
    ]
    return faults + [
        f"抵扣收据{number}与付款{reference}不符，或没有对方的同意"
        for number, reference in book.execute(
            "SELECT t.number, p.reference FROM recoveries_recoupmentreceipt t"
            " JOIN recoveries_recoupment r ON r.id = t.recoupment_id LEFT JOIN funds_payment p ON p.id = t.payment_id"
            " WHERE t.kind = 'offset' AND (p.id IS NULL OR p.status <> 'paid' OR p.amount_fen <> t.amount_fen"
            " OR p.offset_for <> r.number OR t.consent_document = '' OR t.consented_on IS NULL"
            " OR (p.institution_id, p.person_id) IS DISTINCT FROM (r.institution_id, r.person_id))"
        )
    ]


def _ways(
    book: psycopg.Connection, kind: str, table: str, named: str, birth: str, steps: dict[str, tuple]
) -> list[str]:
    """Each thing's trail is a way from its birth to where it stands."""
    trail: dict[str, list[str]] = defaultdict(list)
    for subject, verb in book.execute(
        "SELECT subject_id, split_part(verb, '.', 2) FROM trail_entry WHERE subject_kind = %s ORDER BY id",
        [kind],
    ):
        trail[subject].append(verb)
    faults = []
    for pk, reference, status in book.execute(f"SELECT id::text, {named}, status FROM {table}"):
        stands = None
        for verb in trail[pk]:
            if verb == birth and stands is None:
                stands = birth
            elif verb in steps and stands in steps[verb][0]:
                stands = steps[verb][1]
            elif verb in steps or verb == birth:
                faults.append(f"{NAMES[kind]}{reference}：从{stands}没有路到{verb}")
                break
        if stands != status:
            faults.append(f"{NAMES[kind]}{reference}：留痕走到{stands}，记录是{status}")
    return faults
