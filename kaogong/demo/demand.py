"""The demo's demand: a survey under way, vacancies, wishes, shortage lists, a guide of wages, majors."""

from datetime import timedelta

from kaogong import sheets
from kaogong.access.queries import account_named, actor_of
from kaogong.catalog import queries as catalog
from kaogong.demand import operations, queries
from kaogong.demand.models import DemandReply, DemandRound
from kaogong.demo.cast import REGION, Cast, at_hour
from kaogong.institutions import operations as institutions
from kaogong.kernel.actor import Actor
from kaogong.kernel.credit_code import make_credit_code
from kaogong.kernel.period import add_months
from kaogong.people import queries as registry
from kaogong.sheets.demand_layouts import MAJORS, SEEKERS, VACANCIES, WISHES

ANYBODY = Actor(name="", role="public")  # who answers by a link has no account
# occupation, posts wanted, people seeking
MARKET = (
    ("焊工", 86, 42), ("养老护理员", 120, 75), ("电工", 34, 61), ("中式烹调师", 45, 45), ("药物制剂工", 6, 14),
)  # fmt: skip
FIRMS = (
    "示例船舶配件有限公司", "示例精密模具有限公司", "示例海工焊接有限公司", "示例汽车零部件有限公司",
    "示例生物制药有限公司", "示例养老服务有限公司", "示例餐饮管理有限公司", "示例影视制作有限公司",
)  # fmt: skip
# post, occupation, level, needed now, within twelve months, monthly wage in fen
POSTS = (
    ("焊工岗", "焊工", "4", 6, 8, 850_000), ("数控车工岗", "车工", "3", 3, 4, 920_000),
    ("焊工岗", "焊工", "3", 9, 6, 980_000), ("焊装岗", "焊工", "5", 4, 10, 720_000),
    ("制剂岗", "药物制剂工", "4", 5, 2, 680_000), ("护理岗", "养老护理员", "5", 12, 20, 550_000),
    ("厨房岗", "中式烹调师", "4", 2, 1, 650_000),
)  # fmt: skip
MAJORS_TAUGHT = (
    ("0203", "焊接加工", "高端装备制造", "128", "64"), ("0120", "汽车维修", "汽车制造", "210", "70"),
    ("0117", "船舶机电", "智慧海洋", "96", "58"), ("0501", "烹饪", "", "154", ""),
)  # fmt: skip


def show_demand(cast: Cast) -> None:
    """Everything a district has once it asks: what its pages show, and what waits for the second person."""
    _firms(cast)
    _wages(cast)
    _survey(cast)
    _vacancies(cast)
    _wishes(cast)
    _lists(cast)
    _majors(cast)
    _market(cast)


def _firms(cast: Cast) -> None:
    for place, name in enumerate(FIRMS):
        institutions.register_institution(
            credit_code=make_credit_code("91", REGION, 781_000 + place).value, name=name, kind="enterprise",
            region_code=REGION, is_provider=False, address=f"示例区产业园{place + 1}号", synthetic=True,
            by=cast["clerk"], at=at_hour(cast.on - timedelta(days=200)),
        )  # fmt: skip


def _round(
    cast: Cast, kind: str, title: str, begun: int, lasts: int
) -> tuple[DemandRound, list[DemandReply]]:
    """A round that asks every registered enterprise; the replies of this part's own firms."""
    day = cast.on - timedelta(days=begun)
    found = operations.draft_demand_round(
        kind=kind, title=title, opens_on=day, closes_on=day + timedelta(days=lasts), by=cast["clerk"],
        at=at_hour(day, 8),
    )  # fmt: skip
    operations.invite_registered(found.pk, by=cast["clerk"], at=at_hour(day, 8, 30))
    operations.open_demand_round(found.pk, by=cast["clerk"], at=at_hour(day, 9))
    return found, list(DemandReply.objects.filter(round=found, name__in=FIRMS).order_by("credit_code"))


def _send(reply: DemandReply, lines: list[dict], at) -> None:
    link = queries.link_of(reply)
    for line in lines:
        operations.save_demand_line(reply.pk, line, by=ANYBODY, at=at, link=link)
    operations.submit_demand_reply(reply.pk, by=ANYBODY, at=at, link=link, nothing_needed=not lines)


def _survey(cast: Cast) -> None:
    """A survey with some answers still to come, one of them begun by the enterprise that logs in."""
    found, replies = _round(cast, "posts", f"{cast.on.year}年用工需求调查", 12, 30)
    for place, (reply, post) in enumerate(zip(replies, POSTS, strict=False)):
        name, occupation, level, now, year, wage = post
        line = {
            "post": name, "occupation": occupation, "level_code": level, "needed_now": now,
            "needed_in_year": year, "wage_fen": wage,
        }  # fmt: skip
        _send(reply, [line], at_hour(cast.on - timedelta(days=10 - place), 14))
    account = account_named("enterprise")
    if account is not None:
        own = DemandReply.objects.filter(round=found, institution_id=account.organisation_id).first()
        if own is not None:
            line = {
                "post": "数控车工岗", "occupation": "车工", "level_code": "4", "needed_now": 2,
                "needed_in_year": 3,
            }  # fmt: skip
            operations.save_demand_line(
                own.pk, line, by=actor_of(account), at=at_hour(cast.on - timedelta(days=1), 16)
            )


def _vacancies(cast: Cast) -> None:
    rows = [
        {"employer": FIRMS[2], "post": "焊工", "occupation": "焊工", "head_count": "12", "wage_low": "7000"},
        {"employer": FIRMS[2], "post": "焊工", "occupation": "焊工", "head_count": "12", "wage_low": "7000"},
        {"employer": "示例家政服务部", "post": "护理员", "occupation": "养老护理员", "head_count": "8"},
        {"employer": "示例冷链物流有限公司", "post": "电工", "occupation": "电工", "head_count": "3"},
        {"employer": "示例冷链物流有限公司", "post": "杂工", "occupation": "打杂", "head_count": "若干"},
    ]
    operations.import_vacancies(
        sheets.write_form(VACANCIES, title=VACANCIES.label, rows=rows), "秋季招聘会岗位表.xlsx",
        source="秋季招聘会（虚构）", as_of=cast.on - timedelta(days=5), by=cast["clerk"],
        at=at_hour(cast.on - timedelta(days=4), 10),
    )  # fmt: skip


def _wishes(cast: Cast) -> None:
    ids = sorted(cast.person_ids.values())[:24]
    numbers, people = registry.id_numbers_of(ids), registry.people_named(ids)
    wanted = ("养老护理员", "焊工", "中式烹调师", "电工")
    rows = [
        {
            "name": people[pk].name, "id_number": numbers[pk], "is_willing": "否" if place % 9 == 8 else "是",
            "occupation_1": wanted[place % 4], "wished_place": "示例区", "level": "五级/初级工",
        }
        for place, pk in enumerate(ids)
    ]  # fmt: skip
    operations.import_wishes(
        sheets.write_form(WISHES, title=WISHES.label, rows=rows), "劳动力登记.xlsx", by=cast["clerk"],
        at=at_hour(cast.on - timedelta(days=3), 10),
    )  # fmt: skip


def _lists(cast: Cast) -> None:
    """One list published three days ago, the next one waiting for another person."""
    clerk, before = cast["clerk"], cast.on - timedelta(days=3)
    run = operations.compute_shortage(by=clerk, at=at_hour(before, 11))
    first = operations.draft_shortage_list(
        run.pk, kind="shortage", starts_on=before, by=clerk, at=at_hour(before, 11)
    )
    if not first.items.exists():
        operations.add_list_entry(
            first.pk, name="焊工", because="三家企业同时缺人", by=clerk, at=at_hour(before, 11)
        )
    operations.propose_shortage_list(first.pk, by=clerk, at=at_hour(before, 11, 30))
    operations.publish_shortage_list(first.pk, by=cast["reviewer"], at=at_hour(before, 15))
    run = operations.compute_shortage(by=clerk, at=at_hour(cast.on, 8))
    second = operations.draft_shortage_list(
        run.pk, kind="shortage", starts_on=cast.on + timedelta(days=60), by=clerk, at=at_hour(cast.on, 8)
    )
    if "药物制剂工" not in {catalog.occupation_name(item.code) for item in queries.items_of(second.pk)}:
        operations.add_list_entry(
            second.pk,
            name="药物制剂工",
            because="生物医药产业链企业来函",
            by=clerk,
            at=at_hour(cast.on, 8, 10),
        )
    operations.propose_shortage_list(second.pk, by=clerk, at=at_hour(cast.on, 8, 20))


def _wages(cast: Cast) -> None:
    """Last quarter's wage survey, closed, and its guide published."""
    found, replies = _round(cast, "wages", f"{cast.on.year}年企业工资分配调查", 90, 30)
    for place, reply in enumerate(replies):
        lines = [
            {"sequence": "skill", "occupation": "焊工", "level_code": "4", "people": 6 + place,
             "annual_people": 2 + place % 3, "equity_people": 3 if place == 1 else 0,
             "yearly_fen": 8_400_000 + 350_000 * place},
            {"sequence": "management", "occupation": "车工", "level_code": "", "people": 2,
             "yearly_fen": 12_000_000 + 400_000 * place},
        ]  # fmt: skip
        if place < 2:
            lines.append(
                {"sequence": "technical", "occupation": "药物制剂工", "level_code": "3", "people": 9,
                 "yearly_fen": 11_000_000}
            )  # fmt: skip
        _send(reply, lines, at_hour(cast.on - timedelta(days=80 - place), 10))
    day = cast.on - timedelta(days=59)
    operations.close_demand_round(found.pk, by=cast["clerk"], at=at_hour(day, 9))
    guide = operations.propose_wage_guide(found.pk, by=cast["clerk"], at=at_hour(day, 10))
    operations.publish_wage_guide(guide.pk, by=cast["reviewer"], at=at_hour(day, 15))


def _market(cast: Cast) -> None:
    """Last quarter's bulletin on the portal: a job fair's posts, the register's seekers, small numbers hidden."""
    now = cast.on.replace(month=(cast.on.month - 1) // 3 * 3 + 1, day=1)
    starts_on = add_months(now, -3)
    rows = [
        {"employer": f"示例{name}用工单位", "post": name, "occupation": name, "head_count": str(people)}
        for name, people, _ in MARKET
    ]
    operations.import_vacancies(
        sheets.write_form(VACANCIES, title=VACANCIES.label, rows=rows), "季度招聘岗位表.xlsx",
        source="公共招聘网（虚构）", as_of=add_months(starts_on, 2), by=cast["clerk"], at=at_hour(now, 9),
    )  # fmt: skip
    found = operations.draft_market_bulletin(starts_on, by=cast["clerk"], at=at_hour(now, 10))
    rows = [{"occupation": name, "people": str(people)} for name, _, people in MARKET]
    operations.import_seekers(
        found.pk, sheets.write_form(SEEKERS, title=SEEKERS.label, rows=rows), "求职登记.xlsx",
        source="示例区公共就业服务中心（虚构）", by=cast["clerk"], at=at_hour(now, 10, 20),
    )  # fmt: skip
    operations.propose_market_bulletin(found.pk, by=cast["clerk"], at=at_hour(now, 11))
    operations.publish_market_bulletin(found.pk, by=cast["reviewer"], at=at_hour(now, 15))


def _majors(cast: Cast) -> None:
    code = make_credit_code("52", REGION, 781_900).value
    at = at_hour(cast.on - timedelta(days=60))
    institutions.register_institution(
        credit_code=code, name="示例海工技师学院", kind="technician_college", region_code=REGION,
        is_provider=False, address="示例区学府路1号", synthetic=True, by=cast["clerk"], at=at,
    )  # fmt: skip
    rows = [
        {
            "credit_code": code,
            "code": number,
            "name": name,
            "chain": chain,
            "students": students,
            "senior_students": senior,
        }
        for number, name, chain, students, senior in MAJORS_TAUGHT
    ]
    operations.import_majors(
        sheets.write_form(MAJORS, title=MAJORS.label, rows=rows), "专业设置.xlsx", by=cast["clerk"], at=at
    )
