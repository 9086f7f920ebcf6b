"""Companies, training schools, their sites: made from place, trade and form, with valid credit codes."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from kaogong.demo.citizens import PHONE_PREFIX, REGION, STREET, TOWN
from kaogong.demo.draws import Draws
from kaogong.demo.names import brands, company_name, personal_name, school_name
from kaogong.kernel.credit_code import make_credit_code
from kaogong.kernel.reference import read_industries

SCHOOL, COMPANY = "school", "company"
_ROADS = ("滨海路", "银沙路", "学府路", "港前街", "兴业路", "文化街", "长安路", "海韵路", "新桥路", "前进街")
_TRADES = {  # word in the company's name -> class of GB/T 4754, by its printed name
    "餐饮": "正餐服务",
    "家政服务": "家庭服务",
    "养老服务": "老年人、残疾人养护服务",
    "汽车服务": "汽车修理与维护",
    "物业": "物业管理",
    "电子": "其他电子元件制造",
    "钢结构": "金属结构制造",
    "电器": "家用制冷电器具制造",
    "食品": "水产品冷冻加工",
    "服饰": "运动机织服装制造",
    "建筑工程": "住宅房屋建筑",
    "机电安装": "电气安装",
    "港务": "货运港口",
    "船舶配套": "船用配套设备制造",
    "汽车零部件": "汽车零部件及配件制造",
    "超市": "超级市场零售",
    "美容": "理发及美容服务",
    "快运": "快递服务",
    "软件": "应用软件开发",
    "保安服务": "安全服务",
}


@dataclass(frozen=True, slots=True)
class Body:
    """One synthetic company or training school; ``kind`` says which, ``number`` counts within the kind."""

    number: int
    kind: str
    name: str
    short_name: str
    credit_code: str
    industry_code: str
    region_code: str
    township_code: str
    address: str
    legal_representative: str
    contact_name: str
    contact_phone: str
    bank_name: str
    bank_account: str
    founded_on: date
    staff: int


@dataclass(frozen=True, slots=True)
class Site:
    """One place where a school teaches."""

    number: int
    school_number: int
    name: str
    address: str
    township_code: str
    seats: int
    is_accessible: bool


@lru_cache(maxsize=1)
def _industry_codes() -> dict[str, str]:
    classes = {row.name: row.code for row in read_industries() if row.depth == 4}
    return {trade: classes[name] for trade, name in _TRADES.items()}


def make_companies(draws: Draws, count: int, on: date) -> list[Body]:
    """As many companies as asked for, in the trades the city lives on."""
    chance = draws.stream("companies")
    codes, trades = _industry_codes(), list(_TRADES)
    companies = []
    for number, brand in enumerate(brands(chance, count), 1):
        trade = chance.choice(trades)
        companies.append(
            _body(
                chance,
                on,
                number,
                COMPANY,
                company_name(chance, brand, trade),
                brand + trade,
                kind_code="91",
                industry_code=codes[trade],
                staff=int(chance.lognormvariate(3.4, 1.1)) + 3,
            )
        )
    return companies


def make_schools(draws: Draws, count: int, on: date) -> list[Body]:
    """As many private training schools as asked for."""
    chance = draws.stream("schools")
    code = next(row.code for row in read_industries() if row.name == "职业技能培训" and row.depth == 4)
    return [
        _body(
            chance,
            on,
            number,
            SCHOOL,
            school_name(brand),
            brand,
            kind_code="52",
            industry_code=code,
            staff=chance.randint(8, 45),
        )
        for number, brand in enumerate(brands(chance, count), 1)
    ]


def make_sites(draws: Draws, schools: list[Body]) -> list[Site]:
    """One to three sites for each school, the first at its own address."""
    chance, sites = draws.stream("sites"), []
    for school in schools:
        for place in range(chance.choice((1, 1, 2, 3))):
            township, address = (school.township_code, school.address) if place == 0 else _address(chance)
            name = f"{school.short_name}{('总部', '二教学点', '三教学点')[place]}"
            sites.append(
                Site(
                    number=len(sites) + 1,
                    school_number=school.number,
                    name=name,
                    address=address,
                    township_code=township,
                    seats=chance.choice((50, 60, 80, 120)),
                    is_accessible=chance.random() < 0.4,
                )
            )
    return sites


def _address(chance) -> tuple[str, str]:
    township = chance.choice((STREET, STREET, TOWN))
    place = "示例街道" if township == STREET else "样例镇"
    return township, f"青岛市示例区{place}{chance.choice(_ROADS)}{chance.randint(1, 399)}号"


def _body(chance, on, number, kind, name, short_name, *, kind_code, industry_code, staff) -> Body:
    township, address = _address(chance)
    # A settlement account is no card number: seventeen digits, no check digit.
    return Body(
        number=number,
        kind=kind,
        name=name,
        short_name=short_name,
        credit_code=make_credit_code(kind_code, REGION, chance.randrange(31**7, 31**8)).value,
        industry_code=industry_code,
        region_code=REGION,
        township_code=township,
        address=address,
        legal_representative=personal_name(chance),
        contact_name=personal_name(chance),
        contact_phone=f"{PHONE_PREFIX}{chance.randint(0, 9999):04d}",
        bank_name="示例银行示例区支行",
        bank_account=f"9900{number:05d}{chance.randrange(10**8):08d}",
        founded_on=on - timedelta(days=chance.randint(3 * 365 + 200, 25 * 365)),
        staff=staff,
    )
