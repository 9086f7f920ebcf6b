"""A department's own system sends its list with the token given to it, and is told what is wrong with each row (P1)."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from kaogong.access.models import Account
from kaogong.departments import operations
from kaogong.departments.models import DepartmentFile, DepartmentToken
from kaogong.kernel.errors import NotFound, NotPermitted, ReasonMissing
from kaogong.trail.models import Entry
from kaogong.web.parts import exchange
from tests.factories import an_actor
from tests.factories.departments import a_row, a_sheet, make_department_token

pytestmark = pytest.mark.django_db
NOW = datetime.now(ZoneInfo("Asia/Shanghai"))
ADDRESS = "/exchange/department-files/"


def posted(secret: str, *, scheme: str = "Bearer", **said):
    words = {
        "file": SimpleUploadedFile("第三季度.csv", a_sheet([a_row(), a_row(starts_on="")])),
        "from_on": "2026-07-01",
        "to_on": "2026-09-30",
    } | said
    client = Client(enforce_csrf_checks=True)
    return client.post(ADDRESS, words, headers={"Authorization": f"{scheme} {secret}"})


def uses(token: DepartmentToken) -> list[str]:
    rows = Entry.objects.filter(subject_kind="department_token", subject_id=str(token.pk)).order_by("id")
    return [verb.partition(".")[2] for verb in rows.values_list("verb", flat=True)]


def test_list_sent_by_a_system_is_checked_and_answered_row_by_row():
    token, secret = make_department_token(at=NOW)
    assert secret not in str(token.__dict__)
    response = posted(secret, stated_rows=5)
    assert response.status_code == 200
    told = response.json()
    assert (told["status"], told["rows"], told["good"], told["problem"]) == ("checked", 2, 1, 1)
    assert told["totals_differ"] == ["声明 5 人次，表中 2 行"]
    wrong = [one for one in told["problems"] if one["severity"] == "error"]
    assert [(one["row"], one["column"]) for one in wrong] == [(3, "starts_on")]
    file = DepartmentFile.objects.get()
    assert (file.pk, file.department_code, file.region_code) == (told["file"], "agriculture", "370299")
    assert file.sent_by == "农业农村局·高素质农民培育信息系统"
    token.refresh_from_db()
    assert token.last_used_at is not None
    assert uses(token) == ["issued", "used"]


def test_wrong_tokens_other_regions_and_missing_fields_are_refused():
    token, secret = make_department_token(at=NOW)
    for wrong in (secret[:-1], "", "kgd_" + "0" * 43):
        assert posted(wrong).status_code == 401
    assert posted(secret, scheme="Basic").status_code == 401
    assert Client().post(ADDRESS).status_code == 401
    assert posted(secret, region_code="510700").status_code == 422
    missing = posted(secret, to_on="")
    assert missing.status_code == 422
    assert "to_on" in missing.json()["fields"]
    assert Client().get(ADDRESS).status_code == 405
    assert not DepartmentFile.objects.exists()
    assert uses(token) == ["issued", "used", "used"]  # a list that was refused was a use all the same


def test_token_expires_and_once_revoked_is_good_for_nothing_and_both_are_told():
    old, secret = make_department_token(at=NOW - timedelta(days=40))
    expired = posted(secret)
    assert expired.status_code == 401
    assert "到期" in expired.json()["error"]
    token, secret = make_department_token(at=NOW)
    reviewer = an_actor("reviewer")
    with pytest.raises(ReasonMissing):
        operations.revoke_department_token(token.pk, by=reviewer, at=NOW, reason=" ")
    operations.revoke_department_token(token.pk, by=reviewer, at=NOW, reason="系统停用")
    revoked = posted(secret)
    assert revoked.status_code == 401
    assert "已被吊销" in revoked.json()["error"]
    assert (uses(old), uses(token)) == (["issued", "refused"], ["issued", "revoked", "refused"])
    assert not DepartmentFile.objects.exists()


def test_token_is_of_one_department_within_reach_for_a_year_at_most():
    for refused, said in (
        (NotFound, {"region_code": "510700"}),
        (operations.SenderUnknown, {"department_code": "hrss"}),
        (operations.TokenLastsTooLong, {"last_on": NOW.date()}),
        (operations.TokenLastsTooLong, {"last_on": NOW.date() + timedelta(days=400)}),
        (operations.SystemNameMissing, {"system_name": " "}),
        (ReasonMissing, {"reason": ""}),
        (NotPermitted, {"by": an_actor("department_clerk")}),
    ):
        with pytest.raises(refused):
            make_department_token(at=NOW, **said)
    assert not DepartmentToken.objects.exists()


def test_flooding_is_braked(monkeypatch):
    cache.clear()
    monkeypatch.setattr(exchange, "TRIES", 2)
    assert [posted("kgd_wrong").status_code for _ in range(3)] == [401, 401, 429]
    cache.clear()


def test_token_is_shown_once_on_the_page_that_gave_it_and_revoked_from_its_own():
    client = Client()
    account = Account.objects.get(pk=an_actor("reviewer").account_id)
    client.force_login(account, "django.contrib.auth.backends.ModelBackend")
    words = {
        "department_code": "agriculture", "region_code": "370299", "system_name": "农民培育系统",
        "last_on": str(date.today() + timedelta(days=90)), "reason": "示例农函〔2026〕3号",
    }  # fmt: skip
    late = client.post(reverse("bureau:department_tokens:issue"), words | {"last_on": "2020-01-01"})
    assert late.status_code == 422
    response = client.post(reverse("bureau:department_tokens:issue"), words)
    page = response.content.decode()
    secret = page.partition("kgd_")[2].partition("<")[0]
    assert posted("kgd_" + secret).status_code == 200
    assert "no-store" in response["Cache-Control"]
    token = DepartmentToken.objects.get()
    address = reverse("bureau:department_tokens:detail", args=[token.pk])
    listed = client.get(reverse("bureau:department_tokens:list")).content.decode()
    shown = client.get(address).content.decode()
    assert "用令牌报送数据" in shown
    assert secret not in shown + listed
    revoke = reverse("bureau:department_tokens:revoke", args=[token.pk])
    assert "已吊销" in client.post(revoke, {"reason": "系统停用"}, follow=True).content.decode()
