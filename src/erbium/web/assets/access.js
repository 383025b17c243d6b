/* Mends what the components leave out for keyboards and screen readers. */
(() => {
  const mend = () => {
    /* The list to choose from is reached through a proxy that is hidden from screen readers, and its name
       leaves out its label: the button itself takes the focus, and is called by label and value. */
    document.querySelectorAll(".dash-dropdown-focus-target[tabindex='0']").forEach((proxy) => {
      const button = proxy.parentElement.querySelector("button.dash-dropdown");
      const label = button && proxy.closest(".field") && proxy.closest(".field").querySelector("label");
      if (!button) { return; }
      proxy.setAttribute("tabindex", "-1");
      button.setAttribute("tabindex", "0");
      if (label && label.id) {
        button.setAttribute("aria-labelledby", `${label.id} ${button.id}-value`);
      }
    });
    document.querySelectorAll("[role=slider]:not([aria-labelledby])").forEach((thumb) => {
      const field = thumb.closest("[id$='-field']"); /* its label is a text beside it */
      const label = field && field.querySelector(".label");
      if (label && label.id) { thumb.setAttribute("aria-labelledby", label.id); }
    });
    document.querySelectorAll("input[type=file]:not([tabindex='-1'])").forEach((input) => {
      input.setAttribute("tabindex", "-1"); /* the button over it opens the file */
      input.setAttribute("aria-hidden", "true");
    });
    /* Choices are called lists of options around the real buttons: they are groups, called by their legend. */
    document.querySelectorAll(".dash-radioitems[role=listbox], .dash-checklist[role=listbox]").forEach((group) => {
      const legend = group.closest("fieldset") && group.closest("fieldset").querySelector("legend");
      group.setAttribute("role", group.classList.contains("dash-radioitems") ? "radiogroup" : "group");
      group.setAttribute("aria-label", legend ? legend.textContent : group.textContent);
    });
    document.querySelectorAll("label.dash-options-list-option[aria-selected]").forEach((label) => {
      if (label.closest("[role=radiogroup], [role=group]")) {
        label.removeAttribute("role");
        label.removeAttribute("aria-selected");
      }
    });
  };
  new MutationObserver(mend).observe(document.documentElement, {
    childList: true, subtree: true, attributes: true, attributeFilter: ["aria-selected"],
  });
})();
