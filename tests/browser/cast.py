"""Who is in the story of the browser tests: one window a person, and the files each has on the desk."""

import io
import re
from contextlib import contextmanager
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import openpyxl

from kaogong.demo.accounts import DEMO_PASSWORD
from kaogong.demo.city import City

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HEADINGS = (
    "序号", "姓名", "性别", "学历", "年龄", "身份证号码", "联系电话", "户口所在地", "户口性质", "就业安排承诺单位",
    "开户银行", "银行账号", "户名",
)  # fmt: skip


class Cast:
    """Everyone of the story, each in a window of their own, and what was learnt on the way."""

    def __init__(self, browser, site: str, people: int) -> None:
        self.browser, self.site = browser, site
        self.today = datetime.now(ZoneInfo("Asia/Shanghai")).date()
        self.windows: dict[str, object] = {}
        self.complaints: list[str] = []
        self.learners = self._newcomers(people)

    def _newcomers(self, seeded: int) -> list:
        """Four people of working age whom the seeded city does not know."""
        known = {person.id_number for person in City(2020, seeded, self.today).persons}
        of_age = [
            person
            for person in City(7, 80, self.today).persons
            if 22 <= self.today.year - person.born_on.year <= 48 and person.id_number not in known
        ]
        return of_age[:4]

    def window(self, who: str | None, width: int = 1440):
        """The window of one log-in (``None``: a visitor), opened and logged in the first time."""
        key = who or "visitor"
        if key not in self.windows:
            context = self.browser.new_context(
                base_url=self.site,
                locale="zh-CN",
                timezone_id="Asia/Shanghai",
                viewport={"width": width, "height": 900},
            )
            page = context.new_page()
            page.set_default_timeout(20_000)
            page.on("pageerror", lambda error: self.complaints.append(f"{key}: {error}"))
            page.on("console", lambda said: self._note(key, said))
            self.windows[key] = page
            if who:
                page.goto("/login/")
                page.locator("#id_username").fill(who)
                page.locator("#id_password").fill(DEMO_PASSWORD)
                page.locator("form", has=page.locator("#id_password")).get_by_role("button").click()
                page.wait_for_url(lambda url: "/login" not in url)
        return self.windows[key]

    def _note(self, who: str, said) -> None:
        # Chromium reports every answer of 403 and 422; those are the product's refusals.
        if said.type == "error" and not re.search(r"status of (403|422)", said.text):
            self.complaints.append(f"{who}: {said.text}")

    def close(self) -> None:
        for page in self.windows.values():
            page.context.close()

    def days_ago(self, days: int) -> str:
        return (self.today - timedelta(days=days)).isoformat()


def button(page, words: str | re.Pattern):
    return page.get_by_role("button", name=words)


def link(page, words: str | re.Pattern):
    return page.get_by_role("link", name=words)


def press(page, words: str | re.Pattern) -> None:
    """Press the first button or link of just these words (or of this pattern) in the page's main part."""
    main, exact = page.locator("main"), isinstance(words, str)
    found = main.get_by_role("button", name=words, exact=exact)
    found.or_(main.get_by_role("link", name=words, exact=exact)).first.click()
    page.wait_for_load_state()


def give_reason(page, words: str, label: str) -> None:
    """Answer the dialog that asks why."""
    dialog = page.locator("dialog[open]")
    dialog.locator("textarea").fill(words)
    dialog.get_by_role("button", name=label, exact=True).click()
    page.wait_for_load_state()


def confirm(page) -> None:
    """Say yes where the press before asks whether one is sure."""
    if page.locator("dialog[open]").count():
        page.locator("dialog[open] .go").click()


def hears(page, words: str | re.Pattern) -> str:
    """Wait until the page tells its reader these words, a refusal or a success; the whole of it."""
    told = page.locator(".said, .field-error").filter(has_text=words).first
    told.wait_for()
    return told.inner_text()


def download(page, target) -> bytes:
    """What a link or button downloads."""
    with page.expect_download() as waiting:
        target.click()
    return waiting.value.path().read_bytes()


def sheet_file(name: str, content: bytes) -> dict:
    return {"name": name, "mimeType": XLSX, "buffer": content}


def roster(cast: Cast, learners: list, wrong: int | None = None) -> bytes:
    """The school's own roster sheet: a title, the headings as bureaus print them, one wrong number."""
    book = openpyxl.Workbook()
    page = book.active
    page.append(["培训学员花名册"])
    page.append(HEADINGS)
    for place, person in enumerate(learners, 1):
        number = person.id_number
        if place - 1 == wrong:
            number = number[:17] + ("1" if number[17] != "1" else "2")
        own = (place, person.name, person.sex, "初中", cast.today.year - person.born_on.year, number)
        home = (person.phone, "示例区", "非农业", "")
        page.append([*own, *home, "示例银行", person.bank_card, person.name])
    return saved(book)


def saved(book) -> bytes:
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def rows_of(content: bytes) -> list[list[str]]:
    """A sheet's rows as text."""
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    return [["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]


def with_column(content: bytes, values: dict[str, dict[str, object]], key: str) -> bytes:
    """The sheet with cells filled in: ``values[row's key][heading]``."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    page = book.active
    head = next(row for row in page.iter_rows() if key in [cell.value for cell in row])
    places = {cell.value: cell.column for cell in head if cell.value}
    for row in page.iter_rows(min_row=head[0].row + 1):
        for heading, value in values.get(str(row[places[key] - 1].value), {}).items():
            page.cell(row[0].row, places[heading], value)
    return saved(book)


@contextmanager
def opened(browser, site: str, people: int):
    cast = Cast(browser, site, people)
    yield cast
    cast.close()


def record_standing(clerk, person, *, since: str, pension: bool) -> None:
    """The clerk writes down that somebody is registered as unemployed and (maybe) draws no pension."""
    clerk.goto("/bureau/people/")
    clerk.locator("#find_id_number").fill(person.id_number)
    press(clerk, "打开档案")
    press(clerk, "登记人员类别")
    clerk.get_by_label("人员类别").select_option("registered_unemployed")
    clerk.get_by_label("起始日期").fill(since)
    clerk.get_by_label("来源").fill("就业失业登记")
    clerk.locator("main form button.go").click()
    hears(clerk, "人员类别已登记")
    if pension:
        press(clerk, "登记人员状况")
        clerk.get_by_label("事项").select_option("pension")
        clerk.get_by_role("radio", name="否").check()
        clerk.get_by_label("起始日期").fill(since)
        clerk.get_by_label("来源").fill("社会保险中心")
        clerk.locator("main form button.go").click()
        hears(clerk, "人员状况已登记")


def pay(cast, picks: int | str) -> bytes:
    """Batch, check and release by three people; the bank's file."""
    cashier, reviewer, second = (cast.window(who) for who in ("cashier", "reviewer", "cashier2"))
    cashier.goto("/bureau/payments/")
    press(cashier, re.compile("^待组批付款"))
    rows = cashier.locator("tbody tr")
    if isinstance(picks, str):
        rows.filter(has_text=picks).locator("[name=picked]").check()
    else:
        for place in range(picks):
            rows.nth(place).locator("[name=picked]").check()
    press(cashier, "组批：先看合计")
    press(cashier, "组成批次，送复核")
    cashier.wait_for_url(re.compile(r"/bureau/payments/\d+/$"))
    batch_url = cashier.url
    assert button(cashier, "复核通过").count() == 0
    reviewer.goto(batch_url)
    press(reviewer, "复核通过")
    hears(reviewer, "已复核")
    cashier.goto(batch_url)
    assert button(cashier, "发放").count() == 0
    second.goto(batch_url)
    press(second, "发放…")
    second.locator("dialog[open]").get_by_role("button", name="发放", exact=True).click()
    return download(second, button(second, "下载银行文件"))


def read_return(cast, answer: bytes, name: str) -> str:
    page = cast.window("cashier")
    page.goto("/bureau/payments/returns/read/")
    page.get_by_label("银行回盘文件").set_input_files(sheet_file(name, answer))
    press(page, "读取")
    page.wait_for_url(re.compile(r"/returns/\d+/$"))
    return hears(page, re.compile("成功|没有重复入账"))
