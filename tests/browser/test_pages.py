"""Every front door in a real browser: accessible by axe, fitting 360 px, no complaints, both themes."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from kaogong.demo.accounts import LOGINS

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(600)]

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SCREENSHOTS = Path(__file__).resolve().parents[2] / "docs" / "screenshots"

# (who, address, a link on that page to follow first) – lists, details, forms and empty states of each door.
PAGES = [
    (None, "/portal/", ""),
    (None, "/login/", ""),
    (None, "/portal/verify/", ""),
    (None, "/portal/providers/", ""),
    (None, "/portal/classes/", ""),
    (None, "/portal/notices/", "main table a, main .card a"),
    (None, "/portal/policy/", ""),
    ("clerk", "/bureau/", ""),
    ("clerk", "/bureau/classes/", ""),
    ("clerk", "/bureau/classes/", "td a"),
    ("clerk", "/bureau/institutions/", "td a"),
    ("clerk", "/bureau/people/", "td a"),
    ("clerk", "/bureau/certificates/", "td a"),
    ("clerk", "/bureau/claims/", ""),
    ("reviewer", "/bureau/claims/", "td a"),
    ("clerk", "/bureau/notices/", "td a"),
    ("cashier", "/bureau/payments/", ""),
    ("auditor", "/bureau/ledger/", ""),
    ("auditor", "/bureau/trail/", ""),
    ("auditor", "/bureau/rulebook/", ""),
    ("admin", "/bureau/accounts/", ""),
    ("school", "/provider/", ""),
    ("school", "/provider/classes/", ""),
    ("school", "/provider/classes/", "td a"),
    ("school", "/provider/claims/", ""),
    ("assessor", "/provider/exams/", ""),
    ("learner", "/learner/", ""),
    ("learner", "/learner/payments/", ""),
    ("learner", "/learner/file/", ""),
]


def name_of(page: tuple) -> str:
    who, path, link = page
    return f"{who or 'anyone'} {path}{' > first' if link else ''}"


def follow(page, link: str) -> None:
    if link:
        page.locator(link).first.click()
        page.wait_for_load_state()


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_page_is_accessible_and_fits(open_page, page):
    who, path, link = page
    faults = []
    for width, dark in ((1440, False), (360, True)):
        shown = open_page(who, path, width=width, dark=dark)
        follow(shown, link)
        where = f"{shown.url} at {width}{' dark' if dark else ''}"
        found = Axe().run(shown, options={"runOnly": {"type": "tag", "values": WCAG}})
        faults += [
            f"{where}: {violation['id']} {violation['nodes'][0]['html'][:160]} "
            f"{violation['nodes'][0].get('failureSummary', '')[:200]}"
            for violation in found.response["violations"]
        ]
        if shown.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth + 1"):
            faults.append(f"{where}: wider than the screen")
        if shown.locator("h1").count() != 1:
            faults.append(f"{where}: {shown.locator('h1').count()} h1")
        faults += [f"{where}: {complaint}" for complaint in shown.complaints]
    assert faults == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_page_speaks_english_by_switch(open_page, page):
    who, path, link = page
    shown = open_page(who, path, english=True)
    follow(shown, link)
    assert shown.locator("html").get_attribute("lang") == "en"
    headings = " ".join(shown.locator("h1, h2, th, label, button").all_inner_texts())
    chinese = [c for c in headings.replace("中文", "") if "\u4e00" <= c <= "\u9fff"]
    # names of people, classes, bodies and quoted law stay in Chinese; the page's own words do not
    own = " ".join(shown.locator("nav, th, label").all_inner_texts()).replace("中文", "")
    for login in LOGINS:
        own = own.replace(login.name, "") if login.name else own
    assert not [c for c in own if "\u4e00" <= c <= "\u9fff"], own
    assert len(chinese) < len(headings)


def test_keyboard_reaches_the_text_first(open_page):
    page = open_page("clerk", "/bureau/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#main"


def keep_picture(name: str, picture: bytes) -> None:
    """Keep a page's picture for the README where there is none yet; remove the old one to have it made anew."""
    target = SCREENSHOTS / f"{name}.png"
    if not target.exists():
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(picture)
    assert picture.startswith(b"\x89PNG")
    assert len(picture) > 20_000


DOORS = [
    ("bureau", "reviewer", "/bureau/claims/", "td a", 1440),
    ("provider", "school", "/provider/", "", 1440),
    ("learner", "learner", "/learner/", "", 390),
    ("portal", None, "/portal/", "", 1440),
]


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door[0])
def test_front_door_is_pictured_for_the_readme(open_page, door):
    name, who, path, link, width = door
    page = open_page(who, path, width=width)
    follow(page, link)
    keep_picture(name, page.screenshot(full_page=False))
