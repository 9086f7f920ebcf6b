"""A month's list of living allowances, partly decided, and a school's equipment bought with support."""

from datetime import date, timedelta

from kaogong import sheets
from kaogong.demo.cast import REGION, SHARES, Cast, at_hour
from kaogong.demo.granting import one_page
from kaogong.funds import operations as funds
from kaogong.grants import operations, queries
from kaogong.people import queries as people
from kaogong.people.models import GroupMembership, Person
from kaogong.sheets.grant_layouts import ALLOWANCE_LIST

PROGRAMMES = ("living_allowance", "facility_support")
ENTITLED = ("rural_school_leaver", "hard_to_employ", "poverty_worker")
LISTED, DECIDED = 8, 3


def show_living(cast: Cast) -> None:
    """Open the year's fund, hand in last month's list, decide a few of it, and ask for support of a workshop."""
    last = cast.on.replace(day=1) - timedelta(days=1)
    for year in sorted({last.year, cast.on.year}):
        _open_fund(cast, year)
    _hand_in(cast, last.replace(day=1))
    _ask_for_equipment(cast)


def _open_fund(cast: Cast, year: int) -> None:
    at = at_hour(date(year, 1, 9))
    fund = funds.open_fund(
        code=f"SH{REGION}", name="示例区生活费和设施支持资金", region_code=REGION, year=year,
        shares=dict.fromkeys(PROGRAMMES, SHARES), illustrative=True, by=cast["reviewer"], at=at,
    )  # fmt: skip
    for programme in PROGRAMMES:
        for source, permille in SHARES.items():
            funds.set_budget(
                fund.pk, programme=programme, source_level=source, amount_fen=30_000_000 * permille // 1000,
                by=cast["reviewer"], at=at, reason="年度预算",
            )  # fmt: skip


def _hand_in(cast: Cast, month: date) -> None:
    """A list of a class the product does not know, as lists are: one number is nobody's, one day too many."""
    entitled = GroupMembership.objects.filter(
        group_code__in=ENTITLED, start_on__lte=month, end_on__isnull=True
    )
    found = entitled.order_by("group_code", "person_id").values_list("person_id", flat=True)
    ids = list(dict.fromkeys(found))[2 : 2 + LISTED]
    if not ids:
        return
    names, numbers = (
        dict(Person.objects.filter(pk__in=ids).values_list("pk", "name")),
        people.id_numbers_of(ids),
    )
    rows = [
        {"name": names[pk], "id_number": numbers[pk], "days": str(22 - nth % 3), "hours": "160"}
        for nth, pk in enumerate(ids)
    ]
    rows[-1]["days"] = "35"
    rows.append({"name": "外来人员", "id_number": "110101199003070012", "days": "20", "hours": "150"})
    columns = [
        (column.field, column.label, "text")
        for column in ALLOWANCE_LIST.columns
        if column.field in ("name", "id_number", "days", "hours")
    ]
    kept = operations.import_month_list(
        operations.ListFor("living_by_day", month, class_name="示例技工学校焊工班"),
        sheets.write_table(columns, rows, title=ALLOWANCE_LIST.label), "生活费补贴名单.xlsx",
        region_code=REGION, by=cast.schools[0].clerk, at=at_hour(cast.on - timedelta(days=1), 9),
    )  # fmt: skip
    at = at_hour(cast.on - timedelta(days=1), 14)
    operations.determine_list(
        kept.pk, class_approved=True, source="示例区开班核准文件（示例）第7号", by=cast["clerk"], at=at
    )
    decided = [row.grant.pk for row in queries.list_rows(kept.pk, by=cast["clerk"])][:DECIDED]
    operations.review_grants(decided, by=cast["clerk"], at=at)
    operations.approve_grants(decided[:-1], by=cast["reviewer"], at=at + timedelta(hours=1))


def _ask_for_equipment(cast: Cast) -> None:
    """A school's workshop: two machines and a ramp, handed in for review."""
    own, at = cast.schools[0].clerk, at_hour(cast.on - timedelta(days=4))
    grant = operations.draft_grant("facility_upgrade_grant", region_code=REGION, by=own, at=at)
    occupation = cast.city.classes[0].occupation_code
    for one in (
        operations.NewItem("equipment", "数字化实训台", 6, 1_280_000, "SX-200", occupation),
        operations.NewItem("equipment", "实训耗材柜", 4, 215_000, "", occupation),
        operations.NewItem("accessibility", "实训楼无障碍坡道", 1, 3_600_000),
    ):
        operations.add_item(grant.pk, one, by=own, at=at)
    for kind in queries.terms_of(REGION, grant.scheme_code, at.date()).paper_kinds:
        operations.add_grant_paper(
            grant.pk, kind=kind, filename="购置发票.pdf", content=one_page(), by=own, at=at
        )
    operations.submit_grant(grant.pk, by=own, at=at + timedelta(hours=1))
