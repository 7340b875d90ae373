"use strict";
(() => {
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const themes = read("themes");
  const dark = window.matchMedia("(prefers-color-scheme: dark)");

  const models = () => Bokeh.documents.flatMap((doc) => doc.roots()).flatMap((root) => [...root.references()]);

  // A tag "paint fill_color=target" says that the property takes the theme's colour for targets.
  const paints = (tags) => (tags ?? []).map((tag) => /^paint (\w+)=(.+)$/.exec(tag)).filter((found) => found !== null);
  const theme = () => themes[dark.matches ? "dark" : "light"];

  const recolour = () => {
    for (const model of models()) {
      for (const [, property, role] of paints(model.tags)) {
        if (model[property] !== null) model[property] = theme()[role];
      }
    }
  };

  // The same before anything is drawn, on the figures as they are stored.
  const recolourStored = (value) => {
    if (value === null || typeof value !== "object") return;
    const attributes = value.attributes;
    for (const [, property, role] of paints(attributes?.tags)) {
      if (attributes[property] === null) continue;
      const spec = attributes[property]?.type === "value";
      attributes[property] = spec ? { type: "value", value: theme()[role] } : theme()[role];
    }
    Object.values(value).forEach(recolourStored);
  };

  // A tap on a row of the heat map shows the traces of its unit.
  const followTaps = () => {
    const named = (name) => models().find((model) => model.name === name);
    const [rows, chosen, lines, plot, axis] = ["rows", "chosen", "traces", "one unit", "rate axis"].map(named);
    const { units, xs, ys } = read("traces");
    if (!rows || !lines) return;
    rows.selected.properties.indices.change.connect(() => {
      const row = rows.selected.indices[0];
      if (row === undefined) return;
      const unit = units[row];
      lines.data = { ...lines.data, xs, ys: ys[unit] };
      chosen.data = { ...chosen.data, y: [row + 0.5] };
      const values = ys[unit].flat();
      const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)];
      const room = 0.06 * (high - low) || 0.5;
      axis.axis_label = `rate of unit ${unit}`;
      plot.y_range.setv({ start: low < 0 ? low - room : 0, end: high + room });
    });
  };

  const plain = (given) => (given instanceof Map ? Object.fromEntries(given) : given);

  // What callbacks of figures do by themselves elsewhere.
  const own = {
    setBack: ({ items, lines }, press) => {
      for (const line of lines[items.indexOf(press.item)] ?? []) line.muted = !line.muted;
    },
    nameOfRow: ({ source, field, span }, value) => {
      const names = source.data[field][0];
      const place = Math.floor(span == null ? value : (value / span) * names.length);
      return names[Math.max(0, Math.min(names.length - 1, place))];
    },
    grouped: (_, value) => {
      const whole = Math.round(value);
      return Math.abs(whole) < 10000 ? whole.toString() : whole.toString().replace(/\B(?=(\d{3})+$)/g, "\u00a0");
    },
  };

  // A callback with the tag "act turn" is carried out by the function of that name: nothing here may compile text.
  const act = () => {
    for (const model of models()) {
      const [, action] = /^act (\w+)$/.exec((model.tags ?? []).find((tag) => /^act /.test(tag)) ?? "") ?? [];
      if (action === undefined) continue;
      const given = plain(model.args);
      if (action in own) model.execute = model.format = (value) => own[action](given, value);
      else model.execute = async (event) => rnnlabSpace[action](plain(given.models), event);
    }
  };

  // Handles of sliders have no name of their own.
  const name = (root) => {
    for (const handle of root.querySelectorAll(".noUi-handle")) handle.setAttribute("aria-label", "Saved state");
    for (const element of root.querySelectorAll("*")) if (element.shadowRoot) name(element.shadowRoot);
  };

  const show = async () => {
    for (const [id, item] of Object.entries(read("figures"))) {
      recolourStored(item);
      await Bokeh.embed.embed_item(item, id);
    }
    dark.addEventListener("change", recolour);
    followTaps();
    act();
    name(document);
    document.documentElement.dataset.ready = "yes";
  };

  show();
})();
