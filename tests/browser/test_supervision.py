"""What only a browser does: a draw made again on the reader's machine, a sheet that survives a lost network."""

import io

import pytest
from PIL import Image

from tests.browser.conftest import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(600)]

PHOTOGRAPHS_KEPT = """new Promise((done) => {
  const opening = indexedDB.open("kaogong", 1);
  opening.onsuccess = () => {
    const counted = opening.result.transaction("photographs").objectStore("photographs").count();
    counted.onsuccess = () => { opening.result.close(); done(counted.result); };
  };
}).then((count) => count"""


def a_picture() -> bytes:
    """A photograph of a room, as far as the product can tell."""
    data = io.BytesIO()
    Image.effect_noise((320, 240), 60).convert("RGB").save(data, "PNG")
    return data.getvalue()


def test_portal_draws_again_and_finds_a_row_changed(open_page, tmp_path):
    page = open_page(None, "/portal/inspections/", width=360)
    page.locator("section a", has_text="CJ-").last.click()
    page.get_by_role("button", name="重新抽取一次").click()
    answer = page.locator("[data-answer]")
    answer.wait_for()
    assert "名册、种子和结果全部相符" in answer.inner_text()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="下载公开文件").click()
    text = waiting.value.path().read_text(encoding="utf-8")
    forged = tmp_path / "forged.json"
    forged.write_text(
        text.replace('\\"kind\\":\\"object\\",\\"name\\":\\"', '\\"kind\\":\\"object\\",\\"name\\":\\"假', 1)
    )
    page.locator("#package").set_input_files(forged)
    page.get_by_text("内容被改动").wait_for()
    assert "不一致" in answer.inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert page.complaints == []


def test_seed_is_made_on_the_partys_machine_and_filled_in_when_revealed(open_page):
    page = open_page("clerk", "/bureau/draws/prepare/")
    page.locator("#id_purpose").fill("浏览器里的抽查")
    page.locator("#id_objects_kind").select_option("provider")
    page.locator("#id_percent").fill("10")
    page.get_by_role("button", name="冻结名册").click()
    page.get_by_role("button", name="产生种子").click()
    wait_until(page, "document.getElementById('commitment').value.length === 64")
    seed = page.locator("[data-seed]").inner_text()
    page.get_by_role("button", name="提交承诺").click()
    page.get_by_text("承诺已提交").wait_for()
    assert seed not in page.content()
    other = open_page("auditor", page.url)
    other.get_by_role("button", name="产生种子").click()
    wait_until(other, "document.getElementById('commitment').value.length === 64")
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


def test_sheet_on_a_phone_survives_a_lost_network(open_page):
    for who in ("inspector", "inspector2", "clerk2"):
        page = open_page(who, "/bureau/inspections/", width=360)
        waiting = page.locator("tr", has_text="待检查").locator("a")
        if waiting.count():
            waiting.first.click()
            if page.get_by_role("link", name="填写检查表").count():
                break
    page.get_by_role("link", name="填写检查表").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.locator("#id_item_content").fill("断网时填写的内容")
    page.locator("#id_item_conclusion_0").check()
    photograph = {"name": "现场.png", "mimeType": "image/png", "buffer": a_picture()}
    page.locator("input[type=file]").first.set_input_files([photograph])
    page.context.set_offline(True)
    page.get_by_role("button", name="发送检查表").click()
    page.get_by_text("没有连上网络，检查表还没有发送").wait_for()
    page.context.set_offline(False)
    page.reload()
    page.get_by_text("已找回上次没有发送的内容").wait_for()
    assert page.locator("#id_item_content").input_value() == "断网时填写的内容"
    assert page.locator("#id_item_conclusion_0").is_checked()
    wait_until(page, "document.querySelector('input[type=file]').files[0]?.name === '现场.png'")
    page.get_by_role("button", name="发送检查表").click()
    page.get_by_text("断网时填写的内容").wait_for()
    assert "/record/" not in page.url
    assert not page.evaluate("Object.keys(localStorage).some((key) => key.startsWith('kaogong-inspection-'))")
    wait_until(page, PHOTOGRAPHS_KEPT + " === 0)")
    assert page.locator("a[href*='/inspections/photos/']").count() == 1
