/* Puts prepared markup in its place, and hands clicks on [data-open] to the page. The server escapes every text. */
(() => {
  const fill = (element) => {
    if (element.shown !== element.dataset.html) {
      element.shown = element.dataset.html;
      element.innerHTML = element.dataset.html;
    }
  };
  const look = (node) => {
    if (node.nodeType !== Node.ELEMENT_NODE) { return; }
    if (node.dataset && node.dataset.html !== undefined) { fill(node); return; }
    node.querySelectorAll("[data-html]").forEach(fill);
  };
  new MutationObserver((records) => records.forEach((record) => {
    if (record.type === "attributes") { fill(record.target); } else { record.addedNodes.forEach(look); }
  })).observe(document.documentElement, {
    childList: true, subtree: true, attributes: true, attributeFilter: ["data-html"],
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-open]");
    if (button) {
      window.dash_clientside.set_props("opened", {data: {name: button.dataset.open, at: Date.now()}});
    }
  });
})();
