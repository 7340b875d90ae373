// The board of a task: epochs along a time axis, channels below, factors and scoring under them.
// Python says what stands on it (`sheet`, `chosen`, `drafts`, `problem`) and hears what a person wants; it alone changes the task.
const SVG = 'http://www.w3.org/2000/svg'
const NAMES = 132  // px for the names of channels
const LEAST = 76  // px of an epoch that is too short to be drawn to scale
const BESIDE = 112  // px of an epoch that comes instead of others: beside them, at a scale of its own
const APART = 36  // px between the others and it
const FINEST = 2  // px per ms at most while an edge is dragged of an epoch that is drawn wider than it lasts
const ROOM = 28  // px right of the last edge, to take hold of it
const SLOP = 5  // px that a click may wander
const MOST_WIDE_ROWS = 10
const JUMP = 20  // percent of the height between one value and the next

// ------------------------------------------------------------------------------------------------ elements

function make(tag, css, attributes = {}) {
  const element = document.createElement(tag)
  element.className = css
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value)
  return element
}

// The child with this key, made where there is none yet: what a person has hold of stays the same element.
function keep(parent, key, create) {
  parent._kept ??= new Map()
  let child = parent._kept.get(key)
  if (!child) {
    child = create()
    parent._kept.set(key, child)
    parent.append(child)
  }
  child._seen = true
  return child
}

function prune(parent) {
  for (const [key, child] of parent._kept ?? []) {
    if (!child._seen) {
      child.remove()
      parent._kept.delete(key)
    }
    child._seen = false
  }
}

function say(element, text) { if (element.textContent !== text) element.textContent = text }
function mark(element, name, value) { if (element.getAttribute(name) !== value) element.setAttribute(name, value) }
function place(element, left, width) {
  element.style.left = `${left.toFixed(1)}px`
  element.style.width = `${Math.max(0, width).toFixed(1)}px`
}
const key_of = (what) => JSON.stringify([what.what, what.side ?? '', what.name ?? '', what.epoch ?? ''])
const number = (ms) => String(Number(ms.toFixed(1)))

// -------------------------------------------------------------------------------------------------- scales

// Widths in px of epochs that follow one another: to scale, but none below LEAST; `scale` (px per ms) may be held.
function widths_of(times, room, held) {
  const wide = new Set()
  let scale = held
  if (scale == null) {
    let rest = Math.max(room, (times.length + 1) * LEAST)  // so much that the longest stands out
    let total = times.reduce((sum, ms) => sum + ms, 0)
    for (let found = true; found;) {
      found = false
      scale = total > 0 ? rest / total : 1
      times.forEach((ms, i) => {
        if (wide.has(i) || ms * scale >= LEAST) return
        wide.add(i)
        rest -= LEAST
        total -= ms
        found = true
      })
    }
  }
  return {scale, widths: times.map((ms) => Math.max(LEAST, ms * scale))}
}

// Where epochs stand: those that come instead of others beside these, so that they take no part in their scale. What an
// edge is pulled to is where the pointer is: its epoch alone is as wide as `drag` makes it. `scales` are px per ms.
function placed(epochs, times, room, drag) {
  const beside = epochs.map((epoch) => epoch.instead >= 0)
  const gaps = beside.map((apart, i) => apart && i > 0 && epochs[i - 1].instead !== epochs[i].instead ? APART : 0)
  const taken = beside.reduce((sum, apart, i) => sum + gaps[i] + (apart ? BESIDE : 0), 0)
  const {scale, widths: row} = widths_of(times.filter((_, i) => !beside[i]), room - taken, drag?.scale)
  const widths = beside.map((apart) => apart ? BESIDE : row.shift())
  const scales = widths.map((width, i) => beside[i] ? width / Math.max(times[i], 1) : scale)
  if (drag?.edge != null) {
    widths[drag.edge] = Math.max(0, drag.width + (drag.ms - drag.from) * drag.pace)
    scales[drag.edge] = widths[drag.edge] / Math.max(times[drag.edge], 1)
  }
  const lefts = []
  let x = NAMES
  widths.forEach((width, i) => {
    lefts.push(x + gaps[i])
    x += gaps[i] + width
  })
  return {scale, scales, widths, beside, lefts: [...lefts, x], ends: widths.map((width, i) => lefts[i] + width)}
}

function nice(least) {
  const power = 10 ** Math.floor(Math.log10(least))
  return [1, 2, 5, 10].map((m) => m * power).find((step) => step >= least * 0.999)
}

// What an edge that is moved does to the typical times before Python has answered.
function moved(epochs, i, ms) {
  const times = epochs.map((epoch) => epoch.ms)
  const change = ms - times[i]
  times[i] = ms
  if (epochs[i].kind === 'Remainder') return times
  const taker = epochs.findIndex((epoch, j) => j !== i && (epoch.kind === 'Remainder' || (j > i && epoch.kind === 'Until')))
  if (taker >= 0) times[taker] = Math.max(0, times[taker] - change)
  return times
}

// When epochs begin: those that come instead of others begin where the first of these does.
function starts_of(epochs, times) {
  const starts = []
  let now = 0
  times.forEach((ms, i) => {
    const instead = epochs[i].instead
    const goes_on = instead >= 0 && epochs[i - 1].instead === instead
    starts.push(goes_on ? starts[i - 1] + times[i - 1] : instead >= 0 ? starts[instead] : now)
    if (instead < 0) now += ms
  })
  return starts
}

// A trace as a path: a jump from one value to the next is drawn upright, whatever the width of a step.
function line_of(ys) {
  const step = 100 / Math.max(1, ys.length - 1)
  const points = ys.map((y, j) => {
    const [x, up] = [(step * j).toFixed(1), 100 - y]
    if (j === 0) return `M${x} ${up}`
    return Math.abs(y - ys[j - 1]) < JUMP ? `L${x} ${up}` : `H${(step * (j - 0.5)).toFixed(1)}V${up}H${x}`
  })
  return points.join('')
}

const TYPED = 'input:not([type=checkbox]):not([type=range]):not([type=radio]), textarea, select, [contenteditable]'

// --------------------------------------------------------------------------------------------------- board

class Board {
  constructor(model, el) {
    this.model = model
    this.drag = null
    this.sent = 0
    this.pending = null
    this.at = [0, 0]
    this.root = make('div', 'board')
    this.scroll = make('div', 'scroll')
    this.sheet = make('div', 'sheet')
    this.axis = make('div', 'axis', {role: 'group', 'aria-label': 'Ends of epochs'})
    this.grid = make('div', 'grid', {role: 'grid', 'aria-label': 'Channels and epochs'})
    this.drop = make('div', 'drop', {hidden: ''})
    this.alert = make('div', 'alert', {role: 'alert'})
    this.things = make('div', 'things')
    this.sheet.append(this.axis, this.grid, this.drop, this.alert)
    this.scroll.append(this.sheet)
    this.root.append(this.scroll, this.things)
    el.append(this.root)
    this.root.addEventListener('pointerdown', (event) => this.take(event))
    this.root.addEventListener('pointermove', (event) => this.pull(event))
    this.root.addEventListener('pointerup', (event) => this.let_go(event))
    this.root.addEventListener('pointercancel', () => this.cancel())
    this.root.addEventListener('keydown', (event) => this.press(event))
    this.root.addEventListener('focusin', (event) => { if (event.target._at) this.walk_to(event.target._at, false) })
    this.root.addEventListener('change', (event) => this.typed(event.target))
    this.root.addEventListener('focusout', () => this.draw())
  }

  // ------------------------------------------------------------------------------------ telling Python

  ask(message, lossy = false) {
    if (lossy && this.sent > this.model.answered) {
      this.pending = message
      return
    }
    this.pending = null
    this.sent = Math.max(this.sent, this.model.answered) + 1
    this.model.send_msg({n: this.sent, ...message})
  }

  answered() {
    if (this.pending && this.sent <= this.model.answered) this.ask(this.pending)
  }

  choose(what) {
    this.chosen = key_of(what)
    this.draw()
    this.ask({act: 'choose', ...what})
  }

  // -------------------------------------------------------------------------------------------- drawing

  read() {
    this.data = JSON.parse(this.model.sheet)
    this.chosen = key_of(JSON.parse(this.model.chosen))
    this.drafts = new Set(JSON.parse(this.model.drafts).map(key_of))
    this.draw()
  }

  draw() {
    if (!this.data?.epochs) return
    const {epochs, rows} = this.data
    const edge = this.drag?.edge
    this.times = edge == null ? epochs.map((epoch) => epoch.ms) : moved(epochs, edge, this.drag.ms)
    const room = this.scroll.clientWidth - NAMES - ROOM
    Object.assign(this, placed(epochs, this.times, room, this.drag))
    this.sheet.style.width = `${Math.ceil(this.lefts.at(-1) + ROOM)}px`
    this.root.classList.toggle('slim', rows.length > MOST_WIDE_ROWS)
    this.draw_axis(epochs)
    this.draw_cards(epochs)
    this.draw_rows(epochs, rows)
    this.draw_things()
    this.draw_problem(epochs)
  }

  draw_axis(epochs) {
    const ticks = keep(this.axis, 'ticks', () => make('div', 'ticks', {'aria-hidden': 'true'}))
    this.draw_ticks(ticks)
    epochs.forEach((epoch, i) => {
      const bar = keep(this.axis, `bar ${i}`, () => make('div', 'bar', {'aria-hidden': 'true'}))
      const local = this.widths[i] / Math.max(this.times[i], 1)
      const grown = epoch.ms > 0 ? this.times[i] / epoch.ms : 1
      const fade = epoch.fade.map((ms) => ms * grown * local)
      const last = Math.min(fade.at(-1), this.lefts.at(-1) + ROOM - this.lefts[i])
      place(bar, this.lefts[i], last)
      bar.className = `bar lane-${i % 2}${epoch.scored ? ' scored' : ''}`
      const stops = fade.map((x, j) => `rgb(0 0 0 / ${1 - j / (fade.length - 1)}) ${x.toFixed(1)}px`)
      bar.style.maskImage = epoch.varies ? `linear-gradient(to right, #000 0, ${stops.join(', ')})` : 'none'
    })
    epochs.forEach((epoch, i) => {
      const handle = keep(this.axis, `edge ${i}`, () => make('div', 'edge', {role: 'slider', tabindex: '0', 'aria-valuemin': '0', 'aria-orientation': 'horizontal'}))
      handle._edge = i
      handle.style.left = `${this.ends[i].toFixed(1)}px`
      handle.classList.toggle('held', this.drag?.edge === i)
      handle.classList.toggle('soft', epoch.varies)
      mark(handle, 'aria-label', `End of ${epoch.label}`)
      mark(handle, 'aria-valuenow', number(this.times[i]))
      mark(handle, 'aria-valuemax', number(Math.max(10000, 2 * this.times[i])))
      mark(handle, 'aria-valuetext', epoch.varies ? `typically ${number(this.times[i])} ms; ${epoch.words}` : `${number(this.times[i])} ms`)
      mark(handle, 'title', `Drag to change how long ${epoch.label} lasts; arrow keys do too`)
    })
    prune(this.axis)
  }

  draw_ticks(ticks) {
    const starts = starts_of(this.data.epochs, this.times)
    let last = -Infinity
    const tick = (key, x, text) => {
      if (x - last < 34) return
      last = x
      const label = keep(ticks, key, () => make('span', 'tick'))
      label.style.left = `${x.toFixed(1)}px`
      say(label, text)
    }
    this.times.forEach((ms, i) => {
      const [start, scale] = [starts[i], this.scales[i]]
      const widened = this.widths[i] > ms * this.scale + 0.01
      if (widened || this.beside[i]) {
        const gap = keep(ticks, `gap ${i}`, () => make('span', 'gap'))
        mark(gap, 'title', this.beside[i] ? 'At a scale of its own' : 'Drawn wider than it lasts')
        place(gap, this.lefts[i], this.widths[i])
        tick(`from ${i}`, this.lefts[i], number(start))
      }
      if (!widened || this.beside[i]) {
        const step = nice(64 / Math.max(scale, 1e-6))
        for (let t = Math.ceil(start / step - 1e-6) * step; t <= start + ms + 1e-6; t += step)
          tick(`t ${i} ${t}`, this.lefts[i] + (t - start) * scale, number(t))
      }
    })
    const unit = keep(ticks, 'unit', () => make('span', 'unit'))
    say(unit, 'Time (ms)')
    prune(ticks)
  }

  draw_cards(epochs) {
    const row = keep(this.grid, 'cards', () => make('div', 'row cards', {role: 'row'}))
    const corner = keep(row, 'corner', () => make('div', 'corner', {role: 'columnheader'}))
    const total = this.times.reduce((sum, ms, i) => epochs[i].instead < 0 ? sum + ms : sum, 0)
    say(corner, `Epochs, typically ${number(total)} ms in all`)
    epochs.forEach((epoch, i) => {
      const card = keep(row, i, () => this.new_card())
      card._what = {what: 'epoch', name: epoch.name}
      this.settle(card, [0, i + 1])
      place(card, this.lefts[i], this.widths[i])
      card.classList.toggle('scored', epoch.scored)
      card.classList.toggle('instead', epoch.instead >= 0)
      card.classList.toggle('moving', this.drag?.card === i)
      const [grace, name, time, words] = card._inside
      place(grace, 0, epoch.scored ? Math.min(1, epoch.grace / Math.max(this.times[i], 1)) * this.widths[i] : 0)
      mark(grace, 'title', `${number(epoch.grace)} ms that are not judged`)
      const [, word, number_] = epoch.label.match(/^(.*?)( \d+)?$/)
      say(name.firstChild, word)
      say(name.lastChild, number_ ?? '')
      time._epoch = epoch.name
      mark(time, 'aria-label', `Duration of ${epoch.label} in ms`)
      mark(time, 'title', epoch.varies ? 'Typical duration in ms' : 'Duration in ms')
      const shown = number(this.times[i])
      if (time.getRootNode().activeElement !== time && time.value !== shown) time.value = shown
      say(words, [epoch.others, epoch.words, epoch.note].filter(Boolean).join(' · '))
      const spoken = `${epoch.label}: ${[epoch.others, epoch.words, epoch.note].filter(Boolean).join(', ')}`
      this.name(card, spoken)
    })
    prune(row)
  }

  new_card() {
    const card = make('div', 'card', {role: 'columnheader'})
    const line = make('div', 'time')
    const inside = [make('div', 'grace'), make('div', 'name'), make('input', '', {inputmode: 'decimal', autocomplete: 'off', spellcheck: 'false'}), make('div', 'words')]
    inside[1].append(make('span', 'word'), make('span', ''))  // a number at the end tells epochs apart: it stays in sight
    line.append(inside[2], 'ms')
    card.append(inside[0], inside[1], line, inside[3])
    card._inside = inside
    return card
  }

  draw_rows(epochs, rows) {
    let side = ''
    rows.forEach((channel, r) => {
      const row = keep(this.grid, r, () => make('div', 'row', {role: 'row'}))
      row.className = `row ${channel.side}${channel.side !== side ? ' first' : ''}`
      side = channel.side
      const name = keep(row, 'name', () => this.new_name())
      name._what = {what: 'channel', side, name: channel.name}
      this.settle(name, [r + 1, 0])
      say(name.firstChild, channel.label)
      say(name.lastChild, channel.always)
      name.classList.toggle('moving', this.drag?.row === r)
      const always = channel.always && `; ${channel.always} in the whole trial`
      const spoken = `${side === 'inputs' ? 'Input' : 'Output'} ${channel.label}${always}`
      this.name(name, spoken)
      channel.cells.forEach((content, i) => this.draw_cell(row, channel, content, epochs[i], r, i))
      prune(row)
    })
    prune(this.grid)
  }

  new_name() {
    const name = make('div', 'channel', {role: 'rowheader'})
    name.append(make('span', 'label'), make('span', 'always'))
    return name
  }

  draw_cell(row, channel, content, epoch, r, i) {
    const cell = keep(row, i, () => this.new_cell())
    cell._what = {what: 'cell', side: channel.side, name: channel.name, epoch: epoch.name}
    this.settle(cell, [r + 1, i + 1])
    place(cell, this.lefts[i], this.widths[i])
    cell.classList.toggle('scored', epoch.scored && channel.side === 'outputs')
    cell.classList.toggle('instead', epoch.instead >= 0)
    cell.classList.toggle('empty', !content.words && !channel.always)
    const [drawing, words] = cell._inside
    say(words, content.words)
    const spoken = `${channel.label} during ${epoch.label}: ${content.words || 'nothing of its own'}`
    this.name(cell, spoken)
    mark(drawing.firstChild, 'd', `M0 ${100 - channel.zero}H100`)
    mark(drawing.lastChild, 'd', content.traces.map(line_of).join(''))
  }

  new_cell() {
    const cell = make('div', 'cell', {role: 'gridcell'})
    const drawing = document.createElementNS(SVG, 'svg')
    for (const [name, value] of [['viewBox', '0 -6 100 112'], ['preserveAspectRatio', 'none'], ['aria-hidden', 'true']]) drawing.setAttribute(name, value)
    for (const css of ['zero', 'trace']) {
      const path = document.createElementNS(SVG, 'path')
      path.setAttribute('class', css)
      drawing.append(path)
    }
    const words = make('div', 'says')
    cell.append(drawing, words)
    cell._inside = [drawing, words]
    return cell
  }

  draw_things() {
    for (const [title, items] of Object.entries(this.data.things)) {
      const group = keep(this.things, title, () => make('section', 'group', {'aria-label': title}))
      const heading = keep(group, 'heading', () => make('h3', ''))
      say(heading, title)
      const list = keep(group, 'list', () => make('ul', ''))
      items.forEach((item, i) => {
        const entry = keep(list, i, () => this.new_thing())
        const chip = entry.firstChild
        chip._what = item.what
        say(chip.firstChild, item.label)
        say(chip.lastChild, item.words)
        this.name(chip, `${item.label} ${item.words}`)
        mark(chip, 'aria-pressed', String(key_of(item.what) === this.chosen))
      })
      prune(list)
      group.classList.toggle('nothing', !items.length)
      prune(group)
    }
    prune(this.things)
  }

  new_thing() {
    const entry = make('li', '')
    const chip = make('button', 'chip', {type: 'button'})
    chip.append(make('b', ''), make('span', ''))
    chip.addEventListener('click', () => this.choose(chip._what))
    entry.append(chip)
    return entry
  }

  draw_problem(epochs) {
    const problem = JSON.parse(this.model.problem)
    say(this.alert, problem.text ?? '')
    const i = epochs.findIndex((epoch) => epoch.name === problem.epoch)
    this.alert.style.left = `${Math.max(8, Math.min(this.lefts[Math.max(i, 0)], this.scroll.clientWidth - 340))}px`
    this.grid.querySelectorAll('.card').forEach((card, j) => card.classList.toggle('refused', j === i && Boolean(problem.text)))
  }

  // What can be chosen with the arrow keys: one stop of the Tab key for the whole grid.
  settle(element, at) {
    element._at = at
    mark(element, 'tabindex', at[0] === this.at[0] && at[1] === this.at[1] ? '0' : '-1')
    mark(element, 'aria-selected', String(key_of(element._what) === this.chosen))
  }

  // What has a change that was not accepted says so.
  name(element, spoken) {
    const waits = this.drafts.has(key_of(element._what))
    element.classList.toggle('draft', waits)
    const words = waits ? `${spoken}; a change here is not accepted yet` : spoken
    mark(element, 'aria-label', words)
    mark(element, 'title', words)
  }

  // --------------------------------------------------------------------------------------- with a pointer

  take(event) {
    if (event.button !== 0) return
    const path = event.composedPath()
    if (path.some((node) => node.tagName === 'INPUT')) return
    const handle = path.find((node) => node._edge != null)
    const spot = path.find((node) => node._what && node._at)
    if (!handle && !spot) return
    const held = {x: event.clientX, y: event.clientY, pointer: event.pointerId}
    if (handle) this.drag = {...held, ...this.held_at(handle._edge)}
    else this.drag = {...held, spot}
    if (handle) this.choose({what: 'epoch', name: this.data.epochs[handle._edge].name})
    ;(handle ?? this.root).setPointerCapture(event.pointerId)
    ;(handle ?? spot).focus({preventScroll: true})
    event.preventDefault()
  }

  // An edge as it was taken hold of, and the px per ms at which it is pulled.
  held_at(edge) {
    const [ms, width] = [this.times[edge], this.widths[edge]]
    const own = ms > 0 ? width / ms : this.scale
    const pace = this.beside[edge] ? own : Math.max(this.scale, Math.min(own, FINEST))
    return {edge, ms, width, pace, from: ms, scale: this.scale}
  }

  pull(event) {
    const drag = this.drag
    if (!drag || event.pointerId !== drag.pointer) return
    if (drag.edge != null) {
      const step = event.shiftKey ? 1 : Math.max(1, nice(1 / drag.pace))
      this.stretch(Math.max(0, Math.round((drag.from + (event.clientX - drag.x) / drag.pace) / step) * step))
    } else if (Math.hypot(event.clientX - drag.x, event.clientY - drag.y) > SLOP || drag.target != null) this.carry(event)
  }

  stretch(ms) {
    if (ms === this.drag.ms) return
    this.drag.pulled = true
    this.drag.ms = ms
    this.draw()
    this.ask({act: 'stretch', name: this.data.epochs[this.drag.edge].name, ms, done: false}, true)
  }

  // A card or a channel's name is carried to another place.
  carry(event) {
    const {spot} = this.drag
    const box = this.sheet.getBoundingClientRect()
    this.drop.hidden = false
    if (spot._what.what === 'epoch') {
      const x = event.clientX - box.left
      const gaps = this.lefts.map((left) => Math.abs(left - x))
      this.drag.card = spot._at[1] - 1
      this.drag.target = gaps.indexOf(Math.min(...gaps))
      Object.assign(this.drop.style, {left: `${this.lefts[this.drag.target]}px`, top: '0', width: '2px', height: '100%'})
    } else if (spot._what.what === 'channel') {
      const rows = [...this.grid.querySelectorAll(`.row.${spot._what.side}`)]
      const edges = [...rows.map((row) => row.offsetTop), rows.at(-1).offsetTop + rows.at(-1).offsetHeight]
      const gaps = edges.map((top) => Math.abs(top - (event.clientY - box.top)))
      this.drag.row = spot._at[0] - 1
      this.drag.target = gaps.indexOf(Math.min(...gaps))
      Object.assign(this.drop.style, {left: '0', top: `${edges[this.drag.target] - 1}px`, width: '100%', height: '2px'})
    }
    this.draw()
  }

  let_go(event) {
    const drag = this.drag
    if (!drag || event.pointerId !== drag.pointer) return
    this.drag = null
    this.drop.hidden = true
    if (drag.edge != null) {
      if (drag.ms !== drag.from || drag.pulled) this.ask({act: 'stretch', name: this.data.epochs[drag.edge].name, ms: drag.ms, done: true})
    } else if (drag.target == null) this.choose(drag.spot._what)
    else this.put(drag)
    this.draw()
  }

  put({spot, target}) {
    const {what, side, name} = spot._what
    const list = what === 'epoch' ? this.data.epochs : this.data.rows.filter((row) => row.side === side)
    const from = list.findIndex((item) => item.name === name)
    const index = target > from ? target - 1 : target
    if (from >= 0 && index !== from) this.ask({act: 'move', what, side: side ?? '', name, index})
  }

  cancel() {
    const drag = this.drag
    if (!drag) return
    this.drag = null
    this.drop.hidden = true
    if (drag.pulled) this.ask({act: 'cancel'})
    this.draw()
  }

  // ---------------------------------------------------------------------------------------- with the keys

  press(event) {
    const target = event.composedPath()[0]
    if (event.key === 'Escape' && this.drag) return this.cancel()
    if (target.tagName === 'INPUT') return this.press_in_field(event, target)
    if (target._edge != null) return this.press_on_edge(event, target)
    if (target._at) this.press_in_grid(event, target)
  }

  press_in_field(event, field) {
    if (event.key === 'Escape') field.value = number(this.data.epochs.find((epoch) => epoch.name === field._epoch)?.ms ?? 0)
    if (event.key === 'Escape' || event.key === 'Enter') field.blur()
  }

  press_on_edge(event, handle) {
    const way = {ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 10, PageDown: -10}[event.key]
    if (!way) return
    event.preventDefault()
    const epoch = this.data.epochs[handle._edge]
    const ms = Math.max(0, epoch.ms + way * (event.shiftKey ? 1 : 10))
    this.ask({act: 'stretch', name: epoch.name, ms, done: true}, true)
  }

  press_in_grid(event, spot) {
    const way = {ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0]}[event.key]
    if (event.key === 'Enter' || event.key === ' ') this.choose(spot._what)
    else if (event.key === 'Delete') this.ask({act: 'remove', ...spot._what})
    else if (way && event.altKey) this.shift(spot, way)
    else if (way) this.walk_to([spot._at[0] + way[0], spot._at[1] + way[1]], true)
    else return
    event.preventDefault()
  }

  shift(spot, way) {
    const {what, side, name} = spot._what
    if (what === 'cell') return
    const list = what === 'epoch' ? this.data.epochs : this.data.rows.filter((row) => row.side === side)
    const step = what === 'epoch' ? way[1] : way[0]
    const index = list.findIndex((item) => item.name === name) + step
    if (!step || index < 0 || index >= list.length) return
    this.ask({act: 'move', what, side: side ?? '', name, index})
    this.walk_to([spot._at[0] + way[0], spot._at[1] + way[1]], true)
  }

  walk_to(at, focus) {
    const spots = [...this.grid.querySelectorAll('[tabindex]')].filter((spot) => spot._at)
    const found = spots.find((spot) => spot._at[0] === at[0] && spot._at[1] === at[1])
    if (!found) return
    this.at = at
    for (const spot of spots) mark(spot, 'tabindex', spot === found ? '0' : '-1')
    if (focus) found.focus()
  }

  typed(field) {
    if (!field._epoch) return
    const ms = Number(field.value.replace(',', '.').replace(/\s*ms$/, ''))
    const epoch = this.data.epochs.find((each) => each.name === field._epoch)
    if (!field.value.trim() || !Number.isFinite(ms)) this.ask({act: 'unread', name: field._epoch, text: field.value.slice(0, 60)})
    else if (epoch && ms !== epoch.ms) this.ask({act: 'stretch', name: field._epoch, ms, done: true})
  }

  undo(event) {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.key.toLowerCase() !== 'z') return
    if (event.composedPath()[0].matches?.(TYPED) || !this.root.checkVisibility()) return
    event.preventDefault()
    this.ask({act: event.shiftKey ? 'redo' : 'undo'})
  }
}

export function render({model, el}) {
  const board = new Board(model, el)
  const undo = (event) => board.undo(event)
  const watcher = new ResizeObserver(() => board.draw())
  document.addEventListener('keydown', undo)
  watcher.observe(board.scroll)
  model.on('sheet', () => board.read())
  model.on('chosen', () => board.read())
  model.on('drafts', () => board.read())
  model.on('problem', () => board.draw())
  model.on('answered', () => board.answered())
  model.on('remove', () => {
    document.removeEventListener('keydown', undo)
    watcher.disconnect()
  })
  board.read()
}
