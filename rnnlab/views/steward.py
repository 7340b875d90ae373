"""What the browser has to be told in JavaScript: names of slider handles, help on hover, whether the page is in sight.

Bokeh's slider handles have no accessible name. The steward gives each the name that stands above it, puts the text of
its value where screen readers look, marks tabs and workspaces, and shows a setting's help when the pointer rests on it.
It also tells Python that the page is still there.

When a connection drops, the page says so and tries again. Bokeh's own way of catching up fails on binary data (it asks
for the document and then reads it without its buffers), so the page keeps what it has and Python sends everything anew.
"""

from __future__ import annotations

import param
from panel.custom import JSComponent

from rnnlab.views.bare import beside, own_sheets_only

BEAT_S = 10
"""Seconds between two signs of life."""


class Steward(JSComponent):
    """An invisible part of the page.

    Attributes:
        helps: label of a control -> a sentence about it.
        in_sight: whether the browser's tab can be seen.
        beat: counts up while the page is there; the first comes at once.
        returned: counts the connections that came back.
    """

    helps = param.Dict(default={})
    in_sight = param.Boolean(default=True)
    beat = param.Integer(default=0)
    returned = param.Integer(default=0)

    _process_param_change = own_sheets_only(JSComponent)

    _esm = (
        beside("let_go.js", "numbers.js")
        + """
const groups = '.bk-input-group'

function name_handles(group, helps) {
  const title = group.querySelector('.bk-slider-title')
  const label = (title ?? group.querySelector('label'))?.firstChild?.textContent?.replace(/:\\s*$/, '').trim()
  if (!label) return
  const help = helps[label.replace(/ \\d+$/, '')] ?? helps[label]
  if (help && group.title !== help) group.title = help
  if (!title) return
  const handles = [...group.querySelectorAll('.noUi-handle')]
  const value = title.querySelector('.bk-slider-value')?.textContent ?? ''
  const values = handles.length > 1 ? value.split(' .. ') : [value]
  handles.forEach((handle, i) => {
    const name = handles.length > 1 ? `${label}, ${i ? 'longest' : 'shortest'}` : label
    if (handle.getAttribute('aria-label') !== name) handle.setAttribute('aria-label', name)
    if (handle.getAttribute('aria-valuetext') !== values[i]) handle.setAttribute('aria-valuetext', values[i] ?? value)
  })
}

function visit(root, helps) {
  for (const group of root.querySelectorAll(groups)) name_handles(group, helps)
  for (const [kind, name] of [['up', 'one more'], ['down', 'one less']])
    for (const button of root.querySelectorAll(`.bk-spin-btn-${kind}`)) {
      button.setAttribute('aria-label', name)
      button.tabIndex = -1  // the arrow keys do the same
    }
  for (const element of root.querySelectorAll('*')) {
    const shadow = element.shadowRoot
    if (!shadow) continue
    if (element.classList.contains('rl-tab')) {
      const button = shadow.querySelector('button')
      button?.setAttribute('aria-pressed', String(element.classList.contains('rl-chosen')))
    }
    if (element.classList.contains('rl-place')) {
      const button = shadow.querySelector('button')
      if (element.classList.contains('rl-chosen')) button?.setAttribute('aria-current', 'page')
      else button?.removeAttribute('aria-current')
    }
    visit(shadow, helps)
  }
}

function frame_of(element) {
  let node = element
  while (node) {
    const root = node.getRootNode()
    if (!(root instanceof ShadowRoot)) return node.closest?.('.rnnlab') ?? document
    if (root.host.classList.contains('rnnlab')) return root
    node = root.host
  }
  return document
}

// In a notebook Panel's front end sends back to Python every change that came from Python: all data, twice.
function silence_echo() {
  const manager = window.Bokeh?.Panel?.CommManager?.prototype
  if (!manager?._document_changed || manager._rnnlab_silent) return
  const tell = manager._document_changed
  manager._document_changed = function (event) { if (event.sync !== false) tell.call(this, event) }
  manager._rnnlab_silent = true
}

// A notebook cuts outputs off at their edges, and what should stay in sight (bar, trials) would stay with these.
const OUTPUTS = ':is(.jp-OutputArea, .jp-OutputArea-child, .jp-OutputArea-output):has(.rl-notebook)'
function let_stick() {
  if (document.getElementById('rnnlab-outputs') || !document.querySelector('.jp-OutputArea')) return
  const sheet = document.createElement('style')
  sheet.id = 'rnnlab-outputs'
  sheet.textContent = `.jp-Cell:not(.jp-mod-outputsScrolled) ${OUTPUTS} { overflow: visible; }`
  document.head.append(sheet)
}

// Bokeh does not clip what is drawn on the upper canvas of a plot to its frame.
function clip_overlays() {
  const view = window.Bokeh?.Models?.GlyphRenderer?.prototype?.default_view?.prototype
  if (!view || view._rnnlab_clips) return
  view._rnnlab_clips = true
  Object.defineProperty(view, 'needs_clip', {get() { return this.model.level === 'overlay' }})
}

// Bokeh (at least up to 3.9) wipes a canvas half a pixel off before it paints it anew: what stood at its left and upper
// edges stays for a while, and the samples of legends grow darker there.
function wipe_whole() {
  const views = window.Bokeh?.Models?.Canvas?.prototype?.default_view?.prototype
  if (!views?.create_layer || Object.hasOwn(views, '_rnnlab_wipes')) return
  views._rnnlab_wipes = true
  let layers
  try {
    layers = views.create_layer.call({model: {output_backend: 'canvas', hidpi: false}}).constructor.prototype
  } catch { return }  // another Bokeh, whose layers are made otherwise: they stay as they are
  if (!layers.undo_transform || !layers.clear) return
  const wipe = layers.clear
  layers.clear = function () {
    const {canvas} = this
    if (!(canvas instanceof HTMLCanvasElement)) return wipe.call(this)
    this.undo_transform((ctx) => ctx.clearRect(0, 0, canvas.width, canvas.height))
  }
}

// Bokeh lays out a whole page anew for every part that comes or goes. Of all that a message changes, once is enough.
function lay_out_once() {
  let view = window.Bokeh?.Models?.Column?.prototype?.default_view?.prototype
  while (view && !Object.hasOwn(view, 'invalidate_layout')) view = Object.getPrototypeOf(view)
  if (!view || view._rnnlab_waits) return
  view._rnnlab_waits = true
  const at_once = view.invalidate_layout
  const waiting = new WeakSet()
  view.invalidate_layout = function () {
    const inner = this.parent != null && view.isPrototypeOf(this.parent)
    if (inner || !this.model.css_classes?.includes?.('rnnlab')) return at_once.call(this)
    if (waiting.has(this)) return
    waiting.add(this)
    queueMicrotask(() => {
      waiting.delete(this)
      if (this.el.isConnected) at_once.call(this)
    })
  }
}

// A slider's own Home and End lead to the ends that it was made with, and know nothing of those it was given since.
function to_end(event) {
  if (!['Home', 'End'].includes(event.key)) return
  const path = event.composedPath()
  if (!path[0].classList?.contains('noUi-handle')) return
  const models = window.Bokeh?.documents?.flatMap((page) => [...page._all_models.values()]) ?? []
  const host = path.find((node) => node instanceof ShadowRoot)?.host
  const slider = models.find((each) => each.type === 'Slider' && window.Bokeh.index.find_one(each)?.el === host)
  if (!slider) return
  event.preventDefault()
  event.stopPropagation()
  const value = event.key === 'End' ? slider.end : slider.start
  slider.setv({value, value_throttled: value})
}

function keep_in_touch(model, frame) {
  const page = window.Bokeh?.documents?.[0]
  if (!page?.on_event || page._rnnlab_kept) return
  page._rnnlab_kept = true
  const say = (text) => (frame.host ?? document.documentElement).setAttribute('data-lost', text)
  page.on_event('connection_lost', (_, event) => {
    const connection = event.connection?.deref?.()
    if (connection) connection._repull_session_doc = async (resolve) => resolve(connection.session)
    say(event.timeout == null ? 'Connection lost. Reload the page to begin anew.'
                              : 'Connection lost; trying again. A training goes on.')
  })
  page.on_event('client_reconnected', () => {
    say('')
    model.returned += 1
  })
}

export function render({model, el}) {
  let_stick()
  const look = () => visit(frame_of(el), model.helps)
  const timer = setInterval(() => el.isConnected ? look() : null, 3000)
  const moved = (event) => {
    const group = event.composedPath().find((node) => node.classList?.contains('bk-input-group'))
    if (group) name_handles(group, model.helps)
  }
  for (const kind of ['focusin', 'keyup', 'pointerup']) frame_of(el).addEventListener(kind, moved)
  frame_of(el).addEventListener('keydown', to_end, true)
  const sight = () => { model.in_sight = document.visibilityState !== 'hidden' }
  document.addEventListener('visibilitychange', sight)
  const pulse = setInterval(() => { if (el.isConnected) model.beat += 1 }, BEAT)
  setTimeout(() => { model.beat += 1 }, 200)
  model.on('remove', () => {
    clearInterval(timer)
    clearInterval(pulse)
    document.removeEventListener('visibilitychange', sight)
  })
  silence_echo()
  clip_overlays()
  wipe_whole()
  lay_out_once()
  let_go()
  tell_dropped()
  keep_in_touch(model, frame_of(el))
  requestAnimationFrame(look)
}
""".replace("BEAT", str(1000 * BEAT_S))
    )
