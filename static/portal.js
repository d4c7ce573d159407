// What makes the pages nicer; every one of them works without it.
(() => {
  "use strict";

  // --- the dialog: links with data-dialog open here; the server answers with dialog.html

  const dialog = document.getElementById("dialog");
  let opener = null;
  let address = "";

  const isPlainClick = (event) =>
    event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);

  const open = (link) => {
    if (!dialog.open) opener = link;
    address = link.href;
    htmx.ajax("GET", address, { source: link, target: dialog, swap: "innerHTML" });
  };

  const submit = (form, submitter) => {
    const action = submitter?.getAttribute("formaction") || form.getAttribute("action") || address;
    const values = submitter?.name ? { [submitter.name]: submitter.value } : {};
    htmx.ajax("POST", action, { source: form, target: dialog, swap: "innerHTML", values });
  };

  const fail = () => {
    const alert = document.getElementById("dialog-failure").content.firstElementChild.cloneNode(true);
    dialog.querySelector(".dialog-failure")?.remove();
    dialog.querySelector(".dialog-body").prepend(alert);
    alert.focus();
    dialog.querySelectorAll("form").forEach(release);
  };

  const listenToDialog = () => {
    document.addEventListener("click", (event) => {
      const link = event.target.closest("a[data-dialog]");
      if (!link || !isPlainClick(event)) return;
      event.preventDefault();
      open(link);
    });

    dialog.addEventListener("submit", (event) => {
      if (event.defaultPrevented || event.target.getAttribute("method") !== "post") return;
      event.preventDefault();
      submit(event.target, event.submitter);
    });

    dialog.addEventListener("click", (event) => {
      if (!event.target.closest("[data-dialog-close]")) return;
      event.preventDefault();
      dialog.close();
    });

    dialog.addEventListener("close", () => {
      dialog.replaceChildren();
      if (opener?.isConnected) opener.focus();
    });

    // A whole page instead of a fragment (signed out meanwhile, a plain redirect): go there.
    dialog.addEventListener("htmx:beforeSwap", (event) => {
      const { shouldSwap, serverResponse, xhr } = event.detail;
      if (!shouldSwap || serverResponse.includes("data-dialog-content")) return;
      event.detail.shouldSwap = false;
      window.location.assign(xhr.responseURL);
    });

    dialog.addEventListener("htmx:afterSwap", () => {
      if (!dialog.open) dialog.showModal();
    });

    // Not earlier: htmx itself focuses the title, by its autofocus, when the content settles.
    dialog.addEventListener("htmx:afterSettle", () => {
      dialog.querySelector(".alert[tabindex], [aria-invalid=true]")?.focus();
    });

    // An opening that fails is shown as the page that it is; a failed submission keeps the form.
    const failed = (event) => {
      if (event.detail.target !== dialog) return;
      if (event.detail.requestConfig.verb === "get" && !dialog.open) window.location.assign(address);
      else fail();
    };
    document.addEventListener("htmx:responseError", failed);
    document.addEventListener("htmx:sendError", failed);
    document.addEventListener("htmx:timeout", failed);
  };

  // --- buttons with data-once: a form is sent once, until the page is shown again

  const RELEASE_AFTER = 10_000;

  const onceButtons = (form) => [...form.elements].filter((button) => button.matches("[data-once]"));

  const release = (form) => {
    delete form.dataset.sent;
    onceButtons(form).forEach((button) => {
      button.disabled = false;
    });
  };

  document.addEventListener(
    "submit",
    (event) => {
      const form = event.target;
      if (form.dataset.sent) {
        event.preventDefault();
        event.stopImmediatePropagation();
      } else if (onceButtons(form).length) {
        form.dataset.sent = "yes";
        // After the browser has read the form: a disabled button would not be part of it.
        setTimeout(() => onceButtons(form).forEach((button) => (button.disabled = true)));
        setTimeout(release, RELEASE_AFTER, form);
      }
    },
    true,
  );

  window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(release));

  // --- countdowns: the same words as the server's, see countdown in kernel/templatetags/ui.py

  const words = JSON.parse(document.body.dataset.countdownWords || "null");
  const UNITS = [["day", 86_400], ["hour", 3_600], ["minute", 60], ["second", 1]];

  const remaining = (seconds) => {
    if (!seconds) return words.now;
    let rest = Math.abs(seconds);
    const parts = UNITS.map(([unit, length]) => {
      const count = Math.floor(rest / length);
      rest %= length;
      return [unit, count];
    });
    const first = parts.findIndex(([, count]) => count);
    const span = parts
      .slice(first, first + 2)
      .filter(([, count]) => count)
      .map(([unit, count]) => words[unit][count === 1 ? 0 : 1].replace("%(count)d", count))
      .join(" ");
    return (seconds > 0 ? words.future : words.past).replace("%(span)s", span);
  };

  const tick = () => {
    for (const time of document.querySelectorAll("time[data-countdown]")) {
      const text = remaining(Math.trunc((Date.parse(time.dateTime) - Date.now()) / 1000));
      if (time.textContent !== text) time.textContent = text;
    }
  };

  if (words) setInterval(tick, 1000);

  // --- menus made of <details>: a click elsewhere or Escape closes them

  const menus = () => document.querySelectorAll("details.menu[open]");

  document.addEventListener("click", (event) => {
    menus().forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    menus().forEach((menu) => {
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  });

  if (dialog && window.htmx) listenToDialog();
})();
