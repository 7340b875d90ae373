// A task as text, to read and to copy.
export function render({model, el}) {
  const panes = make('div', 'panes')
  const pane = (title, name) => {
    const section = make('section', '')
    const head = make('div', 'head')
    const said = make('span', 'said')
    said.setAttribute('role', 'status')
    const code = make('pre', '')
    code.tabIndex = 0
    code.setAttribute('aria-label', `The task as ${title}`)
    const copied = button('Copy', async () => {
      if (await copy(code.textContent)) said.textContent = 'Copied'
      else getSelection().selectAllChildren(code)
    })
    copied.setAttribute('aria-label', `Copy ${title}`)
    head.append(make('h3', '', title), said, copied)
    section.append(head, code)
    panes.append(section)
    const show = () => {
      if (code.textContent === model[name]) return
      code.textContent = model[name]
      said.textContent = ''
    }
    model.on(name, show)
    show()
  }
  pane('Python', 'python')
  pane('JSON', 'json')
  el.append(panes)
}
