"""``kaogong ledger balance`` on the shell."""

import pytest
from click.testing import CliRunner

from kaogong.cli.ledger import ledger
from kaogong.ledger.models import AccountBalance
from tests.factories.ledger import make_budget

pytestmark = pytest.mark.django_db


def test_balance_prints_where_every_fen_stands():
    make_budget(district=1_234_567_89, city=11_00)
    result = CliRunner().invoke(ledger, ["balance"])
    assert result.exit_code == 0
    assert "1,234,567.89" in result.output
    assert "1,234,578.89" in result.output
    assert "逐笔复算一致" in result.output


def test_balance_of_one_fund_only():
    make_budget("A", district=1_00)
    make_budget("B", district=77_00)
    result = CliRunner().invoke(ledger, ["balance", "--fund", "A", "--year", "2026"])
    assert "1.00" in result.output
    assert "77.00" not in result.output


def test_balance_returns_one_when_a_fen_is_missing():
    make_budget(district=1_00)
    AccountBalance.objects.filter(account__state="available").update(balance_fen=99)
    result = CliRunner().invoke(ledger, ["balance"])
    assert result.exit_code == 1
    assert "对不上" in result.output
    assert "逐笔复算一致" not in result.output


def test_balance_of_an_empty_ledger_says_so():
    result = CliRunner().invoke(ledger, ["balance"])
    assert result.exit_code == 0
    assert "还没有分录" in result.output
