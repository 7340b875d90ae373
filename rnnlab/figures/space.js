"use strict";
// What turns a figure of state space and plays a film of it, in a page with or without Python behind it. The numbers
// that are drawn are changed in place and never sent back.
const rnnlabSpace = (() => {
  const STEP = 15, PER_PIXEL = 0.5, FRAME_MS = 700, FAINTEST = 0.2;

  // See rnnlab.figures.space.turned: degrees in; (x, y, z) to right, up and away from the reader.
  const turner = (azimuth, tilt) => {
    const [a, t] = [azimuth * Math.PI / 180, tilt * Math.PI / 180];
    const [ca, sa, ct, st] = [Math.cos(a), Math.sin(a), Math.cos(t), Math.sin(t)];
    return (x, y, z) => {
      const depth = y * ca - x * sa;
      return [x * ca + y * sa, z * ct + depth * st, depth * ct - z * st];
    };
  };

  const alpha = (away, radius) => {
    const nearness = Math.min(1, Math.max(0, 0.5 - away / (2 * radius)));
    return FAINTEST + (1 - FAINTEST) * nearness;
  };

  const line = (turn, xs, ys, zs) => {
    const n = xs.length, x = new Float64Array(n), y = new Float64Array(n);
    let away = 0;
    for (let i = 0; i < n; i++) {
      const [right, up, deep] = turn(xs[i], ys[i], zs[i]);
      x[i] = right; y[i] = up; away += deep / n;
    }
    return [x, y, away];
  };

  const draw = (source, turn, radius, look) => {
    const data = source.data, { bright, wide } = look.data;
    const shine = (i) => data.course === undefined ? 1 : bright[data.course[i]];
    if (data.xs !== undefined) {
      const lines = Array.from(data.x3, (xs, i) => line(turn, xs, data.y3[i], data.z3[i]));
      data.xs = lines.map((each) => each[0]);
      data.ys = lines.map((each) => each[1]);
      data.alpha = lines.map((each, i) => alpha(each[2], radius) * shine(i));
      if (data.course !== undefined) data.width = Array.from(data.course, (course) => wide[course]);
    } else {
      const points = Array.from(data.x3, (x, i) => turn(x, data.y3[i], data.z3[i]));
      data.x = points.map((each) => each[0]);
      data.y = points.map((each) => each[1]);
      data.alpha = points.map((each, i) => alpha(each[2], radius) * shine(i));
    }
    source.change.emit();
  };

  const project = ({ camera, drawn, look }) => {
    const { azimuth, tilt, radius } = camera.data;
    const turn = turner(azimuth[0], tilt[0]);
    for (const source of drawn) draw(source, turn, radius[0], look);
  };

  const turnTo = (models, azimuth, tilt) => {
    const data = models.camera.data;
    data.azimuth[0] = azimuth;
    data.tilt[0] = Math.min(90, Math.max(-90, tilt));
    project(models);
  };

  const by = (azimuth, tilt) => (models) => {
    const data = models.camera.data;
    turnTo(models, data.azimuth[0] + azimuth * STEP, data.tilt[0] + tilt * STEP);
  };

  const show = (models) => {
    const { film, slider, said, drawn, other } = models;
    const at = Math.min(slider.value, film.data.caption.length - 1);
    for (const source of [...drawn, ...other]) {
      for (const [name, frames] of Object.entries(film.data)) {
        const [of, column] = name.split(".");
        if (of === source.name) source.data[column] = frames[at];
      }
    }
    slider.title = said.text = film.data.caption[at];
    project(models);
    for (const source of other) source.change.emit();
  };

  const stop = (button) => {
    clearInterval(button._rnnlab_timer);
    button._rnnlab_timer = undefined;
    button.label = "Play";
  };

  const play = (models) => {
    const { button, slider } = models;
    if (button._rnnlab_timer !== undefined) return stop(button);
    if (slider.value >= slider.end) slider.value = slider.start;
    button.label = "Stop";
    button._rnnlab_timer = setInterval(() => {
      if (slider.document === null || slider.value >= slider.end) stop(button);
      else slider.value += 1;
    }, FRAME_MS);
  };

  return {
    again: ({ camera, look }, source) => project({ camera, look, drawn: [source] }),
    turner, project, show, play,
    hold: ({ camera }) => { camera.data.held = [camera.data.azimuth[0], camera.data.tilt[0]]; },
    drag: (models, event) => {
      const [azimuth, tilt] = models.camera.data.held ?? [0, 0];
      turnTo(models, azimuth - PER_PIXEL * event.delta_x, tilt + PER_PIXEL * event.delta_y);
    },
    home: (models) => turnTo(models, models.camera.data.azimuth[1], models.camera.data.tilt[1]),
    left: by(1, 0), right: by(-1, 0), up: by(0, 1), down: by(0, -1),
  };
})();
