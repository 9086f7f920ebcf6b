// Check-in on a phone. A press is kept in this phone first and sent after that, so that a lost network, a closed
// page or an empty battery loses nothing; the server decides. Plain script for old web views: no modules, no await.
(function () {
  "use strict";
  var page = document.querySelector("[data-check-in]");
  if (!page) return;
  var PRESSES = "kaogong-presses", DEVICE = "kaogong-device", WHO = "kaogong-who", TODAY = "kaogong-today";
  var inMemory = {}, kept = true;

  function read(key) {
    try { return localStorage.getItem(key); } catch (fault) { return inMemory[key] || null; }
  }
  function write(key, value) {
    inMemory[key] = value;
    try { localStorage.setItem(key, value); } catch (fault) { kept = false; }
  }
  function randomKey() {
    var bytes = new Uint8Array(16), text = "";
    window.crypto.getRandomValues(bytes);
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    for (var i = 0; i < bytes.length; i += 1) {
      text += (i === 4 || i === 6 || i === 8 || i === 10 ? "-" : "") + ("0" + bytes[i].toString(16)).slice(-2);
    }
    return text;
  }
  function presses() {
    var value = read(PRESSES);
    try { return value ? JSON.parse(value) : []; } catch (fault) { return []; }
  }
  function put(press) {
    var others = presses().filter(function (one) { return one.client_key !== press.client_key; });
    write(PRESSES, JSON.stringify(others.concat([press])));
  }
  function drop(press) {
    write(PRESSES, JSON.stringify(presses().filter(function (one) { return one.client_key !== press.client_key; })));
  }
  function own() { return presses().filter(function (one) { return one.who === who; }); }

  var device = read(DEVICE);
  if (!device) { device = randomKey(); write(DEVICE, device); }
  // The page kept for lost networks does not know who holds the phone: it is whoever checked in with it last.
  var who = page.getAttribute("data-who") || read(WHO) || "";
  if (page.getAttribute("data-who")) write(WHO, who);

  var form = page.querySelector("form[data-press]"), button = form.querySelector("button.press");
  var typed = form.querySelector("input[name=short_code]"), box = page.querySelector("[data-says]");
  var scanned = page.getAttribute("data-token") || "";
  if (!scanned) {
    var found = /[?&]c=([^&#]+)/.exec(window.location.search);
    if (found) scanned = decodeURIComponent(found[1].replace(/\+/g, " "));
  }

  function word(name) {
    var held = page.querySelector('template[data-word="' + name + '"]');
    return held ? (held.content || held).textContent : "";
  }
  function say(tone, text, lines, next) {
    box.hidden = !text;
    box.className = "said said-" + tone;
    box.setAttribute("data-says", tone);
    box.textContent = "";
    if (!text) return;
    var mark = document.createElement("span"), body = document.createElement("div"), first = document.createElement("p");
    mark.setAttribute("aria-hidden", "true");
    mark.textContent = { ok: "✓", no: "✗", wait: "…", kept: "↑" }[tone] || "!";
    first.textContent = text;
    body.appendChild(first);
    (lines || []).forEach(function (line) {
      var part = document.createElement("p");
      part.className = "hint";
      part.textContent = line;
      body.appendChild(part);
    });
    if (next) {
      var link = document.createElement("a");
      link.href = next.url;
      link.textContent = next.label;
      body.appendChild(link);
    }
    box.appendChild(mark);
    box.appendChild(body);
    box.focus();
  }

  // One press for one code: a second tap, a reload or a second page sends the first one again.
  function pressOf(token, short) {
    var known = own().filter(function (one) { return one.token === token && one.short_code === short; })[0];
    if (known) return known;
    var chosen = form.querySelector("input[name=session]:checked, input[name=session][type=hidden]");
    var press = {
      client_key: randomKey(), device_key: device, who: who, token: token, short_code: short,
      session: chosen && short ? chosen.value : "", recall: page.getAttribute("data-recall") || "",
      taken_at: new Date().toISOString(), latitude: null, longitude: null, accuracy: null, position: "none"
    };
    put(press);
    return press;
  }

  // The position is asked for once, when pressed, and never waited for longer than a few seconds.
  function locate(press, then) {
    var done = false;
    function end(state) {
      if (done) return;
      done = true;
      press.position = state;
      put(press);
      then();
    }
    if (!navigator.geolocation || press.position === "given") { end(press.position); return; }
    window.setTimeout(function () { end("slow"); }, 9000);
    navigator.geolocation.getCurrentPosition(function (place) {
      if (done) return;
      press.latitude = place.coords.latitude;
      press.longitude = place.coords.longitude;
      press.accuracy = place.coords.accuracy;
      end("given");
    }, function (fault) { end(fault.code === 1 ? "denied" : "absent"); }, { enableHighAccuracy: true, timeout: 8000, maximumAge: 15000 });
  }

  var sending = false, tries = 0, timer = 0;
  function later() {
    window.clearTimeout(timer);
    timer = window.setTimeout(send, Math.min(60, 4 * Math.pow(2, tries)) * 1000);
    tries += 1;
  }
  function waiting() {
    var count = own().length;
    if (count) say("kept", word(kept ? "kept" : "unkept"), count > 1 ? [word("count").replace("0", String(count))] : []);
    later();
  }
  function cookie(name) {
    var held = new RegExp("(?:^|; )" + name + "=([^;]*)").exec(document.cookie);
    return held ? held[1] : "";
  }
  function send() {
    var press = own()[0];
    if (!press || sending) return;
    if (navigator.onLine === false) { waiting(); return; }
    sending = true;
    var gaveUp = false, hurry = window.setTimeout(function () { gaveUp = true; sending = false; waiting(); }, 20000);
    press.sent_at = new Date().toISOString();
    fetch(page.getAttribute("data-record"), {
      method: "POST", credentials: "same-origin", redirect: "manual", body: JSON.stringify(press),
      headers: { "Content-Type": "application/json", "Accept": "application/json", "X-CSRFToken": cookie("csrftoken") }
    }).then(function (answer) {
      if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) return { login: true };
      if (answer.status >= 500 || answer.status === 429) throw new Error("not now");
      return answer.json();
    }).then(function (told) {
      window.clearTimeout(hurry);
      if (gaveUp) return;
      sending = false;
      if (told.login) { needsLogin(press); return; }
      tries = 0;
      drop(press);
      shown(told);
      if (own().length) send();
    }, function () {
      window.clearTimeout(hurry);
      if (gaveUp) return;
      sending = false;
      waiting();
    });
  }
  function needsLogin(press) {
    var back = page.getAttribute("data-page") + (press.token ? "?c=" + encodeURIComponent(press.token) : "");
    say("kept", word("login"), [], { url: "/login/?next=" + encodeURIComponent(back), label: word("to_login") });
    button.disabled = false;
  }
  function shown(told) {
    say(told.tone || (told.taken ? "ok" : "no"), told.said, told.reasons || [], told.taken ? (told.face ? { url: told.face, label: word("face") } : { url: page.getAttribute("data-hours"), label: word("see") }) : null);
    button.disabled = Boolean(told.taken);
    if (told.taken) { form.hidden = true; page.setAttribute("data-done", "1"); }
  }

  // A typed code says nothing of its room: the page kept for lost networks offers the sessions of this day.
  var today = page.getAttribute("data-today"), list = page.querySelector("[data-sessions]");
  if (today) { write(TODAY, JSON.stringify({ who: who, day: new Date().toDateString(), sessions: JSON.parse(today) })); }
  if (list) {
    var known = null;
    try { known = JSON.parse(read(TODAY) || "null"); } catch (fault) { known = null; }
    (known && known.who === who && known.day === new Date().toDateString() ? known.sessions : []).forEach(function (one, place) {
      var label = document.createElement("label"), choice = document.createElement("input");
      choice.type = "radio";
      choice.name = "session";
      choice.value = one[0];
      choice.checked = place === 0;
      label.appendChild(choice);
      label.appendChild(document.createTextNode(" " + one[1]));
      list.appendChild(label);
    });
  }

  form.addEventListener("submit", function (event) {
    event.preventDefault();
    var short = typed ? typed.value.replace(/\s/g, "").toUpperCase() : "";
    if (!short && !scanned) { say("no", word("no_code")); if (typed) typed.focus(); return; }
    button.disabled = true;
    say("wait", word("locating"));
    var press = pressOf(short ? "" : scanned, short);
    locate(press, function () {
      say("wait", word("sending"));
      window.setTimeout(function () { if (!page.hasAttribute("data-done")) button.disabled = false; }, 1500);
      tries = 0;
      send();
    });
  });
  if (typed) typed.addEventListener("input", function () { if (typed.value) button.disabled = false; });
  window.addEventListener("online", function () { tries = 0; send(); });
  document.addEventListener("visibilitychange", function () { if (!document.hidden) { tries = 0; send(); } });
  if (own().length) { waiting(); send(); }

  // Scanning in the page, where the browser can; elsewhere the phone's own camera or the typed code.
  var scan = page.querySelector("[data-scan]"), video = page.querySelector("video");
  if (scan && video && "BarcodeDetector" in window && navigator.mediaDevices) {
    scan.hidden = false;
    scan.addEventListener("click", function () {
      var detector = new window.BarcodeDetector({ formats: ["qr_code"] }), stream = null;
      function stop() {
        if (stream) stream.getTracks().forEach(function (track) { track.stop(); });
        video.hidden = true;
        scan.hidden = false;
      }
      function look() {
        if (!stream || !stream.active) return;
        detector.detect(video).then(function (codes) {
          var seen = codes[0] && /[?&]c=([^&#]+)/.exec(codes[0].rawValue);
          if (!seen) { window.setTimeout(look, 250); return; }
          stop();
          scanned = decodeURIComponent(seen[1]);
          if (typed) typed.value = "";
          form.requestSubmit ? form.requestSubmit() : button.click();
        }, function () { window.setTimeout(look, 500); });
      }
      navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } }).then(function (opened) {
        stream = opened;
        video.srcObject = opened;
        video.hidden = false;
        scan.hidden = true;
        video.play();
        look();
        window.setTimeout(stop, 60000);
      }, function () { say("no", word("no_camera")); });
    });
  }

  // While a class is on, a call over may come: asked for now and then, only while the page is looked at.
  var place = page.hasAttribute("data-on") && !page.getAttribute("data-recall") && document.querySelector("[data-call-place]");
  if (place) {
    window.setInterval(function () {
      if (document.hidden || navigator.onLine === false) return;
      fetch(page.getAttribute("data-calls"), { credentials: "same-origin", redirect: "manual", headers: { "X-Kaogong-Poll": "1" } }).then(function (answer) {
        if (answer.status === 204) { place.textContent = ""; return; }
        if (answer.ok) answer.text().then(function (text) { if (place.innerHTML !== text) place.innerHTML = text; });
      }, function () {});
    }, 20000);
  }

  // The page opens without a network once it was opened with one.
  if (navigator.serviceWorker && page.getAttribute("data-worker")) {
    navigator.serviceWorker.register(page.getAttribute("data-worker"), { scope: page.getAttribute("data-page") }).catch(function () {});
  }
})();
