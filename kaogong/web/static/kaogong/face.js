// A photograph is made small on the phone before it is sent, where the phone can; otherwise it goes as it is.
// Plain script for old web views.
(function () {
  "use strict";
  var LONGEST = 960, SMALL = 300 * 1024;
  var form = document.querySelector("[data-face-form]"), field = form && form.querySelector("[data-face]");

  // While it is being compared the page looks again now and then, as long as it is looked at.
  if (document.querySelector("[data-face-waiting]")) {
    window.setInterval(function () { if (!document.hidden) window.location.replace(window.location.href); }, 15000);
  }
  if (!field || !window.DataTransfer || !window.HTMLCanvasElement || !HTMLCanvasElement.prototype.toBlob) return;

  field.addEventListener("change", function () {
    var file = field.files && field.files[0];
    if (!file || file.size <= SMALL) return;
    var picture = new Image(), address = URL.createObjectURL(file), button = form.querySelector("button");
    button.disabled = true;
    function end() { button.disabled = false; URL.revokeObjectURL(address); }
    picture.onerror = end;
    picture.onload = function () {
      var share = Math.min(1, LONGEST / Math.max(picture.width, picture.height)), canvas = document.createElement("canvas");
      canvas.width = Math.max(1, Math.round(picture.width * share));
      canvas.height = Math.max(1, Math.round(picture.height * share));
      canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
      canvas.toBlob(function (blob) {
        try {
          var box = new DataTransfer();
          if (blob && blob.size < file.size) {
            box.items.add(new File([blob], "face.jpg", { type: "image/jpeg" }));
            field.files = box.files;
          }
        } catch (fault) { /* sent as it is */ }
        end();
      }, "image/jpeg", 0.85);
    };
    picture.src = address;
  });
})();
