// Lets the check-in page open without a network: a page that knows nobody, with its style and its script, is kept
// when there is one and shown when there is none. Nothing of any person is kept here.
var KEPT = "kaogong-check-in-1";
var SHELL = new URL("kept/", self.registration.scope).pathname;

self.addEventListener("install", function (event) {
  event.waitUntil(keep().then(function () { return self.skipWaiting(); }));
});
self.addEventListener("activate", function (event) {
  event.waitUntil(caches.keys().then(function (names) {
    return Promise.all(names.filter(function (name) { return name !== KEPT; }).map(function (name) { return caches.delete(name); }));
  }).then(function () { return self.clients.claim(); }));
});

function keep() {
  return fetch(SHELL, { credentials: "same-origin", redirect: "error" }).then(function (shell) {
    if (!shell.ok) throw new Error("no shell");
    return shell.clone().text().then(function (text) {
      var parts = [], seen = /(?:href|src)="(\/static\/[^"]+)"/g, one;
      while ((one = seen.exec(text))) parts.push(one[1]);
      return caches.open(KEPT).then(function (box) {
        return Promise.all([box.put(SHELL, shell), box.addAll(parts)]);
      });
    });
  });
}

self.addEventListener("fetch", function (event) {
  var asked = event.request;
  if (asked.method !== "GET") return;
  if (asked.mode === "navigate") {
    event.respondWith(fetch(asked).catch(function () { return caches.match(SHELL); }));
  } else if (asked.url.indexOf("/static/") > 0) {
    event.respondWith(fetch(asked).catch(function () { return caches.match(asked); }));
  }
});
