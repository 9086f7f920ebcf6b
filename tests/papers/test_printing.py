"""Papers as PDF: every fact is on them, the fonts are inside, and the same facts give the same bytes."""

import io
from dataclasses import replace
from datetime import date

import pypdf
import pytest

from kaogong import papers
from kaogong.papers.printing import amount_in_words

COLUMNS = [
    papers.PaperColumn(label="序号", align="center", weight=0),
    papers.PaperColumn(label="姓名", align="center"),
    papers.PaperColumn(label="身份证号码", align="center", weight=2.2),
    papers.PaperColumn(label="金额（元）", align="right"),
]
ROWS = [[str(number), "王*明", f"370299********{number:04d}", "1,200.00"] for number in range(1, 121)]

CERTIFICATE = papers.CertificatePaper(
    number="S000037029900126320000",
    name="王㛃䶮",
    id_number="370299199001011234",
    occupation="养老护理员",
    level="三级/高级工",
    specialty="失智老年人照护",
    issuer="示例区职业技能评价中心",
    issued_on=date(2026, 11, 22),
    verify_url="https://example.test/verify/S000037029900126320000",
    more=[("理论知识成绩", "86")],
)
NOTICE = papers.NoticePaper(
    title="关于2026年第三批职业培训补贴拟发放名单的公示",
    document_number="示例人社公示〔2026〕12号",
    body=["经审核，现将拟发放名单予以公示。"],
    issuer="示例区人力资源和社会保障局",
    issued_on=date(2026, 11, 23),
    starts_on=date(2026, 11, 23),
    ends_on=date(2026, 11, 27),
    working_days=5,
    complaint_phone="0532-00000000",
    complaint_address="示例路1号",
    columns=COLUMNS,
    rows=ROWS,
    table_title="拟发放补贴人员名单",
    total="合计 120 人",
)
DECISION = papers.DecisionPaper(
    title="职业培训补贴审核决定书",
    reference="KG-2026-000123",
    issuer="示例区人力资源和社会保障局",
    decided_on=date(2026, 11, 22),
    verdict="ok",
    verdict_words="同意发放补贴",
    summary="符合就业技能培训补贴条件。",
    amount_fen=123456,
    facts=[("姓名", "王㛃䶮"), ("职业", "养老护理员"), ("等级", "三级/高级工")],
    findings=[
        papers.ClauseCard(
            verdict="ok",
            sentence="本年度已享受1次",
            clause="原则上每人每年可享受不超过3次",
            document="青西新管办发〔2020〕2号",
            facts="2026-03-05 已享受1次",
        ),
        papers.ClauseCard(verdict="ask", sentence="尚缺毕业证明", remedy="上传学籍报告"),
        papers.ClauseCard(verdict="no", sentence="已取得更高等级"),
    ],
    working=[("培训补贴", "1,200.00"), ("生活费", "34.56")],
    decided_by="李*华",
    rulebook_digest="sha256:ab12",
    appeal="可自收到之日起六十日内申请行政复议。",
)
TABLE = papers.TablePaper(
    title="培训学员花名册",
    subtitle="养老护理员三级班",
    columns=COLUMNS,
    rows=ROWS,
    landscape=True,
    facts=[("培训机构", "示例技工学校")],
    total=["", "合计", "", "144,000.00"],
    notes=["注：本表一式两份"],
    signatures=["填表人", "负责人"],
    printed_by="李*华",
)
PRINTED = [
    (papers.certificate_pdf, CERTIFICATE),
    (papers.notice_pdf, NOTICE),
    (papers.decision_pdf, DECISION),
    (papers.table_pdf, TABLE),
]


def opened(pdf: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(pdf))


def words(pdf: bytes) -> str:
    return "".join("".join(page.extract_text() for page in opened(pdf).pages).split())


def holds(pdf: bytes, *expected: str) -> None:
    text = words(pdf)
    missing = [fact for fact in expected if "".join(fact.split()) not in text]
    assert not missing, f"{missing} not in {text[:1500]}"


def alternatives(pdf: bytes) -> list[str]:
    """The descriptions a screen reader speaks for what is not text."""
    found, waiting, seen = [], [opened(pdf).trailer["/Root"]["/StructTreeRoot"]], set()
    while waiting:
        node = waiting.pop().get_object()
        if isinstance(node, list):
            waiting += node
        elif isinstance(node, dict) and id(node) not in seen:
            seen.add(id(node))
            found += [str(node["/Alt"])] if "/Alt" in node else []
            waiting += [node["/K"]] if "/K" in node else []
    return found


def test_certificate_holds_every_fact():
    pdf = papers.certificate_pdf(CERTIFICATE)
    holds(
        pdf, "职业技能等级证书", "S000037029900126320000", "王㛃䶮", "居民身份证", "370299199001011234",
        "养老护理员",
        "失智老年人照护", "三级/高级工", "示例区职业技能评价中心", "2026年11月22日",
        CERTIFICATE.verify_url, "86",
    )  # fmt: skip
    assert len(opened(pdf).pages) == 1
    assert float(opened(pdf).pages[0].mediabox.width) > float(opened(pdf).pages[0].mediabox.height)
    assert "演示数据" not in words(pdf)


@pytest.mark.parametrize(("paper", "facts"), PRINTED)
def test_synthetic_papers_say_so(paper, facts):
    assert "演示数据合成人员" in words(paper(replace(facts, synthetic=True)))
    assert "演示数据" not in words(paper(facts))


def test_illustrative_rates_are_marked():
    assert "示例标准" in words(papers.decision_pdf(replace(DECISION, illustrative=True)))
    assert "示例标准" not in words(papers.decision_pdf(DECISION))


def test_notice_holds_every_fact_and_repeats_its_heading():
    pdf = papers.notice_pdf(NOTICE)
    holds(
        pdf, NOTICE.title, NOTICE.document_number, *NOTICE.body, NOTICE.issuer, "2026年11月23日",
        "2026年11月27日",
        "5个工作日", "0532-00000000", "示例路1号", "拟发放补贴人员名单", "合计120人", "370299********0001",
        "370299********0120",
    )  # fmt: skip
    pages = opened(pdf).pages
    assert len(pages) > 3
    for number, page in enumerate(pages, start=1):
        text = "".join(page.extract_text().split())
        assert f"第{number}页共{len(pages)}页" in text
        assert "370299********" not in text or "身份证号码" in text


def test_decision_holds_every_fact():
    pdf = papers.decision_pdf(DECISION)
    cards = [
        part
        for card in DECISION.findings
        for part in (card.sentence, card.clause, card.document, card.facts, card.remedy)
    ]
    pairs = [part for pair in (*DECISION.facts, *DECISION.working) for part in pair]
    holds(
        pdf, DECISION.title, DECISION.reference, DECISION.issuer, "2026年11月22日", "同意发放补贴",
        DECISION.summary,
        "¥1,234.56", "壹仟贰佰叁拾肆元伍角陆分", "符合", "不符合", "待核实", "李*华", "sha256:ab12",
        DECISION.appeal,
        *pairs, *cards,
    )  # fmt: skip


def test_refusal_prints_without_an_amount():
    pdf = papers.decision_pdf(
        replace(DECISION, verdict="no", verdict_words="不予发放", amount_fen=None, working=[])
    )
    holds(pdf, "不予发放")
    assert "人民币" not in words(pdf)


def test_table_holds_every_row_and_repeats_its_heading():
    pdf = papers.table_pdf(TABLE)
    holds(
        pdf, TABLE.title, TABLE.subtitle, "培训机构：示例技工学校", "144,000.00", "注：本表一式两份",
        "填表人", "李*华",
        *(row[2] for row in ROWS),
    )  # fmt: skip
    assert len(opened(pdf).pages) > 2
    assert all("金额（元）" in page.extract_text() for page in opened(pdf).pages)
    empty = papers.table_pdf(replace(TABLE, rows=[], total=[]))
    assert len(opened(empty).pages) == 1


@pytest.mark.parametrize(("paper", "facts"), PRINTED)
def test_fonts_are_embedded_and_the_file_is_tagged(paper, facts):
    reader = opened(paper(facts))
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert reader.trailer["/Root"]["/Lang"].startswith("zh")
    metadata = reader.trailer["/Root"]["/Metadata"].get_object().get_data()
    assert b"pdfaid" in metadata
    assert b"pdfuaid" in metadata
    fonts = 0
    for page in reader.pages:
        for font in page["/Resources"]["/Font"].values():
            descendant = font.get_object()["/DescendantFonts"][0].get_object()
            descriptor = descendant["/FontDescriptor"].get_object()
            assert "/FontFile3" in descriptor or "/FontFile2" in descriptor
            assert "Noto" in descriptor["/FontName"]
            fonts += 1
    assert fonts


@pytest.mark.parametrize(("paper", "facts"), PRINTED)
def test_same_facts_give_the_same_bytes(paper, facts):
    first = paper(facts)
    assert paper(facts) == first
    assert paper(replace(facts, title="另一个标题")) != first


def test_facts_are_never_taken_for_markup():
    nasty = '#panic("x") $a$ *b* _c_ @d <e> \\ // /* "引号" `f` [g]'
    holds(papers.certificate_pdf(replace(CERTIFICATE, name=nasty)), nasty)
    holds(papers.table_pdf(replace(TABLE, rows=[[nasty, "", "", ""]])), '#panic("x")')


def test_qr_is_described_and_carries_its_own_address():
    pdf = papers.certificate_pdf(CERTIFICATE)
    assert any(CERTIFICATE.verify_url in alternative for alternative in alternatives(pdf))
    drawn = opened(pdf).pages[0].get_contents().get_data()
    sent_elsewhere = replace(CERTIFICATE, verify_url=CERTIFICATE.verify_url[:-1] + "1")
    assert opened(papers.certificate_pdf(sent_elsewhere)).pages[0].get_contents().get_data() != drawn


def test_rare_characters_print_and_unknown_ones_are_refused_by_name():
    name = "王\u4dae\u36c3\U0002c386\U00020bb7"
    holds(papers.certificate_pdf(replace(CERTIFICATE, name=name)), name)
    with pytest.raises(papers.CharactersNotPrintable) as refusal:
        papers.certificate_pdf(replace(CERTIFICATE, name="王\U0002a6a5"))
    assert refusal.value.facts["codes"] == "U+2A6A5"
    assert "不能印成方框" in refusal.value.message


@pytest.mark.parametrize(
    ("fen", "expected"),
    [
        (0, "零元整"), (5, "伍分"), (10, "壹角整"), (105, "壹元零伍分"), (12345, "壹佰贰拾叁元肆角伍分"),
        (100000, "壹仟元整"), (1000500, "壹万零伍元整"), (10050000, "壹拾万零伍佰元整"), (100000001,
        "壹佰万元零壹分"),
        (10000000000, "壹亿元整"), (1000000010000, "壹佰亿零壹佰元整"), (-100, "负壹元整"),
    ],
)  # fmt: skip
def test_amount_in_words(fen, expected):
    assert amount_in_words(fen) == expected
