"""``kaogong statistics`` from the shell."""

import json

import polars as pl
import pytest
from click.testing import CliRunner

from kaogong.cli import main
from kaogong.statistics import queries
from tests.factories.training import make_class

pytestmark = pytest.mark.django_db


def _says(*words, code=0):
    done = CliRunner().invoke(main, ["statistics", *map(str, words)])
    assert done.exit_code == code, done.output
    return done.output


def test_statistics_of_an_empty_product_say_what_to_do():
    assert "kaogong statistics refresh" in _says("list")
    assert "还没有统计数据" in _says("export", "--to", "nowhere", code=1)


def test_statistics_refresh_list_and_verify():
    make_class(people=2, status="approved")
    assert "第1号" in _says("refresh")
    assert "培训人次2行" in _says("list")
    assert "摘要全部一致" in _says("verify")
    path = queries.folder_of(queries.latest_snapshot()) / "class" / "2026.parquet"
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    said = _says("verify", "--number", 1, code=1)
    assert "第1号 class/2026.parquet：内容与保存时的摘要不符" in said


def test_statistics_export_is_whole_and_says_what_it_is(tmp_path):
    make_class(people=2, status="approved")
    _says("refresh")
    to = tmp_path / "cluster"
    _says("export", "--to", to)
    told = json.loads((to / "manifest.json").read_text())
    assert told["digest"] == queries.latest_snapshot().digest
    assert all((to / name).stat().st_size == file["bytes"] for name, file in told["files"].items())
    assert pl.read_parquet(to / "training" / "2026.parquet").height == 2
    assert "不是空目录" in _says("export", "--to", to, code=1)
