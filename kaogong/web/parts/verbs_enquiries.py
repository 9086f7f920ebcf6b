"""Each trail verb of online enquiries and common questions; verbs.py holds them all."""


def _(sentence: str) -> str:
    """Marks a sentence for the catalogue."""
    return sentence


VERBS_OF_ENQUIRIES: dict[str, str] = {
    "enquiry.received": _("提出咨询"),
    "enquiry.assigned": _("分给{to}办理"),
    "enquiry.forwarded": _("转给{to}办理"),
    "enquiry.handed_back": _("退回分办"),
    "enquiry.drafted": _("起草答复，有出处的数字 {figures} 个，手工填写的 {by_hand} 个"),
    "enquiry.worded": _("修改答复，有出处的数字 {figures} 个，手工填写的 {by_hand} 个"),
    "enquiry.submitted": _("送复核"),
    "enquiry.sent_back": _("退回修改"),
    "enquiry.issued": _("复核发出第 {sequence} 次答复"),
    "enquiry.answered": _("直接发出第 {sequence} 次答复"),
    "enquiry.reopened": _("重新办理"),
    "enquiry.closed": _("办结"),
    "enquiry.dismissed": _("不予答复"),
    "enquiry.merged": _("合并到 {into}"),
    "enquiry.took_in": _("合并进来 {number}"),
    "enquiry.judged": _("咨询人评价了答复"),
    "enquiry.looked": _("查看了咨询"),
    "enquiry.revealed": _("查看了咨询人和遮盖前的原文"),
    "common_question.published": _("由咨询 {enquiry} 发布常见问题"),
    "common_question.withdrawn": _("撤下常见问题"),
}
