"""What people ask online. What was merged into another is one question with it, and counts once, with that one."""

from kaogong.indicators.measures import count, less, share
from kaogong.indicators.register import indicator

OF_ENQUIRIES = {"fact": "enquiry", "clauses": ("002:170", "Q5")}


@indicator("enquiry.asked", name="网上咨询件数", unit="件", **OF_ENQUIRIES)
def asked(t):
    """统计期内收到的网上咨询件数，合并的几件只算一件。"""
    return count(~t.merged)


@indicator("enquiry.answered", name="网上咨询已答复件数", unit="件", part_of="enquiry.asked", **OF_ENQUIRIES)
def answered(t):
    """统计期内收到的网上咨询中已经答复过的件数。"""
    return count(~t.merged & t.answered)


@indicator(
    "enquiry.dismissed", name="网上咨询不予答复件数", unit="件", part_of="enquiry.asked", **OF_ENQUIRIES
)
def dismissed(t):
    """统计期内收到的网上咨询中，没有答复过、说明理由后不予答复的件数。"""
    return count(~t.merged & t.dismissed & ~t.answered)


@indicator("enquiry.waiting", name="网上咨询待答复件数", unit="件", time="stock", **OF_ENQUIRIES)
def waiting(t):
    """期末已经收到、还没有首次答复也没有决定不予答复的网上咨询件数。"""
    return less(count(~t.merged), count(~t.merged & t.settled_on.notnull(), on="settled_on"))


@indicator("enquiry.answered_share", name="网上咨询答复率", unit="%", **OF_ENQUIRIES)
def answered_share(t):
    """统计期内收到的网上咨询中，已经答复过的所占比例；不予答复的留在分母中。"""
    return share(count(~t.merged & t.answered), count(~t.merged))


@indicator("enquiry.in_time_share", name="网上咨询按期答复率", unit="%", **OF_ENQUIRIES)
def in_time_share(t):
    """统计期内收到、已经答复、且收到时规定了答复期限的网上咨询中，首次答复没有超过期限的所占比例；没有规定期限的不算。"""
    return share(count(~t.merged & t.has_term & t.in_time), count(~t.merged & t.has_term))


@indicator("enquiry.helped_share", name="网上咨询答复有帮助率", unit="%", **OF_ENQUIRIES)
def helped_share(t):
    """统计期内收到的网上咨询中，咨询人对最近一次答复作了评价的，评价有帮助的所占比例；没有评价的不算。"""
    return share(count(~t.merged & t.judged & t.helped), count(~t.merged & t.judged))
