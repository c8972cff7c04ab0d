// What pages do where scripts run: suggestions, keys, copying. Everything works without.
"use strict";
(() => {
  const inField = (at) => at && (at.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName));
  const keysOn = () => { try { return localStorage.getItem("keys") !== "off"; } catch { return true; } };

  // Keys: they move the real focus, never act inside a field, and can be switched off on the help page.
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || inField(document.activeElement) || !keysOn()) return;
    const go = (all, step) => {
      if (!all.length) return;
      const now = all.findIndex((one) => one === document.activeElement || one.contains(document.activeElement));
      const next = all[Math.min(Math.max(now + step, 0), all.length - 1)];
      next.setAttribute("tabindex", "-1");
      next.focus();
      next.scrollIntoView({ block: "center" });
      event.preventDefault();
    };
    if (event.key === "/") {
      const box = document.getElementById("q");
      if (box) { box.focus(); box.select(); event.preventDefault(); }
    } else if (event.key === "j" || event.key === "k") {
      go([...document.querySelectorAll("[data-row]")], event.key === "j" ? 1 : -1);
    } else if (event.key === "n" || event.key === "p") {
      go([...document.querySelectorAll("mark[id]")], event.key === "n" ? 1 : -1);
    }
  });
  const box = document.getElementById("keys-on");
  if (box) {
    box.closest("[hidden]").hidden = false;
    box.checked = keysOn();
    box.addEventListener("change", () => { try { localStorage.setItem("keys", box.checked ? "on" : "off"); } catch { /* nothing is kept */ } });
  }

  // A citation that is opened is selected, and can be copied with one more key or click.
  for (const details of document.querySelectorAll("details.cite")) {
    const text = details.querySelector("textarea");
    details.addEventListener("toggle", () => {
      if (!details.open || details.querySelector("button")) return;
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = "Copy";
      const said = document.createElement("span");
      said.setAttribute("role", "status");
      button.addEventListener("click", async () => {
        text.select();
        try { await navigator.clipboard.writeText(text.value); } catch { document.execCommand("copy"); }
        said.textContent = " Copied";
      });
      text.after(button, said);
    });
  }

  // Suggestions of names: an ARIA combobox with a list. Nothing is chosen beforehand; Enter searches as typed.
  let number = 0;
  for (const input of document.querySelectorAll("[data-suggest]")) {
    const list = document.createElement("ul");
    list.id = "suggestions-" + number++;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", "Names");
    list.hidden = true;
    const frame = document.createElement("span");
    frame.className = "suggest";
    input.replaceWith(frame);
    frame.append(input, list);
    for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id })) input.setAttribute(name, value);
    let chosen = -1, waiting = 0, asked = null;
    const close = () => { list.hidden = true; chosen = -1; input.setAttribute("aria-expanded", "false"); input.removeAttribute("aria-activedescendant"); };
    // In a query the last words are what is being typed; elsewhere everything is.
    const typed = () => input.dataset.suggest === "search" ? (/([^\s:"()+-][^:"()]*)$/.exec(input.value) || ["", ""])[1] : input.value.trim();
    const take = (name) => {
      if (input.dataset.suggest === "search") {
        const before = input.value.slice(0, input.value.length - typed().length);
        input.value = /"$/.test(before) ? before + name + '" ' : before + '"' + name + '" ';
      } else {
        input.value = name;
      }
      close();
      input.focus();
      if (input.dataset.suggest === "person") input.form.requestSubmit();
    };
    const show = (names) => {
      list.replaceChildren(...names.map((one, at) => {
        const item = document.createElement("li");
        item.id = list.id + "-" + at;
        item.setAttribute("role", "option");
        item.setAttribute("aria-selected", "false");
        const name = document.createElement("bdi");
        name.textContent = one.name;
        const count = document.createElement("span");
        count.className = "num";
        count.textContent = one.articles;
        item.append(name, count);
        item.addEventListener("mousedown", (event) => { event.preventDefault(); take(one.name); });
        return item;
      }));
      chosen = -1;
      list.hidden = names.length === 0;
      input.setAttribute("aria-expanded", String(names.length > 0));
    };
    const ask = async () => {
      const prefix = typed();
      if (asked) asked.abort();
      if (prefix.length < 2) return close();
      asked = new AbortController();
      try {
        const answer = await fetch("/names.json?limit=8&prefix=" + encodeURIComponent(prefix), { signal: asked.signal });
        if (answer.ok && document.activeElement === input) show((await answer.json()).results);
      } catch { /* an older question, or no answer: nothing is suggested */ }
    };
    input.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(ask, 150); });
    input.addEventListener("blur", close);
    input.addEventListener("keydown", (event) => {
      const items = [...list.children];
      if (event.key === "Escape" && !list.hidden) { close(); event.preventDefault(); return; }
      if (event.key === "Enter" && chosen >= 0) { take(items[chosen].firstChild.textContent); event.preventDefault(); return; }
      if ((event.key !== "ArrowDown" && event.key !== "ArrowUp") || list.hidden) return;
      const before = chosen <= 0 ? items.length - 1 : chosen - 1;
      chosen = event.key === "ArrowDown" ? (chosen + 1) % items.length : before;
      items.forEach((item, at) => item.setAttribute("aria-selected", String(at === chosen)));
      input.setAttribute("aria-activedescendant", items[chosen].id);
      event.preventDefault();
    });
  }
})();
