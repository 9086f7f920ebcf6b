"""Makers of rounds, replies, vacancy lists and wage guides."""

import io
from datetime import date, datetime, timedelta

import xlsxwriter

from kaogong.demand import operations
from kaogong.demand.models import (
    DemandReply,
    DemandRound,
    IntroducedTalent,
    MarketBulletin,
    ShortageRun,
    VacancyList,
    WageGuide,
)
from kaogong.kernel.credit_code import make_credit_code

from .institutions import make_institution
from .people import REGION, an_actor, an_id_number

WELDER, COOK_NAME, CARER = "焊工", "中式烹调师", "养老护理员"
NOW = datetime.fromisoformat("2026-11-16T09:00:00+08:00")
VACANCY_HEADINGS = (
    "序号", "用人单位", "统一社会信用代码", "招聘岗位", "职业（工种）", "技能等级", "招聘人数",
    "月工资下限", "月工资上限", "工作地点",
)  # fmt: skip


def a_sheet(headings, rows) -> bytes:
    """A workbook as people make them: numbers as numbers, words as words."""
    output = io.BytesIO()
    book = xlsxwriter.Workbook(output)
    page = book.add_worksheet()
    for column, heading in enumerate(headings):
        page.write(0, column, heading)
    for place, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            if value is not None:
                page.write(place, column, value)
    book.close()
    return output.getvalue()


def make_enterprise(name: str, serial: int, *, region_code: str = REGION):
    """A registered enterprise with a clerk who may answer for it."""
    enterprise = make_institution(
        name,
        kind="enterprise",
        is_provider=False,
        region_code=region_code,
        credit_code=make_credit_code("91", REGION, 90_000 + serial).value,
        bank_account="",
    )
    return enterprise, an_actor("provider_clerk", organisation_id=enterprise.pk)


def make_round(
    *, kind: str = "posts", enterprises: int = 3, clerk=None, opened: bool = True, at: datetime = NOW
) -> tuple[DemandRound, list[tuple[DemandReply, object]]]:
    """A round that asks so many enterprises, and each one's reply with who may write it."""
    clerk = clerk or an_actor("bureau_clerk")
    made = [make_enterprise(f"示例第{n}机械厂", n) for n in range(enterprises)]
    found = operations.draft_demand_round(
        kind=kind, title="2026年四季度用工需求调查", opens_on=date(2026, 11, 1),
        closes_on=date(2026, 11, 30), by=clerk, at=at,
    )  # fmt: skip
    operations.invite_registered(found.pk, by=clerk, at=at)
    if opened:
        operations.open_demand_round(found.pk, by=clerk, at=at)
    replies = {reply.institution_id: reply for reply in DemandReply.objects.filter(round=found)}
    return found, [(replies[one.pk], by) for one, by in made]


def a_post(**fields) -> dict:
    """One post as typed: three welders now, four more within the year."""
    return {
        "post": "焊工岗", "occupation": WELDER, "level_code": "4", "needed_now": 3, "needed_in_year": 4,
        "wage_fen": 800_000,
    } | fields  # fmt: skip


def a_wage(**fields) -> dict:
    """One line of wages as typed."""
    return {
        "sequence": "skill", "occupation": WELDER, "level_code": "4", "people": 5, "yearly_fen": 9_600_000,
    } | fields  # fmt: skip


def send(reply, by, *lines: dict, at: datetime = NOW) -> DemandReply:
    """Write the lines and submit them."""
    for line in lines:
        operations.save_demand_line(reply.pk, line, by=by, at=at)
    return operations.submit_demand_reply(reply.pk, by=by, at=at, nothing_needed=not lines)


def vacancy_row(employer: str = "海星船厂", **fields) -> tuple:
    words = {
        "职业（工种）": WELDER, "招聘人数": 5, "技能等级": "四级/中级工", "招聘岗位": "焊工",
    } | {"用人单位": employer} | fields  # fmt: skip
    return tuple(words.get(heading) for heading in VACANCY_HEADINGS)


def make_vacancies(*rows: tuple, clerk=None, as_of: date = date(2026, 11, 10), at=NOW) -> VacancyList:
    return operations.import_vacancies(
        a_sheet(VACANCY_HEADINGS, rows or [vacancy_row()]), "招聘.xlsx", source="公共招聘网", as_of=as_of,
        by=clerk or an_actor("bureau_clerk"), at=at,
    )  # fmt: skip


def make_run(*, clerk=None, at: datetime = NOW) -> ShortageRun:
    """A counting of three enterprises' answers and one list."""
    clerk = clerk or an_actor("bureau_clerk")
    _round, replies = make_round(clerk=clerk, at=at)
    for reply, by in replies:
        send(reply, by, a_post(), at=at)
    make_vacancies(clerk=clerk, at=at)
    return operations.compute_shortage(by=clerk, at=at)


def make_wage_guide(*, clerk=None, at: datetime = NOW) -> WageGuide:
    """A proposed guide: welders shown, cooks hidden for too few enterprises."""
    clerk = clerk or an_actor("bureau_clerk")
    found, replies = make_round(kind="wages", clerk=clerk, at=at)
    for place, (reply, by) in enumerate(replies):
        lines = [a_wage(yearly_fen=9_000_000 + place * 600_000)]
        if not place:
            lines.append(a_wage(occupation=COOK_NAME, people=20))
        send(reply, by, *lines, at=at)
    operations.close_demand_round(found.pk, by=clerk, at=at)
    return operations.propose_wage_guide(found.pk, by=clerk, at=at)


SEEKER_HEADINGS = ("职业（工种）", "技能等级", "求职人数", "所在区")
QUARTER, AFTER = date(2026, 7, 1), datetime.fromisoformat("2026-10-12T09:00:00+08:00")


def make_bulletin(
    *rows: tuple, clerk=None, wanted: dict[str, int] | None = None, starts_on: date = QUARTER, at=AFTER
) -> MarketBulletin:
    """A drafted bulletin of the third quarter: posts from one list of its days, seekers from a sheet."""
    clerk = clerk or an_actor("bureau_clerk")
    if wanted is None:
        wanted = {WELDER: 40, COOK_NAME: 12}
    if wanted:
        lines = [
            vacancy_row(f"示例第{n}用人单位", 招聘人数=people, **{"职业（工种）": name})
            for n, (name, people) in enumerate(wanted.items())
        ]
        make_vacancies(*lines, clerk=clerk, as_of=starts_on + timedelta(days=40), at=at)
    found = operations.draft_market_bulletin(starts_on, by=clerk, at=at)
    rows = rows or ((WELDER, "四级", 20, ""), (WELDER, "", 5, ""), (COOK_NAME, "", 30, ""))
    operations.import_seekers(
        found.pk, a_sheet(SEEKER_HEADINGS, rows), "求职.xlsx", source="区公共就业服务中心", by=clerk, at=at
    )
    return found


TALENT_HEADINGS = (
    "引进单位", "统一社会信用代码", "姓名", "身份证号码", "引进方式", "领军人才级别", "职业（工种）", "等级",
    "引进渠道", "来自", "引进日期", "合同到期日",
)  # fmt: skip


def talent_row(name: str = "引进人", *, unit: int = 500, number: str = "", **fields) -> tuple:
    """One person brought in by one unit."""
    words = {
        "引进单位": f"示例第{unit}厂", "统一社会信用代码": make_credit_code("91", REGION, 90_000 + unit).value,
        "姓名": name, "身份证号码": number or an_id_number().value, "引进方式": "全职引进", "职业（工种）": WELDER,
        "等级": "高级技师", "引进渠道": "", "来自": "外省", "引进日期": "2026-03-01", "合同到期日": "2027-01-31",
    } | fields  # fmt: skip
    return tuple(words.get(heading) for heading in TALENT_HEADINGS)


def make_talents(*rows: tuple, clerk=None, at: datetime = NOW):
    """What came of a sheet of people brought in."""
    sheet = a_sheet(TALENT_HEADINGS, rows or [talent_row()])
    return operations.import_introduced(sheet, "引进.xlsx", by=clerk or an_actor("bureau_clerk"), at=at)


def told_talent(own, name: str = "自报人", *, confirmed: bool = False, at: datetime = NOW, **said):
    """Somebody a unit told of behind its own door; confirmed by the bureau where wanted."""
    told = {
        "name": name, "id_number": an_id_number().value, "mode": "全职引进", "tier": "", "occupation": WELDER,
        "level": "1", "came_from": "外省", "introduced_on": "2025-03-01", "contract_ends_on": "",
    } | said  # fmt: skip
    talent = operations.tell_introduced_talent(told, by=own, at=at)
    if confirmed:
        talent = operations.confirm_introduced_talent(talent.pk, by=an_actor("bureau_clerk"), at=at)
    return talent


def demand_things(school, *, at: datetime = NOW) -> dict[str, dict]:
    """One of each for the walk through all pages: of the district, and the school asked in a survey."""
    from kaogong.demand import queries
    from kaogong.demand.models import DemandReply, SchoolMajor, ShortageRow

    clerk = an_actor("bureau_clerk")
    run = make_run(clerk=clerk, at=at)
    found = DemandRound.objects.get(title="2026年四季度用工需求调查", kind="posts")
    reply = operations.invite_enterprise(
        found.pk, credit_code=school.credit_code, name=school.name, by=clerk, at=at
    )
    own = an_actor("provider_clerk", organisation_id=school.pk)
    operations.save_demand_line(reply.pk, a_post(), by=own, at=at)
    listed = operations.draft_shortage_list(
        run.pk, kind="shortage", starts_on=date(2027, 1, 1), by=clerk, at=at
    )
    guide = _published_guide(found, clerk, at)
    major = SchoolMajor.objects.create(
        institution=school, region_code=REGION, code="0201", name="焊接加工", starts_on=date(2026, 9, 1)
    )
    reply = DemandReply.objects.get(pk=reply.pk)
    return {
        "demand round": {"pk": found.pk},
        "demand reply": {"pk": reply.pk},
        "demand line": {"pk": reply.pk, "index": 0},
        "demand link": {"token": queries.link_of(reply)},
        "demand line by link": {"token": queries.link_of(reply), "index": 0},
        "vacancy list": {"pk": VacancyList.objects.latest("pk").pk},
        "shortage run": {"pk": run.pk},
        "shortage row": {"pk": ShortageRow.objects.filter(run=run).first().pk},
        "shortage list": {"pk": listed.pk},
        "major": {"pk": major.pk},
        "wage guide": {"pk": guide.pk},
        "introduced talent": {"pk": _talent(clerk, at).pk},
        "told talent": {"pk": told_talent(own, at=at).pk},
        "own talent": {"pk": told_talent(own, "在岗人", confirmed=True, at=at).pk},
        "market bulletin": {"pk": make_bulletin(clerk=clerk, starts_on=date(2026, 4, 1)).pk},
        "published bulletin": {"pk": _published_bulletin(clerk).pk},
    }


def _talent(clerk, at: datetime) -> IntroducedTalent:
    make_talents(clerk=clerk, at=at)
    return IntroducedTalent.objects.latest("pk")


def _published_bulletin(clerk) -> MarketBulletin:
    found = make_bulletin(clerk=clerk)
    operations.propose_market_bulletin(found.pk, by=clerk, at=AFTER)
    return operations.publish_market_bulletin(found.pk, by=an_actor("reviewer"), at=AFTER)


def _published_guide(found: DemandRound, clerk, at: datetime) -> WageGuide:
    """A guide of the same enterprises, published."""
    wages = operations.draft_demand_round(
        kind="wages", title="2026年工资分配调查", opens_on=found.opens_on, closes_on=found.closes_on,
        by=clerk, at=at,
    )  # fmt: skip
    operations.invite_registered(wages.pk, by=clerk, at=at)
    operations.open_demand_round(wages.pk, by=clerk, at=at)
    for place, reply in enumerate(wages.replies.order_by("pk")):
        by = an_actor("provider_clerk", organisation_id=reply.institution_id)
        send(reply, by, a_wage(yearly_fen=9_000_000 + place * 600_000), at=at)
    operations.close_demand_round(wages.pk, by=clerk, at=at)
    guide = operations.propose_wage_guide(wages.pk, by=clerk, at=at)
    return operations.publish_wage_guide(guide.pk, by=an_actor("reviewer"), at=at)
