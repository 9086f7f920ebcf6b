"""Columns of list pages: each shows one kind of value the same way everywhere."""

from datetime import datetime

import django_tables2 as tables
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext

from kaogong.web.parts.templatetags.parts import badge, hours, yuan


class MoneyColumn(tables.Column):
    """Integer fen, right-aligned; a number of yuan in the sheet."""

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("attrs", {}).update(
            {"td": {"class": "num"}, "th": {"class": "num"}, "kind": "money"}
        )
        super().__init__(*args, **kwargs)

    def render(self, value):
        return yuan(value)

    def value(self, value):
        return value


class HoursColumn(tables.Column):
    """Hundredths of an hour."""

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("attrs", {}).update(
            {"td": {"class": "num"}, "th": {"class": "num"}, "kind": "text"}
        )
        super().__init__(*args, **kwargs)

    def render(self, value):
        return hours(value)


class NumberColumn(tables.Column):
    """A count, right-aligned."""

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("attrs", {}).update(
            {"td": {"class": "num"}, "th": {"class": "num"}, "kind": "integer"}
        )
        super().__init__(*args, **kwargs)

    def render(self, value):
        # Years and numbers of versions stand in such columns too: commas only where a number is too long to read.
        return f"{value:,}" if isinstance(value, int) and abs(value) >= 10_000 else value

    def value(self, value):
        return value


class DateColumn(tables.Column):
    """A date, 2026-11-22; of an instant, the day it fell on here."""

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("attrs", {}).update({"kind": "date", "td": {"class": "nowrap"}})
        super().__init__(*args, **kwargs)

    def render(self, value):
        return f"{self.value(value):%Y-%m-%d}"

    def value(self, value):
        return timezone.localdate(value) if isinstance(value, datetime) else value


class MomentColumn(tables.Column):
    """An instant as clocks here show it, to the minute unless ``shown`` says otherwise."""

    def __init__(self, *args, shown="%Y-%m-%d %H:%M", **kwargs):
        self.shown = shown
        kwargs.setdefault("attrs", {}).update({"td": {"class": "nowrap"}})
        super().__init__(*args, **kwargs)

    def render(self, value):
        return timezone.localtime(value).strftime(self.shown)


class StatusColumn(tables.Column):
    """The status badge."""

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("accessor", "status")
        super().__init__(*args, **kwargs)

    def render(self, record):
        return badge(record)

    def value(self, record):
        return gettext(type(record).lifecycle.label(record.status))


class LabelColumn(tables.Column):
    """A coded value shown by its Chinese label (translated); ``labels`` is a mapping or a function."""

    def __init__(self, *args, labels, **kwargs):
        self.labels = labels
        super().__init__(*args, **kwargs)

    def render(self, value):
        known = self.labels() if callable(self.labels) else self.labels
        return gettext(str(known.get(value, value)))

    def value(self, value):
        return self.render(value)


class OpenColumn(tables.Column):
    """The column whose text opens the row's page; ``to`` makes the address from the record."""

    def __init__(self, *args, to, **kwargs):
        self.to = to
        super().__init__(*args, **kwargs)

    def render(self, value, record):
        return format_html('<a href="{}">{}</a>', self.to(record), value)

    def value(self, value):
        return value
