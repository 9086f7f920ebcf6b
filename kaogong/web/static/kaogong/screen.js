// The room's screen: asks for a new code before the old one runs out, and keeps trying when the network drops.
// Written for the browsers of old televisions and projectors: nothing newer than XMLHttpRequest is needed.
(function () {
  "use strict";
  var root = document.getElementById("screen");
  if (!root) return;
  var image = document.getElementById("screen-qr"), short = document.getElementById("screen-short");
  var came = document.getElementById("screen-came"), expected = document.getElementById("screen-expected");
  var bar = document.getElementById("screen-left"), state = document.getElementById("screen-state");
  var phase = document.getElementById("screen-phase"), clock = document.getElementById("screen-clock"), full = document.getElementById("screen-full");
  var runsOut = 0, lives = 1, tries = 0, timer = 0, asking = false;

  function now() { return new Date().getTime(); }
  function word(name) { return root.getAttribute("data-" + name) || ""; }
  function say(tone, text, url) {
    state.className = "screen-state " + tone;
    state.textContent = "";
    if (url) {
      var link = document.createElement("a");
      link.href = url;
      link.textContent = text;
      state.appendChild(link);
    } else { state.textContent = text; }
  }
  function again(seconds) {
    window.clearTimeout(timer);
    timer = window.setTimeout(ask, seconds * 1000);
  }
  function failed() {
    asking = false;
    tries += 1;
    say("no", word("lost").replace("0", String(tries)));
    again(Math.min(15, 1 + tries * 2));
  }
  function shown(told) {
    asking = false;
    tries = 0;
    if (told.over) {
      root.className = "screen over";
      say("", told.said);
      if (!runsOut) again(60);  // before the doors open; after the class a screen left on asks no more
      return;
    }
    root.className = "screen";
    if (image.getAttribute("src") !== told.qr) image.setAttribute("src", told.qr);
    short.textContent = told.short;
    if (phase) phase.textContent = told.phase;
    came.textContent = told.came;
    expected.textContent = told.expected;
    lives = told.seconds;
    runsOut = now() + told.seconds * 1000;
    say("ok", word("live"));
    again(Math.max(2, Math.min(told.seconds - 4, 10)));
  }
  function ask() {
    if (asking) return;
    asking = true;
    var call = new XMLHttpRequest();
    call.open("GET", word("url"), true);
    call.timeout = 8000;
    call.setRequestHeader("Accept", "application/json");
    call.onload = function () {
      var told = null;
      try { told = JSON.parse(call.responseText); } catch (fault) { told = null; }
      if (call.status === 200 && told) { shown(told); return; }
      if (call.status >= 500) { failed(); return; }
      asking = false;
      say("no", told && told.said ? told.said : word("login"), told && told.said ? "" : window.location.href);
      again(15);
    };
    call.onerror = call.ontimeout = failed;
    call.send();
  }
  window.setInterval(function () {
    var left = Math.max(0, (runsOut - now()) / 1000), day = new Date();
    bar.value = Math.round(left / lives * 100);
    clock.textContent = ("0" + day.getHours()).slice(-2) + ":" + ("0" + day.getMinutes()).slice(-2);
    if (!left && runsOut) root.className = root.className.indexOf("over") > 0 ? root.className : "screen gone";
  }, 500);
  if (window.addEventListener) window.addEventListener("online", ask);

  function wide() {
    var whole = document.documentElement;
    var open = whole.requestFullscreen || whole.webkitRequestFullscreen || whole.mozRequestFullScreen || whole.msRequestFullscreen;
    if (open) open.call(whole);
    if (navigator.wakeLock) navigator.wakeLock.request("screen").then(null, function () {});
  }
  if (full) full.onclick = wide;
  var first = Number(root.getAttribute("data-seconds") || "0");
  lives = first || 1;
  runsOut = first ? now() + first * 1000 : 0;
  again(first ? Math.max(1, Math.min(first - 4, 10)) : 0);
})();
