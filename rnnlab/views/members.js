// The tasks of a set, or of the stages of a curriculum, one after the other; a press looks at one.

function make(kind, properties = {}, ...children) {
  const made = Object.assign(document.createElement(kind), properties)
  made.append(...children)
  return made
}

export function render({model}) {
  const root = make('div', {className: 'members'})
  root.setAttribute('role', 'group')

  function button(item) {
    const picture = make('span', {className: 'picture', innerHTML: item.picture})
    picture.setAttribute('aria-hidden', 'true')
    const made = make('button', {type: 'button', title: item.says}, picture,
      make('b', {textContent: item.name}), make('span', {className: 'note', textContent: item.note}))
    made.setAttribute('aria-label', item.label)
    made.setAttribute('aria-current', String(item.current))
    made.dataset.place = item.place.join('.')
    made.addEventListener('click', () => model.send_msg({place: item.place}))
    return made
  }

  function draw() {
    const sheet = JSON.parse(model.sheet)
    const held = root.getRootNode().activeElement?.dataset?.place
    root.setAttribute('aria-label', sheet.label ?? '')
    const groups = (sheet.groups ?? []).flatMap((group, i) => {
      const shelf = make('div', {className: 'shelf'}, ...group.items.map(button))
      const heading = group.title ? [make('p', {}, make('b', {textContent: group.title}), group.note)] : []
      const made = make('div', {className: 'group'}, ...heading, shelf)
      const arrow = make('span', {className: 'next', textContent: '→'})
      arrow.setAttribute('aria-hidden', 'true')
      return i ? [arrow, made] : [made]
    })
    root.replaceChildren(...groups)
    if (held !== undefined) root.querySelector(`[data-place="${held}"]`)?.focus()
  }
  model.on('sheet', draw)
  draw()
  return root
}
