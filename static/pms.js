// Asks the box by JSONP, then really sends the form, with the answer.
(function (d, w) {
  var f = d.querySelector("form[data-pms]"), pressed, asking, script, timer;
  if (!f) return;
  function get(name) { return f.getAttribute("data-" + name) || ""; }
  function put(name, value) {
    var i = f.querySelector("[type=hidden][name=" + name + "]") || f.appendChild(d.createElement("input"));
    i.type = "hidden"; i.name = name; i.value = value;
  }
  function go(answer, reason) {
    if (!asking) return;
    asking = 0;
    clearTimeout(timer);
    put("answer", answer);
    put("reason", reason);
    f.submit();
  }
  w.dataCBK = function (data) {
    var text = "";
    try { text = JSON.stringify(data); } catch (e) {}
    if (!text || text.length > 99999) go("", "garbled");
    else go(text, "");
  };
  // DD.MM.YYYY, from the browser's own input or in the order of the language.
  function day(text, order) {
    var n = text.match(/\d+/g) || [], p = {}, k;
    if (n[0] && n[0].length == 4) order = "yMd";
    if (n.length != 3 || !order) return "";
    for (k = 0; k < 3; k++) p[order.charAt(k)] = n[k];
    return p.y.length == 4 ? ("0" + p.d).slice(-2) + "." + ("0" + p.M).slice(-2) + "." + p.y : "";
  }
  function value(e) {
    var v = e.value.replace(/^\s+|\s+$/g, ""), first = +e.getAttribute("data-first"), pad = e.getAttribute("data-pad");
    v = v.replace(/[\u0660-\u0669\u06f0-\u06f9\uff10-\uff19]/g, function (c) { return c.charCodeAt(0) & 15; });
    if (e.hasAttribute("data-day")) return day(v, e.getAttribute("data-day"));
    if (/^\d+$/.test(v)) while (v.length < pad) v = "0" + v;
    return first ? v.substr(0, first) : v;
  }
  // Null when something lacks: our server says what.
  function fields() {
    var q = JSON.parse(get("query")), days = {}, i, k, e, names, part;
    for (i = 0; i < f.elements.length; i++) {
      e = f.elements[i];
      if (e.type == "checkbox" && e.required && !e.checked) return null;
      names = e.getAttribute("data-wire");
      if (!names) continue;
      names = names.split(" ");
      if (part = e.getAttribute("data-part")) {
        k = days[names] = days[names] || { order: "", text: "" };
        k.order += part;
        k.text += " " + e.value.replace(/[\u0660-\u0669\u06f0-\u06f9\uff10-\uff19]/g, function (c) { return c.charCodeAt(0) & 15; });
        if (k.order.length == 3 && !(q[names] = day(k.text, k.order))) return null;
        continue;
      }
      for (k = 0; k < names.length; k++) if (!(q[names[k]] = value(e))) return null;
    }
    if (pressed && pressed.name) {
      q[get("ticket")] = pressed.value;
      put(pressed.name, pressed.value);
    }
    return q;
  }
  function address(q) {
    var url = get("pms"), json = get("json"), name;
    if (json) return url + "&" + json + "=" + encodeURIComponent(JSON.stringify(q));
    for (name in q) url += "&" + encodeURIComponent(name) + "=" + encodeURIComponent(q[name]);
    return url;
  }
  f.addEventListener("click", function (e) {
    pressed = e.target;
    while (pressed && pressed.tagName != "BUTTON") pressed = pressed.parentNode;
  });
  f.addEventListener("submit", function (e) {
    var q;
    if (pressed && pressed.name == "by") return;
    if (!asking) {
      if (!(q = fields())) return;
      asking = 1;
      f.setAttribute("aria-busy", "true");
      f.querySelector("[role=status]").textContent = get("wait");
      script = d.createElement("script");
      script.onerror = function () { go("", "unreachable"); };
      script.onload = function () { go("", "garbled"); };
      script.src = address(q);
      d.body.appendChild(script);
      timer = setTimeout(function () { go("", "slow"); }, 10000);
    }
    e.preventDefault();
  });
  if (f.hasAttribute("data-auto")) f.querySelector("button").click();
})(document, window);
