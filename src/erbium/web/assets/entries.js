/* Keeps the keyboard where the work is: an entry that was added takes the focus; after one was removed, "Add". */
(() => {
  let wanted = null;
  const groups = (list) => [...document.querySelectorAll(".entry")].filter((one) => one.dataset.list === list);
  const adder = (list) => {
    const [key, place] = list.split(" ");
    return document.getElementById(`{"entry-add":"${key}","in":"${place}"}`);
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("#case-entries button[id]");
    if (!button || !button.id.startsWith("{")) { return; }
    const id = JSON.parse(button.id);
    const list = id["entry-add"] ? `${id["entry-add"]} ${id.in}` : null;
    const from = id["entry-remove"] ? button.closest(".entry").dataset.list : null;
    if (list || from) { wanted = { list: list || from, count: groups(list || from).length, until: Date.now() + 10000 }; }
  }, true);
  new MutationObserver(() => {
    if (!wanted) { return; }
    const now = groups(wanted.list);
    if (Date.now() > wanted.until) { wanted = null; return; }
    if (now.length === wanted.count) { return; }
    const target = now.length > wanted.count
      ? now[now.length - 1].querySelector(".field input, .field button") : adder(wanted.list);
    wanted = null;
    if (target) { target.focus(); }
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
