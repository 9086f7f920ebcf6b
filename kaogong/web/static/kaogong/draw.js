// Pages of random draws: a party's seed made and kept on its own machine, and a published draw made again.
import { commitment, secret, verify, worded } from "./drawing.js";

const place = (number) => "kaogong-seed-" + number;
const read = (number) => { try { return JSON.parse(localStorage.getItem(place(number)) || "null"); } catch (fault) { return null; } };

const sealing = document.querySelector("form[data-seal]");
if (sealing) {
  const show = async (pair) => {
    sealing.querySelector("[data-seed]").textContent = pair.seed;
    sealing.querySelector("[data-salt]").textContent = pair.salt;
    sealing.querySelector("[data-secret]").hidden = false;
    sealing.elements.commitment.value = await commitment(pair.seed, pair.salt);
  };
  const made = read(sealing.dataset.seal);
  if (made) show(made);
  sealing.querySelector("[data-makes]").addEventListener("click", () => {
    const pair = read(sealing.dataset.seal) || { seed: secret(), salt: secret() };
    try { localStorage.setItem(place(sealing.dataset.seal), JSON.stringify(pair)); } catch (fault) { /* shown, to be written down */ }
    show(pair);
  });
}

const revealing = document.querySelector("form[data-reveal]");
if (revealing) {
  const pair = read(revealing.dataset.reveal);
  if (pair) { revealing.elements.seed.value = pair.seed; revealing.elements.salt.value = pair.salt; }
}

const checking = document.querySelector("[data-checks-draw]");
if (checking) {
  const words = JSON.parse(document.getElementById("draw-words").textContent);
  const list = checking.querySelector("ul");
  const box = checking.querySelector("[data-answer]");
  const answer = (found, said) => {
    box.hidden = false;
    box.classList.toggle("error", found.length > 0 || !said);
    box.querySelector("span").textContent = found.length || !said ? "✗" : "✓";
    box.querySelector("p").textContent = found.length ? words.differs : said || words.unable;
    list.replaceChildren(...found.map((one) => Object.assign(document.createElement("li"), { textContent: worded(words, one) })));
  };
  const check = async (text) => {
    if (!globalThis.crypto?.subtle) { answer([], ""); return; }
    let told = null;
    try { told = JSON.parse(text); } catch (fault) { /* said below */ }
    answer(await verify(told, checking.dataset.checksDraw), words.agrees);
  };
  checking.querySelector("[data-again]")?.addEventListener("click", async (event) => {
    try {
      check(await (await fetch(event.target.dataset.again)).text());
    } catch (fault) { answer([], ""); }
  });
  checking.querySelector("input[type=file]").addEventListener("change", async (event) => {
    const [file] = event.target.files;
    if (file) check(await file.text());
  });
}
