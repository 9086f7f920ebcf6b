"""What hangs on a loaded region's classes and payments: sessions and marks, exams, fees, bank returns, the ledger.

Written by the database itself like the rest of the region (see ``bench.region``); the lists that show it would
otherwise be measured empty. ``load`` runs while the guards sleep.
"""

# One trainer and one site for each class that is running; an afternoon on each of the class's first days.
_TEACHING = (
    """
INSERT INTO institutions_site (institution_id, name, address, region_code, capacity)
SELECT institution_id, '教学点' || id, '示例街道' || id || '号', region_code, 60
FROM training_trainingclass WHERE status = 'running'
""",
    """
INSERT INTO institutions_trainer (institution_id, name, id_number, id_number_index, id_number_masked, employment,
  qualification, level_code, is_manager, education, major, title, courses)
SELECT institution_id, '教师' || id, ''::bytea, substring(decode(md5('t' || id), 'hex') FOR 16), '3702**********0000',
  'full', '高级技师', '1', false, '', '', '', ''
FROM training_trainingclass WHERE status = 'running'
""",
    """
INSERT INTO training_session (training_class_id, "on", starts_at, ends_at, hours_hundredths, kind, topic, trainer_id,
  site_id, cancelled)
SELECT c.id, c.starts_on + d, time '13:00', time '17:00', 400, CASE WHEN d < 5 THEN 'theory' ELSE 'practice' END,
  '第' || d + 1 || '讲', t.id, s.id, false
FROM training_trainingclass c
JOIN institutions_trainer t ON t.institution_id = c.institution_id AND t.name = '教师' || c.id
JOIN institutions_site s ON s.institution_id = c.institution_id AND s.name = '教学点' || c.id,
  generate_series(0, 14) d
WHERE c.status = 'running'
""",
    # The first ten afternoons are marked, the rest wait.
    """
INSERT INTO training_attendance (session_id, enrolment_id, mark, hours_hundredths, recorded_at)
SELECT s.id, e.id, CASE WHEN (e.id + s.id) % 20 = 0 THEN 'A' ELSE 'P' END,
  CASE WHEN (e.id + s.id) % 20 = 0 THEN 0 ELSE 400 END, s."on" + interval '18 hours'
FROM training_session s JOIN training_trainingclass c ON c.id = s.training_class_id
JOIN training_enrolment e ON e.training_class_id = c.id WHERE s."on" < c.starts_on + 10
""",
    """
INSERT INTO training_feepayment (training_class_id, enrolment_id, paid_by, amount_fen, paid_on, receipt_number)
SELECT id, NULL, CASE WHEN id % 9 = 0 THEN 'learner' ELSE 'provider' END, 120000, starts_on, 'PJ-' || id
FROM training_trainingclass WHERE status IN ('running', 'finished')
""",
)

_ROSTERS = (
    """
INSERT INTO training_rosterupload (training_class_id, institution_id, region_code, filename, digest, mapping, original,
  rows, columns, unsure, problems, rows_total, rows_good, rows_problem, rows_unchanged, rows_done, rows_added,
  rows_changed, uploaded_at, uploaded_by, status)
SELECT id, institution_id, region_code, '花名册' || number || '.xlsx', md5(number) || md5(number || 'x'), '{}',
  ''::bytea, ''::bytea, '[]', false, ''::bytea, 36, 35, 1, 0, 36,
  CASE WHEN status <> 'running' THEN 35 END, CASE WHEN status <> 'running' THEN 0 END, created_at,
  '经办',
  CASE WHEN status = 'running' THEN 'checked' ELSE 'taken' END
FROM training_trainingclass WHERE status <> 'drafted'
""",
)

_EXAMS = (
    """
INSERT INTO assessment_exam (training_class_id, institution_id, region_code, assessed_on, pass_theory,
  pass_practice, created_at, status)
SELECT id, institution_id, region_code, ends_on + 3, 6000, 6000, created_at,
  CASE WHEN id % 30 = 0 THEN 'scheduled' WHEN id % 30 = 1 THEN 'scored' ELSE 'certified' END
FROM training_trainingclass WHERE status = 'finished'
""",
    """
INSERT INTO assessment_examresult (exam_id, enrolment_id, ticket_number, theory, practice, passed, note)
SELECT x.id, e.id, 'ZK' || lpad(e.id::text, 10, '0'), 7000, 8000, true, ''
FROM assessment_exam x JOIN training_enrolment e ON e.training_class_id = x.training_class_id
WHERE x.institution_id % 20 = 2
""",
)

_RETURNS = (
    """
INSERT INTO funds_bankreturn (id, filename, digest, batch_id, region_code, received_at, paid_count, failed_count,
  repeated_count, returned_count, problem_count, reading)
SELECT b.id, '回盘' || b.number || '.xlsx', md5(b.number) || md5(b.number || 'x'), b.id, b.region_code,
  timestamptz '2023-02-01' + make_interval(hours => b.id::int * 10), count(p.id), 0, 0, 0, 0, 1
FROM funds_paymentbatch b LEFT JOIN funds_payment p ON p.batch_id = b.id GROUP BY b.id
""",
    """
INSERT INTO funds_bankreturnline (bank_return_id, row_number, reference, account_masked, payment_id, outcome,
  amount_fen, reason, problem)
SELECT batch_id, row_number() OVER (PARTITION BY batch_id ORDER BY id), reference, bank_account_masked, id, 'paid',
  amount_fen, '', ''
FROM funds_payment WHERE batch_id IS NOT NULL
""",
)

_CONFLICTS = (
    """
INSERT INTO claims_conflict (line_id, rule_id, because_of, certificate_id, message, found_at, answer, region_code,
  institution_id, status)
SELECT l.id, 'once_for_life', 'OUT-' || l.id, l.certificate_id, '同一职业同一等级已享受过补贴', c.submitted_at,
  '', c.region_code, c.institution_id, 'open'
FROM claims_claimline l JOIN claims_claim c ON c.id = l.claim_id WHERE l.status = 'paid' AND l.id % 2000 = 7
""",
)

# Four movements of each claim, 60 % of the district's money and 40 % of the city's, out of one budget.
_LEDGER = (
    """
INSERT INTO ledger_ledgeraccount (fund_code, programme, year, source_level, state)
SELECT 'ZX-2026', 'employment_training', 2026, source, state
FROM unnest(ARRAY['district', 'city']) source,
  unnest(ARRAY['budgeted', 'available', 'reserved', 'payable', 'in_transit', 'paid', 'returned']) state
""",
    """
CREATE TEMPORARY TABLE bench_step (place int, kind text, source text, target text);
INSERT INTO bench_step VALUES (1, 'reserve', 'available', 'reserved'), (2, 'make_payable', 'reserved', 'payable'),
  (3, 'send', 'payable', 'in_transit'), (4, 'settle', 'in_transit', 'paid')
""",
    """
INSERT INTO ledger_journalentry (key, kind, fund_code, programme, year, amounts, reference, note, at, by_name)
SELECT 'budget', 'set_budget', 'ZX-2026', 'employment_training', 2026, '{}', 'ZX-2026', '', now(), '复核'
UNION ALL
SELECT c.number || ':' || s.kind, s.kind, 'ZX-2026', 'employment_training', 2026,
  jsonb_build_object('district', c.amount_fen * 6 / 10, 'city', c.amount_fen * 4 / 10), c.number, '',
  c.submitted_at + make_interval(days => 10 * s.place), '复核'
FROM claims_claim c, bench_step s WHERE c.status = 'paid'
""",
    """
INSERT INTO ledger_leg (entry_id, account_id, amount_fen)
SELECT e.id, a.id, CASE WHEN a.state = s.source THEN -1 ELSE 1 END * (e.amounts ->> a.source_level)::bigint
FROM ledger_journalentry e JOIN bench_step s ON s.kind = e.kind
JOIN ledger_ledgeraccount a ON a.state IN (s.source, s.target)
""",
    """
INSERT INTO ledger_leg (entry_id, account_id, amount_fen)
SELECT e.id, a.id, CASE WHEN a.state = 'budgeted' THEN -100000000000 ELSE 100000000000 END
FROM ledger_journalentry e, ledger_ledgeraccount a
WHERE e.kind = 'set_budget' AND a.state IN ('budgeted', 'available')
""",
    """
INSERT INTO ledger_accountbalance (account_id, part, is_source, balance_fen)
SELECT a.id, 0, a.state = 'budgeted', coalesce(sum(l.amount_fen), 0)
FROM ledger_ledgeraccount a LEFT JOIN ledger_leg l ON l.account_id = a.id GROUP BY a.id
""",
)

TABLES = (
    "institutions_site", "institutions_trainer", "training_session", "training_attendance", "training_feepayment",
    "training_rosterupload",
    "assessment_exam", "assessment_examresult", "funds_bankreturn", "funds_bankreturnline", "claims_conflict",
    "ledger_ledgeraccount", "ledger_journalentry", "ledger_leg",
)  # fmt: skip


def load(cursor) -> None:
    """Write it all; classes, enrolments, claims and payments are there, and the guards asleep."""
    for part in (_TEACHING, _ROSTERS, _EXAMS, _RETURNS, _CONFLICTS, _LEDGER):
        for statement in part:
            cursor.execute(statement)
