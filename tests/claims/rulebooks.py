"""Rulebooks that differ from the shipped one, and how to put one in use for a test."""

import sys
from contextlib import contextmanager

import pytest

from kaogong.claims.queries import judging
from kaogong.rules import Rulebook
from kaogong.rules.change import changed, read_change

RATE = """\
title: 五级补贴改为{yuan}元
why: 试
files:
  370299/employment_training.yaml:
    components:
      - code: training
        rate:
          2020-01-20:
            unit: 元/人
            value:
              kinds:
                职业技能等级证书: {{五级: {yuan}, 四级: 1600}}
"""
NO_PENSION_RULE = """\
title: 领取养老金者也可享受
files:
  370299/employment_training.yaml:
    rules:
      draws_no_monthly_pension: {left_out: true}
"""
OLD_ONLY = """\
title: 四十岁以上
files:
  370299/employment_training.yaml:
    rules:
      of_working_age:
        values:
          min_age:
            2020-01-20: {value: 60, unit: 岁}
"""
ONCE_A_YEAR = """\
title: 每年一次
files:
  370299/employment_training.yaml:
    rules:
      at_most_so_many_a_year:
        values:
          limit:
            2020-01-20: {value: 1, unit: 次/年}
"""
ENDED = """\
title: 停办
files:
  370299/employment_training.yaml:
    in_force: {from: 2020-01-20, until: 2021-01-01}
"""


def rulebook_with(text: str) -> Rulebook:
    return changed(read_change(text.encode()))


@contextmanager
def in_use(book: Rulebook):
    """The rulebook every query of claims reads, for as long as the block lasts."""
    with pytest.MonkeyPatch.context() as patch:
        for name, module in list(sys.modules.items()):
            if name.startswith("kaogong.claims.") and hasattr(module, "rulebook"):
                patch.setattr(module, "rulebook", lambda: book)
        judging.kept_rulebook.cache_clear()
        yield
    judging.kept_rulebook.cache_clear()
