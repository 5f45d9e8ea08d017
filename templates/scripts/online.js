(function () {
  var left = document.querySelector("[data-left]"), form = document.querySelector("[data-refresh]");
  var onwards = document.querySelector("[data-after]");
  if (onwards) setTimeout(function () { location.href = onwards.href; }, onwards.getAttribute("data-after") * 1000);
  function two(n) { return (n < 10 ? "0" : "") + n; }
  if (left) {
    var end = Date.now() + left.getAttribute("data-left") * 1000;
    setInterval(function () {
      var s = Math.max(0, Math.round((end - Date.now()) / 1000));
      left.textContent = Math.floor(s / 3600) + ":" + two(Math.floor(s / 60) % 60) + ":" + two(s % 60);
    }, 1000);
  }
  if (form) setInterval(function () {
    var call = new XMLHttpRequest();
    call.open("POST", form.getAttribute("data-refresh"));
    call.setRequestHeader("Content-Type", "application/x-www-form-urlencoded");
    call.onload = function () {
      if (call.status === 410) location.reload();
      if (call.status === 200) document.querySelectorAll("input[name=guest]").forEach(function (one) { one.value = call.responseText; });
    };
    call.send("guest=" + encodeURIComponent(form.elements.guest.value));
  }, form.getAttribute("data-every") * 1000);
})();
