"""Vouchers issued and waiting to be issued, and a month of employment an enterprise claims."""

from dataclasses import replace
from datetime import date, timedelta

from kaogong import sheets
from kaogong.claims import operations as claims
from kaogong.demo.accounts import LOGINS
from kaogong.demo.cast import REGION, SHARES, Cast, at_hour, open_demo_account
from kaogong.funds import operations as funds
from kaogong.institutions import operations as institutions
from kaogong.kernel.credit_code import make_credit_code
from kaogong.people import queries as people
from kaogong.people.models import GroupMembership, Person
from kaogong.sheets.money_layouts import MONTH, VOUCHERS
from kaogong.vouchers import operations as vouchers

PROGRAMMES = ("voucher_training", "work_training", "staged_training")
EMPLOYED = ("poverty_worker", "hard_to_employ")
PAPER = b"%PDF-1.4\n% a synthetic wage sheet\n"
LISTED, HEADS = 24, 6


def show_modes(cast: Cast) -> None:
    """Open the year's fund of these ways of claiming, issue vouchers, and claim last month for an enterprise."""
    issued_on = cast.on - timedelta(days=21)
    for year in sorted({issued_on.year, cast.on.year}):
        _open_fund(cast, year)
    _issue(cast, issued_on)
    _claim_month(cast)


def _open_fund(cast: Cast, year: int) -> None:
    at = at_hour(date(year, 1, 9))
    fund = funds.open_fund(
        code=f"FS{REGION}", name="示例区培训方式改革试点资金", region_code=REGION, year=year,
        shares=dict.fromkeys(PROGRAMMES, SHARES), illustrative=True, by=cast["reviewer"], at=at,
    )  # fmt: skip
    for programme in PROGRAMMES:
        for source, permille in SHARES.items():
            funds.set_budget(
                fund.pk, programme=programme, source_level=source, amount_fen=20_000_000 * permille // 1000,
                by=cast["reviewer"], at=at, reason="年度预算",
            )  # fmt: skip


def _issue(cast: Cast, on: date) -> None:
    """One lot in people's hands, the demo's learner among them; one list that waits for the reviewer."""
    of_age = [p for p in cast.city.persons if 20 <= cast.on.year - p.born_on.year <= 50]
    chosen = of_age[3 :: max(1, len(of_age) // LISTED)][:LISTED]
    if cast.learner is not None and cast.learner not in chosen:
        chosen.append(cast.learner)
    terms = vouchers.Terms(
        title=f"{on.year}年技能提升普惠券", scheme_code="voucher_training", kind="general", worth="face",
        face_fen=800_00, starts_on=on, expires_on=on + timedelta(days=180),
    )  # fmt: skip
    rows = _rows(cast, [cast.person_ids[p.number] for p in chosen])
    # A list as lists are: one name is misspelt, one number belongs to nobody registered.
    rows = [(f"{rows[0][0]}某", rows[0][1]), *rows[1:], ("外来人员", "110101199003070011")]
    issue = vouchers.draft_vouchers(
        REGION, terms, _sheet(VOUCHERS, rows), "普惠券发放名单.xlsx", by=cast["clerk"],
        at=at_hour(on), synthetic=True,
    )  # fmt: skip
    vouchers.issue_vouchers(issue.pk, by=cast["reviewer"], at=at_hour(on, 15))
    waiting = replace(
        terms, title=f"{on.year}年灵活就业抵扣券", worth="offset", face_fen=1_200_00, starts_on=cast.on,
        expires_on=cast.on + timedelta(days=120),
    )  # fmt: skip
    others = [p for p in of_age[5 :: max(1, len(of_age) // LISTED)][:8] if p not in chosen]
    if others:
        rows = _rows(cast, [cast.person_ids[p.number] for p in others])
        vouchers.draft_vouchers(
            REGION, waiting, _sheet(VOUCHERS, rows), "抵扣券发放名单.xlsx", by=cast["clerk"],
            at=at_hour(cast.on, 9), synthetic=True,
        )  # fmt: skip


def _claim_month(cast: Cast) -> None:
    """Last month's heads of one enterprise; whom the insurance register is not asked about lack evidence."""
    month = (cast.on.replace(day=1) - timedelta(days=1)).replace(day=1)
    entitled = GroupMembership.objects.filter(
        group_code__in=EMPLOYED, start_on__lte=month, end_on__isnull=True
    )
    ids = list(
        dict.fromkeys(entitled.order_by("group_code", "person_id").values_list("person_id", flat=True))
    )
    if not ids:
        return
    at = at_hour(cast.on - timedelta(days=90))
    firm = institutions.register_institution(
        credit_code=make_credit_code("91", REGION, 770_011).value, name="示例数控装备有限公司", kind="enterprise",
        region_code=REGION, is_provider=False, address="示例区港前街88号", contact_name="虚构联系人",
        synthetic=True, by=cast["clerk"], at=at,
    )  # fmt: skip
    login = next(x for x in LOGINS if x.username == "school")
    own = open_demo_account(
        replace(login, username="enterprise", name="华劳资"),
        at=at,
        organisation_id=firm.pk,
        region_code=REGION,
    )
    institutions.set_institution_bank_account(
        firm.pk, bank_name="示例银行示例区支行", account="3803020109000770011", by=own, at=at
    )
    half = HEADS // 2
    paid_on = cast.on.replace(day=1)
    rows = [
        (name, number, f"{3600 + 100 * place}.00", paid_on.isoformat())
        for place, (name, number) in enumerate(_rows(cast, [*ids[:half], *ids[-half:]]))
    ]
    claims.submit_month(
        "work_training", month, _sheet(MONTH, rows), "以工代训名单.xlsx", proof=PAPER,
        proof_filename="工资代发回单.pdf",
        by=own, at=cast.at - timedelta(hours=2),
    )  # fmt: skip


def _rows(cast: Cast, person_ids: list[int]) -> list[tuple[str, str]]:
    numbers = people.id_numbers_of(person_ids)
    names = dict(Person.objects.filter(pk__in=person_ids).values_list("pk", "name"))
    return [(names[pk], numbers[pk]) for pk in dict.fromkeys(person_ids)]


def _sheet(layout: sheets.Layout, rows: list[tuple[str, ...]]) -> bytes:
    columns = [
        (column.field, column.label, "text") for column in layout.columns if column.field != "sequence"
    ]
    values = (dict(zip((field for field, *_ in columns), row, strict=True)) for row in rows)
    return sheets.write_table(columns, values, title=layout.label)
