"""What the framework's own checks of a form say to a person, in the product's plain words."""

from django import forms
from django.core import validators
from django.utils.translation import gettext_lazy as _


def say_plainly() -> None:
    """Put plain sentences in place of the framework's (确保该变量包含不超过…), once, when the pages start."""
    forms.Field.default_error_messages["required"] = _("请填写这一项。")
    forms.IntegerField.default_error_messages["invalid"] = _("请填写整数。")
    validators.MaxLengthValidator.message = _("最多 %(limit_value)d 个字，现在是 %(show_value)d 个字。")
    validators.MaxValueValidator.message = _("不能大于 %(limit_value)s。")
    validators.MinValueValidator.message = _("不能小于 %(limit_value)s。")
