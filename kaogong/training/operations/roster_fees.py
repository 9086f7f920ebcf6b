"""The columns of a roster that say who paid the fee first, how much, when and on which receipt."""

from decimal import Decimal

import polars as pl

from kaogong.training.models import Enrolment, FeePayment, TrainingClass
from kaogong.training.queries.findings import tell

COLUMNS = ("fee_payer", "fee_paid", "fee_paid_on", "fee_receipt")

_PAYERS = {
    "学员": "learner", "本人": "learner", "学员本人": "learner", "个人": "learner", "自费": "learner",
    "培训机构": "provider", "机构": "provider", "学校": "provider", "培训学校": "provider",
    "机构垫付": "provider", "学校垫付": "provider", "培训单位": "provider",
    "用人单位": "employer", "企业": "employer", "单位": "employer", "公司": "employer",
}  # fmt: skip


def with_fees(rows: pl.DataFrame) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """``fee_paid_by`` of each row, and what is said of fees that cannot be kept or prove nothing."""
    said = pl.col("fee_payer")
    rows = rows.with_columns(
        fee_paid_by=said.str.replace_all(" ", "").replace_strict(_PAYERS, default="", return_dtype=pl.String)
    )
    known = pl.col("fee_paid_by").fill_null("") != ""
    anything = pl.any_horizontal(pl.col(name).is_not_null() for name in COLUMNS[1:])
    gaps = pl.any_horizontal(pl.col(name).is_null() for name in COLUMNS[1:])
    return rows, [
        tell(rows, "fee_payer_unknown", said.is_not_null() & ~known, said),
        tell(rows, "fee_payer_missing", anything & said.is_null()),
        tell(rows, "fee_unproven", known & gaps),
    ]


def _fen(yuan: str | None) -> int | None:
    """Fen of an amount the sheet's reading has found to be a number; None for nothing or less."""
    fen = int((Decimal(yuan or 0) * 100).to_integral_value())
    return fen if fen > 0 else None


def keep_fees(rows: pl.DataFrame, training_class: TrainingClass) -> int:
    """Keep what taken rows say of fees as those learners' own; returns how many."""
    told = rows.filter(pl.col("fee_paid_by").fill_null("") != "")
    if told.is_empty():
        return 0
    here = Enrolment.objects.filter(training_class=training_class).values_list("person_id", "pk")
    enrolments = dict(here.order_by())
    told = told.with_columns(day=pl.col("fee_paid_on").str.to_date("%Y-%m-%d", strict=False))
    fees = [
        FeePayment(
            training_class=training_class,
            enrolment_id=enrolments[row["person_id_now"]],
            paid_by=row["fee_paid_by"],
            amount_fen=_fen(row["fee_paid"]),
            paid_on=row["day"],
            receipt_number=(row["fee_receipt"] or "")[:60],
        )
        for row in told.iter_rows(named=True)
    ]
    FeePayment.objects.bulk_create(
        fees,
        update_conflicts=True,
        unique_fields=["training_class", "enrolment"],
        update_fields=["paid_by", "amount_fen", "paid_on", "receipt_number"],
        batch_size=2_000,
    )
    return len(fees)
