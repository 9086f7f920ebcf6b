"""``kaogong ledger balance`` on the shell."""

import pytest
from click.testing import CliRunner
from django.utils import timezone

from kaogong.cli.ledger import ledger
from kaogong.ledger.models import AccountBalance
from tests.factories.ledger import make_budget
from tests.sealing import seal_ledger_until_settled

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


def test_export_is_what_the_day_held(tmp_path):
    make_budget(district=1_00)
    on = f"{timezone.localdate()}"
    printed = CliRunner().invoke(ledger, ["export", "--format", "hledger", "--on", on])
    assert "0.00 CNY = -1.00 CNY" in printed.output
    target = tmp_path / "books.beancount"
    done = CliRunner().invoke(ledger, ["export", "--format", "beancount", "--on", on, "--to", str(target)])
    assert done.exit_code == 0
    assert "-1.00 ~ 0 CNY" in target.read_text()


def test_cross_check_returns_one_when_a_fen_is_missing():
    make_budget(district=1_00)
    on = f"{timezone.localdate()}"
    agreed = CliRunner().invoke(ledger, ["cross-check", "--on", on])
    assert (agreed.exit_code, "beancount：一致" in agreed.output) == (0, True)
    AccountBalance.objects.filter(account__state="available").update(balance_fen=99)
    assert CliRunner().invoke(ledger, ["cross-check", "--on", on]).exit_code == 1


@pytest.mark.django_db(transaction=True)
def test_chain_is_exported_and_verified_offline(tmp_path):
    assert "还没有封存" in CliRunner().invoke(ledger, ["chain"]).output
    make_budget(district=1_00)
    seal_ledger_until_settled()
    target = tmp_path / "chain.jsonl"
    told = CliRunner().invoke(ledger, ["chain", "--to", str(target)])
    assert (told.exit_code, "封存链完好" in told.output) == (0, True)
    assert CliRunner().invoke(ledger, ["verify", str(target)]).exit_code == 0
    target.write_text(target.read_text().replace('"ZX"', '"YX"'))
    changed = CliRunner().invoke(ledger, ["verify", str(target)])
    assert changed.exit_code == 1
    assert "分录内容与封存时不同" in changed.output
