"""Vacancy lists: Excel's worst habits, repeated rows, what counts."""

from datetime import date

import pytest

from kaogong.demand import operations, queries
from kaogong.demand.models import Vacancy
from kaogong.kernel.errors import NotFound, NotPermitted, ReasonMissing
from kaogong.sheets import NotASpreadsheet
from tests.factories import an_actor
from tests.factories.demand import NOW, VACANCY_HEADINGS, a_sheet, make_vacancies, vacancy_row

pytestmark = pytest.mark.django_db


def test_import_vacancies_keeps_good_rows_and_names_the_bad_ones():
    found = make_vacancies(
        vacancy_row("海星船厂", 月工资下限="6,000", 月工资上限=9000.0),
        vacancy_row(""),
        vacancy_row("蓝天厂", 招聘人数="若干"),
        vacancy_row("蓝天厂", 招聘人数=0),
        vacancy_row("蓝天厂", **{"职业（工种）": "造梦师"}),
        vacancy_row("蓝天厂", 技能等级="超级"),
        vacancy_row("蓝天厂", 月工资下限=9000, 月工资上限=6000),
        vacancy_row("蓝天厂", 统一社会信用代码="91370299MA00000000"),
        vacancy_row("蓝天厂", 工作地点="北京市海淀区"),
        vacancy_row(" 蓝 天 厂　", 招聘人数="１２人"),
        ("合计", None, None, None, None, None, 99),
    )
    kept = list(queries.vacancies_of(found.pk))
    assert [(one.employer, one.head_count) for one in kept] == [("海星船厂", 5), ("蓝天厂", 12)]
    assert (kept[0].wage_low_fen, kept[0].wage_high_fen) == (600_000, 900_000)
    assert sorted(map(int, found.problems)) == [3, 4, 5, 6, 7, 8, 9, 10]
    assert "造梦师" in found.problems["6"][0]


def test_import_vacancies_reads_wages_left_open_and_wages_with_their_unit():
    found = make_vacancies(
        vacancy_row("甲厂", 月工资下限="面议", 月工资上限=" 面 议 "),
        vacancy_row("乙厂", 月工资下限="５０００元", 月工资上限="0.8万元"),
        vacancy_row("丙厂", 月工资下限="五千", 月工资上限="/"),
    )
    kept = [(one.employer, one.wage_low_fen, one.wage_high_fen) for one in queries.vacancies_of(found.pk)]
    assert kept == [("甲厂", None, None), ("乙厂", 500_000, 800_000)]
    (said,) = found.problems.values()
    assert "五千" in said[0]


def test_import_vacancies_asks_the_database_no_more_for_a_longer_list(django_assert_max_num_queries):
    with django_assert_max_num_queries(40):
        make_vacancies(
            *(vacancy_row(f"企业{number}", 招聘人数=1) for number in range(150)),
            *(vacancy_row(f"坏{number}", **{"职业（工种）": "造梦师"}) for number in range(50)),
        )
    assert Vacancy.objects.count() == 150


def test_import_vacancies_shows_repeated_rows_and_counts_them_once():
    clerk = an_actor("bureau_clerk")
    first = make_vacancies(vacancy_row(), vacancy_row(), vacancy_row("蓝天厂"), clerk=clerk)
    second = make_vacancies(vacancy_row(), vacancy_row("新来的厂"), clerk=clerk)
    repeated = [one for one in queries.vacancies_of(first.pk) if one.duplicate_of_id]
    assert [(one.row_number, one.duplicate_of.row_number) for one in repeated] == [(3, 2)]
    (across,) = [one for one in queries.vacancies_of(second.pk) if one.duplicate_of_id]
    assert across.duplicate_of.vacancy_list_id == first.pk
    counted = queries.vacancies_counted("370299", NOW.date())
    assert sorted(counted.values_list("employer", flat=True)) == ["新来的厂", "海星船厂", "蓝天厂"]
    lists = {one.pk: (one.rows_kept, one.repeated, one.wanted) for one in queries.vacancy_lists(clerk)}
    assert lists == {first.pk: (2, 1, 10), second.pk: (1, 1, 5)}


def test_discard_vacancies_needs_a_reason_and_ends_the_count():
    clerk = an_actor("bureau_clerk")
    found = make_vacancies(clerk=clerk)
    with pytest.raises(ReasonMissing):
        operations.discard_vacancies(found.pk, by=clerk, at=NOW, reason=" ")
    operations.discard_vacancies(found.pk, by=clerk, at=NOW, reason="传错文件")
    assert not queries.vacancies_counted("370299", NOW.date()).exists()


def test_an_old_list_counts_no_more():
    make_vacancies(as_of=date(2026, 7, 1))
    assert not queries.vacancies_counted("370299", NOW.date()).exists()


def test_import_vacancies_without_a_needed_column_or_of_another_file_is_refused_whole():
    clerk = an_actor("bureau_clerk")
    give = {"source": "招聘会", "as_of": date(2026, 11, 1), "by": clerk, "at": NOW}
    with pytest.raises(operations.ColumnsMissing, match="招聘人数"):
        operations.import_vacancies(
            a_sheet(["用人单位", "职业（工种）"], [["甲厂", "焊工"]]), "缺列.xlsx", **give
        )
    with pytest.raises(NotASpreadsheet):
        operations.import_vacancies(b"%PDF-1.7 not a sheet", "清单.pdf", **give)
    assert not Vacancy.objects.exists()


def test_import_vacancies_of_tomorrow_is_refused():
    with pytest.raises(operations.ListDayImpossible):
        make_vacancies(as_of=date(2026, 11, 17))


def test_only_a_clerk_takes_lists_and_only_of_the_own_region():
    sheet = a_sheet(VACANCY_HEADINGS, [vacancy_row()])
    with pytest.raises(NotPermitted):
        operations.import_vacancies(
            sheet, "a.xlsx", source="网", as_of=date(2026, 11, 1), by=an_actor("reviewer"), at=NOW
        )
    found = make_vacancies()
    with pytest.raises(NotFound):
        operations.discard_vacancies(
            found.pk, by=an_actor("bureau_clerk", region_code="510700"), at=NOW, reason="不归我管"
        )
