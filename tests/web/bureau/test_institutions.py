"""Registering, contracting and recognising, as the clerk does it."""

from dataclasses import replace

import pytest

from kaogong.institutions import queries
from kaogong.kernel.actor import system_actor
from tests.factories import COOK, make_contract, make_institution, make_site, make_trainer

pytestmark = pytest.mark.django_db
BY = system_actor()
GOOD = {
    "credit_code": "91370299MA00000001",
    "name": "示例区海蓝职业培训学校",
    "kind": "training_school",
    "duties": ["provider"],
    "region_code": "370299",
}


def _a_credit_code() -> str:
    return make_institution("先生成一个代码").credit_code


def test_a_wrong_credit_code_is_told_where_it_is_wrong_and_nothing_is_lost(logged_in):
    code = _a_credit_code()
    wrong = code[:-1] + ("1" if code[-1] != "1" else "2")
    answer = logged_in("bureau_clerk").post("/bureau/institutions/register/", GOOD | {"credit_code": wrong})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "#id_credit_code" in page
    assert "示例区海蓝职业培训学校" in page
    answer = logged_in("bureau_clerk").post("/bureau/institutions/register/", GOOD | {"credit_code": "9137O"})
    assert "应为18位" in answer.content.decode()


def test_a_code_already_registered_is_named(logged_in):
    code = _a_credit_code()
    answer = logged_in("bureau_clerk").post("/bureau/institutions/register/", GOOD | {"credit_code": code})
    assert answer.status_code == 422
    assert "已登记为" in answer.content.decode()


def test_a_body_is_registered_contracted_recognised_suspended_resumed_and_ended(logged_in, monkeypatch):
    from kaogong.institutions.models import Institution

    code = _a_credit_code()
    Institution.objects.filter(credit_code=code).delete()
    clerk = logged_in("bureau_clerk")
    answer = clerk.post("/bureau/institutions/register/", GOOD | {"credit_code": code})
    institution = queries.institution_by_credit_code(code)
    assert answer["Location"] == f"/bureau/institutions/{institution.pk}/"
    terms = {
        "number": "XY-2026-001",
        "starts_on": "2026-01-01",
        "ends_on": "2028-01-01",
        "head_count": "200",
        "scope": [f"{COOK[0]}:{COOK[1]}"],
    }
    empty = clerk.post(f"/bureau/institutions/{institution.pk}/contract/", terms | {"scope": []})
    assert empty.status_code == 422
    assert "请至少填写一个培训职业和等级" in empty.content.decode()
    clerk.post(f"/bureau/institutions/{institution.pk}/contract/", terms)
    contract = queries.contracts(BY, institution.pk).get()
    assert contract.status == "drafted"
    page = clerk.get(f"/bureau/institutions/{institution.pk}/").content.decode()
    assert f"/bureau/contracts/{contract.pk}/recognise/" in page
    for verb, status in (
        ("recognise", "recognised"),
        ("suspend", "suspended"),
        ("resume", "recognised"),
        ("end", "ended"),
    ):
        clerk.post(f"/bureau/contracts/{contract.pk}/{verb}/", {"reason": "年度检查"})
        contract.refresh_from_db()
        assert contract.status == status
    page = clerk.get(f"/bureau/institutions/{institution.pk}/").content.decode()
    assert "已终止" in page
    assert "年度检查" in page


def test_a_contract_that_ends_before_it_begins_is_refused_beside_the_field_and_keeps_its_occupations(
    logged_in,
):
    institution = make_institution()
    answer = logged_in("bureau_clerk").post(
        f"/bureau/institutions/{institution.pk}/contract/",
        {
            "number": "XY-1",
            "starts_on": "2027-01-01",
            "ends_on": "2026-01-01",
            "head_count": "10",
            "scope": [f"{COOK[0]}:{COOK[1]}"],
        },
    )
    page = answer.content.decode()
    assert "终止日期应晚于起始日期" in page
    assert f'value="{COOK[0]}:{COOK[1]}" checked' in page


def test_reviewers_see_no_form_to_register_or_contract(logged_in):
    institution = make_institution()
    reviewer = logged_in("reviewer")
    assert reviewer.get("/bureau/institutions/register/").status_code == 403
    assert reviewer.get(f"/bureau/institutions/{institution.pk}/contract/").status_code == 403
    assert "签订培训协议" not in reviewer.get(f"/bureau/institutions/{institution.pk}/").content.decode()


def test_the_list_is_searched_and_filtered(logged_in, now):
    school = make_institution("示例区甲培训学校")
    make_contract(school)
    make_institution("示例区乙企业", kind="enterprise")
    clerk = logged_in("bureau_clerk")

    def found(query: str) -> set[str]:
        page = clerk.get(f"/bureau/institutions/?{query}").content.decode()
        return {name for name in ("甲培训学校", "乙企业") if name in page}

    assert found("") == {"甲培训学校", "乙企业"}
    assert found("q=甲培训") == {"甲培训学校"}
    assert found(f"q={school.credit_code}") == {"甲培训学校"}
    assert found("kind=enterprise") == {"乙企业"}
    assert found("recognised=yes") == {"甲培训学校"}
    assert found("recognised=no") == {"乙企业"}
    assert found("duty=assessor") == set()


def test_the_detail_page_masks_the_account_and_shows_sites_and_trainers(logged_in):
    institution = make_institution(bank_account="3803020109000123456")
    make_site(institution, "一号教学点")
    make_trainer(institution, "李师傅")
    page = logged_in("auditor").get(f"/bureau/institutions/{institution.pk}/").content.decode()
    assert "3803020109000123456" not in page
    assert institution.bank_account_masked in page
    assert "一号教学点" in page
    assert "李师傅" in page


def test_occupations_are_found_while_typing(logged_in):
    clerk = logged_in("bureau_clerk")
    page = clerk.get("/bureau/occupations/?occupation_text=中式烹调").content.decode()
    assert COOK[0] in page
    row = clerk.get(f"/bureau/occupations/scope/?code={COOK[0]}").content.decode()
    assert f'value="{COOK[0]}:5"' in row
    assert clerk.get("/bureau/occupations/scope/?code=0-00").status_code == 404
    assert "换个词试试" in clerk.get("/bureau/occupations/?occupation_text=没有这个").content.decode()


def test_a_provider_recognised_without_an_account_says_the_next_step_until_it_has_one(logged_in, monkeypatch):
    from kaogong.access import roles
    from kaogong.access.permissions import Permission
    from tests.factories import an_actor

    bare = make_institution("示例区等账号学校")
    recognised = make_institution("示例区新认定学校", recognised_for=[COOK])
    step = "请系统管理员为它开设账号"
    clerk = logged_in("bureau_clerk")
    assert step not in clerk.get(f"/bureau/institutions/{bare.pk}/").content.decode()
    said = clerk.get(f"/bureau/institutions/{recognised.pk}/").content.decode()
    assert step in said
    assert "/bureau/accounts/open/" not in said
    both = replace(
        roles.ROLES["reviewer"],
        permissions=roles.ROLES["reviewer"].permissions | {Permission.MANAGE_ACCOUNTS},
    )
    monkeypatch.setitem(roles.ROLES, "reviewer", both)
    said = logged_in("reviewer").get(f"/bureau/institutions/{recognised.pk}/").content.decode()
    where = f"/bureau/accounts/open/?role=provider_clerk&amp;organisation={recognised.credit_code}"
    assert where in said
    an_actor("provider_clerk", organisation_id=recognised.pk)
    assert step not in clerk.get(f"/bureau/institutions/{recognised.pk}/").content.decode()


def test_the_administrator_is_told_of_providers_without_an_account_and_opens_one(logged_in):
    recognised = make_institution("示例区新认定学校", recognised_for=[COOK])
    make_institution("示例区未认定学校")
    administrator = logged_in("administrator")
    home = administrator.get("/bureau/").content.decode()
    assert "已认定、还没有账号的机构" in home
    assert "示例区新认定学校" in home
    assert "示例区未认定学校" not in home
    filled = {"role": "provider_clerk", "organisation": recognised.credit_code}
    form = administrator.get("/bureau/accounts/open/", filled).content.decode()
    assert f'value="{recognised.credit_code}"' in form
    assert '<option value="provider_clerk" selected>' in form
    answer = administrator.post(
        "/bureau/accounts/open/",
        filled | {"username": "new-school", "name": "李老师", "password": "a long enough one 7"},
    )
    assert answer.status_code == 302
    assert "示例区新认定学校" not in administrator.get("/bureau/").content.decode()


def test_an_account_switched_off_leaves_its_provider_without_one():
    from kaogong.access.models import Account
    from tests.factories import an_actor

    recognised = make_institution(recognised_for=[COOK])
    actor = an_actor("provider_clerk", organisation_id=recognised.pk)
    assert list(queries.providers_without_account(BY)) == []
    Account.objects.filter(pk=actor.account_id).update(is_active=False)
    assert list(queries.providers_without_account(BY)) == [recognised]
    stranger = an_actor("administrator", region_code="370211")
    assert list(queries.providers_without_account(stranger)) == []
