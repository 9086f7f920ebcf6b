"""Packs: an untouched one passes; whatever is changed in it, or in the database behind its guards, is named."""

import ast
import hashlib
import json
import subprocess
import sys
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection

from kaogong.audit import operations, queries, verifier
from kaogong.demo.cast import recall
from kaogong.kernel.errors import NotPermitted, ReasonMissing
from kaogong.people.models import Person
from kaogong.trail.models import Entry
from tests.sealing import seal_all, seal_ledger_until_settled

from .conftest import AT, FROM, TO, make_pack
from .forging import Forger, faults_of

pytestmark = pytest.mark.django_db


def test_an_untouched_pack_passes_alone_with_nothing_but_python(clean, tmp_path):
    with zipfile.ZipFile(clean) as archive:
        archive.extractall(tmp_path)
    for where in (str(clean), str(tmp_path)):
        run = subprocess.run(
            [sys.executable, "-I", tmp_path / "verify.py", where],
            capture_output=True, text=True, check=False, env={"PYTHONIOENCODING": "utf-8"},
        )  # fmt: skip
        assert run.returncode == 0, run.stdout + run.stderr
        assert "全部对上" in run.stdout
    rows = [json.loads(line) for line in (tmp_path / "data/funds/payments.jsonl").read_text().splitlines()]
    assert any(row["status"] == "paid" for row in rows)
    assert (
        (tmp_path / "data/ledger/entries.csv").read_text(encoding="utf-8-sig").startswith("entry_id,at,kind")
    )


def test_verifier_imports_only_the_standard_library_and_reads_as_python_3_9():
    tree = ast.parse(Path(verifier.__file__).read_text(), feature_version=(3, 9))
    names = {
        name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for name in ([alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module])
    }
    assert names <= set(sys.stdlib_module_names)


# -- the pack itself -------------------------------------------------------------------------------


def _byte(forger):
    data = bytearray(forger.files["data/claims/lines.jsonl"])
    data[40] ^= 1
    forger.files["data/claims/lines.jsonl"] = bytes(data)


@pytest.mark.parametrize(
    ("tamper", "said"),
    [
        (_byte, "data/claims/lines.jsonl：文件的摘要与清单不符"),
        (
            lambda f: f.files.pop("data/notices/notices.jsonl"),
            "data/notices/notices.jsonl：清单里有，包里没有",
        ),
        (lambda f: f.files.update({"data/more.jsonl": b"{}"}), "data/more.jsonl：清单里没有这个文件"),
        (lambda f: f.rows("people/people").pop(), "data/people/people.jsonl：清单说"),
        (
            lambda f: f.files.update(
                {"manifest.json": f.files["manifest.json"].replace(b"370299", b"370211")}
            ),
            "清单的内容指纹重算不符",
        ),
    ],
)
def test_a_changed_file_is_named(clean, tmp_path, tamper, said):
    forger = Forger(clean)
    tamper(forger)
    faults = faults_of(forger.pack(tmp_path / "forged.zip", signed=False))
    assert any(said in fault for fault in faults), faults


def _leg(f):
    f.one("ledger/entries", kind="settle")["legs"][0][5] += 100


def _whole_entry(f):
    entry = f.one("ledger/entries", kind="settle")
    entry["note"] = "改过"


def _gone_entry(f):
    f.rows("ledger/entries").remove(f.one("ledger/entries", kind="reserve"))


def _reason(f):
    f.one("trail/entries", verb="claim.approved")["reason"] = "改过"


def _gone_trail(f):
    f.rows("trail/entries").remove(f.one("trail/entries", verb="claim.approved"))


def _redigested(f):
    row = f.one("trail/entries", verb="claim.approved")
    row["reason"] = "改过"
    row["digest"] = verifier.sha256(verifier.canonical(verifier.Verifier.told_in_full(row)))


def _dearer(f):
    row = f.one("funds/payments", status="paid")
    row["amount_fen"] += 100
    row["shares"] = {**row["shares"], "city": row["shares"]["city"] + 100}


def _failed(f):
    f.one("funds/payments", status="paid")["status"] = "failed"


def _twice(f):
    row = f.one("funds/payments", status="paid")
    f.rows("funds/payments").append({**row, "id": 10**9, "reference": f"{row['reference']}-R1"})


def _refused(f):
    line = f.one("claims/lines", status="paid")
    row = f.one("claims/decisions", line_id=line["id"])
    row.update(verdict="refused", amount_fen=0, allowance_fen=0)


def _refused_later(f):
    line = f.one("claims/lines", status="paid")
    row = f.one("claims/decisions", line_id=line["id"])
    refusal = {**row, "id": 10**9, "version": 2, "verdict": "refused", "amount_fen": 0, "allowance_fen": 0}
    f.rows("claims/decisions").append(refusal)


def _more(f):
    f.one("claims/lines", status="paid")["amount_fen"] += 1


def _two_people(f):
    row = f.one("funds/batches", status="settled")
    prepared = next(step for step in row["steps"] if step["verb"] == "batch.prepared")
    next(step for step in row["steps"] if step["verb"] == "batch.checked")["account_id"] = prepared[
        "account_id"
    ]


def _no_bank_line(f):
    f.rows("funds/return_lines").remove(f.one("funds/return_lines", outcome="paid"))


def _bank_paid_twice(f):
    row = f.one("funds/return_lines", outcome="paid")
    f.rows("funds/return_lines").append({**row, "id": 10**9})


def _rules(f):
    f.rows("rulebook/editions")[0]["content"]["tampered"] = True


def _held(f):
    line = f.one("claims/lines", status="paid")
    f.rows("claims/holds").append(
        {
            "id": 10**9, "held": "line", "line_id": line["id"], "placed_at": "2025-01-01T00:00:00+00:00",
            "lifted_at": None,
        }
    )  # fmt: skip


def _nobody(f):
    line = f.one("claims/lines", status="paid")
    f.rows("people/people").remove(f.one("people/people", id=line["person_id"]))


def _opening(f):
    f.one("ledger/accounts", state="paid")["opening_fen"] += 5


def _kept(f):
    f.one("made/balances", state="paid")["kept_fen"] += 5


def _until(f):
    row = f.one("made/balances", state="paid")
    row["until_fen"], row["kept_fen"] = row["until_fen"] + 5, row["kept_fen"] + 5


def _still_published(f):
    claim = f.one("claims/claims", status="paid")
    f.one("notices/notices", id=claim["published_notice_id"])["closes_on"] = "2027-01-01"


def _not_approved(f):
    f.one("claims/claims", status="paid")["status"] = "returned"


def _seal(f):
    f.rows("trail/seals").pop(0)


def _wrong_state(f):
    entry = f.one("ledger/entries", kind="settle")
    entry["kind"] = "write_off"


def _same_key(f):
    first, second = f.rows("ledger/entries")[:2]
    second["key"] = first["key"]


def _total(f):
    f.one("funds/batches", status="settled")["total_fen"] += 1


def _same_certificate(f):
    first, second = [row for row in f.rows("claims/lines") if row["status"] == "paid"][:2]
    second["certificate_id"] = first["certificate_id"]


FORGED = [
    (_leg, "借贷不平"),
    (_whole_entry, "内容与其摘要不符，记录被改动"),
    (_gone_entry, "期内发生额写"),
    (_gone_entry, "专账封存"),
    (_reason, "经办轨迹第"),
    (_gone_trail, "记录与封存时不同：应有"),
    (_redigested, "记录与封存时不同：内容被改动"),
    (_dearer, "与专账支付分录不同"),
    (_dearer, "不等于所付各人之和"),
    (_failed, "专账记为已付，付款状态却是 failed"),
    (_twice, "重复付款"),
    (_refused, "没有“应予补贴”的结论就已核准"),
    (_refused_later, "之前没有应予补贴的结论，或已被拒绝"),
    (_more, "与最后一次结论不同"),
    (_two_people, "编制、复核、发放不是三个人"),
    (_two_people, "经手人与经办轨迹"),
    (_no_bank_line, "银行回盘里没有这一笔"),
    (_bank_paid_twice, "重复付款"),
    (_rules, "规则被改动"),
    (_held, "暂缓支付期间"),
    (_nobody, "在 people/people 里找不到"),
    (_opening, "期初加期内发生额不等于期末"),
    (_kept, "系统保存的余额"),
    (_until, "与期末余额不同"),
    (_still_published, "公示没有结束就送了银行"),
    (_not_approved, "不在包里或没有核准"),
    (_seal, "与上一封存不相连"),
    (_wrong_state, "动了不该动的科目"),
    (_same_key, "用了两次"),
    (_total, "实有"),
    (_same_certificate, "证书"),
]


@pytest.mark.parametrize(
    ("tamper", "said"), FORGED, ids=[f"{t.__name__[1:]}-{n}" for n, (t, _) in enumerate(FORGED)]
)
def test_a_forgery_with_a_fresh_manifest_is_named(clean, tmp_path, tamper, said):
    forger = Forger(clean)
    tamper(forger)
    faults = faults_of(forger.pack(tmp_path / "forged.zip"))
    assert any(said in fault for fault in faults), faults


def test_a_sheet_that_differs_from_its_lines_is_named(clean, tmp_path):
    forger = Forger(clean)
    sheet = forger.files["data/funds/payments.csv"]
    forger.files["data/funds/payments.csv"] = sheet.replace(b",paid", b",failed", 1)
    faults = faults_of(forger.pack(tmp_path / "forged.zip"))
    assert any("data/funds/payments.csv" in fault and "不同" in fault for fault in faults), faults


# -- the database behind its guards ----------------------------------------------------------------

_PAID = "(SELECT min(id) FROM funds_payment WHERE status = 'paid')"
_LINE = "(SELECT min(id) FROM claims_claimline WHERE status = 'paid')"
BEHIND = [
    (
        "UPDATE ledger_leg SET amount_fen = amount_fen + 1 WHERE id = (SELECT min(l.id) FROM ledger_leg l"
        " JOIN ledger_journalentry e ON e.id = l.entry_id WHERE e.kind = 'settle')",
        "借贷不平",
    ),
    ("UPDATE ledger_journalentry SET note = '改过' WHERE kind = 'settle'", "专账封存"),
    (
        "DELETE FROM ledger_leg WHERE entry_id = (SELECT min(id) FROM ledger_journalentry WHERE kind = 'settle');"
        "DELETE FROM ledger_journalentry WHERE id = (SELECT min(id) FROM ledger_journalentry WHERE kind = 'settle')",
        "专账里没有支付分录",
    ),
    ("UPDATE ledger_accountbalance SET balance_fen = balance_fen + 7 WHERE NOT is_source", "系统保存的余额"),
    ("UPDATE ledger_ledgerseal SET digest = repeat('a', 64)", "专账封存"),
    (f"UPDATE funds_payment SET amount_fen = amount_fen + 1 WHERE id = {_PAID}", "不等于金额"),
    (f"UPDATE funds_payment SET status = 'failed' WHERE id = {_PAID}", "专账记为已付"),
    (
        "INSERT INTO funds_bankreturnline (bank_return_id, row_number, reference, account_masked, payment_id, outcome,"
        " amount_fen, reason, problem, problem_code) SELECT bank_return_id, 9999, reference, account_masked,"
        " payment_id, outcome, amount_fen, reason, problem, problem_code FROM funds_bankreturnline"
        " WHERE outcome = 'paid' LIMIT 1",
        "重复付款",
    ),
    ("DELETE FROM funds_bankreturnline WHERE outcome = 'paid'", "银行回盘里没有这一笔"),
    (f"UPDATE claims_claimline SET amount_fen = amount_fen + 1 WHERE id = {_LINE}", "不等于各人之和"),
    (
        f"UPDATE claims_decision SET verdict = 'refused', amount_fen = 0, allowance_fen = 0 WHERE line_id = {_LINE}",
        "没有“应予补贴”的结论",
    ),
    (f"DELETE FROM claims_decision WHERE line_id = {_LINE}", "没有“应予补贴”的结论"),
    ("UPDATE claims_rulebookedition SET content = content || '{\"x\": 1}'", "规则被改动"),
    ("UPDATE claims_claim SET status = 'returned' WHERE status = 'paid'", "没有核准"),
    ("UPDATE trail_entry SET reason = '改过' WHERE verb = 'claim.approved'", "记录与封存时不同：内容被改动"),
    ("DELETE FROM trail_entry WHERE verb = 'claim.approved'", "记录与封存时不同：应有"),
    (
        "UPDATE trail_entry SET actor_account_id = (SELECT actor_account_id FROM trail_entry"
        " WHERE verb = 'batch.prepared' LIMIT 1) WHERE verb = 'batch.checked'",
        "不是三个人",
    ),
    ("UPDATE trail_seal SET previous_digest = repeat('0', 64)", "与上一封存不相连"),
    ("DELETE FROM trail_entry WHERE verb = 'batch.checked'", "查不到编制、复核、发放三步的经手人"),
    ("UPDATE funds_paymentbatch SET total_fen = total_fen - 1 WHERE status = 'settled'", "实有"),
]


def behind(statement):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement)
        assert cursor.rowcount > 0
        cursor.execute("SET LOCAL session_replication_role = origin")


@pytest.mark.parametrize(("tampering", "said"), BEHIND, ids=[str(n) for n in range(len(BEHIND))])
def test_tampering_behind_the_databases_guards_is_named(city, tmp_path, tampering, said):
    behind(tampering)
    make_pack(tmp_path / "pack.zip")
    faults = faults_of(tmp_path / "pack.zip")
    assert any(said in fault for fault in faults), faults


# -- seals that are gone ---------------------------------------------------------------------------

_OF_LAST = "(SELECT max(id) FROM {0})"
GONE = {
    "trail": ("DELETE FROM trail_seal", "经办轨迹未封存"),
    "the trail's last": (f"DELETE FROM trail_seal WHERE id = {_OF_LAST.format('trail_seal')}", "经办轨迹未封存"),
    "ledger": ("DELETE FROM ledger_ledgerseal", "专账未封存"),
    "the ledger's last": (
        f"DELETE FROM ledger_ledgerseal WHERE id = {_OF_LAST.format('ledger_ledgerseal')}", "专账未封存",
    ),
}  # fmt: skip


@pytest.mark.parametrize("which", GONE)
def test_seals_that_are_gone_are_named_in_a_pack_made_days_later(city, tmp_path, which, monkeypatch):
    statement, said = GONE[which]
    later = max(AT, datetime.now(UTC)) + timedelta(days=2)  # by the clock of the demo and by the database's
    monkeypatch.setattr(queries, "database_now", lambda: later)
    seal_all(AT)  # what making an earlier pack told the trail
    make_pack(tmp_path / "before.zip", at=later)
    assert faults_of(tmp_path / "before.zip") == []
    behind(statement)
    make_pack(tmp_path / "after.zip", at=later)
    faults = faults_of(tmp_path / "after.zip")
    assert any(fault.startswith(said) and "封存被人删去" in fault for fault in faults), faults


def test_what_was_recorded_within_a_day_may_still_be_unsealed_whatever_its_date(city, tmp_path):
    behind("DELETE FROM trail_seal")
    behind("DELETE FROM ledger_ledgerseal")
    make_pack(tmp_path / "pack.zip")
    assert not [fault for fault in faults_of(tmp_path / "pack.zip") if "未封存" in fault]


def test_books_changed_and_sealed_anew_do_not_bear_the_seals_told_of_before(clean, city, tmp_path, capsys):
    kept = tmp_path / "digests.txt"
    kept.write_text(
        "".join(f"2026-11-19 {chain} {digest}\n" for _, chain, digest in queries.published_digests())
    )
    assert verifier.main([str(clean), str(kept)]) == 0
    behind("UPDATE ledger_journalentry SET note = '改过' WHERE kind = 'settle'")
    behind("DELETE FROM trail_seal")
    behind("DELETE FROM ledger_ledgerseal")
    seal_all(AT)
    seal_ledger_until_settled(AT)
    make_pack(tmp_path / "anew.zip")
    faults = faults_of(tmp_path / "anew.zip")
    for chain in ("经办轨迹封存", "专账封存"):
        assert any(fault.startswith(f"{chain}：经办轨迹第") and "不在链上" in fault for fault in faults), (
            faults
        )
    capsys.readouterr()
    assert verifier.main([str(tmp_path / "anew.zip"), str(kept)]) == 1
    told = capsys.readouterr().out
    assert "✗ 经办轨迹封存：2026-11-19 公布的封存" in told
    assert "✗ 专账封存：2026-11-19 公布的封存" in told
    make_pack(tmp_path / "shorter.zip", to_on=TO - timedelta(days=1))
    differences = list(verifier.differences(clean, tmp_path / "shorter.zip"))
    assert any(one.startswith("经办轨迹封存：两个包的链不同") for one in differences), differences


@pytest.mark.parametrize(
    ("hours", "is_late"),
    [
        (range(0, 50, 2), True),  # work went on for two days before anything was sealed
        ([0, 0.1, 63, 63.05], False),  # the machine was off over a week-end
        (range(9), False),
    ],
)
def test_a_seal_over_days_of_work_was_not_made_in_time(clean, hours, is_late):
    found = verifier.Verifier(clean)
    for number, hour in enumerate(hours, 100):
        told = (AT + timedelta(hours=hour)).isoformat()
        found.recorded({"at": told, "recorded_at": told, "transaction_number": number})
    found.late("专账", [{"id": 1, "from_transaction": 0, "until_transaction": 1_000}])
    assert [fault.startswith("专账封存 1：") and "未封存" not in fault for fault in found.faults] == [
        True
    ] * is_late


# -- what a pack holds -----------------------------------------------------------------------------


def test_the_same_days_give_the_same_pack_but_for_the_stamp(city, tmp_path):
    until = TO - timedelta(days=30)
    first = make_pack(tmp_path / "1.zip", to_on=until)
    second = make_pack(tmp_path / "2.zip", to_on=until, at=AT + timedelta(minutes=5))
    assert first.content_digest == second.content_digest
    assert first.file_digest != second.file_digest
    assert first.number != second.number
    assert faults_of(tmp_path / "1.zip") == []


@pytest.mark.parametrize("days", [3, 20, 45, 90, 150])
def test_a_part_of_the_year_opens_with_what_stood_before(city, tmp_path, days):
    make_pack(tmp_path / "part.zip", from_on=TO - timedelta(days=days), to_on=TO - timedelta(days=days // 3))
    assert faults_of(tmp_path / "part.zip") == []


def test_a_masked_pack_tells_no_name_and_a_full_one_tells_the_trail_of_each_person(clean, city, tmp_path):
    person = Person.objects.filter(claim_lines__status="paid").order_by("pk").first()
    masked = b"".join(Forger(clean).files.values()).decode(errors="ignore")
    assert person.name not in masked
    assert person.id_number not in masked
    before = Entry.objects.filter(verb="person.looked").count()
    pack = make_pack(tmp_path / "full.zip", is_full=True, authority="示例审〔2026〕1号/张三")
    forger = Forger(tmp_path / "full.zip")
    people = forger.rows("people/people")
    told = next(row for row in people if row["id"] == person.pk)
    assert (told["name"], told["id_number"]) == (person.name, person.id_number)
    looks = Entry.objects.filter(verb="person.looked", detail__pack=pack.number)
    assert looks.count() == len(people) == Entry.objects.filter(verb="person.looked").count() - before
    assert faults_of(tmp_path / "full.zip") == []


def test_ask_for_pack_refuses_by_name(city):
    auditor, clerk = recall("auditor"), recall("clerk")
    asked = {"from_on": FROM, "to_on": TO, "at": AT}
    with pytest.raises(NotPermitted):
        operations.ask_for_pack(by=clerk, reason="看看", **asked)
    with pytest.raises(ReasonMissing):
        operations.ask_for_pack(by=auditor, reason=" ", **asked)
    with pytest.raises(operations.AuthorityMissing):
        operations.ask_for_pack(by=auditor, reason="审计", is_full=True, **asked)
    with pytest.raises(operations.RegionOutOfReach):
        operations.ask_for_pack(by=auditor, reason="审计", region_code="510000", **asked)
    with pytest.raises(operations.DaysNotPossible):
        operations.ask_for_pack(by=auditor, reason="审计", from_on=TO, to_on=FROM, at=AT)


def test_take_pack_gives_the_very_file_and_tells_who_took_it(city):
    auditor = recall("auditor")
    pack = operations.ask_for_pack(from_on=FROM, to_on=TO, by=auditor, at=AT, reason="专项审计")
    pack = operations.build_pack(pack.pk, by=auditor, at=AT)
    taken, pieces = operations.take_pack(pack.pk, by=auditor, at=AT)
    assert hashlib.sha256(b"".join(pieces)).hexdigest() == taken.file_digest
    verbs = set(Entry.objects.filter(subject_kind="audit_pack").values_list("verb", flat=True))
    assert {"audit_pack.asked", "audit_pack.finished", "audit_pack.taken"} <= verbs
    assert queries.packs(recall("school")).count() == 0
