"""The script pane: what it hands to the clipboard, and what it says of a run that was stopped."""

from __future__ import annotations

from bokeh.document import Document

from rnnlab.figures.theme import LIGHT
from rnnlab.session import Progress, Session
from rnnlab.views.psychometric import PsychometricPart
from rnnlab.views.script import ScriptPart


def test_the_button_copies_the_script_as_it_is(session: Session) -> None:
    part = ScriptPart(session, LIGHT)
    part.bring_up_to_date()
    assert part.code.tags == [session.script()]
    root = part.layout.get_root(Document())
    (button,) = [model for model in root.references() if getattr(model, "label", "") == "Copy"]
    lists = [*button.js_event_callbacks.values(), *button.js_property_callbacks.values()]
    (act,) = [callback for callbacks in lists for callback in callbacks]
    assert "writeText(code.tags[0])" in act.code
    assert act.args["code"].tags == [session.script()]


def test_a_run_stopped_early_is_not_what_the_script_makes(session: Session) -> None:
    part = ScriptPart(session, LIGHT)
    part.bring_up_to_date()
    assert "last of 10," in part.caption.object
    assert "stopped" not in part.caption.object
    session.param.update(phase="stopped", trained=session.experiment, progress=Progress(update=4, budget=10))
    part.note({"phase"})
    part.bring_up_to_date()
    assert "stopped after 4 updates and is not that one" in part.caption.object


def test_the_factor_of_the_psychometric_curve_can_be_chosen(session: Session) -> None:
    part = PsychometricPart(session, LIGHT)
    part.bring_up_to_date()
    assert next(iter(part.factor.options.values())) == ""
    assert "direction" in part.factor.options.values()
    chosen: list[str] = []
    session.results.choose_factor = chosen.append  # type: ignore[method-assign]
    part.factor.value = "direction"
    assert chosen == ["direction"]
    session.set_task("delay_go")
    part.note({"example"})
    part.bring_up_to_date()
    assert part.factor.value == "" and chosen[-1] == ""
