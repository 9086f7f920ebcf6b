"""Each trail verb as a sentence for the timeline. A house test finds every move's verb here."""

from django.utils.translation import gettext_noop as _

VERBS: dict[str, str] = {
    "account.opened": _("开设账号"),
    "account.closed": _("停用账号"),
    "keys.rotated": _("轮换密钥"),
    "person.looked": _("查看了隐去的信息：{field}"),
    "list.exported": _("导出列表“{title}”，共 {rows} 行"),
}
