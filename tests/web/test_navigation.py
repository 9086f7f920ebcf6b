"""The rail: which line is marked, which groups are folded."""

from types import SimpleNamespace

import pytest
from django.core.cache import cache

from kaogong.web.parts import navigation
from kaogong.web.parts.navigation import Link, shown

GROUPS = [
    ("", [Link("今日待办", "bureau:home")]),
    ("补贴", [Link("补贴申领", "bureau:claims:list", "", lambda: 3)]),
    (
        "资金与专账",
        [
            Link("资金看板", "bureau:funds:board"),
            Link("培训券", "bureau:voucher_issues:list", "", lambda: 2, also=("bureau:vouchers:list",)),
        ],
    ),
]


@pytest.fixture(autouse=True)
def nothing_remembered():
    cache.clear()


def asked(path: str):
    return SimpleNamespace(path=path, actor=SimpleNamespace(account_id=1, may=lambda permission: True))


def marked(path: str) -> list[str]:
    return [link.label for _, links in shown(GROUPS, asked(path)) for link in links if link.is_here]


@pytest.mark.parametrize(
    ("path", "labels"),
    [
        ("/bureau/", ["今日待办"]),
        ("/bureau/claims/5/", ["补贴申领"]),
        ("/bureau/vouchers/", ["培训券"]),
        ("/bureau/an-address-of-no-line/", []),
    ],
)
def test_the_line_a_page_belongs_to_is_marked_and_home_only_on_its_own_page(path, labels):
    assert marked(path) == labels


def test_a_long_rail_folds_groups_and_a_folded_group_says_what_waits_in_it(monkeypatch):
    assert not any(links.folds for _, links in shown(GROUPS, asked("/bureau/claims/")))
    monkeypatch.setattr(navigation, "FITS", 3)
    groups = dict(shown(GROUPS, asked("/bureau/claims/")))
    assert [groups[name].folds for name in ("", "补贴", "资金与专账")] == [False, True, True]
    assert [groups[name].is_here for name in ("补贴", "资金与专账")] == [True, False]
    assert [groups[name].count for name in ("补贴", "资金与专账")] == [3, 2]
