(function () {
  var form = document.querySelector("form[data-next]"), frame = document.querySelector("iframe"), sent = false;
  function on() { if (sent) location.replace(form.getAttribute("data-next")); }
  frame.addEventListener("load", on);
  form.addEventListener("submit", function () { sent = true; });
  sent = true;
  form.submit();
  setTimeout(on, 8000);
})();
