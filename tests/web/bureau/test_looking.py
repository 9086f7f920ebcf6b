"""What-if, differences after a change of rules, and who is entitled without asking: the bureau's pages."""

from datetime import date

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from kaogong.claims import operations, queries
from kaogong.claims.models import Adjustment, Simulation, Told
from kaogong.kernel.actor import system_actor
from kaogong.trail.models import Entry
from tests.claims.rulebooks import NO_PENSION_RULE, ONCE_A_YEAR, RATE, in_use, rulebook_with
from tests.factories.claims import make_certified_class, make_claim, make_learner, make_money
from tests.factories.training import a_day_at

pytestmark = pytest.mark.django_db
AT = a_day_at(date(2026, 7, 27))
WHATIF, FIND = "bureau:simulations:simulate", "bureau:adjustments:find"


def text_of(response) -> str:
    return response.content.decode()


def test_simulate_shows_cost_side_by_side_with_charts_and_a_sheet(logged_in):
    make_claim(make_certified_class([make_learner("陈静", allowance=True), make_learner("赵伟")]))
    clerk = logged_in("bureau_clerk")
    sent = clerk.post(reverse(WHATIF), {"text": RATE.format(yuan=1500), "year": "2026"})
    kept = Simulation.objects.get()
    address = reverse("bureau:simulations:detail", args=[kept.pk])
    assert (sent.status_code, sent["Location"]) == (302, address)
    page = text_of(clerk.get(address))
    for words in (
        "五级补贴改为1500元",
        "+¥600.00",
        "城乡登记失业人员",
        "职业培训补贴标准",
        "青西新管办发〔2020〕2号",
    ):
        assert words in page
    assert page.count("data-chart=") >= 1
    assert "陈静" not in page
    sheet = clerk.get(reverse("bureau:simulations:sheet", args=[kept.pk]))
    assert sheet["Content-Type"].endswith("sheet")
    assert clerk.get(reverse("bureau:simulations:change", args=[kept.pk])).content.decode() == kept.change
    assert "五级补贴改为1500元" in text_of(clerk.get(reverse("bureau:simulations:list")))


def test_simulate_takes_a_file_and_tells_every_mistake_by_its_line(logged_in, tmp_path):
    clerk = logged_in("reviewer")
    path = tmp_path / "CHANGE.yaml"
    path.write_text(ONCE_A_YEAR.replace("value: 1", "value: 一").replace("次/年", "元/人"))
    with path.open("rb") as file:
        response = clerk.post(reverse(WHATIF), {"file": file})
    page = text_of(response)
    assert response.status_code == 422
    assert "单位应为“次/年”" in page
    assert '<td class="num" data-label="第几行">8</td>' in page
    assert not Simulation.objects.exists()
    assert clerk.post(reverse(WHATIF), {}).status_code == 422


def test_propose_sets_one_number_from_the_years_first_day(logged_in):
    make_claim(people=1)
    clerk = logged_in("bureau_clerk")
    address = reverse("bureau:simulations:propose") + "?region=370299&scheme=employment_training"
    page = text_of(clerk.get(address))
    assert "现为 3 次/年" in page
    key = "components/training/rate/kinds/职业技能等级证书/五级"
    wrong = clerk.post(address, {"key": key, "number": "很多", "year": "2026"})
    assert wrong.status_code == 422
    sent = clerk.post(address, {"key": key, "number": "1000", "year": "2026", "why": "经费不足"})
    page = text_of(clerk.get(sent["Location"]))
    assert "-¥200.00" in page
    assert "经费不足" in page


def test_simulation_under_way_shows_how_far_it_is_and_then_sends_on(logged_in):
    clerk = logged_in("bureau_clerk")
    make_claim(people=1)
    asked = operations.simulate_change(RATE.format(yuan=1500), today=date(2027, 1, 5), by=clerk.actor, at=AT)
    page = text_of(clerk.get(reverse("bureau:simulations:detail", args=[asked.pk])))
    assert "0 / 2 次" in page
    assert 'hx-trigger="load delay:1s"' in page
    assert "HX-Redirect" not in clerk.get(reverse("bureau:simulations:progress", args=[asked.pk]))
    operations.run_simulation(asked.pk, by=clerk.actor, at=AT)
    done = clerk.get(reverse("bureau:simulations:progress", args=[asked.pk]))
    assert done["HX-Redirect"] == reverse("bureau:simulations:detail", args=[asked.pk])


@pytest.fixture
def differing():
    """A paid-for claim of one and one refused, and two rulebooks that decide them otherwise."""
    make_money()
    people = [make_learner("陈静"), make_learner("王芳", standings={"pension": True})]
    return make_claim(make_certified_class(people), status="approved")


def test_adjustments_are_found_shown_side_by_side_and_decided_by_another(logged_in, differing):
    finder, other = logged_in("reviewer"), logged_in("reviewer")
    with in_use(rulebook_with(NO_PENSION_RULE)):
        sent = finder.post(reverse(FIND), {"since": "2026-01-01", "reason": "领取养老金者纳入"})
        assert sent.status_code == 302
        [found] = Adjustment.objects.all()
        address = reverse("bureau:adjustments:detail", args=[found.pk])
        listed = text_of(other.get(reverse("bureau:adjustments:list")))
        assert "王芳" in listed
        assert "陈静" not in listed
        page = text_of(other.get(address))
    assert page.count("不符合") >= 1
    for words in ("补发", "¥1,200.00", "G15", "青西新管办发〔2020〕2号", "系统不会自动补发或追回"):
        assert words in page
    approve = reverse("bureau:adjustments:approve", args=[found.pk])
    assert "同意调整" not in text_of(finder.get(address))
    finder.post(approve, {"reason": "依据新文件"})
    found.refresh_from_db()
    assert found.status == "found"
    other.post(approve, {"reason": "依据新文件"})
    found.refresh_from_db()
    assert (found.status, found.reason) == ("approved", "依据新文件")
    assert "等待结算" in text_of(other.get(address))


def test_adjustments_are_filtered_and_exported(logged_in, differing):
    reviewer = logged_in("reviewer")
    with in_use(rulebook_with(RATE.format(yuan=1500))):
        operations.find_adjustments(a_day_at(date(2026, 1, 1)), by=system_actor(), at=AT)
    address = reverse("bureau:adjustments:list")
    assert "陈静" in text_of(reviewer.get(address + "?kind=top_up&status=found&q=陈"))
    assert "陈静" not in text_of(reviewer.get(address + "?kind=recovery"))
    sheet = reviewer.get(address + "?export=xlsx")
    path = pytest.importorskip("io").BytesIO(sheet.content)
    rows = list(load_workbook(path).active.values)
    assert any("陈静" in row and 300 in row for row in rows)


def test_entitlements_are_listed_told_and_kept(logged_in):
    make_certified_class([make_learner("陈静"), make_learner("赵伟", standings={})])
    clerk = logged_in("bureau_clerk")
    operations.find_entitlements("370299", by=clerk.actor, at=AT)
    address = reverse("bureau:entitlements:list")
    page = text_of(clerk.get(address + "?scheme=employment_training"))
    assert "陈静" in page
    assert "是否按月领取养老金" in page
    assert "可以申领" in page
    assert "赵伟" not in text_of(clerk.get(address + "?scheme=employment_training&missing=nothing"))
    assert "陈静" not in text_of(clerk.get(address + "?scheme=employment_training&missing=receives_pension"))
    assert "陈静" in text_of(clerk.get(address + "?group=registered_unemployed&occupation=烹调"))
    row = queries.entitlements(clerk.actor).filter(person__name="陈静").first()
    sent = clerk.post(
        reverse("bureau:entitlements:tell"), {"picked": [row.pk], "act": "phone", "filtered": "told=no"}
    )
    assert sent["Location"] == address + "?told=no"
    assert Told.objects.get().how == "phone"
    assert Entry.objects.filter(verb="person.told", subject_id=str(row.person_id)).count() == 1
    told = text_of(clerk.get(address + "?told=yes"))
    assert "电话" in told
    assert "赵伟" not in told


def test_find_entitlements_is_put_in_the_queue_once(logged_in):
    clerk = logged_in("bureau_clerk")
    for _again in range(2):
        assert clerk.post(reverse("bureau:entitlements:find")).status_code == 302
    assert logged_in("cashier").post(reverse("bureau:entitlements:find")).status_code == 403


def test_lists_ask_at_most_twelve_questions(logged_in, differing, django_assert_max_num_queries):
    make_certified_class([make_learner(f"学员{n}") for n in "甲乙丙丁"])
    reviewer = logged_in("reviewer")
    operations.find_entitlements("370299", by=system_actor(), at=AT)
    with in_use(rulebook_with(RATE.format(yuan=1500))):
        operations.find_adjustments(a_day_at(date(2026, 1, 1)), by=system_actor(), at=AT)
    for name in ("simulations", "adjustments", "entitlements"):
        reviewer.get(reverse(f"bureau:{name}:list"))
        with django_assert_max_num_queries(12):
            assert reviewer.get(reverse(f"bureau:{name}:list")).status_code == 200


def test_pages_speak_english_too(logged_in):
    clerk = logged_in("bureau_clerk")
    make_claim(people=1)
    clerk.post(reverse(WHATIF), {"text": RATE.format(yuan=1500), "year": "2026"})
    clerk.cookies["kaogong_language"] = "en"
    page = text_of(clerk.get(reverse("bureau:simulations:detail", args=[Simulation.objects.get().pk])))
    assert "After the change" in page
