"""The network run by hand: play, pause, step; inputs on sliders, marked units silenced while it goes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from html import escape
from typing import Any, ClassVar

import numpy as np

from rnnlab.figures.running import RunningFigure
from rnnlab.figures.theme import Theme
from rnnlab.session import Session
from rnnlab.session.running import MOST, WINDOW
from rnnlab.views import bare, look, parts, push, text
from rnnlab.views.form import sheets
from rnnlab.views.marking import link, numbers
from rnnlab.views.script import COPY
from rnnlab.views.view import Pace, Part, View

BEAT_MS = 100
"""Time between two pictures while it plays."""

SPEEDS = {"a tenth of real time": 0.1, "half of real time": 0.5, "real time": 1.0, "4 times as fast": 4.0}

NOISE = "network noise"

MOST_SLIDERS = 6
"""Networks with more inputs have one slider and a choice of the channel."""


class RunningPart(Part):
    """Buttons and sliders beside the rates and outputs as they go."""

    pace: ClassVar[Pace] = "prompt"
    watches: ClassVar[tuple[str, ...]] = ("running", "marked", "network", "example")

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__(session, theme)
        self.figure: RunningFigure | None = None
        self._stop: Callable[[], None] | None = None
        self._following = False
        self._names: tuple[str, ...] = ()
        self.play = parts.button("Play", self._toggle, primary=True)
        self.step = parts.button("Step", partial(session.live_step, 1))
        self.again = parts.button("Start afresh", self._afresh)
        self.silence = parts.button("Silence marked units", self._silence)
        self.restore = parts.button("Restore units", partial(session.live_silence, ()))
        self.speed = parts.select("Speed", list(SPEEDS), lambda _: None)
        self.speed.value = "real time"
        self.noise = bare.CheckBoxGroup(options=[NOISE], value=[], margin=0, stylesheets=[look.FIELD, sheets.CHECKS])
        self.noise.param.watch(lambda event: self._choose_noise(NOISE in event.new), "value")
        self.channel = parts.select("Channel", [""], lambda _: self._follow_inputs())
        self.sliders: list[Any] = []
        self.inputs = parts.column(css=SLIDERS)
        self.said = text.paragraph(role="status")
        self.picture = parts.column()
        self.code = bare.Html("", margin=0, sizing_mode="stretch_width", stylesheets=[look.CODE])
        copy = parts.button("Copy", kind="small")
        copy.js_on_click(args={"code": self.code}, code=COPY)
        buttons = parts.row(self.play, self.step, self.again, self.silence, self.restore, self.speed, self.noise)
        head = parts.row(text.paragraph("The same from Python:"), copy, css=parts.SPREAD)
        body = parts.column(self.picture, parts.column(parts.heading("Input", 3), self.channel, self.inputs), css=BODY)
        self.layout = parts.column(buttons, self.said, body, head, self.code)

    # -------------------------------------------------------------------------------------------------- showing

    def refresh(self, changed: set[str]) -> None:
        if changed == {"marked"} and self.figure is not None:
            self.figure.mark(self.session.marked)
            self._offer()
            return
        self._offer()
        self._offer_inputs()
        self._draw()
        text.say(self.said, self._describe())
        if self._stop is None:
            self._tell_script()

    def _draw(self) -> None:
        live, task = self.session.live, self.session.example.task
        network = live.simulator.network
        fits = (network.n_inputs, network.n_outputs) == (task.n_inputs, task.n_outputs)
        names = (tuple(task.input_names), tuple(task.output_names)) if fits else ((), ())
        shown: dict[str, Any] = {"names": names, "span": WINDOW * network.dt, "silenced": live.lesioned}
        if self.figure is not None:
            self.figure.marked = self.session.marked
            self.figure.update(*live.window, **shown)
            return
        self.figure = RunningFigure(*live.window, theme=self.theme, marked=self.session.marked, **shown)
        link(self.figure, self.session)
        self.picture.append(parts.picture(self.figure.root, "Rates, inputs and outputs of the network as it runs"))

    def _offer(self) -> None:
        live, marked = self.session.live, self.session.marked.units
        self.silence.disabled = not marked or tuple(marked) == live.lesioned
        self.restore.disabled = not live.lesioned
        self.play.disabled = self.step.disabled = live.full
        self.noise.visible = getattr(live.simulator.network.config, "noise", 0.0) > 0

    def _offer_inputs(self) -> None:
        task, n = self.session.example.task, self.session.live.simulator.network.n_inputs
        known = tuple(task.input_names) if task.n_inputs == n else tuple(f"input {k}" for k in range(n))
        if known != self._names:
            self._names = known
            shown = known if n <= MOST_SLIDERS else ("value",)
            low, high = self._reach()
            self.sliders = [self._slider(name, low, high) for name in shown]
            self.inputs[:] = self.sliders
            self.channel.param.update(options={name.replace("_", " "): k for k, name in enumerate(known)} or [""])
            self.channel.visible = n > MOST_SLIDERS
        self._follow_inputs()

    def _reach(self) -> tuple[float, float]:
        inputs = self.session.example.inputs
        return min(-1.0, float(np.floor(inputs.min(initial=0.0)))), max(1.0, float(np.ceil(inputs.max(initial=0.0))))

    def _slider(self, name: str, low: float, high: float) -> Any:
        slider = bare.FloatSlider(
            label=name.replace("_", " "), start=low, end=high, step=0.05, value=0.0, margin=0, stylesheets=[look.SLIDER]
        )
        slider.param.watch(lambda _: self._moved(), "value")
        return slider

    def _follow_inputs(self) -> None:
        """Put the sliders where the inputs are."""
        given, self._following = self.session.live.input, True
        places = [self.channel.value or 0] if self.channel.visible else range(len(given))
        for slider, k in zip(self.sliders, places, strict=False):
            slider.value = float(np.clip(given[k], slider.start, slider.end))
        self._following = False

    def _describe(self) -> str:
        live = self.session.live
        time = live.simulator.time
        said = f"Of the network after {text.count(live.update)} updates; {time:g} ms gone."
        if live.update != self.session.network_update:
            said += f" The one shown has seen {text.count(self.session.network_update)}: Start afresh to run that."
        if live.lesioned:
            said += f" Silenced: {numbers(live.lesioned)}."
        if live.full:
            said += f" {text.count(MOST)} steps are as many as are remembered: Start afresh to go on."
        return said if live.simulator.n_steps else f"{said} Press Play, or Step; the sliders are its input."

    def _tell_script(self) -> None:
        script = self.session.live.script(str(self.session.run_folder or "runs/mine"))
        if self.code.tags != [script]:
            self.code.tags = [script]
            self.code.object = f'<pre tabindex="0" aria-label="What was done, as a script">{escape(script)}</pre>'

    # ----------------------------------------------------------------------------------------- said by a person

    def _toggle(self) -> None:
        if self._stop is None:
            self._stop = push.every(BEAT_MS, self.beat)
            self.play.label = "Pause"
        else:
            self.pause()

    def pause(self) -> None:
        """Stand still."""
        if self._stop is not None:
            self._stop()
            self._stop = None
        self.play.label = "Play"
        self._tell_script()

    def beat(self) -> None:
        """Go on by as many steps as are due; stand still where nobody looks."""
        if not self.shown or self.session.live.full:
            self.pause()
            return
        steps = SPEEDS[self.speed.value] * BEAT_MS / self.session.live.simulator.network.dt
        self.session.live_step(max(1, min(round(steps), WINDOW)))

    def _afresh(self) -> None:
        self.session.live_again()

    def _silence(self) -> None:
        self.session.live_silence(self.session.marked.units)

    def _choose_noise(self, noise: bool) -> None:
        self.session.live_again(noise=noise)

    def _moved(self) -> None:
        if self._following:
            return
        values = self.session.live.input.copy()
        places = [self.channel.value or 0] if self.channel.visible else range(len(values))
        for slider, k in zip(self.sliders, places, strict=False):
            values[k] = slider.value
        self.session.live_input(values.tolist())

    def restyle(self, theme: Theme) -> None:
        super().restyle(theme)
        if self.figure is not None:
            self.figure.restyle(theme)


class RunningView(View):
    """The network run by hand."""

    title: ClassVar[str] = "Live"
    part: ClassVar[type[Part]] = RunningPart


BODY = """
:host { display: grid !important; grid-template-columns: minmax(0, 1fr) 210px; gap: 8px 24px; align-items: start; }
:host > * { min-width: 0; }
@container rnnlab (max-width: 820px) { :host { grid-template-columns: minmax(0, 1fr); } }
"""

SLIDERS = ":host { gap: 6px; }"
