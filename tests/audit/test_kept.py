"""What the owner of the database changes in a decision, a payment or the whole chain, and who notices."""

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from kaogong.audit import queries
from kaogong.trail.queries import chain_faults

from .conftest import make_pack
from .forging import faults_of

pytestmark = pytest.mark.django_db

_LINE = "(SELECT min(id) FROM claims_claimline WHERE status = 'paid')"
_PAID = "(SELECT min(id) FROM funds_payment WHERE status = 'paid' AND person_id IS NOT NULL)"


def behind(statement: str) -> None:
    """As the database's owner, with every trigger off."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement)
        assert cursor.rowcount > 0
        cursor.execute("SET LOCAL session_replication_role = origin")


def test_an_untouched_database_says_what_the_trail_said(city):
    assert list(queries.row_faults()) == []


@pytest.mark.parametrize(
    ("tampering", "said", "said_of_the_pack"),
    [
        (
            f"UPDATE claims_decision SET facts = facts || '{{\"hours\": 999}}' WHERE line_id = {_LINE}",
            "事实、结论被改动", "核准时的结论与轨迹所记不符",
        ),
        (
            f"UPDATE claims_decision SET decided_at = decided_at - interval '1 day' WHERE line_id = {_LINE}",
            "事实、结论被改动", "核准时的结论与轨迹所记不符",
        ),
        (f"DELETE FROM claims_decision WHERE line_id = {_LINE}", "结论已不在", "没有“应予补贴”的结论"),
        (
            f"UPDATE funds_payment SET bank_account_masked = '6222****0000' WHERE id = {_PAID}",
            "账号与生成时不同", "账号与生成时轨迹所记不同",
        ),
    ],
)  # fmt: skip
def test_a_row_changed_behind_the_guards_is_named_here_and_in_the_pack(
    city, tmp_path, tampering, said, said_of_the_pack
):
    behind(tampering)
    assert chain_faults() == []
    found = list(queries.row_faults())
    assert any(said in fault for fault in found), found
    make_pack(tmp_path / "pack.zip")
    told = faults_of(tmp_path / "pack.zip")
    assert any(said_of_the_pack in fault for fault in told), told


def test_a_sealed_account_put_in_another_payments_place_is_named(city):
    behind(
        "UPDATE funds_payment p SET bank_account = o.bank_account FROM funds_payment o"
        f" WHERE p.id = {_PAID} AND o.id = (SELECT max(id) FROM funds_payment WHERE id <> {_PAID})"
    )
    assert any("加密保存的账号" in fault for fault in queries.row_faults())


def test_a_chain_made_anew_does_not_bear_the_digests_somebody_kept(city):
    text = Client().get(reverse("portal:seals_text")).content.decode()
    kept = queries.read_digests(iter(text.splitlines()))
    assert {chain for _day, chain in kept} == {"trail", "ledger"}
    page = Client().get(reverse("portal:seals")).content.decode()
    assert all(digest in page for digest in kept.values())
    assert queries.digests_gone(kept) == []
    behind("UPDATE trail_seal SET digest = repeat('b', 64)")
    assert {chain for _day, chain in queries.digests_gone(kept)} == {"trail"}


_GRANTED = "(SELECT min(grant_id) FROM grants_instalment WHERE status = 'paid')"
_CHANGED = "(SELECT min(id) FROM claims_accountchange WHERE status IN ('cooling', 'in_force'))"
_AGAIN = (
    "(SELECT max(id) FROM funds_payment GROUP BY payee_kind, payee_id HAVING count(*) > 1 ORDER BY 1 LIMIT 1)"
)


@pytest.mark.parametrize(
    ("tampering", "said", "said_of_the_pack"),
    [
        (
            f"UPDATE grants_grantdecision SET facts = facts || '{{\"hours\": 999}}' WHERE grant_id = {_GRANTED}",
            "事实、结论被改动", "核准时的结论与轨迹所记不符",
        ),
        (
            "UPDATE grants_grantdecision SET decided_at = decided_at - interval '1 day'"
            " WHERE grant_id = (SELECT min(id) FROM grants_grant WHERE status = 'refused')",
            "事实、结论被改动", "奖补编号",
        ),
        (
            "UPDATE grants_sponsoredspending SET amount_fen = amount_fen - 100 WHERE status = 'approved'",
            "赞助资金支出与批准时不同", "与批准时轨迹所记不同",
        ),
    ],
)  # fmt: skip
def test_a_grant_or_a_sponsored_sum_changed_behind_the_guards_is_named(
    city, tmp_path, tampering, said, said_of_the_pack
):
    behind(tampering)
    found = list(queries.row_faults())
    assert any(said in fault for fault in found), found
    make_pack(tmp_path / "pack.zip")
    told = faults_of(tmp_path / "pack.zip")
    assert any(said_of_the_pack in fault for fault in told), told


def test_an_account_on_file_changed_without_a_decision_is_named(city):
    behind(
        "UPDATE people_person SET bank_account_masked = '6222****0000' WHERE id ="
        " (SELECT min(subject_id::bigint) FROM trail_entry WHERE verb = 'person.bank_account_set')"
    )
    assert any("没有经过账户变更" in fault for fault in queries.row_faults())


@pytest.mark.parametrize(
    ("tampering", "said"),
    [
        (
            f"UPDATE funds_payment SET bank_account_masked = '6222****0000' WHERE id = {_AGAIN}",
            "没有经决定的账户变更",
        ),
        (
            "UPDATE trail_entry SET actor_account_id = (SELECT e.actor_account_id FROM trail_entry e WHERE"
            " e.verb = 'account_change.asked' AND e.subject_id = trail_entry.subject_id LIMIT 1)"
            f" WHERE verb = 'account_change.approved' AND subject_id = {_CHANGED}::text",
            "申请和同意是同一个人",
        ),
        (
            "UPDATE ledger_ledgeraccount SET programme = '差旅费' WHERE fund_code LIKE 'ZZ-%' AND programme = '奖金'",
            "没有这一用途",
        ),
    ],
)  # fmt: skip
def test_what_does_not_fit_in_changes_and_sponsors_money_is_named_by_the_pack(
    city, tmp_path, tampering, said
):
    behind(tampering)
    make_pack(tmp_path / "pack.zip")
    told = faults_of(tmp_path / "pack.zip")
    assert any(said in fault for fault in told), told
