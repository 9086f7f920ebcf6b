"""What runs by itself, replaying, and the shell."""

import copy
from datetime import date

import pytest
from click.testing import CliRunner

from kaogong import rules
from kaogong.certificates import operations as certificates
from kaogong.claims import queries
from kaogong.claims.models import Conflict
from kaogong.claims.queries import judging, replaying
from kaogong.claims.tasks import look_after_claims
from kaogong.cli import claim as shell
from kaogong.kernel.actor import system_actor
from tests.claims.test_stopping import paid
from tests.factories.certificates import make_outside_certificate
from tests.factories.claims import line_of, make_certified_class, make_claim, make_learner, make_money
from tests.factories.people import an_actor
from tests.factories.training import a_day_at

pytestmark = pytest.mark.django_db
AT = a_day_at(date(2026, 7, 27))


def test_look_after_claims_stops_and_finds_and_does_nothing_twice():
    make_money()
    settled, revoked = make_learner("陈静"), make_learner("李明")
    paid(settled)
    make_outside_certificate(settled, level_code="4", issued_on=date(2026, 3, 1), at=AT)
    claim = make_claim(make_certified_class([revoked, make_learner("赵伟")]), status="approved")
    certificate_id = line_of(claim, revoked).certificate_id
    certificates.revoke_certificate(certificate_id, by=an_actor("reviewer"), at=AT, reason="替考")
    done = look_after_claims(by=system_actor(), at=AT)
    assert done == {"held": 0, "dropped": 1, "conflicts": 1, "paid": 0, "accounts": 0}
    assert line_of(claim, revoked).status == "dropped"
    assert not any(look_after_claims(by=system_actor(), at=AT).values())
    assert Conflict.objects.count() == 1


def test_replay_finds_what_a_new_rulebook_would_decide_otherwise(monkeypatch):
    claim = make_claim(people=2)
    said = copy.deepcopy(rules.load().content)
    rate = said["regions"]["370299"]["schemes"]["employment_training"]["components"][0]["rate"]
    table = rate["2020-01-20"]["value"]["kinds"]
    kind = next(name for name in table if name in ("职业技能等级证书", "skill_level"))
    level = next(name for name in table[kind] if str(name) in ("五级", "5"))
    table[kind][level] = 1300
    book = rules.Rulebook(said)
    for module in (judging, replaying):
        monkeypatch.setattr(module, "rulebook", lambda: book)
    judging.kept_rulebook.cache_clear()
    outcome = queries.replay(a_day_at(date(2026, 7, 1)))
    judging.kept_rulebook.cache_clear()
    assert outcome.decided == 2
    assert {row.under for row in outcome.differences} == {"today"}
    assert {row.what[0] for row in outcome.differences} == {"amount_fen: 120000 -> 130000"}
    assert {cause.clause for row in outcome.differences for cause in row.causes} == {
        "青西新管办发〔2020〕2号#15"
    }
    assert claim.amount_fen == 2 * 1200_00


def test_claim_decide_prints_every_persons_findings(monkeypatch):
    pensioner = make_learner("王小芳", standings={"pension": True})
    claim = make_claim(make_certified_class([pensioner, make_learner("陈静")]))
    monkeypatch.setattr(shell, "set_up_django", lambda: None)
    said = CliRunner().invoke(shell.claim, ["decide", claim.number], catch_exceptions=False)
    assert said.exit_code == 0
    assert "王*芳" in said.output
    assert "王小芳" not in said.output
    assert "✗ G15 养老金" in said.output
    assert "2 人，合计 ¥1,200.00" in said.output
    again = CliRunner().invoke(shell.replay, ["--since", "2026-01-01"], catch_exceptions=False)
    assert "重算 2 条结论：按当时的规则库 0 条不同" in again.output
