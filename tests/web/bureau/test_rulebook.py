"""The rulebook's pages: papers, clauses, schemes of every kind, search, comparison, the decision page."""

import io
from datetime import date

import openpyxl
import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils.html import escape

from kaogong.claims import operations, queries
from kaogong.rules import Rulebook, load
from kaogong.trail.models import Entry
from tests.factories import an_actor
from tests.factories.claims import make_certified_class, make_claim, make_learner, make_money
from tests.factories.people import AT

pytestmark = pytest.mark.django_db
PLAN = "青西新管办发〔2020〕2号"
BOOK = load()
ELSEWHERE = {"region_code": "370102"}


def page(client, address: str, status: int = 200, **query) -> str:
    answer = client.get(address, query)
    assert answer.status_code == status, (address, answer.status_code)
    return answer.content.decode()


def clause_page(client, reference: str, **kwargs) -> str:
    number, _mark, clause = reference.partition("#")
    return page(client, reverse("bureau:rulebook:clause", args=[number, clause]), **kwargs)


@pytest.fixture
def put_in_use(monkeypatch):
    """A function that puts another rulebook in use for the test: the whole content, changed by it."""

    def use(change):
        content = load().content
        change(content)
        book = Rulebook(content)
        for module in ("claims.queries", "claims.queries.judging", "web.parts.values", "web.parts.policy"):
            monkeypatch.setattr(f"kaogong.{module}.rulebook", lambda: book)
        return book

    return use


@pytest.mark.parametrize("region", sorted(BOOK.regions))
def test_every_scheme_of_a_region_has_its_page_in_both_languages(logged_in, region):
    officer = logged_in("reviewer")
    on = date(2026, 11, 2)
    found = BOOK.schemes(region, on)
    assert found
    for language in ("zh-hans", "en"):
        officer.cookies["kaogong_language"] = language
        listed = page(officer, reverse("bureau:rulebook:list"), region=region, on=on.isoformat())
        for scheme in found:
            label = scheme.label_en if language == "en" else scheme.label
            assert escape(label) in listed
            said = page(
                officer,
                reverse("bureau:rulebook:scheme", args=[scheme.code]),
                region=region,
                on=on.isoformat(),
            )
            assert escape(label) in said
            for part in scheme.parts:
                assert escape(part.label_en if language == "en" else part.label) in said
                for use in part.limits:
                    assert escape(use.limit.title[language == "en"]) in said
    assert "{" not in said.split('<main id="main"')[1].split("</main>")[0]


def test_every_document_and_clause_has_its_page(logged_in):
    officer = logged_in("auditor")
    for paper in BOOK.documents.values():
        said = page(officer, reverse("bureau:rulebook:document", args=[paper.number]))
        assert escape(paper.title) in said and escape(paper.validity) in said
        for clause in paper.clauses.values():
            assert f"/clauses/{clause.id}/" in said or escape(clause.id) in said
    cited = list(BOOK.citations)[::7]
    for reference in cited:
        clause = BOOK.document(reference)
        said = clause_page(officer, reference)
        assert escape(clause.texts[0].strip()) in said
        assert f"{BOOK.documents[clause.document].source}:{clause.lines[0]}" in said


def test_a_clause_shows_the_schemes_values_and_claims_it_decided(logged_in):
    make_money()
    people = [
        make_learner("王小明"),
        make_learner("赵国华", standings={"pension": True}),
        make_learner("孙玉", standings={}),
    ]
    claim = make_claim(make_certified_class(people))
    clerk = logged_in("bureau_clerk")
    said = clause_page(clerk, f"{PLAN}#9")
    assert "就业技能培训" in said and "养老金" in said
    assert "因此不予补贴" in said and said.count("1 人") == 2
    listed = page(clerk, reverse("bureau:claims:list"), clause=f"{PLAN}#9")
    assert claim.number in listed
    assert claim.number not in page(clerk, reverse("bureau:claims:list"), clause=f"{PLAN}#16")
    assert "没有人因这一条" in clause_page(logged_in("bureau_clerk", **ELSEWHERE), f"{PLAN}#9")
    decided = queries.decided_by(f"{PLAN}#9", clerk.actor)
    assert (decided.failed, decided.unknown, decided.waived, decided.claims) == (1, 1, 0, 1)
    assert queries.decided_by(f"{PLAN}#15", clerk.actor).lines == 0


def test_only_the_latest_decision_counts_for_a_clause(logged_in, now):
    make_money()
    claim = make_claim(make_certified_class([make_learner("孙玉", standings={}), make_learner("李兰")]))
    clerk = logged_in("bureau_clerk")
    (line,) = [one for one in queries.lines(claim.pk) if one.verdict == "needs_evidence"]
    assert queries.decided_by(f"{PLAN}#9", clerk.actor).unknown == 1
    operations.supply_evidence(
        line.pk,
        fact="receives_pension",
        value=False,
        source="社保窗口",
        reason="查询单",
        by=clerk.actor,
        at=now,
    )
    assert queries.decided_by(f"{PLAN}#9", clerk.actor).lines == 0


def test_clause_page_and_claims_under_it_ask_few_questions(logged_in, django_assert_max_num_queries):
    cache.clear()
    clerk = logged_in("bureau_clerk")
    clause_page(clerk, f"{PLAN}#15")
    with django_assert_max_num_queries(12):
        clause_page(clerk, f"{PLAN}#15")
    with django_assert_max_num_queries(12):
        page(clerk, reverse("bureau:rulebook:document", args=[PLAN]))
    with django_assert_max_num_queries(12):
        page(clerk, reverse("bureau:claims:list"), clause=f"{PLAN}#15")


def test_a_paper_past_its_validity_is_flagged(logged_in, put_in_use):
    put_in_use(lambda content: content["documents"][PLAN].update(valid_until="2021-12-31"))
    officer = logged_in("reviewer")
    assert "2021-12-31 起已不再有效" in page(officer, reverse("bureau:rulebook:document", args=[PLAN]))
    assert "已失效" in page(officer, reverse("bureau:rulebook:list"))
    assert "已失效" not in page(officer, reverse("bureau:rulebook:list"), on="2021-01-01")


def test_a_number_that_changed_is_told_over_time_with_a_chart(logged_in, put_in_use):
    def change(content):
        rule = content["regions"]["370211"]["schemes"]["employment_training"]["rules"][
            "at_most_so_many_a_year"
        ]
        rule["values"]["limit"]["2025-01-01"] = {"value": 2, "unit": "次/年", "by": f"{PLAN}#15"}

    put_in_use(change)
    officer = logged_in("reviewer")
    said = page(
        officer,
        reverse("bureau:rulebook:scheme", args=["employment_training"]),
        region="370299",
        on="2026-11-02",
    )
    assert "历次取值（2）" in said and "3 次/年" in said and "2 次/年" in said
    assert '"step": "end"' in said
    assert "2 次/年" in clause_page(officer, f"{PLAN}#15")


def test_search_finds_clauses_schemes_and_rules_and_marks_the_place(logged_in):
    officer = logged_in("reviewer")
    address = reverse("bureau:rulebook:search")
    said = page(officer, address, q="先垫后补")
    assert "<mark>先垫后补</mark>" in said and "#rule-provider_paid_first" in said
    assert "就业技能培训" in page(officer, address, q="就业技能", region="370211")
    assert "没有找到" in page(officer, address, q="没有这样的话")
    assert "输入文件、条款或项目里的词" in page(officer, address)
    assert "&lt;script&gt;" in page(officer, address, q="<script>")


def test_two_regions_side_by_side_show_what_is_new_gone_and_otherwise(logged_in):
    officer = logged_in("reviewer")
    address = reverse("bureau:rulebook:compare")
    query = {"from_region": "370211", "to_region": "370299", "from_on": "2026-11-02", "to_on": "2026-11-02"}
    said = page(officer, address, **query)
    assert "文件未给出" in said and "示例标准" in said and "出勤率" in said
    assert "两边没有不同" in page(officer, address, **(query | {"from_region": "370299"}))
    older = page(officer, address, **(query | {"from_region": "370299", "from_on": "2019-12-31"}))
    assert "就业技能培训" in older and "新增" in older
    younger = page(officer, address, **(query | {"to_region": "370299", "to_on": "2001-01-01"}))
    assert "取消" in younger
    page(officer, address, **(query | {"from_on": "昨天", "to_region": "999999"}))


def test_a_changed_value_a_new_limit_and_a_rule_left_out_are_told(logged_in, put_in_use):
    def change(content):
        content["regions"]["370299"]["schemes"]["employment_training"]["rules"] |= {
            "provider_paid_first": {"left_out": True, "by": f"{PLAN}#2"}
        }
        (training, _living) = content["regions"]["370299"]["schemes"]["employment_training"]["components"]
        training["limits"] = {
            "cap_per_claim": {
                "by": f"{PLAN}#15",
                "values": {"cap": {"2026-06-01": {"value": 900, "unit": "元", "by": f"{PLAN}#15"}}},
            }
        }

    put_in_use(change)
    said = page(
        logged_in("reviewer"), reverse("bureau:rulebook:compare"),
        from_region="370299", to_region="370299", from_on="2026-05-31", to_on="2026-06-01",
    )  # fmt: skip
    assert "每次最高" in said and "¥900.00" in said
    other = page(
        logged_in("reviewer"), reverse("bureau:rulebook:compare"),
        from_region="370211", to_region="370299", from_on="2026-05-31", to_on="2026-05-31",
    )  # fmt: skip
    assert "先垫后补" in other


def test_the_comparison_is_exported_and_recorded(logged_in):
    officer = logged_in("reviewer")
    query = {"from_region": "370211", "to_region": "370299", "from_on": "2026-11-02", "to_on": "2026-11-02"}
    answer = officer.get(reverse("bureau:rulebook:compare"), query | {"export": "xlsx"})
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    cells = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert "就业技能培训" in cells and "出勤率" in cells
    assert any("青岛西海岸新区 2026-11-02" in cell for cell in cells)
    assert Entry.objects.filter(verb="list.exported", subject_id="bureau:rulebook:compare").exists()


def test_the_decision_page_says_it_in_a_sentence_and_what_would_change_it(logged_in):
    make_money()
    people = [
        make_learner("王小明"),
        make_learner("赵国华", standings={"pension": True}),
        make_learner("孙玉", standings={}),
    ]
    claim = make_claim(make_certified_class(people))
    clerk = logged_in("bureau_clerk")
    good, refused, unknown = queries.lines(claim.pk)
    said = page(clerk, reverse("bureau:claims:line", args=[good.pk]))
    assert "符合规定，应支付" in said and "金额怎么算" in said and "通过的" in said
    said = page(clerk, reverse("bureau:claims:line", args=[refused.pk]))
    assert "不符合规定，不支付。没有通过的是：养老金" in said
    assert "如果“是否按月领取养老金”为 否" in said and "就符合规定，支付 ¥" in said
    said = page(clerk, reverse("bureau:claims:line", args=[unknown.pk]))
    assert "还缺什么（1 项）" in said and "社会保险经办机构" in said
    assert "如果“是否按月领取养老金”为是" in said and "还有 1 条不符合" in said
    clerk.cookies["kaogong_language"] = "en"
    assert "If “draws a monthly pension” is no" in page(
        clerk, reverse("bureau:claims:line", args=[refused.pk])
    )
    page(logged_in("bureau_clerk", **ELSEWHERE), reverse("bureau:claims:line", args=[good.pk]), 404)
    page(clerk, reverse("bureau:claims:line", args=[good.pk]), 404, version="9")


def test_an_older_decision_says_that_there_is_a_newer_one(logged_in, now):
    make_money()
    claim = make_claim(make_certified_class([make_learner("孙玉", standings={})]))
    clerk = logged_in("bureau_clerk")
    (line,) = queries.lines(claim.pk)
    address = reverse("bureau:claims:line", args=[line.pk])
    assert "补充证据" in page(clerk, address)
    operations.supply_evidence(
        line.pk,
        fact="receives_pension",
        value=False,
        source="社保窗口",
        reason="查询单",
        by=clerk.actor,
        at=now,
    )
    assert "这是第 1 次测算，之后已有新的结论" in page(clerk, address, version="1")
    assert "符合规定，应支付" in page(clerk, address)


def _fourth_subsidy_this_year():
    """A claim whose one person has had three subsidies this year already."""
    make_money()
    person = make_learner("王小明")
    for number, occupation_code in enumerate(("6-18-01-01", "6-18-01-02", "6-18-01-03")):
        operations.register_subsidy(
            person.pk, region_code="370202", occupation_code=occupation_code, level=5,
            event_on=date(2026, 2, 3), paid_on=date(2026, 3, 3), amount_fen=120_000, source="外地函告",
            reference=f"W-{number}", by=an_actor("bureau_clerk"), at=AT,
        )  # fmt: skip
    return make_claim(make_certified_class([person]))


def test_the_exception_page_names_the_people_and_the_effect(logged_in):
    claim = _fourth_subsidy_this_year()
    (line,) = queries.lines(claim.pk)
    reviewer = logged_in("reviewer")
    address = reverse("bureau:claims:waive", args=[line.pk, "at_most_so_many_a_year"])
    said = page(reviewer, address)
    assert "例外要两个人" in said and "须由另一人" in said and reviewer.actor.name in said
    assert "如果例外获得批准" in said and "就符合规定，支付 ¥" in said
    assert "请由另一位有权的人批准例外" not in said
    assert reviewer.post(address, {"reason": ""}).status_code == 422
    assert reviewer.post(address, {"reason": "区政府专题会议纪要〔2026〕3号"}).status_code == 302
    assert "已批准的例外" in page(reviewer, reverse("bureau:claims:line", args=[line.pk]))
    line.refresh_from_db()
    assert line.verdict == "payable"


def test_who_reviewed_the_claim_is_told_that_another_must_grant_the_exception(logged_in, now):
    claim = _fourth_subsidy_this_year()
    (line,) = queries.lines(claim.pk)
    clerk = logged_in("bureau_clerk")
    reviewer = logged_in("reviewer")
    operations.review_claim(claim.pk, by=clerk.actor, at=now)
    said = page(reviewer, reverse("bureau:claims:waive", args=[line.pk, "at_most_so_many_a_year"]))
    assert clerk.actor.name in said and "审核" in said
