(function (d, w) {
  // A form that was sent is busy: no second press, and its button says so.
  function busy(form, on, pressed) {
    var button = form.querySelector("[data-busy]"), said;
    if (on) form.setAttribute("aria-busy", "true");
    else form.removeAttribute("aria-busy");
    if (!button || pressed && pressed !== button || (button.getAttribute("aria-busy") === "true") === on) return;
    said = button.getAttribute("data-busy");
    button.setAttribute("data-busy", button.textContent);
    button.textContent = said;
    button.setAttribute("aria-busy", on);
  }
  d.addEventListener("submit", function (e) {
    if (e.defaultPrevented) return;
    if (e.target.getAttribute("aria-busy") === "true") e.preventDefault();
    else busy(e.target, true, e.submitter);
  });
  w.addEventListener("pageshow", function (e) {
    if (e.persisted) [].forEach.call(d.querySelectorAll("form[aria-busy]"), function (form) { busy(form, false); });
  });
  // What was typed into a secret can be looked at.
  [].forEach.call(d.querySelectorAll(".eye"), function (eye) {
    eye.hidden = false;
    eye.firstChild.addEventListener("change", function (e) {
      eye.previousElementSibling.type = e.target.checked ? "text" : "password";
    });
  });
})(document, window);
