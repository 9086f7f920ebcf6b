"""DuckDB: the ten rules in SQL, the history in rounds, since what was refused must not count later.

One window over the whole history would be wrong. Every person's first claim is judged, then every second one
against what was granted so far, and so on; claims refused for other reasons, and people with one claim, stand
outside the rounds. Of three ways tried (a fold over lists, rounds over lists, rounds over a table of what was
granted) this is the fastest.
"""

from pathlib import Path

import duckdb
import polars as pl

from bench.province.policy import NEEDS_EVIDENCE, PAYABLE, REFUSED, REGION, policy

# alive: not refused already; fen: the sum where every other rule passes; place, places: among the live ones.
_ASKED = """
CREATE TEMP TABLE asked AS
WITH judged AS (
  SELECT reference, claimant, "on", year("on")::SMALLINT AS year,
    certificate_occupation_code AS occupation, certificate_level AS level,
    age_on_event >= {said.min_age} AND NOT receives_pension AND groups & {said.groups} <> 0
      AND (household_region_code = '{region}' OR residence_region_code = '{region}'
        OR job_region_code = '{region}')
      AND certificate_kind IN ({kinds}) AND NOT certificate_revoked AND provider_recognised_on_day
      AND hours_attended_hundredths * 100 >= hours_planned_hundredths * {said.min_percent} AS passes,
    CASE WHEN certificate_occupation_code IS NOT NULL THEN CASE {fen} END END AS fen
  FROM read_parquet('{path}')
)
SELECT reference, claimant, year, occupation, level, coalesce(passes, true) AS alive,
  CASE WHEN passes THEN fen END AS fen,
  row_number() OVER (PARTITION BY claimant ORDER BY passes IS NOT DISTINCT FROM false, "on", reference) AS place,
  count(*) FILTER (passes IS DISTINCT FROM false) OVER (PARTITION BY claimant) AS places
FROM judged
"""
_FIRST = """
CREATE TEMP TABLE later AS SELECT * FROM asked WHERE alive AND place > 1;
CREATE TEMP TABLE granted AS SELECT claimant, year, occupation, level FROM asked
  WHERE alive AND place = 1 AND places > 1 AND fen IS NOT NULL;
CREATE TEMP TABLE told (reference BIGINT, refused BOOLEAN, fen INTEGER);
"""
_ROUND = """
CREATE OR REPLACE TEMP TABLE now AS
SELECT n.reference, any_value(n.claimant) AS claimant, any_value(n.year) AS year,
  any_value(n.occupation) AS occupation, any_value(n.level) AS level, any_value(n.fen) AS fen,
  count(*) FILTER (g.year = n.year) >= {times} OR coalesce(bool_or(g.occupation = n.occupation
    AND (g.level = n.level OR (g.level > 0 AND n.level > 0 AND g.level < n.level))), false) AS refused
FROM (SELECT * FROM later WHERE place = {place}) n LEFT JOIN granted g USING (claimant) GROUP BY n.reference;
INSERT INTO told SELECT reference, refused, CASE WHEN NOT refused THEN fen END FROM now;
CREATE OR REPLACE TEMP TABLE granted AS
SELECT claimant, year, occupation, level
FROM (SELECT * FROM granted UNION ALL SELECT claimant, year, occupation, level FROM now
      WHERE NOT refused AND fen IS NOT NULL)
WHERE claimant IN (SELECT claimant FROM later WHERE place = {place} + 1)
"""
_ANSWER = """
SELECT reference, (CASE WHEN refused THEN {refused} WHEN fen IS NULL THEN {needs_evidence} ELSE {payable} END)::TINYINT
  AS verdict, coalesce(fen, 0)::BIGINT AS amount_fen
FROM (SELECT reference, NOT alive AS refused, fen FROM asked WHERE NOT alive OR place = 1
      UNION ALL SELECT reference, refused, fen FROM told)
"""


def judge(path: Path) -> pl.DataFrame:
    """Verdict and amount of every claim, in any order."""
    said = policy()
    own = "".join(
        f"WHEN certificate_kind = '{kind}' AND certificate_level = {level}"
        f" AND certificate_occupation_code = '{occupation}' THEN {fen} "
        for (kind, level, occupation), fen in said.fen_of.items()
    )
    fen = own + "".join(
        f"WHEN certificate_kind = '{kind}' AND certificate_level = {level} THEN {fen} "
        for (kind, level), fen in said.fen.items()
    )
    kinds = ", ".join(f"'{kind}'" for kind in said.kinds)
    with duckdb.connect() as base:
        base.execute(_ASKED.format(said=said, region=REGION, kinds=kinds, fen=fen, path=path))
        base.execute(_FIRST)
        last = base.execute("SELECT max(place) FROM later").fetchone()[0] or 1
        for place in range(2, last + 1):
            base.execute(_ROUND.format(times=said.times_a_year, place=place))
        answer = _ANSWER.format(refused=REFUSED, needs_evidence=NEEDS_EVIDENCE, payable=PAYABLE)
        return base.sql(answer).pl()
