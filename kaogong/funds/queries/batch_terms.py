"""How a fund's batches go to the bank on a day, and until when one may be stopped."""

from datetime import date, datetime, time, timedelta

from django.utils.timezone import localtime

from kaogong import rules
from kaogong.gateways.bank import DEFAULT, BatchHead, Edition, edition, layout, layouts
from kaogong.kernel.actor import Actor
from kaogong.kernel.working_days import is_working_day
from kaogong.rules import RegionUnknown
from kaogong.rules.conduct import nearest_conduct
from kaogong.rules.errors import ConductUnknown

from ..models import BatchTerms, Fund, PaymentBatch
from .budgets import fund

TOPIC = "payment"


def batch_terms(fund_id: int, on: date, by: Actor) -> BatchTerms | None:
    """What a fund in reach says on the day; None while it says nothing."""
    return terms_in_force(fund(fund_id, by), on)


def terms_in_force(of: Fund, on: date) -> BatchTerms | None:
    """The latest said for the latest day not after this one."""
    return BatchTerms.objects.filter(fund=of, since__lte=on).order_by("-since", "-id").first()


def layout_for(terms: BatchTerms | None, on: date, code: str = "") -> Edition:
    """The layout asked for, else the fund's own, else the general sheet; LayoutUnknown where there is none."""
    return layout(code or (terms.layout_code if terms else "") or DEFAULT, on)


def layout_of(batch: PaymentBatch) -> Edition:
    """The very edition a batch was made for; batches of before layouts were kept are sheets."""
    if batch.layout_since is None:
        return layouts(localtime(batch.prepared_at).date())[0]
    return edition(batch.layout_code, batch.layout_since)


def head_of(batch: PaymentBatch, terms: BatchTerms | None) -> BatchHead:
    """What the file of a batch says once."""
    made_at = localtime(batch.released_at or batch.prepared_at)
    if terms is None:
        return BatchHead(batch_number=batch.number, made_at=made_at)
    return BatchHead(
        batch_number=batch.number,
        made_at=made_at,
        payer_name=terms.payer,
        payer_account=terms.payer_account,
        payer_bank=terms.payer_bank,
        codes=terms.codes,
    )


def cut_off_time(region_code: str, on: date) -> time | None:
    """The hour after which the bank takes nothing back; None where no data says."""
    try:
        told = nearest_conduct(rules.load(), region_code, TOPIC, on).value("cut_off")
    except (ConductUnknown, RegionUnknown):
        return None
    return time.fromisoformat(told.value) if told is not None and told.value else None


def cut_off_at(region_code: str, at: datetime) -> datetime | None:
    """Until when a batch released now may be stopped: today's hour, else that of the next working day."""
    local = localtime(at)
    hour = cut_off_time(region_code, local.date())
    if hour is None:
        return None
    day = local.date()
    if not is_working_day(day) or local.time() >= hour:
        day += timedelta(days=1)
        while not is_working_day(day):
            day += timedelta(days=1)
    return datetime.combine(day, hour, tzinfo=local.tzinfo)
