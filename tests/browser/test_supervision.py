"""What only a browser does: a party's seed is made and kept on its own machine."""

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(600)]


def test_seed_is_made_on_the_partys_machine_and_filled_in_when_revealed(open_page):
    page = open_page("clerk", "/bureau/draws/prepare/")
    page.locator("#id_purpose").fill("浏览器里的抽查")
    page.locator("#id_objects_kind").select_option("provider")
    page.locator("#id_percent").fill("10")
    page.get_by_role("button", name="冻结名册").click()
    page.get_by_role("button", name="产生种子").click()
    page.wait_for_function("document.getElementById('commitment').value.length === 64")
    seed = page.locator("[data-seed]").inner_text()
    page.get_by_role("button", name="提交承诺").click()
    page.get_by_text("承诺已提交").wait_for()
    assert seed not in page.content()
    other = open_page("auditor", page.url)
    other.get_by_role("button", name="产生种子").click()
    other.wait_for_function("document.getElementById('commitment').value.length === 64")
    other.get_by_role("button", name="提交承诺").click()
    other.get_by_text("承诺已提交").wait_for()
    page.reload()
    page.get_by_role("button", name="公布名册摘要").first.click()
    page.locator("dialog[open] button.go").click()
    page.locator("#seed").wait_for()
    assert page.locator("#seed").input_value() == seed
    page.get_by_role("button", name="公开种子").click()
    page.get_by_text("与承诺相符").wait_for()
    assert page.complaints == other.complaints == []
