// Small behaviours of the parts library. Every page works without them except the dialogs' comfort.
(function () {
  "use strict";
  const on = (name, selector, act) =>
    document.addEventListener(name, (event) => {
      const found = event.target.closest && event.target.closest(selector);
      if (found) act(found, event);
    });

  on("click", "[data-theme-switch]", () => {
    const root = document.documentElement;
    const next = root.getAttribute("data-bs-theme") === "dark" ? "light" : "dark";
    root.setAttribute("data-bs-theme", next);
    try { localStorage.setItem("kaogong-theme", next); } catch (e) { /* private window */ }
    drawCharts();
  });

  on("click", "[data-opens]", (button) => {
    const dialog = document.getElementById(button.dataset.opens);
    if (dialog) dialog.showModal();
  });
  on("click", "[data-closes]", (button) => button.closest("dialog").close());

  on("click", ".rail-toggle", (button) => {
    const open = button.getAttribute("aria-expanded") !== "true";
    button.setAttribute("aria-expanded", String(open));
    document.getElementById(button.getAttribute("aria-controls")).classList.toggle("open", open);
  });

  on("click", "[data-print]", () => window.print());
  // What is folded on a page meant to be handed out is printed too.
  window.addEventListener("beforeprint", () => {
    document.querySelectorAll("[data-print-open] details").forEach((fold) => { fold.open = true; });
  });

  // Batches: count what is picked; the buttons wake when something is.
  const recount = (form) => {
    const picked = form.querySelectorAll("input[name=picked]:checked").length;
    const words = form.querySelector("[data-picked]");
    if (!words.dataset.none) { words.dataset.none = words.textContent; }
    words.textContent = picked ? (document.documentElement.lang === "en" ? picked + " selected" : "已选择 " + picked + " 项") : words.dataset.none;
    form.querySelectorAll("[data-needs-picked]").forEach((button) => { button.disabled = !picked; });
  };
  on("change", "form[data-batch] input[type=checkbox]", (box) => {
    const form = box.closest("form");
    if ("all" in box.dataset) form.querySelectorAll("input[name=picked]").forEach((one) => { one.checked = box.checked; });
    recount(form);
  });

  // A form is sent once.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    window.setTimeout(() => { delete form.dataset.sent; }, 4000);
  });

  // Nothing typed is lost by accident.
  const watched = document.querySelector("form[data-guarded]");
  if (watched) {
    let touched = false;
    watched.addEventListener("input", () => { touched = true; });
    watched.addEventListener("submit", () => { touched = false; });
    window.addEventListener("beforeunload", (event) => { if (touched) event.preventDefault(); });
  }

  const summary = document.getElementById("error-summary");
  if (summary) summary.focus();

  // Colours chosen for paper, as they stand on the dark card: what is lively stays lively, what is left stays quiet.
  const IN_DARK = {
    "#286459": "#5fb3a2", "#24507a": "#6fa6d6", "#3f78ad": "#6fa6d6", "#a63a2b": "#e0786a", "#a8322a": "#e0786a",
    "#c9c2b4": "#76828e", "#8a8272": "#a39b8b", "#8d99a5": "#a3adb7",
  };
  const chosen = (text, dark) => (dark ? text.replace(/#[0-9a-f]{6}\b/gi, (colour) => IN_DARK[colour.toLowerCase()] || colour) : text);
  const drawCharts = () => {
    const data = document.querySelectorAll("script[data-chart]");
    if (!data.length || !window.echarts) return;
    data.forEach((script) => {
      const area = document.getElementById(script.dataset.chart);
      const dark = area.closest("[data-bs-theme]").getAttribute("data-bs-theme") === "dark";
      const old = window.echarts.getInstanceByDom(area);
      if (old) old.dispose();
      const chart = window.echarts.init(area, dark ? "dark" : null, { renderer: "svg" });
      chart.setOption({ backgroundColor: "transparent", textStyle: { fontFamily: "inherit" }, aria: { enabled: true, decal: { show: true } }, animation: false, ...JSON.parse(chosen(script.textContent, dark)) });
    });
  };
  drawCharts();
  // A chart's own style is not carried over to what takes its place: the page allows none written in the markup.
  document.addEventListener("htmx:beforeSwap", () => {
    document.querySelectorAll("script[data-chart]").forEach((script) => {
      const area = document.getElementById(script.dataset.chart);
      const chart = area && window.echarts && window.echarts.getInstanceByDom(area);
      if (chart) chart.dispose();
      if (area) area.removeAttribute("style");
    });
  });
  document.addEventListener("htmx:afterSwap", drawCharts);
  window.addEventListener("resize", () => {
    document.querySelectorAll("script[data-chart]").forEach((script) => {
      const area = document.getElementById(script.dataset.chart);
      const chart = area && window.echarts && window.echarts.getInstanceByDom(area);
      if (chart) chart.resize();
    });
  });
})();
