"""What may still change a sum: caps, shares, stages. One expression each, applied in the order below."""

from kaogong.rules.amounts import half_up, limit
from kaogong.rules.registry import Say

Z = Say


@limit(title=Z("按阶段拨付", "paid in stages"), values={"shares": "%/阶段"})
def staged(fen, facts, values):
    """{stage}阶段的份额：{before} 元 → {fen} 元
    the share at {stage}: {before} yuan → {fen} yuan
    """
    return half_up(fen * values.shares.look_up(facts.stage), 100)


@limit(title=Z("减去前几段", "less the earlier stages"), values={})
def less_earlier_stages(fen, facts, values):
    """减去前几段已列 {earlier_stages_fen} 元：{before} 元 → {fen} 元
    less {earlier_stages_fen} yuan given for the earlier stages: {before} yuan → {fen} yuan
    """
    return (fen - facts.earlier_stages_fen).greatest(0)


@limit(title=Z("按比例", "a share of it"), values={"percent": "%"})
def share(fen, facts, values):
    """{before} 元 × {percent}% = {fen} 元
    {before} yuan × {percent} % = {fen} yuan
    """
    return half_up(fen * values.percent, 100)


@limit(title=Z("每次最高", "cap for one claim"), values={"cap": "元"})
def cap_per_claim(fen, facts, values):
    """每次最高 {cap} 元：{before} 元 → {fen} 元
    at most {cap} yuan each time: {before} yuan → {fen} yuan
    """
    return fen.least(values.cap)


@limit(
    title=Z("每人（单位）每年最高", "cap for a year"),
    values={"cap": "元"},
    tallies=("received_this_year_fen",),
)
def cap_per_year(fen, facts, values):
    """每年最高 {cap} 元，本年度已付 {received_this_year_fen} 元：{before} 元 → {fen} 元
    at most {cap} yuan a year, {received_this_year_fen} already paid: {before} yuan → {fen} yuan
    """
    return (values.cap - facts.received_this_year_fen).greatest(0).least(fen)


@limit(title=Z("每人（单位）累计最高", "cap in all"), values={"cap": "元"}, tallies=("received_in_all_fen",))
def cap_in_all(fen, facts, values):
    """累计最高 {cap} 元，历年已付 {received_in_all_fen} 元：{before} 元 → {fen} 元
    at most {cap} yuan in all, {received_in_all_fen} already paid: {before} yuan → {fen} yuan
    """
    return (values.cap - facts.received_in_all_fen).greatest(0).least(fen)


@limit(title=Z("每家用人单位最高", "cap for one employer"), values={"cap": "元"})
def cap_per_employer(fen, facts, values):
    """每家最高 {cap} 元，该单位已享受 {employer_received_fen} 元：{before} 元 → {fen} 元
    at most {cap} yuan an employer, {employer_received_fen} already paid: {before} yuan → {fen} yuan
    """
    return (values.cap - facts.employer_received_fen).greatest(0).least(fen)


@limit(title=Z("每班最高", "cap for one class"), values={"cap": "元"})
def cap_per_class(fen, facts, values):
    """每班最高 {cap} 元，本班已付 {class_received_fen} 元：{before} 元 → {fen} 元
    at most {cap} yuan a class, {class_received_fen} already paid: {before} yuan → {fen} yuan
    """
    return (values.cap - facts.class_received_fen).greatest(0).least(fen)
