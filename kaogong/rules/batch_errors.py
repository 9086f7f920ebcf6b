"""What judging many claims at once refuses, by name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kaogong.kernel.errors import NotFound, Refused
from kaogong.rules.errors import SchemeUnknown


class ClaimsWithoutScheme(SchemeUnknown):
    """{count} 份申领当天没有施行中的补贴项目，如 {reference}：{region} {on} “{scheme}”。"""

    def __init__(self, references: Sequence[Any], *, region: str, scheme: str, on: str) -> None:
        self.references = tuple(references)
        first, count = self.references[0], len(self.references)
        super().__init__(count=count, reference=first, region=region, scheme=scheme, on=on)


class ClaimUnknown(NotFound):
    """没有这份申领：{reference}。"""


class TooManyRules(Refused):
    """补贴项目“{scheme}”用到 {count} 条规则，批量测算最多 {limit} 条。"""
