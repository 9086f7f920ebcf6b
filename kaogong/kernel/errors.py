"""What the product refuses, by name. An exception's docstring is the sentence a person reads."""


class Refused(Exception):
    """操作未完成。"""

    def __init__(self, **facts: object) -> None:
        self.facts = facts
        super().__init__(self.message)

    @property
    def template(self) -> str:
        """The Chinese sentence with its {fields} still open; also the key of its translation."""
        return " ".join((type(self).__doc__ or "").split())

    @property
    def message(self) -> str:
        return self.template.format(**self.facts) if self.facts else self.template


class NotFound(Refused):
    """没有找到，或不在您的管辖范围内。"""


class NotPermitted(Refused):
    """您没有“{label}”的权限。"""


class WrongState(Refused):
    """当前状态是“{state}”，不能“{label}”。"""


class SamePerson(Refused):
    """“{label}”须由另一人办理：{name}已经办理过上一步。"""


class ReasonMissing(Refused):
    """请填写“{label}”的理由。"""


class Malformed(Refused):
    """{field}“{value}”不正确：{problem}。"""
