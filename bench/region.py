"""A region of a million people, loaded in minutes: the database the list pages are measured on.

People go through the product's own bulk registration, so every number is really sealed and indexed. What hangs
on them is written by the database itself, guards asleep (``session_replication_role``), indexes built after:
a path for benchmarks alone, open only to the database's superuser.
"""

import argparse
from contextlib import contextmanager
from datetime import date, timedelta

import polars as pl

from bench import region_rest, rig
from bench.rig import AT, Stopwatch

REGION = "370299"
PROVIDERS = 400
SEATS = 35
PEOPLE_AT_A_TIME = 100_000
PAYMENTS_AT_A_TIME = 100_000
_TABLES = (
    "people_person", "institutions_institution", "training_trainingclass", "training_enrolment",
    "certificates_certificate", "claims_claim", "claims_claimline", "funds_payment", "trail_entry",
    "notices_notice",
)  # fmt: skip

# What a statement below does not name is blank: a column that comes to a table says nothing of a region like this.
_BLANKS = """
DO $$ DECLARE one record; BEGIN
  FOR one IN SELECT table_name, column_name, data_type FROM information_schema.columns
    WHERE table_schema = 'public' AND is_nullable = 'NO' AND column_default IS NULL AND is_identity = 'NO'
      AND data_type IN ('character varying', 'text', 'boolean')
  LOOP
    EXECUTE format('ALTER TABLE %I ALTER COLUMN %I SET DEFAULT %L', one.table_name, one.column_name,
      CASE one.data_type WHEN 'boolean' THEN 'false' ELSE '' END);
  END LOOP;
END $$
"""

_CLASSES = """
INSERT INTO training_trainingclass (id, number, title, institution_id, region_code, contract_id, scheme_code,
  occupation_code, level_code, certificate_kind, hours_theory, hours_practice, starts_on, ends_on, head_count,
  employer_name, synthetic, created_at, status)
SELECT n, 'KB-' || 2023 + n * 4 / (%(classes)s + 1) || '-' || lpad(n::text, 6, '0'),
  (2023 + n * 4 / (%(classes)s + 1)) || '年' || (ARRAY['中式烹调师','电工','焊工','保育师','养老护理员'])[n %% 5 + 1]
    || (ARRAY['五级','四级','三级'])[n %% 3 + 1] || '第' || n || '期',
  n %% %(providers)s + 1, %(region)s, n %% %(providers)s + 1, 'employment_training',
  (ARRAY['4-03-02-01','6-31-01-03','6-18-02-04','4-10-01-03','4-10-01-05'])[n %% 5 + 1],
  (ARRAY['5','4','3'])[n %% 3 + 1], 'skill_level', 20, 40,
  CASE WHEN n > %(classes)s * 0.98 THEN current_date + 10 ELSE date '2023-01-05' + (n * 1400 / %(classes)s) END,
  CASE WHEN n > %(classes)s * 0.98 THEN current_date + 40 ELSE date '2023-02-05' + (n * 1400 / %(classes)s) END,
  40, '', true,
  timestamptz '2023-01-01' + make_interval(days => n * 1400 / %(classes)s),
  CASE WHEN n > %(classes)s * 0.995 THEN 'drafted' WHEN n > %(classes)s * 0.99 THEN 'filed'
       WHEN n > %(classes)s * 0.98 THEN 'approved' WHEN n > %(classes)s * 0.95 THEN 'running'
       ELSE 'finished' END
FROM generate_series(1, %(classes)s) n
"""

# 104729 is prime: the seats of one class fall to different people.
_ENROLMENTS = """
INSERT INTO training_enrolment (id, training_class_id, person_id, sequence, group_code, job_promise,
  row_digest, status)
SELECT n, (n - 1) / %(seats)s + 1, 1 + ((n - 1) / %(seats)s * 7919::bigint + n * 104729::bigint) %% %(people)s,
  (n - 1) %% %(seats)s + 1, '', '', decode(md5(n::text), 'hex'), 'enrolled'
FROM generate_series(1, %(enrolments)s) n
"""

_CERTIFICATES = """
INSERT INTO certificates_certificate (number, kind, person_id, holder_name, holder_id_masked, occupation_code,
  level_code, issued_on, institution_id, issuer_name, theory_score, practice_score, source, reference,
  verification_code, region_code, synthetic, created_at, status)
SELECT 'S000037' || lpad(c.institution_id::text, 6, '0') || to_char(c.ends_on, 'YY') || c.level_code
    || lpad(e.id::text, 7, '0'),
  'skill_level', e.person_id, p.name, p.id_number_masked, c.occupation_code, c.level_code, c.ends_on,
  c.institution_id, '示例区第' || c.institution_id || '职业培训学校', 7000, 8000, 'issued', 'exam/' || e.id,
  md5('v' || e.id)::char(20), %(region)s, true, c.created_at, CASE WHEN e.id %% 400 = 0 THEN 'held' ELSE 'issued' END
FROM training_enrolment e JOIN training_trainingclass c ON c.id = e.training_class_id
JOIN people_person p ON p.id = e.person_id
WHERE c.status = 'finished' AND e.id %% 3 <> 0 ORDER BY e.id
"""

_CLAIMS = """
INSERT INTO claims_claim (id, number, training_class_id, institution_id, region_code, scheme_code, event_on,
  year, payer_mode, fund_code, submitted_at, amount_fen, published_notice_id, illustrative, synthetic, status)
SELECT n, 'SL-' || extract(year FROM ends_on) || '-' || lpad(n::text, 6, '0'), id, institution_id, region_code,
  scheme_code, ends_on, extract(year FROM ends_on), 'provider', 'ZX-2026', ends_on + interval '20 days', 2400000,
  1 + n %% %(notices)s, true, true,
  CASE WHEN n > m * 0.99 THEN 'submitted' WHEN n > m * 0.985 THEN 'reviewed' WHEN n > m * 0.98 THEN 'approved'
       WHEN n > m * 0.97 THEN 'published' WHEN n > m * 0.96 THEN 'cleared' ELSE 'paid' END
FROM (SELECT *, row_number() OVER (ORDER BY id) n, count(*) OVER () m FROM training_trainingclass
      WHERE status = 'finished') finished
"""

_LINES = """
INSERT INTO claims_claimline (claim_id, enrolment_id, person_id, certificate_id, sequence, event_on,
  occupation_code, level, verdict, amount_fen, allowance_fen, reference, training_payment, allowance_payment,
  paid_on, status)
SELECT c.id, e.id, e.person_id, t.id, e.sequence, c.event_on, t.occupation_code, t.level_code::int, 'payable',
  80000, 0, c.number || '/' || lpad(e.sequence::text, 3, '0'), '', '',
  CASE WHEN c.status = 'paid' THEN c.event_on + 60 END,
  CASE c.status WHEN 'paid' THEN 'paid' WHEN 'cleared' THEN 'cleared' WHEN 'approved' THEN 'approved'
    WHEN 'published' THEN 'approved' ELSE 'judged' END
FROM training_enrolment e JOIN claims_claim c ON c.training_class_id = e.training_class_id
JOIN certificates_certificate t ON t.reference = 'exam/' || e.id
"""

_NOTICES = """
INSERT INTO notices_notice (id, number, kind, title, body, columns, region_code, opens_on, working_days,
  closes_on, complaint_phone, complaint_address, subject_reference, created_at, status)
SELECT n, 'GS-' || lpad(n::text, 6, '0'), 'subsidy', '职业培训补贴公示（第' || n || '批）', '现予公示。', '[]',
  %(region)s, date '2023-02-01' + n * 1380 / %(notices)s, 5, date '2023-02-08' + n * 1380 / %(notices)s,
  '0532-00000000', '', '', timestamptz '2023-02-01', CASE WHEN n > %(notices)s * 0.99 THEN 'published'
  ELSE 'closed' END
FROM generate_series(1, %(notices)s) n
"""

_TRAIL = """
INSERT INTO trail_entry (at, verb, subject_kind, subject_id, subject_label, actor_account_id, actor_name,
  actor_role, reason, detail, region_code, organisation_id)
SELECT timestamptz '2023-01-01' + make_interval(secs => n * 120000000.0 / %(entries)s),
  (ARRAY['class.filed','class.approved','certificate.issued','claim.submitted','claim.approved',
         'people.registered','payment.paid','person.looked'])[n %% 8 + 1],
  (ARRAY['class','class','certificate','claim','claim','people','payment','person'])[n %% 8 + 1],
  (n / 8 + 1)::text, 'KB-2026-' || lpad((n / 8)::text, 6, '0'), 1 + n %% 40, '经办' || n %% 40, 'bureau_clerk',
  '', '{}', %(region)s, CASE WHEN n %% 2 = 0 THEN n %% %(providers)s + 1 END
FROM generate_series(1, %(entries)s) n
"""


def load(people: int, enrolments: int) -> None:
    """Fill an empty, migrated database with a region of that size."""
    rig.setup()
    from django.db import connection

    watch = Stopwatch()
    classes = -(-enrolments // SEATS)
    sizes = {
        "people": people, "enrolments": enrolments, "classes": classes, "seats": SEATS, "region": REGION,
        "providers": min(PROVIDERS, max(classes // 20, 2)), "notices": max(classes // 15, 1), "entries": people,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_BLANKS)
    with _without_indexes(connection):
        _load_institutions(people)
        _load_people(people)
        registered = watch.read().wall
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            for statement in (_CLASSES, _ENROLMENTS):
                cursor.execute(statement, sizes)
            for statement in (_CERTIFICATES, _NOTICES, _CLAIMS, _TRAIL):
                cursor.execute(statement, sizes)
            cursor.execute("CREATE INDEX bench_reference ON certificates_certificate (reference)")
            cursor.execute(_LINES, sizes)
            cursor.execute("DROP INDEX bench_reference")
        _load_payments(connection, people * 3 // 5)
        with connection.cursor() as cursor:
            region_rest.load(cursor)
            cursor.execute("SET session_replication_role = origin")
    with connection.cursor() as cursor:
        for table in (*_TABLES, "funds_bankreturn", "funds_paymentbatch"):
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("SELECT pg_database_size(current_database())")
        (size,) = cursor.fetchone()
    rig.answer(wall=watch.read().wall, people_wall=registered, gib=size / 2**30, mib=rig.peak_mib(), **sizes)


@contextmanager
def _without_indexes(connection):
    """Plain indexes away while loading and built again behind it; those of constraints stay."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s) AND NOT EXISTS "
            "(SELECT 1 FROM pg_constraint WHERE conname = indexname) AND indexdef NOT LIKE 'CREATE UNIQUE%%'",
            [[*_TABLES, *region_rest.TABLES]],
        )
        found = cursor.fetchall()
        for name, _ in found:
            cursor.execute(f'DROP INDEX "{name}"')
    yield
    with connection.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '512MB'")
        for _, definition in found:
            cursor.execute(definition)


def _load_institutions(people: int) -> None:
    from kaogong.demo.city import City
    from kaogong.gateways.copying import copy_rows

    city = City(seed=3, people=max(people, 20_000), on=date(2026, 11, 1))
    bodies = [(body, True) for body in city.schools] + [(body, False) for body in city.companies]
    # A small region has few schools: companies train as well.
    bodies = [(body, place < PROVIDERS) for place, (body, _) in enumerate(bodies)]
    rows = pl.DataFrame(
        [(body.credit_code, f"{body.name}", is_school) for body, is_school in bodies],
        schema={"credit_code": pl.String, "name": pl.String, "is_provider": pl.Boolean},
        orient="row",
    ).unique("credit_code", keep="first", maintain_order=True)
    blank = dict.fromkeys(
        ("address", "contact_name", "phone", "bank_name", "bank_account_masked", "bank_account_holder",
         "certificate_body_code", "ownership"), "",
    )  # fmt: skip
    copy_rows(
        "institutions_institution",
        rows.with_columns(
            pl.int_range(1, pl.len() + 1).alias("id"),
            kind=pl.when("is_provider").then(pl.lit("training_school")).otherwise(pl.lit("enterprise")),
            is_assessor=pl.lit(False), region_code=pl.lit(REGION), bank_account=pl.lit("\\x"),
            synthetic=pl.lit(True), created_at=pl.lit(AT.isoformat()),
            **{name: pl.lit(text) for name, text in blank.items()},
        ),
    )  # fmt: skip
    contracts = pl.DataFrame({"id": range(1, PROVIDERS + 1)}).with_columns(
        institution_id="id",
        number="XY-2026-" + pl.col("id").cast(pl.String).str.zfill(5),
        region_code=pl.lit(REGION), starts_on=pl.lit(date(2023, 1, 1)), ends_on=pl.lit(date(2028, 1, 1)),
        head_count=pl.lit(5000), area=pl.lit(""), basis=pl.lit(""), recognised_at=pl.lit(AT.isoformat()),
        created_at=pl.lit(AT.isoformat()), status=pl.lit("drafted"), arrangement=pl.lit(""),
        audience=pl.lit("anyone"), supervisor_name=pl.lit(""),
    )  # fmt: skip
    copy_rows("institutions_contract", contracts)
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE institutions_contract SET status = 'recognised'")
        cursor.execute(
            "INSERT INTO institutions_contractscope (contract_id, occupation_code, level_code)"
            " SELECT id, o, l FROM institutions_contract, unnest(ARRAY['4-03-02-01','6-31-01-03','6-18-02-04'])"
            " o, unnest(ARRAY['5','4','3']) l"
        )
        cursor.execute("SET session_replication_role = origin")


def _load_people(people: int) -> None:
    """Real sealing, real blind indexes, real checks: through the operation a roster goes through."""
    from kaogong.demo.citizens import people_frame
    from kaogong.kernel.actor import system_actor
    from kaogong.people.operations import register_table

    everybody = people_frame(7, people, date(2026, 11, 1))
    for start in range(0, people, PEOPLE_AT_A_TIME):
        part = everybody.slice(start, PEOPLE_AT_A_TIME)
        register_table(
            part.select(
                "name", "id_number", "phone", "ethnic_code", "education_code", "household_region_code",
                "household_kind", "residence_region_code", "job_region_code",
                bank_name=pl.lit("示例银行"), bank_account="bank_card", region_code=pl.lit(REGION),
                synthetic=pl.lit(True),
            ),
            by=system_actor(), at=AT,
        )  # fmt: skip


def _load_payments(connection, payments: int) -> None:
    """Payments to institutions and people, their accounts sealed for this column."""
    from kaogong.access.sealing import blind_indexes, seal_many
    from kaogong.funds.models import ACCOUNT_PURPOSE
    from kaogong.gateways.copying import copy_rows

    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO funds_fund (id, code, name, region_code, year, illustrative)"
            " VALUES (1, 'ZX-2026', '示例专账', %s, 2026, true)", [REGION],
        )  # fmt: skip
        cursor.execute(
            "INSERT INTO funds_reservation (id, reference, fund_id, programme, amount_fen, shares, reserved_at)"
            " VALUES (1, 'SL', 1, 'employment_training', 1, '{}', now())"
        )
        cursor.execute(
            "INSERT INTO funds_paymentbatch (id, number, year, serial, fund_id, region_code, total_fen, count,"
            " prepared_at, status) SELECT n, 'ZF-2026-' || lpad(n::text, 5, '0'), 2026, n, 1, %s, 100, 1,"
            " now(), 'settled' FROM generate_series(1, 3000) n", [REGION],
        )  # fmt: skip
    begin = AT - timedelta(days=1300)
    for start in range(0, payments, PAYMENTS_AT_A_TIME):
        count = min(PAYMENTS_AT_A_TIME, payments - start)
        numbers = pl.int_range(start + 1, start + 1 + count, eager=True)
        cards = ("990000" + numbers.cast(pl.String).str.zfill(13)).to_list()
        n = pl.col("id")
        to_school = n % 3 > 0
        queued = n > payments * 0.99
        copy_rows(
            "funds_payment",
            pl.DataFrame({
                "id": numbers,
                "bank_account": ["\\x" + sealed.hex() for sealed in seal_many(cards, ACCOUNT_PURPOSE)],
                "bank_account_index": ["\\x" + one.hex() for one in blind_indexes(cards, ACCOUNT_PURPOSE)],
            }).with_columns(
                reference="SL-2026-" + n.cast(pl.String).str.zfill(7) + "/T1",
                reservation_id=pl.lit(1), fund_id=pl.lit(1), programme=pl.lit("employment_training"),
                year=pl.lit(2026), purpose=pl.lit("职业培训补贴"),
                payee_kind=pl.when(to_school).then(pl.lit("institution")).otherwise(pl.lit("person")),
                payee_id=n % PROVIDERS + 1, payee_name="收款人" + (n % 5000).cast(pl.String),
                bank_name=pl.lit("示例银行"), bank_account_masked=pl.lit("9900***********0001"),
                bank_account_holder=pl.lit("收款人"), amount_fen=pl.lit(80000), shares=pl.lit("{}"),
                institution_id=pl.when(to_school).then(n % PROVIDERS + 1),
                person_id=pl.when(~to_school).then(n % PROVIDERS + 1),
                region_code=pl.lit(REGION), batch_id=pl.when(~queued).then(n % 3000 + 1),
                queued_at=(pl.lit(begin) + pl.duration(minutes=n)).dt.to_string("%+"),
                failure_reason=pl.lit(""),
                status=pl.when(queued).then(pl.lit("queued")).otherwise(pl.lit("paid")),
            ),
        )  # fmt: skip


def main() -> None:
    words = argparse.ArgumentParser()
    words.add_argument("people", type=int)
    words.add_argument("enrolments", type=int)
    chosen = words.parse_args()
    load(chosen.people, chosen.enrolments)


if __name__ == "__main__":
    main()
