"""``kaogong departments``: a list taken in from the server, problems told row by row."""

import pytest
from click.testing import CliRunner

from kaogong.cli.departments import departments
from kaogong.departments.models import DepartmentFile
from tests.factories import an_actor
from tests.factories.departments import a_row, a_sheet

pytestmark = pytest.mark.django_db
ABOUT = ("--department", "agriculture", "--region", "370299", "--from", "2026-07-01", "--to", "2026-09-30")


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setattr("kaogong.cli.departments.set_up_django", lambda: None)

    def run(rows, *options, footer=""):
        file = tmp_path / "第三季度.csv"
        file.write_bytes(a_sheet(rows, footer=footer))
        return CliRunner().invoke(departments, ["take", str(file), *ABOUT, *options])

    return run


def test_good_list_is_taken_and_listed(run):
    result = run([a_row(occupation="", programme="")])
    assert result.exit_code == 0, result.output
    file = DepartmentFile.objects.get()
    assert f"第 {file.pk} 号文件，已核验：共 1 行，合格 1 行" in result.output
    assert file.sent_by == "系统（命令行）"
    listed = CliRunner().invoke(departments, ["list"])
    assert f"第 {file.pk} 号  农业农村局  370299  2026-07-01至2026-09-30" in listed.output
    none = CliRunner().invoke(departments, ["list", "--department", "veterans"])
    assert "还没有收到" in none.output


def test_bad_rows_are_told_by_row_and_column_and_wrong_totals_too(run, django_user_model):
    actor = an_actor("department_clerk", department_code="agriculture")
    login = django_user_model.objects.get(pk=actor.account_id).username
    result = run([a_row(), a_row(starts_on="")], "--as", login, "--yuan", "600.00", footer="合计,5人")
    assert result.exit_code == 1
    assert "第 3 行  G 列“培训起始日期”  错误  没有写清培训从哪天到哪天" in result.output
    assert "合计不符：声明 5 人次，表中 2 行" in result.output
    assert "合计不符：声明补贴 ¥600.00，各行合计 ¥1,200.00" in result.output
    assert DepartmentFile.objects.get().sent_by == actor.name


def test_nobodys_login_and_another_departments_are_refused(run, django_user_model):
    unknown = run([a_row()], "--as", "nobody")
    assert unknown.exit_code == 1
    assert "没有“nobody”这个在用的登录名" in unknown.output
    other = an_actor("department_clerk", department_code="veterans")
    refused = run([a_row()], "--as", django_user_model.objects.get(pk=other.account_id).username)
    assert refused.exit_code != 0
    assert not DepartmentFile.objects.exists()
