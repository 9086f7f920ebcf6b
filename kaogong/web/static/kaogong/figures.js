// Figures: a chart kept as a picture, a picker that asks at once, a screen that fills the window.
(function () {
  "use strict";
  const keep = (button) => {
    const script = document.querySelector("script[data-chart='" + button.dataset.picture + "']");
    if (!script || !window.echarts) return;
    const area = document.createElement("div");
    const option = JSON.parse(script.textContent);
    const drawn = window.echarts.init(area, null, { renderer: "canvas", width: 1200, height: 680 });
    drawn.setOption({
      backgroundColor: "#ffffff", textStyle: { fontFamily: "PingFang SC, Microsoft YaHei, Noto Sans SC, Noto Sans CJK SC, sans-serif" },
      aria: { enabled: true, decal: { show: true } }, animation: false, ...option,
      title: { text: button.dataset.title, subtext: button.dataset.subtitle, left: 12, top: 8, textStyle: { fontSize: 20 } },
      grid: { ...option.grid, left: 28, right: 90, top: 110, bottom: 48, containLabel: true },
      legend: option.legend ? { ...option.legend, top: 72 } : undefined,
    });
    const link = document.createElement("a");
    link.href = drawn.getDataURL({ type: "png", pixelRatio: 2, backgroundColor: "#ffffff" });
    link.download = button.dataset.file + ".png";
    document.body.appendChild(link);
    link.click();
    link.remove();
    drawn.dispose();
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest && event.target.closest("[data-picture],[data-fills]");
    if (!button) return;
    if (button.dataset.picture) keep(button);
    else if (document.fullscreenElement) document.exitFullscreen();
    else if (document.documentElement.requestFullscreen) document.documentElement.requestFullscreen();
  });
})();
