/* Says when a file is too large: the component drops it without a word. */
(() => {
  const tell = (upload, files) => {
    const box = document.getElementById(`${upload.id}-too-large`);
    if (!box) { return; }
    const limit = Number(box.dataset.limit);
    const large = Array.from(files || []).find((file) => file.size > limit);
    box.hidden = !large;
    box.textContent = large
      ? `${large.name}: ${Math.ceil(large.size / 1000).toLocaleString("en")} kB; `
        + `expected at most ${limit / 1000} kB. ${box.dataset.hint}`
      : "";
  };
  const uploadOf = (target) => target.closest && target.closest("[id$='-upload']");
  document.addEventListener("change", (event) => {
    const upload = event.target.type === "file" && uploadOf(event.target);
    if (upload) { tell(upload, event.target.files); }
  }, true);
  document.addEventListener("drop", (event) => {
    const upload = uploadOf(event.target);
    if (upload && event.dataTransfer) { tell(upload, event.dataTransfer.files); }
  }, true);
})();
