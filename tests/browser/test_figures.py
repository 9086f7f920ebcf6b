"""Figures in a real browser: the picture, a map to click, a chart kept as a picture, the wall, open data."""

import subprocess
import sys
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import ROOT, wait_until
from tests.browser.test_pages import WCAG, keep_picture

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(600)]
TAKE = """
import django; django.setup()
from django.utils import timezone
from kaogong.statistics.operations import refresh_facts
refresh_facts(at=timezone.now())
"""
TABLE = "/bureau/figures/training.person_times/"
PAGES = [
    ("leader", "/bureau/picture/"),
    ("leader", "/bureau/picture/?region=370299"),
    ("clerk", "/bureau/picture/"),
    ("cashier", "/bureau/picture/"),
    ("auditor", "/bureau/picture/"),
    ("leader", "/bureau/picture/screen/"),
    ("leader", "/bureau/indicators/"),
    ("leader", "/bureau/indicators/training.pass_share/"),
    ("leader", TABLE),
    ("leader", f"{TABLE}?by=month"),
    ("leader", f"{TABLE}?by=occupation"),
    ("leader", f"{TABLE}rows/"),
    (None, "/portal/data/"),
    (None, "/portal/data/training-by-programme/"),
]


@pytest.fixture(scope="module", autouse=True)
def facts(site_environment, site):
    """The facts of the seeded city, taken once."""
    subprocess.run([sys.executable, "-c", TAKE], env=site_environment, cwd=ROOT, check=True)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page[0] or 'anyone'} {page[1]}")
def test_page_of_figures_is_accessible_and_fits(open_page, page):
    who, path = page
    faults = []
    for width, dark in ((1440, False), (360, True)):
        shown = open_page(who, path, width=width, dark=dark)
        where = f"{path} at {width}{' dark' if dark else ''}"
        found = Axe().run(shown, options={"runOnly": {"type": "tag", "values": WCAG}})
        faults += [
            f"{where}: {one['id']} {one['nodes'][0]['html'][:160]} {one['nodes'][0].get('failureSummary', '')[:200]}"
            for one in found.response["violations"]
        ]
        if shown.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth + 1"):
            faults.append(f"{where}: wider than the screen")
        if shown.locator("h1").count() != 1:
            faults.append(f"{where}: {shown.locator('h1').count()} h1")
        faults += [f"{where}: {complaint}" for complaint in shown.complaints]
    assert faults == []


def test_leader_goes_from_the_picture_to_a_district_to_a_figure_to_its_rows(open_page):
    page = open_page("leader", "/bureau/picture/")
    page.locator(".shaded a").filter(has=page.locator("path.shade-2")).first.click()
    page.wait_for_url("**region=370299**")
    value = page.locator(".figs dd a").first.inner_text()
    page.locator(".figs dd a").first.click()
    assert page.locator(".figure-head b").inner_text() == value
    page.locator(".figure-head b a").click()
    count = "".join(c for c in value if c.isdigit())
    assert f"由下列 {int(count):,} 条记录构成" in page.locator("main").inner_text()


def test_chart_is_kept_as_a_picture(open_page):
    page = open_page("leader", f"{TABLE}?by=month")
    assert page.locator(".chart-area svg").count() == 1
    with page.expect_download() as kept:
        page.get_by_role("button", name="存为图片").click()
    data = Path(kept.value.path()).read_bytes()
    assert data.startswith(b"\x89PNG")
    assert len(data) > 10_000
    assert page.complaints == []


def test_wall_asks_itself_anew_and_draws_again(open_page):
    page = open_page("leader", "/bureau/picture/screen/")
    page.evaluate("document.querySelector('h1').textContent = 'old'")
    with page.expect_response(lambda answer: "/screen/" in answer.url):
        page.evaluate("htmx.ajax('GET', location.pathname, {target: '#main', swap: 'innerHTML'})")
    wait_until(page, "document.querySelector('h1').textContent !== 'old'")
    assert page.locator(".chart-area svg").count() == 1
    assert page.complaints == []


def test_figures_speak_english_by_switch(open_page):
    for who, path in PAGES[:1] + PAGES[6:9]:
        page = open_page(who, path, english=True)
        own = " ".join(
            page.locator("main th[scope=col], main label, main h1, main figcaption").all_inner_texts()
        )
        own = own.replace("中文", "").replace("秦分管", "")
        left = [c for c in own if "\u4e00" <= c <= "\u9fff"]
        assert len(left) <= 8, (path, own)  # names of places stay


@pytest.mark.parametrize(
    ("name", "who", "path"), [("picture", "leader", "/bureau/picture/"), ("data", None, "/portal/data/")]
)
def test_figures_are_pictured_for_the_readme(open_page, name, who, path):
    page = open_page(who, path)
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(1000)  # charts draw themselves in
    keep_picture(name, page.screenshot(full_page=False))
