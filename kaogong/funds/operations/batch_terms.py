"""Saying how a fund's batches go to the bank."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from kaogong.access.permissions import Permission
from kaogong.gateways.bank import CODES, BatchHead, require_terms
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import Refused
from kaogong.kernel.writing import compact, tidy
from kaogong.trail.operations import record, require_may

from .. import queries
from ..models import BatchTerms


class CodeUnknown(Refused):
    """没有“{code}”这一项预算编码。"""


@transaction.atomic
def set_batch_terms(
    fund_id: int,
    *,
    since: date,
    layout_code: str,
    payer: str = "",
    payer_account: str = "",
    payer_bank: str = "",
    codes: Mapping[str, str] | None = None,
    by: Actor,
    at: datetime,
) -> BatchTerms:
    """Say in which layout and from which account a fund pays from a day on; batches made before keep theirs."""
    if by.role != "system":
        require_may(by, Permission.SET_BUDGET, "设置付款方式")
    fund = queries.fund(fund_id, by)
    layout = queries.layout_for(None, since, layout_code)
    codes = {name: compact(str(value)) for name, value in (codes or {}).items() if str(value).strip()}
    strange = set(codes) - set(CODES)
    if strange:
        raise CodeUnknown(code="、".join(sorted(strange)))
    terms = BatchTerms(
        fund=fund, since=since, layout_code=layout.code, payer=tidy(payer), payer_account=compact(payer_account),
        payer_bank=tidy(payer_bank), codes=codes, set_at=at,
    )  # fmt: skip
    head = BatchHead("", at, terms.payer, terms.payer_account, terms.payer_bank, codes)
    require_terms(layout, head)
    terms.save()
    record("fund.batch_terms_set", fund, by=by, at=at, layout=layout.code, since=since.isoformat())
    return terms
