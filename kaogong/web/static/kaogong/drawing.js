// A published draw made again, step for step as kaogong/kernel/drawing.py and drawing_check.py do it.
// Needs nothing but SubtleCrypto, so it runs in any browser and in Node.
export const FORMAT = "kaogong-draw-1";
const encoder = new TextEncoder();
const hex = (buffer) => [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const bytes = (text) => Uint8Array.from(text.match(/../g) || [], (pair) => parseInt(pair, 16));
const isSecret = (text) => typeof text === "string" && /^[0-9a-f]{64}$/.test(text);
const has = (map, key) => Object.prototype.hasOwnProperty.call(map, key);
// All that is compared here is hexadecimal or printable ASCII, where both languages order alike.
const byText = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

// Python orders keys by code point, JavaScript by half of one.
const byPoint = (a, b) => {
  const [x, y] = [[...a], [...b]];
  for (let i = 0; i < Math.min(x.length, y.length); i += 1) if (x[i] !== y[i]) return x[i].codePointAt(0) - y[i].codePointAt(0);
  return x.length - y.length;
};

export const sha256 = async (text) => hex(await crypto.subtle.digest("SHA-256", encoder.encode(text)));

export const commitment = (seed, salt) => sha256(seed + salt);

export const secret = () => hex(crypto.getRandomValues(new Uint8Array(32)).buffer);

// Python writes characters beyond the control ones as they are; so does JSON.stringify.
export function canonical(value) {
  if (Array.isArray(value)) return "[" + value.map(canonical).join(",") + "]";
  if (value && typeof value === "object") {
    return "{" + Object.keys(value).sort(byPoint).map((key) => JSON.stringify(key) + ":" + canonical(value[key])).join(",") + "}";
  }
  return JSON.stringify(value);
}

async function keyed(seed) {
  const key = await crypto.subtle.importKey("raw", bytes(seed), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return async (text) => hex(await crypto.subtle.sign("HMAC", key, encoder.encode(text)));
}

const refuse = (ok) => { if (!ok) throw new TypeError("malformed"); };
const isText = (value) => typeof value === "string";
const isCount = (value) => Number.isInteger(value) && value >= 0 && value <= 100000;
const isMap = (value) => value !== null && typeof value === "object" && !Array.isArray(value);

export function readRoster(lines) {
  let head = null;
  const objects = [], inspectors = [], seen = new Set();
  for (let place = 0; place < lines.length; place += 1) {
    try {
      const told = JSON.parse(lines[place]);
      refuse(isMap(told) && (told.kind === "head") === (place === 0) && canonical(told) === lines[place]);
      if (told.kind === "head") {
        refuse(told.format === FORMAT && isMap(told.quotas) && isText(told.number) && isText(told.purpose));
        refuse(isCount(told.inspectors_per_object) && Object.values(told.quotas).every(isCount));
        head = told;
        continue;
      }
      refuse(isText(told.id) && /^[!-~]{1,80}$/.test(told.id) && !seen.has(told.kind + " " + told.id));
      seen.add(told.kind + " " + told.id);
      if (told.kind === "object") {
        refuse([told.name, told.stratum, told.body].every(isText));
        objects.push(told);
      } else if (told.kind === "excluded") {
        refuse(isText(told.why));
      } else {
        refuse(told.kind === "inspector" && isText(told.name));
        refuse(Array.isArray(told.conflicts) && told.conflicts.every(isText));
        inspectors.push(told);
      }
    } catch (fault) {
      return { row: place + 1 };
    }
  }
  return head === null ? { row: 1 } : { head, objects, inspectors };
}

export async function combinedSeed(number, parties) {
  const seeds = new Map(parties.map((party) => [party.commitment, party.seed]));
  return sha256([FORMAT, number, ...[...seeds.keys()].sort().map((key) => seeds.get(key))].join("\n"));
}

// {rows} or, when too few may be sent somewhere, {impossible: {object, count}}.
export async function draw(roster, seed) {
  const mac = await keyed(seed);
  const needed = roster.head.inspectors_per_object;
  const left = new Map(Object.entries(roster.head.quotas));
  const ranked = [];
  for (const one of roster.objects) ranked.push({ rank: await mac("object:" + one.id), one });
  ranked.sort((a, b) => byText(a.rank, b.rank) || byText(a.one.id, b.one.id));
  const choices = [];
  for (const { rank, one } of ranked) {
    const quota = left.get(one.stratum) || 0;
    if (quota <= 0) continue;
    left.set(one.stratum, quota - 1);
    const mayGo = roster.inspectors.filter((person) => !person.conflicts.includes(one.body));
    if (mayGo.length < needed) return { impossible: { object: one.id, count: mayGo.length } };
    choices.push({ rank, one, mayGo });
  }
  choices.sort((a, b) => a.mayGo.length - b.mayGo.length || byText(a.rank, b.rank));
  const load = new Map();
  const rows = [];
  for (const { rank, one, mayGo } of choices) {
    const order = [];
    for (const person of mayGo) {
      order.push({ id: person.id, burden: load.get(person.id) || 0, mac: await mac("pair:" + one.id + ":" + person.id) });
    }
    order.sort((a, b) => a.burden - b.burden || byText(a.mac, b.mac) || byText(a.id, b.id));
    const sent = order.slice(0, needed).map((choice) => choice.id).sort();
    for (const id of sent) load.set(id, (load.get(id) || 0) + 1);
    rows.push({ object: one.id, stratum: one.stratum, rank, inspectors: sent });
  }
  return { rows: rows.sort((a, b) => byText(a.rank, b.rank)) };
}

const hasTexts = (row, ...keys) => isMap(row) && keys.every((key) => isText(row[key]));

function isWhole(told) {
  if (!isMap(told)) return false;
  return ["roster", "row_digests", "parties", "result"].every((key) => Array.isArray(told[key]))
    && ["format", "roster_digest", "seed", "result_digest"].every((key) => isText(told[key]))
    && told.roster.every(isText) && told.row_digests.every(isText)
    && told.parties.every((party) => hasTexts(party, "name", "commitment", "seed", "salt"))
    && told.result.every((row) => hasTexts(row, "object", "stratum", "rank")
      && Array.isArray(row.inspectors) && row.inspectors.every(isText));
}

// A list of {code, facts}; empty when everything agrees.
export async function verify(told, publishedDigest = "") {
  const found = [];
  const say = (code, facts = {}) => found.push({ code, facts });
  if (!isWhole(told)) { say("package_unreadable"); return found; }
  if (told.format !== FORMAT) { say("format_unknown", { format: told.format }); return found; }
  if (told.roster.length !== told.row_digests.length) {
    say("rows_missing", { expected: told.row_digests.length, found: told.roster.length });
  }
  for (let place = 0; place < Math.min(told.roster.length, told.row_digests.length); place += 1) {
    if (await sha256(told.roster[place]) !== told.row_digests[place]) say("row_changed", { row: place + 1 });
  }
  const digest = await sha256(told.roster.map((line) => line + "\n").join(""));
  if (digest !== told.roster_digest) say("roster_digest_differs");
  if (publishedDigest && digest !== publishedDigest) say("roster_not_as_published");
  const roster = readRoster(told.roster);
  if (roster.row) { say("row_unreadable", { row: roster.row }); return found; }
  const seen = new Set();
  for (const party of told.parties) {
    if (seen.has(party.commitment)) say("party_repeated", { party: party.name });
    seen.add(party.commitment);
    if (!isSecret(party.seed) || !isSecret(party.salt) || await commitment(party.seed, party.salt) !== party.commitment) {
      say("seed_not_committed", { party: party.name });
    }
  }
  if (seen.size < 2) say("parties_too_few", { count: seen.size });
  const seed = await combinedSeed(roster.head.number, told.parties);
  if (seed !== told.seed) say("seed_differs");
  const again = await draw(roster, seed);
  if (again.impossible) { say("draw_impossible", again.impossible); return found; }
  let same = true;
  const differs = (code, object) => { same = false; say(code, { object }); };
  const said = new Map(told.result.map((row) => [row.object, row]));
  for (const row of again.rows) {
    const other = said.get(row.object);
    if (!other) { differs("object_missing", row.object); continue; }
    said.delete(row.object);
    if (other.rank !== row.rank) differs("rank_differs", row.object);
    if (other.stratum !== row.stratum) differs("stratum_differs", row.object);
    if (canonical(other.inspectors) !== canonical(row.inspectors)) differs("inspectors_differ", row.object);
  }
  for (const id of [...said.keys()].sort()) differs("object_not_drawn", id);
  if (same && canonical(told.result) !== canonical(again.rows)) say("order_differs");
  if (await sha256(canonical(again.rows)) !== told.result_digest) say("result_digest_differs");
  return found;
}

export const worded = (words, { code, facts }) =>
  words[code].replace(/\{(\w+)\}/g, (whole, name) => (has(facts, name) ? String(facts[name]) : whole));
