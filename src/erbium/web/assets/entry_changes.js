/* Keeps what is done in the forms of a case, in order, until the server has written it into the text: the pages
   drop an answer that is overtaken by the next change, and nothing may be dropped with it. */
window.dash_clientside = Object.assign({}, window.dash_clientside, {
  entries: {
    keep(values, adds, removes, kept, done) {
      const { no_update: nothing, callback_context: context } = window.dash_clientside;
      const waiting = (kept || []).filter((one) => one.number > (done || 0));
      let number = Math.max(done || 0, ...(kept || []).map((one) => one.number));
      const changes = [...waiting];
      context.triggered.forEach((cause) => {
        const end = cause.prop_id.lastIndexOf(".");
        if (cause.prop_id[0] !== "{") { return; }
        const id = JSON.parse(cause.prop_id.slice(0, end));
        /* A button that only now appears was not clicked. */
        if (id.entry === undefined && !cause.value) { return; }
        number += 1;
        changes.push({ number, id, value: cause.value === undefined ? null : cause.value });
      });
      return changes.length > waiting.length ? changes : nothing;
    },
  },
});
