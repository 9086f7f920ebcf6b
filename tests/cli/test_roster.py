"""``kaogong roster check``."""

import pytest
from click.testing import CliRunner

from kaogong import sheets
from kaogong.cli.roster import roster
from tests.factories import a_roster, an_id_number, make_class, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setattr("kaogong.cli.roster.set_up_django", lambda: None)
    monkeypatch.setenv("DATABASE_URL", "set")

    def run(rows, *options):
        file = tmp_path / "名单.csv"
        file.write_bytes(a_roster(rows))
        return CliRunner().invoke(roster, ["check", str(file), *options])

    return run


def test_roster_check_of_good_rows_ends_well(run):
    result = run([{"姓名": "王小明", "身份证号码": an_id_number().value}])
    assert result.exit_code == 0, result.output
    assert "E 列“身份证号码” → 身份证号码" in result.output
    assert "共 1 行：合格 1 行，有错误 0 行。" in result.output


def test_roster_check_of_a_bad_row_says_where_and_fails(run, tmp_path):
    out = tmp_path / "问题.xlsx"
    result = run([{"姓名": "王小明", "身份证号码": "370299199001010000"}], "--problems", str(out))
    assert result.exit_code == 1
    assert "第 2 行  错误  身份证号码校验码不对" in result.output
    assert sheets.read(out.read_bytes(), out.name, layout=sheets.ROSTER).frame.height == 1


def test_roster_check_against_a_class_knows_its_timetable(run):
    busy = make_person("王明")
    other, wanted = make_class(people=[busy]), make_class()
    rows = [{"姓名": "王明", "身份证号码": busy.id_number}]
    assert f"同一时间已在班级{other.number}上课" in run(rows, "--class", wanted.number).output
    assert run(rows).exit_code == 0
