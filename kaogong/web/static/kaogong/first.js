// Before the first paint: the reader's choice of light or dark, else the system's.
(function () {
  var kept = null;
  try { kept = localStorage.getItem("kaogong-theme"); } catch (e) { /* private window */ }
  var dark = kept ? kept === "dark" : window.matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.setAttribute("data-bs-theme", dark ? "dark" : "light");
})();
