// A box for numbers drops every sign that none begins with as it is typed, and what is no number yet once it is left,
// without a word. Here the page says below the box what was dropped, until the box holds what stands in it.

const SAID = `margin: 0; padding: 4px 0 6px 8px; border-left: 2px solid var(--rl-alarm); color: var(--rl-alarm);
  font: 12px/1.45 var(--rl-font); overflow-wrap: anywhere;`

function box_of(event) {
  const box = event.composedPath()[0]
  return box?.closest?.('.bk-spin-wrapper') ? box : null
}

// The outermost element of the line in which the box stands.
function line_of(box) {
  let line = box.getRootNode().host
  for (let around = line?.getRootNode().host; around; around = line.getRootNode().host) {
    const {display, flexDirection} = getComputedStyle(around)
    if (!display.endsWith('flex') || !flexDirection.startsWith('row')) break
    line = around
  }
  return line
}

const told = new WeakMap()  // a box -> the sentence below it

function say_dropped(box, typed) {
  told.get(box)?.remove()
  if (!typed) return
  const {number, allowed} = box.getRootNode().host?.dataset ?? {}
  const said = document.createElement('p')
  said.className = 'rl-dropped'
  said.setAttribute('role', 'alert')
  said.style.cssText = SAID
  const why = number ? `is not a ${number}` : 'is no number that can stand here'
  said.textContent = `'${typed}' ${why}${allowed ? `; give ${allowed}` : ''}.`
  told.set(box, said)
  line_of(box)?.after(said)
}

// Calls `mended` when the box's number becomes another without typing: by arrow keys, the wheel, a slider beside it, Undo.
function when_set(box, mended) {
  const view = window.Bokeh?.index?.query_one?.((each) => each.input_el === box)
  let typed = false
  box.addEventListener('change', () => { typed = true }, true)
  box.addEventListener('change', () => { typed = false })
  view?.connect?.(view.model.properties.value.change, () => { if (!typed) mended() })
}

function tell_dropped() {
  if (window._rnnlab_tells_dropped) return
  window._rnnlab_tells_dropped = true
  const dropped = new WeakMap(), wanted = new WeakMap()  // a box -> what was typed there, and what should stand there
  const tell = (box, typed) => {
    dropped.set(box, typed)
    say_dropped(box, typed)
  }
  const left = (box) => { if (!dropped.get(box) && Number.isNaN(Number(box.value))) tell(box, box.value) }
  const attend = (box) => {
    box.addEventListener('change', () => left(box), true)
    box.addEventListener('focusout', () => dropped.delete(box))
    when_set(box, () => tell(box, ''))
  }
  window.addEventListener('input', (event) => {
    const box = box_of(event)
    if (!box) return
    if (!wanted.has(box)) attend(box)
    wanted.set(box, box.value)
  }, true)
  window.addEventListener('input', (event) => {
    const box = box_of(event)
    if (!box) return
    const before = dropped.get(box) ?? '', attempt = wanted.get(box), taken = box.value === attempt
    if (before && event.data && !(taken && attempt === event.data)) tell(box, before + event.data)
    else if (!taken) tell(box, attempt)
    else tell(box, '')
  })
}
