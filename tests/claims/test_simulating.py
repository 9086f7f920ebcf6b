"""What a change would have cost, on real claims; and nothing of them is touched."""

import hashlib
import io
from datetime import date

import openpyxl
import pytest
from click.testing import CliRunner
from django.db import connection

from kaogong.claims import operations, queries, tasks
from kaogong.claims.models import Simulation
from kaogong.claims.queries import rulebook
from kaogong.claims.queries.frozen import decided_in_order, frozen
from kaogong.claims.queries.in_bulk import _sorted_out, decided_in_bulk
from kaogong.claims.tasks import simulate_change
from kaogong.cli import simulate as shell
from kaogong.kernel.actor import system_actor
from kaogong.kernel.errors import NotFound, NotPermitted
from kaogong.people import operations as people
from kaogong.rules import RulebookMalformed
from kaogong.rules.change import read_change
from tests.claims.rulebooks import ENDED, NO_PENSION_RULE, ONCE_A_YEAR, RATE, rulebook_with
from tests.factories.claims import make_certified_class, make_claim, make_learner
from tests.factories.people import an_actor
from tests.factories.training import a_day_at

pytestmark = pytest.mark.django_db
AT = a_day_at(date(2026, 7, 27))
YEAR = (date(2026, 1, 1), date(2027, 1, 1))


def tried(text: str, *, by=None, since=YEAR[0], until=YEAR[1], **more):
    return queries.simulate(read_change(text.encode()), since, until, by=by or system_actor(), **more)


def contents() -> dict[str, tuple[int, str]]:
    """Every table, how many rows it has and a digest of all of them."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT t::text FROM "{table}" t ORDER BY 1')
            rows = [row[0] for row in cursor.fetchall()]
            found[table] = (len(rows), hashlib.sha256("\n".join(rows).encode()).hexdigest())
    return found


def test_simulate_tells_cost_and_who_gains_under_each_heading():
    unemployed = make_learner("陈静", allowance=True)
    make_claim(make_certified_class([unemployed, make_learner("赵伟")]))
    result = tried(RATE.format(yuan=1500))
    assert result["total"] == {
        "lines": 2, "people": 2, "gaining": 2, "losing": 0,
        "before_fen": result["total"]["before_fen"], "after_fen": result["total"]["before_fen"] + 600_00,
    }  # fmt: skip
    assert result["total"]["before_fen"] > 2400_00  # one of them has a living allowance too
    groups = {row["code"]: row for row in result["group"]}
    assert groups["registered_unemployed"]["people"] == 2
    assert groups["hard_to_employ"]["people"] == 1
    assert [(row["code"], row["gaining"]) for row in result["level"]] == [("5", 2)]
    assert [(row["code"], row["lines"]) for row in result["district"]] == [("370299", 2)]
    assert [row["code"] for row in result["scheme"]] == ["employment_training"]
    [cause] = result["causes"]
    assert (cause["rule_id"], cause["people"]) == ("G1", 2)


def test_simulate_lets_a_lapsed_rule_pay_and_says_which_it_was():
    make_claim(
        make_certified_class([make_learner("王芳", standings={"pension": True}), make_learner("李明")])
    )
    result = tried(NO_PENSION_RULE)
    assert result["moves"] == [{"before": "refused", "after": "payable", "lines": 1}]
    assert (result["total"]["gaining"], result["total"]["losing"], result["changed_lines"]) == (1, 0, 1)
    [cause] = result["causes"]
    assert (cause["rule_id"], cause["clause"]) == ("G15", "青西新管办发〔2020〕2号#9")


def test_simulate_judges_a_persons_claims_in_order_each_on_what_the_earlier_came_to():
    person = make_learner("陈静")
    make_claim(make_certified_class([person]))
    earlier = {"starts_on": date(2026, 3, 2), "ends_on": date(2026, 3, 13)}
    make_claim(make_certified_class([person], occupation_code="6-18-02-04", level_code="5", **earlier))
    result = tried(ONCE_A_YEAR)
    # When they were decided neither was approved, so neither stood in the other's frozen history.
    assert result["total"]["before_fen"] == 2400_00
    assert result["moves"] == [{"before": "payable", "after": "refused", "lines": 1}]
    assert result["total"]["after_fen"] == 1200_00
    assert (result["total"]["people"], result["total"]["losing"]) == (1, 1)


def test_columns_come_to_the_same_as_one_by_one():
    several = make_learner("陈静", allowance=True)
    make_claim(make_certified_class([several, make_learner("王芳", standings={"pension": True})]))
    earlier = {"starts_on": date(2026, 3, 2), "ends_on": date(2026, 3, 13)}
    people = [several, make_learner("赵伟", standings={})]
    make_claim(make_certified_class(people, occupation_code="6-18-02-04", level_code="5", **earlier))
    rows = list(frozen(queries.decisions_between(*YEAR, by=system_actor())))
    assert len(rows) == 4
    for book in (rulebook(), rulebook_with(ONCE_A_YEAR), rulebook_with(NO_PENSION_RULE)):
        plain, special = _sorted_out(rows, book)
        assert (len(plain), special) == (4, [])
        one_by_one = {row.reference: outcome for row, outcome in decided_in_order(rows, book)}
        for reference, outcome in decided_in_bulk(rows, book).items():
            alone = one_by_one[reference]
            assert (outcome.verdict, outcome.amount_fen) == (alone.verdict, alone.amount_fen)
    gone = decided_in_bulk(rows, rulebook_with(ENDED))
    assert {outcome.verdict for outcome in gone.values()} == {"refused"}
    assert all("没有施行中的补贴项目" in outcome.refusal for outcome in gone.values())


def test_simulate_takes_the_claims_of_its_period_and_reach_only():
    make_claim(people=1)
    assert tried(RATE.format(yuan=1500), until=date(2026, 7, 10))["total"]["lines"] == 0
    assert tried(RATE.format(yuan=1500), region_code="370299")["total"]["lines"] == 1
    assert tried(RATE.format(yuan=1500), region_code="510700")["total"]["lines"] == 0
    elsewhere = an_actor("reviewer", region_code="510700")
    assert tried(RATE.format(yuan=1500), by=elsewhere)["total"]["lines"] == 0


def test_simulate_never_touches_real_data():
    make_claim(people=3)
    before = contents()
    assert tried(RATE.format(yuan=1500))["total"]["gaining"] == 3
    assert contents() == before
    clerk = an_actor("bureau_clerk")
    before = contents()
    simulate_change(RATE.format(yuan=900), today=date(2027, 2, 1), by=clerk, at=AT)
    after = contents()
    assert {table for table in before if before[table] != after[table]} == {
        "claims_simulation", "trail_entry",
    }  # fmt: skip


def test_simulate_change_keeps_sums_and_names_nobody():
    make_claim(make_certified_class([make_learner("欧阳慧娴")]))
    clerk = an_actor("bureau_clerk")
    kept = simulate_change(RATE.format(yuan=1500), today=date(2027, 2, 1), by=clerk, at=AT)
    assert (kept.since, kept.until) == YEAR
    assert (kept.result["total"]["gaining"], kept.done, kept.total, kept.refusal) == (1, 2, 2, "")
    assert "欧阳慧娴" not in str(kept.result)
    assert queries.simulation(kept.pk, by=an_actor("reviewer")).title == "五级补贴改为1500元"
    with pytest.raises(NotFound):
        queries.simulation(kept.pk, by=an_actor("reviewer", region_code="510700"))
    with pytest.raises(NotPermitted):
        simulate_change(RATE.format(yuan=1), today=date(2027, 2, 1), by=an_actor("cashier"), at=AT)
    with pytest.raises(operations.RegionOutOfReach):
        simulate_change(RATE.format(yuan=1), today=date(2027, 2, 1), by=clerk, at=AT, region_code="510700")


def test_simulate_change_of_many_claims_is_left_to_the_worker(monkeypatch):
    make_claim(people=2)
    clerk = an_actor("bureau_clerk")
    monkeypatch.setattr(tasks, "JUDGEMENTS_AT_ONCE", 1)
    asked = simulate_change(RATE.format(yuan=1500), today=date(2027, 2, 1), by=clerk, at=AT)
    assert (asked.finished_at, asked.result, asked.total, asked.percent) == (None, None, 4, 0)
    tasks.run_later(simulation_id=asked.pk, account_id=clerk.account_id)
    asked.refresh_from_db()
    assert (asked.result["total"]["gaining"], asked.percent) == (2, 100)


def test_simulate_change_refuses_a_faulty_one_before_anything_is_kept():
    with pytest.raises(RulebookMalformed) as refusal:
        simulate_change(RATE.format(yuan="一千"), today=date(2027, 2, 1), by=an_actor("bureau_clerk"), at=AT)
    assert refusal.value.problems[0].line == 12
    assert not Simulation.objects.exists()


def test_run_simulation_of_a_finished_one_changes_nothing():
    make_claim(people=1)
    clerk = an_actor("bureau_clerk")
    kept = simulate_change(RATE.format(yuan=1500), today=date(2027, 2, 1), by=clerk, at=AT)
    again = operations.run_simulation(kept.pk, by=clerk, at=a_day_at(date(2026, 8, 1)))
    assert (again.result, again.finished_at) == (kept.result, kept.finished_at)


def test_period_is_the_one_asked_for_else_the_changes_own_else_last_year():
    plain = read_change(RATE.format(yuan=1).encode())
    own = read_change((RATE.format(yuan=1) + "period: {from: 2024-07-01, until: 2025-07-01}\n").encode())
    today = date(2026, 3, 1)
    assert queries.period_of(plain, today) == (date(2025, 1, 1), date(2026, 1, 1))
    assert queries.period_of(own, today) == (date(2024, 7, 1), date(2025, 7, 1))
    assert queries.period_of(own, today, 2023) == (date(2023, 1, 1), date(2024, 1, 1))


def test_simulate_prints_the_figures_and_writes_a_sheet(monkeypatch, tmp_path):
    make_claim(people=2)
    path, sheet = tmp_path / "CHANGE.yaml", tmp_path / "out.xlsx"
    path.write_text(RATE.format(yuan=1500))
    monkeypatch.setattr(shell, "set_up_django", lambda: None)
    said = CliRunner().invoke(
        shell.simulate, [str(path), "--year", "2026", "--xlsx", str(sheet)], catch_exceptions=False
    )
    assert said.exit_code == 0
    assert "现行 ¥2,400.00，改动后 ¥3,000.00，差额 +¥600.00；增加 2 人，减少 0 人" in said.output
    assert "城乡登记失业人员" in said.output
    rows = list(openpyxl.load_workbook(io.BytesIO(sheet.read_bytes())).active.values)
    assert rows[3][:7] == ("合计", "五级补贴改为1500元", 2, 2, 2400, 3000, 600)
    assert {row[0] for row in rows[4:]} == {"按人员类别", "按区划", "按补贴项目", "按职业", "按等级"}


def test_simulate_judges_the_claims_of_a_person_merged_from_two_as_those_of_one():
    kept, gone = make_learner("陈静"), make_learner("陈静")
    make_claim(make_certified_class([kept]))
    earlier = {"starts_on": date(2026, 3, 2), "ends_on": date(2026, 3, 13)}
    make_claim(make_certified_class([gone], occupation_code="6-18-02-04", level_code="5", **earlier))
    result = tried(ONCE_A_YEAR)
    assert (result["total"]["people"], result["moves"]) == (2, [])
    asked = people.propose_merge(
        kept.pk, gone.pk, evidence="户籍科证明", by=an_actor("bureau_clerk"), at=AT, reason="一人两号"
    )
    people.approve_merge(asked.pk, by=an_actor("reviewer"), at=AT, reason="属实")
    result = tried(ONCE_A_YEAR)
    assert (result["total"]["people"], result["total"]["losing"]) == (1, 1)
    assert result["moves"] == [{"before": "payable", "after": "refused", "lines": 1}]
    rows = list(frozen(queries.decisions_between(*YEAR, by=system_actor())))
    assert {row.person_id for row in rows} == {kept.pk}
