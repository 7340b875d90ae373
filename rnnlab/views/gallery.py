"""The catalogue of tasks to choose from: families, thumbnails, a sentence and the paper, with a search."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import param
from panel.custom import JSComponent

from rnnlab.figures.theme import THEMES, Theme
from rnnlab.figures.thumbnail import thumbnail
from rnnlab.session import Session
from rnnlab.tasks import (
    COLLECTIONS,
    TASKS,
    AnyTask,
    Collection,
    Curriculum,
    MultitaskSet,
    Preset,
    Task,
    task_names,
)  # fmt: skip
from rnnlab.tasks.families import SHELVES
from rnnlab.tasks.places import places, seen
from rnnlab.views import look, parts
from rnnlab.views.bare import own_sheets_only
from rnnlab.views.settings import chosen_of
from rnnlab.views.view import Pace, Part, View


class Album:
    """Thumbnails of the catalogue: drawn once in a process, by a thread, when somebody first asks.

    Args:
        presets: name -> what makes the task.
        draw: makes a thumbnail of a task.
    """

    def __init__(self, presets: Mapping[str, Preset | Collection], draw: Callable[[Task], str] = thumbnail) -> None:
        self._presets = presets
        self._make = draw
        self._drawn: dict[str, str] = {}
        self._examples: dict[str, AnyTask] = {}
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def example(self, name: str) -> AnyTask:
        """The task of that name with its default settings; a set, a curriculum."""
        if name not in self._examples:
            made = self._presets[name]
            self._examples[name] = made.make() if isinstance(made, Collection) else made()
        return self._examples[name]

    def begin(self) -> None:
        """Start to draw, if that has not begun."""
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._draw, name="rnnlab-thumbnails", daemon=True)
                self._thread.start()

    def drawn(self, wait: bool = False) -> dict[str, str]:
        """Name -> SVG of what is drawn by now; with ``wait``, of everything."""
        self.begin()
        if wait and self._thread is not None:
            self._thread.join()
        return dict(self._drawn)

    def _draw(self) -> None:
        for name in self._presets:
            whole = self.example(name)
            self._drawn[name] = self._make(seen(whole, places(whole)[-1]))


KNOWN: dict[str, Preset | Collection] = {**TASKS, **COLLECTIONS}

ALBUM = Album(KNOWN)
"""The one of this process: the catalogue never changes."""


KINDS: dict[type, str] = {
    Task: "",
    MultitaskSet: "set of tasks, multitask, multi-task, several tasks at once",
    Curriculum: "curriculum of stages, shaping, step by step",
}
"""Words by which all sets are found, and all curricula."""


def card(name: str) -> dict[str, Any]:
    """What the gallery says of a task, a set or a curriculum, and the words by which it is found."""
    known, task = KNOWN[name], ALBUM.example(name)
    told = " ".join((known.make.__doc__ or "").split())
    source = getattr(task, "source", "")
    names = " ".join(task_names(task)).replace("_", " ")
    words = " ".join((known.title, name.replace("_", " "), task.description, told, source, names, KINDS[type(task)]))
    card = {"name": name, "title": known.title, "says": task.description, "paper": source, "words": words}
    return {**card, "single": name in TASKS}


class Gallery(JSComponent):
    """The cards, in the browser: what is typed filters them there at once.

    Attributes:
        families: heading and cards, in order.
        pictures: name -> SVG.
        chosen: name of the task that is on the screen.
        picked: what a person chose last: name, and a number that counts up.
        at_once: whether typing searches as soon as the gallery is in sight, and a choice leads to the top of the page.
    """

    families = param.List(default=[])
    pictures = param.Dict(default={})
    chosen = param.String(default="")
    picked = param.List(default=[])
    at_once = param.Boolean(default=False)

    _process_param_change = own_sheets_only(JSComponent)

    _esm = """
const plain = text => text.normalize('NFD').replace(/\\p{M}/gu, '').replace(/[^\\p{L}\\p{N}]+/gu, ' ').toLowerCase()

function make(kind, properties = {}, ...children) {
  const made = Object.assign(document.createElement(kind), properties)
  made.append(...children)
  return made
}

export function render({model, el}) {
  let picks = 0
  const cards = []
  const search = make('input', {type: 'search', placeholder: 'Search: memory, Mante, set …', autocomplete: 'off'})
  search.setAttribute('aria-label', 'Search the gallery')
  const found = make('span', {className: 'found'})
  found.setAttribute('role', 'status')
  const legend = make('span', {className: 'legend'},
    make('i', {className: 'input'}), 'input', make('i', {className: 'target'}), 'target',
    make('i', {className: 'dotted'}), 'target, not scored')
  const bar = make('div', {className: 'bar'}, search, found, legend)
  const none = make('p', {className: 'none', textContent: 'No task says that. Try fewer or other words.', hidden: true})
  const ways = make('nav', {className: 'ways'})
  ways.setAttribute('aria-label', 'Headings of the gallery')
  const gallery = make('div', {className: 'gallery'}, bar, ways, none)

  const pick = name => {
    model.picked = [name, ++picks]
    if (model.at_once) scrollTo(0, 0)
  }

  const sections = model.families.map(([title, tasks]) => {
    const shelf = make('div', {className: 'shelf'})
    const count = make('span')
    const section = make('section', {}, make('h3', {textContent: title}, ' ', count), shelf)
    section.setAttribute('aria-label', title)
    section.count = count
    for (const task of tasks) {
      const picture = make('span', {className: 'picture'})
      picture.setAttribute('aria-hidden', 'true')
      const card = make('button', {type: 'button', className: 'card', title: task.paper, tabIndex: -1},
        picture,
        make('b', {textContent: task.title, id: `title-${task.name}`}),
        make('span', {textContent: task.says, className: 'says', id: `says-${task.name}`}),
        make('span', {textContent: task.paper, className: 'paper', id: `paper-${task.name}`}))
      card.setAttribute('aria-labelledby', `title-${task.name}`)
      card.setAttribute('aria-describedby', `says-${task.name} paper-${task.name}`)
      card.addEventListener('click', () => pick(task.name))
      shelf.append(card)
      cards.push({name: task.name, words: plain(`${title} ${task.words}`), single: task.single, card, picture, section})
    }
    gallery.append(section)
    section.way = make('button', {type: 'button', textContent: title})
    section.way.addEventListener('click', () => {
      const first = section.querySelector('.card:not([hidden])')
      section.scrollIntoView({block: 'start'})
      reachable(first)
      first.focus({preventScroll: true})
    })
    ways.append(section.way)
    return section
  })

  const singles = cards.filter(each => each.single).length
  const all = `${singles} tasks, ${cards.length - singles} sets and curricula`
  const shown = () => cards.filter(each => !each.card.hidden)
  const reachable = card => { for (const each of cards) each.card.tabIndex = each.card === card ? 0 : -1 }

  function filter() {
    const words = plain(search.value).split(/\\s+/).filter(Boolean)
    for (const each of cards) each.card.hidden = !words.every(word => each.words.includes(word))
    for (const each of sections) {
      const left = each.querySelectorAll('.card:not([hidden])').length
      each.count.textContent = left
      each.way.disabled = each.hidden = !left
    }
    const n = shown().length
    found.textContent = words.length ? `${n} of ${cards.length}` : all
    none.hidden = n > 0
    reachable((shown().find(each => each.name === model.chosen) ?? shown()[0])?.card)
  }

  function beside(card, key) {
    const all = shown().map(each => each.card), at = all.indexOf(card)
    if (key === 'ArrowRight') return all[at + 1]
    if (key === 'ArrowLeft') return all[at - 1]
    if (key === 'Home') return all[0]
    if (key === 'End') return all[all.length - 1]
    const here = card.getBoundingClientRect(), down = key === 'ArrowDown' ? 1 : -1
    const middle = here.left + here.width / 2
    const away = other => { const box = other.getBoundingClientRect(); return {box, by: down * (box.top - here.top)} }
    const rows = all.map(other => ({other, ...away(other)})).filter(each => each.by > 2)
    const next = Math.min(...rows.map(each => each.by))
    const off = each => Math.abs(each.box.left + each.box.width / 2 - middle)
    return rows.filter(each => each.by < next + 2).sort((a, b) => off(a) - off(b))[0]?.other
  }

  gallery.addEventListener('keydown', event => {
    const card = event.composedPath()[0].closest?.('.card')
    const moves = ['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight', 'Home', 'End']
    const sought = event.composedPath()[0] === search && search.value.trim() && shown()[0]?.name
    let to = null
    if (card && moves.includes(event.key)) to = beside(card, event.key) ?? (event.key === 'ArrowUp' ? search : null)
    else if (!card && event.key === 'ArrowDown') to = shown()[0]?.card
    else if (sought && event.key === 'Enter') pick(sought)
    else if (event.key === 'Escape' && search.value) { search.value = ''; filter(); to = search }
    if (!to) return
    event.preventDefault()
    if (to !== search) reachable(to)
    to.focus()
  })
  search.addEventListener('input', filter)

  function draw() {
    for (const each of cards) {
      const svg = model.pictures[each.name]
      if (svg && !each.picture.firstChild) each.picture.innerHTML = svg
    }
  }
  function mark() {
    for (const each of cards) each.card.setAttribute('aria-pressed', String(each.name === model.chosen))
  }
  model.on('pictures', draw)
  model.on('chosen', mark)
  draw()
  mark()
  filter()
  if (model.at_once) {
    let wide = 0
    const seen = new ResizeObserver(([entry]) => {
      if (!wide && entry.contentRect.width) search.focus({preventScroll: true})
      wide = entry.contentRect.width
    })
    seen.observe(gallery)
    model.on('remove', () => seen.disconnect())
  }
  return gallery
}
"""


class GalleryPart(Part):
    """All tasks of the catalogue, its sets and its curricula; a click, or Enter, chooses one.

    Args:
        session: whose task is chosen.
        theme: in force; the thumbnails follow the page's.
        done: called once a task was chosen.
    """

    watches: ClassVar[tuple[str, ...]] = ("experiment", "task_name")
    pace: ClassVar[Pace] = "steady"

    def __init__(self, session: Session, theme: Theme, done: Callable[[], None] | None = None) -> None:
        super().__init__(session, theme)
        families = [[heading, [card(name) for name in names]] for heading, names in SHELVES.items()]
        wide: dict[str, Any] = {"sizing_mode": "stretch_width", "margin": 0, "stylesheets": [GALLERY]}
        self.cards = Gallery(families=families, at_once=done is not None, **wide)
        self.cards.param.watch(lambda event: self._choose(event.new[0]), "picked")
        self.layout = parts.card(self.cards, wide=True)
        self._done = done or (lambda: None)

    def _choose(self, name: str) -> None:
        if name in KNOWN and self.session.set_task(name):
            self._done()

    def refresh(self, changed: set[str]) -> None:
        self.cards.chosen = chosen_of(self.session)
        self.show_pictures()

    def show_pictures(self, wait: bool = False) -> None:
        """Show the thumbnails that are drawn; the others with the ticks that follow, or ``wait`` for them."""
        drawn = ALBUM.drawn(wait)
        if len(drawn) > len(self.cards.pictures):
            self.cards.pictures = drawn
        if len(drawn) < len(KNOWN):
            self.stale.add("task_name")


class GalleryView(View):
    """The catalogue of tasks."""

    title: ClassVar[str] = "Gallery"
    part: ClassVar[type[Part]] = GalleryPart

    def show(self, theme: Theme | None = None) -> Part:
        """A new showing with all thumbnails: by itself it may be saved at once."""
        part = GalleryPart(self.session, theme or THEMES[self.theme])
        part.show_pictures(wait=True)
        part.bring_up_to_date()
        return part


GALLERY = f"""
:host {{ display: block; width: 100%; }}
.gallery {{ font: 12px/1.4 var(--rl-font); color: var(--rl-text); }}
.bar {{
  display: flex; align-items: center; gap: 6px 12px; padding: 6px 0; flex-wrap: wrap; position: sticky; top: 56px;
  z-index: 1; background: var(--rl-sheet);
}}
input {{
  font: 13px/18px var(--rl-font); color: var(--rl-text); background: var(--rl-sheet); box-sizing: border-box;
  border: 1px solid var(--rl-edge); border-radius: 5px; padding: 4px 10px; min-height: 30px; flex: 0 1 320px;
}}
input::placeholder {{ color: var(--rl-muted); opacity: 1; }}
input:focus-visible, .card:focus-visible, .ways button:focus-visible {{ {look.FOCUS} }}
.found, .none, .legend {{ color: var(--rl-muted); }}
.legend {{ margin-left: auto; white-space: nowrap; }}
.legend i {{ display: inline-block; width: 18px; vertical-align: 3px; margin: 0 5px 0 14px; }}
.legend .input {{ border-top: 1.5px solid var(--rl-input); }}
.legend .target {{ border-top: 3px solid var(--rl-target); }}
.legend .dotted {{ border-top: 1.5px dotted var(--rl-target); }}
.ways {{ display: flex; flex-wrap: wrap; gap: 2px 14px; padding: 2px 0 4px; }}
.ways button {{
  font: 12px/20px var(--rl-font); color: var(--rl-accent); background: none; border: 0; padding: 2px 0; cursor: pointer;
  border-radius: 3px;
}}
.ways button:hover {{ text-decoration: underline; }}
.ways button:disabled {{ color: var(--rl-muted); cursor: default; text-decoration: none; opacity: 0.6; }}
section {{ scroll-margin-top: 104px; }}
h3 {{ font: 600 12px/1.4 var(--rl-font); margin: 16px 0 8px; }}
section:first-of-type h3 {{ margin-top: 6px; }}
h3 span {{ color: var(--rl-muted); font-weight: 400; padding-left: 2px; }}
.shelf {{ display: grid; grid-template-columns: repeat(auto-fill, minmax(174px, 1fr)); gap: 10px; }}
.card {{
  display: flex; flex-direction: column; text-align: left; font: inherit; color: inherit; cursor: pointer; padding: 0;
  background: var(--rl-sheet); border: 1px solid var(--rl-line); border-radius: 6px; overflow: hidden; min-width: 0;
  transition: border-color 80ms;
}}
.card[hidden], section[hidden], .none[hidden] {{ display: none; }}
.card:hover {{ border-color: var(--rl-accent); background: var(--rl-raised); }}
.card[aria-pressed="true"] {{ border-color: var(--rl-accent); box-shadow: inset 0 0 0 1px var(--rl-accent); }}
.card > :not(.picture) {{ padding: 0 9px; }}
.picture {{
  display: block; aspect-ratio: 200 / 84; width: 100%; background: var(--rl-sheet); overflow: hidden;
  border-bottom: 1px solid var(--rl-line);
}}
.picture svg {{ display: block; width: 100%; height: 100%; }}
.card b {{ font-size: 12.5px; font-weight: 600; margin-top: 6px; }}
.says {{ margin-top: 1px; flex: 1; }}
.card .paper {{
  color: var(--rl-muted); font-size: 11px; margin: 5px 9px 7px; padding: 0; overflow: hidden; display: -webkit-box;
  -webkit-box-orient: vertical; -webkit-line-clamp: 2;
}}
"""
