"""Classes."""

from kaogong.indicators.measures import count, each, less, share, total
from kaogong.indicators.register import indicator


@indicator("class.opened", name="开班数", unit="个", fact="class", on="starts_on", clauses=("E7",))
def opened(t):
    """统计期内开班、已批准且未取消的培训班数。"""
    return count(t.approved & ~t.cancelled)


@indicator("class.finished", name="结业班数", unit="个", fact="class", clauses=("E7",))
def finished(t):
    """统计期内结业的培训班数。"""
    return count(t.approved & ~t.cancelled & t.finished)


@indicator(
    "class.running",
    name="在办班数",
    unit="个",
    fact="class",
    on="starts_on",
    time="stock",
    clauses=("D11", "E7"),
)
def running(t):
    """期末已经开班、还没有到结业日期的培训班数，取消的不算。"""
    stands = t.approved & ~t.cancelled
    return less(count(stands), count(stands & t.starts_on.notnull(), on="ends_on"))


@indicator("class.heads_each", name="平均班额", unit="人", fact="class", on="starts_on", clauses=("E7",))
def heads_each(t):
    """统计期内开班的培训班平均每班人数。"""
    stands = t.approved & ~t.cancelled
    return each(total(t.head_count, stands), count(stands))


@indicator("class.cancelled", name="取消班数", unit="个", fact="class", on="starts_on", clauses=("O5",))
def cancelled(t):
    """原定统计期内开班、批准后取消的培训班数。"""
    return count(t.approved & t.cancelled)


@indicator("class.cancelled_share", name="取消率", unit="%", fact="class", on="starts_on", clauses=("O5",))
def cancelled_share(t):
    """已批准的培训班中取消的比例。"""
    return share(count(t.approved & t.cancelled), count(t.approved))
