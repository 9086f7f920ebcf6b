"""The part of a roster's check that asks what is already known: people, classes, groups, subsidies."""

from collections.abc import Callable, Mapping
from datetime import date

import polars as pl

from kaogong.access.sealing import blind_indexes
from kaogong.catalog import queries as catalog
from kaogong.kernel.writing import compact, mask_name
from kaogong.kernel.writing_columns import compact_texts, mask_numbers, tidy_names
from kaogong.people import queries as people
from kaogong.training import queries
from kaogong.training.models import Enrolment, TrainingClass
from kaogong.training.queries.findings import tell

from .roster_fees import COLUMNS as FEE_COLUMNS

ROW_PURPOSE = "training.enrolment.row"

# What of a row is kept; the rest of the sheet is read and left.
KEPT = (
    "name", "sex", "education", "phone", "residence", "residence_kind", "promised_employer", "person_kind",
    "bank_holder", "bank_name", "bank_account", "ethnicity", *FEE_COLUMNS,
)  # fmt: skip

# 花名册 words for the groups of the catalogue, beside their own names.
_GROUP_WORDS = {
    "高校毕业生": "graduating_student", "应届高校毕业生": "graduating_student",
    "毕业学年高校毕业生": "graduating_student",
    "两后生": "school_leaver", "农村转移劳动力": "rural_transferred_worker",
    "农村转移就业": "rural_transferred_worker", "登记失业人员": "registered_unemployed",
    "城镇登记失业人员": "registered_unemployed", "失业人员": "registered_unemployed",
    "建档立卡贫困劳动力": "poverty_worker", "脱贫劳动力": "poverty_worker", "就业困难": "hard_to_employ",
    "企业职工": "insured_employee", "在职职工": "insured_employee", "参保职工": "insured_employee",
    "退役士兵": "veteran", "残疾人员": "disabled_person",
}  # fmt: skip


def with_groups_claimed(rows: pl.DataFrame) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """The code of the group each 人员类别 claims, and the words that name none."""
    words = rows["person_kind"].drop_nulls().unique().to_list()
    by_label = {compact(label): code for code, label in catalog.code_labels("group").items()}
    codes = {word: by_label.get(compact(word)) or _GROUP_WORDS.get(compact(word), "") for word in words}
    claimed = pl.col("person_kind")
    rows = rows.with_columns(
        group_code=claimed.replace_strict(codes, default="", return_dtype=pl.String) if codes else pl.lit("")
    )
    return rows, [tell(rows, "group_unknown", claimed.is_not_null() & (pl.col("group_code") == ""), claimed)]


def with_people(rows: pl.DataFrame) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """The people already registered under these numbers, and names and accounts that differ from theirs."""
    valid = rows.filter(pl.col("id_problem").is_null())
    found = people.names_and_accounts(valid["id_value"].unique().to_list())
    known = pl.DataFrame(
        [(number, *theirs) for number, theirs in found.items()],
        schema={
            "id_value": pl.String, "person_id": pl.Int64, "known_name": pl.String, "known_account": pl.String
        },
        orient="row",
    )  # fmt: skip
    rows = rows.drop("person_id").join(known, on="id_value", how="left", maintain_order="left")
    if known.is_empty():
        return rows.drop("known_name", "known_account"), []
    first = pl.col("row_number").min().over("person_id")
    again = rows.filter(pl.col("person_id").is_not_null()).with_columns(first=first)
    again = again.filter(
        pl.col("id_value") != pl.col("id_value").first().over("person_id", order_by="row_number")
    )
    given = rows.select("row_number", "known_name", name=tidy_names(rows["name"]))
    other = given.filter(pl.col("name") != "", pl.col("name") != pl.col("known_name"))
    # Masked: the sheet's sender may not learn a stranger's name from a number.
    masks = {"": ""} | {name: mask_name(name) for name in other["known_name"].unique()}
    masked = pl.col("known_name").replace_strict(masks, return_dtype=pl.String)
    here = pl.col("known_account")
    sent = compact_texts(rows["bank_account"]).str.replace_all("-", "")
    sent = rows.with_columns(sent=sent).filter(pl.col("account_fine"), here != "")
    differs = here != mask_numbers(pl.col("sent"), head=4, tail=4)
    told = [tell(other, "name_differs", pl.lit(True), masked), tell(sent, "account_kept", differs, here)]
    told.append(tell(again, "merged_twice", pl.lit(True), pl.col("first")))
    return rows.drop("known_name", "known_account"), told


def with_enrolments(
    rows: pl.DataFrame, training_class: TrainingClass
) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """Which rows are new to the class, changed or as before; ``row_digest`` is the fingerprint of each."""
    rows = rows.with_columns(pl.Series("row_digest", _digests(rows), dtype=pl.Binary))
    kept = Enrolment.objects.filter(training_class=training_class).order_by()
    kept = list(kept.values_list("pk", "person_id", "status", "row_digest"))
    standing = people.standing_person_ids(person for _pk, person, _status, _digest in kept)
    here = pl.DataFrame(
        [(pk, standing[person], status, bytes(digest)) for pk, person, status, digest in kept],
        schema={
            "enrolment_id": pl.Int64, "person_id": pl.Int64, "enrolled": pl.String, "digest": pl.Binary
        },
        orient="row",
    )  # fmt: skip
    rows = rows.join(here, on="person_id", how="left", maintain_order="left")
    rows = rows.with_columns(
        state=pl.when(pl.col("enrolment_id").is_null())
        .then(pl.lit("new"))
        .when(pl.col("digest") == pl.col("row_digest"))
        .then(pl.lit("unchanged"))
        .otherwise(pl.lit("changed"))
    )
    return rows.drop("digest"), [tell(rows, "withdrawn", pl.col("enrolled") == "withdrawn")]


def elsewhere(rows: pl.DataFrame, training_class: TrainingClass) -> list[pl.DataFrame]:
    """People who sit in another class at the same hours."""
    same = people.same_person_ids(_people_in(rows))
    everyone = sorted({pk for group in same.values() for pk in group})
    sitting = queries.simultaneous_classes(
        everyone, queries.session_hours(training_class.pk), except_class_id=training_class.pk
    )
    busy = {
        person: next(sitting[pk] for pk in group if pk in sitting)
        for person, group in same.items()
        if any(pk in sitting for pk in group)
    }
    return [_about_people(rows, "elsewhere", busy)] if busy else []


def unregistered_groups(rows: pl.DataFrame, on: date) -> list[pl.DataFrame]:
    """Groups claimed that are not on record for the day; no error, evidence may still come."""
    claiming = rows.filter(pl.col("group_code") != "")
    if claiming.is_empty():
        return []
    registered = people.groups_on(_people_in(claiming), on)
    pairs = [(person, code, True) for person, codes in registered.items() for code in codes]
    schema = {"person_id": pl.Int64, "group_code": pl.String, "on_record": pl.Boolean}
    pairs_frame = pl.DataFrame(pairs, schema=schema, orient="row").unique()
    claiming = claiming.join(pairs_frame, on=["person_id", "group_code"], how="left", maintain_order="left")
    label = pl.col("group_code").replace_strict(catalog.code_labels("group"), default=pl.col("group_code"))
    return [tell(claiming, "group_unregistered", pl.col("on_record").is_null(), label)]


def ruled_out(
    rows: pl.DataFrame,
    training_class: TrainingClass,
    on: date,
    earlier: Callable[[list[int], str, str, date], Mapping[int, str]] | None,
) -> list[pl.DataFrame]:
    """What subsidies already paid rule out, as told by the caller's query."""
    if earlier is None:
        return []
    known = _people_in(rows)
    said = earlier(known, training_class.occupation_code, training_class.level_code, on) if known else {}
    return [_about_people(rows, "ruled_out", said)] if said else []


def outside_audience(rows: pl.DataFrame, training_class: TrainingClass, on: date) -> list[pl.DataFrame]:
    """Where the contract is for the provider's own staff: who is insured elsewhere, and of whom nobody knows."""
    contract = training_class.contract
    if contract.audience != "own_staff":
        return []
    provider = training_class.institution.name
    known = {
        pk: compact(provider) in {compact(name) for name in names}
        for pk, names in people.employers_on(_people_in(rows), on).items()
    }
    schema = {"person_id": pl.Int64, "is_staff": pl.Boolean}
    said = pl.DataFrame(list(known.items()), schema=schema, orient="row")
    rows = rows.join(said, on="person_id", how="left", maintain_order="left")
    words = (pl.lit(contract.number), pl.lit(provider))
    return [
        tell(rows, "not_own_staff", ~pl.col("is_staff"), *words),
        tell(rows, "own_staff_unknown", pl.col("is_staff").is_null(), *words),
    ]


def beyond_contract(rows: pl.DataFrame, training_class: TrainingClass) -> list[pl.DataFrame]:
    """New rows, in their order, for whom the contract has no place left."""
    enrolled = Enrolment.objects.filter(training_class=training_class, status="enrolled").count()
    left = max(queries.head_count_left(training_class) - enrolled, 0)
    new = rows.filter(pl.col("fine") & (pl.col("state") == "new")).sort("row_number").slice(left)
    return [tell(new, "over_contract", pl.lit(True), pl.lit(left))] if new.height else []


def _people_in(rows: pl.DataFrame) -> list[int]:
    return rows["person_id"].drop_nulls().unique().to_list()


def _about_people(rows: pl.DataFrame, code: str, said: Mapping[int, str]) -> pl.DataFrame:
    sentences = pl.DataFrame(
        {"person_id": list(said), "sentence": list(said.values())},
        schema={"person_id": pl.Int64, "sentence": pl.String},
    )
    return tell(
        rows.join(sentences, on="person_id", maintain_order="left"), code, pl.lit(True), pl.col("sentence")
    )


def _digests(rows: pl.DataFrame) -> list[bytes]:
    """A keyed fingerprint of what each row says (not of where it stands): guessing cannot turn it back."""
    texts = rows.select(
        pl.concat_str([pl.col(name).fill_null("") for name in ("id_value", *KEPT)], separator="\x1f")
    ).to_series()
    return blind_indexes(texts, ROW_PURPOSE)
