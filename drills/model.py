"""The independent model: plain SQL and plain Python, nothing of the product, that says what does not fit.

It knows only what the papers ask: every fen accounted for, nobody paid twice, nobody paid without an approved
claim, nothing overdrawn, no thing in a state that no way leads to.
"""

from collections import defaultdict

import psycopg

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
    "claim_back": ("paid", "recovering"),
    "drop_claim_back": ("recovering", "paid"),
    "recover": ("recovering", "recovered"),
    "write_off": ("recovering", "written_off"),
    "give_back": ("recovered", "available"),
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
    "replaced": ({"failed"}, "replaced"),
    "cancelled": ({"queued"}, "cancelled"),
    "offset": ({"queued"}, "paid"),
    "split": ({"queued"}, "replaced"),
}
APPROVED = ("approved", "published", "cleared", "paid", "lapsed")


def faults_of(address: str, bank_paid: dict[str, int]) -> tuple[list[str], dict[str, int]]:
    """What does not fit, in plain words, and where the money stands (fen by state)."""
    with psycopg.connect(address) as book:
        faults = faults_in(book, bank_paid)
        standing = dict(
            book.execute(
                "SELECT a.state, sum(l.amount_fen)::bigint FROM ledger_leg l"
                " JOIN ledger_ledgeraccount a ON a.id = l.account_id GROUP BY 1 ORDER BY 1"
            )
        )
    return faults, {state: abs(fen) for state, fen in standing.items()}


def faults_in(book: psycopg.Connection, bank_paid: dict[str, int]) -> list[str]:
    """What does not fit in what this connection sees."""
    return [*_ledger(book), *_bank(book, bank_paid), *_offsets(book), *_claims(book), *_ways(book)]


def _ledger(book: psycopg.Connection) -> list[str]:
    """Each entry moves what it says from where to where it may; no account ends below zero."""
    faults = []
    legs: dict[int, list[tuple[str, str, int]]] = defaultdict(list)
    whose: dict[int, tuple] = {}
    sums: dict[tuple, int] = defaultdict(int)
    for entry, kind, key, amounts, source, state, fen in book.execute(
        "SELECT e.id, e.kind, e.key, e.amounts, a.source_level, a.state, l.amount_fen FROM ledger_leg l"
        " JOIN ledger_journalentry e ON e.id = l.entry_id JOIN ledger_ledgeraccount a ON a.id = l.account_id"
    ):
        legs[entry].append((source, state, fen))
        whose[entry] = (kind, key, amounts)
        sums[source, state] += fen
    for entry, parts in legs.items():
        kind, key, amounts = whose[entry]
        for source in {source for source, _, _ in parts}:
            mine = {state: fen for part, state, fen in parts if part == source}
            if sum(mine.values()):
                faults.append(f"分录{key}的{source}不平：{mine}")
            fits = set(mine) == set(FLOWS[kind]) if kind in FLOWS else set(mine) <= RETURNED
            if not fits:
                faults.append(f"分录{key}（{kind}）动了不该动的科目：{mine}")
            moved = sum(fen for fen in mine.values() if fen > 0)
            if kind not in ("set_budget",) and moved != amounts.get(source, 0):
                faults.append(f"分录{key}说{amounts}，实际{source}{moved}")
    for (source, state), fen in sums.items():
        if (fen > 0) if state == "budgeted" else (fen < 0):
            faults.append(f"{source}的{state}透支：{fen}")
    kept = book.execute(
        "SELECT count(*) FROM ledger_journalentry e WHERE NOT EXISTS"
        " (SELECT FROM ledger_leg l WHERE l.entry_id = e.id)"
    ).fetchone()[0]
    return faults + ([f"{kept} 条分录没有分录行"] if kept else [])


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
    in_ledger = _moved(book, "settle")
    if sum(in_ledger.values()) != sum(bank_paid.values()):
        faults.append(f"专账已支付{sum(in_ledger.values())}，银行付出{sum(bank_paid.values())}")
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
            " WHERE p.status NOT IN ('cancelled', 'replaced', 'stopped')"
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


def _ways(book: psycopg.Connection) -> list[str]:
    """Each payment's trail is a way from its birth to where it stands."""
    trail: dict[str, list[str]] = defaultdict(list)
    for subject, verb in book.execute(
        "SELECT subject_id, split_part(verb, '.', 2) FROM trail_entry WHERE subject_kind = 'payment' ORDER BY id"
    ):
        trail[subject].append(verb)
    faults = []
    for pk, reference, status in book.execute("SELECT id::text, reference, status FROM funds_payment"):
        stands = None
        for verb in trail[pk]:
            if verb == "queued" and stands is None:
                stands = "queued"
            elif verb in PAYMENT_STEPS and stands in PAYMENT_STEPS[verb][0]:
                stands = PAYMENT_STEPS[verb][1]
            elif verb in PAYMENT_STEPS or verb == "queued":
                faults.append(f"付款{reference}：从{stands}没有路到{verb}")
                break
        if stands != status:
            faults.append(f"付款{reference}：留痕走到{stands}，记录是{status}")
    return faults
