// The inspection sheet on a phone: kept in this browser as it is typed, its photographs as they are taken;
// sent when there is a network.
const keep = (key, value) => { try { localStorage.setItem(key, value); } catch (fault) { /* private window */ } };
const kept = (key) => { try { return localStorage.getItem(key); } catch (fault) { return null; } };
const forget = (key) => { try { localStorage.removeItem(key); } catch (fault) { /* private window */ } };

// Photographs are too large for localStorage: the browser's own database holds them, field by field.
const shelf = () => new Promise((done, fail) => {
  const opening = indexedDB.open("kaogong", 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore("photographs");
  opening.onsuccess = () => done(opening.result);
  opening.onerror = () => fail(opening.error);
});
const onShelf = async (mode, act) => {
  try {
    const database = await shelf();
    try {
      return await new Promise((done, fail) => {
        const work = database.transaction("photographs", mode);
        const asked = act(work.objectStore("photographs"));
        work.oncomplete = () => done(asked.result);
        work.onabort = () => fail(work.error);
      });
    } finally { database.close(); }
  } catch (fault) { return undefined; /* private window, or no room left */ }
};
const keepPhotographs = (key, files) => onShelf("readwrite", (shelved) => (files.length ? shelved.put(files, key) : shelved.delete(key)));
const keptPhotographs = (key) => onShelf("readonly", (shelved) => shelved.get(key));
const forgetPhotographs = (start) => onShelf("readwrite", (shelved) => shelved.delete(IDBKeyRange.bound(start, start + "\uffff")));

// The sheet has arrived: what was kept of it here is no longer needed.
const sent = document.querySelector("[data-sent-draft]");
if (sent) {
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith("kaogong-" + sent.dataset.sentDraft)) forget(key);
  } catch (fault) { /* private window */ }
  forgetPhotographs("kaogong-" + sent.dataset.sentDraft);
}

const form = document.querySelector("form[data-draft]");
if (form) {
  const key = "kaogong-" + form.dataset.draft;
  const fields = () => [...form.elements].filter((field) => field.name && field.name !== "csrfmiddlewaretoken" && field.type !== "file");
  const box = form.querySelector("[data-says]");
  const say = (name) => {
    box.hidden = !name;
    if (name) {
      box.querySelector("p").textContent = form.querySelector(`template[data-word=${name}]`).content.textContent;
      box.scrollIntoView({ block: "nearest" });
    }
  };
  const save = () => {
    const typed = {};
    for (const field of fields()) {
      const chosen = field.type === "checkbox" || field.type === "radio";
      if (!chosen) typed[field.name] = [field.value];
      else typed[field.name] = (typed[field.name] || []).concat(field.checked ? [field.value] : []);
    }
    keep(key, JSON.stringify(typed));
  };
  const draft = kept(key);
  if (draft) {
    try {
      const typed = JSON.parse(draft);
      for (const field of fields()) {
        if (!(field.name in typed)) continue;
        if (field.type === "checkbox" || field.type === "radio") field.checked = typed[field.name].includes(field.value);
        else [field.value] = typed[field.name];
      }
      say("restored");
    } catch (fault) { forget(key); }
  }
  for (const field of form.querySelectorAll("input[type=file]")) {
    const place = key + "/" + field.name;
    field.addEventListener("change", () => keepPhotographs(place, [...field.files]));
    keptPhotographs(place).then((files) => {
      if (!files || field.files.length) return;
      const chosen = new DataTransfer();
      for (const file of files) chosen.items.add(file);
      field.files = chosen.files;
      say("restored");
    });
  }
  form.addEventListener("input", save);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    save();
    say("sending");
    const button = form.querySelector("button.go");
    button.disabled = true;
    try {
      const answer = await fetch(window.location.href, { method: "POST", body: new FormData(form), credentials: "same-origin" });
      const path = new URL(answer.url).pathname;
      if (answer.redirected && path === form.dataset.done) { window.location.assign(answer.url); return; }
      if (path.startsWith("/login/") || answer.status === 403) { say("login"); return; }
      if (answer.status >= 500) { say("offline"); return; }
      // Refused: the reasons are shown above the form, and what was typed and chosen stays as it is.
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const said = page.getElementById("error-summary") || page.getElementById("messages");
      document.getElementById("error-summary")?.remove();
      say("");
      if (said) { form.closest("section").before(said); said.tabIndex = -1; said.focus(); }
    } catch (fault) {
      say("offline");
    } finally {
      button.disabled = false;
      delete form.dataset.sent;
    }
  });
}
