"""The whole story by real clicks: from a provider's recognition to paid subsidies, a file and a trail."""

import io
import re

import openpyxl
import pytest
from pypdf import PdfReader

from kaogong.gateways.bank import PAYMENT_HEADINGS, StandInBank
from kaogong.kernel.credit_code import make_credit_code

from .cast import (
    button,
    confirm,
    download,
    give_reason,
    hears,
    link,
    opened,
    pay,
    press,
    read_return,
    record_standing,
    roster,
    rows_of,
    sheet_file,
    with_column,
)
from .conftest import PEOPLE

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(300)]

TITLE = "养老护理员夜校（五级）"


@pytest.fixture(scope="module")
def cast(browser, site):
    """One cast for all chapters: they are told in order, each going on where the last ended."""
    with opened(browser, site, PEOPLE) as everyone:
        yield everyone


def test_1_bureau_recognises_a_provider(cast):
    page = cast.window("clerk")
    page.goto("/bureau/institutions/")
    press(page, "登记机构")
    right = make_credit_code("52", "370299", 4_200_017).value
    wrong = right[:-1] + ("1" if right[-1] != "1" else "2")
    page.get_by_label("统一社会信用代码").fill(wrong)
    page.get_by_label("机构名称").fill("示例区晨光职业培训学校")
    page.get_by_role("checkbox", name="培训").check()
    page.get_by_label("地址").fill("示例区晨光路 8 号")
    button(page, "登记").click()
    assert "校验码" in page.locator(".fieldset.bad .field-error").inner_text()
    assert page.get_by_label("机构名称").input_value() == "示例区晨光职业培训学校"
    assert page.get_by_role("checkbox", name="培训").is_checked()
    page.get_by_label("统一社会信用代码").fill(right)
    button(page, "登记").click()
    page.wait_for_url(re.compile(r"/bureau/institutions/\d+/$"))
    assert "今日未认定" in page.locator(".page-head").first.inner_text()

    press(page, "签订培训协议")
    page.get_by_label("协议编号").fill("示培协〔试〕77号")
    page.get_by_label("起始日期").fill(cast.days_ago(1))
    page.get_by_label("终止日期").fill(cast.days_ago(-365))
    page.get_by_label("培训人数").fill("200")
    page.get_by_label("查找职业").press_sequentially("养老护理")
    page.locator("#found-occupations").get_by_role("button", name="养老护理员").click()
    page.locator("#scopes").get_by_label("五级").check()
    button(page, "保存协议").click()
    page.wait_for_url(re.compile(r"/bureau/institutions/\d+/$"))
    press(page, re.compile("认定"))
    if page.locator("dialog[open]").count():
        give_reason(page, "招标公示无异议。", "认定")
    page.locator(".page-head", has_text="今日在认定期内").first.wait_for()
    assert "养老护理员" in page.locator("#contracts").locator("xpath=../..").inner_text()


def test_2_school_files_a_class_with_its_roster(cast):
    page = cast.window("school")
    page.goto("/provider/classes/")
    press(page, "起草新班")
    course = page.get_by_label("职业和等级")
    wanted = course.locator("option", has_text="养老护理员").filter(has_text="五级").first
    course.select_option(wanted.get_attribute("value"))
    page.get_by_label("班次名称").fill(TITLE)
    page.get_by_label("补贴项目").select_option("employment_training")
    page.get_by_label("理论课时").fill("2")
    page.get_by_label("实训课时").fill("2")
    page.get_by_label("开班日期").fill(cast.today.isoformat())
    page.get_by_label("结业日期").fill(cast.today.isoformat())
    page.get_by_label("计划人数").fill("4")
    page.get_by_label("培训地点").select_option(index=1)
    page.locator("[name=trainer_ids]").first.check()
    press(page, "保存草稿")

    page.get_by_label("上午开始").fill("")
    page.get_by_label("下午开始").fill("")
    page.get_by_label("晚上开始").fill("17:30")
    page.get_by_label("避开法定节假日").uncheck()
    for day in page.locator("[name=weekdays]").all():
        day.check()
    press(page, "排出课程表")
    assert page.locator("[name$='-topic']").first.input_value() == "养老护理员理论"
    press(page, "保存课程表")
    page.wait_for_url(re.compile(r"/provider/classes/\d+/$"))
    hears(page, "课程表已保存")
    cast.class_url = page.url

    unlucky = cast.learners[3]
    press(page, "上传花名册")
    page.get_by_label("花名册文件").set_input_files(
        sheet_file("花名册.xlsx", roster(cast, cast.learners, wrong=3))
    )
    press(page, "上传并核验")
    row = page.locator("tr", has_text=unlucky.name)
    assert "校验" in row.inner_text()
    problems = rows_of(download(page, link(page, "下载问题行").first))
    assert any("问题" in row for row in problems)
    assert [row for row in problems if unlucky.name in row]
    assert not [row for row in problems if cast.learners[0].name in row]
    press(page, "录入合格的 3 行")
    press(page, "上传改好的文件")
    page.get_by_label("花名册文件").set_input_files(sheet_file("花名册-改.xlsx", roster(cast, cast.learners)))
    press(page, "上传并核验")
    page.locator("dl.figs", has_text="新增 1，有变动 0，未变 3").wait_for()
    press(page, "录入合格的 4 行")
    press(page, "回到班次")
    press(page, "核对并申报")
    press(page, "确认无误，申报开班")
    hears(page, "已申报")


def test_3_clerk_returns_the_class_and_then_approves(cast):
    clerk, school = cast.window("clerk"), cast.window("school")
    clerk.goto("/bureau/classes/?status=filed")
    link(clerk, TITLE).or_(clerk.locator("tr", has_text=TITLE).get_by_role("link")).first.click()
    clerk.wait_for_url(re.compile(r"/bureau/classes/\d+/$"))
    cast.bureau_class_url = clerk.url
    press(clerk, re.compile("退回"))
    give_reason(clerk, "请写明夜间上课的安全安排。", "退回开班申报")
    clerk.locator(".page-head .tag", has_text="退回").wait_for()

    school.goto(cast.class_url)
    hears(school, "请写明夜间上课的安全安排。")
    press(school, "核对并重新申报")
    press(school, "确认无误，重新申报")
    hears(school, "已申报")

    clerk.goto(cast.bureau_class_url)
    press(clerk, "同意开班")
    confirm(clerk)
    clerk.locator(".page-head .tag", has_text="同意").wait_for()
    school.goto(cast.class_url)
    assert "同意" in school.locator(".page-head").inner_text()

    for place, person in enumerate(cast.learners):
        # nobody says anything of the third one's pension
        record_standing(clerk, person, since=cast.days_ago(200), pension=place != 2)


def test_4_school_teaches_and_marks_by_keyboard(cast):
    page = cast.window("school")
    page.goto(cast.class_url)
    press(page, "开班")
    confirm(page)
    press(page, "记考勤")
    cells = page.locator("table.marks select")
    assert cells.count() == 8
    cells.first.focus()
    for _ in range(8):
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "保存"
    page.keyboard.press("Enter")
    page.locator(".said", has_text="已保存 8 处").wait_for()
    assert page.locator("table.marks tbody td.num").all_inner_texts() == ["4 / 4"] * 4
    page.goto(cast.class_url)
    link(page, "登记培训费").first.click()
    page.get_by_label("谁先垫付").select_option("provider")
    page.get_by_label("每人金额").fill("1200")
    page.get_by_label("垫付日期").fill(cast.today.isoformat())
    page.get_by_label("票据号").fill("PJ-000126")
    page.locator("main form button.go").click()
    hears(page, "培训费已登记")
    page.goto(cast.class_url)
    press(page, "结业")
    confirm(page)
    hears(page, "已结业")


def test_5_assessor_examines_and_issues(cast):
    page = cast.window("assessor")
    page.goto("/provider/exams/classes/")
    page.locator("tr", has_text=TITLE).get_by_role("link").first.click()
    page.get_by_label("考核日期").fill(cast.today.isoformat())
    page.locator("main form button.go").click()
    page.wait_for_url(re.compile(r"/provider/exams/\d+/$"))
    blank = download(page, link(page, "下载成绩单模板"))
    good = {"理论": 88, "实作": 90}
    scores = {person.name: dict(good) for person in cast.learners[:3]}
    scores[cast.learners[3].name] = {"理论": 41, "实作": 70}
    headings = next(row for row in rows_of(blank) if "姓名" in row)
    named = {word: next(h for h in headings if word in h) for word in ("理论", "实作")}
    filled = {who: {named[k]: v for k, v in marks.items()} for who, marks in scores.items()}
    press(page, "导入成绩单")
    page.get_by_label("鉴定成绩单文件").set_input_files(
        sheet_file("鉴定成绩单.xlsx", with_column(blank, filled, "姓名"))
    )
    press(page, "导入")
    page.wait_for_url(re.compile(r"/provider/exams/\d+/$"))
    press(page, re.compile("发放证书|发证"))
    confirm(page)
    hears(page, "已发放 3 张证书")
    text = page.locator("table").inner_text()
    cast.number = re.search(r"[YS]\d{21}", text).group()
    assert len(re.findall(r"[YS]\d{21}", text)) == 3


def test_6_school_claims(cast):
    page = cast.window("school")
    page.goto(cast.class_url)
    press(page, "申领补贴")
    hears(page, "还没有提交")
    texts = {p.name: page.locator("tr", has_text=p.name).inner_text() for p in cast.learners}
    verdicts = [next(v for v in ("不符合", "需补证据", "符合") if v in texts[p.name]) for p in cast.learners]
    assert verdicts == ["符合", "符合", "需补证据", "不符合"]
    press(page, re.compile("提交申领"))
    cast.claim_number = re.search(r"已提交申领 (\S+?)，", hears(page, "已提交申领")).group(1)
    cast.claim_url = page.url


def test_7_one_reviews_and_another_approves(cast):
    clerk, reviewer = cast.window("clerk"), cast.window("reviewer")
    clerk.goto(f"/bureau/claims/?q={cast.claim_number}")
    link(clerk, cast.claim_number).click()
    clerk.wait_for_url(re.compile(r"/bureau/claims/\d+/$"))
    cast.bureau_claim_url = clerk.url
    press(clerk, "审核通过 2 人")
    clerk.locator(".page-head .tag", has_text="待复核").wait_for()
    clerk.goto(cast.bureau_claim_url)
    assert link(clerk, re.compile("^核准")).count() == 0
    assert clerk.goto(cast.bureau_claim_url + "approve/").status == 403
    reviewer.goto(cast.bureau_claim_url)
    press(reviewer, "核准 2 人…")
    reviewer.get_by_label(re.compile("本次不列入")).check()
    reviewer.locator("main form button.go").click()
    reviewer.wait_for_url(cast.bureau_claim_url)
    hears(reviewer, "已核准")


def test_8_the_public_sees_the_notice_and_objects(cast):
    clerk, visitor = cast.window("clerk"), cast.window(None)
    clerk.goto(cast.bureau_claim_url)
    press(clerk, "列入公示…")
    clerk.locator("main form button.go").click()
    clerk.wait_for_url(re.compile(r"/bureau/notices/\d+/$"))
    notice_url = clerk.url

    visitor.goto("/portal/notices/")
    visitor.locator(f"main a[href$='/notices/{notice_url.rstrip('/').rsplit('/')[-1]}/']").click()
    shown = visitor.locator("main").inner_text()
    for person in cast.learners:
        assert person.name not in shown
        assert person.id_number not in shown
    assert visitor.locator("tbody tr").count() == 2
    visitor.locator("tbody tr").first.get_by_role("link", name="异议").click()
    visitor.get_by_label("您的姓名").fill("热心群众")
    visitor.get_by_label("联系方式").fill("19900001234")
    press(visitor, "下一步：核对")
    hears(visitor, "请填写这一项")
    assert visitor.get_by_label("联系方式").input_value() == "19900001234"
    visitor.get_by_label("异议内容").fill("此人上课时在外地务工。")
    press(visitor, "下一步：核对")
    press(visitor, "提交异议")
    visitor.locator("h1", has_text="异议已收到").wait_for()
    receipt = visitor.url

    clerk.goto(notice_url)
    press(clerk, "对第 1 行的异议")
    clerk.get_by_role("radio", name="异议不成立").check()
    clerk.get_by_role("textbox", name="答复").fill("经核对出勤簿和现场照片，该学员全程到课。")
    press(clerk, "答复")
    hears(clerk, "异议已答复")
    assert clerk.get_by_role("button", name="结束公示…").is_disabled()
    assert re.search(r"\d{4}-\d\d-\d\d", clerk.locator("#close-when").inner_text())
    visitor.goto(receipt)
    assert "全程到课" in visitor.locator("main").inner_text()


def test_9_cashiers_pay_and_pay_again(cast):
    payments = pay(cast, 3)
    sheet = openpyxl.load_workbook(io.BytesIO(payments)).active
    assert tuple(cell.value for cell in sheet[1]) == PAYMENT_HEADINGS
    lines = rows_of(payments)[1:]
    assert len(lines) == 3
    place = PAYMENT_HEADINGS.index("流水号")
    unlucky = lines[-1][place]
    answer = StandInBank({unlucky: "账号户名不符"}).answer(payments, on=cast.today)
    assert "成功 2 笔，失败 1 笔，退汇 0 笔，问题 0 行" in read_return(cast, answer, "回盘.xlsx")
    assert "没有重复入账" in read_return(cast, answer, "回盘.xlsx")

    cashier = cast.window("cashier")
    cashier.goto("/bureau/payments/items/?status=failed")
    link(cashier, unlucky).click()
    press(cashier, re.compile("更正"))
    # Another account would be a change, with its proof and a second person; the one on file is paid anew at once.
    cashier.get_by_label("银行账号").fill(str(lines[-1][PAYMENT_HEADINGS.index("收款账号")]))
    cashier.get_by_label("更正依据").fill("收款人已到银行核实户名，账号不变。")
    press(cashier, "更正并重新排队")
    hears(cashier, "已更正")
    again = pay(cast, unlucky)
    (line,) = rows_of(again)[1:]
    assert line[place].startswith(unlucky)
    answer = StandInBank().answer(again, on=cast.today)
    assert "成功 1 笔，失败 0 笔" in read_return(cast, answer, "回盘-2.xlsx")


def test_10_learner_has_the_money_the_hours_and_the_certificate(cast):
    page = cast.window("learner", width=390)
    page.goto("/learner/")
    press(page, "看每一步和理由")
    assert page.locator("[aria-labelledby=steps] .tl time").count() >= 1
    page.get_by_role("navigation").get_by_role("link", name="补贴").click()
    paid = page.locator("section", has=page.locator(".tag", has_text="已拨付")).first
    assert "¥" in paid.locator(".learner-sum").inner_text()
    page.goto("/learner/hours/")
    assert re.search(r"共计入 \d+", page.locator("main").inner_text())
    page.goto("/learner/certificates/")
    number = page.locator(".learner-certificate .mask").first.inner_text()
    paper = download(page, link(page, "下载 PDF").first)
    assert number in "".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(paper)).pages)
    link(page, "出示二维码").first.click()
    assert page.locator("img[alt*=二维码]").evaluate("picture => picture.naturalWidth") > 0
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    verify_url = link(page, "打开查验页").get_attribute("href")
    holder = page.locator("dt", has_text="姓名").locator("xpath=../dd").inner_text()

    visitor = cast.window(None)
    visitor.goto(verify_url)
    assert "证书有效" in visitor.locator("#result").inner_text()
    fields = visitor.locator(".portal-certificate dl").inner_text()
    printed = ("证书种类", "证书编号", "姓名", "证件号码", "职业名称", "职业技能等级", "发证机构", "发证日期")
    for field in (*printed, "理论成绩", "实操成绩", number, holder):
        assert field in fields

    reviewer = cast.window("reviewer")
    reviewer.goto(f"/bureau/certificates/?q={number}")
    link(reviewer, number).click()
    press(reviewer, "撤销证书")
    give_reason(reviewer, "成绩复核不实。", "撤销证书")
    hears(reviewer, "证书已撤销")
    visitor.goto(verify_url)
    assert "已撤销" in visitor.locator("main").inner_text()
    page.reload()
    assert "证书已撤销" in page.locator("main").inner_text()


def test_11_portal_tells_everyone(cast):
    page = cast.window(None)
    page.goto("/portal/providers/")
    press(page, "示例区晨光职业培训学校")
    assert "养老护理员" in page.locator("main").inner_text()
    page.goto("/portal/classes/")
    assert page.locator("table tbody tr").count()
    page.goto("/portal/verify/")
    page.get_by_role("textbox", name="证书编号").fill(cast.number)
    page.get_by_label("持证人姓名").fill("某某某")
    press(page, "查验")
    assert "证书有效" in page.locator("#result").inner_text()
    hears(page, "不一致")
    page.goto("/portal/policy/")
    page.locator("main a[href*='/policy/employment_training/']").first.click()
    assert "示例标准" in page.locator("main").inner_text()


def test_12_auditor_finds_every_step_and_the_look(cast):
    clerk = cast.window("clerk")
    clerk.goto("/bureau/people/")
    clerk.locator("#find_id_number").fill(cast.learners[0].id_number)
    press(clerk, "打开档案")
    assert cast.learners[0].id_number not in clerk.locator("main").inner_text()
    clerk.locator(".page-head .mask").get_by_role("button").click()
    clerk.get_by_text(cast.learners[0].id_number).wait_for()

    page = cast.window("auditor")
    page.goto("/bureau/trail/")
    press(page, "查看个人信息的记录")
    first = page.locator("tbody tr").first.inner_text()
    assert "周经办" in first
    assert cast.learners[0].name in first
    assert "身份证号码" in first
    assert "在页面查看：/bureau/people/" in first
    assert "{" not in page.get_by_label("事项").inner_text()
    page.goto(cast.bureau_class_url)
    told = page.locator(".tl").inner_text()
    drafted = ("建立班次", "排课 2 次", "录入花名册：新增 3 人", "录入花名册：新增 1 人", "申报开班")
    for step in (*drafted, "退回", "请写明夜间上课的安全安排。", "同意", "开班", "结业"):
        assert step in told, (step, told)
    page.goto(f"/bureau/claims/?q={cast.claim_number}")
    link(page, cast.claim_number).click()
    told = page.locator(".tl").inner_text()
    assert "周经办" in told and "郑复核" in told
    page.goto("/bureau/ledger/recount/")
    hears(page, "全部一致")
    assert cast.complaints == []
